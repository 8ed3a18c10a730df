"""The records of policy feedback (F25), and where an insight stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import FACILITATE, LEAD
from govstack.pillars.learn.records.model import Field, FieldKind, Kind, Record

SECTION = "policy"
DEFER = "defer"
UNTIL_NEEDED = _("Say until when it is deferred: it waits for a response again then.")
UNTIL_BEFORE = _("The day until which it is deferred lies before the response.")

DOCUMENT = Kind(
    name="policy-document",
    plural="policy-documents",
    label=_("Policy document"),
    labels=_("Policy documents"),
    lead=_("Strategies, standards and rules that insights are routed to. Their names and addresses are public."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    fields=(
        Field("name", _("Name"), required=True),
        Field("body", _("Body that answers for it"), required=True, listed=True),
        Field("version", _("Version"), listed=True),
        Field("address", _("Address"), FieldKind.URL),
    ),
)
INSIGHT = Kind(
    name="policy-insight",
    plural="policy-insights",
    label=_("Insight for a policy"),
    labels=_("Insights for policies"),
    lead=_("What practice shows that a policy should know. It is public: write nothing that is personal or secret."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    fields=(
        Field("name", _("Insight in one sentence"), required=True),
        Field("insight", _("What was seen"), FieldKind.LONG, required=True),
        Field("origin", _("Where it comes from"), FieldKind.TERM, of="insight-origin", required=True, listed=True),
        Field("source", _("Which community, evaluation or review"), required=True),
        Field("themes", _("Themes"), FieldKind.TERM, of="policy-theme", many=True, required=True),
        Field(
            "document", _("Policy document"), FieldKind.RECORD, of=DOCUMENT.name, required=True, listed=True,
        ),
        Field("proposal", _("What the policy should say"), FieldKind.LONG, required=True),
        Field("due", _("Response wanted by"), FieldKind.DATE, required=True, listed=True),
    ),
)  # fmt: skip


def _until(content: Mapping[str, Any]) -> Mapping[str, str]:
    if content["answer"] != DEFER:
        return {}
    if not content.get("until"):
        return {"until": UNTIL_NEEDED}
    return {"until": UNTIL_BEFORE} if content["until"] < content["answered"] else {}


RESPONSE = Kind(
    name="policy-response",
    plural="policy-responses",
    label=_("Response to an insight"),
    labels=_("Responses to insights"),
    lead=_("What those who answer for a policy decide about an insight, and why. It is public."),
    section=SECTION,
    write=LEAD,
    title="reason",
    judge=_until,
    fields=(
        Field("insight", _("Insight"), FieldKind.RECORD, of=INSIGHT.name, required=True, listed=True),
        Field("answer", _("Decision"), FieldKind.TERM, of="policy-answer", required=True, listed=True),
        Field("reason", _("Reason"), FieldKind.LONG, required=True),
        Field("body", _("Body that responds"), required=True),
        Field("answered", _("Day of the response"), FieldKind.DATE, required=True, listed=True),
        Field("until", _("Deferred until"), FieldKind.DATE),
        Field("change", _("What changes, and where"), FieldKind.LONG),
    ),
)
KINDS = (DOCUMENT, INSIGHT, RESPONSE)


class State(StrEnum):
    """Where an insight stands; what was deferred waits again when its day has come."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    ACCEPTED = "accept"
    REJECTED = "reject"
    DEFERRED = "defer"


@dataclass(frozen=True, slots=True)
class Trace:
    """An insight, the document that it is for, and the responses to it, the first first."""

    insight: Record
    document: str
    responses: Sequence[Record]
    routed_at: str
    state: State


def state(insight: Mapping[str, Any], responses: Iterable[Mapping[str, Any]], *, today: str) -> State:
    """Return where an insight stands on a day, by the answer that came last; one of a day to come does not count yet.

    Of two on one day the later one counts, as they are handed over. Another answer than the three of the product counts
    as accepted.
    """
    given = sorted((one for one in responses if one["answered"] <= today), key=lambda one: str(one["answered"]))
    last = given[-1] if given else None
    if last is None:
        return State.OVERDUE if insight["due"] < today else State.WAITING
    if last["answer"] == DEFER:
        return State.OVERDUE if last["until"] < today else State.DEFERRED
    return State.REJECTED if last["answer"] == "reject" else State.ACCEPTED

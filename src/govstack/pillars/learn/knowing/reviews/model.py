"""The records of technical review (F21), and what the voices of a round come to."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Annotated, Any

from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.records.model import Field, FieldKind, Journey, Kind, Record

SECTION = "expertise"
COMMENT_CHARACTERS_MAX = 5_000
NONE_DECLARED = "none"
CLOSES_BEFORE = _("The round closes before it opens.")
RESOLVED_BEFORE = _("It was resolved before it was raised.")

Comment = Annotated[str, Meta(max_length=COMMENT_CHARACTERS_MAX)]


class Decision(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    CHANGES = "approve-with-changes"
    REJECT = "reject"


DELIVERABLE = Kind(
    name="deliverable",
    plural="deliverables",
    label=_("Deliverable"),
    labels=_("Deliverables"),
    lead=_("What a group produced and hands over for review, and who wrote it."),
    section=SECTION,
    write=ADVISE,
    title="name",
    fields=(
        Field("name", _("Name"), required=True),
        Field("version", _("Version"), required=True, listed=True),
        Field(
            "group",
            _("Group"),
            required=True,
            listed=True,
            hint=_("Named as among the communities, so that its reviews are counted there."),
        ),
        Field("authors", _("Authors"), FieldKind.PERSON, many=True, required=True),
        Field("milestone", _("Milestone"), required=True, listed=True),
        Field("address", _("Address"), FieldKind.URL),
    ),
)
ROUND = Kind(
    name="review-round",
    plural="review-rounds",
    label=_("Round of review"),
    labels=_("Rounds of review"),
    lead=_("A time in which reviewers declare their interests, comment and decide."),
    section=SECTION,
    write=ADVISE,
    title="name",
    journey=Journey("voices", _("What reviewers say")),
    judge=lambda content: {"closes": CLOSES_BEFORE} if content["closes"] < content["opens"] else {},
    fields=(
        Field("deliverable", _("Deliverable"), FieldKind.RECORD, of="deliverable", required=True, listed=True),
        Field("name", _("Name"), required=True),
        Field("opens", _("Opens on"), FieldKind.DATE, required=True, listed=True),
        Field("closes", _("Closes on"), FieldKind.DATE, required=True, listed=True),
    ),
)


def _after_raised(content: Mapping[str, Any]) -> Mapping[str, str]:
    return {"resolved": RESOLVED_BEFORE} if content.get("resolved", "9") < content["raised"] else {}


CHALLENGE = Kind(
    name="challenge",
    plural="challenges",
    label=_("Challenge"),
    labels=_("Log of challenges"),
    lead=_("What stands in the way of groups, with the solution that is proposed, and who was told."),
    section=SECTION,
    write=ADVISE,
    title="challenge",
    judge=_after_raised,
    fields=(
        Field("challenge", _("Challenge"), required=True),
        Field("deliverable", _("Deliverable"), FieldKind.RECORD, of="deliverable"),
        Field("solution", _("Proposed solution"), FieldKind.LONG, required=True),
        Field("escalated", _("Told to"), FieldKind.TERM, of="escalation", required=True, listed=True),
        Field("alsoTold", _("Also told to"), FieldKind.TERM, of="escalation", many=True),
        Field("raised", _("Raised on"), FieldKind.DATE, required=True, listed=True),
        Field("resolved", _("Resolved on"), FieldKind.DATE, listed=True),
        Field("outcome", _("Outcome"), FieldKind.LONG),
    ),
)
DECISION_RECORD = Kind(
    name="decision-record",
    plural="decision-records",
    label=_("Decision"),
    labels=_("Decisions"),
    lead=_("Advice on how outputs are written down and versions are kept, as decisions with their reasons."),
    section=SECTION,
    write=ADVISE,
    title="decision",
    opens=True,
    fields=(
        Field("decision", _("Decision"), required=True),
        Field("context", _("Context"), FieldKind.LONG, required=True),
        Field("reason", _("Reason"), FieldKind.LONG, required=True),
        Field("decided", _("Decided on"), FieldKind.DATE, required=True, listed=True),
        Field("replaces", _("Replaces"), FieldKind.RECORD, of="decision-record"),
    ),
)
KINDS = (DELIVERABLE, ROUND, CHALLENGE, DECISION_RECORD)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one reviewer said: the interest declared, the decision ("" while there is none), a comment."""

    person_id: str
    conflict: str
    decision: str
    comment: str
    at: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody who had a voice in a round, and the group whose deliverable it was about."""

    round_id: str
    group: str
    person_id: str


def outcome(voices: Iterable[Voice], *, authors: Container[str] = ()) -> str:
    """Return what a round comes to: a rejection stops it, wanted changes come before approval, "" without a decision.

    Voices with a declared conflict are heard and do not count, and neither do those of people who became authors.
    """
    counted = {
        one.decision
        for one in voices
        if one.decision and one.conflict == NONE_DECLARED and one.person_id not in authors
    }
    order = (Decision.REJECT, Decision.CHANGES, Decision.APPROVE)
    return next((str(one) for one in order if one in counted), "")


@dataclass(frozen=True, slots=True)
class Times:
    """Challenges that are open, the longest first, and those resolved, each with its days; and the median of these."""

    open: Sequence[tuple[Record, int]]
    resolved: Sequence[tuple[Record, int]]
    median: float | None


def times(challenges: Iterable[Record], *, today: date) -> Times:
    """Return how long challenges are open, or were until they were resolved."""
    waiting: list[tuple[Record, int]] = []
    done: list[tuple[Record, int]] = []
    for one in challenges:
        ended = one.content.get("resolved")
        until = date.fromisoformat(ended) if ended else today
        days = max((until - date.fromisoformat(one.content["raised"])).days, 0)
        (done if ended else waiting).append((one, days))
    return Times(
        sorted(waiting, key=lambda one: (-one[1], one[0].id)),
        sorted(done, key=lambda one: (one[0].content["resolved"], one[0].id), reverse=True),
        median([days for _challenge, days in done]) if done else None,
    )

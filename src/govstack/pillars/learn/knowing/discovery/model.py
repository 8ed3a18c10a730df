"""The records of discovery: nominations with evidence and verdict, and definitions on their way into the glossary.

Verdict and decision are acts of a reviewer who signed in: who acted, and when, is written by the act itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import ADVISE, FACILITATE
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.records.model import (
    LONG_CHARACTERS_MAX,
    Content,
    Field,
    FieldKind,
    Journey,
    Kind,
    Record,
    written_by_hand,
)

WAITING = "waiting"
PROPOSED, IN_DISCUSSION, ACCEPTED = "proposed", "discussion", "accepted"


class Judgement(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a reviewer decides, on what it rests, and that they have no interest of their own in it."""

    decision: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=LONG_CHARACTERS_MAX)]
    no_interest: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an act of a reviewer is written: the fields of the decision, its reviewer and its day, and its start.

    `asked` are the words that nobody decides, since they say that nobody has decided.
    """

    decision: str
    reviewer: str
    day: str
    start: str
    asked: frozenset[str]


ON_NOMINATION = Verdict("verdict", "reviewer", "reviewedOn", WAITING, frozenset({WAITING}))
ON_DEFINITION = Verdict("state", "decidedBy", "decidedOn", PROPOSED, frozenset({PROPOSED}))


def authors(kind: Kind, past: Sequence[Record]) -> frozenset[str]:
    """Return who wrote what a record says, by its history, the newest first; whoever only decided is none of them."""
    found, before = set(), None
    for one in reversed(past):
        said = written_by_hand(kind, one.content)
        if said != before:
            found.add(one.changed_by)
        before = said
    return frozenset(found)


def decided(where: Verdict, content: Mapping[str, Any], given: Judgement, *, reviewer: str, day: str) -> Content:
    """Return a content with the decision of a reviewer."""
    return {
        **content, where.decision: given.decision, where.reviewer: reviewer, where.day: day,
        "reason": given.reason.strip(),
    }  # fmt: skip


def _settled(kind: Kind, where: Verdict, before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    """Return a content whose decision is kept while it says what was decided on, and falls when it says otherwise."""
    own = written_by_hand(kind, content)
    if before.get(where.decision) and own == written_by_hand(kind, before):
        return dict(content)
    return {**own, where.decision: where.start}


def _nomination(before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    return _settled(NOMINATION, ON_NOMINATION, before, content)


def _definition(before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    return _settled(DEFINITION, ON_DEFINITION, before, content)


def _discussed(content: Mapping[str, Any]) -> Mapping[str, str]:
    if content.get("state", PROPOSED) in {PROPOSED, IN_DISCUSSION} or content.get("discussion"):
        return {}
    return {"discussion": _("Say what was discussed before it is decided on.")}


NOMINATION = Kind(
    name="good-nomination",
    plural="good-nominations",
    label=_("Nominated public good"),
    labels=_("Nominated public goods"),
    lead=_("Digital public goods that could serve as a building block, with evidence and what a reviewer found."),
    section=SECTION,
    write=FACILITATE,
    read=ADVISE,
    journey=Journey("decision", _("What the reviewer found")),
    title="name",
    opens=True,
    fields=(
        Field("name", _("Name"), required=True),
        Field("block", _("Building block"), required=True, listed=True, hint=_("Such as Registration.")),
        Field("specification", _("Version of its specification"), hint=_("Leave it empty while there is none.")),
        Field("url", _("Address of the good"), FieldKind.URL, required=True),
        Field("licence", _("Licence"), FieldKind.TERM, of="licence"),
        Field("evidence", _("Evidence"), FieldKind.LINES, required=True, hint=_("With links.")),
        Field("community", _("Community"), FieldKind.RECORD, of="community"),
        Field("nominator", _("Nominated by"), FieldKind.PERSON, required=True),
        Field("verdict", _("Verdict"), FieldKind.TERM, of="nomination-verdict", listed=True, fixed=True),
        Field("reviewer", _("Reviewer"), FieldKind.PERSON, fixed=True),
        Field("reviewedOn", _("Reviewed on"), FieldKind.DATE, fixed=True),
        Field("reason", _("What the verdict rests on"), FieldKind.LONG, fixed=True),
    ),
    settle=_nomination,
    opening=lambda content: (
        {"verdict": _("A reviewer says what they found before this is public.")}
        if content.get("verdict", WAITING) == WAITING
        else {}
    ),
)
DEFINITION = Kind(
    name="definition",
    plural="definitions",
    label=_("Definition"),
    labels=_("Glossary"),
    lead=_("Words whose meaning is proposed, discussed, decided on and published. Each keeps its id."),
    section=SECTION,
    write=FACILITATE,
    read=ADVISE,
    journey=Journey("decision", _("What was decided")),
    title="term",
    opens=True,
    fields=(
        Field("term", _("Term"), required=True),
        Field("text", _("Proposed definition"), FieldKind.LONG, required=True),
        Field("sources", _("Sources"), FieldKind.LINES, required=True),
        Field("community", _("Community"), FieldKind.RECORD, of="community"),
        Field("discussion", _("What was discussed"), FieldKind.LONG, hint=_("Objections and answers, or a link.")),
        Field("state", _("State"), FieldKind.TERM, of="definition-state", listed=True, fixed=True),
        Field("decidedBy", _("Decided by"), FieldKind.PERSON, fixed=True),
        Field("decidedOn", _("Decided on"), FieldKind.DATE, fixed=True),
        Field("reason", _("Reason"), FieldKind.LONG, fixed=True),
    ),
    judge=_discussed,
    settle=_definition,
    opening=lambda content: (
        {"state": _("Only a definition that was accepted is published.")} if content.get("state") != ACCEPTED else {}
    ),
)
KINDS = (NOMINATION, DEFINITION)
VERDICTS = {NOMINATION.name: ON_NOMINATION, DEFINITION.name: ON_DEFINITION}

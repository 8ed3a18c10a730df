"""The records of discovery: nominations with evidence and verdict, and definitions on their way into the glossary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.records.model import Field, FieldKind, Kind

WAITING = "waiting"
PROPOSED, IN_DISCUSSION, ACCEPTED = "proposed", "discussion", "accepted"


def _reviewed(content: Mapping[str, Any]) -> Mapping[str, str]:
    if content.get("verdict", WAITING) == WAITING:
        return {}
    needed = {
        "reviewer": _("Name who reviewed it."),
        "reviewedOn": _("Say on which day it was reviewed."),
        "reason": _("Say what the verdict rests on."),
    }
    wrong = {name: text for name, text in needed.items() if not content.get(name)}
    if content.get("reviewer") and content["reviewer"] == content["nominator"]:
        wrong["reviewer"] = _("Somebody else than the nominator reviews it.")
    return wrong


def _decided(content: Mapping[str, Any]) -> Mapping[str, str]:
    state = content.get("state", PROPOSED)
    if state in {PROPOSED, IN_DISCUSSION}:
        return {}
    needed = {
        "discussion": _("Say what was discussed before it is decided on."),
        "decidedOn": _("Say on which day it was decided."),
        "reason": _("Say why it was decided so."),
    }
    return {name: text for name, text in needed.items() if not content.get(name)}


NOMINATION = Kind(
    name="good-nomination",
    plural="good-nominations",
    label=_("Nominated public good"),
    labels=_("Nominated public goods"),
    lead=_("Digital public goods that could serve as a building block, with evidence and what a reviewer found."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    opens=True,
    fields=(
        Field("name", _("Name"), required=True),
        Field("block", _("Building block"), required=True, listed=True, hint=_("Such as Registration.")),
        Field("specification", _("Version of its specification"), hint=_("Leave it empty while there is none.")),
        Field("url", _("Address of the good"), FieldKind.URL, required=True),
        Field("licence", _("Licence"), FieldKind.TERM, of="licence"),
        Field("evidence", _("Evidence"), FieldKind.LINES, required=True, hint=_("One in each line, with links.")),
        Field("community", _("Community"), FieldKind.RECORD, of="community"),
        Field("nominator", _("Nominated by"), FieldKind.PERSON, required=True),
        Field("verdict", _("Verdict"), FieldKind.TERM, of="nomination-verdict", required=True, listed=True),
        Field("reviewer", _("Reviewer"), FieldKind.PERSON),
        Field("reviewedOn", _("Reviewed on"), FieldKind.DATE),
        Field("reason", _("What the verdict rests on"), FieldKind.LONG),
    ),
    judge=_reviewed,
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
    title="term",
    opens=True,
    fields=(
        Field("term", _("Term"), required=True),
        Field("text", _("Proposed definition"), FieldKind.LONG, required=True),
        Field("sources", _("Sources"), FieldKind.LINES, required=True),
        Field("community", _("Community"), FieldKind.RECORD, of="community"),
        Field("discussion", _("What was discussed"), FieldKind.LONG, hint=_("Objections and answers, or a link.")),
        Field("state", _("State"), FieldKind.TERM, of="definition-state", required=True, listed=True),
        Field("decidedOn", _("Decided on"), FieldKind.DATE),
        Field("reason", _("Reason"), FieldKind.LONG),
    ),
    judge=_decided,
    opening=lambda content: (
        {"state": _("Only a definition that was accepted is published.")} if content.get("state") != ACCEPTED else {}
    ),
)
KINDS = (NOMINATION, DEFINITION)

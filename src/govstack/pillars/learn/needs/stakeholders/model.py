"""The records of stakeholder engagement (F2), after the Who's Who and the first phase of the journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.records.model import Field, FieldKind, Kind, Record

SECTION = "needs"
OPEN = "open"
DEGREES = "low-to-high"
WAYS = "engagement-way"
BEFORE_START = _("This is before the day on which it was promised.")

STAKEHOLDER = Kind(
    name="stakeholder",
    plural="stakeholders",
    label=_("Stakeholder"),
    labels=_("Stakeholders"),
    lead=_("Whom capacity development concerns: what we know of them, what moves them, and what to ask."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="name",
    fields=(
        Field("name", _("Name"), required=True, personal=True),
        Field("institution", _("Institution"), required=True, listed=True),
        Field("role", _("Role"), listed=True, personal=True),
        Field("contact", _("E-mail or phone"), personal=True),
        Field("profile", _("Address of a profile or picture"), FieldKind.URL, personal=True),
        Field("group", _("Group"), FieldKind.TERM, of="stakeholder-group", listed=True),
        Field("interest", _("Interest"), FieldKind.TERM, of=DEGREES, listed=True),
        Field("influence", _("Influence"), FieldKind.TERM, of=DEGREES, listed=True),
        Field("who", _("Who they are"), FieldKind.LONG, personal=True),
        Field("known", _("What we know, and what we still need to know"), FieldKind.LONG, personal=True),
        Field("concerns", _("Concerns and expectations"), FieldKind.LONG, personal=True),
        Field("impact", _("Impact that is wanted"), FieldKind.LONG, personal=True),
        Field("motivation", _("Motivation"), FieldKind.LONG, personal=True),
    ),
)  # fmt: skip
# The five columns of the first phase of the journey, as the map shows them.
COLUMNS = tuple(STAKEHOLDER.by_name[name] for name in ("who", "known", "concerns", "impact", "motivation"))
UNAFFECTED = Kind(
    name="unaffected-group",
    plural="unaffected-groups",
    label=_("Group that is not affected"),
    labels=_("Groups that are not affected"),
    lead=_("Groups whom nothing changes for, and how they might react all the same."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="name",
    fields=(
        Field("name", _("Group"), required=True),
        Field("reaction", _("How they might react"), FieldKind.LONG, required=True, listed=True),
    ),
)
MEETING = Kind(
    name="meeting",
    plural="meetings",
    label=_("Meeting"),
    labels=_("Meetings"),
    lead=_("Who met, what was said, and what follows."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="subject",
    fields=(
        Field("subject", _("Subject"), required=True),
        Field("on", _("Day"), FieldKind.DATE, required=True, listed=True),
        Field("place", _("Place"), listed=True),
        Field("stakeholders", _("Stakeholders"), FieldKind.RECORD, of="stakeholder", many=True),
        Field("said", _("What was said"), FieldKind.LONG),
    ),
)


def _after_promise(content: Mapping[str, Any]) -> Mapping[str, str]:
    promised = content.get("promised", "")
    return {"due": BEFORE_START} if promised and content["due"] < promised else {}


COMMITMENT = Kind(
    name="commitment",
    plural="commitments",
    label=_("Commitment"),
    labels=_("Commitments"),
    lead=_("What somebody promised, until when, and whether it was kept."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="promise",
    judge=_after_promise,
    fields=(
        Field("promise", _("What was promised"), required=True),
        Field("owner", _("Who promised it"), FieldKind.RECORD, of="stakeholder", required=True, listed=True),
        Field("promised", _("Promised on"), FieldKind.DATE),
        Field("due", _("Due on"), FieldKind.DATE, required=True, listed=True),
        Field("state", _("State"), FieldKind.TERM, of="commitment-state", required=True, listed=True),
        Field("meeting", _("Meeting"), FieldKind.RECORD, of="meeting"),
    ),
)
RESPONSIBILITY = Kind(
    name="responsibility",
    plural="responsibilities",
    label=_("Responsibility"),
    labels=_("Responsibilities"),
    lead=_("For each activity: who does it, who answers for it, who is asked, who is told."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="activity",
    fields=(
        Field("activity", _("Activity"), required=True),
        Field("responsible", _("Does it"), FieldKind.RECORD, of="stakeholder", many=True, required=True, listed=True),
        Field("accountable", _("Answers for it"), FieldKind.RECORD, of="stakeholder", required=True, listed=True),
        Field("consulted", _("Is asked"), FieldKind.RECORD, of="stakeholder", many=True),
        Field("informed", _("Is told"), FieldKind.RECORD, of="stakeholder", many=True),
    ),
)


def _engaged(content: Mapping[str, Any]) -> Mapping[str, str]:
    wrong = {}
    if not (content.get("stakeholders") or content.get("groups")):
        wrong["stakeholders"] = _("Name a stakeholder or a group.")
    if content.get("begins") and content.get("due") and content["due"] < content["begins"]:
        wrong["due"] = _("This is before the day on which it begins.")
    return wrong


ENGAGEMENT = Kind(
    name="engagement-activity",
    plural="engagement-activities",
    label=_("Activity of the engagement plan"),
    labels=_("Engagement plan"),
    lead=_("How each stakeholder is brought in: what for, in which way, by whom, and until when."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="activity",
    judge=_engaged,
    fields=(
        Field("activity", _("What is done"), required=True),
        Field("way", _("How far they are brought in"), FieldKind.TERM, of=WAYS, required=True, listed=True),
        Field("stakeholders", _("Stakeholders"), FieldKind.RECORD, of="stakeholder", many=True),
        Field("groups", _("Groups"), FieldKind.TERM, of="stakeholder-group", many=True),
        Field("aim", _("What it is to reach"), FieldKind.LONG, required=True),
        Field("message", _("What they are told"), FieldKind.LONG),
        Field("channel", _("Channel"), hint=_("For example a meeting, a letter, or the radio.")),
        Field("often", _("How often")),
        Field("owner", _("Who does it"), required=True, listed=True),
        Field("begins", _("Begins on"), FieldKind.DATE),
        Field("due", _("Due on"), FieldKind.DATE, required=True, listed=True),
        Field("state", _("State"), FieldKind.TERM, of="engagement-state", required=True, listed=True),
        Field("outcome", _("What came of it"), FieldKind.LONG),
    ),
)  # fmt: skip
# The states of an activity that is still ahead of those whom it concerns, and the degree that asks for one.
AHEAD = frozenset({"planned", "under-way"})
HIGH = "high"
DROPPED = "dropped"


def not_engaged(stakeholders: Sequence[Record], activities: Sequence[Record]) -> list[Record]:
    """Return the stakeholders of high influence whom no activity names that was not dropped, nor their group."""
    planned = [one.content for one in activities if one.content.get("state") != DROPPED]
    named = {one for content in planned for one in content.get("stakeholders", ())}
    groups = {one for content in planned for one in content.get("groups", ())}
    return [
        one
        for one in stakeholders
        if one.content.get("influence") == HIGH and one.id not in named and one.content.get("group") not in groups
    ]


KINDS = (STAKEHOLDER, UNAFFECTED, ENGAGEMENT, MEETING, COMMITMENT, RESPONSIBILITY)

"""The record of an event, and the pure decisions about its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.records.model import Content, Field, FieldKind, Journey, Kind
from govstack.pillars.learn.seating.model import Quota

PLANNED, CLOSED, CANCELLED = "planned", "closed", "cancelled"
MINUTES_MAX = 20_160
ATTENDANTS_MAX = 5_000
DAYS_AHEAD_MAX = timedelta(days=1_827)
NEEDS_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Attendant:
    """Somebody who said that they come, and whether they came."""

    person_id: str
    came: bool
    needs_sealed: bytes | None = None
    needs_met: bool = False
    waiting: bool = False
    ministry_id: str = ""
    gender: str = "unstated"


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats of an event, None for no limit, and for whom some are kept."""

    limit: int | None = None
    quotas: tuple[Quota, ...] = ()

    @property
    def seats(self) -> int:
        """Return how many can come."""
        return ATTENDANTS_MAX if self.limit is None else self.limit


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who comes or came, by name, with what they need in order to take part."""

    attendant: Attendant
    name: str
    needs: str


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    return bool(colon) and _within(hours, 24) and _within(minutes, 60)


def _within(text: str, end: int) -> bool:
    return len(text) == 2 and text.isascii() and text.isdecimal() and int(text) < end


def _last_day() -> date:
    return clock.today() + DAYS_AHEAD_MAX


def _judge(content: Mapping[str, Any]) -> Mapping[str, str]:
    wrong = {}
    if str(content.get("day", "")) > _last_day().isoformat():
        wrong["day"] = _("Choose a day within the next five years.")
    if not _is_time(str(content.get("time", ""))):
        wrong["time"] = _("Write the time as 14:30.")
    if content.get("zone") not in available_timezones():
        wrong["zone"] = _("Name a time zone, such as Africa/Nairobi.")
    return wrong


def _settled(before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    """Return an event in the state that it is in; a new one is planned."""
    return {**content, "state": before.get("state", PLANNED)}


GATHERING = Kind(
    name="gathering",
    plural="gatherings",
    label=_("Event"),
    labels=_("Events"),
    lead=_("Meetings, webinars, demo days, peer reviews, study visits and other ways to share knowledge."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    opens=True,
    journey=Journey("attendance", _("Open the event")),
    fields=(
        Field("name", _("Name"), required=True),
        Field("type", _("Type"), FieldKind.TERM, of="gathering-type", required=True, listed=True),
        Field("community", _("Community"), FieldKind.RECORD, of="community"),
        Field("day", _("Day"), FieldKind.DATE, required=True, listed=True),
        Field("time", _("Begins at"), required=True, hint=_("Such as 14:30.")),
        Field("zone", _("Time zone"), required=True, hint=_("Such as Africa/Nairobi.")),
        Field("minutes", _("Minutes"), FieldKind.WHOLE, required=True, least=5, most=MINUTES_MAX),
        Field("place", _("Place")),
        Field("link", _("Link to take part"), FieldKind.URL, hint=_("Whoever may read the event sees it.")),
        Field("agenda", _("Agenda"), FieldKind.LINES, required=True),
        Field("invitation", _("Invitation"), FieldKind.LONG, required=True),
        Field("recording", _("Link to the recording"), FieldKind.URL),
        Field("summary", _("Summary"), FieldKind.LONG),
        Field("actions", _("Actions"), FieldKind.LINES, hint=_("Who does what until when.")),
        Field("knowledge", _("Items of knowledge"), FieldKind.RECORD, of="knowledge-item", many=True),
        Field("noKnowledge", _("Why no item of knowledge came of it"), FieldKind.LONG),
        Field("state", _("State"), FieldKind.TERM, of="gathering-state", fixed=True, listed=True),
    ),
    judge=_judge,
    settle=_settled,
)
KINDS = (GATHERING,)


def begins(content: Mapping[str, Any]) -> datetime:
    """Return the moment at which an event begins."""
    naive = datetime.fromisoformat(f"{content['day']}T{content['time']}:00")
    return naive.replace(tzinfo=ZoneInfo(content["zone"]))


def ends(content: Mapping[str, Any]) -> datetime:
    """Return the moment at which an event ends."""
    return begins(content) + timedelta(minutes=content["minutes"])


def lacking(content: Mapping[str, Any]) -> Mapping[str, str]:
    """Return by field what an event lacks before it is closed."""
    wrong = {}
    if not content.get("summary"):
        wrong["summary"] = _("Write a summary before the event is closed.")
    if not content.get("knowledge") and not content.get("noKnowledge"):
        wrong["noKnowledge"] = _("Name an item of knowledge, or say why none came of it.")
    return wrong

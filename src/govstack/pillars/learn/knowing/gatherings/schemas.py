"""Wire shapes of events beside their records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.pillars.learn.knowing.gatherings.model import ATTENDANTS_MAX, NEEDS_CHARACTERS_MAX, PLANNED, Expected
from govstack.pillars.learn.knowing.gatherings.service import Sight
from govstack.pillars.learn.records.model import LONG_CHARACTERS_MAX, MANY_MAX, TEXT_CHARACTERS_MAX
from govstack.pillars.learn.seating.model import QUOTAS_MAX, Quota
from govstack.pillars.learn.splits.model import Split

Needs = Annotated[str, Meta(max_length=NEEDS_CHARACTERS_MAX)]
CALENDAR = "text/calendar"


class GatheringEnd(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What came of an event; what is left out stays as it was written before."""

    summary: Annotated[str, Meta(max_length=LONG_CHARACTERS_MAX)] = ""
    actions: Annotated[list[Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]], Meta(max_length=MANY_MAX)] = []
    recording: Annotated[str, Meta(max_length=2_000)] = ""
    knowledge: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=MANY_MAX)] = []
    no_knowledge: Annotated[str, Meta(max_length=LONG_CHARACTERS_MAX)] = ""


class GatheringStanding(msgspec.Struct, frozen=True, rename="camel"):
    """Where an event stands for whoever asks: `place` is theirs in the queue for a seat, nought for who does not wait.

    `seats` and `left` are null where all who come have one.
    """

    id: str
    name: str
    state: str
    comes: bool
    leads: bool
    registered: int
    came: int
    seats: int | None
    left: int | None
    waiting: int
    place: int


class GatheringSeats(msgspec.Struct, frozen=True):
    """How many seats an event has, null for as many as come, and for whom some are kept."""

    seats: Annotated[int, Meta(ge=1, le=ATTENDANTS_MAX)] | None = None
    quotas: Annotated[tuple[Quota, ...], Meta(max_length=QUOTAS_MAX)] = ()


class GatheringAttendance(msgspec.Struct, frozen=True):
    """Whether somebody came."""

    came: bool


class GatheringPerson(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who comes or came."""

    person_id: str
    name: str
    came: bool
    needs: str
    needs_met: bool
    waits: bool


class GatheringPeople(msgspec.Struct, frozen=True):
    """Who comes or came to an event; `groups` tells those who came apart once it is closed, few are null."""

    people: list[GatheringPerson]
    groups: list[Split]


class GatheringComing(msgspec.Struct, frozen=True):
    """What somebody who comes needs in order to take part, such as sign language; nobody has to say."""

    needs: Needs = ""


class GatheringNeedsMet(msgspec.Struct, frozen=True):
    """Whether what somebody needs is arranged."""

    met: bool


GROUP_COLUMNS = ("by", "value", "people")


def people(found: Iterable[Expected], groups: list[Split]) -> GatheringPeople:
    """Return who comes or came."""
    return GatheringPeople(
        [
            GatheringPerson(
                one.attendant.person_id, one.name, one.attendant.came, one.needs, one.attendant.needs_met,
                one.attendant.waiting,
            )
            for one in found
        ],
        groups,
    )  # fmt: skip


def standing(found: Sight) -> GatheringStanding:
    """Return where an event stands."""
    told = found.record.content
    return GatheringStanding(
        found.record.id, told["name"], told.get("state", PLANNED), found.comes, found.leads, found.registered,
        found.came, found.seating.limit, found.left, found.waiting, found.place,
    )  # fmt: skip


def calendar_answer(content: bytes) -> Answer:
    """Return events for a calendar as a file."""
    headers = {"Content-Disposition": 'attachment; filename="event.ics"', "Cache-Control": "no-store"}
    return Answer(body=content, media_type=f"{CALENDAR}; charset=utf-8", headers=headers)

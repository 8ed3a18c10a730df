"""Wire shapes of one's own events, and which part of a list is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.agenda.service import Own
from govstack.pillars.learn.knowing.gatherings.model import GATHERING, PLANNED, begins, ends


class PartQuery(msgspec.Struct, frozen=True):
    """How many events of a list were shown before."""

    skip: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class OwnEvent(msgspec.Struct, frozen=True, rename="camel"):
    """An event that one comes to, came to or waits for; the moments are RFC 3339 with the offset of its zone."""

    id: str
    name: str
    begins: str
    ends: str
    zone: str
    place: str
    state: str
    off: bool
    waits: bool
    came: bool


def own(found: Iterable[Own]) -> list[OwnEvent]:
    """Return one's own events."""
    return [
        OwnEvent(
            one.record.id, str(one.record.content[GATHERING.title]), begins(one.record.content).isoformat(),
            ends(one.record.content).isoformat(), one.record.content["zone"], one.record.content.get("place", ""),
            one.record.content.get("state", PLANNED), one.off, one.attendant.waiting, one.attendant.came,
        )
        for one in found
    ]  # fmt: skip

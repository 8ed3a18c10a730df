"""Wire shapes of starting an automation by its address, and of trying one out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.handling.model import Rehearsal

RecordId = Annotated[str, Meta(min_length=1, max_length=100)]


class CallRequest(msgspec.Struct):
    """Which records are to be handled, by their ids; all that fit without any."""

    records: Annotated[list[RecordId], Meta(max_length=100)] = []


class CallAnswer(msgspec.Struct):
    """How many records were named."""

    accepted: int


class TryRequest(msgspec.Struct):
    """The id of the record to try an automation on."""

    record: RecordId


class TryAnswer(msgspec.Struct, omit_defaults=True):
    """What would happen to a record: how it would end, why, what would be done, and with which values."""

    state: str
    effect: str
    reason: str = ""
    values: dict[str, Any] = {}


def tried(one: Rehearsal) -> TryAnswer:
    """Return a rehearsal as it is written."""
    return TryAnswer(one.ending.state.value, one.ending.effect.value, one.ending.reason, dict(one.values))

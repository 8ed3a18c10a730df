"""Wire shapes of instruments."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.instruments.model import CODE_CHARACTERS_MAX, VERSIONS_MAX, Entry, Unit

PAGE_INSTRUMENTS_MAX = 200


class EntryAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An instrument in a list, in its newest version."""

    id: str
    version: int
    titles: dict[str, str]
    unit: Unit
    created_at: str

    @classmethod
    def of(cls, entry: Entry) -> EntryAnswer:
        """Return an entry of the list."""
        return cls(entry.id, entry.version, dict(entry.titles), entry.unit, entry.created_at)


class InstrumentList(msgspec.Struct, frozen=True):
    """Instruments, and after which id the next ones come ("" at the end)."""

    instruments: list[EntryAnswer]
    next: str = ""


class ListQuery(msgspec.Struct, frozen=True):
    """Which instruments."""

    after: Annotated[str, Meta(max_length=CODE_CHARACTERS_MAX)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_INSTRUMENTS_MAX)] = 100


class VersionQuery(msgspec.Struct, frozen=True):
    """Which version; 0 is the newest."""

    version: Annotated[int, Meta(ge=0, le=VERSIONS_MAX)] = 0

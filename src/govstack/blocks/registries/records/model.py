"""How changes are asked for: as a repeat, for a known revision, on what grounds; and how many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govstack.blocks.registries.usage.model import NO_REASON, Reason

ENTRIES_MAX = 1_000
UPDATED_MAX = 10_000
REPEATS_KEPT_HOURS = 24
REPEAT_KEY_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Repeat:
    """How a request that is sent again is recognised: the caller's key, and a digest of what it asked (SD-1).

    A strict key comes with one request only. One that was not made for this is not strict: the digest is part of it.
    """

    key: str
    digest: str
    strict: bool = True

    @property
    def stored_key(self) -> str:
        """Return the key under which the first answer is kept."""
        return self.key if self.strict else f"{self.key}/{self.digest}"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a change was asked for: as a repeat, for a known revision, on what grounds, and with which key."""

    repeat: Repeat | None = None
    if_match: str = ""
    reason: Reason = NO_REASON
    key: str = ""
    numbers_as_text: bool = False


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class PublishedSeed:
    """The published records: each with its uuid, its values in the order of `fields`, and the name of its read log."""

    registry: str
    version: str
    fields: list[str]
    records: list[list[str]]
    reads: dict[str, dict[str, Any]]

    def contents(self) -> list[tuple[str, Mapping[str, object], str]]:
        """Return each record's uuid, content and name of its read log."""
        return [(row[0], dict(zip(self.fields, row[1:-1], strict=True)), row[-1]) for row in self.records]

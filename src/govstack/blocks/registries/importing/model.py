"""An import: where it stands, which column is which field, and what became of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import msgspec

from govstack.blocks.registries.importing.errors import BadMatching
from govstack.kernel.sheets import Format

OPEN_IMPORTS_MAX = 5
KEPT = timedelta(days=1)
READ_AT_ONCE_BYTES_MAX = 1 << 20
PAGE_BYTES_MAX = 64 << 20
PART_ROWS = 500
PART_CHARACTERS = 256 << 10
PREVIEW_ROWS = 10
CHECKED_ROWS_MAX = 1_000
FAULTS_SHOWN_MAX = 50
WHOLE_ROWS_MAX = 200_000
REFUSALS_KEPT_MAX = 100_000
REFUSALS_AT_ONCE = 500
ATTEMPTS_MAX = 5
BROKEN = "Something went wrong on our side, several times. Rows taken so far stay taken. Start the import again."


class State(StrEnum):
    """Where an import stands."""

    RECEIVING = "receiving"
    READING = "reading"
    READY = "ready"
    LOADING = "loading"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to come."""
        return self in {State.RECEIVING, State.READING, State.READY, State.LOADING}

    @property
    def works(self) -> bool:
        """Tell whether work goes on without anybody doing anything."""
        return self in {State.RECEIVING, State.READING, State.LOADING}


class Mode(StrEnum):
    """What is done with rows that do not fit: none is taken at all, or the others are."""

    ALL = "all"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Import:
    """One file on its way in; `reached` is the place of the last row that was dealt with."""

    id: str
    registry_id: int
    code: str
    version: str
    actor: str
    format: Format
    state: State
    mode: str
    column_names: tuple[str, ...]
    matching: tuple[str, ...]
    byte_count: int
    row_count: int
    reached: int
    accepted: int
    refused: int
    fault: str
    created_at: str

    @property
    def typed(self) -> bool:
        """Tell whether cells are JSON values, whose types the file itself says."""
        return self.format is Format.JSON


class Staged(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row of a file as it is kept until it is taken: its number in the file, its cells, or what is wrong with it."""

    number: int
    cells: tuple[Any, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: its number in the file, what is wrong in which field, and what it held."""

    number: int
    faults: dict[str, str]
    cells: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the first rows: what of it would be stored, what is wrong in which field, and what it held."""

    number: int
    content: dict[str, Any]
    faults: dict[str, str]
    cells: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they would be stored, and the faults among those that were checked."""

    rows: tuple[Sample, ...] = ()
    faulty: tuple[Sample, ...] = ()
    checked: int = 0
    refused: int = 0


def fitting(matching: Sequence[str], *, columns: Sequence[str], fields: Sequence[str]) -> tuple[str, ...]:
    """Return a matching of columns to names of fields, checked; raises BadMatching."""
    named = [name for name in matching if name]
    unknown = sorted({name for name in named if name not in fields})
    if unknown:
        raise BadMatching(f"The registry has no field {unknown[0]} that you may write.")
    double = sorted({name for name in named if named.count(name) > 1})
    if double:
        raise BadMatching(f"Two columns are matched to {double[0]}.")
    if not named or len(matching) != len(columns):
        raise BadMatching
    return tuple(matching)

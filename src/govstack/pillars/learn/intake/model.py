"""A file of rows that comes in: what it is for, how far it is, and what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.kernel.i18n import _

# A file of so few rows and bytes is taken in while its sender waits; a larger one by a durable job.
AT_ONCE_ROWS_MAX = 500
AT_ONCE_BYTES_MAX = 1_000_000
OPEN_FILES_MAX = 5
CHARACTERS_AT_ONCE = 4_000_000
REFUSALS_SHOWN_MAX = 100

MERGED = _(
    "The spreadsheet has merged cells: {cells}. Unmerge them so that each row holds its own values, then send it again."
)
NO_ROWS = _("The file holds no rows.")
GONE = _("The file is gone.")
TOO_LONG = _("The file has more rows than are taken from one file. Those before were taken in; send the others apart.")


class State(StrEnum):
    """How far a file is."""

    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Given:
    """What a file is for: the room that takes its rows, what they are about, and the scope that its sender needs."""

    room: str
    about: str
    scope: str
    check_only: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """A file and what became of its rows; `fault` says why it was not read to its end; `reached` counts bytes."""

    id: str
    room: str
    about: str
    scope: str
    check_only: bool
    actor: str
    format: str
    size: int
    state: State
    fault: str
    reached: int
    rows_read: int
    added: int
    known: int
    refused: int
    created_at: str

    @property
    def given(self) -> Given:
        """Return what the file is for."""
        return Given(self.room, self.about, self.scope, self.check_only)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was refused: what was wrong by column, and what the row held."""

    number: int
    faults: Mapping[str, str]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """What became of some rows: those that are new or changed something, those that changed nothing, the refused."""

    added: int
    known: int
    refused: Sequence[Refusal]

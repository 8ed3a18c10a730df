"""Wire shapes of files of courses and sessions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.response.interchange.model import Taken, What, columns_of, flattened


class CourseRowRefused(msgspec.Struct, frozen=True):
    """A row that was not taken: its number in the file, its column where it is known, and why."""

    row: int
    column: str
    why: str


class CourseFileTaken(msgspec.Struct, frozen=True):
    """What became of a file: rows that changed something, rows that were so already, and those not taken."""

    changed: int
    known: int
    refused: list[CourseRowRefused]


def file_taken(taken: Taken) -> CourseFileTaken:
    """Return what became of a file as it is answered."""
    refused = [CourseRowRefused(one.row, one.column, one.why) for one in taken.faults]
    return CourseFileTaken(taken.changed, taken.known, refused)


def file_of(what: What, file: str, found: Iterable[msgspec.Struct]) -> Answer:
    """Return courses or sessions as a file that can be put back."""
    rows = [flattened(one) for one in found]
    columns = columns_of(rows)
    return table_answer(
        what.value, Format(file), columns, at_once([[row.get(name, "") for name in columns] for row in rows])
    )


def format_sent(content_type: str, name: str = "") -> Format:
    """Return what a file is; raises BadRequest for another kind."""
    found = format_of(media_type=content_type, file_name=name)
    if found is None:
        raise BadRequest(_("Send CSV, JSON or a spreadsheet (.xlsx)."))
    return found

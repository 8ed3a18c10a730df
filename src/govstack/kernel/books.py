"""Files of rows that are written: workbooks and lines of CSV, in which no spreadsheet runs what somebody wrote."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import IO, Any

from govstack.kernel.errors import BadRequest

SHEET_ROWS_MAX = 1_048_575
SHEET_TEXT_CHARACTERS_MAX = 32_767
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
# What cannot be seen may stand before it: marks of direction, joiners, soft hyphens.
_RUNS = re.compile(r"'*[\s\ufeff\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f]*[=+\-@＝＋－＠]|'*[\t\r\n]")


class TextTooLong(BadRequest):
    """A spreadsheet cannot hold a text of this length."""

    code = "text-too-long"
    title = "A text is longer than a spreadsheet can hold. Export as CSV or JSON instead."


def defused(text: str) -> str:
    """Return a text as no spreadsheet runs it: with an apostrophe before what would make it a formula."""
    return f"'{text}" if _RUNS.match(text) else text


def plain(text: str) -> str:
    """Return the text that was defused."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def csv_line(cells: Iterable[object]) -> str:
    """Return one line of a CSV file; truth is written as true and false."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(
        [str(cell).lower() if isinstance(cell, bool) else cell for cell in cells]
    )
    return text.getvalue()


class Book:
    """A workbook that is being written, row by row; when a sheet is full another one goes on."""

    def __init__(self, columns: Sequence[str]) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.utils.exceptions import IllegalCharacterError

        self._book: Any = Workbook(write_only=True)
        self._cell, self._refusal = WriteOnlyCell, IllegalCharacterError
        self._columns, self._rows = columns, 0
        self._sheet: Any = None

    def add(self, cells: Sequence[object]) -> None:
        """Write one row; raises TextTooLong."""
        if self._sheet is None or self._rows >= SHEET_ROWS_MAX:
            self._sheet, self._rows = self._book.create_sheet(), 0
            self._sheet.append([self._text(name) for name in self._columns])
        self._sheet.append([self._text(cell) if isinstance(cell, str) else cell for cell in cells])
        self._rows += 1

    def save(self, target: IO[bytes]) -> None:
        """Write the workbook."""
        if self._sheet is None:
            self._sheet = self._book.create_sheet()
            self._sheet.append([self._text(name) for name in self._columns])
        self._book.save(target)

    def close(self) -> None:
        """Remove what was not saved: openpyxl keeps each sheet in a file of its own until then."""
        for sheet in self._book.worksheets:
            writer = getattr(sheet, "_writer", None)
            if not sheet.closed:
                sheet.close()
            if writer is not None:
                with suppress(FileNotFoundError):
                    writer.cleanup()

    def _text(self, text: str) -> Any:
        coded = _UNWRITABLE.sub(_code, text)
        if len(coded) > SHEET_TEXT_CHARACTERS_MAX:
            raise TextTooLong
        try:
            cell = self._cell(self._sheet, coded)
        except self._refusal:
            cell = self._cell(self._sheet, _UNWRITABLE.sub("", text))
        cell.data_type = "s"  # never a formula, whatever it begins with
        return cell


def _code(match: re.Match[str]) -> str:
    return f"_x005F{match[0]}" if match[0].startswith("_x") else f"_x{ord(match[0]):04X}_"

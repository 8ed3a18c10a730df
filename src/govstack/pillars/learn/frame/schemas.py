"""Lists as files: what a person may see in a table can be taken out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Book, Format, csv_line, defused

BYTE_ORDER_MARK = "\ufeff"


class FileQuery(msgspec.Struct, frozen=True):
    """Which kind of file."""

    format: Literal["csv", "xlsx", "json"] = "csv"


def rows_answer(name: str, file: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Answer:
    """Return a bounded list as a file that nobody keeps on the way; no spreadsheet runs what stands in it."""
    kind = Format(file)
    if kind is Format.JSON:
        body = msgspec.json.encode([dict(zip(columns, row, strict=True)) for row in rows])
    elif kind is Format.XLSX:
        book, target = Book(columns), io.BytesIO()
        for row in rows:
            book.add(["" if cell is None else cell for cell in row])
        book.save(target)
        body = target.getvalue()
    else:
        lines = [csv_line(columns)]
        lines += [csv_line([defused(cell) if isinstance(cell, str) else cell for cell in row]) for row in rows]
        body = (BYTE_ORDER_MARK + "".join(lines)).encode()
    charset = "" if kind is Format.XLSX else "; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"', "Cache-Control": "no-store"}
    return Answer(body=body, media_type=kind.media_type + charset, headers=headers)

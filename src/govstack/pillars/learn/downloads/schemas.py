"""Which file is asked for, and a table as an answer that is sent while it is made."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import closing
from typing import Literal, TypeAlias

import msgspec

from govstack.kernel.books import Book, csv_line, defused
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import PIECE_BYTES, Format

BOOK_BYTES_IN_MEMORY_MAX = 8 << 20
BYTE_ORDER_MARK = "\ufeff"

Line: TypeAlias = Sequence[object]
Parts: TypeAlias = AsyncIterator[Sequence[Line]]


class FileQuery(msgspec.Struct, frozen=True):
    """What the file is."""

    format: Literal["csv", "xlsx", "json"] = "csv"


async def at_once(lines: Iterable[Line]) -> Parts:
    """Yield lines that are there already as one part."""
    yield list(lines)


async def once(body: bytes) -> AsyncIterator[bytes]:
    """Yield a file that is there already as one piece."""
    yield body


def table_answer(name: str, file: Format, columns: Sequence[str], parts: Parts) -> Answer:
    """Return a table as a file that nobody keeps on the way; nothing in it runs in a spreadsheet."""
    return file_answer(name, file, {Format.CSV: _csv, Format.JSON: _json, Format.XLSX: _xlsx}[file](columns, parts))


def file_answer(name: str, file: Format, stream: AsyncIterator[bytes]) -> Answer:
    """Return the bytes of a file as one to keep under a name."""
    charset = "" if file is Format.XLSX else "; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{file.value}"', "Cache-Control": "no-store"}
    return Answer(stream=stream, media_type=file.media_type + charset, headers=headers)


def _safe(line: Line) -> list[object]:
    return [defused(one) if isinstance(one, str) else one for one in line]


async def _csv(columns: Sequence[str], parts: Parts) -> AsyncIterator[bytes]:
    yield (BYTE_ORDER_MARK + csv_line(_safe(columns))).encode()
    async for part in parts:
        yield "".join(csv_line(_safe(line)) for line in part).encode()


async def _json(columns: Sequence[str], parts: Parts) -> AsyncIterator[bytes]:
    between = b"["
    async for part in parts:
        for line in part:
            yield between + b"\n" + msgspec.json.encode(dict(zip(columns, line, strict=True)))
            between = b","
    yield b"[]" if between == b"[" else b"\n]"


async def _xlsx(columns: Sequence[str], parts: Parts) -> AsyncIterator[bytes]:
    with (
        closing(Book(_safe_names(columns))) as book,
        tempfile.SpooledTemporaryFile(BOOK_BYTES_IN_MEMORY_MAX) as target,
    ):
        async for part in parts:
            await asyncio.to_thread(_add, book, part)
        await asyncio.to_thread(book.save, target)
        target.seek(0)
        while piece := await asyncio.to_thread(target.read, PIECE_BYTES):
            yield piece


def _safe_names(columns: Sequence[str]) -> list[str]:
    return [defused(name) for name in columns]


def _add(book: Book, part: Sequence[Line]) -> None:
    for line in part:
        book.add(_safe(line))

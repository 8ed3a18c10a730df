"""Use case of exporting: records found or chosen, streamed part by part, each part logged before it leaves (DRS-25)."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import closing, suppress

import msgspec

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.cells.model import cell_of
from govstack.blocks.registries.design.model import Field, Registry, ServiceKind
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.usage.model import NO_REASON, Reason
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.books import Book, csv_line, defused
from govstack.kernel.context import Context
from govstack.kernel.sheets import PIECE_BYTES, Format

BOOK_BYTES_IN_MEMORY_MAX = 8 << 20
BYTE_ORDER_MARK = "\ufeff"


async def export(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    search: Search,
    kind: Format,
    reason: Reason = NO_REASON,
    key: str = "",
) -> AsyncIterator[bytes]:
    """Return a file of the records that a search finds, in the fields that the caller may see, oldest first.

    Refusals come before the first byte: RightMissing, FieldHidden, BadSearch, SearchTooBroad. Secret fields are in it
    only for whoever may read them in clear. CSV begins with a byte order mark, by which spreadsheets know UTF-8.
    """
    columns = await _columns(context, by, registry, key)
    parts = reading.stream(
        context, by=by, registry=registry, search=search, kind=ServiceKind.EXPORT, reason=reason, key=key
    )
    first: tuple[Record, ...] = ()
    with suppress(StopAsyncIteration):
        first = await anext(parts)
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="registries.export", subject=f"{registry.code}/{registry.version}",
            detail={"format": kind.value, "chosen": len(search.uuids), "filtered": bool(search.terms)},
        )  # fmt: skip
    write = {Format.CSV: _csv, Format.JSON: _json, Format.XLSX: _xlsx}[kind]
    return write(columns, first, parts)


async def _columns(context: Context, by: Actor, registry: Registry, key: str) -> list[Field]:
    """Return the fields of a registry that a file has for this caller, whatever single records hold."""
    kind = ServiceKind.EXPORT
    sight = await admission.permitted(context, by=by, registry=registry, kind=kind, key=key)
    if sight is None:
        return []  # the stream refuses, and says why
    seen = {path[0] for path in registry.by_path if sight.decision.may_see(kind, path)}
    return [one for one in registry.fields if one.name in seen and (sight.opens or not one.secret)]


def _cells(columns: Sequence[Field], record: Record) -> list[str | int | float | bool | None]:
    return [cell_of(one, record.content.get(one.name)) for one in columns]


async def _csv(
    columns: Sequence[Field], first: tuple[Record, ...], parts: AsyncIterator[tuple[Record, ...]]
) -> AsyncIterator[bytes]:
    yield (BYTE_ORDER_MARK + csv_line([defused(one.name) for one in columns])).encode()
    async for part in _all(first, parts):
        yield "".join([csv_line(_cells(columns, record)) for record in part]).encode()


async def _json(
    columns: Sequence[Field], first: tuple[Record, ...], parts: AsyncIterator[tuple[Record, ...]]
) -> AsyncIterator[bytes]:
    known, between = {one.name for one in columns}, b"["
    async for part in _all(first, parts):
        texts = [
            msgspec.json.encode({name: value for name, value in record.content.items() if name in known})
            for record in part
        ]
        yield between + b"\n" + b",\n".join(texts)
        between = b","
    yield b"[]" if between == b"[" else b"\n]"


async def _xlsx(
    columns: Sequence[Field], first: tuple[Record, ...], parts: AsyncIterator[tuple[Record, ...]]
) -> AsyncIterator[bytes]:
    with (
        closing(Book([defused(one.name) for one in columns])) as book,
        tempfile.SpooledTemporaryFile(BOOK_BYTES_IN_MEMORY_MAX) as file,
    ):
        async for part in _all(first, parts):
            await asyncio.to_thread(_add, book, columns, part)
        await asyncio.to_thread(book.save, file)
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece


def _add(book: Book, columns: Sequence[Field], part: Sequence[Record]) -> None:
    for record in part:
        book.add(_cells(columns, record))


async def _all(
    first: tuple[Record, ...], parts: AsyncIterator[tuple[Record, ...]]
) -> AsyncIterator[tuple[Record, ...]]:
    if first:
        yield first
    async for part in parts:
        yield part

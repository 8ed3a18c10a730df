"""Rows of imports: what was sent in pieces, its rows in parts, and the rows that were refused; all sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from govstack.blocks.registries.importing.model import Import
from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, row: Mapping[str, object]) -> None:
    """Enter an import."""
    await SQL.add_import(tx, **row, now=clock.timestamp())


async def by_id(tx: Transaction, import_id: str) -> tuple[Import, bytes] | None:
    """Return an import and the sealed actor who started it."""
    row = await SQL.import_by_id(tx, id=import_id)
    return None if row is None else (_import(row), bytes(row["caller"]))


async def of_actor(tx: Transaction, actor: str, registry_id: int) -> list[Import]:
    """Return somebody's imports into a registry, newest first."""
    return [_import(row) for row in await SQL.imports_of(tx, actor=actor, registry_id=registry_id)]


def _import(row: Row) -> Import:
    told: dict[str, Any] = {name: value for name, value in row.items() if name != "caller"}
    for name in ("column_names", "matching"):
        told[name] = msgspec.json.decode(told[name])
    return msgspec.convert(told, Import, strict=False)


async def add_piece(tx: Transaction, import_id: str, number: int, content: bytes) -> None:
    """Keep a piece of a file."""
    await SQL.add_piece(tx, import_id=import_id, number=number, content=content)


async def piece(tx: Transaction, import_id: str, number: int) -> bytes | None:
    """Return a piece of a file."""
    found = await SQL.piece(tx, import_id=import_id, number=number)
    return None if found is None else bytes(found)


async def received(tx: Transaction, import_id: str, byte_count: int) -> bool:
    """Mark a file as received whole."""
    return bool(await SQL.received(tx, id=import_id, byte_count=byte_count, now=clock.timestamp()))


async def take_over(tx: Transaction, import_id: str, *, state: str, run: str) -> bool:
    """Make a run the one that works on an import; false when the import is elsewhere by now."""
    return bool(await SQL.take_over(tx, id=import_id, state=state, run=run, now=clock.timestamp()))


async def read_on(tx: Transaction, import_id: str, *, run: str, row_count: int) -> bool:
    """Note how many rows were read; false when another run took over."""
    return bool(await SQL.read_on(tx, id=import_id, run=run, row_count=row_count, now=clock.timestamp()))


async def add_part(tx: Transaction, import_id: str, *, first: int, last: int, content: bytes) -> None:
    """Keep some rows of a file."""
    await SQL.add_part(tx, import_id=import_id, first_place=first, last_place=last, content=content)


async def parts_behind(tx: Transaction, import_id: str, place: int, *, limit: int) -> list[tuple[int, bytes]]:
    """Return the parts that hold the next rows behind a place: the place of their first row, and the rows."""
    rows = await SQL.parts_behind(tx, import_id=import_id, place=place, limit=limit)
    return [(row["first_place"], bytes(row["content"])) for row in rows]


async def make_ready(
    tx: Transaction, import_id: str, *, run: str, columns: Iterable[str], matching: Iterable[str]
) -> bool:
    """Mark a file as read whole; false when another run took over."""
    return bool(
        await SQL.make_ready(
            tx, id=import_id, run=run, column_names=_text(columns), matching=_text(matching), now=clock.timestamp()
        )
    )


async def match(tx: Transaction, import_id: str, matching: Iterable[str]) -> bool:
    """Match columns to other fields."""
    return bool(await SQL.match(tx, id=import_id, matching=_text(matching), now=clock.timestamp()))


async def confirm(tx: Transaction, import_id: str, mode: str) -> bool:
    """Let an import begin; false when it is not ready."""
    return bool(await SQL.confirm(tx, id=import_id, mode=mode, now=clock.timestamp()))


async def settle(tx: Transaction, import_id: str, *, run: str, reached: int, count: int, refused: int) -> bool:
    """Note how far a load came and how many records it stored; false when it was cancelled or taken over."""
    return bool(
        await SQL.settle(
            tx, id=import_id, run=run, reached=reached, count=count, refused=refused, now=clock.timestamp()
        )
    )


async def keep_refusals(tx: Transaction, import_id: str, refusals: Mapping[int, bytes]) -> None:
    """Keep refused rows by their places."""
    rows = [{"import_id": import_id, "place": place, "content": content} for place, content in refusals.items()]
    if rows:
        await SQL.keep_refusals(tx, rows)


async def refusals(tx: Transaction, import_id: str, *, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Return refused rows behind a place."""
    rows = await SQL.refusals(tx, import_id=import_id, after=after, limit=limit)
    return [(row["place"], bytes(row["content"])) for row in rows]


async def finish(  # noqa: PLR0917 (one row as it ends)
    tx: Transaction, import_id: str, run: str, before: str, state: str, fault: str, refused: int
) -> bool:
    """End the work on an import; false when it was cancelled or taken over."""
    return bool(
        await SQL.finish(
            tx, id=import_id, run=run, before=before, state=state, fault=fault, refused=refused, now=clock.timestamp()
        )
    )


async def fail(tx: Transaction, import_id: str, fault: str) -> bool:
    """End an import that cannot go on."""
    return bool(await SQL.fail(tx, id=import_id, fault=fault, now=clock.timestamp()))


async def cancel(tx: Transaction, import_id: str) -> bool:
    """End an import because somebody wants it."""
    return bool(await SQL.cancel(tx, id=import_id, now=clock.timestamp()))


async def drop_staged(tx: Transaction, import_id: str, *, pieces_only: bool = False, parts_only: bool = False) -> None:
    """Remove what was sent."""
    if not parts_only:
        await SQL.drop_pieces(tx, import_id=import_id)
    if not pieces_only:
        await SQL.drop_parts(tx, import_id=import_id)


async def old(tx: Transaction, before: str) -> list[str]:
    """Return imports from before a moment."""
    return [row["id"] for row in await SQL.old_imports(tx, before=before)]


async def drop(tx: Transaction, import_id: str) -> None:
    """Remove an import with all that belongs to it."""
    await drop_staged(tx, import_id)
    await SQL.drop_refusals(tx, import_id=import_id)
    await SQL.drop_import(tx, import_id=import_id)


def _text(names: Iterable[str]) -> str:
    return msgspec.json.encode(list(names)).decode()

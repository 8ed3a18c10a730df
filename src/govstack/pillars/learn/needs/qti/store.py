"""Rows of what could not be taken in, kept whole."""

from __future__ import annotations

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.qti.model import Kept

SQL = queries(__file__)


async def keep(tx: Transaction, kept: Kept) -> None:
    """Keep a file; one that was kept before stays as it is."""
    await SQL.keep(
        tx, id=kept.id, package=kept.package, file_name=kept.file_name, identifier=kept.identifier,
        reason=kept.reason, content=kept.content, kept_at=kept.kept_at,
    )  # fmt: skip


async def kept(tx: Transaction, *, after: str, limit: int) -> list[Kept]:
    """Return what was kept, in the order of ids."""
    return [_kept(row) for row in await SQL.kept(tx, after=after, limit=limit)]


async def one(tx: Transaction, kept_id: str) -> Kept | None:
    """Return a file that was kept."""
    row = await SQL.one(tx, id=kept_id)
    return None if row is None else _kept(row)


def _kept(row: Row) -> Kept:
    return Kept(
        row["id"], row["package"], row["file_name"], row["identifier"], row["reason"], row["kept_at"],
        bytes(row.get("content", b"")),
    )  # fmt: skip

"""Rows of files of answers: their pieces while they are read, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.uploads.model import State, Upload

SQL = queries(__file__)


async def add(
    tx: Transaction, *, upload_id: str, campaign_id: str, actor: str, caller: bytes, kind: str, created_at: str
) -> None:
    """Add a file that is coming in."""
    await SQL.add(
        tx, id=upload_id, campaign_id=campaign_id, actor=actor, caller_sealed=caller, format=kind,
        created_at=created_at,
    )  # fmt: skip


async def add_piece(tx: Transaction, upload_id: str, number: int, content: bytes) -> None:
    """Keep a piece of a file."""
    await SQL.add_piece(tx, upload_id=upload_id, number=number, content=content)


async def received(tx: Transaction, upload_id: str, size: int) -> None:
    """Note how large a file is, in bytes."""
    await SQL.received(tx, id=upload_id, size=size)


async def piece(tx: Transaction, upload_id: str, number: int) -> bytes | None:
    """Return a piece of a file."""
    found: bytes | None = await SQL.piece(tx, upload_id=upload_id, number=number)
    return found


async def drop(tx: Transaction, upload_id: str) -> None:
    """Forget a file that did not come in whole."""
    await SQL.drop_pieces(tx, upload_id=upload_id)
    await SQL.drop(tx, id=upload_id)


async def by_id(tx: Transaction, upload_id: str) -> Upload | None:
    """Return a file."""
    row = await SQL.by_id(tx, id=upload_id)
    return None if row is None else _upload(row)


async def caller(tx: Transaction, upload_id: str) -> bytes:
    """Return who sent a file, sealed."""
    found: bytes = await SQL.caller(tx, id=upload_id)
    return found


async def of_campaign(tx: Transaction, campaign_id: str, *, limit: int) -> list[Upload]:
    """Return the files of a campaign, newest first."""
    return [_upload(row) for row in await SQL.of_campaign(tx, campaign_id=campaign_id, limit=limit)]


async def reading(tx: Transaction, campaign_id: str) -> int:
    """Return how many files of a campaign are being read."""
    return int(await SQL.reading(tx, campaign_id=campaign_id))


async def read_on(
    tx: Transaction, upload_id: str, *, rows_read: int, added: int, known: int, refused: int
) -> bool:  # fmt: skip
    """Note how far a file was read; false when another run has come further."""
    changed = await SQL.read_on(tx, id=upload_id, rows_read=rows_read, added=added, known=known, refused=refused)
    return bool(changed)


async def refuse(tx: Transaction, upload_id: str, refusals: Sequence[tuple[int, bytes]]) -> None:
    """Keep rows that were refused, sealed."""
    batch = [{"upload_id": upload_id, "number": number, "words_sealed": words} for number, words in refusals]
    if batch:
        await SQL.refuse(tx, batch)


async def end(tx: Transaction, upload_id: str, state: State, *, fault: str = "") -> None:
    """End the reading of a file; its pieces are not needed any more."""
    await SQL.end(tx, id=upload_id, state=str(state), fault=fault)
    await SQL.drop_pieces(tx, upload_id=upload_id)


async def refusals(tx: Transaction, upload_id: str, *, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Return rows that were refused, by their number in the file."""
    rows = await SQL.refusals(tx, upload_id=upload_id, after=after, limit=limit)
    return [(row["number"], row["words_sealed"]) for row in rows]


def _upload(row: Row) -> Upload:
    return Upload(**{**row, "state": State(row["state"])})

"""Rows of files that come in: their pieces while they are read, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.intake.model import Given, Intake, Part, State

SQL = queries(__file__)


async def add(
    tx: Transaction, *, intake_id: str, given: Given, actor: str, caller: bytes, kind: str, created_at: str
) -> None:
    """Add a file that is coming in."""
    await SQL.add(
        tx, id=intake_id, room=given.room, about=given.about, scope=given.scope, check_only=given.check_only,
        actor=actor, caller_sealed=caller, format=kind, created_at=created_at,
    )  # fmt: skip


async def add_piece(tx: Transaction, intake_id: str, number: int, content: bytes) -> None:
    """Keep a piece of a file."""
    await SQL.add_piece(tx, intake_id=intake_id, number=number, content=content)


async def received(tx: Transaction, intake_id: str, size: int) -> None:
    """Note how large a file is, in bytes."""
    await SQL.received(tx, id=intake_id, size=size)


async def piece(tx: Transaction, intake_id: str, number: int) -> bytes | None:
    """Return a piece of a file."""
    found: bytes | None = await SQL.piece(tx, intake_id=intake_id, number=number)
    return found


async def drop(tx: Transaction, intake_id: str) -> None:
    """Forget a file that did not come in whole."""
    await SQL.drop_pieces(tx, intake_id=intake_id)
    await SQL.drop(tx, id=intake_id)


async def by_id(tx: Transaction, intake_id: str) -> Intake | None:
    """Return a file."""
    row = await SQL.by_id(tx, id=intake_id)
    return None if row is None else msgspec.convert(row, Intake, strict=False)


async def caller(tx: Transaction, intake_id: str) -> bytes:
    """Return who sent a file, sealed."""
    found: bytes = await SQL.caller(tx, id=intake_id)
    return found


async def listed(tx: Transaction, *, room: str, about: str, limit: int) -> list[Intake]:
    """Return the files about something, newest first."""
    return msgspec.convert(await SQL.listed(tx, room=room, about=about, limit=limit), list[Intake], strict=False)


async def being_read(tx: Transaction, *, limit: int) -> list[Intake]:
    """Return the files that are being read, newest first."""
    return msgspec.convert(await SQL.being_read(tx, limit=limit), list[Intake], strict=False)


async def reading(tx: Transaction, given: Given) -> int:
    """Return how many files about the same are being read."""
    return int(await SQL.reading(tx, room=given.room, about=given.about))


async def claim(tx: Transaction, intake_id: str, *, rows_read: int, reached: int) -> bool:
    """Note how far a file is read in this transaction; false when another run came further or it was cancelled."""
    return bool(await SQL.claim(tx, id=intake_id, rows_read=rows_read, reached=reached))


async def count(tx: Transaction, intake_id: str, part: Part, refused: Sequence[tuple[int, bytes]]) -> None:
    """Count what became of some rows, and keep those that were refused, sealed."""
    await SQL.count(tx, id=intake_id, added=part.added, known=part.known, refused=len(refused))
    if refused:
        await SQL.refuse(
            tx, [{"intake_id": intake_id, "number": number, "words_sealed": words} for number, words in refused]
        )


async def end(tx: Transaction, intake_id: str, state: State, *, fault: str = "") -> bool:
    """End the reading of a file, whose pieces are not needed any more; false when it had ended before."""
    ended = await SQL.end(tx, id=intake_id, state=str(state), fault=fault)
    await SQL.drop_pieces(tx, intake_id=intake_id)
    return bool(ended)


async def forget_refusals(tx: Transaction, *, before: str) -> int:
    """Drop the refused rows of files that came before a moment and are read; return how many went."""
    return int(await SQL.forget_refusals(tx, before=before))


async def refusals(tx: Transaction, intake_id: str, *, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Return rows that were refused, by their number in the file."""
    rows = await SQL.refusals(tx, intake_id=intake_id, after=after, limit=limit)
    return [(row["number"], row["words_sealed"]) for row in rows]

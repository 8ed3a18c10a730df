"""Rows of answers."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.replies.model import Order, State
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, *, reply_id: str, request_id: str, digests: list[str], size: int, sealed: bytes) -> bool:
    """Add an answer with its content; false when the same one is there already, under any of its keyed hashes."""
    if (earlier := digests[1:]) and await SQL.known_reply(tx, request_id=request_id, digests=earlier):
        return False
    now = clock.timestamp()
    row = await SQL.insert_reply(
        tx, id=reply_id, request_id=request_id, digest=digests[0], content_bytes=size, received_at=now
    )
    if row is None:
        return False
    await SQL.insert_content(tx, id=reply_id, sealed=sealed)
    await add_event(tx, reply_id=reply_id, sequence=1, state=State.WAITING)
    return True


async def add_event(
    tx: Transaction, *, reply_id: str, sequence: int, state: State, code: int = 0, reason: str = ""
) -> bool:
    """Write the next event of an answer; false when somebody else did."""
    return bool(
        await SQL.add_event(
            tx,
            reply_id=reply_id,
            sequence=sequence,
            state=str(state),
            response_code=code,
            reason=reason,
            at=clock.timestamp(),
        )
    )


async def erase(tx: Transaction, reply_id: str) -> None:
    """Take away the content of an answer."""
    await SQL.erase_content(tx, id=reply_id)


async def order(tx: Transaction, reply_id: str) -> Order | None:
    """Return an answer as it stands."""
    row = await SQL.order(tx, id=reply_id)
    return None if row is None else msgspec.convert(row, Order, strict=False)

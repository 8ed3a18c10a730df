"""Rows of messages on their way."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.delivery.model import Order
from govstack.blocks.messaging.intake.model import Reason, State
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def order(tx: Transaction, message_id: str) -> Order | None:
    """Return a message as it stands."""
    row = await SQL.order(tx, id=message_id)
    return None if row is None else msgspec.convert(row, Order, strict=False)


async def add_event(tx: Transaction, found: Order, state: State, reason: Reason, *, provider: str, code: int) -> bool:
    """Write the next event of a message; false when somebody else did."""
    return bool(
        await SQL.add_event(
            tx,
            message_id=found.id,
            sequence=found.sequence + 1,
            state=str(state),
            reason=str(reason),
            provider=provider,
            response_code=code,
            at=clock.timestamp(),
        )
    )


async def erase(tx: Transaction, name: str) -> None:
    """Take away a key and what it opens: nobody can read it any more."""
    await SQL.erase_secret(tx, id=name)
    await SQL.erase_content(tx, id=name)


async def erase_letter(tx: Transaction, request_id: str) -> None:
    """Take a letter away, unless it is still to be sent to somebody."""
    if await _is_needed(tx, request_id):
        return
    # Messages may be sent again in this moment: with the letter held, all of that or nothing is seen.
    await SQL.hold_letter(tx, id=request_id)
    if not await _is_needed(tx, request_id):
        await erase(tx, request_id)


async def _is_needed(tx: Transaction, request_id: str) -> bool:
    return await SQL.is_needed(tx, request_id=request_id) is not None


async def left_over(tx: Transaction, *, limit: int) -> list[str]:
    """Return letters that nobody needs any more."""
    return [row["id"] for row in await SQL.left_over(tx, limit=limit)]

"""Rows of messages on their way."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.blocks.messaging.delivery.model import Order, Part
from govstack.blocks.messaging.intake.model import Reason, State
from govstack.blocks.messaging.providers.model import Fate, Receipt
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


async def add_parts(tx: Transaction, found: Order, parts: Sequence[tuple[int, int, str]], *, provider: str) -> None:
    """Write which parts of a text a provider has taken."""
    now = clock.timestamp()
    for part, number, provider_id in parts:
        await SQL.insert_part(
            tx, message_id=found.id, part=part, parts=number, provider=provider, provider_id=provider_id, at=now
        )


async def taken(tx: Transaction, message_id: str) -> dict[str, list[int]]:
    """Return which parts of a text were taken before, by provider."""
    found: dict[str, list[int]] = {}
    for row in await SQL.taken(tx, message_id=message_id):
        found.setdefault(row["provider"], []).append(row["part"])
    return found


async def part(tx: Transaction, receipt: Receipt, *, provider: str) -> Part | None:
    """Return the part that a receipt is for."""
    row = await SQL.part(tx, provider=provider, provider_id=receipt.provider_id)
    return None if row is None else msgspec.convert(row, Part, strict=False)


async def add_receipt(tx: Transaction, found: Part, fate: Fate) -> bool:
    """Write what became of a part; false when that is known already."""
    return bool(
        await SQL.add_receipt(tx, message_id=found.message_id, part=found.part, fate=str(fate), at=clock.timestamp())
    )


async def fates(tx: Transaction, message_id: str) -> list[Fate]:
    """Return what became of the parts of a text, as far as it is known."""
    return [Fate(row["fate"]) for row in await SQL.fates(tx, message_id=message_id)]


async def await_receipt(tx: Transaction, message_id: str, *, until: str) -> None:
    """Write until when the receipt of a text is waited for."""
    await SQL.await_receipt(tx, message_id=message_id, until=until)


async def await_no_more(tx: Transaction, message_id: str) -> None:
    """Wait for no receipt of a text any more."""
    await SQL.await_no_more(tx, message_id=message_id)


async def overdue(tx: Transaction, *, now: str, limit: int) -> list[str]:
    """Return texts whose receipts never came."""
    return [row["message_id"] for row in await SQL.overdue(tx, now=now, limit=limit)]


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

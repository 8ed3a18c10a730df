"""Rows of messages that reports are about."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.intake.model import Reason, State
from govstack.blocks.messaging.reports.model import PROVIDER, Standing
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def standing(tx: Transaction, umid: str) -> Standing | None:
    """Return a message as it stands."""
    row = await SQL.standing(tx, id=umid)
    return None if row is None else msgspec.convert(row, Standing, strict=False)


async def bounce(tx: Transaction, found: Standing, *, code: int) -> bool:
    """Write that the receiving side refused a message; false when somebody else wrote its next event."""
    return bool(
        await SQL.add_event(
            tx,
            message_id=found.id,
            sequence=found.sequence + 1,
            state=str(State.FAILED),
            reason=str(Reason.REJECTED),
            provider=PROVIDER,
            response_code=code,
            at=clock.timestamp(),
        )
    )

"""Rows of extensions, and of messages that are sent again."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.intake.model import State
from govstack.blocks.messaging.recovery.model import Request, Standing, Why
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def request(tx: Transaction, uid: str) -> Request | None:
    """Return a request, and until when its messages are tried."""
    row = await SQL.request(tx, id=uid)
    return None if row is None else msgspec.convert(row, Request, strict=False)


async def standings(tx: Transaction, uid: str) -> list[Standing]:
    """Return the messages of a request in the order of its recipients."""
    return msgspec.convert(await SQL.standings(tx, request_id=uid), list[Standing], strict=False)


async def extend(tx: Transaction, uid: str, *, until: str, why: Why) -> None:
    """Let the messages of a request be tried for longer."""
    await SQL.add_extension(tx, request_id=uid, until=until, reason=str(why), at=clock.timestamp())


async def seal(tx: Transaction, name: str, *, request_id: str, sealed: tuple[bytes, bytes]) -> None:
    """Write what can be read, sealed, and apart from it the sealed key, which comes first."""
    await SQL.put_secret(tx, id=name, request_id=request_id, sealed_key=sealed[0])
    await SQL.put_content(tx, id=name, sealed=sealed[1])


async def begin_again(tx: Transaction, one: Standing) -> None:
    """Put a message back into the queue."""
    await SQL.add_event(tx, message_id=one.id, sequence=one.sequence + 1, state=str(State.QUEUED), at=clock.timestamp())

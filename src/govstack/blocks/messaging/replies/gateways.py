"""Passing an answer on to the address that the sender gave."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, may_connect
from govstack.kernel.mediation import Reply

SECONDS_MAX = 20.0
ANSWER_BYTES_MAX = 100_000


async def forward(context: Context, uri: str, *, request_id: str, reply_id: str, body: bytes, rules: Rules) -> Reply:
    """Send an answer; a repeat carries the same id. Raises a Problem when nobody answers."""
    return await context.mediation.network.send(
        "POST",
        uri,
        headers={"content-type": "application/json", "requestUid": request_id, "idempotency-key": reply_id},
        body=body,
        seconds=SECONDS_MAX,
        bytes_max=ANSWER_BYTES_MAX,
        avoid=lambda number: not may_connect(number, rules),
    )

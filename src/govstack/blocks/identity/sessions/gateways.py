"""The way to relying parties: a logout token as a form, without following redirects."""

from __future__ import annotations

from urllib.parse import urlencode

from govstack.blocks.identity.sessions.errors import NotAllowed
from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, fault_of, may_connect

SECONDS_MAX = 10.0
ANSWER_BYTES_MAX = 100_000


async def tell(context: Context, *, address: str, token: str, rules: Rules | None) -> int:
    """Send a logout token and return the status; raises NotAllowed for an address that breaks the rules, if there are
    any, and Unavailable and the like."""
    if rules is not None and fault_of(address, rules):
        raise NotAllowed
    reply = await context.mediation.network.send(
        "POST",
        address,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode({"logout_token": token}).encode(),
        seconds=SECONDS_MAX,
        bytes_max=ANSWER_BYTES_MAX,
        avoid=(lambda number: not may_connect(number, rules)) if rules is not None else None,
    )
    return reply.status

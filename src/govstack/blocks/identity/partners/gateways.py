"""The ways to partners: their own servers, signed and without following redirects, or the mediator."""

from __future__ import annotations

from govstack.blocks.identity.partners.errors import WrongAddress
from govstack.blocks.identity.partners.model import Notice, Partner, address_fault, signature
from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, may_connect

SECONDS_MAX = 10.0
ANSWER_BYTES_MAX = 100_000
PURPOSE = "Notice of identity"


async def send(context: Context, *, partner: Partner, secret: str, notice: Notice, rules: Rules) -> int:
    """Send a notice to a partner's own server and return the status; raises WrongAddress, Unavailable and the like."""
    if fault := address_fault(partner.address, rules):
        raise WrongAddress(f"The address {fault}.")
    content, moment = notice.body(), str(int(clock.now().timestamp()))
    reply = await context.mediation.network.send(
        "POST",
        partner.address,
        headers={
            "content-type": "application/json",
            "webhook-id": notice.id,
            "webhook-timestamp": moment,
            "webhook-signature": signature(secret, notice.id, moment, content),
        },
        body=content,
        seconds=SECONDS_MAX,
        bytes_max=ANSWER_BYTES_MAX,
        avoid=lambda number: not may_connect(number, rules),
    )
    return reply.status


async def send_mediated(context: Context, *, partner: Partner, notice: Notice, application: str) -> int:
    """Send a notice to a partner's service through the mediator and return the status."""
    told = {"id": notice.id, "type": notice.type, "timestamp": notice.at, "data": notice.data}
    reply = await context.mediation.call(
        "POST", partner.address, "/notices", application=application, body=told, purpose=PURPOSE, seconds=SECONDS_MAX
    )
    return reply.status

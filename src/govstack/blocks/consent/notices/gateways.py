"""The way to webhooks: to the very machine that was checked, signed, and without following redirects."""

from __future__ import annotations

from govstack.blocks.consent.notices.errors import AddressRefused
from govstack.blocks.consent.notices.model import Notice, Webhook, address_fault, signature
from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, may_connect

SECONDS_MAX = 10.0
ANSWER_BYTES_MAX = 100_000


async def send(context: Context, *, webhook: Webhook, secret: str, notice: Notice, rules: Rules) -> int:
    """Send a notice and return the status of the answer; raises AddressRefused, Unavailable, GatewayTimeout."""
    if fault := address_fault(webhook.payload_url, rules):
        raise AddressRefused(f"The address {fault}.")
    content, moment = notice.body(), str(int(clock.now().timestamp()))
    reply = await context.mediation.network.send(
        "POST",
        webhook.payload_url,
        headers={
            "content-type": webhook.content_type,
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

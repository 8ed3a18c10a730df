"""Use cases of what networks bring: a receipt moves its text on, and what somebody writes is an answer."""

from __future__ import annotations

import structlog
from prometheus_client import Counter

from govstack.blocks.messaging.delivery import service as delivery
from govstack.blocks.messaging.incoming.model import LOOK_SECONDS, LOOKS_MAX, passed_on
from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import Channel
from govstack.blocks.messaging.providers import service as providers
from govstack.blocks.messaging.providers.model import Brought
from govstack.blocks.messaging.replies import service as replies
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import metrics
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

BROUGHT = Counter("govstack_messages_brought", "What networks brought", ["kind", "outcome"], registry=metrics.REGISTRY)
_log = structlog.get_logger(__name__)


async def handle(context: Context, *, by: Actor, name: str, looks: int) -> float | None:
    """Look at what was brought; return after how many seconds to look again, none when it has been dealt with."""
    found = await providers.held(context, name)
    if found is None:
        return None
    provider, brought = found
    if brought.receipt is None:
        kind, known = "text", await _pass_on(context, by, brought)
    else:
        kind, known = "receipt", await delivery.confirm(context, by=by, provider=provider, receipt=brought.receipt)
        if not known and looks < LOOKS_MAX:
            return LOOK_SECONDS
    await providers.let_go(context, name)
    BROUGHT.labels(kind, "known" if known else "unknown").inc()
    if not known:
        _log.info("messaging.brought.unknown", kind=kind, provider=provider)
    return None


async def _pass_on(context: Context, by: Actor, brought: Brought) -> bool:
    """Pass on what somebody wrote as an answer to the latest text they got; false when there is none."""
    asked = await intake.answered(context, channel=Channel.SMS, address=brought.number)
    if asked is None:
        return False
    sender = await senders.patience(context, sender_id=asked.sender_id)
    body = passed_on(brought, asked.message_id)
    await replies.receive(context, by=by, sender=sender, uid=asked.request_id, body=body)
    return True

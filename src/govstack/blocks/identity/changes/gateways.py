"""The way to the messaging block, through the mediator: tell people how their request stands."""

from __future__ import annotations

from govstack.blocks.identity.codes.model import Message
from govstack.kernel.context import Context

PURPOSE = "Notice of a change of identity"
SECONDS_MAX = 10.0


async def send(context: Context, message: Message, *, application: str, service: str) -> None:
    """Hand an e-mail in; raises a Problem when messaging does not take it."""
    body = {
        "recipientInfo": {"email": message.address},
        "emailContent": {"encoding": "UTF-8", "title": message.title, "content": message.text},
    }
    reply = await context.mediation.call(
        "POST", service, "/send/email/single", application=application, body=body, purpose=PURPOSE, seconds=SECONDS_MAX
    )
    reply.expect(200, 201, 202)

"""The way to the messaging block, through the mediator."""

from __future__ import annotations

from govstack.blocks.identity.codes.model import Channel, Message
from govstack.kernel.context import Context

PURPOSE = "One-time code"
SECONDS_MAX = 10.0


async def send(context: Context, message: Message, *, application: str, service: str) -> None:
    """Hand a message in before all others; raises a Problem when messaging does not take it."""
    if message.channel is Channel.SMS:
        path = "/emergency/send/sms/single"
        body: dict[str, object] = {
            "recipientInfo": {"recipient": message.address},
            "smsContent": {"encoding": "UTF-8", "content": message.text},
        }
    else:
        path = "/emergency/send/email/single"
        body = {
            "recipientInfo": {"email": message.address},
            "emailContent": {"encoding": "UTF-8", "title": message.title, "content": message.text},
        }
    reply = await context.mediation.call(
        "POST", service, path, application=application, body=body, purpose=PURPOSE, seconds=SECONDS_MAX
    )
    reply.expect(200, 201, 202)

"""The way to the messaging block, through the mediator."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.identity.codes.model import Channel, Message
from govstack.kernel.context import Context

PURPOSE = "One-time code"
SECONDS_MAX = 10.0
NOTICE_SECONDS_MAX = 20.0
FORBIDDEN = 403


async def send(context: Context, message: Message, *, application: str, service: str) -> None:
    """Hand a message in before all others, or among them where the application has no right to that.

    Raises a Problem when messaging does not take it.
    """
    path, body = _asked(message)
    for lane in ("/emergency", ""):
        reply = await context.mediation.call(
            "POST", service, lane + path, application=application, body=body, purpose=PURPOSE, seconds=SECONDS_MAX
        )
        if reply.status != FORBIDDEN:
            break
    reply.expect(200, 201, 202)


async def notify(context: Context, message: Message, *, application: str, service: str, purpose: str, key: str) -> None:
    """Hand in a message that is no code; a repeat carries the same key. Raises a Problem when messaging refuses it."""
    path, body = _asked(message)
    reply = await context.mediation.call(
        "POST", service, path, application=application, body=body, purpose=purpose,
        headers={"idempotency-key": key}, seconds=NOTICE_SECONDS_MAX,
    )  # fmt: skip
    reply.expect(200, 201, 202)


def _asked(message: Message) -> tuple[str, Mapping[str, object]]:
    if message.channel is Channel.SMS:
        text = {"encoding": "UTF-8", "content": message.text}
        return "/send/sms/single", {"recipientInfo": {"recipient": message.address}, "smsContent": text}
    letter = {"encoding": "UTF-8", "title": message.title, "content": message.text}
    return "/send/email/single", {"recipientInfo": {"email": message.address}, "emailContent": letter}

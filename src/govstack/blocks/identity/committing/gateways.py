"""What enrolment asks of Messaging, through the mediator: a message to somebody."""

from __future__ import annotations

from govstack.blocks.identity.committing.model import Way
from govstack.kernel.context import Context

SECONDS_MAX = 20.0
PURPOSE = "Notice of an enrolment"


async def send(
    context: Context, *, service: str, application: str, way: Way, address: str, title: str, content: str, key: str
) -> None:
    """Ask for a message; a repeat carries the same key. Raises what the refusal of Messaging means."""
    if way is Way.EMAIL:
        path = "/send/email/single"
        body: dict[str, object] = {
            "recipientInfo": {"email": address},
            "emailContent": {"encoding": "UTF-8", "title": title, "content": content},
        }
    else:
        path = "/send/sms/single"
        body = {
            "recipientInfo": {"recipient": address},
            "smsContent": {"encoding": "UTF-8", "content": content},
        }
    reply = await context.mediation.call(
        "POST",
        service,
        path,
        application=application,
        body=body,
        purpose=PURPOSE,
        headers={"idempotency-key": key},
        seconds=SECONDS_MAX,
    )
    reply.expect(200, 201, 202)

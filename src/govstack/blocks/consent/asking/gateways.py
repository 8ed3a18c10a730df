"""The way to people's post: one message by the messaging block, through the mediator; the address is not kept here."""

from __future__ import annotations

from govstack.kernel.context import Context

SECONDS_MAX = 10.0
PURPOSE = "consent-request"
PATH = "/send/email/single"


async def send(context: Context, *, service: str, application: str, email: str, title: str, text: str) -> None:
    """Hand one message over; raises the Problem of whoever did not take it."""
    reply = await context.mediation.call(
        "POST",
        service,
        PATH,
        application=application,
        body={
            "recipientInfo": {"email": email},
            "emailContent": {"encoding": "utf-8", "title": title, "content": text},
        },
        purpose=PURPOSE,
        seconds=SECONDS_MAX,
    )
    reply.expect(200, 201, 202)

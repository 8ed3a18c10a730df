"""The way to people's post: one message by the messaging block, through the mediator; the address is not kept here."""

from __future__ import annotations

from govstack.kernel.context import Context

SECONDS_MAX = 10.0
PURPOSE = "consent-request"
MAIL, TEXT = "/send/email/single", "/send/sms/single"


async def send(
    context: Context, *, service: str, application: str, email: str, phone: str, title: str, text: str
) -> None:
    """Hand one message over, by mail or else as a text; raises the Problem of whoever did not take it."""
    mail = {
        "recipientInfo": {"email": email},
        "emailContent": {"encoding": "utf-8", "title": title, "content": text},
    }
    note = {"recipientInfo": {"recipient": phone}, "smsContent": {"encoding": "utf-8", "content": text}}
    reply = await context.mediation.call(
        "POST",
        service,
        MAIL if email else TEXT,
        application=application,
        body=mail if email else note,
        purpose=PURPOSE,
        seconds=SECONDS_MAX,
    )
    reply.expect(200, 201, 202)

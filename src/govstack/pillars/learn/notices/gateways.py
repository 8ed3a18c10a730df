"""The way to people's post: one message by the messaging block, through the mediator."""

from __future__ import annotations

from govstack.kernel.context import Context

SECONDS_MAX = 10.0
MAIL, TEXT = "/send/email/single", "/send/sms/single"


async def send(
    context: Context, *, service: str, application: str, address: str, title: str, text: str, purpose: str, key: str
) -> None:
    """Hand one message over, by mail or as a text; a repeat carries the same key. Raises the Problem of a refusal."""
    mail = {
        "recipientInfo": {"email": address},
        "emailContent": {"encoding": "UTF-8", "title": title, "content": text},
    }
    note = {"recipientInfo": {"recipient": address}, "smsContent": {"encoding": "UTF-8", "content": text}}
    by_mail = "@" in address
    reply = await context.mediation.call(
        "POST", service, MAIL if by_mail else TEXT, application=application, body=mail if by_mail else note,
        purpose=purpose, headers={"idempotency-key": key}, seconds=SECONDS_MAX,
    )  # fmt: skip
    reply.expect(200, 201, 202)

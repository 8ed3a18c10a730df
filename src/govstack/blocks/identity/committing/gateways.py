"""What enrolment asks of Messaging, through the mediator: a mail to somebody."""

from __future__ import annotations

from govstack.kernel.context import Context

SECONDS_MAX = 20.0
PURPOSE = "Notice of an enrolment"


async def send_mail(
    context: Context, *, service: str, application: str, address: str, title: str, content: str, key: str
) -> None:
    """Ask for a mail; a repeat carries the same key. Raises what the refusal of Messaging means."""
    reply = await context.mediation.call(
        "POST",
        service,
        "/send/email/single",
        application=application,
        body={
            "recipientInfo": {"email": address},
            "emailContent": {"encoding": "utf-8", "title": title, "content": content},
        },
        purpose=PURPOSE,
        headers={"idempotency-key": key},
        seconds=SECONDS_MAX,
    )
    reply.expect(200, 201, 202)

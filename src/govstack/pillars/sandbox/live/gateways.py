"""What the live view asks of the mediator: the calls it recorded."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.pillars.sandbox.live.model import MESSAGES_SHOWN_MAX, Message


async def recorded(context: Context, *, application: str, correlation_id: str = "", since: str = "") -> list[Message]:
    """Return the recorded calls of an application, oldest first; an application sees only its own."""
    query = {"limit": str(MESSAGES_SHOWN_MAX)}
    if correlation_id:
        query["correlationId"] = correlation_id
    if since:
        query["since"] = since
    reply = await context.mediation.ask_mediator("/api/v1/exchanges", application=application, query=query)
    return [_message(found) for found in reply.expect(200).json()["exchanges"]]


def _message(found: dict[str, object]) -> Message:
    service = str(found["service"])
    return Message(
        id=str(found["messageId"]),
        client=str(found["client"]),
        provider=service.rpartition("/")[0],
        service=service,
        operation=str(found["operation"]),
        verdict=str(found["verdict"]),
        status=int(str(found.get("status", 0))),
        milliseconds=float(str(found.get("milliseconds", 0))),
        at=str(found["at"]),
    )

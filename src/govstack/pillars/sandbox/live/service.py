"""The live view: what really went over the mediator for one page, never a script of it."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from govstack.pillars.sandbox.live import gateways
from govstack.pillars.sandbox.live.model import Message


async def behind_page(context: Context, *, application: str, correlation_id: str) -> list[Message] | None:
    """Return the calls that one page made, oldest first; None when the mediator cannot be asked just now."""
    try:
        return await gateways.recorded(context, application=application, correlation_id=correlation_id)
    except Problem:
        return None


async def lately(context: Context, *, application: str, since: str = "") -> list[Message]:
    """Return an application's last calls, oldest first."""
    return await gateways.recorded(context, application=application, since=since)

"""What enrolment asks of other registers, through the mediator: the record of one person."""

from __future__ import annotations

from typing import Any

from govstack.blocks.identity.importing.model import Source
from govstack.kernel.context import Context

SECONDS_MAX = 20.0
PURPOSE = "Enrolment of a person"


async def fetch(context: Context, source: Source, *, identifier: str, user: str) -> object:
    """Return what a register answers to a question for one record; None when it holds none."""
    body: dict[str, Any] = {"query": {"content": {source.find_by: identifier}}}
    reply = await context.mediation.call(
        "POST",
        source.service,
        source.path,
        application=source.application,
        body=body,
        user=user,
        purpose=PURPOSE,
        seconds=SECONDS_MAX,
    )
    return None if reply.status == 404 else reply.expect(200).json()

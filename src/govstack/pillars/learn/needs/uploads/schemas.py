"""Wire shapes of files of answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.kernel.sheets import MEDIA_TYPES, Format, format_of
from govstack.pillars.learn.intake.model import Intake, State
from govstack.pillars.learn.needs.uploads.errors import WrongKind

BODY_TYPES = tuple(MEDIA_TYPES.values())
RECEIVE_SECONDS_MAX = 600.0


class UploadAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A file of answers and what became of its rows."""

    id: str
    campaign_id: str
    state: State
    fault: str
    bytes: int
    rows_read: int
    added: int
    known: int
    refused: int

    @classmethod
    def of(cls, one: Intake) -> UploadAnswer:
        """Return a file as it is answered."""
        return cls(one.id, one.about, one.state, one.fault, one.size, one.rows_read, one.added, one.known, one.refused)


def format_sent(call: Call) -> Format:
    """Return what kind of file a body is; raises WrongKind."""
    kind = format_of(media_type=call.content_type)
    if kind is None:
        raise WrongKind
    return kind


async def body_of(call: Call) -> AsyncIterator[bytes]:
    """Yield a body as it comes in, so that a large one is never whole in memory."""
    assert call.stream is not None
    try:
        async with asyncio.timeout(RECEIVE_SECONDS_MAX):
            while True:
                message = await call.stream()
                if message["type"] == "http.disconnect":
                    raise BadRequest(_("The connection closed before the whole file had arrived."))
                if message.get("body"):
                    yield message["body"]
                if not message.get("more_body", False):
                    return
    except TimeoutError as error:
        raise BadRequest(_("The file took too long to arrive.")) from error

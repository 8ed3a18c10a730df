"""Wire shapes of files of answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call
from govstack.kernel.sheets import MEDIA_TYPES, Format, csv_line, defused, format_of
from govstack.pillars.learn.uploads.errors import WrongKind
from govstack.pillars.learn.uploads.model import Refusal, State, Upload

BODY_TYPES = tuple(MEDIA_TYPES.values())
RECEIVE_SECONDS_MAX = 600.0
BYTE_ORDER_MARK = "\ufeff"


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
    def of(cls, one: Upload) -> UploadAnswer:
        """Return a file as it is answered."""
        return cls(
            one.id, one.campaign_id, one.state, one.fault, one.size, one.rows_read, one.added, one.known, one.refused
        )


class RefusalAnswer(msgspec.Struct, frozen=True):
    """A row that was refused: its number in the file, and what was wrong by column."""

    row: int
    fields: dict[str, str]


class RefusalList(msgspec.Struct, frozen=True):
    """The first rows that were refused."""

    refusals: list[RefusalAnswer]


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


def refusals_file(upload: Upload, parts: AsyncIterator[list[Refusal]]) -> Answer:
    """Return refused rows as a CSV file to put right: number, what was wrong, and what the row held."""

    async def stream() -> AsyncIterator[bytes]:
        columns: list[str] = []
        async for part in parts:
            if not columns:
                columns = list(dict.fromkeys(name for row in part for name in row.cells))
                yield (BYTE_ORDER_MARK + csv_line(["_row", "_problem", *map(defused, columns)])).encode()
            lines = [
                [row.number, defused(_problem(row)), *(defused(row.cells.get(name, "")) for name in columns)]
                for row in part
            ]
            yield "".join(map(csv_line, lines)).encode()

    headers = {"Content-Disposition": f'attachment; filename="refused-{upload.id}.csv"', "Cache-Control": "no-store"}
    return Answer(stream=stream(), media_type="text/csv; charset=utf-8", headers=headers)


def _problem(row: Refusal) -> str:
    return "; ".join(f"{name}: {words}" if name else words for name, words in row.faults.items())

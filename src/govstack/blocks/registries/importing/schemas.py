"""Wire shapes of imports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated, Any, Literal

import msgspec

from govstack.blocks.registries.importing.errors import UnknownFormat
from govstack.blocks.registries.importing.model import Import, Preview, Refusal
from govstack.kernel.books import csv_line, defused
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Call
from govstack.kernel.sheets import Format, format_of

RECEIVE_SECONDS_MAX = 900.0


class Column(msgspec.Struct, frozen=True):
    """A column of the file and the field it fills; no field leaves it out."""

    column: str
    field: str = ""


class Matching(msgspec.Struct, frozen=True):
    """Which column fills which field; columns that are not named are left out."""

    columns: Annotated[list[Column], msgspec.Meta(max_length=1_000)]


class Confirmation(msgspec.Struct, frozen=True):
    """What becomes of rows that do not fit: `all` takes all rows or none, `good` takes those that fit."""

    mode: Literal["all", "good"]


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of the file: what would be stored, or what is wrong in which field; an empty name means the row itself."""

    row: int
    content: dict[str, Any] = {}
    faults: dict[str, str] = {}


class PreviewAnswer(msgspec.Struct, frozen=True):
    """The first rows as they would be stored, and the faults among those that were checked."""

    checked: int
    faulty: int
    rows: list[Row]
    faults: list[Row]


class ImportAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where an import stands: of `rows` so many are dealt with (`done`), accepted and refused."""

    id: str
    state: str
    format: str
    version: str
    created_at: str
    rows: int
    done: int
    accepted: int
    refused: int
    columns: list[Column]
    mode: str = ""
    fault: str = ""
    preview: PreviewAnswer | None = None


class Imports(msgspec.Struct, frozen=True):
    """The caller's own imports, newest first."""

    imports: list[ImportAnswer]


class ErrorsQuery(msgspec.Struct, frozen=True):
    """In which format refused rows are wanted."""

    format: Literal["json", "csv"] = "json"


def answer(one: Import, preview: Preview | None = None) -> ImportAnswer:
    """Return an import, with its preview while it waits to be confirmed."""
    shown = None
    if preview is not None and preview.checked:
        shown = PreviewAnswer(
            preview.checked,
            preview.refused,
            [Row(row.number, {} if row.faults else row.content, row.faults) for row in preview.rows],
            [Row(row.number, {}, row.faults) for row in preview.faulty],
        )
    columns = [Column(*pair) for pair in zip(one.column_names, one.matching, strict=True)]
    return ImportAnswer(
        one.id, one.state.value, one.format.value, one.version, one.created_at, one.row_count, one.reached,
        one.accepted, one.refused, columns, one.mode, one.fault, shown,
    )  # fmt: skip


def matching_of(body: Matching, one: Import) -> list[str]:
    """Return the field of each column in the order of the file; raises BadRequest for a column that is not there."""
    wanted = {pair.column: pair.field for pair in body.columns}
    unknown = next((name for name in wanted if name not in one.column_names), None)
    if unknown is not None:
        raise BadRequest(f"The file has no column {unknown}.", fields={"columns": "names a column that is not there"})
    return [wanted.get(name, "") for name in one.column_names]


def format_sent(call: Call) -> Format:
    """Return the format that the content type says; raises UnknownFormat."""
    kind = format_of(media_type=call.content_type)
    if kind is None:
        raise UnknownFormat
    return kind


async def body_of(call: Call) -> AsyncIterator[bytes]:
    """Yield a body as it comes in, so that a large one is never whole in memory."""
    assert call.stream is not None
    try:
        async with asyncio.timeout(RECEIVE_SECONDS_MAX):
            while True:
                message = await call.stream()
                if message["type"] == "http.disconnect":
                    raise BadRequest("The connection closed before the whole file had arrived.")
                if message.get("body"):
                    yield message["body"]
                if not message.get("more_body", False):
                    return
    except TimeoutError as error:
        raise BadRequest("The file took too long to arrive.") from error


async def errors_json(parts: AsyncIterable[tuple[Refusal, ...]]) -> AsyncIterator[bytes]:
    """Yield refused rows as one JSON document."""
    between = b'{"errors":['
    async for part in parts:
        for one in part:
            yield between + msgspec.json.encode(Row(one.number, faults=one.faults))
            between = b","
    yield (b"" if between == b"," else between) + b"]}"


async def errors_csv(one: Import, parts: AsyncIterable[tuple[Refusal, ...]]) -> AsyncIterator[bytes]:
    """Yield refused rows as a table: the row's number, what is wrong, and the row itself to put right."""
    yield ("\ufeff" + csv_line(["row", "what is wrong", *map(defused, one.column_names)])).encode()
    async for part in parts:
        for row in part:
            wrong = "; ".join(f"{name} {fault}".strip() for name, fault in row.faults.items())
            yield csv_line([row.number, defused(wrong), *map(_as_it_was, row.cells)]).encode()


def _as_it_was(cell: object) -> object:
    if isinstance(cell, list | dict):
        return defused(msgspec.json.encode(cell).decode())
    # A text that was defused in the file is so still, and defusing it again would add one more apostrophe.
    return defused(cell) if isinstance(cell, str) and not cell.startswith("'") else cell

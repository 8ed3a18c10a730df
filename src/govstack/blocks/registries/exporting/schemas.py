"""What an export is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Annotated, Literal

import msgspec

from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.records.schemas import ListQuery, search_of
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call
from govstack.kernel.sheets import Format

CHOSEN_MAX = 400
ID_CHARACTERS_MAX = 40


class ExportQuery(ListQuery, frozen=True, omit_defaults=True):
    """What to export: as for a list; `records` leaves only those with these ids."""

    format: Annotated[Literal["csv", "xlsx", "json"], msgspec.Meta(description="What the file is")] = "csv"
    records: Annotated[str, msgspec.Meta(description="Ids of records, separated by commas")] = ""


def search_for(call: Call, registry: Registry) -> Search:
    """Return the search of an export; raises BadSearch and BadRequest."""
    return chosen(search_of(call, registry), call.query.records.split(",") if call.query.records else [])


def chosen(search: Search, uuids: Iterable[str]) -> Search:
    """Return a search that is left to some records, when there are any; raises BadRequest for too many."""
    named = tuple(dict.fromkeys(uuid.strip() for uuid in uuids if uuid.strip()))
    if len(named) > CHOSEN_MAX or any(len(uuid) > ID_CHARACTERS_MAX for uuid in named):
        raise BadRequest(f"Name at most {CHOSEN_MAX} records by their ids.", fields={"records": "are too many"})
    return replace(search, uuids=named)


def file_answer(registry: Registry, kind: Format, stream: AsyncIterator[bytes]) -> Answer:
    """Return a file as an answer that is sent as it is made, and that nobody keeps on the way."""
    charset = "" if kind is Format.XLSX else "; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{registry.code}-{registry.version}.{kind.value}"',
        "Cache-Control": "no-store",
    }
    return Answer(stream=stream, media_type=kind.media_type + charset, headers=headers)

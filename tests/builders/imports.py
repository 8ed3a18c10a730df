"""Files of records and imports of them: sent in, confirmed and worked off as the host would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from govstack.blocks.registries.design.model import Field, FieldType, Registry
from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.importing.model import Import, Mode, Refusal
from govstack.blocks.registries.intake import tasks
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.job_runner import JobRunner
from govstack.kernel.sheets import Format
from tests.builders.registries import ANALYST, field

CONTENTS: tuple[dict[str, Any], ...] = (
    {
        "Name": "አስቴር ከተማ", "Count": 0, "Amount": 1250.5, "Fit": True, "Born": "1899-12-31", "Opens": "08:30",
        "Seen": "2026-01-30T10:15:00Z", "Use": "res", "Tags": ["a;b", "[x]", "ü"],
        "Address": {"Street": "=1+1", "Town": "Hill"}, "More": {"heated": False, "floors": [1, 2.5]},
    },
    {"Name": "ليلى حداد", "Count": -7, "Fit": False, "Tags": ["one"], "Rooms": [{"Area": 12.5}, {"Area": 3}]},
    {"Name": "=HYPERLINK(\"https://x\")", "Amount": -0.25, "Count": 9007199254740995},
    {"Name": "'=it's", "Tags": []},
    {"Name": " +372 5555\nsecond \"line\",; end ", "Place": {"type": "Point", "coordinates": [36.8, -1.3]}},
    {"Name": "漢字 \U0001f9ea", "Born": "2026-11-22"},
    {"Name": "-"},
)  # fmt: skip


def every_field() -> tuple[Field, ...]:
    """Fields of every type that comes back from a file as it went."""
    return (
        field("Name", labels={"en": "Full name", "fr": "Nom complet"}),
        field("Count", FieldType.INTEGER),
        field("Amount", FieldType.NUMBER),
        field("Fit", FieldType.BOOLEAN),
        field("Born", FieldType.DATE),
        field("Opens", FieldType.TIME),
        field("Seen", FieldType.DATETIME),
        field("Use", FieldType.CATALOGUE, catalogue={"res": "Residential", "com": "Commercial"}),
        field("Tags", multiple=True),
        field("Address", FieldType.GROUP, fields=(field("Street"), field("Town"))),
        field("Rooms", FieldType.LIST, fields=(field("Area", FieldType.NUMBER),)),
        field("Place", FieldType.GEOPOINT),
        field("More", FieldType.JSON),
    )


async def work(context: Context) -> None:
    """Run the jobs of imports that are due."""
    handlers = {tasks.READ: partial(tasks.read, context), tasks.LOAD: partial(tasks.load, context)}
    await JobRunner(context.database, handlers).run_due()


async def sent(
    context: Context, registry: Registry, content: bytes, kind: Format = Format.CSV, *, by: Actor = ANALYST
) -> Import:
    """A file that was received."""

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]

    return await importing.start(context, by=by, registry=registry, kind=kind, content=parts())


async def taken(
    context: Context,
    registry: Registry,
    content: bytes,
    kind: Format = Format.CSV,
    *,
    mode: Mode = Mode.GOOD,
    by: Actor = ANALYST,
) -> Import:
    """A file that was received, confirmed and worked off."""
    made = await sent(context, registry, content, kind, by=by)
    await work(context)
    await importing.confirm(context, by=by, registry=registry, import_id=made.id, mode=mode)
    await work(context)
    return await importing.found(context, by=by, registry=registry, import_id=made.id)


async def refused(context: Context, registry: Registry, made: Import, *, by: Actor = ANALYST) -> list[Refusal]:
    """The refused rows of an import."""
    parts = importing.refusals(context, by=by, registry=registry, import_id=made.id)
    return [one async for part in parts for one in part]

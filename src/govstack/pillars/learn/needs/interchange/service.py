"""Use cases of interchange: take frameworks in from CASE packages and tables, and give them out again."""

from __future__ import annotations

import asyncio

import msgspec

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.sheets import Format, Line, Table
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.errors import UnknownFramework
from govstack.pillars.learn.needs.frameworks.model import COMPETENCIES_MAX, Framework
from govstack.pillars.learn.needs.interchange.errors import ColumnsAbsent, NoPackage, RowsRefused
from govstack.pillars.learn.needs.interchange.model import Json, framework_of, package_of
from govstack.pillars.learn.needs.listing import model as listing

ROW_CHARACTERS = 50_000_000
ROWS_TOLD_MAX = 50
# Ours: competencies of systems that know no levels are measured on the general scale until somebody decides.
SCALE_DEFAULT = "awareness"


async def package(context: Context, *, framework_id: str) -> Json:
    """Return a framework as a CASE package; raises UnknownFramework."""
    found = await frameworks.framework(context, framework_id=framework_id)
    return package_of(found, await frameworks.scales(context))


async def take_package(context: Context, *, by: Actor, content: bytes, scale_id: str = "") -> Framework:
    """Take a CASE package in as a framework, or as the next revision of one; the same one again changes nothing.

    Scales that come along are entered where they are missing. Raises NoPackage and what a framework is refused for.
    """
    try:
        told = msgspec.json.decode(content, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError) as error:
        raise NoPackage from error
    framework, scales = framework_of(told, scale_id=scale_id or SCALE_DEFAULT)
    known = await frameworks.scales(context)
    for scale in scales:
        if scale.id not in known:
            await frameworks.put_scale(context, by=by, scale=scale)
    return await frameworks.put(context, by=by, framework=framework)


async def table(context: Context, *, by: Actor, framework_id: str) -> tuple[list[str], list[list[str]]]:
    """Return a framework as columns and rows; raises UnknownFramework."""
    found = await frameworks.framework(context, framework_id=framework_id)
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="learn.framework.exported", subject=f"framework/{framework_id}")
    return listing.columns_of(found), listing.rows_of(found)


def _lines(file: Format, content: bytes) -> tuple[Table, list[Line]]:
    read = intake.table_of(file, content)
    return read, read.take(COMPETENCIES_MAX + 1, ROW_CHARACTERS)


async def take_table(
    context: Context, *, by: Actor, framework_id: str, file: Format, content: bytes, title: str = ""
) -> Framework:
    """Take a table in as the competencies of a framework, all rows or none; what the framework says of itself stays.

    Raises FileUnreadable, ColumnsAbsent, RowsRefused with the reason of each row, and what a framework is refused for.
    """
    read, lines = await asyncio.to_thread(_lines, file, content)
    if not listing.fits(read.columns):
        raise ColumnsAbsent
    competencies, relations, faults = listing.read(read.columns, lines)
    if faults or len(lines) > COMPETENCIES_MAX:
        raise RowsRefused(fields=dict(list(faults.items())[:ROWS_TOLD_MAX]))
    try:
        present = await frameworks.framework(context, framework_id=framework_id)
    except UnknownFramework:
        present = Framework(id=framework_id, titles={"en": title or framework_id})
    wanted = msgspec.structs.replace(present, competencies=tuple(competencies), relations=tuple(relations))
    return await frameworks.put(context, by=by, framework=wanted)

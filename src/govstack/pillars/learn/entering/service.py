"""Use case of entering ratings from a file: rows that fit are kept, the others are told."""

from __future__ import annotations

import io

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.sheets import Format, Line, opened
from govstack.pillars.learn.entering.errors import ColumnsOfRatings
from govstack.pillars.learn.entering.model import REQUIRED, Entered, RowFault, cells_of, given
from govstack.pillars.learn.frameworks import service as frameworks
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.ratings import service as ratings
from govstack.pillars.learn.ratings.model import RatingGiven

ROWS_MAX = 50_000
CHARACTERS_MAX = 20_000_000
ROWS_AT_ONCE = 1_000
ROWS_TOLD_MAX = 200


async def enter(context: Context, *, by: Actor, file: Format, content: bytes) -> Entered:
    """Keep the ratings of a file beside those that are there; the same file again changes nothing.

    Raises FileUnreadable and ColumnsOfRatings.
    """
    table = opened(file, io.BytesIO(content))  # type: ignore[arg-type]
    added = unchanged = rows = 0
    faults: list[RowFault] = []
    first = True
    while lines := table.take(ROWS_AT_ONCE, CHARACTERS_MAX):
        if first and not set(REQUIRED) <= set(table.columns):
            raise ColumnsOfRatings
        first = False
        rows += len(lines)
        if rows > ROWS_MAX:
            break
        numbered, wrong = await _read(context, table.columns, lines)
        there = await ratings.known(context, rating_ids=[one.id for _number, one in numbered])
        fresh = {one.id: one for _number, one in numbered if one.id not in there}
        if fresh:
            await ratings.rate(context, by=by, ratings=list(fresh.values()))
        added += len(fresh)
        unchanged += len(numbered) - len(fresh)
        faults += wrong
    if first:
        raise ColumnsOfRatings
    return Entered(added, unchanged, len(faults), faults[:ROWS_TOLD_MAX])


async def _read(
    context: Context, columns: list[str], lines: list[Line]
) -> tuple[list[tuple[int, RatingGiven]], list[RowFault]]:
    told = {line.number: cells_of(columns, line.cells) for line in lines if not line.fault}
    named = await people.found(context, texts=[cells["person"] for cells in told.values()])
    known = await frameworks.by_ids(context, competency_ids=[cells["competency"] for cells in told.values()])
    scales = await frameworks.scales(context)
    wrong = [RowFault(line.number, line.fault) for line in lines if line.fault]
    numbered: list[tuple[int, RatingGiven]] = []
    for number, cells in told.items():
        one = given(cells, named, known, scales)
        if isinstance(one, str):
            wrong.append(RowFault(number, one))
        else:
            numbered.append((number, one))
    faults = await ratings.faults(context, ratings=[one for _number, one in numbered])
    wrong += [RowFault(numbered[place][0], fault) for place, fault in faults.items()]
    return [pair for place, pair in enumerate(numbered) if place not in faults], sorted(wrong, key=lambda one: one.row)

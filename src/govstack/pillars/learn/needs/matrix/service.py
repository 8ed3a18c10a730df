"""Use cases of the skill matrix: some people or all against what posts ask for, and groups against each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.gaps.errors import FiguresNotYours
from govstack.pillars.learn.needs.gaps.model import Division, Gap, RollUp, Scope
from govstack.pillars.learn.needs.matrix.model import (
    MATRIX_COLUMNS_MAX,
    MATRIX_PEOPLE,
    Asked,
    Heat,
    HeatRows,
    Matrix,
    below,
    heat_of,
    most_asked,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person

MINE = "mine"
EXPORT_PEOPLE_AT_ONCE = 500


async def scope_of(context: Context, *, by: Actor, asked: Asked) -> Scope:
    """Return whose figures are asked for; "mine" is the team of whoever signed in."""
    team = (await people.me(context, by=by)).id if asked.team == MINE else asked.team
    return Scope(below(await people.tree(context), asked), team, asked.category)


async def roll_ups(context: Context, *, by: Actor, asked: Asked, part: Division) -> list[RollUp]:
    """Return the figures that are asked for, highest priority first; raises FiguresNotYours."""
    scope = await scope_of(context, by=by, asked=asked)
    return await gaps.roll_ups(context, by=by, scope=scope, part=part, root=asked.organisation)


async def matrix(context: Context, *, by: Actor, asked: Asked, after: str = "") -> Matrix:
    """Return some people against the competencies that posts ask for most; raises FiguresNotYours."""
    _require_names(by)
    tree = await people.tree(context)
    found = await people.listed(context, organisations=below(tree, asked), after=after, limit=MATRIX_PEOPLE)
    columns = most_asked(await roll_ups(context, by=by, asked=asked, part=Division.WHOLE))
    required = await gaps.required_of(context, person_ids=[one.id for one in found])
    cells = {person_id: {one.competency_id: one for one in own} for person_id, own in required.items()}
    return Matrix(
        found, columns[:MATRIX_COLUMNS_MAX], max(0, len(columns) - MATRIX_COLUMNS_MAX), cells,
        found[-1].id if len(found) == MATRIX_PEOPLE else "",
    )  # fmt: skip


async def heat(context: Context, *, by: Actor, asked: Asked, rows: HeatRows) -> Heat:
    """Return groups against competencies, or people for whoever may see names; raises FiguresNotYours."""
    rolled = await roll_ups(context, by=by, asked=asked, part=rows.part)
    if rows is not HeatRows.PERSON:
        return heat_of(rolled)
    _require_names(by)
    shown = await matrix(context, by=by, asked=asked)
    columns = heat_of(rolled).competency_ids
    named = [
        (one.id, [cell.size if (cell := shown.required[one.id].get(column)) else None for column in columns])
        for one in shown.people
    ]
    return Heat(named, columns, 0)


async def everybody(
    context: Context, *, by: Actor, asked: Asked
) -> AsyncIterator[Sequence[tuple[Person, Sequence[Gap]]]]:
    """Return everybody that is meant with all that is asked of them, part by part; raises FiguresNotYours at once."""
    _require_names(by)
    organisations = below(await people.tree(context), asked)
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="learn.matrix.exported", subject=f"organisation/{asked.organisation or 'all'}"
        )
    return _everybody(context, organisations)


async def _everybody(
    context: Context, organisations: frozenset[str] | None
) -> AsyncIterator[Sequence[tuple[Person, Sequence[Gap]]]]:
    after = ""
    while part := await people.listed(context, organisations=organisations, after=after, limit=EXPORT_PEOPLE_AT_ONCE):
        required = await gaps.required_of(context, person_ids=[one.id for one in part])
        yield [(one, required[one.id]) for one in part]
        after = part[-1].id


def _require_names(by: Actor) -> None:
    if not by.may(PLAN):
        raise FiguresNotYours

"""Use cases of gaps: those of people, and roll-ups of an organisation, a team, a category or the country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.kernel import rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import LEAD, PLAN
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.gaps import store
from govstack.pillars.learn.needs.gaps.errors import FiguresNotYours
from govstack.pillars.learn.needs.gaps.model import (
    Division,
    Gap,
    RollUp,
    Scope,
    rolled_up,
    suppressed,
)
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import Rating, Rule
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING

SETTINGS = (
    Setting(
        SMALL_CELL_SETTING,
        "5",
        "Figures of fewer people than this are hidden from whoever may see figures only; 5 is our default",
        rules.whole(1, 1_000),
    ),
)


async def required_of(context: Context, *, person_ids: Sequence[str]) -> dict[str, list[Gap]]:
    """Return all that each person's posts require and where they are, met or not, largest first."""
    ids = list(dict.fromkeys(person_ids))
    async with context.database.reading(apart=True) as tx:
        rows = await store.required_of(tx, ids)
    counting: dict[tuple[str, str, str], Rating] = {
        (one.person_id, one.competency_id, one.scale_id): one
        for one in await ratings.counting(context, person_ids=ids)
    }  # fmt: skip
    known = await frameworks.by_ids(context, competency_ids={row["competency_id"] for row in rows})
    titles = {competency_id: one.titles for competency_id, one in known.items()}
    rule = ratings.rule(context)
    found: dict[str, dict[tuple[str, str], Gap]] = {one: {} for one in ids}
    for row in rows:
        own, key = found[row["person_id"]], (row["competency_id"], row["scale_id"])
        if key not in own:
            own[key] = _gap(row, titles, counting.get((row["person_id"], *key)), rule)
    return {person_id: sorted(own.values(), key=_order) for person_id, own in found.items()}


def _gap(row: Row, titles: Mapping[str, Mapping[str, str]], rating: Rating | None, rule: Rule) -> Gap:
    return Gap(
        competency_id=row["competency_id"], titles=titles[row["competency_id"]], scale_id=row["scale_id"],
        desired=row["desired"], existing=rating.level if rating else None, criticality=row["criticality"],
        role_id=row["role_id"], rater_type=str(rating.rater_type) if rating else "",
        rated_on=rating.rated_on if rating else "", stale=rule.stale(rating.rated_on) if rating else False,
    )  # fmt: skip


def _order(one: Gap) -> tuple[int, int, str]:
    return (-(one.size or 0) * one.criticality, -one.criticality, one.competency_id)


async def gaps_of(context: Context, *, person_ids: Sequence[str]) -> dict[str, list[Gap]]:
    """Return what each person still lacks for their posts, or was never rated on; largest first.

    What is met is left out. Whoever calls decides who may see it.
    """
    required = await required_of(context, person_ids=person_ids)
    return {person_id: [one for one in found if not one.met] for person_id, found in required.items()}


async def require_figures(context: Context, *, by: Actor, scope: Scope) -> bool:
    """Tell whether small groups must be hidden from somebody; raises FiguresNotYours.

    The training unit and managers of the team see people anyway; whoever only leads sees figures of groups.
    """
    if by.may(PLAN):
        return False
    if scope.manager_id and scope.manager_id == (await people.me(context, by=by)).id:
        return False
    if by.may(LEAD):
        return True
    raise FiguresNotYours


async def roll_ups(
    context: Context, *, by: Actor, scope: Scope, part: Division = Division.WHOLE, root: str = ""
) -> list[RollUp]:
    """Return the competencies that posts require in a scope, highest priority first; raises FiguresNotYours.

    Divided by organisation, what lies below a part of `root` (below a ministry without one) counts there.
    """
    hides = await require_figures(context, by=by, scope=scope)
    rule = ratings.rule(context)
    async with context.database.reading(apart=True) as tx:
        counts = await store.counted(tx, scope, part, rule)
        held = await store.held(tx, scope, part, rule)
    places = _places(await people.tree(context), root) if part is Division.ORGANISATION else {}
    found = rolled_up(counts, held, places)
    return suppressed(found, context.settings.number(SMALL_CELL_SETTING)) if hides else found


def _places(tree: Tree, root: str) -> dict[str, str]:
    """Return for each organisation the one that it is shown in: the part of `root` it lies in, else its ministry."""
    if not root:
        return {one: tree.top(one) for one in tree.by_id}
    parts = [one.id for one in tree.by_id.values() if one.parent_id == root]
    return {below: part for part in parts for below in tree.below(part)} | {root: root}

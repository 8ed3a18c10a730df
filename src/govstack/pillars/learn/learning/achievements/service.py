"""Use cases of what badges stand for: enter it, read it."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.learning.achievements import store
from govstack.pillars.learn.learning.achievements.errors import (
    CompetencyNotInFramework,
    LevelNotOnScale,
    UnknownAchievement,
)
from govstack.pillars.learn.learning.achievements.model import ACHIEVEMENTS_MAX, Achievement
from govstack.pillars.learn.needs.frameworks import service as frameworks


async def put(context: Context, *, by: Actor, achievement: Achievement) -> Achievement:
    """Enter what a badge stands for, or change it; badges that were issued keep the words they have.

    A competency of a framework that is held here must be in it at this level; of another framework nothing is checked.
    Raises NoRule, LevelWithoutCompetency, CompetencyNotInFramework, LevelNotOnScale.
    """
    achievement.sound()
    async with context.database.transaction() as tx:
        await _refuse_unknown(tx, achievement)
        await store.put(tx, achievement, created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.achievement.put", subject=f"achievement/{achievement.id}")
    return achievement


async def read(context: Context, *, achievement_id: str) -> Achievement:
    """Return what a badge stands for; raises UnknownAchievement."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, achievement_id)
    if found is None:
        raise UnknownAchievement
    return found


async def known(context: Context, *, achievement_ids: Iterable[str]) -> dict[str, Achievement]:
    """Return by id what some badges stand for, without ids that are not known."""
    async with context.database.reading(one_statement=True) as tx:
        return {one.id: one for one in await store.by_ids(tx, sorted(set(achievement_ids)))}


async def listed(context: Context, *, after: str = "", limit: int = ACHIEVEMENTS_MAX) -> list[Achievement]:
    """Return everything that badges stand for, in the order of ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def awardable(context: Context, *, by: Actor) -> list[Achievement]:
    """Return what somebody may award by hand."""
    return [one for one in await listed(context) if one.active and by.may(one.awarder.scope)]


async def _refuse_unknown(tx: Transaction, one: Achievement) -> None:
    if not one.competency_code:
        return
    found = await frameworks.aligned_in(tx, framework=one.framework, code=one.competency_code)
    if found is None:
        return
    if not found:
        raise CompetencyNotInFramework
    if not any(competency.allows(scale, one.level) for competency, scale in found):
        raise LevelNotOnScale

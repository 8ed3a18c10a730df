"""Use cases of digital teams: begin a plan from the usual units, and see who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from govstack.kernel import audit, i18n
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import Profile
from govstack.pillars.learn.needs.teams.model import POST, TEAM, UNIT, Team, profile_of, seats
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft

SEEDS = Path(__file__).parents[2] / "seeds" / "teams.yaml"


async def install(context: Context) -> None:
    """Bring the units that a digital team usually has; a country's own changes stay."""
    shipped: dict[str, Any] = read_yaml(SEEDS.read_text(encoding="utf-8"))
    drafts = {one: (UNIT, Draft(content, written_in="en")) for one, content in shipped.items()}
    await records.bring(context, part="team-units", drafts=drafts)


async def team(context: Context, *, by: Actor, plan_id: str) -> Team:
    """Return a plan with its roles: who is wanted, who is there and who is missing. Raises UnknownRecord."""
    plan = await records.read(context, by=by, kind=TEAM, record_id=plan_id)
    posts = await records.pointing(context, by=by, kind=POST, field="plan", target_id=plan_id)
    units = {one.id: one async for one in records.each(context, by=_UNITS, kind=UNIT)}
    tree = await people.tree(context)
    holders = await profiles.holders(context, organisation_ids=tree.below(plan.content["organisation"]))
    return Team(plan, seats(posts, units, await profiles.profiles(context), holders))


async def begin(context: Context, *, by: Actor, plan_id: str, language: str) -> int:
    """Put every usual role into a plan that lacks it, one person each; return how many roles came.

    Profiles are named in a language, as those who read the plan do. The same again brings nothing. Raises
    UnknownRecord, and Forbidden for whoever does not plan.
    """
    if not records.may_write(POST, by):
        raise Forbidden
    plan = await records.read(context, by=by, kind=TEAM, record_id=plan_id)
    known = await records.pointing(context, by=by, kind=POST, field="plan", target_id=plan_id)
    model = await profiles.profiles(context)
    there = {(one.content["unit"], _meant(one.content["role"], model)) for one in known}
    units = [one async for one in records.each(context, by=_UNITS, kind=UNIT)]
    drafts = [
        {**draft, "role": _named(draft["role"], model, language)}
        for unit in units
        for draft in _usual(plan, unit)
        if (unit.id, _meant(draft["role"], model)) not in there
    ]
    async with context.database.transaction() as tx:
        for content in drafts:
            await records.put(context, by=by, kind=POST, draft=Draft(content), tx=tx)
        detail = {"roles": len(drafts)}
        await audit.record(tx, by=by, action="learn.team.begun", subject=f"team-plan/{plan_id}", detail=detail)
    return len(drafts)


def _meant(role: str, model: Sequence[Profile]) -> str:
    profile = profile_of(role, model)
    return profile.id if profile else role


def _named(role: str, model: Sequence[Profile], language: str) -> str:
    profile = profile_of(role, model)
    return profile.names.get(language, profile.names.get(i18n.DEFAULT, role)) if profile else role


def _usual(plan: Record, unit: Record) -> Sequence[dict[str, Any]]:
    source = unit.content.get("source", ())
    more = {"source": source[0]} if source else {}
    return [
        {"plan": plan.id, "unit": unit.id, "role": role, "headcount": 1, **more}
        for role in dict.fromkeys(unit.content.get("roles", ()))
    ]


_UNITS = Actor.system("teams")

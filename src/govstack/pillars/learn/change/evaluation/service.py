"""Use cases of evaluation: whether an offering can open, results with their follow-up, and what is overdue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import Rule
from govstack.kernel.settings import Setting
from govstack.pillars.learn.change.evaluation.model import (
    EVALUATION_PLAN,
    RESULT,
    FollowUp,
    Window,
    follow_ups,
    is_complete,
    windows,
)
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import TEXT_CHARACTERS_MAX, Record
from govstack.pillars.learn.records.service import Draft

BEHAVIOUR_DAYS = "LEARN_BEHAVIOUR_DAYS"
RESULTS_DAYS = "LEARN_RESULTS_DAYS"


def _are_days(text: str) -> bool:
    first, _, last = text.partition("-")
    return all(re.fullmatch(r"[0-9]{1,4}", one) for one in (first, last)) and int(first) <= int(last)


DAYS = Rule("be two numbers of days with a hyphen between, the smaller one first, such as 60-90", _are_days)
SETTINGS = (
    Setting(BEHAVIOUR_DAYS, "60-90", "Between which days after its end behaviour is followed up (level 3)", DAYS),
    Setting(RESULTS_DAYS, "180-365", "Between which days after its end results are followed up (level 4)", DAYS),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """An evaluation plan with its results and where the follow-up of each level stands."""

    plan: Record
    results: list[Record]
    follow_ups: list[FollowUp]


async def is_planned(context: Context, *, offering_id: str) -> bool:
    """Tell whether an offering has a whole evaluation plan; its plan bears the id of the offering."""
    try:
        plan = await records.read(context, by=SYSTEM, kind=EVALUATION_PLAN, record_id=offering_id)
    except UnknownRecord:
        return False
    return is_complete(plan.content)


async def begin(context: Context, *, by: Actor, offering_id: str, name: str) -> Record:
    """Begin the evaluation plan of an offering, whose id it bears; one that was begun is returned as it is."""
    try:
        return await records.read(context, by=by, kind=EVALUATION_PLAN, record_id=offering_id)
    except UnknownRecord:
        draft = Draft({"name": name[:TEXT_CHARACTERS_MAX], "offering": offering_id})
        return await records.put(context, by=by, kind=EVALUATION_PLAN, draft=draft, record_id=offering_id)


async def standing(context: Context, *, by: Actor, plan_id: str) -> Standing:
    """Return an evaluation plan with its results; raises UnknownRecord."""
    plan = await records.read(context, by=by, kind=EVALUATION_PLAN, record_id=plan_id)
    return await _standing(context, by, plan)


async def overdue(context: Context, *, by: Actor) -> list[tuple[Record, FollowUp]]:
    """Return every follow-up that should have been done, the longest overdue first."""
    late: list[tuple[Record, FollowUp]] = []
    async for plan in records.each(context, by=by, kind=EVALUATION_PLAN):
        if plan.content.get("ended"):
            found = await _standing(context, by, plan)
            late += [(plan, one) for one in found.follow_ups if one.overdue]
    return sorted(late, key=lambda pair: pair[1].closes)


async def _standing(context: Context, by: Actor, plan: Record) -> Standing:
    results = await records.pointing(context, by=by, kind=RESULT, field="plan", target_id=plan.id)
    results.sort(key=lambda one: (one.content["level"], one.content["on"]))
    ended = plan.content.get("ended")
    found = (
        follow_ups(date.fromisoformat(ended), [one.content for one in results], _windows(context), clock.now().date())
        if ended
        else []
    )
    return Standing(plan, results, found)


def _windows(context: Context) -> tuple[Window, ...]:
    return windows(_days(context, BEHAVIOUR_DAYS), _days(context, RESULTS_DAYS))


def _days(context: Context, setting: str) -> tuple[int, int]:
    first, _, last = context.settings.text(setting).partition("-")
    return int(first), int(last)

"""Use cases of follow-up: where an evaluation plan stands, and every follow-up that is due or late."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import Rule
from govstack.kernel.settings import Setting
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN, MEL_CHECK, RESULT, Claim, claim
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Record, offering_of
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.followups.model import FollowUp, Held, State, Window, follow_ups, runs, windows
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Session
from govstack.pillars.learn.vocabularies import service as vocabularies

BEHAVIOUR_DAYS = "LEARN_BEHAVIOUR_DAYS"
RESULTS_DAYS = "LEARN_RESULTS_DAYS"
CHECKS = "mel-check"
OPEN = frozenset({State.DUE, State.OVERDUE})


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
    """An evaluation plan with its results and where the follow-up of each level stands, session by session."""

    plan: Record
    results: list[Record]
    follow_ups: list[FollowUp]

    @property
    def claim(self) -> Claim:
        """Return what may be said of the results."""
        return claim(self.plan.content, [one.content for one in self.results])


@dataclass(frozen=True, slots=True)
class Checks:
    """Each check of monitoring and evaluation by its word, with what was written down of it for the programme."""

    programme_id: str
    lines: tuple[tuple[str, Record | None], ...]

    @property
    def met(self) -> tuple[str, ...]:
        """Return the checks that are met."""
        return tuple(code for code, one in self.lines if one is not None and one.content["met"])

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the checks that are not met, or of which nothing was written down."""
        return tuple(code for code, _one in self.lines if code not in self.met)


async def standing(context: Context, *, by: Actor, plan_id: str) -> Standing:
    """Return an evaluation plan with its results; raises UnknownRecord."""
    plan = await records.read(context, by=by, kind=EVALUATION_PLAN, record_id=plan_id)
    results = await records.pointing(context, by=by, kind=RESULT, field="plan", target_id=plan.id)
    sessions = await offerings.sessions_of(context, offering_ids=[offering_of(plan.id, plan.content)], past=True)
    return _standing(context, plan, results, await _held(context, sessions))


async def checks(context: Context, *, by: Actor, plan: Record) -> Checks | None:
    """Return every check with what was written down for the programme of a plan, None where it names no programme."""
    if "programme" not in plan.content:
        return None
    found = await records.pointing(
        context, by=by, kind=MEL_CHECK, field="programme", target_id=plan.content["programme"]
    )  # fmt: skip
    # What was written down twice before that was refused: what is met counts.
    written = {one.content["check"]: one for one in sorted(found, key=lambda one: bool(one.content["met"]))}
    known = (await vocabularies.terms(context, vocabularies=[CHECKS]))[CHECKS]
    codes = [one.code for one in known if not one.retired or one.code in written]
    return Checks(plan.content["programme"], tuple((code, written.get(code)) for code in codes))


async def open_ones(
    context: Context, *, by: Actor, states: frozenset[State] = OPEN
) -> list[tuple[Record, FollowUp]]:  # fmt: skip
    """Return every follow-up that is due or late, the one that should have been done first first."""
    results: dict[str, list[Record]] = {}
    async for one in records.each(context, by=by, kind=RESULT):
        results.setdefault(one.content["plan"], []).append(one)
    held = await _all_held(context)
    found: list[tuple[Record, FollowUp]] = []
    async for plan in records.each(context, by=by, kind=EVALUATION_PLAN):
        one_plan = _standing(context, plan, results.get(plan.id, []), held.get(offering_of(plan.id, plan.content), []))
        found += [(plan, one) for one in one_plan.follow_ups if one.state in states]
    return sorted(found, key=lambda pair: pair[1].closes)


async def _all_held(context: Context) -> dict[str, list[Held]]:
    """Return the sessions that were held, by offering: read once in parts, not once for each plan."""
    sessions: dict[str, list[Session]] = {}
    for one in await offerings.every_session(context, until=clock.timestamp()):
        sessions.setdefault(one.offering_id, []).append(one)
    return {offering_id: await _held(context, found) for offering_id, found in sessions.items()}


async def _held(context: Context, sessions: Iterable[Session]) -> list[Held]:
    """Return the sessions that are over and that somebody came to, as far as attendance tells."""
    now = clock.now()
    over = [one for one in sessions if not one.cancelled and one.ends <= now]
    empty = await attendance.unattended(context, sessions=over)
    return [Held(one.id, clock.day(one.starts), clock.day(one.ends)) for one in over if one.id not in empty]


def _standing(context: Context, plan: Record, results: list[Record], held: list[Held]) -> Standing:
    results = sorted(results, key=lambda one: (one.content["level"], one.content["on"]))
    typed = plan.content.get("ended")
    found = follow_ups(
        runs(held, date.fromisoformat(typed) if typed else None), [one.content for one in results],
        _windows(context), clock.today(),
    )  # fmt: skip
    return Standing(plan, results, found)


def _windows(context: Context) -> tuple[Window, ...]:
    return windows(_days(context, BEHAVIOUR_DAYS), _days(context, RESULTS_DAYS))


def _days(context: Context, setting: str) -> tuple[int, int]:
    first, _, last = context.settings.text(setting).partition("-")
    return int(first), int(last)

"""Measures what came of learning, from what the rooms that keep it tell."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.change.evaluation.model import RESULT
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.learning.indicators import model
from govstack.pillars.learn.learning.indicators.model import Indicator, Measure, Part, Spent
from govstack.pillars.learn.needs.psychometrics import service as psychometrics
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import Rating
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.response.desk import service as desk
from govstack.pillars.learn.response.desk.model import Held
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING

# Reads what indicators are made of; what leaves this room tells of nobody.
BY = Actor("system", "indicators", scopes=frozenset({PLAN}))
TESTS_AT_ONCE = 100
PEOPLE_AT_ONCE = 500
BEHAVIOUR = 3
# As people write it in the languages of the pages.
PER_CENT = frozenset({"%", "٪", "percent", "per cent", "pour cent", "por ciento", "في المئة", "بالمئة", "asilimia"})


async def measured(context: Context) -> list[Indicator]:
    """Return gain, transfer, gaps closed and the cost of a level, in each currency that was spent, as of now."""
    now = clock.now()
    held = await desk.held(context, since=(now - model.SPAN).date(), until=now.date())
    return [await _gain(context), await _transfer(context), await _closed(context, held), *await _cost(context, held)]


def _smallest(context: Context) -> int:
    return context.settings.number(SMALL_CELL_SETTING)


def _today() -> str:
    return clock.timestamp()[:10]


async def _gain(context: Context) -> Indicator:
    """Return the mean gain between the tests before and after learning, by the items that both have."""
    parts: list[Part] = []
    after = ""
    while found := await tests.listed(context, after=after, limit=TESTS_AT_ONCE):
        for test in found:
            gained = (await psychometrics.gained(context, by=BY, test_id=test.id)).shared if test.paired else None
            if gained is not None:
                parts.append(Part(gained.mean, gained.people))
        after = found[-1].id
    return model.indicator(
        Measure.GAIN, model.mean(parts), unit=model.POINTS, people=sum(one.people for one in parts), things=len(parts),
        on=_today(), smallest=_smallest(context),
    )  # fmt: skip


async def _transfer(context: Context) -> Indicator:
    """Return the mean change of what people do at work, of results that were told in per cent before and after."""
    parts: list[Part] = []
    newest = ""
    async for record in records.each(context, by=BY, kind=RESULT):
        told = record.content
        before, people, unit = told.get("before"), told.get("people"), str(told.get("unit", ""))
        if told["level"] != BEHAVIOUR or unit.strip().casefold() not in PER_CENT or before is None or people is None:
            continue
        parts.append(Part(told["after"] - before, people))
        newest = max(newest, told["on"])
    return model.indicator(
        Measure.TRANSFER, model.mean(parts), unit=model.POINTS, people=sum(one.people for one in parts),
        things=len(parts), on=newest or _today(), smallest=_smallest(context),
    )  # fmt: skip


async def _closed(context: Context, held: Held) -> Indicator:
    """Return which share of the gaps that completed courses aimed at is closed now."""
    found = (await desk.aims(context, held)).values()
    aimed, closed = sum(one.aimed for one in found), sum(one.closed for one in found)
    return model.indicator(
        Measure.CLOSED, model.percent(closed, aimed), unit=model.PERCENT, things=aimed,
        people=len(set[str]().union(*(one.people for one in found))), on=_today(), smallest=_smallest(context),
    )  # fmt: skip


async def _cost(context: Context, held: Held) -> list[Indicator]:
    """Return what a level gained cost, by currency: costs of sessions, by levels risen of who completed them."""
    spent: dict[str, Spent] = {}
    begun: dict[tuple[str, str, str], str] = {}
    for session in held.paid():
        one = spent.setdefault(session.currency, Spent())
        one.cost += session.cost
        one.sessions += 1
        for person_id in held.completed.get(session.id, ()):
            for raised in held.offerings[session.offering_id].raises:
                key = session.currency, person_id, raised.competency_id
                day = clock.timestamp(session.starts)[:10]
                begun[key] = min(day, begun.get(key, day))
    known = await _ratings(context, begun)
    rule = ratings.rule(context)
    for (currency, person_id, competency_id), day in begun.items():
        levels = model.risen(known.get((person_id, competency_id), []), rule, day)
        if levels is not None:
            spent[currency].people.add(person_id)
            spent[currency].levels += levels
    return [
        model.indicator(
            Measure.COST, one.per_level, unit=currency, people=len(one.people), things=one.sessions, on=_today(),
            smallest=_smallest(context),
        )
        for currency, one in sorted(spent.items())
    ]  # fmt: skip


async def _ratings(
    context: Context, begun: dict[tuple[str, str, str], str]
) -> dict[tuple[str, str], list[Rating]]:  # fmt: skip
    people, competencies = (sorted({key[place] for key in begun}) for place in (1, 2))
    found: dict[tuple[str, str], list[Rating]] = {}
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        part = people[start : start + PEOPLE_AT_ONCE]
        for one in await ratings.history(context, person_ids=part, competency_ids=competencies):
            found.setdefault((one.person_id, one.competency_id), []).append(one)
    return found

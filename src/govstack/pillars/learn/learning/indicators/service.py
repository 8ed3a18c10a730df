"""Measures what came of learning, from what the rooms that keep it tell."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.change.evaluation.model import ORGANISATION, RESULT, group_of
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.learning.indicators import model
from govstack.pillars.learn.learning.indicators.model import Indicator, Made, Measure, Measured, Part, Shares, Spent
from govstack.pillars.learn.needs.psychometrics import service as psychometrics
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import Rating
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import State
from govstack.pillars.learn.people import service as directory
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


async def measured(context: Context) -> Measured:
    """Return gain, transfer, gaps closed and the cost of a level, in each currency that was spent, as of now."""
    now = clock.now()
    held = await desk.held(context, since=clock.day(now - model.SPAN), until=clock.day(now))
    gain, gained = await _gain(context)
    transfer, told = await _transfer(context)
    closed, closing = await _closed(context, held)
    cost, costing = await _cost(context, held)
    return Measured([gain, transfer, closed, *cost], [gained, closing, *costing], told)


def _smallest(context: Context) -> int:
    return context.settings.number(SMALL_CELL_SETTING)


def _today() -> str:
    return clock.today().isoformat()


async def _gain(context: Context) -> tuple[Indicator, Shares]:
    """Return the mean gain between the tests before and after learning, by the items that both have."""
    of: dict[str, Made] = {}
    things, after = 0, ""
    while found := await tests.listed(context, after=after, limit=TESTS_AT_ONCE):
        for test in found:
            taken = test.paired and test.state is not State.DRAFT
            gains = await psychometrics.gains(context, by=BY, test_id=test.id) if taken else {}
            things += bool(gains)
            for person_id, points in gains.items():
                one = of.setdefault(person_id, Made())
                one.over, one.under = one.over + points, one.under + 1
        after = found[-1].id
    takings = sum(one.under for one in of.values())
    mean = sum(one.over for one in of.values()) / takings if takings else None
    indicator = model.indicator(
        Measure.GAIN, mean, unit=model.POINTS, people=len(of), things=things, on=_today(), smallest=_smallest(context)
    )
    return indicator, Shares(Measure.GAIN, model.POINTS, of)


async def _transfer(context: Context) -> tuple[Indicator, dict[tuple[str, str], list[Part]]]:
    """Return the mean change of what people do at work, of results that were told in per cent before and after.

    What is told of a group counts for that group alone: the whole has a result of its own.
    """
    parts: list[Part] = []
    groups: dict[tuple[str, str], list[Part]] = {}
    newest, smallest, tree = "", _smallest(context), await directory.tree(context)
    async for record in records.each(context, by=BY, kind=RESULT):
        told = record.content
        before, people, unit = told.get("before"), told.get("people"), str(told.get("unit", ""))
        if told["level"] != BEHAVIOUR or unit.strip().casefold() not in PER_CENT or before is None or people is None:
            continue
        part = Part(told["after"] - before, people)
        group = group_of(told)
        if group is None:
            parts.append(part)
            newest = max(newest, told["on"])
        else:
            by, value = group
            groups.setdefault((by, tree.top(value) if by == ORGANISATION else value), []).append(part)
    parts = model.telling(parts, smallest)
    indicator = model.indicator(
        Measure.TRANSFER, model.mean(parts), unit=model.POINTS, people=sum(one.people for one in parts),
        things=len(parts), on=newest or _today(), smallest=smallest,
    )  # fmt: skip
    return indicator, groups


async def _closed(context: Context, held: Held) -> tuple[Indicator, Shares]:
    """Return which share of the gaps that completed courses aimed at is closed now."""
    of: dict[str, Made] = {}
    for found in (await desk.aims(context, held)).values():
        for person_id, (aimed, closed) in found.of.items():
            one = of.setdefault(person_id, Made())
            one.over, one.under = one.over + closed, one.under + aimed
    aimed, closed = (sum(getattr(one, name) for one in of.values()) for name in ("under", "over"))
    indicator = model.indicator(
        Measure.CLOSED, model.percent(closed, aimed), unit=model.PERCENT, things=int(aimed), people=len(of),
        on=_today(), smallest=_smallest(context),
    )  # fmt: skip
    return indicator, Shares(Measure.CLOSED, model.PERCENT, of, factor=100)


async def _cost(context: Context, held: Held) -> tuple[list[Indicator], list[Shares]]:
    """Return what a level gained cost, by currency: costs of sessions, by levels risen of who completed them.

    For groups the cost of a session is shared out evenly among those who completed it.
    """
    spent: dict[str, Spent] = {}
    begun: dict[tuple[str, str, str], str] = {}
    for session in held.paid():
        one = spent.setdefault(session.currency, Spent())
        one.cost += session.cost
        one.sessions += 1
        completed = held.completed.get(session.id, ())
        for person_id in completed:
            one.of.setdefault(person_id, Made(counted=False)).over += float(session.cost) / len(completed)
            for raised in held.offerings[session.offering_id].raises:
                key = session.currency, person_id, raised.competency_id
                day = clock.day(session.starts).isoformat()
                begun[key] = min(day, begun.get(key, day))
    known = await _ratings(context, begun)
    rule = ratings.rule(context)
    for (currency, person_id, competency_id), day in begun.items():
        levels = model.risen(known.get((person_id, competency_id), []), rule, day)
        if levels is not None:
            made = spent[currency].of[person_id]
            made.under, made.counted = made.under + levels, True
            spent[currency].levels += levels
    indicators = [
        model.indicator(
            Measure.COST, one.per_level, unit=currency, people=one.people, things=one.sessions, on=_today(),
            smallest=_smallest(context),
        )
        for currency, one in sorted(spent.items())
    ]  # fmt: skip
    return indicators, [Shares(Measure.COST, currency, one.of) for currency, one in sorted(spent.items())]


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

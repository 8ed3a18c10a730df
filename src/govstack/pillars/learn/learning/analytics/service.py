"""Use cases of analytics: a learner's own record, who may see it, figures of teams and of a country, and retention."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from govstack.kernel import audit, clock, ids, rules
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import LEAD, PLAN
from govstack.pillars.learn.learning.analytics import model, store
from govstack.pillars.learn.learning.analytics.errors import NoFigures
from govstack.pillars.learn.learning.analytics.model import Figures, Progress, Tally, Team, Traits
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.consents import service as consents
from govstack.pillars.learn.learning.consents.model import Asked
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.indicators import service as measures
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.learning.statements.model import Wanted, position_of
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.retention.service import Keeping
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING

DAYS_SETTING = "LEARN_RECORD_DAYS"
OPEN_SETTING = "LEARN_FIGURES_OPEN"
KEPT_DAYS = Setting(
    DAYS_SETTING,
    "1825",
    "For how many days statements of learning are kept; 1825, five years, is our default",
    rules.whole(1, 36_500),
)
ACTIVE = "LEARN_ACTIVE_DAYS"
SETTINGS = (
    Setting(
        ACTIVE, "30", "Within how many last days people have learned who count as active; ours", rules.whole(1, 366)
    ),
    Setting(OPEN_SETTING, "no", "Whether everybody may read the country's figures of learning", rules.SWITCH),
)
FIGURES_DAYS = 400
PEOPLE_AT_ONCE = 500
PAGE_STATEMENTS = 20
EXPORT_STATEMENTS_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Record:
    """A learner's own record: a page of statements, what they did in which activity, and who sees it.

    `asked` is the agreement that a consent block keeps their answer to, None where it is kept here.
    """

    learner: Person
    statements: list[dict[str, Any]]
    more: int | None
    tallies: list[Tally]
    names: dict[str, dict[str, str]]
    shared: bool
    days: int
    asked: Asked | None = None


async def count_on(context: Context) -> None:
    """Count the statements that came since the last time."""
    while True:
        async with context.database.transaction() as tx:
            if not await store.count_on(tx):
                return


async def mine(context: Context, *, by: Actor, before: int | None = None) -> Record:
    """Return the record of whoever signed in, and of nobody else."""
    learner = await people.me(context, by=by)
    await count_on(context)
    own = statements.prints(context, statements.learner(context, learner.id).key)
    wanted = Wanted(agents=own, before=before, limit=PAGE_STATEMENTS)
    page = await statements.listed(context, by=Caller(by), wanted=wanted)
    async with context.database.reading() as tx:
        tallies = await store.of_actors(tx, own)
        shared = learner.id in await store.sharing(tx, [learner.id])
    read = [msgspec.json.decode(body, type=dict[str, Any]) for body in page.bodies]
    known = await statements.definitions(context, activities=[one.activity for one in tallies])
    names = {activity: one.get("name", {}) for activity, one in known.items()}
    days = context.settings.number(DAYS_SETTING)
    asked = await consents.asked(context, by=by, person=learner) if consents.connected(context) else None
    shared = shared if asked is None else asked.agreed
    return Record(learner, read, page.last, tallies, names, shared, days, asked)


async def exported(context: Context, *, by: Actor) -> list[bytes]:
    """Return every statement about whoever signed in, as it is kept, the oldest first."""
    learner = await people.me(context, by=by)
    own = statements.prints(context, statements.learner(context, learner.id).key)
    found: list[bytes] = []
    after: int | None = None
    while len(found) < EXPORT_STATEMENTS_MAX:
        wanted = Wanted(agents=own, after=after, ascending=True)
        page = await statements.listed(context, by=Caller(by), wanted=wanted)
        found += page.bodies
        after = page.last
        if after is None:
            break
    async with context.database.transaction() as tx:
        subject = f"person/{learner.id}"
        await audit.record(
            tx, by=by, action="learn.record.exported", subject=subject, detail={"statements": len(found)}
        )
    return found


async def share(context: Context, *, by: Actor, shared: bool, revision_id: str = "") -> None:
    """Let one's manager see how far one is, or no more; said twice is said once.

    Where a consent block keeps it, it is said there, to the version of the agreement that was read. Raises NotNumbered,
    AgreementChanged and ConsentUnknown.
    """
    learner = await people.me(context, by=by)
    kept_elsewhere, changed = consents.connected(context), True
    if kept_elsewhere and shared:
        await consents.agree(context, by=by, person=learner, revision_id=revision_id)
    elif kept_elsewhere:
        changed = await consents.withdraw(context, by=by, person=learner)
    async with context.database.transaction() as tx:
        if kept_elsewhere:
            # What was kept here before a block was named counts no more, and must not come back with the setting.
            await store.unshare(tx, learner_id=learner.id)
        elif shared:
            changed = await store.share(tx, learner_id=learner.id, since=clock.timestamp())
        else:
            changed = await store.unshare(tx, learner_id=learner.id)
        if changed:
            action = "learn.record.shared" if shared else "learn.record.unshared"
            await audit.record(tx, by=by, action=action, subject=f"person/{learner.id}")


async def team(context: Context, *, by: Actor) -> Team:
    """Return what a manager sees of those who report to them directly."""
    manager = await people.me(context, by=by)
    reports = await people.reports(context, manager_id=manager.id)
    await count_on(context)
    prints = {
        one: person for person in reports for one in statements.prints(context, _key(context, person.id))
    }  # fmt: skip
    async with context.database.reading() as tx:
        tallies = await store.of_actors(tx, list(prints))
        said: frozenset[str] | None = await store.sharing(tx, [person.id for person in reports])
    if consents.connected(context) and reports:
        said = await consents.agreeing(context, by=by, people=reports)
    sharing = said or frozenset()
    by_person: dict[str, list[Tally]] = {}
    for one in tallies:
        by_person.setdefault(prints[one.actor].id, []).append(one)
    smallest = context.settings.number(SMALL_CELL_SETTING)
    # What is counted are those with a record: figures of one among many who have none would tell of that one.
    # Those who share are read by name: what the total holds beside them tells of the others, who are enough too.
    silent = len(set(by_person) - sharing)
    figures = model.count(tallies) if len(by_person) >= smallest and (not silent or silent >= smallest) else None
    shown = []
    for person in reports:
        if person.id in sharing:
            cell = model.count(by_person.get(person.id, ()))
            shown.append(Progress(person.id, person.name, cell.started or 0, cell.completed or 0))
    return Team(len(reports), figures, tuple(shown), known=said is not None)


def _key(context: Context, learner_id: str) -> str:
    return statements.learner(context, learner_id).key


async def refresh(context: Context) -> Figures:
    """Take the figures of the country now."""
    await count_on(context)
    traits: dict[str, Traits] = {}
    tree, here = await people.tree(context), splits.asked(context)
    # A rotated secret gives a person a second fingerprint: both stand for the first.
    first: dict[str, str] = {}
    known: dict[str, str] = {}
    after = ""
    while True:
        part = await people.listed(context, after=after, limit=PEOPLE_AT_ONCE)
        said = await splits.traits(context, person_ids=[person.id for person in part]) if here else {}
        for person in part:
            prints = statements.prints(context, _key(context, person.id))
            first.update(dict.fromkeys(prints, prints[0]))
            known[person.id] = prints[0]
            own = {one.value: said[person.id][one] for one in here}
            traits[prints[0]] = Traits(person.gender.value, tree.top(person.organisation_id), person.place, **own)
        if len(part) < PEOPLE_AT_ONCE:
            break
        after = part[-1].id
    async with context.database.reading(apart=True) as tx:
        tallies = [replace(one, actor=first.get(one.actor, one.actor)) async for one in store.tallies(tx)]
    tallies += [one async for one in _here(context, known)]
    now, days = clock.now(), context.settings.number(ACTIVE)
    found = model.figures(
        tallies, traits, taken_at=clock.timestamp(now), smallest=context.settings.number(SMALL_CELL_SETTING),
        active_since=position_of(now - timedelta(days=days)), active_days=days,
        asked=[one.value for one in here],
    )  # fmt: skip
    measured = await measures.measured(context)
    compared = [
        group
        for by in found.splits
        if by is not model.Split.ACTIVITY
        for group in model.compared(
            measured, lambda person_id: traits.get(known.get(person_id, ""), Traits()), by=by, smallest=found.smallest
        )
    ]
    found = msgspec.structs.replace(found, measured=measured.indicators, groups=compared)
    async with context.database.transaction() as tx:
        keep_since = clock.timestamp(now - timedelta(days=FIGURES_DAYS))
        await store.put_figures(tx, found, id=ids.new_id(), keep_since=keep_since)
    return found


async def _here(context: Context, known: Mapping[str, str]) -> AsyncIterator[Tally]:
    """Yield what people did in courses that are written here, and in sessions that they had a seat in.

    `known` holds the fingerprint of each person by id; whoever was erased is not among them.
    """
    async for start in studying.begun(context):
        if start.learner_id in known:
            yield model.done_here(
                known[start.learner_id], model.COURSE + start.course_id, start.started_at, start.changed_at,
                start.completed_at,
            )  # fmt: skip
    async for seat in enrolment.took_part(context):
        if seat.person_id in known:
            yield model.done_here(
                known[seat.person_id], model.OFFERING + seat.offering_id, seat.began_at, seat.began_at,
                seat.completed_at,
            )  # fmt: skip


async def figures(context: Context, *, by: Actor) -> Figures:
    """Return the newest figures, to the training unit and to leaders; raises Forbidden and NoFigures."""
    if not by.may(PLAN) and not by.may(LEAD):
        raise Forbidden
    return await _figures(context)


async def open_figures(context: Context) -> Figures:
    """Return the newest figures where the country lets everybody read them; raises NoFigures."""
    if not context.settings.switch(OPEN_SETTING):
        raise NoFigures
    return await _figures(context)


async def _figures(context: Context) -> Figures:
    async with context.database.reading(one_statement=True) as tx:
        found = await store.figures(tx)
    if found is None:
        raise NoFigures
    # What was taken before a country stopped to ask is shown no more.
    here = {one.value for one in splits.asked(context)}
    shown = {by: cells for by, cells in found.splits.items() if by in here or by not in model.SAID}
    groups = [one for one in found.groups if one.by in here or one.by not in model.SAID]
    return msgspec.structs.replace(found, splits=shown, groups=groups)


async def indicators(context: Context, *, by: Actor) -> Figures:
    """Return the figures that indicators are read from, to everybody where a country lets them; raises NoFigures."""
    if by.may(PLAN) or by.may(LEAD):
        return await _figures(context)
    return await open_figures(context)


async def activity_names(context: Context, *, figures: Figures) -> dict[str, dict[str, str]]:
    """Return the names of the activities that figures speak of, by language."""
    activities = [cell.value for cell in figures.splits.get(model.Split.ACTIVITY, ())]
    found = await statements.definitions(context, activities=activities)
    names: dict[str, dict[str, str]] = {activity: dict(one.get("name", {})) for activity, one in found.items()}
    here = {one: one.removeprefix(model.OFFERING) for one in activities if one.startswith(model.OFFERING)}
    offered = await offerings.known(context, offering_ids=here.values())
    names |= {activity: dict(offered[one].titles) for activity, one in here.items() if one in offered}
    for activity in activities:
        if activity.startswith(model.COURSE):
            with suppress(UnknownCourse):
                course = await courses.titled(context, course_id=activity.removeprefix(model.COURSE))
                names[activity] = {course.language: course.title}
    return names


async def _let_go(context: Context, before: datetime) -> int:
    await count_on(context)
    removed = await statements.expire(context, by=SYSTEM, before=before)
    async with context.database.transaction() as tx:
        await store.expire(tx, before=position_of(before))
    return removed


KEEPING = Keeping(_("What courses and learning systems told about you"), KEPT_DAYS, _let_go)


async def forget(context: Context, *, learner_id: str) -> None:
    """Cut what was counted of somebody who was erased from them; the figures stay countable."""
    # Counted while their statements are still there: afterwards nobody could tell what was voided of them.
    await count_on(context)
    async with context.database.transaction() as tx:
        own = statements.prints(context, _key(context, learner_id))
        await store.loosen(tx, own, name=f"erased:{ids.new_id()}")
        await store.unshare(tx, learner_id=learner_id)

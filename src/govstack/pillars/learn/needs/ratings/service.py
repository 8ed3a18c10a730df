"""Use cases of ratings: add them, read them, and find the one that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.kernel import audit, clock, events, ids, rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import ADMINISTER, EVALUATE, PLAN
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Kind, Scale
from govstack.pillars.learn.needs.ratings import store
from govstack.pillars.learn.needs.ratings.errors import NotYoursToRate, NotYoursToSee, RatingRefused, RatingTaken
from govstack.pillars.learn.needs.ratings.model import (
    BATCH_MAX,
    ORDER_DEFAULT,
    ORDER_SETTING,
    STALE_SETTING,
    RaterType,
    Rating,
    RatingGiven,
    Rule,
    day_of,
    months_before,
    order_of,
    same,
)
from govstack.pillars.learn.people import service as people

RATED = "learn.skills.rated"
PEOPLE_IN_EVENT_MAX = 1_000
TOLD_MAX = 50

SETTINGS = (
    Setting(
        ORDER_SETTING,
        ORDER_DEFAULT,
        "Which kind of rating counts first when several speak of one skill; the order is our default",
        rules.matching(
            r"(self|manager|test|evidence|credential)(,(self|manager|test|evidence|credential)){0,4}",
            "be some of self, manager, test, evidence and credential, separated by commas",
        ),
    ),
    Setting(
        STALE_SETTING,
        "6",
        "After how many months a rating is stale and counts only where no fresh one is",
        rules.whole(1, 120),
    ),
)

UNKNOWN_PERSON = _("There is nobody with this id.")
UNKNOWN_COMPETENCY = _("There is no competency with this id.")
NOT_RATED = _("Nobody is rated on this: it is a heading or was retired.")
NO_SUCH_LEVEL = _("This competency does not have this level.")
NO_SUCH_DAY = _("This is not a day of the past, written like 2026-11-21.")


def rule(context: Context) -> Rule:
    """Return the rule by which several ratings become one level, as this country has set it."""
    months = context.settings.number(STALE_SETTING)
    since = months_before(clock.today(), months)
    return Rule(order_of(context.settings.text(ORDER_SETTING)), since.isoformat())


async def rate(
    context: Context, *, by: Actor, ratings: Sequence[RatingGiven], tx: Transaction | None = None
) -> list[Rating]:
    """Add ratings, all or none; one that came before under its id is left as it was. With `tx` it is part of that.

    Whoever calls decides who may; raises RatingRefused with the reason of each, and RatingTaken.
    """
    if tx is not None:
        return await _rate(tx, by, ratings)
    async with context.database.transaction() as own:
        return await _rate(own, by, ratings)


async def _rate(tx: Transaction, by: Actor, ratings: Sequence[RatingGiven]) -> list[Rating]:
    kept: list[Rating] = []
    known, scales = await frameworks.judged_in(tx, competency_ids={one.competency_id for one in ratings})
    for start in range(0, len(ratings), BATCH_MAX):
        kept += await _add(tx, ratings[start : start + BATCH_MAX], known, scales)
    told = sorted({one.person_id for one in kept})
    subject = f"person/{told[0] if len(told) == 1 else 'several'}"
    detail = {"ratings": len(kept), "people": len(told)}
    await audit.record(tx, by=by, action="learn.ratings.added", subject=subject, detail=detail)
    for start in range(0, len(told), PEOPLE_IN_EVENT_MAX):
        part = told[start : start + PEOPLE_IN_EVENT_MAX]
        await events.publish(tx, type=RATED, subject=f"person/{part[0]}", data={"personIds": part})
    return kept


async def _add(
    tx: Transaction, given: Sequence[RatingGiven], known: Mapping[str, Competency], scales: Mapping[str, Scale]
) -> list[Rating]:
    now, today = clock.timestamp(), clock.today().isoformat()
    there = await store.known_people(tx, sorted({one.person_id for one in given}))
    faults = {
        str(place): fault
        for place, one in enumerate(given)
        if (fault := _fault(one, there, known, scales, today))
    }  # fmt: skip
    if faults:
        raise RatingRefused(fields=dict(list(faults.items())[:TOLD_MAX]))
    wanted = [
        Rating(
            id=one.id or made, person_id=one.person_id, competency_id=one.competency_id,
            scale_id=known[one.competency_id].scale_id, level=one.level, rater_type=one.rater_type,
            rater_id=one.rater_id, confidence=one.confidence, source=one.source,
            rated_on=day_of(one.rated_on, today), created_at=now,
        )
        for one, made in zip(given, ids.new_ids(len(given)), strict=True)
    ]  # fmt: skip
    await store.add(tx, wanted)
    if not any(one.id for one in given):
        return wanted
    stored = await store.by_ids(tx, [one.id for one in wanted])
    for one in wanted:
        said = msgspec.structs.asdict(one)
        del said["created_at"]
        if not same(stored[one.id], said):
            raise RatingTaken
    return [stored[one.id] for one in wanted]


def _fault(
    one: RatingGiven, there: set[str], known: Mapping[str, Competency], scales: Mapping[str, Scale], today: str
) -> str:
    competency = known.get(one.competency_id)
    if one.person_id not in there:
        return UNKNOWN_PERSON
    if competency is None:
        return UNKNOWN_COMPETENCY
    if competency.kind is Kind.HEADING or competency.retired:
        return NOT_RATED
    if not competency.allows(scales[competency.scale_id], one.level):
        return NO_SUCH_LEVEL
    return "" if day_of(one.rated_on, today) else NO_SUCH_DAY


async def faults(context: Context, *, ratings: Sequence[RatingGiven]) -> dict[int, str]:
    """Return what is wrong with ratings, by their places; nothing is kept."""
    async with context.database.reading() as tx:
        return await faults_in(tx, ratings=ratings)


async def faults_in(tx: Transaction, *, ratings: Sequence[RatingGiven]) -> dict[int, str]:
    """Return what is wrong with ratings, by their places, inside a transaction that may add the others."""
    known, scales = await frameworks.judged_in(tx, competency_ids={one.competency_id for one in ratings})
    there = await store.known_people(tx, sorted({one.person_id for one in ratings}))
    today = clock.today().isoformat()
    found = {place: _fault(one, there, known, scales, today) for place, one in enumerate(ratings)}
    return {place: fault for place, fault in found.items() if fault}


async def known(context: Context, *, rating_ids: Sequence[str]) -> set[str]:
    """Return which of these ratings are kept already."""
    async with context.database.reading(one_statement=True) as tx:
        return await known_in(tx, rating_ids=rating_ids)


async def known_in(tx: Transaction, *, rating_ids: Sequence[str]) -> set[str]:
    """Return which of these ratings are kept already, inside a transaction."""
    return set(await store.by_ids(tx, rating_ids))


async def rate_as(context: Context, *, by: Actor, ratings: Sequence[RatingGiven]) -> list[Rating]:
    """Add ratings as somebody who signed in: of oneself, of those who report to one, or with the right to enter them.

    Raises NotYoursToRate, RatingRefused and RatingTaken.
    """
    mine = await people.me(context, by=by)
    reports: set[str] = set()
    if any(one.rater_type is RaterType.MANAGER for one in ratings):
        reports = {one.id for one in await people.reports(context, manager_id=mine.id)}
    enters = any(by.may(scope) for scope in (PLAN, EVALUATE, ADMINISTER))
    for one in ratings:
        own = one.rater_type is RaterType.SELF and one.person_id == mine.id
        report = one.rater_type is RaterType.MANAGER and one.person_id in reports
        if not (own or report or enters):
            raise NotYoursToRate
    return await rate(
        context,
        by=by,
        ratings=[
            msgspec.structs.replace(one, rater_id=one.rater_id if enters and one.rater_id else mine.id)
            for one in ratings
        ],
    )


async def may_see(context: Context, *, by: Actor, person_id: str) -> bool:
    """Tell whether somebody may see what was said of a person: the person, their manager and the training unit."""
    if by.may(PLAN) or by.may(EVALUATE):
        return True
    mine = await people.me(context, by=by)
    return mine.id == person_id or await people.is_manager_of(context, by=by, person_id=person_id)


async def require_sight(context: Context, *, by: Actor, person_id: str) -> None:
    """Raise NotYoursToSee for whoever is neither the person nor their manager nor of the training unit."""
    if not await may_see(context, by=by, person_id=person_id):
        raise NotYoursToSee


async def of_person(context: Context, *, by: Actor, person_id: str, competency_id: str = "") -> list[Rating]:
    """Return all that was said of a person, the last first; raises NotYoursToSee."""
    await require_sight(context, by=by, person_id=person_id)
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_person(tx, person_id, competency_id=competency_id)


async def history(context: Context, *, person_ids: Sequence[str], competency_ids: Sequence[str]) -> list[Rating]:
    """Return all that was ever said of some people in some competencies, for figures that tell of nobody."""
    async with context.database.reading(apart=True) as tx:
        return await store.history(tx, person_ids, competency_ids)


async def counting(context: Context, *, person_ids: Sequence[str]) -> list[Rating]:
    """Return the rating that counts for each of these people, each competency and each scale."""
    async with context.database.reading(apart=True) as tx:
        return await store.counting(tx, person_ids, rule(context))


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what was said of a person who was erased."""
    await store.erase(tx, person_id)

"""Measures the pilot: papers before and after it, what they tell of people, and what managers saw later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import msgspec

from govstack.kernel import clock
from govstack.pillars.learn.country.filling.service import Filling
from govstack.pillars.learn.country.piloting import model
from govstack.pillars.learn.country.piloting.model import Piloted
from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Part
from govstack.pillars.learn.needs.tests.model import State as TestState
from govstack.pillars.learn.needs.tests.service import Paper
from govstack.pillars.learn.outcomes import service as outcomes
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.model import Shown, State

SEED = "demo"
TAKEN_AT = time(15, tzinfo=UTC)


async def pilot_of(filling: Filling) -> None:
    """Enter the papers of the test before and after the pilot, and the ratings that rest on what was learnt."""
    piloted = msgspec.convert(filling.read("pilot.yaml"), Piloted)
    context, by = filling.context, filling.officer
    await items.take_in(context, by=by, items=piloted.items)
    if piloted.test.id not in {one.id for one in await tests.listed(context)}:
        await tests.put(context, by=by, test=piloted.test)
    await tests.assemble(context, by=by, test_id=piloted.test.id, seed=SEED)
    await _written(filling, piloted)
    await tests.set_state(context, by=by, test_id=piloted.test.id, state=TestState.CLOSED)
    await _followed(filling, piloted)


async def _written(filling: Filling, piloted: Piloted) -> None:
    context, by = filling.context, filling.officer
    found = await enrolment.of_session(context, by=by, session_id=piloted.session)
    invited = [one.enrolment.person_id for one in found]
    for form, asked in await tests.forms(context, test_id=piloted.test.id):
        before = form.part is Part.PRE
        day = filling.first_day + timedelta(days=piloted.before if before else piloted.after)
        moment = clock.timestamp(datetime.combine(day, TAKEN_AT))
        papers = [
            Paper(one, form.part, moment, model.answered(piloted, one, form.part, asked))
            for one in (invited if before else _completed(found))
        ]
        await tests.enter_paper(context, by=by, test_id=piloted.test.id, papers=papers)
        for attempt in await tests.handed_in(context, test_id=piloted.test.id):
            if attempt.part is form.part:
                # A job of its own makes a rating of it as well; figures of the first day do not wait for that.
                await outcomes.take_test(context, event=model.told(piloted, attempt, len(asked)))


async def _followed(filling: Filling, piloted: Piloted) -> None:
    context, by = filling.context, filling.officer
    done = _completed(await enrolment.of_session(context, by=by, session_id=piloted.session))
    known = await people.people(context, person_ids=done)
    day = filling.first_day + timedelta(days=piloted.followed)
    await ratings.rate(context, by=by, ratings=[model.seen(piloted, known[one], day) for one in done])


def _completed(found: Sequence[Shown]) -> list[str]:
    return [one.enrolment.person_id for one in found if one.enrolment.state is State.COMPLETED]

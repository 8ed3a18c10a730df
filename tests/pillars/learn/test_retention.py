"""What is personal goes after the time that a country sets, and everybody can read how long that is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.manifest import KEEPING, TASKS
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.items.model import Kind
from govstack.pillars.learn.needs.tests import service as tests_service
from govstack.pillars.learn.needs.tests.model import Part
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching.model import CoachingGiven, GoalGiven, NoteGiven
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.retention import service
from tests.builders.campaigns import answered, campaign, response
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page
from tests.builders.testing import bank, item, open_test, taken
from tests.databases import Databases
from tests.pillars.learn.test_communities import community
from tests.pillars.learn.test_onboarding import LETTER

YEARS_FIVE = 1_825


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def gone_after(pillar: Learn, days: int) -> dict[str, int]:
    """Let go of what is too old as many days from now."""
    with clock.fixed(clock.now() + timedelta(days=days)):
        return await service.let_go(pillar.context, by=SYSTEM, keepings=KEEPING)


async def rows(pillar: Learn, query: str) -> list[Any]:
    async with pillar.context.database.reading() as tx:
        return list(await tx.fetch(query))


@pytest.mark.requirement("F31.2")
async def test_everybody_reads_how_long_what_is_about_them_is_kept(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_COACHING_DAYS="30", LEARN_TEST_DAYS="0")
    async with pillar.nobody() as nobody:
        told = (await nobody.get(f"{API}/retention")).json()["kept"]
        shown = await page(nobody, "/retention")
        mine = await page(pillar.browser(), "/my-record")

    days = {one["what"]: one.get("days") for one in told}
    assert len(days) == len(KEEPING)
    assert days["Notes and goals of a coaching"] == 30
    assert days["What you answered to each question of a test; the result stays"] is None
    assert "30 days" in shown
    assert "Until you are erased here" in shown
    assert 'href="/retention"' in mine


@pytest.mark.requirement("F31.2")
async def test_who_answered_what_is_cut_from_its_people_and_stays_counted(pillar: Learn) -> None:
    await civil_servant(pillar.context, place="Kumasi")
    one = await campaign(pillar.context, raters=(Rater.SELF,))
    await answered(pillar.context, response(notes="I am Amina"))
    await campaigns.close(pillar.context, by=OFFICER, campaign_id=one.id)

    early = await gone_after(pillar, YEARS_FIVE - 1)
    late = await gone_after(pillar, YEARS_FIVE + 1)
    again = await gone_after(pillar, YEARS_FIVE + 2)
    (row,) = await rows(
        pillar,
        "SELECT person_id, place, gender, rater_id, words_sealed FROM response"
        " JOIN member ON member.id = response.member_id",
    )
    exported = [line async for part in answers.exported(pillar.context, campaign_id=one.id) for line in part]

    assert (early, late, again) == ({}, {"LEARN_ANSWER_DAYS": 1}, {})
    assert (row["person_id"], row["rater_id"], row["words_sealed"]) == (None, None, None)
    assert (row["place"], row["gender"]) == ("Kumasi", "female")
    assert [(line["person"], line["answers"]["plan"], line["notes"]) for line in exported] == [("", "basic", "")]


@pytest.mark.requirement("F31.2")
async def test_a_campaign_that_is_still_open_is_not_cut(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    await answered(pillar.context, response())

    assert await gone_after(pillar, 2 * YEARS_FIVE) == {}


@pytest.mark.requirement("F31.2")
async def test_single_answers_to_a_test_go_and_its_result_stays(pillar: Learn) -> None:
    await bank(pillar.context, item("a", Kind.TEXT), item("b"))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    order = [one.kind for one in (await tests_service.forms(pillar.context, test_id="t-1"))[0][1]]
    await taken(pillar.context, "p-1", "t-1", [("my secret",) if one is Kind.TEXT else ("B",) for one in order])

    before = await rows(pillar, "SELECT answer FROM test_answer")
    gone = await gone_after(pillar, YEARS_FIVE + 1)
    after = await rows(pillar, "SELECT chosen FROM test_result")
    (attempt,) = await tests_service.attempts(pillar.context, person_id="p-1")
    counted = await tests_service.responses(pillar.context, test_id="t-1", part=Part.SINGLE)

    assert len(before) == 2
    assert gone["LEARN_TEST_DAYS"] >= 2
    assert await rows(pillar, "SELECT answer FROM test_answer") == []
    assert {row["chosen"] for row in after} == {"[]"}
    assert attempt.percent is not None
    assert len(counted.attempts) == 1


@pytest.mark.requirement("F31.2")
async def test_notes_of_a_coaching_go_some_time_after_it_ended_and_not_while_it_goes_on(pillar: Learn) -> None:
    coach, coachee, *_rest = await staff(pillar.context, 3)
    given = CoachingGiven(coach_id=coach.id, coachee_id=coachee.id)
    pair = (await coaching.begin(pillar.context, by=OFFICER, given=given)).id
    await coaching.add_note(
        pillar.context, by=signed_in(coach), coaching_id=pair, given=NoteGiven(day=date(2026, 11, 21), words="A note")
    )
    await coaching.add_goal(
        pillar.context, by=signed_in(coachee), coaching_id=pair,
        given=GoalGiven(competency_id="E.7", from_level=2, to_level=3, words="Lead a change"),
    )  # fmt: skip

    going_on = await gone_after(pillar, 5_000)
    await coaching.finish(pillar.context, by=signed_in(coach), coaching_id=pair)
    early, late = await gone_after(pillar, 729), await gone_after(pillar, 731)

    assert (going_on, early, late) == ({}, {}, {"LEARN_COACHING_DAYS": 2})


@pytest.mark.requirement("F31.2", "F32.3")
async def test_what_somebody_needs_goes_soon_after_the_session(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    person = await civil_servant(pillar.context, "p-1")
    await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1", needs="Sign language")

    early, late = await gone_after(pillar, 30), await gone_after(pillar, 400)
    (row,) = await rows(pillar, "SELECT needs_sealed, gender FROM course_enrolment")

    assert (early, late) == ({}, {"LEARN_NEEDS_DAYS": 1})
    assert (row["needs_sealed"], row["gender"]) == (None, "female")


async def test_a_daily_task_lets_go_and_writes_down_how_much(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    person = await civil_servant(pillar.context, "p-1")
    await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1", needs="Sign language")
    await gone_after(pillar, 400)
    async with pillar.context.database.reading() as tx:
        (entry,) = await audit.entries(tx, action="learn.retention")

    assert TASKS["learn.retention"].every_seconds == 86_400
    assert (entry.subject, json.loads(entry.detail)) == ("setting/LEARN_NEEDS_DAYS", {"days": 90, "count": 1})


@pytest.mark.requirement("F31.2")
async def test_letters_to_groups_go_some_time_after_they_were_decided_and_not_while_somebody_waits(
    pillar: Learn,
) -> None:
    await community(pillar, kind="working-group")
    made = []
    for subject in ("amina", "badu"):
        async with pillar.person(subject) as client:
            sent = await client.post(f"{API}/communities/open-data/applications", json=LETTER)
            made.append(sent.json()["id"])
    async with pillar.person("amina") as client:
        await client.delete(f"{API}/group-applications/{made[0]}")

    early, late = await gone_after(pillar, 364), await gone_after(pillar, 366)

    assert (early, late) == ({}, {"LEARN_APPLICATION_DAYS": 1})
    assert [row["id"] for row in await rows(pillar, "SELECT id FROM group_application")] == [made[1]]


async def test_what_fails_in_one_room_keeps_no_other_from_letting_go(pillar: Learn) -> None:
    asked: list[str] = []

    def keeping(name: str, *, fails: bool) -> service.Keeping:
        async def let_go(_context: object, _before: object) -> int:
            asked.append(name)
            if fails:
                raise RuntimeError(name)
            return 2

        return service.Keeping(name, KEEPING[0].setting, let_go)

    with pytest.raises(ExceptionGroup) as told:
        await service.let_go(
            pillar.context, by=SYSTEM, keepings=[keeping("first", fails=True), keeping("second", fails=False)]
        )

    assert asked == ["first", "second"]
    assert [str(one) for one in told.value.exceptions] == ["first"]

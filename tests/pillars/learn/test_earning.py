"""Courses that earn badges: by the rule of the badge, once, also when the result comes later."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.pillars.learn.achievements import service as achievements
from govstack.pillars.learn.achievements.model import Achievement, Awarding
from govstack.pillars.learn.badges import service as badges
from govstack.pillars.learn.country import model
from govstack.pillars.learn.country import service as country
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import score_percent
from govstack.pillars.learn.manifest import fill_sandbox
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.studying import service as studying
from govstack.pillars.learn.tests import service as tests
from tests.builders.learning import API, OFFICER, Learn, learn
from tests.databases import Databases

LEARNER = country.actor(
    model.Known(
        number="CS-0004", name="Daniela", gender=Gender.FEMALE, language="es", organisation="benefits", roles=(),
        levels={},
    )
)  # fmt: skip
COURSE, TEST, PERSON = "leading-change", "leading-change", "cs-0004"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await fill_sandbox(made.context)
    return made


async def taken(pillar: Learn, *, right: int) -> None:
    """Take the test with so many right answers."""
    attempt = await tests.take(pillar.context, by=LEARNER, person_id=PERSON, test_id=TEST)
    for position in range(1, 5):
        given = ["a"] if position <= right else ["b"]
        await tests.answer(
            pillar.context, person_id=PERSON, attempt_id=attempt.id, position=position, given=given
        )  # fmt: skip
    await tests.submit(pillar.context, by=LEARNER, person_id=PERSON, attempt_id=attempt.id)
    await studying.test_taken(pillar.context, learner_id=PERSON, test_id=TEST)


async def studied(pillar: Learn) -> None:
    """Begin the course and read its pages."""
    await studying.begin(pillar.context, by=LEARNER, course_id=COURSE)
    for page_id in ("why", "who", "how"):
        await studying.read(pillar.context, by=LEARNER, course_id=COURSE, page_id=page_id)


async def complete(pillar: Learn) -> int:
    """Tell that the course was completed."""
    return await earning.completed(pillar.context, learner_id=PERSON, course_id=COURSE, version=1)


@pytest.mark.requirement("F30.1")
async def test_completing_a_course_earns_its_badge_once(pillar: Learn) -> None:
    await studied(pillar)
    await taken(pillar, right=3)

    told = [await complete(pillar), await complete(pillar)]

    mine = await badges.mine(pillar.context, by=LEARNER)
    assert told == [1, 1]
    assert [(one.achievement.id, one.badge.content.score_percent) for one in mine] == [("leads-change", 75)]


async def test_a_result_below_the_rule_earns_nothing_until_a_better_one_comes(pillar: Learn) -> None:
    await studied(pillar)
    await taken(pillar, right=2)
    low = await complete(pillar)
    before = await badges.mine(pillar.context, by=LEARNER)

    await taken(pillar, right=4)
    await earning.tested(pillar.context, learner_id=PERSON, test_id=TEST)

    assert (low, before) == (0, [])
    assert [one.badge.content.score_percent for one in await badges.mine(pillar.context, by=LEARNER)] == [100]


async def test_badges_of_a_course_are_set_by_those_who_teach_and_read_by_learners(pillar: Learn) -> None:
    path = f"{API}/courses/{COURSE}/badges"
    async with pillar.officer("learn:teach") as teacher, pillar.person() as learner:
        away = await teacher.delete(f"{path}/leads-change")
        refused = await learner.put(f"{path}/leads-change")
        back = await teacher.put(f"{path}/leads-change")
        shown = await learner.get(path)
        unknown = await teacher.put(f"{path}/none")

    assert away.json() == {"courseBadges": []}
    assert [one["id"] for one in back.json()["courseBadges"]] == ["leads-change"]
    assert (refused.status_code, unknown.status_code) == (403, 404)
    assert shown.json() == back.json()


@pytest.mark.parametrize("changed", [{"awarding": Awarding.HAND}, {"attendance_percent": 80}, {"active": False}])
async def test_only_a_badge_by_a_rule_on_the_result_can_be_earned(pillar: Learn, changed: dict[str, Any]) -> None:
    given = {"awarding": Awarding.RULE, "score_percent": 50, **changed}
    names = {"en": "Other"}
    made = Achievement(id="other", names=names, descriptions=names, criteria=names, **given)
    await achievements.put(pillar.context, by=OFFICER, achievement=made)

    async with pillar.officer("learn:teach") as teacher:
        answer = await teacher.put(f"{API}/courses/{COURSE}/badges/other")

    assert (answer.status_code, answer.json()["code"]) == (409, "no-rule-of-course")


def test_the_lowest_test_counts_and_one_that_was_not_taken_leaves_no_result() -> None:
    assert [score_percent(given) for given in ([], [80.0, 59.9], [80.0, None])] == [100, 59, None]

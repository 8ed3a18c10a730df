"""Courses that earn badges: by the rule of the badge, once, also when the result comes later."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from govstack.kernel import clock
from govstack.pillars.learn.country import model
from govstack.pillars.learn.country.filling import service as filling
from govstack.pillars.learn.earning import presenters
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Link, Place, Source, score_percent
from govstack.pillars.learn.earning.tasks import SUBSCRIPTIONS
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement, Awarder, Awarding, Kind
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.model import Result
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings.model import CoursePart
from tests.builders import courses
from tests.builders.learning import API, OFFICER, Learn, heard, learn, learn_in_demo, page, send
from tests.databases import Databases

LEARNER = filling.actor(
    model.Known(
        number="CS-0004", name="Daniela", gender=Gender.FEMALE, language="es", organisation="benefits", roles=(),
        levels={},
    )
)  # fmt: skip
COURSE, TEST, PERSON = "leading-change", "leading-change", "cs-0004"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn_in_demo(databases)


@pytest.fixture
async def empty(databases: Databases) -> Learn:
    return await learn(databases)


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


async def a_badge(pillar: Learn, badge_id: str = "other", **given: Any) -> None:
    """Enter a badge that a rule awards."""
    names = {"en": badge_id.title()}
    made = Achievement(
        id=badge_id, names=names, descriptions=names, criteria=names, **{"awarding": Awarding.RULE, **given}
    )  # fmt: skip
    await achievements.put(pillar.context, by=OFFICER, achievement=made)


async def told(pillar: Learn, type_: str) -> int:
    """Let earning hear what was told of a type; return how often it was told."""
    return await heard(pillar.context, type_, SUBSCRIPTIONS[type_])


async def of(pillar: Learn, person: Any) -> list[tuple[str, int | None, int | None]]:
    """Return the badges of somebody with score and attendance."""
    mine = await badges.mine(pillar.context, by=courses.signed_in(person))
    contents = [(one.achievement.id, one.badge.content) for one in mine]
    return sorted((name, one.score_percent, one.attendance_percent) for name, one in contents)


async def attended(pillar: Learn, *, percent: int | None, people_count: int = 1) -> list[Any]:
    """Hold a session of an offering that everybody attends, with a test unless there is no result; return who came."""
    part = CoursePart(title="All", delivery="ilt", tested=percent is not None)
    await courses.course(pillar.context, track="citizens", parts=(part,))
    now = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    held = await courses.session(pillar.context, starts=now, ends=now, seats=9)
    staff = await courses.staff(pillar.context, people_count)
    for person in staff:
        seat = await enrolment.enrol(pillar.context, by=courses.signed_in(person), session_id=held.id)
        await attendance.note(pillar.context, by=OFFICER, enrolment_id=seat.id, day=held.held_on[0])
        if percent is not None:
            result = Result(part=1, percent=percent)
            await attendance.put_result(pillar.context, by=OFFICER, enrolment_id=seat.id, result=result)
    return staff


@pytest.mark.requirement("F30.1")
@pytest.mark.parametrize(("percent", "earned"), [(80, ["good", "there"]), (70, ["there"]), (None, ["good", "there"])])
async def test_the_certificate_of_an_offering_earns_each_badge_whose_rule_it_reaches_once(
    empty: Learn, percent: int | None, earned: list[str]
) -> None:
    await a_badge(empty, "good", score_percent=75)
    await a_badge(empty, "there", attendance_percent=80)
    person = (await attended(empty, percent=percent))[0]
    async with empty.officer("learn:plan") as unit:
        for name in ("good", "there"):
            await unit.put(f"{API}/offerings/law/badges/{name}")
    await attendance.close(empty.context, by=OFFICER, session_id="s-1")

    times = await told(empty, attendance.CERTIFIED)

    assert times == 1
    assert [name for name, _score, _present in await of(empty, person)] == earned
    assert {present for _name, _score, present in await of(empty, person)} == {100}


async def test_whoever_was_erased_before_it_was_told_gets_no_badge_and_the_others_do(empty: Learn) -> None:
    await a_badge(empty, score_percent=60)
    gone, there = await attended(empty, percent=90, people_count=2)
    place = Place(Source.OFFERING, "law")
    await earning.link(empty.context, by=OFFICER, place=place, one=Link("other"))
    await attendance.close(empty.context, by=OFFICER, session_id="s-1")
    await people.erase(empty.context, by=OFFICER, person_id=gone.id)

    await told(empty, attendance.CERTIFIED)

    assert await of(empty, there) == [("other", 90, 100)]
    assert [one.badge.person_id for one in await badges.register(empty.context)] == [there.id]


async def test_badges_of_an_offering_are_set_by_the_training_unit_and_read_by_learners(empty: Learn) -> None:
    await a_badge(empty, "there", attendance_percent=80)
    await a_badge(empty, "given", awarding=Awarding.HAND)
    await courses.course(empty.context)
    path = f"{API}/offerings/law/badges"
    async with empty.officer("learn:plan") as unit, empty.person() as learner:
        linked = await unit.put(f"{path}/there")
        refused = await learner.put(f"{path}/there")
        given = await unit.put(f"{path}/given")
        unknown = await unit.put(f"{API}/offerings/none/badges/there")
        shown = await learner.get(path)
        away = await unit.delete(f"{path}/there")

    assert [one["id"] for one in linked.json()["offeringBadges"]] == ["there"]
    assert shown.json() == linked.json()
    assert (refused.status_code, given.json()["code"], unknown.status_code) == (403, "no-rule-of-offering", 404)
    assert away.json() == {"offeringBadges": []}


async def test_a_badge_that_has_come_to_ask_for_more_than_a_course_knows_is_not_earned(pillar: Learn) -> None:
    await studied(pillar)
    await taken(pillar, right=4)
    await a_badge(pillar, "leads-change", kind=Kind.CONTRIBUTION, awarder=Awarder.FACILITATE)

    assert (await complete(pillar), await badges.mine(pillar.context, by=LEARNER)) == (0, [])


async def test_the_author_of_a_course_names_its_badges_on_a_page(pillar: Learn) -> None:
    await a_badge(pillar, score_percent=90)
    here = f"/workshop/{COURSE}/badges"
    async with pillar.browser("learn:teach") as client, pillar.browser("learn:plan") as stranger:
        course = await page(client, f"/workshop/{COURSE}")
        before = await page(client, here)
        nothing = await send(client, before, here, badge="")
        named = await send(client, before, here, badge="other")
        after = await page(client, here)
        wrong = await send(client, after, here, badge="none")
        form = after[after.rindex("<form") :]
        await send(client, form, here, away="leads-change")
        closed = await stranger.get(here)

    assert here in course
    assert "At least 60%" in before
    assert (nothing.status_code, named.status_code, wrong.status_code, closed.status_code) == (400, 303, 400, 403)
    assert "At least 90% in the tests" in after
    left = await earning.of_place(pillar.context, place=Place(Source.COURSE, COURSE))
    assert [one.achievement.id for one in left] == ["other"]


async def test_the_training_unit_names_the_badges_of_an_offering_on_a_page(empty: Learn) -> None:
    await a_badge(empty, "there", attendance_percent=80)
    await courses.course(empty.context)
    here = "/desk/offerings/law/badges"
    async with empty.browser("learn:plan") as client:
        desk = await page(client, "/desk/offerings/law/sessions")
        named = await send(client, await page(client, here), here, badge="there")
        after = await page(client, here)
    async with empty.nobody() as citizen:
        seen = await page(citizen, "/catalogue/law")

    assert "Badges that its certificate earns" in seen
    assert here in desk
    assert named.status_code == 303
    assert "At least 80% of the days attended" in after


CONTENT: dict[str, Any] = {
    "name": "Open data", "aim": "Publish more data", "opportunities": ["Review a data set", "Speak at a meeting"],
    "kind": "topic", "owner": "Ministry of Finance", "cadence": "monthly",
}  # fmt: skip
OPEN_DATA = f"{API}/communities/open-data"


async def community(pillar: Learn) -> None:
    """Begin a community, and a badge for contributions to it."""
    await a_badge(pillar, "helper", kind=Kind.CONTRIBUTION, awarder=Awarder.FACILITATE)
    async with pillar.officer("learn:facilitate") as client:
        answer = await client.put(OPEN_DATA, json={"content": CONTENT, "audience": "partner"})
    assert answer.is_success, answer.text


async def contributed(pillar: Learn, number: int) -> None:
    """Do something for the community as Amina, and have it confirmed."""
    given = {"number": number, "role": "Helper", "effortHours": 2, "dueOn": clock.now().date().isoformat()}
    async with pillar.person() as client, pillar.officer("learn:facilitate") as facilitator:
        await client.put(f"{OPEN_DATA}/membership", json={})
        made = (await client.post(f"{OPEN_DATA}/contributions", json=given)).json()
        await client.put(f"{API}/contributions/{made['id']}/state", json={"state": "done", "note": "Done"})
        last = await facilitator.put(f"{API}/contributions/{made['id']}/state", json={"state": "confirmed"})
    assert last.json()["state"] == "confirmed"
    await told(pillar, opportunities.DONE)


async def mine(pillar: Learn) -> list[str]:
    """Return the badges of Amina."""
    async with pillar.person() as client:
        return [one["achievementId"] for one in (await client.get(f"{API}/me/badges")).json()["badges"]]


@pytest.mark.requirement("F20.3")
@pytest.mark.parametrize(
    ("asked", "done", "earned"),
    [
        ({}, [1], [["helper"]]),
        ({"times": 2}, [1, 2], [[], ["helper"]]),
        ({"task": "Speak at a meeting"}, [1, 2], [[], ["helper"]]),
        ({"task": "Speak at a meeting", "times": 2}, [2, 1], [[], []]),
    ],
)
async def test_contributions_earn_the_badge_that_the_community_names_for_their_kind_or_number(
    empty: Learn, asked: dict[str, Any], done: list[int], earned: list[list[str]]
) -> None:
    await community(empty)
    async with empty.officer("learn:facilitate") as facilitator:
        answer = await facilitator.put(f"{OPEN_DATA}/badges/helper", json=asked)
    assert answer.status_code == 200, answer.text

    found = []
    for number in done:
        await contributed(empty, number)
        found.append(await mine(empty))

    assert found == earned


@pytest.mark.requirement("F20.3")
async def test_only_those_who_lead_a_community_name_its_badges_and_only_such_as_facilitators_award(
    empty: Learn,
) -> None:
    await community(empty)
    await a_badge(empty, "of-unit", kind=Kind.CONTRIBUTION, awarder=Awarder.PLAN)
    await a_badge(empty, "of-course", score_percent=60, awarder=Awarder.FACILITATE)
    path = f"{OPEN_DATA}/badges"
    async with empty.officer("learn:facilitate") as facilitator, empty.person() as member:
        stranger = await member.get(path)
        await member.put(f"{OPEN_DATA}/membership", json={})
        refused = await member.put(f"{path}/helper", json={})
        wrong = [await facilitator.put(f"{path}/{name}", json={}) for name in ("of-unit", "of-course")]
        other = await facilitator.put(f"{path}/helper", json={"task": "Sing"})
        await facilitator.put(f"{path}/helper", json={"times": 3})
        shown = await member.get(path)
        taken_away = await member.delete(f"{path}/helper")
        from_outside = await facilitator.post(
            f"{API}/achievements/helper/results", json={"personId": "p-1", "reference": "me"}
        )

    assert [one.status_code for one in (stranger, refused, other, taken_away)] == [403, 403, 400, 403]
    assert {one.json()["code"] for one in wrong} == {"no-rule-of-community"}
    assert [(one["badge"]["id"], one["task"], one["times"]) for one in shown.json()["communityBadges"]] == [
        ("helper", "", 3)
    ]
    assert from_outside.json()["code"] == "badge-not-awardable"


async def test_a_page_tells_members_what_earns_a_badge_and_lets_facilitators_name_it(empty: Learn) -> None:
    await community(empty)
    here = "/communities/open-data/badges"
    async with empty.browser("learn:facilitate", subject="omar") as client, empty.browser() as member:
        async with empty.person() as api:
            await api.put(f"{OPEN_DATA}/membership", json={})
        room = await page(client, "/communities/open-data/room")
        before = await page(client, here)
        wrong = await send(client, before, here, badge="helper", times="many")
        named = await send(client, before, here, badge="helper", task="2", times="2")
        seen = await page(member, here)

    assert here in room
    assert (wrong.status_code, named.status_code) == (400, 303)
    assert "2 confirmed contributions · Speak at a meeting" in seen
    assert "<select" not in seen


@pytest.mark.requirement("F30.1")
async def test_a_learner_sees_at_the_course_which_badge_it_earns_and_by_which_criteria(pillar: Learn) -> None:
    async with pillar.browser(subject="amina") as client:
        before = await page(client, f"/courses/{COURSE}")
        arabic = await page(client, f"/courses/{COURSE}?lang=ar")
    one = await achievements.read(pillar.context, achievement_id="leads-change")

    assert one.names["en"] in before
    assert one.criteria["en"] in before
    assert "At least 60% in the tests" in before
    assert "Not begun" in before
    assert one.names["ar"] in arabic


async def ahead_of(pillar: Learn) -> list[tuple[str, str, str, int, int]]:
    """Return what the learner of the demo country can earn next."""
    found = await earning.ahead(pillar.context, by=LEARNER)
    return [(one.earned.achievement.id, one.place.id, one.standing.value, one.done, one.whole) for one in found]


@pytest.mark.requirement("F30.1")
async def test_ones_own_page_tells_what_is_next_and_what_is_there(pillar: Learn) -> None:
    async def seen(path: str) -> str:
        async with pillar.browser(**{**LEARNER.attributes, "subject": LEARNER.id}) as client:
            return await page(client, path)

    nothing = await ahead_of(pillar)
    await studied(pillar)
    begun = await ahead_of(pillar)
    shown = await seen("/badges")
    await taken(pillar, right=2)
    low = await ahead_of(pillar)
    await taken(pillar, right=4)
    high = await ahead_of(pillar)
    await complete(pillar)

    assert nothing == []
    assert begun == [("leads-change", COURSE, "under-way", 75, 100)]
    assert f"/courses/{COURSE}" in shown
    assert low == [("leads-change", COURSE, "below", 100, 100)]
    assert high == [("leads-change", COURSE, "reached", 100, 100)]
    assert await ahead_of(pillar) == []
    assert "You have it" in await seen(f"/courses/{COURSE}?lang=en")


async def test_sessions_and_communities_tell_their_members_which_badges_come_next(empty: Learn) -> None:
    await community(empty)
    await a_badge(empty, "there", attendance_percent=80)
    person = (await attended(empty, percent=None))[0]
    async with empty.officer("learn:facilitate", "learn:plan") as officer:
        await officer.put(f"{OPEN_DATA}/badges/helper", json={"times": 2})
        await officer.put(f"{API}/offerings/law/badges/there")
    await contributed(empty, 1)

    async with empty.person() as client, empty.browser() as browser:
        answer = await client.get(f"{API}/me/badges-ahead")
        shown = await page(browser, "/badges")
    found = await earning.ahead(empty.context, by=courses.signed_in(person))

    told_ = answer.json()["badgesAhead"]
    assert [(one["badge"]["id"], one["source"], one["sourceId"]) for one in told_] == [
        ("helper", "community", "open-data")
    ]
    assert [(one["standing"], one["done"], one["whole"]) for one in told_] == [("under-way", 1, 2)]
    assert "/communities/open-data/room" in shown
    assert "(1 so far)" in shown
    assert [(one.earned.achievement.id, one.standing.value) for one in found] == [("there", "under-way")]


async def test_a_badge_that_is_awarded_no_more_is_seen_at_the_course_by_who_has_it_alone(pillar: Learn) -> None:
    await studied(pillar)
    await taken(pillar, right=4)
    await complete(pillar)
    one = await achievements.read(pillar.context, achievement_id="leads-change")
    await achievements.put(pillar.context, by=OFFICER, achievement=msgspec.structs.replace(one, active=False))

    mine_, others = [
        presenters.at_course(Words("en"), await earning.at_course(pillar.context, by=by, course_id=COURSE))
        for by in (LEARNER, OFFICER)
    ]

    assert (len(mine_), others) == (1, [])

"""The demo country: the same on every machine, filled once, filled on after a kill, and good to learn with."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from govstack.kernel import clock
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.change.evaluation.model import RESULT
from govstack.pillars.learn.country import model
from govstack.pillars.learn.country import service as country
from govstack.pillars.learn.country.filling import service as filling
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Place, Source
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.discussions import service as discussions
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.knowing.health import service as health
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.knowing.reviews import service as reviews
from govstack.pillars.learn.learning.analytics import service as analytics
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.indicators.model import Measure
from govstack.pillars.learn.manifest import fill_sandbox
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import State
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.psychometrics import service as psychometrics
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Part
from govstack.pillars.learn.outcomes import tasks as outcomes
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Gate
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.programmes.model import PROGRAMME
from govstack.pillars.learn.response.trainers import service as trainers
from tests.builders.learning import OFFICER, heard, learn, learn_in_demo, page
from tests.databases import Databases

COUNTRY = msgspec.convert(read_yaml((filling.SEEDS / "country.yaml").read_text(encoding="utf-8")), model.Country)


PILOT = "process-redesign"


async def test_the_country_is_filled_once_on_each_database(databases: Databases) -> None:
    pillar = await learn(databases)

    first = await fill_sandbox(pillar.context)
    again = await fill_sandbox(pillar.context)

    assert (first.parts, again.parts) == (tuple(country.PARTS), ())
    assert first.holds == again.holds == {"civil servants": 400}


async def test_a_country_that_was_half_filled_is_filled_on(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    pillar = await learn(sqlite_databases)
    whole = courses.decide

    async def killed(*_told: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(courses, "decide", killed)
    with pytest.raises(KeyboardInterrupt):
        await fill_sandbox(pillar.context)
    monkeypatch.setattr(courses, "decide", whole)

    seeded = await fill_sandbox(pillar.context)

    assert seeded.parts == tuple(country.PARTS)[tuple(country.PARTS).index("course") :]
    assert (await courses.titled(pillar.context, course_id="leading-change")).published_version == 1


async def test_the_course_can_be_read_in_five_languages_and_earns_the_same_badge(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    titles = {
        "en": "Leading change", "fr": "Conduire le changement", "es": "Liderar el cambio", "ar": "قيادة التغيير",
        "sw": "Kuongoza mabadiliko",
    }  # fmt: skip

    async with pillar.browser(person_id="CS-0004", subject="learner") as learner:
        shown = {language: await page(learner, f"/courses?language={language}") for language in titles}
    earned = [
        [one.achievement.id for one in await earning.of_place(pillar.context, place=Place(Source.COURSE, course))]
        for course in (
            "leading-change",
            "leading-change-fr",
            "leading-change-es",
            "leading-change-ar",
            "leading-change-sw",
        )
    ]

    assert [language for language, title in titles.items() if title not in shown[language]] == []
    assert earned == [["leads-change"]] * 5


async def test_what_somebody_changed_stays_at_the_next_start(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    mine = await people.person(pillar.context, person_id="cs-0004")
    changed = msgspec.structs.replace(mine, place="Solena")
    await people.put(pillar.context, by=OFFICER, people=[changed])

    await fill_sandbox(pillar.context)

    assert (await people.person(pillar.context, person_id="cs-0004")).place == "Solena"


async def test_the_learner_has_the_gap_that_the_course_closes(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)

    found = (await gaps.gaps_of(pillar.context, person_ids=["cs-0004"]))["cs-0004"]

    assert ("e-cf:E.7", 3, 1) in {(one.competency_id, one.desired, one.existing) for one in found}


async def test_there_are_finished_and_coming_sessions_and_a_finished_assessment(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    context = pillar.context

    coming = await offerings.sessions_of(
        context, offering_ids=[one.id for one in await offerings.open_offerings(context)]
    )
    over = await enrolment.of_session(context, by=OFFICER, session_id="change-1")

    assert len(await offerings.open_offerings(context)) == 12
    assert len(coming) == 9
    assert {str(one.enrolment.state) for one in over} <= {"completed", "not-completed"}
    assert (await campaigns.campaign(context, campaign_id="demo-rapid-skills")).state is State.CLOSED


async def test_communities_have_members_charters_answers_and_events_past_and_to_come(
    sqlite_databases: Databases,
) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    context = pillar.context
    officer = filling.actor(COUNTRY.author)

    rooms = {
        one: await communities.room(context, by=officer, community_id=one)
        for one in ("demo-plain-letters", "demo-leading-change")
    }  # fmt: skip
    letters = (await health.panel(context, by=officer, community_id="demo-plain-letters"))[1]
    change = (await health.panel(context, by=officer, community_id="demo-leading-change"))[1]
    held = await gatherings.sight(context, by=officer, gathering_id="demo-letters-2")
    charter = (await communities.charters(context, community_id="demo-plain-letters"))[0]
    contributions = await opportunities.of_community(context, by=officer, community_id="demo-plain-letters")
    async with pillar.browser("learn:lead") as minister:
        board = await page(minister, "/dashboard")
    async with pillar.browser(person_id="CS-0004", subject="learner") as learner:
        inside = await page(learner, "/communities/demo-plain-letters/room")

    assert [str(one.record.audience) for one in rooms.values()] == ["public", "partner"]
    assert await communities.size(context, community_id="demo-plain-letters") == 20
    assert charter.content["state"] == "approved"
    assert {str(one.state) for one, _name in contributions} == {"confirmed", "done", "open"}
    assert (held.record.content["state"], held.registered, held.came) == ("closed", 10, 9)
    assert (letters.asked, letters.answered, letters.hours_to_answer) == (3, 3, 7.0)
    assert letters.warnings(40) == ()
    assert "attendance" in change.warnings(40)
    assert "Letters that people understand" in inside
    assert "/communities" in board


async def test_communities_that_were_half_filled_say_nothing_twice(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    pillar = await learn(sqlite_databases)
    whole = gatherings.attend

    async def killed(*_told: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gatherings, "attend", killed)
    with pytest.raises(KeyboardInterrupt):
        await fill_sandbox(pillar.context)
    monkeypatch.setattr(gatherings, "attend", whole)

    seeded = await fill_sandbox(pillar.context)

    officer = filling.actor(COUNTRY.author)
    _room, asked = await discussions.listed(pillar.context, by=officer, community_id="demo-plain-letters")
    done = await opportunities.of_community(pillar.context, by=officer, community_id="demo-plain-letters")
    assert seeded.parts == tuple(country.PARTS)[tuple(country.PARTS).index("communities") :]
    assert (len(asked), len(done)) == (4, 5)


@pytest.mark.parametrize("killed_in", [coaching, reviews])
async def test_training_and_advice_that_were_half_filled_are_there_once(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, killed_in: Any
) -> None:
    pillar = await learn(sqlite_databases)
    act = {coaching: "add_note", reviews: "decide"}[killed_in]
    whole = getattr(killed_in, act)

    async def killed(*_told: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(killed_in, act, killed)
    with pytest.raises(KeyboardInterrupt):
        await fill_sandbox(pillar.context)
    monkeypatch.setattr(killed_in, act, whole)

    await fill_sandbox(pillar.context)

    context, officer = pillar.context, filling.actor(COUNTRY.author)
    notes = [
        len((await coaching.read(context, by=officer, coaching_id=one.id)).notes)
        for one in await coaching.mine(context, by=officer)
    ]
    standing = await reviews.standing(context, by=officer, round_id="demo-round-process")
    assert (len(await trainers.listed(context)), len(await coaching.listed(context)), notes) == (8, 2, [2])
    assert (len(standing.voices), standing.outcome) == (3, "approve-with-changes")
    assert len([one async for one in records.each(context, by=officer, kind=PROGRAMME)]) == 2


async def test_pages_that_a_newcomer_meets_have_something_to_show(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    shown = {
        "/desk/trainers": "Amara Diallo", "/desk/centres": "Training centre Porto Alto",
        "/desk/coaching": "Kofi Mensah",
        "/policy-feedback": "Letters that begin with what to do", "/library": "Ten letters written anew",
        "/deliverables": "Handbook of plain letters", "/review-rounds/demo-round-letters/voices": "Short and clear.",
        "/challenges": "Two groups use other words", "/topics": "How long a letter may be", "/definitions": "Gap",
        "/change-programmes/demo-change/workspace": "Heads of section", "/excellence": "4.5",
        "/expert-requests": "Figures of waiting times", "/programmes": "after Singapore",
        "/figures/indicators": "US$82.86",
    }  # fmt: skip
    scopes = ("learn:plan", "learn:teach", "learn:evaluate", "learn:advise", "learn:facilitate")

    async with pillar.browser(*scopes, subject="training-officer", person_id="CS-0002") as officer:
        lacking = [path for path, words in shown.items() if words not in await page(officer, path)]
    async with pillar.browser(subject="section-head", person_id="CS-0003") as head:
        coached = await page(head, "/my/coaching")

    assert lacking == []
    assert "Tomás Rivera" in coached


async def test_a_centre_is_told_that_it_works_with_older_material(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    context = pillar.context

    told = {
        one.id: {notice.material_id for notice in await centres.notices(context, centre_id=one.id)}
        for one in await centres.listed(context)
    }
    academy = await centres.centre(context, centre_id="academy-solena")

    assert told == {
        "academy-solena": {"demo-material-letters"}, "centre-porto-alto": {"demo-material-process"},
        "centre-university": set(),
    }  # fmt: skip
    assert academy.next_gate is Gate.EVALUATION


def test_people_are_the_same_on_every_machine_and_report_to_somebody_before_them() -> None:
    first, second = model.people(COUNTRY), model.people(COUNTRY)

    places = {one.id: place for place, one in enumerate(first)}
    assert first == second
    assert len(places) == sum(office.people for office in COUNTRY.organisations)
    assert all(places[one.manager_id] < places[one.id] for one in first if one.manager_id)
    assert {one.id: one.manager_id for one in first}["cs-0004"] == "cs-0003"
    # The learner of the tour leads nobody; their head of section leads a section.
    assert [one.id for one in first if one.manager_id == "cs-0004"] == []
    assert len([one for one in first if one.manager_id == "cs-0003"]) > 10


def test_days_of_records_count_from_the_first_day() -> None:
    found = model.dated({"due": "day+30", "name": "day after"}, date(2027, 1, 1))

    assert found == {"due": "2027-01-31", "name": "day after"}


@pytest.mark.parametrize(
    ("tour", "subject", "number", "scopes"),
    [
        ("learner", "learner", "CS-0004", ()),
        ("officer", "training-officer", "CS-0002", ("learn:plan", "learn:teach", "learn:evaluate")),
        ("minister", "minister", "CS-0001", ("learn:lead",)),
    ],
)
async def test_every_step_of_a_tour_leads_to_a_page_that_its_person_can_open(
    sqlite_databases: Databases, tour: str, subject: str, number: str, scopes: tuple[str, ...]
) -> None:
    pillar = await learn_in_demo(sqlite_databases)

    async with pillar.browser(*scopes, subject=subject, person_id=number) as person:
        steps = []
        for step in range(1, 10):
            shown = await page(person, f"/tour/{tour}?step={step}")
            target = shown.partition("Open the page")[0].rpartition('href="')[2].partition('"')[0]
            steps.append(target)
            assert (await person.get(target)).status_code == 200, target

    assert len(set(steps)) >= 5


@pytest.mark.parametrize(
    ("language", "path"),
    [("en", "/courses/leading-change"), ("ar", "/courses/leading-change-ar"), ("sw", "/courses/leading-change-sw")],
)
async def test_the_tour_leads_to_the_course_in_the_language_of_its_reader(
    sqlite_databases: Databases, language: str, path: str
) -> None:
    pillar = await learn_in_demo(sqlite_databases)

    async with pillar.browser(subject="learner", person_id="CS-0004") as learner:
        shown = await page(learner, f"/tour/learner?step=3&lang={language}")
        course = await page(learner, f"{path}?lang={language}")

    assert f'href="{path}"' in shown
    assert "English" not in course.partition("<main")[2].partition("</main>")[0]


async def test_a_course_without_a_date_leads_to_where_it_is_read(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)

    async with pillar.browser(subject="learner", person_id="CS-0004") as learner:
        catalogue = await page(learner, "/catalogue?track=civil-servants")
        shown = await page(learner, "/catalogue/leading-change-online")
        advice = await page(learner, "/my/advice")

    assert "Any time" in catalogue
    assert "You can begin at any time" in shown
    assert 'href="/courses/leading-change-sw"' in shown
    assert "E.7 Business change management" in shown
    assert "Kiswahili" in advice


@pytest.mark.parametrize("number", ["CS-0001", "CS-0002", "CS-0003", "CS-0004"])
async def test_there_is_something_to_learn_for_everybody_of_the_tours(sqlite_databases: Databases, number: str) -> None:
    pillar = await learn_in_demo(sqlite_databases)

    async with pillar.browser(subject="somebody", person_id=number) as person:
        assert "/catalogue/" in (await page(person, "/my/advice")).partition("<main")[2]


@pytest.mark.requirement("F31.3", "F34.1")
async def test_the_figures_count_sessions_and_courses_of_this_pillar(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    async with pillar.person("learner", person_id="CS-0004") as learner:
        begun = await learner.post("/api/v1/courses/leading-change/start")
    found = await analytics.refresh(pillar.context)
    names = await analytics.activity_names(pillar.context, figures=found)
    async with pillar.context.database.reading() as tx:
        seats = await tx.fetch(
            "SELECT e.person_id, e.state FROM course_enrolment e JOIN course_session s ON s.id = e.session_id "
            "WHERE e.state IN ('confirmed', 'completed', 'not-completed') AND s.starts_at < :now",
            now=clock.timestamp(),
        )  # fmt: skip
    people = {row["person_id"] for row in seats}

    assert begun.status_code == 200
    assert found.reached == len(people | {"CS-0004"})
    assert (found.started, found.completed) == (len(seats) + 1, sum(row["state"] == "completed" for row in seats))
    assert names["course:leading-change"] == {"en": "Leading change in a public service"}
    assert {one.measure for one in found.measured if one.value is not None} == {
        Measure.GAIN,
        Measure.TRANSFER,
        Measure.CLOSED,
        Measure.COST,
    }


@pytest.mark.requirement("F31.3")
async def test_the_pilot_was_measured_and_not_everybody_gained(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    context, officer = pillar.context, filling.actor(COUNTRY.author)

    gained = await psychometrics.gained(context, by=officer, test_id=PILOT)
    before, after = [
        {one.person_id: one.percent or 0 for one in (await tests.responses(context, test_id=PILOT, part=part)).attempts}
        for part in (Part.PRE, Part.POST)
    ]
    written = await records.read(context, by=officer, kind=RESULT, record_id="demo-result-2")
    async with pillar.browser("learn:plan", subject="officer") as person:
        page_of_gain = await page(person, "/tests/process-redesign/gain")

    assert gained.shared is not None
    assert gained.whole is not None
    assert 0 < gained.shared.low < gained.shared.mean < gained.shared.high < 50
    told = written.content
    assert (told["before"], told["after"], told["people"]) == (
        round(gained.whole.before),
        round(gained.whole.after),
        gained.people,
    )
    assert {after[one] > before[one] for one in after} == {True, False}
    assert "22.2" in page_of_gain


@pytest.mark.requirement("F31.3")
@pytest.mark.parametrize("day", ["2026-11-23T08:00:00Z", "2027-03-02T19:00:00Z"])
async def test_the_pilot_comes_to_the_same_on_whatever_day_the_sandbox_is_filled(
    sqlite_databases: Databases, day: str
) -> None:
    with clock.fixed(clock.parse(day)):
        pillar = await learn(sqlite_databases)
        await fill_sandbox(pillar.context)
        found = (await analytics.indicators(pillar.context, by=OFFICER)).measured

    come_to = {one.measure: (one.value, one.people) for one in found}
    assert (come_to[Measure.GAIN], come_to[Measure.COST]) == ((22.22, 12), (82.86, 12))


async def test_ratings_of_the_pilot_are_there_once_when_the_test_is_told_later(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    people_ids = [one.id for one in model.people(COUNTRY)]
    before = await ratings.history(pillar.context, person_ids=people_ids, competency_ids=["e-cf:D.11"])

    told = await heard(pillar.context, tests.SCORED, outcomes.take_test)

    assert told == 14 + 12
    assert await ratings.history(pillar.context, person_ids=people_ids, competency_ids=["e-cf:D.11"]) == before

"""What a training unit looks at: figures by type, and all pages of courses in every language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching.model import CoachingGiven
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.model import State
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Item, Need, Raise
from tests.builders import skills
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import OFFICER, PAGES, Learn, civil_servant, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_trainers import centre, certified


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F9.3")
async def test_seats_spend_completions_and_closed_gaps_are_told_by_type(pillar: Learn) -> None:
    await skills.enter(pillar.context, skills.competency("change"), skills.competency("law"))
    await skills.profile(pillar.context, change=3)
    raises = tuple(Raise(competency_id=one, from_level=1, to_level=3) for one in ("change", "law"))
    await course(pillar.context, track="citizens", raises=raises)
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    costs = (Item(need=Need.VENUE, cost="300"),)
    await session(pillar.context, seats=4, starts=begin, ends=begin + timedelta(hours=9), logistics=costs)
    await session(pillar.context, "s-2", seats=9, cancelled=True)
    await course(pillar.context, "other", types=("metp-1",))
    everybody = await staff(pillar.context, 3, roles=("clerk",))
    for person in everybody:
        one = await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
        if person.id != "p-03":
            await attendance.note(pillar.context, by=OFFICER, enrolment_id=one.id, day=begin.date())
    await attendance.close(pillar.context, by=OFFICER, session_id="s-1")
    await skills.rate(pillar.context, "p-01", "change", 3)
    await skills.rate(pillar.context, "p-02", "change", 2)

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/desk/types")
        told = {one["type"]: one for one in (await client.get("/desk/types?format=json")).json()}
        begun, coming = await page(client, "/desk/begun"), await page(client, "/desk")
        before = (await client.get("/desk/types?since=2001-01-01&until=2001-12-31&format=json")).json()

    assert told["metp-2"] == {
        "type": "metp-2", "title": "E-governance knowledge and skills", "sessions": 1, "seats": 4, "taken": 3,
        "completions": 2, "aimed": 2, "closed": 1, "spend": "300 USD",
    }  # fmt: skip
    assert (told["metp-1"]["sessions"], before[1]["sessions"]) == (0, 0)
    assert "50%" in shown
    assert "/teach/s-1/register" in begun
    assert ("/desk/sessions/s-2" in begun, "/desk/begun" in coming) == (False, True)
    assert "US$300.00" in shown
    assert "Seats by type of training" in shown


@pytest.mark.requirement("F12.1")
async def test_the_desk_puts_people_forward_and_gives_places_back_and_who_waits_moves_up(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context, seats=1)
    first, second = await staff(pillar.context, 2)
    one = "/desk/sessions/s-1"
    async with pillar.browser("learn:plan") as client:
        unknown = await send(client, await page(client, one), f"{one}/people", number="N-nobody")
        for person in (first, second):
            await send(client, await page(client, one), f"{one}/people", number=person.number, needs="Sign language")
        again = await send(client, await page(client, one), f"{one}/people", number=first.number)
        there = await enrolment.of_session(pillar.context, by=OFFICER, session_id="s-1")
        for member in there:
            await send(client, await page(client, one), f"{one}/decide", chosen=member.enrolment.id, answer="accept")
        full = await enrolment.of_session(pillar.context, by=OFFICER, session_id="s-1")
        nobody = await send(client, await page(client, one), f"{one}/given-back")
        seated = next(each for each in full if each.enrolment.state is State.CONFIRMED)
        gone = await send(client, await page(client, one), f"{one}/given-back", leaving=seated.enrolment.id)
        left = await enrolment.of_session(pillar.context, by=OFFICER, session_id="s-1")

    assert "Nobody has this number." in unknown.text
    assert (again.status_code, "is enrolled in this session already" in again.text) == (409, True)
    assert [each.enrolment.state for each in there] == [State.ENDORSED] * 2
    assert sorted(each.enrolment.state for each in full) == [State.CONFIRMED, State.WAITING]
    assert (nobody.status_code, gone.status_code) == (400, 303)
    assert sorted(each.enrolment.state for each in left) == [State.CANCELLED, State.CONFIRMED]
    assert {each.enrolment.needs for each in there} == {"Sign language"}


async def test_figures_by_type_reach_to_the_end_of_the_last_day_and_of_all_days(pillar: Learn) -> None:
    await course(pillar.context, track="citizens")
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await session(pillar.context, starts=midnight, ends=midnight + timedelta(hours=9))
    days = [f"{(midnight - timedelta(days=1)).date()}", f"{midnight.date()}", "9999-12-31"]

    async with pillar.browser("learn:plan") as client:
        answers = [await client.get("/desk/types", params={"until": day, "format": "json"}) for day in days]
        refused = await client.get("/desk/types", params={"format": "csv\n"})

    assert [sum(one["sessions"] for one in answer.json()) for answer in answers] == [0, 1, 1]
    assert refused.status_code == 400


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
async def test_the_pages_of_courses_are_good_in_every_language(sqlite_databases: Databases, language: str) -> None:
    pillar = await learn(sqlite_databases)
    await course(pillar.context)
    await session(pillar.context, logistics=(Item(need=Need.VENUE, cost="300"),))
    await staff(pillar.context, 3)
    one = await certified(pillar, "p-01")
    await centres.put(pillar.context, by=OFFICER, centre=centre())
    given = CoachingGiven(coach_id="p-01", coachee_id="p-02")
    pair = (await coaching.begin(pillar.context, by=OFFICER, given=given)).id
    english = ("What can be learnt", "Ask for a place", "Training desk", "Learning paths", "Checklist", "Take these")

    async with pillar.browser("learn:plan", "learn:teach", subject="subject-p-01", person_id="N-p-01") as client:
        for path in (
            "/catalogue", "/catalogue/law", "/sessions/s-1/enrol", "/my/learning", "/my/team-courses", "/my/advice",
            "/my/coaching", f"/my/coaching/{pair}", "/paths", "/paths/stages-of-implementation", "/desk",
            "/desk/sessions/s-1", "/desk/types", "/desk/trainers", f"/desk/trainers/{one.id}", "/desk/centres",
            "/desk/centres/coast", "/desk/offerings/new", "/desk/offerings/law/sessions", "/teach/s-1/code",
            "/teach/s-1/list",
        ):  # fmt: skip
            shown = await page(client, f"{path}?lang={language}")

            assert not [words for words in english if words in shown], path
            assert len(shown.encode()) < 200_000


@pytest.mark.requirement("F12.2")
async def test_lines_of_a_checklist_are_ticked_opened_again_and_removed_on_a_page(pillar: Learn) -> None:
    lines = (Item(need=Need.VENUE, cost="300"), Item(need=Need.VENUE, cost="300"), Item(need=Need.TRAVEL, note="Bus"))
    await course(pillar.context)
    await session(pillar.context, logistics=lines)
    here = "/desk/sessions/s-1/checklist/lines"

    async def marked(act: str, *places: int) -> tuple[Item, ...]:
        async with pillar.browser("learn:plan") as client:
            shown = await page(client, "/desk/sessions/s-1")
            marks = re.findall(r'name="lines" type="checkbox" value="([^"]+)"', shown)
            answer = await send(client, shown, here, lines=[marks[place] for place in places], act=act)
            assert answer.status_code == 303
        return (await offerings.session(pillar.context, session_id="s-1")).logistics

    done = await marked("done", 0, 2)
    opened = await marked("open", 2)
    left = await marked("remove", 1)
    async with pillar.browser("learn:plan") as client:
        none = await send(client, await page(client, "/desk/sessions/s-1"), here, act="done")

    assert [one.done for one in done] == [True, False, True]
    assert [one.done for one in opened] == [True, False, False]
    assert [(one.need, one.done) for one in left] == [(Need.VENUE, True), (Need.TRAVEL, False)]
    assert none.status_code == 400


@pytest.mark.requirement("F8.2", "F12.1")
async def test_a_session_is_moved_and_cancelled_on_pages(pillar: Learn) -> None:
    await course(pillar.context)
    before = await session(pillar.context, logistics=(Item(need=Need.VENUE, cost="300"),))
    here = "/desk/sessions/s-1/change"
    times = {
        "registration_starts": "2030-01-01 08:00", "registration_ends": "2030-02-01 08:00",
        "starts": "2030-03-01 09:00", "ends": "2030-03-01 17:00",
    }  # fmt: skip
    async with pillar.browser("learn:plan") as client:
        form = await page(client, here)
        wrong = await send(client, form, here, **{**times, "starts": "soon"}, place="Hall", seats="many")
        back = await send(client, form, here, **{**times, "ends": "2030-02-20 09:00"}, place="Hall", seats="9")
        moved = await send(client, form, here, **times, place="Hall 2", seats="9", link="")
        now = await offerings.session(pillar.context, session_id="s-1")
        cancelled = await send(client, await page(client, here), "/desk/sessions/s-1/cancel")
        shown = await page(client, "/desk/sessions/s-1")
    async with pillar.browser("learn:teach") as client:
        refused = [await client.get(f"{PAGES}{here}"), await client.post(f"{PAGES}/desk/sessions/s-1/cancel")]
    after = await offerings.session(pillar.context, session_id="s-1")

    assert f'value="{before.starts:%Y-%m-%d %H:%M}"' in form
    assert [one.status_code for one in (wrong, back, moved, cancelled)] == [400, 400, 303, 303]
    assert (now.place, now.seats, now.starts.isoformat()) == ("Hall 2", 9, "2030-03-01T09:00:00+00:00")
    assert (now.logistics, now.cancelled, after.cancelled) == (before.logistics, False, True)
    assert "The session was cancelled" in shown
    assert [one.status_code for one in refused] == [403, 403]


@pytest.mark.requirement("F12.1")
async def test_whoever_gives_seats_is_told_of_those_who_have_to_wait(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context, seats=1)
    found = []
    for number in (1, 2):
        person = await civil_servant(pillar.context, f"p-{number}")
        one = await enrolment.nominate(pillar.context, by=OFFICER, session_id="s-1", person_id=person.id)
        found.append(one.id)
    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/desk/sessions/s-1")
        answer = await send(client, form, "/desk/sessions/s-1/decide", chosen=found, answer="accept")
        shown = (await client.get(answer.headers["location"])).text

    assert answer.status_code == 303
    assert "1 person waits" in shown

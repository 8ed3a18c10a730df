"""Who gets the link of an online session: those with a place, its trainers and the training unit, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from icalendar import Calendar

from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import BadSession
from govstack.pillars.learn.response.offerings.model import Session
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.trainers.model import CertificationGiven
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.databases import Databases

LINK = "https://meet.example/law-1"
PUBLIC_PAGES = ("/catalogue", "/catalogue/law", "/catalogue/sessions")
PUBLIC_FILES = ("/catalogue/news", "/catalogue/calendar", "/catalogue/law/calendar")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def online(pillar: Learn, **more: Any) -> tuple[Session, list[Person]]:
    """Enter an online session of one seat; of three people the first has it, the second waits, the third asks not."""
    await course(pillar.context, track="citizens")
    kept = await session(pillar.context, seats=1, **{"place": "", "link": LINK, **more})
    found = await staff(pillar.context, 3)
    for person in found[:2]:
        await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    return kept, found


async def teaching(pillar: Learn, kept: Session) -> None:
    """Let somebody teach the session."""
    await civil_servant(pillar.context, "t-1")
    given = CertificationGiven(
        learner_id="t-1", offering_id="law", authority="Academy", since=kept.starts.date(), until=kept.ends.date()
    )
    await trainers.certify(pillar.context, by=OFFICER, given=given)
    await trainers.assign(pillar.context, by=OFFICER, session_id="s-1", person_id="t-1")


@pytest.mark.requirement("F12.3")
async def test_everybody_reads_that_a_session_is_online_and_nobody_without_a_place_by_which_link(pillar: Learn) -> None:
    _kept, (_seated, waits, other) = await online(pillar)

    async with pillar.nobody() as client:
        pages = [await page(client, path) for path in PUBLIC_PAGES]
        files = [(await client.get(path)).text for path in PUBLIC_FILES]
        answers = [await client.get(f"{API}/offerings{path}") for path in ("", "/law")]
    for person in (waits, other):
        async with pillar.browser(subject=f"subject-{person.id}") as browser:
            pages += [await page(browser, path) for path in (*PUBLIC_PAGES, "/my/learning", "/sessions/s-1/enrol")]
            files += [(await browser.get(f"/my/learning/file?format={kind}")).text for kind in ("csv", "json")]
            files.append((await browser.get("/my/learning/calendar")).text)
        async with pillar.person(f"subject-{person.id}") as client:
            answers += [await client.get(f"{API}/{path}") for path in ("offerings", "offerings/law", "me/enrolments")]
            answers.append(await client.get(f"{API}/me/session-calendar"))
            refused = [await client.get(f"{API}/sessions{path}") for path in ("", "/s-1", "/s-1/enrolments")]

    assert {one.status_code for one in answers} == {200}
    assert not [text for text in (*pages, *files, *(one.text for one in answers)) if "meet.example" in text]
    assert all("Online" in text for text in pages[1:3])
    assert "LOCATION:Online" in files[1]
    assert [one["online"] for one in answers[1].json()["sessions"]] == [True]
    assert {one.status_code for one in refused} == {403, 404}


@pytest.mark.requirement("F12.1", "F12.3")
async def test_who_has_a_place_finds_the_link_in_their_learning_their_calendar_and_the_api(pillar: Learn) -> None:
    kept, (seated, waits, _other) = await online(pillar)

    async with pillar.browser(subject=f"subject-{seated.id}") as browser:
        shown = await page(browser, "/my/learning")
        catalogue = await page(browser, "/catalogue/law")
        file = await browser.get("/my/learning/file?format=json")
        days = await browser.get("/my/learning/calendar")
    async with pillar.person(f"subject-{seated.id}") as client:
        told = (await client.get(f"{API}/me/enrolments")).json()["enrolments"]
        same = await client.get(f"{API}/me/session-calendar")
    async with pillar.nobody() as client:
        nobody = await client.get(f"{API}/me/session-calendar")
    one = (await enrolment.mine(pillar.context, by=signed_in(seated)))[0].enrolment
    await enrolment.cancel(pillar.context, by=signed_in(seated), enrolment_id=one.id)
    async with pillar.browser(subject=f"subject-{seated.id}") as browser:
        gone = await page(browser, "/my/learning")
    async with pillar.browser(subject=f"subject-{waits.id}") as browser:
        moved_up = await page(browser, "/my/learning")

    (event,) = Calendar.from_ical(days.text).walk("VEVENT")
    assert f'href="{LINK}"' in shown
    assert "9:00" in shown
    assert "meet.example" not in catalogue
    assert [row["link"] for row in file.json()] == [one["link"] for one in told] == [LINK]
    assert (event.decoded("dtstart"), str(event["description"]), str(event["location"])) == (
        kept.starts,
        LINK,
        "Online",
    )
    assert (days.headers["cache-control"], "text/calendar" in same.headers["content-type"]) == ("no-store", True)
    assert LINK in same.text
    assert nobody.status_code == 401
    assert ("meet.example" in gone, f'href="{LINK}"' in moved_up) == (False, True)


@pytest.mark.requirement("F12.1")
async def test_the_link_of_a_session_with_a_place_too_stands_beside_it_and_goes_when_it_is_cancelled(
    pillar: Learn,
) -> None:
    kept, (seated, *_others) = await online(pillar, place="Room 1")

    async with pillar.nobody() as client:
        public = await page(client, "/catalogue/law")
    async with pillar.browser(subject=f"subject-{seated.id}") as browser:
        shown = await page(browser, "/my/learning")
        changed = Session(**{name: getattr(kept, name) for name in kept.__struct_fields__} | {"cancelled": True})
        await offerings.put_session(pillar.context, by=OFFICER, session=changed)
        cancelled = await page(browser, "/my/learning")
        days = (await browser.get("/my/learning/calendar")).text

    assert ("Room 1" in public, "meet.example" in public) == (True, False)
    assert "Room 1, or online" in shown
    assert "meet.example" not in cancelled + days
    assert "STATUS:CANCELLED" in days


@pytest.mark.requirement("F8.2", "F12.1")
async def test_trainers_of_a_session_and_the_training_unit_see_the_link_and_a_manager_does_not(pillar: Learn) -> None:
    kept, (seated, *_others) = await online(pillar)
    await teaching(pillar, kept)
    await civil_servant(pillar.context, "boss")
    await civil_servant(pillar.context, "t-2")
    await civil_servant(pillar.context, seated.id, manager_id="boss")

    async with pillar.browser("learn:teach", subject="t-1", person_id="N-t-1") as teacher:
        taught = [await page(teacher, path) for path in ("/teach", "/teach/s-1")]
        days = (await teacher.get("/my/learning/calendar")).text
    async with pillar.browser("learn:teach", subject="t-2", person_id="N-t-2") as other:
        refused = await other.get("/teach/s-1")
        none = (await other.get("/my/learning/calendar")).text
    async with pillar.browser("learn:plan", subject="unit") as unit:
        desk = await page(unit, "/desk/sessions/s-1")
    async with pillar.officer("learn:plan") as client:
        read = (await client.get(f"{API}/sessions/s-1")).json()
        listed = (await client.get(f"{API}/sessions/s-1/enrolments")).json()["enrolments"]
    async with pillar.browser(subject="subject-boss", person_id="N-boss") as boss:
        team = await page(boss, "/my/team-courses")
    async with pillar.person("subject-boss", person_id="N-boss") as client:
        of_team = await client.get(f"{API}/me/team/enrolments")

    assert all(f'href="{LINK}"' in text for text in (*taught, desk))
    assert (LINK in days, LINK in none, refused.status_code) == (True, False, 404)
    assert read["link"] == LINK
    assert {one["enrolment"]["state"]: one.get("link", "") for one in listed} == {"confirmed": LINK, "waiting": ""}
    assert len(of_team.json()["enrolments"]) == 1
    assert "meet.example" not in team + of_team.text


@pytest.mark.requirement("F12.3")
async def test_a_link_is_entered_in_its_own_field_and_not_as_the_place_that_everybody_sees(pillar: Learn) -> None:
    await course(pillar.context)
    given: dict[str, Any] = {
        "registration_starts": "2026-01-01 00:00", "registration_ends": "2030-01-01 00:00",
        "starts": "2030-02-01 09:00", "ends": "2030-02-01 17:00", "seats": "9",
    }  # fmt: skip

    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/desk/offerings/law/sessions")
        public = await send(client, form, "/sessions", **given, place=LINK)
        broken = await send(client, form, "/sessions", **given, link="meet.example")
        added = await send(client, form, "/sessions", **given, link=LINK)

    (kept,) = await offerings.sessions_of(pillar.context, offering_ids=["law"])
    assert "Everybody sees the location." in public.text
    assert "begins with https://" in broken.text
    assert added.status_code == 303
    assert (kept.place, kept.link, kept.ends - kept.starts) == ("", LINK, timedelta(hours=8))


@pytest.mark.requirement("F12.3")
async def test_programs_and_files_enter_no_link_as_the_place_either(pillar: Learn) -> None:
    kept, _people = await online(pillar)
    told = msgspec.structs.replace(kept, place=f"Online {LINK}")

    with pytest.raises(BadSession) as refused:
        await offerings.put_session(pillar.context, by=OFFICER, session=told)

    assert list(refused.value.fields) == ["place"]

"""The dashboard of a country: its figures with dates and records, and what of them everybody may read."""

from __future__ import annotations

import csv
import io
import itertools
import re
from datetime import timedelta

import pytest

from govstack.kernel import clock, i18n
from govstack.pillars.learn.dashboard.model import enough, shown
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings.model import State
from tests.builders import skills
from tests.builders.campaigns import answered, campaign, response
from tests.builders.courses import course, session, signed_in
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page
from tests.databases import Databases

OPEN = {"LEARN_FIGURES_OPEN": "yes"}


async def trained(pillar: Learn, *genders: Gender) -> None:
    """Train somebody of each gender in a course, and plan the next session."""
    await skills.enter(pillar.context, skills.competency("law"))
    await skills.profile(pillar.context, law=3)
    await course(pillar.context, track="citizens")
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    await session(pillar.context, seats=20, starts=begin, ends=begin + timedelta(hours=9))
    await session(pillar.context, "s-next", seats=9)
    for number, gender in enumerate(genders):
        person = await civil_servant(pillar.context, f"p-{number:02}", gender=gender, roles=("clerk",))
        one = await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
        await attendance.note(pillar.context, by=OFFICER, enrolment_id=one.id, day=begin.date())
        await skills.rate(pillar.context, person.id, "law", 1)
    await attendance.close(pillar.context, by=OFFICER, session_id="s-1")


def told(answer: dict[str, object]) -> dict[tuple[str, str], int | None]:
    figures = answer["figures"]
    assert isinstance(figures, list)
    return {(one["group"], one["name"]): one["value"] for one in figures}


@pytest.mark.requirement("F34.1", "F34.2")
async def test_a_planner_sees_every_number_with_its_day_and_what_it_was_counted_from(databases: Databases) -> None:
    pillar = await learn(databases)
    await trained(pillar, Gender.FEMALE, Gender.MALE)

    async with pillar.officer("learn:plan", "learn:administer") as client:
        answer = (await client.get(f"{API}/dashboard")).json()
    async with pillar.browser("learn:plan") as client:
        shown_page = await page(client, "/dashboard")
        behind = (await client.get("/dashboard/trained?format=json")).json()
        women = await page(client, "/dashboard/people-trained?gender=female")
        few = (await client.get("/dashboard/trained?gender=female&format=json")).json()
        nobody = await page(client, "/dashboard/people-trained?track=leaders")
        coming = await page(client, "/coming-events")

    found = told(answer)
    assert found["trained", "trained"] == 2
    assert (found["track", "citizens"], found["type", "metp-2"]) == (2, 2)
    assert (found["gender", "female"], found["gender", "male"]) == (1, 1)
    assert (found["gap", "law"], found["event", "sessions"], found["centre", "centres"]) == (2, 1, 0)
    assert (found["community", "communities"], found["community", "joined"]) == (0, 0)
    assert {one["on"] for one in answer["figures"]} == {clock.now().date().isoformat()}
    assert [one["name"] for one in answer["figures"] if not one.get("path")] == []
    assert 'href="/dashboard/people-trained"' in shown_page
    assert 'href="/dashboard/people-trained?gender=female"' in shown_page
    assert "How many people are below the level that their post asks for" in shown_page
    assert women.count('href="/desk/sessions/s-1"') == len(few) == 1
    assert "Nothing was found." in nobody
    assert "No event is planned yet." in coming
    assert "Not measured yet." in shown_page
    assert sorted(one["gender"] for one in behind) == ["female", "male"]
    assert set(behind[0]) == {
        "enrolment_id", "offering_id", "session_id", "track", "gender", "organisation_id", "ended_on"
    }  # fmt: skip


@pytest.mark.requirement("F34.2")
async def test_the_number_of_sessions_opens_those_that_were_counted(databases: Databases) -> None:
    pillar = await learn(databases)
    await trained(pillar)
    await course(pillar.context, "ethics", state=State.CLOSED)
    await session(pillar.context, "s-closed", "ethics")
    await session(pillar.context, "s-off", cancelled=True)
    first = clock.now() + timedelta(days=1)
    for number in range(60):
        await session(pillar.context, f"s-more-{number:02}", starts=first, ends=first + timedelta(hours=1))

    async with pillar.officer("learn:plan") as client:
        answer = (await client.get(f"{API}/dashboard")).json()
    (figure,) = [one for one in answer["figures"] if one["name"] == "sessions"]
    async with pillar.nobody() as client:
        shown_page = await page(client, figure["path"])
        (more,) = set(re.findall(r'href="(/catalogue/sessions[?]after=[^"]+)"', shown_page))
        rest = await page(client, more)
        empty = await page(client, "/catalogue/sessions?after=s-next")
        small = await page(client, "/catalogue")

    listed = [re.findall(r'href="/sessions/([^"]+)/enrol"', text) for text in (shown_page, rest)]
    assert figure["value"] == 61
    assert [len(one) for one in listed] == [50, 11]
    assert {one for part in listed for one in part} == {"s-next", *(f"s-more-{number:02}" for number in range(60))}
    assert "No session is planned." in empty
    assert 'href="/catalogue/sessions"' in small


@pytest.mark.requirement("F34.1", "F34.2")
async def test_what_a_closed_assessment_found_is_told_with_the_day_on_which_it_closed(databases: Databases) -> None:
    pillar = await learn(databases)
    for number in range(6):
        await civil_servant(pillar.context, f"p-{number}")
    await campaign(pillar.context)
    await answered(pillar.context, *[response(f"p-{number}") for number in range(6)])
    async with pillar.officer("learn:plan") as client:
        before = (await client.get(f"{API}/dashboard")).json()["figures"]
        await campaigns.close(pillar.context, by=OFFICER, campaign_id="spring")
        for number in range(51):
            await campaign(pillar.context, f"zz-{number}", start=False)
        after = (await client.get(f"{API}/dashboard")).json()["figures"]

    found = [one for one in after if one["group"] == "assessment"]
    assert [one for one in before if one["group"] == "assessment"] == []
    assert [(one["part"], one["value"], one["of"]) for one in found if one["name"] == "law" and one["value"]] == [
        ("moderate", 6, 6)
    ]
    assert {(one["path"], one["on"]) for one in found} == {
        ("/campaigns/spring/findings", clock.now().date().isoformat())
    }


@pytest.mark.requirement("F34.3", "F32.3")
async def test_everybody_sees_no_number_of_few_people_and_none_that_tells_of_them(databases: Databases) -> None:
    pillar = await learn(databases, **OPEN)
    await trained(pillar, *[Gender.FEMALE] * 6, *[Gender.MALE] * 1)

    async with pillar.nobody() as client:
        answer = (await client.get(f"{API}/dashboard/public")).json()
        shown_page = await page(client, "/country")
        file = csv.DictReader(io.StringIO((await client.get("/country/file?format=csv")).text.lstrip("\ufeff")))
        rows = {(row["group"], row["name"]): row["value"] for row in file}
        closed = await client.get("/dashboard/trained")
        hidden = await client.get("/dashboard/people-trained")
        first = await page(client, "/")

    found = told(answer)
    assert (found["trained", "trained"], found["track", "citizens"]) == (7, 7)
    assert (found["gender", "female"], found["gender", "male"]) == (None, None)
    assert (rows["gender", "female"], rows["trained", "trained"]) == ("", "7")
    assert ("plan", "overdue-commitments") not in found
    assert {one["path"] for one in answer["figures"] if one.get("path")} == {
        "/catalogue/sessions",
        "/communities",
        "/coming-events",
    }
    assert hidden.status_code in {302, 303, 401, 403}
    assert 'href="/country"' in first
    assert "Hidden" in shown_page
    assert closed.status_code in {302, 303, 401, 403}


@pytest.mark.requirement("F34.3")
async def test_a_country_that_does_not_publish_shows_nobody_its_figures(databases: Databases) -> None:
    pillar = await learn(databases)

    async with pillar.nobody() as client:
        answers = [await client.get(path) for path in ("/country", f"{API}/dashboard/public")]
    async with pillar.person() as client:
        refused = await client.get(f"{API}/dashboard")

    assert [one.status_code for one in answers] == [404, 404]
    assert refused.status_code == 403


@pytest.mark.requirement("F34.3")
async def test_whoever_only_leads_sees_no_numbers_of_few_people(databases: Databases) -> None:
    pillar = await learn(databases)
    await trained(pillar, Gender.FEMALE, Gender.MALE)

    async with pillar.officer("learn:lead") as client:
        found = told((await client.get(f"{API}/dashboard")).json())

    assert (found["trained", "trained"], found["gender", "female"]) == (None, None)
    assert ("gap", "law") not in found


@pytest.mark.requirement("F34.3")
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 4, "b": 50, "c": 60}, {"a": None, "b": None, "c": 60}),
        ({"a": 5, "b": 50}, {"a": 5, "b": 50}),
        ({"a": 2, "b": 2, "c": 9}, {"a": None, "b": None, "c": None}),
        ({"a": 3, "b": 3, "c": 9}, {"a": None, "b": None, "c": 9}),
    ],
)
async def test_a_hidden_number_cannot_be_worked_out_from_the_others(
    counts: dict[str, int], expected: dict[str, int | None]
) -> None:
    assert shown(counts, 5) == expected
    assert [enough(one, one, 5) for one in (0, 4, 5)] == [0, None, 5]


@pytest.mark.requirement("F34.1")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_page_of_a_country_is_there_in_every_language(databases: Databases, language: str) -> None:
    pillar = await learn(databases, **OPEN)
    await trained(pillar, *[Gender.FEMALE] * 6)

    async with pillar.browser("learn:lead") as client:
        client.headers["Accept-Language"] = language
        inside = await page(client, "/dashboard")
        outside = await page(client, "/country")

    assert ("<svg" in inside, "<svg" in outside) == (True, True)


@pytest.mark.requirement("F34.1")
async def test_events_of_communities_to_come_are_counted_for_those_who_may_read_of_them(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_FIGURES_OPEN="yes")
    event = {
        "name": "Demo day", "type": "demo-day", "time": "00:00", "zone": "UTC", "minutes": 90, "agenda": ["Demo"],
        "invitation": "Come and see.",
    }  # fmt: skip
    days = [(clock.now() + timedelta(days=days)).date().isoformat() for days in (-3, 3)]
    async with pillar.officer("learn:plan", "learn:facilitate") as client, pillar.nobody() as nobody:
        for number, (day, audience) in enumerate(itertools.product(days, ("public", "partner", "private"))):
            body = {"content": {**event, "day": day}, "audience": audience}
            assert (await client.put(f"{API}/gatherings/g-{number}", json=body)).status_code == 200
        told = (await client.get(f"{API}/dashboard")).json()["figures"]
        public = (await nobody.get(f"{API}/dashboard/public")).json()["figures"]

    assert [[one["value"] for one in figures if one["name"] == "gatherings"] for figures in (told, public)] == [
        [2],
        [1],
    ]

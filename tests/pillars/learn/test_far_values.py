"""Values at the edge of what can be said: each gets a clear answer, and none is changed on its way."""

from __future__ import annotations

import re

import httpx
import pytest

from govstack.kernel.actor import Actor
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns.model import NAMED_MAX
from tests.builders.campaigns import campaign, document, today, written
from tests.builders.courses import course
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_statements import system

AMINA = Actor("person", "amina", "Amina")
ANSWER = {"id": "response-1", "about": "p-1", "answers": [{"item": "plan", "choice": "basic"}]}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def asked(pillar: Learn) -> answers.Ask:
    """Return what somebody is asked in a campaign with a question for a number."""
    async with pillar.person("amina") as client:
        await client.get(f"{API}/me")
    items = [*document()["items"], {"id": "budget", "section": "work", "kind": "number", "texts": {"en": "Budget?"}}]
    await campaign(pillar.context, items=items)
    return (await answers.mine(pillar.context, by=AMINA))[0]


@pytest.mark.requirement("F1.2")
@pytest.mark.parametrize("number", ["1234567", "0.1234567", "12345678901", "2.5"])
async def test_a_number_is_shown_again_as_it_was_given(pillar: Learn, number: str) -> None:
    ask = await asked(pillar)
    async with pillar.browser(subject="amina") as browser:
        form = await page(browser, f"/assessments/{ask.member.id}/self/1")
        await send(browser, form, "/self/1", plan="basic", talk="high", budget=number)
        again = await page(browser, f"/assessments/{ask.member.id}/self/1")
        beyond = await browser.get(f"/assessments/{ask.member.id}/self/{'9' * 5_000}")

    field = next(one for one in re.findall(r"<input[^>]*>", again) if 'name="budget"' in one)
    assert f'value="{number}"' in field
    assert beyond.status_code == 404


async def planned(pillar: Learn, **more: str) -> httpx.Response:
    """Send the form of a campaign."""
    await civil_servant(pillar.context)
    await written(pillar.context)
    year, month, day = today(5).split("-")
    opens = {"opens-year": year, "opens-month": month, "opens-day": day}
    closes = {"closes-year": year, "closes-month": month, "closes-day": day}
    async with pillar.browser("learn:plan") as browser:
        form = await page(browser, "/new-campaign")
        given = {"title": "Big", "instrument": "skills", "raters": "self", **opens, **closes, **more}
        return await send(browser, form, "/new-campaign", **given)


@pytest.mark.requirement("F1.1")
@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        ({"people": " ".join(["N-p-1"] * (NAMED_MAX + 1))}, 303, ""),
        ({"organisations": " ".join(f"o-{number}" for number in range(NAMED_MAX + 1))}, 400, "at most 5,000 here"),
        ({"id": "../x y?a=b#" + "z" * 500}, 400, ""),
        ({"opens-year": "2027", "opens-month": "W01-1", "opens-day": "x"}, 400, "Give a date"),
    ],
)
async def test_the_form_of_a_campaign_refuses_what_cannot_be_kept(
    pillar: Learn, more: dict[str, str], status: int, told: str
) -> None:
    sent = await planned(pillar, **more)

    assert sent.status_code == status
    assert told in sent.text


@pytest.mark.requirement("F1.1", "F1.2")
async def test_a_campaign_without_an_end_takes_answers_and_no_version_is_too_large(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await written(pillar.context)
    given = {"titles": {"en": "A"}, "instrumentId": "skills", "opensOn": today(-1), "closesOn": "9999-12-31"}
    async with pillar.officer() as client:
        huge = [
            await client.put(f"{API}/campaigns/x1", json={**given, "instrumentVersion": number})
            for number in (2**40, 2**70)
        ]
        await client.put(f"{API}/campaigns/x1", json=given)
        await client.post(f"{API}/campaigns/x1/start")
        answered = await client.post(f"{API}/campaigns/x1/responses", json={"responses": [ANSWER]})

    assert [one.status_code for one in huge] == [400, 400]
    assert answered.json()["responses"][0]["outcome"] == "added"


@pytest.mark.requirement("F1.2")
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_one_answer_of_an_impossible_moment_sinks_no_others(pillar: Learn, at: str) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    async with pillar.officer() as client:
        sent = await client.post(
            f"{API}/campaigns/spring/responses",
            json={"responses": [{**ANSWER, "id": "response-0", "answeredAt": at}, ANSWER]},
        )

    assert [one["outcome"] for one in sent.json()["responses"]] == ["refused", "added"]


@pytest.mark.requirement("F10.1")
@pytest.mark.parametrize(
    ("field", "moment"), [("registrationStarts", "0001-01-01T00:00:00+14:00"), ("ends", "9999-12-31T23:00:00-14:00")]
)
async def test_sessions_lie_within_the_years_of_people(pillar: Learn, field: str, moment: str) -> None:
    await course(pillar.context, "law")
    given = {
        "offeringId": "law", "registrationStarts": "2026-01-01T00:00:00Z", "registrationEnds": "2026-02-01T00:00:00Z",
        "starts": "2026-03-01T00:00:00Z", "ends": "2026-03-02T00:00:00Z", "seats": 5, field: moment,
    }  # fmt: skip
    async with pillar.officer() as client:
        sent = await client.put(f"{API}/sessions/s-9", json=given)

    assert sent.status_code == 400
    assert list(sent.json()["fields"]) == [field]


async def test_a_place_beyond_all_statements_is_the_end_of_the_list(pillar: Learn) -> None:
    async with system(pillar) as client:
        told = [
            await client.get(f"{API}/xapi/statements?beyond={2**63 + place}{ascending}")
            for place in (-1, 0, 10)
            for ascending in ("", "&ascending=true")
        ]

    assert {one.status_code for one in told} == {200}


@pytest.mark.requirement("F11.5")
@pytest.mark.parametrize(
    ("since", "every", "days"), [("9999-12-20", "month", 1), ("9999-12-27", "week", 31), ("9998-06-01", "year", 1)]
)
async def test_a_slot_at_the_end_of_all_days_is_shown_without_a_day_that_is_not_there(
    pillar: Learn, since: str, every: str, days: int
) -> None:
    slot = {"id": "far", "titles": {"en": "Far"}, "every": every, "week": -1, "days": days, "since": since}
    given = {"titles": {"en": "Far"}, "steps": [{"id": "one", "titles": {"en": "One"}}], "slots": [slot]}
    async with pillar.officer() as client:
        put = await client.put(f"{API}/paths/far", json=given)
    async with pillar.nobody() as nobody, pillar.browser("learn:plan") as browser:
        shown = [
            await nobody.get(f"{API}/paths/far"), await nobody.get(f"{API}/paths/far/calendar"),
            await browser.get("/paths/far"), await browser.get("/paths/far/calendar"),
        ]  # fmt: skip

    assert put.status_code == 200
    assert [one.status_code for one in shown] == [200] * 4

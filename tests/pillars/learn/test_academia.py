"""Academic partnership: topics, outputs that inform the work, and the curriculum map."""

from __future__ import annotations

import pytest

from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases

TOPIC = {
    "topic": "Trust in digital payments", "proposedBy": "Ministry of Finance", "degree": "master", "state": "proposed",
    "question": "What makes people trust a payment?", "ethics": "Approved by the board on 3 May",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F24.1")
async def test_a_topic_is_taken_by_somebody_and_has_its_ethics(pillar: Learn) -> None:
    async with pillar.officer("learn:advise") as client:
        made = await client.put(f"{API}/topics/trust", json={"content": TOPIC, "audience": "public"})
        nobody = await client.put(f"{API}/topics/trust", json={"content": {**TOPIC, "state": "claimed"}})
        taken = await client.put(
            f"{API}/topics/trust",
            json={"content": {**TOPIC, "state": "claimed", "claimedBy": "Amina Kone"}, "audience": "public"},
        )
        without = {name: text for name, text in TOPIC.items() if name != "ethics"}
        careless = await client.post(f"{API}/topics", json={"content": without})
    async with pillar.nobody() as client:
        board = await client.get(f"{API}/topics")

    assert [made.status_code, taken.status_code] == [200, 200]
    assert list(nobody.json()["fields"]) == ["claimedBy"]
    assert list(careless.json()["fields"]) == ["ethics"]
    assert [one["content"]["state"] for one in board.json()["records"]] == ["claimed"]


@pytest.mark.requirement("F24.2")
async def test_an_output_names_what_it_informs_and_is_seen_there(pillar: Learn) -> None:
    output = {"topic": "trust", "title": "Trust, measured", "address": "https://uni.example/1", "on": "2026-06-01"}
    async with pillar.officer("learn:advise", "learn:plan") as client, pillar.browser("learn:*") as browser:
        await client.put(f"{API}/topics/trust", json={"content": TOPIC})
        programme = {"name": "Payments", "challenge": "Slow", "currency": "usd"}
        await client.put(f"{API}/programmes/p", json={"content": programme})
        loose = await client.post(f"{API}/research-outputs", json={"content": output})
        closed = await client.post(
            f"{API}/research-outputs", json={"content": {**output, "roadmap": "Step 3", "address": ""}}
        )
        tied = await client.post(f"{API}/research-outputs", json={"content": {**output, "programme": "p"}})
        shown = await page(browser, "/programmes/p")

    assert list(loose.json()["fields"]) == ["roadmap"]
    assert list(closed.json()["fields"]) == ["address"]
    assert tied.status_code == 201
    assert "Trust, measured" in shown


@pytest.mark.requirement("F24.3")
async def test_the_curriculum_map_ties_outcomes_to_competencies_and_a_level(pillar: Learn) -> None:
    outcome = {
        "study": "MSc Digital Government", "institution": "University", "outcome": "Plans a portfolio",
        "competencies": ["E.2"], "eqf": 7,
    }  # fmt: skip
    async with pillar.officer("learn:advise") as client:
        made = await client.post(f"{API}/study-outcomes", json={"content": outcome})
        beyond = await client.post(f"{API}/study-outcomes", json={"content": {**outcome, "eqf": 9}})
        without = {name: value for name, value in outcome.items() if name != "competencies"}
        loose = await client.post(f"{API}/study-outcomes", json={"content": without})

    assert made.status_code == 201
    assert beyond.status_code == 400
    assert list(loose.json()["fields"]) == ["competencies"]


@pytest.mark.requirement("F24.2")
async def test_an_output_names_a_measure_of_a_plan_which_shows_it(pillar: Learn) -> None:
    output = {"topic": "trust", "title": "Trust, measured", "address": "https://uni.example/1", "on": "2026-06-01"}
    measure = {
        "programme": "p", "description": "Train cashiers", "responsibility": "Treasury", "timeline": "2027",
        "funding": 10, "source": "grant",
    }  # fmt: skip
    async with pillar.officer("learn:advise", "learn:plan") as client, pillar.browser("learn:lead") as lead:
        await client.put(f"{API}/topics/trust", json={"content": TOPIC})
        programme = {"name": "Payments", "challenge": "Slow", "currency": "usd"}
        await client.put(f"{API}/programmes/p", json={"content": programme})
        written = await client.put(f"{API}/measures/m", json={"content": measure})
        before = await page(lead, "/measures/m")
        unknown = await client.post(f"{API}/research-outputs", json={"content": {**output, "measure": "p"}})
        tied = await client.post(f"{API}/research-outputs", json={"content": {**output, "measure": "m"}})
        private = await page(lead, "/measures/m")
        given = {"content": {**output, "measure": "m"}, "audience": "public"}
        await client.put(f"{API}/research-outputs/{tied.json()['id']}", json=given)
        shown = await page(lead, "/measures/m")

    assert (written.status_code, tied.status_code) == (200, 201)
    assert list(unknown.json()["fields"]) == ["measure"]
    assert "Trust, measured" not in before + private
    assert "Trust, measured" in shown


@pytest.mark.requirement("F24.2")
async def test_an_adviser_names_by_id_what_they_may_not_read(pillar: Learn) -> None:
    async with pillar.officer("learn:plan", "learn:advise") as client:
        await client.put(f"{API}/topics/trust", json={"content": TOPIC})
        programme = {"name": "Payments", "challenge": "Slow", "currency": "usd"}
        await client.put(f"{API}/programmes/p", json={"content": programme})
    async with pillar.browser("learn:advise") as adviser:
        form = await page(adviser, "/research-outputs/new")
        date = {"on-day": "1", "on-month": "6", "on-year": "2026"}
        given = {"topic": "trust", "title": "Trust, measured", "address": "https://uni.example/1", **date}
        saved = await send(adviser, form, "/research-outputs/new", programme="p", **given)

    assert "Payments" not in form
    assert saved.status_code == 303


@pytest.mark.requirement("F24.2")
async def test_a_public_output_shows_no_id_of_what_its_reader_may_not_read(pillar: Learn) -> None:
    output = {
        "topic": "trust", "title": "Trust, measured", "address": "https://uni.example/1", "on": "2026-06-01",
        "programme": "internal-programme",
    }  # fmt: skip
    async with pillar.officer("learn:advise", "learn:plan") as client:
        programme = {"name": "Payments within a week", "challenge": "Slow", "currency": "usd"}
        await client.put(f"{API}/programmes/internal-programme", json={"content": programme})
        await client.put(f"{API}/topics/trust", json={"content": TOPIC, "audience": "public"})
        put = await client.put(f"{API}/research-outputs/one", json={"content": output, "audience": "public"})
    async with pillar.nobody() as nobody, pillar.browser("learn:plan") as officer:
        public, kept = await page(nobody, "/research-outputs/one"), await page(officer, "/research-outputs/one")

    assert put.status_code == 200, put.text
    assert "internal-programme" not in public
    assert "Payments within a week" not in public
    assert "Not shown to you" in public
    assert "Payments within a week" in kept

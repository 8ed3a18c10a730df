"""Academic partnership: topics, outputs that inform the work, and the curriculum map."""

from __future__ import annotations

import pytest

from tests.builders.learning import API, Learn, learn, page
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

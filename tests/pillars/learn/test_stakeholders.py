"""Stakeholders: what is known of them, the map, commitments, responsibilities, and being erased."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from govstack.kernel import audit, clock
from govstack.pillars.learn.needs.stakeholders.model import STAKEHOLDER
from tests.builders.learning import API, Learn, learn, page
from tests.databases import Databases

AMINA = {
    "name": "Amina Kone",
    "institution": "Ministry of Finance",
    "role": "Director of treasury",
    "contact": "amina@finance.example",
    "profile": "https://finance.example/amina",
    "group": "sponsors",
    "interest": "low",
    "influence": "high",
    "who": "Leads the payment reform",
    "known": "Supports the pilot; her view on staffing is not known",
    "concerns": "Loss of control over payments",
    "impact": "Payments in a day",
    "motivation": "Fewer complaints",
}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    async with made.officer() as client:
        answer = await client.put(f"{API}/stakeholders/amina", json={"content": AMINA})
        assert answer.status_code == 200, answer.text
    return made


async def map_on(pillar: Learn, day: int) -> str:
    """Return the map as it is on a day of November."""
    with clock.fixed(datetime(2026, 11, day, 12, tzinfo=UTC)):
        async with pillar.browser("learn:plan") as browser:
            return await page(browser, "/stakeholder-map")


@pytest.mark.requirement("F2.1")
async def test_a_stakeholder_holds_who_they_are_and_where_they_stand(pillar: Learn) -> None:
    async with pillar.officer() as client:
        kept = await client.get(f"{API}/stakeholders/amina")

    assert kept.json()["content"] == AMINA


@pytest.mark.requirement("F2.2")
async def test_the_map_shows_five_columns_and_groups_that_nothing_changes_for(pillar: Learn) -> None:
    group = {"name": "Retired staff", "reaction": "May ask why they were not consulted"}
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        made = await client.post(f"{API}/unaffected-groups", json={"content": group})
        shown = await page(browser, "/stakeholder-map")
        groups = await page(browser, "/unaffected-groups")

    assert made.status_code == 201
    assert [AMINA[name] in shown for name in ("who", "known", "concerns", "impact", "motivation")] == [True] * 5
    assert "Retired staff" in groups
    assert "Retired staff" not in shown


@pytest.mark.requirement("F2.3")
async def test_an_open_commitment_is_overdue_the_day_after_it_was_due(pillar: Learn) -> None:
    promise = {"promise": "Name two trainers", "owner": "amina", "due": "2026-11-20", "state": "open"}
    async with pillar.officer() as client:
        await client.put(f"{API}/commitments/trainers", json={"content": promise})
        in_time, late = [await map_on(pillar, day) for day in (20, 21)]
        await client.put(f"{API}/commitments/trainers", json={"content": {**promise, "state": "kept"}})
        kept = await map_on(pillar, 21)
        incomplete = await client.post(f"{API}/commitments", json={"content": {"promise": "Something"}})
        backwards = await client.post(f"{API}/commitments", json={"content": {**promise, "promised": "2026-11-21"}})

    assert ["Name two trainers" in text for text in (in_time, late, kept)] == [False, True, False]
    assert sorted(incomplete.json()["fields"]) == ["due", "owner", "state"]
    assert list(backwards.json()["fields"]) == ["due"]


async def test_responsibilities_point_at_stakeholders_who_are_known(pillar: Learn) -> None:
    raci = {"activity": "Train the trainers", "responsible": ["amina"], "accountable": "amina"}
    async with pillar.officer() as client:
        good = await client.post(f"{API}/responsibilities", json={"content": raci})
        bad = await client.post(f"{API}/responsibilities", json={"content": {**raci, "accountable": "nobody"}})

    assert good.status_code == 201
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["accountable"])


@pytest.mark.requirement("F2.4")
async def test_a_stakeholders_personal_data_is_taken_out_and_erased_everywhere(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(f"{API}/stakeholders/amina", json={"content": {**AMINA, "role": "Minister"}})
        out = await client.get(f"{API}/stakeholders/export", params={"format": "json"})
        erased = [await client.delete(f"{API}/stakeholders/amina/personal") for _ in range(2)]
        left = await client.get(f"{API}/stakeholders/amina")
        history = await client.get(f"{API}/stakeholders/amina/history")
    async with pillar.context.database.reading() as tx:
        entries = await audit.entries(tx, action="learn.record.erased")
        rows = await tx.fetch("SELECT content, title, personal_sealed FROM record WHERE kind = 'stakeholder'")
        old = await tx.fetch("SELECT content, personal_sealed FROM record_revision WHERE record_id = 'amina'")

    assert out.json()[0]["contact"] == "amina@finance.example"
    assert [one.status_code for one in erased] == [204, 204]
    assert set(left.json()["content"]) == set(AMINA) - STAKEHOLDER.personal
    # What tells who somebody is goes with their name: nobody is recognised by their office or what was said of them.
    assert {"role", "who", "known", "concerns", "impact", "motivation"} <= STAKEHOLDER.personal
    assert all("name" not in one["content"] for one in history.json()["revisions"])
    assert [row["personal_sealed"] for row in (*rows, *old)] == [None, None, None]
    assert "Kone" not in str(rows) + str(old)
    assert [one.subject for one in entries] == ["stakeholder/amina"]


@pytest.mark.requirement("F2.3", "F32.1")
async def test_the_map_tells_days_as_people_write_them_in_their_language(pillar: Learn) -> None:
    promise = {"promise": "Name two trainers", "owner": "amina", "due": "2026-11-20", "state": "open"}
    async with pillar.officer() as client:
        await client.put(f"{API}/commitments/trainers", json={"content": promise})
    with clock.fixed(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        async with pillar.browser("learn:plan") as browser:
            shown = await page(browser, "/stakeholder-map?lang=fr")

    assert "20 novembre 2026" in shown
    assert "2026-11-20" not in shown


async def test_a_stakeholder_is_offered_by_institution_since_names_stay_sealed(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as browser:
        asked = await page(browser, "/meetings/new")

    assert "Ministry of Finance" in asked
    assert AMINA["name"] not in asked

"""Stakeholders: what is known of them, the map, commitments, responsibilities, and being erased."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from govstack.kernel import audit, clock
from govstack.pillars.learn.needs.stakeholders.model import STAKEHOLDER
from govstack.pillars.learn.records import service
from tests.builders.learning import API, PAGES, Learn, civil_servant, learn, page
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


@pytest.mark.requirement("F2.1")
async def test_stakeholders_of_one_institution_are_told_apart_by_those_who_keep_them(pillar: Learn) -> None:
    meeting = {"subject": "First talk", "on": "2026-11-02", "stakeholders": ["badu"]}
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        await client.put(f"{API}/stakeholders/badu", json={"content": {**AMINA, "name": "Badu Mensah"}})
        made = await client.post(f"{API}/meetings", json={"content": meeting})
        asked = await page(browser, "/meetings/new")
        shown = await page(browser, f"/meetings/{made.json()['id']}")
        await client.delete(f"{API}/stakeholders/badu/personal")
        erased = await page(browser, "/meetings/new")

    assert all(name in asked for name in ("Amina Kone (Ministry of Finance)", "Badu Mensah (Ministry of Finance)"))
    assert "Badu Mensah (Ministry of Finance)" in shown
    assert "Amina Kone" not in shown
    assert "Badu Mensah" not in erased


@pytest.mark.requirement("F2.4")
async def test_all_that_is_known_of_one_stakeholder_is_taken_out_and_that_is_written_down(pillar: Learn) -> None:
    promise = {"promise": "Name two trainers", "owner": "amina", "due": "2026-11-20", "state": "open"}
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        await client.put(f"{API}/stakeholders/badu", json={"content": {**AMINA, "name": "Badu Mensah"}})
        await client.put(f"{API}/stakeholders/amina", json={"content": {**AMINA, "role": "Minister"}})
        await client.put(f"{API}/commitments/trainers", json={"content": promise})
        raci = {"activity": "Train", "responsible": ["amina", "badu"], "accountable": "badu"}
        await client.post(f"{API}/responsibilities", json={"content": raci})
        file = await browser.get(f"{PAGES}/stakeholders/amina/personal?format=json")
        by_program = await client.get(f"{API}/stakeholders/amina/personal")
    async with pillar.person() as stranger:
        refused = await stranger.get(f"{API}/stakeholders/amina/personal")
    async with pillar.context.database.reading() as tx:
        entries = await audit.entries(tx, action="learn.record.taken-out")

    told = {(one["Field"], one["What it says"]) for one in file.json()}
    assert {("Role", "Minister"), ("Role", "Director of treasury"), ("What was promised", "Name two trainers")} <= told
    assert ("Does it", "Amina Kone (Ministry of Finance) and Somebody else") in told
    assert "badu" not in file.text.lower()
    assert [one["content"]["role"] for one in by_program.json()["revisions"]] == ["Minister", "Director of treasury"]
    assert refused.status_code == 403
    assert [one.subject for one in entries] == ["stakeholder/amina"] * 2


async def test_the_engagement_plan_names_what_is_ahead_and_who_of_influence_is_left_out(pillar: Learn) -> None:
    activity = {
        "activity": "Talk with the treasury", "way": "consult", "stakeholders": ["amina"], "aim": "Her support",
        "owner": "officer", "due": "2026-11-20", "state": "planned",
    }  # fmt: skip
    async with pillar.officer() as client:
        await civil_servant(pillar.context, "officer")
        before = await map_on(pillar, 20)
        made = await client.put(f"{API}/engagement-activities/talk", json={"content": activity})
        planned, late = [await map_on(pillar, day) for day in (20, 21)]
        await client.put(f"{API}/engagement-activities/talk", json={"content": {**activity, "state": "done"}})
        done = await map_on(pillar, 21)
        await client.put(f"{API}/engagement-activities/talk", json={"content": {**activity, "state": "dropped"}})
        dropped = await map_on(pillar, 21)
        nobody = {name: value for name, value in activity.items() if name != "stakeholders"}
        refused = await client.post(f"{API}/engagement-activities", json={"content": nobody})

    assert made.status_code == 200, made.text
    assert ["Of high influence, and in no plan" in text for text in (before, planned, late, done, dropped)] == [
        True, False, False, False, True,
    ]  # fmt: skip
    assert ["Talk with the treasury" in text for text in (before, planned, late, done)] == [False, True, True, False]
    assert ["(overdue)" in text for text in (planned, late)] == [False, True]
    assert list(refused.json()["fields"]) == ["stakeholders"]


@pytest.mark.requirement("F2.4")
async def test_all_that_was_ever_said_of_a_stakeholder_is_taken_out(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "REVISIONS_MAX", 2)
    async with pillar.officer() as client:
        for number in range(4):
            await client.put(f"{API}/stakeholders/amina", json={"content": {**AMINA, "concerns": f"Reason {number}"}})
        told = (await client.get(f"{API}/stakeholders/amina/personal")).json()["revisions"]

    assert [one["number"] for one in told] == [5, 4, 3, 2, 1]
    assert told[-1]["content"]["concerns"] == AMINA["concerns"]

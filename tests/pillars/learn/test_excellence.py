"""The excellence centre: areas, requests of agencies, the talent archive, and what the centre achieves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from govstack.kernel import audit, clock, i18n
from govstack.kernel.actor import Actor
from govstack.pillars.learn.people import service as people
from tests.builders import skills
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.builders.posted_learning import work
from tests.databases import Databases

NEED = {"subject": "A model of demand", "need": "Forecast queues at counters", "serviceLine": "research"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await ministry(made.context)
    await civil_servant(made.context, "p-1", name="Amina", number="N-1", organisation_id="finance")
    await civil_servant(made.context, "p-2", name="Bako", number="N-2", organisation_id="finance")
    for subject, number in (("amina", "N-1"), ("bako", "N-2")):
        actor = Actor("person", subject, subject, attributes={people.NUMBER_ATTRIBUTE: number})
        await people.me(made.context, by=actor)
    return made


async def filed(pillar: Learn, request_id: str = "r-1") -> dict[str, object]:
    async with pillar.person("amina") as client:
        answer = await client.put(f"{API}/my/expert-requests/{request_id}", json=NEED)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


async def changed(pillar: Learn, request_id: str, **fields: object) -> int:
    async with pillar.officer("learn:advise") as client:
        found = (await client.get(f"{API}/expert-requests/{request_id}")).json()
        content = {**found["content"], **fields}
        return (await client.put(f"{API}/expert-requests/{request_id}", json={"content": content})).status_code


@pytest.mark.requirement("F22.1")
async def test_an_agency_files_a_request_that_gets_a_day_experts_an_outcome_and_a_judgement(pillar: Learn) -> None:
    today = clock.now().date().isoformat()

    made = await filed(pillar)
    again = await filed(pillar)
    without_experts = await changed(pillar, "r-1", state="assigned")
    assigned = await changed(pillar, "r-1", state="assigned", experts=["p-2"], staffed=today)
    async with pillar.person("amina") as client:
        early = await client.put(f"{API}/my/expert-requests/r-1/satisfaction", json={"satisfaction": 4})
        done = await changed(pillar, "r-1", state="done", outcome="A model", closed=today)
        judged = await client.put(f"{API}/my/expert-requests/r-1/satisfaction", json={"satisfaction": 4})
        outside = await client.put(f"{API}/my/expert-requests/r-1/satisfaction", json={"satisfaction": 6})
    forged = await changed(pillar, "r-1", satisfaction=5)
    async with pillar.officer("learn:advise") as client:
        kept = (await client.get(f"{API}/expert-requests/r-1")).json()["content"]

    assert made["due"] == (clock.now().date() + timedelta(days=10)).isoformat()
    assert again == made
    assert (without_experts, assigned, early.status_code, done) == (400, 200, 409, 200)
    assert (judged.json()["satisfaction"], judged.json()["experts"], outside.status_code) == (4, ["p-2"], 400)
    assert (forged, kept["satisfaction"], kept["organisation"]) == (200, 4, "finance")


@pytest.mark.requirement("F22.1")
async def test_a_request_is_seen_by_the_person_who_filed_it_and_by_the_centre_alone(pillar: Learn) -> None:
    await filed(pillar)

    async with pillar.person("bako") as client:
        other = await client.get(f"{API}/my/expert-requests/r-1")
        taken = await client.put(f"{API}/my/expert-requests/r-1", json=NEED)
        register = await client.get(f"{API}/expert-requests")
    async with pillar.person("stranger") as client:
        homeless = await client.put(f"{API}/my/expert-requests/r-9", json=NEED)

    assert (other.status_code, taken.status_code, register.status_code) == (404, 409, 403)
    assert (homeless.status_code, homeless.json()["code"]) == (409, "no-agency")


@pytest.mark.requirement("F22.1", "F22.4")
async def test_pages_lead_from_filing_a_request_to_its_judgement_and_overdue_ones_are_seen(pillar: Learn) -> None:
    async with pillar.browser() as client:
        form = await page(client, "/my/requests/new")
        empty = await send(client, form, "/my/requests/new")
        made = await send(client, form, "/my/requests/new", **NEED)
        request_id = made.headers["location"].rpartition("/")[2]
        past = (clock.now().date() - timedelta(days=20)).isoformat()
        await changed(pillar, request_id, filed=past, due=past)
        async with pillar.browser("learn:advise", subject="adviser") as desk:
            late = await page(desk, "/excellence")
        today = clock.now().date().isoformat()
        await changed(pillar, request_id, state="done", experts=["p-2"], staffed=today, outcome="A model", closed=today)
        shown = await page(client, f"/my/requests/{request_id}")
        await send(client, shown, "/satisfaction", satisfaction="5")
        after = await page(client, f"/my/requests/{request_id}")
        listed = await page(client, "/my/requests")
        await page(client, "/excellence", 403)

    assert (empty.status_code, "Say what you need, and what for." in empty.text) == (400, True)
    assert f"/expert-requests/{request_id}" in late
    assert ("Bako" in shown, "A model" in shown) == (True, True)
    assert 'value="5" checked' in after
    assert "A model of demand" in listed


@pytest.mark.requirement("F22.3")
async def test_a_proposed_area_shows_who_wants_it_and_who_answers_for_it(pillar: Learn) -> None:
    await filed(pillar)
    area = {"name": "Quantum", "about": "Computing", "state": "proposed"}
    async with pillar.officer("learn:advise") as client:
        bare = await client.put(f"{API}/capability-areas/quantum", json={"content": area})
        forged = await client.put(f"{API}/capability-areas/quantum", json={"content": {**area, "founding": True}})
        owned = {**area, "owner": "p-2", "requests": ["r-1"]}
        proposed = await client.put(f"{API}/capability-areas/quantum", json={"content": owned})
        listed = (await client.get(f"{API}/capability-areas")).json()["records"]

    assert (bare.status_code, sorted(bare.json()["fields"])) == (400, ["gaps", "owner"])
    assert (forged.status_code, proposed.status_code) == (400, 200)
    assert sum(bool(one["content"].get("founding")) for one in listed) == 6


@pytest.mark.requirement("F22.4")
async def test_indicators_count_service_reuse_rises_and_the_time_to_staff(pillar: Learn) -> None:
    today = clock.now().date()
    before = (today - timedelta(days=4)).isoformat()
    await skills.enter(pillar.context, skills.competency("data"))
    for person, level, kind, day in (
        ("p-1", 1, "test", before), ("p-1", 2, "test", today.isoformat()),
        ("p-2", 1, "test", before), ("p-2", 3, "self", today.isoformat()),
    ):  # fmt: skip
        await skills.rate(pillar.context, person, "data", level, kind, rated_on=day)
    for number in ("r-1", "r-2"):
        await filed(pillar, number)
    await changed(
        pillar, "r-1", filed=before, due=before, state="done", experts=["p-2"], staffed=today.isoformat(),
        outcome="A model", closed=today.isoformat(),
    )  # fmt: skip
    await changed(pillar, "r-2", reuses=["r-1"])

    async with pillar.officer("learn:lead") as client:
        told = (await client.get(f"{API}/excellence/indicators")).json()
    async with pillar.person("amina") as client:
        refused = await client.get(f"{API}/excellence/indicators")

    assert told == {
        "on": today.isoformat(), "filed": 2, "served": 1, "inTime": 0, "open": 1, "overdue": 0, "reused": 1,
        "satisfaction": None, "judged": 0, "staffingDays": 4.0, "raised": 1,
    }  # fmt: skip
    assert refused.status_code == 403


CARD = {"languages": ["fr", "ar"], "clearance": "secret", "availability": "part-time"}
EVERYTHING = ["languages", "clearance", "availability", "competencies"]


async def looked(pillar: Learn, **wanted: object) -> list[str]:
    async with pillar.officer("learn:advise") as client:
        answer = await client.post(f"{API}/talent/search", json=wanted)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["experts"]]


@pytest.mark.requirement("F22.2")
async def test_experts_are_found_by_what_they_show_and_by_nothing_else(pillar: Learn) -> None:
    await skills.enter(pillar.context, skills.competency("data"))
    await skills.rate(pillar.context, "p-1", "data", 3, "evidence")
    await skills.rate(pillar.context, "p-2", "data", 4, "self")
    hidden = await looked(pillar)
    async with pillar.person("amina") as client:
        await client.put(f"{API}/my/talent-card", json={**CARD, "shows": EVERYTHING})
    async with pillar.person("bako") as client:
        await client.put(f"{API}/my/talent-card", json={**CARD, "shows": ["competencies"]})
        wrong = await client.put(f"{API}/my/talent-card", json={"languages": ["klingon"]})

    assert (hidden, sorted(await looked(pillar))) == ([], ["Amina", "Bako"])
    assert await looked(pillar, competency="data", level=2) == ["Amina"]
    assert await looked(pillar, competency="data", level=2, verified=False) == ["Bako", "Amina"]
    assert await looked(pillar, competency="data", level=4) == []
    for one in ({"language": "fr"}, {"clearance": "secret"}, {"availability": "part-time"}):
        assert await looked(pillar, **one) == ["Amina"]
    assert await looked(pillar, language="es") == []
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["languages"])


@pytest.mark.requirement("F22.2")
async def test_whoever_leaves_or_is_erased_is_not_found_any_more(pillar: Learn) -> None:
    for subject in ("amina", "bako"):
        async with pillar.person(subject) as client:
            await client.put(f"{API}/my/talent-card", json={**CARD, "shows": EVERYTHING})
    async with pillar.person("amina") as client:
        left = await client.delete(f"{API}/my/talent-card")
        gone = await client.get(f"{API}/my/talent-card")
    await people.erase(pillar.context, by=OFFICER, person_id="p-2")
    await work(pillar.context)

    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT person_id FROM talent_card")

    assert (left.status_code, gone.status_code, rows) == (204, 404, [])


@pytest.mark.requirement("F22.2")
async def test_each_search_is_written_down_without_names(pillar: Learn) -> None:
    async with pillar.person("amina") as client:
        await client.put(f"{API}/my/talent-card", json={**CARD, "shows": EVERYTHING})
        refused = await client.post(f"{API}/talent/search", json={})
    await looked(pillar, language="fr")

    async with pillar.context.database.reading() as tx:
        entries = await audit.entries(tx, limit=50)
    rows = [one for one in entries if one.action == "learn.talent.searched"]

    assert (refused.status_code, len(rows)) == (403, 1)
    assert (json.loads(rows[0].detail)["found"], json.loads(rows[0].detail)["language"]) == (1, "fr")
    assert ("Amina" in str(rows), "p-1" in str(rows)) == (False, False)


@pytest.mark.requirement("F22.2")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_pages_of_the_talent_archive_work_in_every_language(pillar: Learn, language: str) -> None:
    await skills.enter(pillar.context, skills.competency("data"))
    await skills.rate(pillar.context, "p-1", "data", 3, "evidence")
    async with pillar.browser() as client:
        client.headers["Accept-Language"] = language
        form = await page(client, "/my/talent-card")
        kept = await send(
            client, form, "/my/talent-card", languages=["fr"], clearance="secret", availability="", shows=EVERYTHING
        )
        card = await page(client, "/my/talent-card")
        left = await send(client, card, "/my/talent-card/leave")
        await send(client, form, "/my/talent-card", languages=["fr"], shows=EVERYTHING)
    async with pillar.browser("learn:advise", subject="adviser") as client:
        client.headers["Accept-Language"] = language
        start = await page(client, "/talent")
        found = await page(client, "/talent?search=yes&competency=data&level=2&language=fr")
        await page(client, "/excellence")

    assert (kept.status_code, left.status_code) == (303, 303)
    assert ("Amina" in start, "Amina" in found) == (False, True)


@pytest.mark.requirement("F22.1")
async def test_a_request_that_was_taken_out_of_use_is_not_brought_back_by_judging_it(pillar: Learn) -> None:
    today = clock.now().date().isoformat()
    await filed(pillar)
    await changed(pillar, "r-1", state="done", experts=["p-2"], staffed=today, outcome="A model", closed=today)
    async with pillar.officer("learn:advise") as client, pillar.person("amina") as amina:
        await client.delete(f"{API}/expert-requests/r-1")
        judged = await amina.put(f"{API}/my/expert-requests/r-1/satisfaction", json={"satisfaction": 1})
        read = await amina.get(f"{API}/my/expert-requests/r-1")
        left = (await client.get(f"{API}/expert-requests")).json()["records"]

    assert (judged.status_code, read.status_code, left) == (404, 404, [])

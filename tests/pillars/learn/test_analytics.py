"""One's own learning record, what others see of it, and how long it is kept."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.learning.analytics import model, service
from govstack.pillars.learn.learning.analytics.model import Cell
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.manifest import KEEPING
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.retention import service as retention
from tests.builders.learning import API, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases
from tests.pillars.learn.test_statements import ATTEMPTED, XAPI, found, statement, stored, system


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    pillar = await learn(databases)
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "tax", parent_id="finance")
    await civil_servant(pillar.context, "boss", number="N-boss")
    return pillar


def own(pillar: Learn, person_id: str, **changed: Any) -> dict[str, Any]:
    """Return a statement about somebody whom the pillar knows."""
    actor = {"account": {"homePage": pillar.context.public_url, "name": person_id}}
    return statement(actor=actor, **changed)


async def team(pillar: Learn, count: int, **changed: Any) -> None:
    """Enter people who report to the boss, and let each complete a course."""
    for number in range(count):
        await civil_servant(
            pillar.context, f"p-{number}", manager_id="boss", organisation_id="tax", name=f"Learner {number}", **changed
        )
    async with system(pillar) as client:
        await stored(client, *(own(pillar, f"p-{number}") for number in range(count)))


@pytest.mark.requirement("F31.2")
async def test_learners_see_and_take_their_own_record_and_nobody_else_s(pillar: Learn) -> None:
    await team(pillar, 2)
    async with system(pillar) as client:
        await stored(client, own(pillar, "p-0", object={"id": "https://courses.example/two"}, verb={"id": ATTEMPTED}))

    async with pillar.person("amina", person_id="N-p-0") as client:
        record = (await client.get(f"{API}/my-record")).json()
    async with pillar.browser(subject="amina", person_id="N-p-0") as browser:
        shown = await page(browser, "/my-record")
        kept = (await browser.get("/my-record/file?format=json")).json()
        table = list(csv.reader(io.StringIO((await browser.get("/my-record/file?format=csv")).text.lstrip("\ufeff"))))
        book = openpyxl.load_workbook(io.BytesIO((await browser.get("/my-record/file?format=xlsx")).content))

    assert {one["actor"]["account"]["name"] for one in record["statements"]} == {"p-0"}
    assert [(one["activity"], one["completed"]) for one in record["activities"]] == [
        ("https://courses.example/two", False), ("https://courses.example/course-1", True),
    ]  # fmt: skip
    assert (record["shared"], record["keptDays"]) == (False, 1825)
    assert "course-1" in shown
    assert "1,825 days" in shown
    assert [one["id"] for one in kept] == [row[0] for row in table[1:]]
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == [one["id"] for one in kept]


@pytest.mark.requirement("F31.2")
async def test_a_manager_sees_figures_of_enough_people_and_names_of_those_who_share(pillar: Learn) -> None:
    await team(pillar, 4)
    async with pillar.browser(subject="chief", person_id="N-boss") as browser:
        few = await page(browser, "/my-team/learning")
    for number in (4, 5):
        await civil_servant(pillar.context, f"p-{number}", manager_id="boss")
        async with system(pillar) as client:
            await stored(client, own(pillar, f"p-{number}"))
    async with pillar.browser(subject="amina", person_id="N-p-0") as browser:
        answer = await send(browser, await page(browser, "/my-record"), "/my-record/sharing")
        assert answer.status_code == 303
    async with pillar.person("chief", person_id="N-boss") as client:
        seen = (await client.get(f"{API}/my-team/learning")).json()
    # A second one shares: what the total tells beside both would tell of four people alone.
    async with pillar.person("bela", person_id="N-p-1") as client:
        await client.put(f"{API}/my-record/sharing", json={"shared": True})
    async with pillar.person("chief", person_id="N-boss") as client:
        fewer = (await client.get(f"{API}/my-team/learning")).json()
    for subject, number in (("amina", 0), ("bela", 1)):
        async with pillar.person(subject, person_id=f"N-p-{number}") as client:
            await client.put(f"{API}/my-record/sharing", json={"shared": False})
    async with pillar.person("chief", person_id="N-boss") as client:
        later = (await client.get(f"{API}/my-team/learning")).json()
    async with pillar.person("stranger") as client:
        other = (await client.get(f"{API}/my-team/learning")).json()

    assert "enough people" in few
    assert "Learner" not in few
    assert seen["figures"] == {"value": "", "people": 6, "started": 6, "completed": 6}
    assert (fewer["figures"], len(fewer["sharing"])) == (None, 2)
    assert later["figures"] == seen["figures"]
    assert seen["sharing"] == [{"learnerId": "p-0", "name": "Learner 0", "started": 1, "completed": 1}]
    assert later["sharing"] == []
    assert other == {"people": 0, "figures": None, "sharing": [], "sharingKnown": True}


@pytest.mark.requirement("F31.3")
async def test_a_country_sees_reach_and_completion_with_splits(pillar: Learn) -> None:
    await team(pillar, 6)
    for number in range(6, 8):
        await civil_servant(pillar.context, f"p-{number}", gender=Gender.MALE)
    async with system(pillar) as client:
        await stored(client, *(own(pillar, f"p-{number}", verb={"id": ATTEMPTED}) for number in range(6, 8)))
    await service.refresh(pillar.context)

    async with pillar.officer("learn:lead") as client:
        figures = (await client.get(f"{API}/figures/learning")).json()
    async with pillar.browser("learn:plan") as browser:
        shown = await page(browser, "/figures/learning")
        table = (await browser.get("/figures/learning/file?format=csv")).text
    async with pillar.person() as client:
        refused = await client.get(f"{API}/figures/learning")
        closed = await client.get(f"{API}/figures/learning/open")

    assert [figures[name] for name in ("known", "reached", "active", "started", "completed")] == [9, 8, 8, 8, 6]
    # Two men are few people; hiding them alone would let anybody work out how many they are.
    assert {cell["value"]: cell["people"] for cell in figures["splits"]["gender"]} == {"female": None, "male": None}
    # Both are hidden, and do not stand in the order of their numbers.
    organisations = [(cell["value"], cell["people"]) for cell in figures["splits"]["organisation"]]
    assert organisations == [("", None), ("finance", None)]
    assert figures["splits"]["activity"] == [
        {"value": "https://courses.example/course-1", "people": 8, "started": 8, "completed": 6}
    ]
    assert "Hidden: few people" in shown
    assert "75%" in shown
    assert "activity,https://courses.example/course-1,8,8,6,75" in table
    assert (refused.status_code, closed.status_code) == (403, 404)


async def test_figures_are_open_where_a_country_says_so(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases, LEARN_FIGURES_OPEN="yes")
    await service.refresh(pillar.context)

    async with pillar.nobody() as client:
        answer = await client.get(f"{API}/figures/learning/open")

    assert answer.json()["reached"] == 0


def test_a_single_small_cell_takes_another_one_with_it() -> None:
    cells = [Cell("a", 9, 9, 1), Cell("b", 6, 6, 1), Cell("c", 2, 2, 2)]

    shown = model.hidden(cells, 5, adds_up=True)
    apart = model.hidden(cells, 5, adds_up=False)

    assert [cell.people for cell in shown] == [9, None, None]
    assert [cell.people for cell in apart] == [9, 6, None]


@pytest.mark.requirement("F31.2")
async def test_what_is_older_than_it_is_kept_goes(pillar: Learn) -> None:
    async with system(pillar) as client:
        with clock.fixed(clock.now() - timedelta(days=1_826)):
            await stored(client, own(pillar, "p-1"))
        (left,) = await stored(client, own(pillar, "p-2"))

        assert (await retention.let_go(pillar.context, by=SYSTEM, keepings=KEEPING))["LEARN_RECORD_DAYS"] == 1
        assert await retention.let_go(pillar.context, by=SYSTEM, keepings=KEEPING) == {}
        assert await found(client) == [left]


async def test_figures_of_whoever_was_erased_stay_countable_and_lead_nowhere(pillar: Learn) -> None:
    await team(pillar, 1)
    before = await service.refresh(pillar.context)

    await service.forget(pillar.context, learner_id="p-0")
    await statements.forget(pillar.context, by=SYSTEM, learner_id="p-0")
    after = await service.refresh(pillar.context)

    assert (before.reached, after.reached) == (1, 1)
    async with pillar.person("amina", person_id="N-p-0") as client:
        record = (await client.get(f"{API}/my-record")).json()
    assert (record["statements"], record["activities"]) == ([], [])


async def test_a_long_record_has_pages(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1")
    async with system(pillar) as client:
        await stored(client, *(own(pillar, "p-1") for _ in range(25)))
        answer = await client.get(f"{XAPI}/statements", params={"limit": "1"})
        assert answer.status_code == 200

    async with pillar.person("amina", person_id="N-p-1") as client:
        first = (await client.get(f"{API}/my-record")).json()
        second = (await client.get(f"{API}/my-record", params={"before": first["before"]})).json()

    assert (len(first["statements"]), len(second["statements"]), second["before"]) == (20, 5, "")


@pytest.mark.parametrize("place", [str(2**63), "9" * 19, "-1"])
async def test_a_place_that_no_record_has_is_refused(pillar: Learn, place: str) -> None:
    async with pillar.person("amina") as client:
        answer = await client.get(f"{API}/my-record", params={"before": place})

    assert answer.status_code == 400

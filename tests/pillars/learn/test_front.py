"""First pages: what to do next for each role, tours of the sandbox alone, and a navigation that stays short."""

from __future__ import annotations

import pytest

from govstack.kernel.actor import Actor
from govstack.pillars.learn.frame.model import SCOPES
from govstack.pillars.learn.frame.presenters import SECTIONS, grouped, navigation
from tests.builders.learning import Learn, civil_servant, learn, page
from tests.databases import Databases


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


@pytest.mark.parametrize(
    ("scopes", "entries"),
    [((), 4), (("learn:lead",), 5), (("learn:plan", "learn:teach", "learn:evaluate", "learn:administer"), 8)],
)
def test_the_navigation_has_few_entries_that_fit_the_role(scopes: tuple[str, ...], entries: int) -> None:
    somebody = Actor("person", "amina", "Amina", scopes=frozenset(scopes))

    assert len(navigation(somebody, "start")) == entries


def test_every_section_can_be_reached_by_who_may_use_it() -> None:
    everything = Actor("person", "amina", "Amina", scopes=frozenset(SCOPES))

    reached = [section for _group, sections in grouped(everything) for section in sections]

    assert sorted(reached) == sorted(SECTIONS)


async def test_a_group_of_pages_lists_its_sections_and_marks_its_place(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as officer, pillar.browser() as learner:
        shown = await page(officer, "/sections/needs")
        refused = await page(learner, "/sections/needs", 404)

    assert all(label in shown for label in ("Campaigns", "Skill matrix", "Instruments"))
    assert "There is no such group of pages" in refused


async def test_the_start_page_tells_each_role_what_to_do_next(pillar: Learn) -> None:
    async with pillar.browser() as learner, pillar.browser("learn:plan") as officer, pillar.nobody() as nobody:
        shown = [await page(client, "/") for client in (learner, officer, nobody)]

    assert ["For the training unit" in one for one in shown] == [False, True, False]
    assert ["For you" in one for one in shown] == [True, True, False]
    assert all("From a gap to a badge" in one for one in shown)


@pytest.mark.requirement("F34.1")
async def test_who_plans_and_who_leads_are_led_to_the_page_of_the_country(pillar: Learn) -> None:
    async with pillar.browser("learn:lead") as minister, pillar.browser("learn:plan") as officer:
        first = await page(minister, "/")
        needs = await page(officer, "/sections/needs")

    leading = first[first.index("For those who lead the country") : first.index("Everything that you can use here")]
    assert 'href="/dashboard"' in leading
    assert 'href="/dashboard"' in needs


async def test_a_tour_goes_on_by_its_address_and_ends_at_its_last_step(pillar: Learn) -> None:
    async with pillar.nobody() as nobody:
        first = await page(nobody, "/tour/learner")
        last = await page(nobody, "/tour/learner?step=99")
        await page(nobody, "/tour/nobody", 404)

    assert "Next step" in first
    assert "Step before" not in first
    assert "This was the last step." in last
    assert "Next step" not in last


async def test_outside_of_a_sandbox_there_are_no_tours(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases, PROFILE="conformance")
    async with pillar.nobody() as nobody:
        start = await page(nobody, "/")
        await page(nobody, "/tour/learner", 404)

    assert "From a gap to a badge" not in start


async def test_a_tour_says_so_to_whoever_is_signed_in_as_somebody_else(pillar: Learn) -> None:
    async with pillar.browser(subject="other") as other, pillar.nobody() as nobody:
        told = await page(other, "/tour/minister")
        asked = await page(nobody, "/tour/minister")

    assert "sign out at the top of the page" in told
    assert "sign out at the top of the page" not in asked


async def test_what_is_for_those_who_lead_people_is_shown_to_those_to_whom_somebody_reports(pillar: Learn) -> None:
    await civil_servant(pillar.context, "boss", number="N-1")
    await civil_servant(pillar.context, "clerk", number="N-2", manager_id="boss")
    async with (
        pillar.browser(subject="a", person_id="N-1") as boss,
        pillar.browser(subject="b", person_id="N-2") as clerk,
    ):
        shown = [await page(client, "/") for client in (boss, clerk)]

    assert ["For those who lead people" in one for one in shown] == [True, False]

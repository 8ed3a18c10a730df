"""Practices of countries: there from the start, side by side, adopted with attribution."""

from __future__ import annotations

import pytest

from govstack.pillars.learn.knowing.showcase.model import PRACTICE
from govstack.pillars.learn.seeding.service import install
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F27.1")
async def test_four_countries_are_there_for_everybody_with_their_sources(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/practices")).json()["records"]

    assert {one["content"]["country"] for one in found} == {"India", "Singapore", "United Kingdom", "Australia"}
    assert all(one["content"]["sources"] for one in found)
    assert {
        "institution", "legalBasis", "programme", "audiences", "typology", "delivery", "framework", "results",
        "sources", "on",
    } <= set(PRACTICE.by_name)  # fmt: skip


async def test_what_a_country_wrote_about_itself_stays_at_the_next_start(pillar: Learn) -> None:
    async with pillar.officer() as client:
        practice = (await client.get(f"{API}/practices/india-metp")).json()["content"]
        await client.put(f"{API}/practices/india-metp", json={"content": {**practice, "results": "Ours"}})
    await install(pillar.context)
    async with pillar.officer() as client:
        after = (await client.get(f"{API}/practices/india-metp")).json()

    assert (after["content"]["results"], after["number"]) == ("Ours", 2)


@pytest.mark.requirement("F27.2")
async def test_practices_are_compared_side_by_side(pillar: Learn) -> None:
    asked = {"one": "india-metp", "two": "singapore-smart-nation"}
    async with pillar.browser() as browser, pillar.nobody() as client:
        start = await page(browser, "/practices/compare")
        shown = await page(browser, "/practices/compare?one=india-metp&two=singapore-smart-nation&three=nothing")
        told = (await client.get(f"{API}/practices/compare", params=asked)).json()

    assert 'name="four"' in start
    assert "National University of Singapore" in shown
    assert "eGovernance Competency Framework" in shown
    assert len(told["practices"]) == 2
    assert {len(one["says"]) for one in told["parts"]} == {2}
    assert "Capacity Building through Master eGovernance Training Plan (MeTP)<br>" in shown
    assert "31 December 2014" in shown


@pytest.mark.requirement("F27.2")
async def test_adopting_a_practice_begins_a_programme_that_says_where_it_comes_from(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as browser, pillar.person() as person:
        ask = await page(browser, "/practices/india-metp/adopt")
        adopted = await send(browser, ask, "/adopt")
        shown = await page(browser, adopted.headers["location"])
        refused = await person.post(f"{API}/practices/india-metp/adopt")
    async with pillar.officer() as client:
        programme_id = adopted.headers["location"].rpartition("/")[2]
        programme = (await client.get(f"{API}/programmes/{programme_id}")).json()["content"]
        steps = {
            one["content"]["step"]: one["content"]["inputs"]
            for one in (await client.get(f"{API}/programme-steps", params={"limit": 200})).json()["records"]
            if one["content"]["programme"] == programme_id
        }

    assert "After the practice “Master training plan for e-governance (MeTP)”" in shown
    assert "Background and challenge" in shown
    assert set(steps) == {"s01-profiles", "s05-curriculum", "s06-align", "s07-journeys"}
    assert "policy makers and project managers" in steps["s01-profiles"]
    assert "policy makers and project managers" not in programme["challenge"]
    assert "eGCF" in steps["s05-curriculum"]
    assert all("After the practice" in text for text in (*steps.values(), programme["challenge"]))
    assert refused.status_code == 403


async def test_a_private_practice_is_neither_read_nor_compared_by_others(pillar: Learn) -> None:
    content = {
        "name": "Ours", "country": "Demo", "institution": "Ministry", "programme": "P", "audiences": "All",
        "sources": ["Own"], "on": "2026-01-01",
    }  # fmt: skip
    async with pillar.officer() as officer, pillar.nobody() as nobody:
        await officer.put(f"{API}/practices/ours", json={"content": content})
        read = await nobody.get(f"{API}/practices/ours")
        compared = await nobody.get(f"{API}/practices/compare", params={"one": "ours"})

    assert read.status_code == 404
    assert compared.json()["practices"] == []


async def test_a_practice_is_adopted_in_the_currency_of_the_country(databases: Databases) -> None:
    told = []
    for own in ("KES", "ZMW"):
        pillar = await learn(databases, LEARN_CURRENCY=own)
        async with pillar.officer("learn:plan", "learn:administer") as client:
            labels = {"labels": {"en": "USD"}, "position": 1, "retired": True}
            gone = await client.put(f"{API}/vocabularies/currency/usd", json=labels)
            made = await client.post(f"{API}/practices/india-metp/adopt")
            begun = await client.get(f"{API}/programmes/{made.json()['programme']}")
            told.append((gone.status_code, made.status_code, begun.json()["content"]["currency"]))

    assert told == [(200, 201, "kes"), (200, 201, "eur")]


async def test_the_way_to_adopt_a_practice_is_shown_to_those_who_may_go_it(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as officer, pillar.browser() as learner:
        shown = [await page(one, "/practices/india-metp") for one in (officer, learner)]

    assert ["/practices/india-metp/adopt" in text for text in shown] == [True, False]


@pytest.mark.requirement("F27.1")
async def test_each_practice_leads_to_the_site_of_its_institution(pillar: Learn) -> None:
    async with pillar.nobody() as client, pillar.officer() as officer:
        practice = (await officer.get(f"{API}/practices/india-metp")).json()["content"]
        given = {**practice, "sources": ["Read https://plan.example/a?b=1, then <b>ask</b>"]}
        await officer.put(f"{API}/practices/india-metp", json={"content": given, "audience": "public"})
        shown = await client.get("/practices/india-metp")
        compared = await page(client, "/practices/compare?one=india-metp&two=singapore-smart-nation")

    assert 'href="https://negd.gov.in"' in shown.text
    assert 'href="https://plan.example/a?b=1"' in shown.text
    assert "&lt;b&gt;ask" in shown.text
    assert 'href="https://www.smartnation.gov.sg"' in compared

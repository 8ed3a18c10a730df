"""Organisations, people, who signed in, and being erased."""

from __future__ import annotations

import asyncio

import pytest

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.pillars.learn.people import service
from govstack.pillars.learn.people.errors import UnknownPerson
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def test_an_organisation_cannot_lie_below_itself(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "tax", parent_id="finance")

    async with pillar.officer() as client:
        answer = await client.put(f"{API}/organisations/finance", json={"names": {"en": "F"}, "parentId": "tax"})

    assert (answer.status_code, answer.json()["code"]) == (400, "organisation-below-itself")


async def test_people_of_an_organisation_are_those_of_its_parts_too(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "tax", parent_id="finance")
    await ministry(pillar.context, "health")
    await civil_servant(pillar.context, "p-1", organisation_id="tax", roles=("project-manager",))
    await civil_servant(pillar.context, "p-2", organisation_id="health")

    async with pillar.officer() as client:
        answer = await client.get(f"{API}/people", params={"organisation": "finance"})

    assert [(one["id"], one["roles"]) for one in answer.json()["people"]] == [("p-1", ["project-manager"])]


async def test_nobody_reports_to_somebody_unknown(pillar: Learn) -> None:
    async with pillar.officer() as client:
        answer = await client.put(f"{API}/people/p-1", json={"name": "A", "managerId": "p-9"})

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-manager")


async def test_whoever_was_entered_by_number_is_found_at_their_first_sign_in(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="1985-01")

    async with pillar.person("amina", person_id="1985-01") as client:
        first = await client.get(f"{API}/me")
    async with pillar.person("somebody-else", person_id="1985-01") as client:
        second = await client.get(f"{API}/me")

    assert first.json()["id"] == "p-1"
    assert second.status_code == 404


async def test_two_first_visits_at_once_are_one_person(pillar: Learn) -> None:
    actor = Actor("person", "amina", "Amina")

    found = await asyncio.gather(*(service.me(pillar.context, by=actor) for _ in range(4)))

    assert len({one.id for one in found}) == 1


@pytest.mark.requirement("F2.4")
async def test_erasing_a_person_takes_away_who_they_are_and_is_written_down(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", name="Amina Kone", number="1985-01")

    async with pillar.officer() as client:
        answers = [await client.delete(f"{API}/people/p-1") for _ in range(2)]
        left = await client.get(f"{API}/people/p-1")
        again = await client.put(f"{API}/people/p-1", json={"name": "Amina Kone"})
    async with pillar.context.database.reading() as tx:
        entries = [one.action for one in await audit.entries(tx, limit=50)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert left.json() == {"id": "p-1", "language": "en", "erased": True}
    assert again.status_code == 404
    assert entries.count("learn.person.erased") == 1
    with pytest.raises(UnknownPerson):
        await service.erase(pillar.context, by=OFFICER, person_id="p-9")


async def test_the_list_of_people_is_for_the_training_unit(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await civil_servant(pillar.context, "p-1", organisation_id="finance", name="Amina Kone")

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/people?organisation=finance")
        start = await page(client, "/")
    async with pillar.person() as client:
        refused = await client.get(f"{API}/people")

    assert "Amina Kone" in shown
    assert "People" in start
    assert refused.status_code == 403

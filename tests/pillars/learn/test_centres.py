"""Material of training centres, taken up and released on their pages."""

from __future__ import annotations

import msgspec
import pytest

from govstack.pillars.learn.response.centres import service
from govstack.pillars.learn.response.centres.model import Centre
from govstack.pillars.learn.response.centres.tasks import SUBSCRIPTIONS
from govstack.pillars.learn.response.materials import service as library
from govstack.pillars.learn.response.materials.model import Choice, Content, Decision
from govstack.pillars.learn.response.materials.service import PUBLISHED
from tests.builders.learning import OFFICER, Learn, heard, learn, page, send
from tests.databases import Databases

HERE = "/desk/centres/coast"
GIVEN = Content(title="Kit", licence_id="CC-BY-4.0", version="1.1", source="Ours")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    running = await learn(databases)
    centre = Centre(id="coast", titles={"en": "Coast"}, institution="Academy")
    await service.put(running.context, by=OFFICER, centre=centre)
    return running


async def kit(pillar: Learn, *, published: bool = True, **more: str) -> str:
    decision = Decision(choice=Choice.CREATE, reason="Nothing fits")
    content = msgspec.structs.replace(GIVEN, **more)
    one = await library.create(pillar.context, by=OFFICER, content=content, decision=decision)
    if published:
        await library.publish(pillar.context, by=OFFICER, material_id=one.id)
    return one.id


async def held(pillar: Learn) -> list[tuple[str, str]]:
    centre = await service.centre(pillar.context, centre_id="coast")
    return [(one.material_id, one.version) for one in centre.materials]


@pytest.mark.requirement("F19.2")
async def test_material_is_taken_up_in_a_version_and_released_by_form(pillar: Learn) -> None:
    one = await kit(pillar)
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, HERE)
        taken = await send(client, shown, "/materials", material=one, version="")
        now = await held(pillar)
        older = await send(client, shown, "/materials", material=one, version="1.0")
        then = await held(pillar)
        page_of_centre = await page(client, HERE)
        none = await send(client, page_of_centre, "/materials/release", released="nothing")
        left = await send(client, page_of_centre, "/materials/release", released=one)

    assert (taken.status_code, older.status_code, left.status_code, none.status_code) == (303, 303, 303, 400)
    assert (now, then) == ([(one, "1.1")], [(one, "1.0")])
    assert f"/materials/{one}" in page_of_centre
    assert "Choose material." in none.text
    assert await held(pillar) == []


@pytest.mark.requirement("F19.2")
async def test_material_that_nobody_can_read_yet_is_not_taken_up_and_what_was_typed_stays(pillar: Learn) -> None:
    draft, unnamed = await kit(pillar, published=False), await kit(pillar, title="Unnamed", version="")
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, HERE)
        unknown = await send(client, shown, "/materials", material="no-such-thing", version="7")
        early = await send(client, shown, "/materials", material=draft, version="1.1")
        without = await send(client, shown, "/materials", material=unnamed, version="")
        long = await send(client, shown, "/materials", material=unnamed, version="9" * 201)

    for answer in (unknown, early):
        assert (answer.status_code, "No published material has this id." in answer.text) == (400, True)
    assert 'value="no-such-thing"' in unknown.text
    assert 'value="7"' in unknown.text
    assert "Enter the version: its authors have not named one." in without.text
    assert "Write less: this is too long." in long.text
    assert await held(pillar) == []


@pytest.mark.requirement("F19.2")
async def test_the_page_of_a_centre_tells_of_a_newer_version_until_it_is_taken_up(pillar: Learn) -> None:
    one = await kit(pillar)
    async with pillar.browser("learn:plan") as client:
        await send(client, await page(client, HERE), "/materials", material=one)
        await library.change(
            pillar.context, by=OFFICER, material_id=one, content=msgspec.structs.replace(GIVEN, version="2.0")
        )
        await heard(pillar.context, PUBLISHED, SUBSCRIPTIONS[PUBLISHED])
        behind = await page(client, HERE)
        await send(client, behind, "/materials", material=one)
        current = await page(client, HERE)

    assert "Version 2.0 is out" in behind
    assert "All material is current." not in behind
    assert "is out" not in current
    assert "All material is current." in current
    assert await held(pillar) == [(one, "2.0")]


@pytest.mark.parametrize("scopes", [(), ("learn:teach",)])
async def test_only_a_training_unit_says_what_a_centre_works_with(pillar: Learn, scopes: tuple[str, ...]) -> None:
    one = await kit(pillar)
    async with pillar.browser("learn:plan") as unit, pillar.browser(*scopes, subject="otto") as client:
        shown = await page(unit, HERE)
        missing = await unit.post("/desk/centres/nothing/materials", data={"material": one})
        refused = await send(client, shown, "/materials", material=one)

    assert refused.status_code == 403
    assert missing.status_code in {403, 404}
    assert await held(pillar) == []

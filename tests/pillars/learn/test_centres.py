"""Material of training centres, taken up and released on their pages."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from govstack.kernel import clock
from govstack.pillars.learn.response.centres import service
from govstack.pillars.learn.response.centres.model import FEDERATED_MAX, Centre, Offered
from govstack.pillars.learn.response.centres.tasks import SUBSCRIPTIONS
from govstack.pillars.learn.response.materials import service as library
from govstack.pillars.learn.response.materials.model import Choice, Content, Decision
from govstack.pillars.learn.response.materials.service import PUBLISHED
from govstack.pillars.learn.response.offerings.model import LISTED_SESSIONS_MAX, SESSIONS_MAX
from tests.builders.courses import course, session
from tests.builders.learning import API, OFFICER, Learn, heard, learn, page, send
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


@pytest.mark.requirement("F11.3")
async def test_what_one_centre_offers_elsewhere_hides_no_other_and_every_session_counts(pillar: Learn) -> None:
    for centre_id, count in (("a", FEDERATED_MAX), ("b", 1)):
        one = Centre(id=centre_id, titles={"en": "Coast"}, institution="A", yearly_capacity=1_000, public=True)
        await service.put(pillar.context, by=OFFICER, centre=one)
        offered = [Offered(id=f"o-{number}", titles={"en": "Course"}) for number in range(count)]
        await service.put_catalogue(pillar.context, by=OFFICER, centre_id=centre_id, offered=offered)
    await course(pillar.context, "a-law")
    await course(pillar.context, "b-law")
    first = clock.now().replace(month=1, day=10)
    times = {
        "starts": first, "ends": first + timedelta(hours=5), "registration_starts": first - timedelta(days=3),
        "registration_ends": first - timedelta(days=1),
    }  # fmt: skip
    for number in range(SESSIONS_MAX + 1):
        await session(pillar.context, f"s-{number:04}", "a-law", centre_id="b", **times)
        await session(pillar.context, f"t-{number:04}", "a-law")
    await session(
        pillar.context, "u", "b-law", starts=clock.now() + timedelta(days=10), ends=clock.now() + timedelta(days=11)
    )
    shown = await service.presented(pillar.context, centre_id="b")
    used = await service.use(pillar.context, found=shown.centre, year=first.year)
    async with pillar.nobody() as client:
        feed = (await client.get(f"{API}/catalogue")).json()["offerings"]

    assert len(shown.elsewhere) == 1
    assert used.sessions == SESSIONS_MAX + 1
    assert {one["id"]: len(one["starts"]) for one in feed} == {"a-law": LISTED_SESSIONS_MAX, "b-law": 1}

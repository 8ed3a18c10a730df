"""cmi5 packages as courses: what their structure says, who may open them, and that a unit out of one really runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Request

from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.launches import service as launches
from govstack.pillars.learn.learning.launches.errors import NotACourse
from govstack.pillars.learn.learning.packages import service as packages
from govstack.pillars.learn.learning.packages.model import Package
from govstack.pillars.learn.learning.structures.model import structure_of
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from tests.browser import chromium, tab
from tests.builders import packages as made
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.serving import served
from tests.pillars.learn.test_courses import published

LEARNER = Actor("person", "amina", "Amina")
AUTHOR = Actor("person", "author", "Author", scopes=frozenset({"learn:teach"}))
COURSE = "<courseStructure><course id='https://e.example/c'/>"


async def content(whole: bytes) -> AsyncIterator[bytes]:
    """Yield a package."""
    yield whole


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def taken(pillar: Learn, whole: bytes, *, offered: bool = True) -> Package:
    """Take a package in, and offer it as a published course does."""
    one = await packages.receive(pillar.context, by=AUTHOR, name="ports.zip", content=content(whole))
    return await packages.offer(pillar.context, by=AUTHOR, package_id=one.id) if offered else one


async def entered(client: httpx.AsyncClient, package_id: str) -> httpx.Response:
    """Ask for the course of a package."""
    return await client.post(f"{API}/packages/{package_id}/course")


@pytest.mark.requirement("F14.1")
async def test_blocks_and_units_of_a_package_become_a_course(pillar: Learn) -> None:
    one = await taken(pillar, made.cmi5())
    async with pillar.person() as client:
        first, again = await entered(client, one.id), await entered(client, one.id)

    course = first.json()
    block, outside = course["structure"]["blocks"][0], course["structure"]["units"][0]
    assert (first.status_code, again.json()) == (200, course)
    assert (course["id"], course["open"]) == (one.id, True)
    assert course["structure"]["titles"] == {"en": "Ports", "fr": "Les ports"}
    assert course["structure"]["publisherId"] == "https://example.org/ports"
    assert block["units"][0] == {
        "id": "unit-2", "publisherId": "https://example.org/arrive", "titles": {"en": "Arrive"},
        "url": "unit/index.html?theme=plain", "packageId": one.id, "moveOn": "CompletedAndPassed", "masteryScore": 0.8,
        "launchMethod": "OwnWindow", "launchParameters": "fast", "entitlementKey": "key",
    }  # fmt: skip
    assert (outside["url"], outside["packageId"]) == ("https://elsewhere.example/read", one.id)


@pytest.mark.requirement("F14.1", "F14.2")
async def test_a_package_that_no_course_offers_is_opened_by_those_who_teach_alone(pillar: Learn) -> None:
    one = await taken(pillar, made.cmi5(), offered=False)
    async with pillar.person() as client:
        unseen = await entered(client, one.id)
    async with pillar.browser("learn:teach", subject="author") as client:
        shown = await page(client, f"/packages/{one.id}")
        led = await send(client, shown, f"/packages/{one.id}/course")
        listed = await page(client, f"/launches/{one.id}")
    async with pillar.browser() as client:
        kept = await client.get(f"/launches/{one.id}")
        courses = await page(client, "/launches")
    await packages.offer(pillar.context, by=AUTHOR, package_id=one.id)
    async with pillar.person() as client:
        opened = await entered(client, one.id)

    assert (unseen.status_code, led.status_code, led.headers["location"]) == (404, 303, f"/launches/{one.id}")
    assert "Arrive" in listed
    assert kept.status_code in {403, 404}
    assert "Ports" not in courses
    assert opened.json()["open"]


@pytest.mark.requirement("F14.1")
async def test_other_packages_and_other_files_are_no_courses(pillar: Learn) -> None:
    scorm = await taken(pillar, made.scorm_2004())
    broken = await taken(pillar, made.archive({"cmi5.xml": made.CMI5.replace("0.8", "8"), "index.html": "x"}))
    async with pillar.officer("learn:teach") as client:
        answers = [await entered(client, one) for one in (scorm.id, broken.id, "nothing")]
        climbing = {
            "id": "course", "publisherId": "https://example.org/c", "titles": {"en": "C"},
            "units": [
                {
                    "id": "u", "publisherId": "https://example.org/u", "titles": {"en": "U"}, "packageId": "nothing",
                    "url": "index.html",
                }
            ],
        }  # fmt: skip
        missing = await client.put(f"{API}/cmi5/courses/c-9", json={"structure": climbing})
        climbing["units"][0]["url"] = "//elsewhere.example/x"  # type: ignore[index]
        outside = await client.put(f"{API}/cmi5/courses/c-9", json={"structure": climbing})

    assert [one.status_code for one in answers] == [400, 400, 404]
    assert (missing.status_code, outside.status_code) == (404, 400)


@pytest.mark.parametrize(
    "text",
    [
        "<courseStructure/>",
        f"{COURSE}<au id='no iri'><url>a</url></au></courseStructure>",
        f"{COURSE}<au id='https://e.example/a' masteryScore='x'><url>a</url></au></courseStructure>",
        f"{COURSE}{'<block>' * 30}{'</block>' * 30}</courseStructure>",
    ],
)
def test_a_structure_that_does_not_keep_to_the_standard_is_refused(text: str) -> None:
    with pytest.raises(NotACourse):
        structure_of(text.encode(), package_id="p")


def read_to_its_end(address: str, button: str) -> list[str]:
    """Read a page of a course in a browser and say so; return what the page told, and where it led."""
    said: list[str] = []

    def hear(asked: Request) -> None:
        if asked.url.endswith("/statements") and asked.method == "POST":
            said.append(json.loads(asked.post_data or "{}")["verb"]["display"]["en"])

    with chromium() as browser, tab(browser) as opened:
        opened.route("**/back", lambda route: route.fulfill(body="back"))
        opened.on("request", hear)
        opened.goto(address)
        opened.click(button)
        opened.wait_for_url("**/back")
        return [*said, urlsplit(opened.url).path]


@pytest.mark.browser
@pytest.mark.requirement("F14.1")
async def test_a_course_that_went_out_by_cmi5_tells_how_far_its_learner_is(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    async with served(sqlite_databases, monkeypatch, unused_tcp_port) as (pillar, origin):
        await materials.install(pillar.context)
        await courses.install(pillar.context)
        course_id = await published(pillar, pages=[{"id": "one", "title": "Why", "body": "# Why\n\nPeople forget."}])
        async with pillar.officer("learn:teach") as client:
            whole = (await client.get(f"{API}/courses/{course_id}/package", params={"standard": "cmi5"})).content
        one = await taken(pillar, whole)
        async with pillar.person() as client:
            await entered(client, one.id)
        address = await launches.launch(
            pillar.context, by=LEARNER, course_id=one.id, unit_id="unit-1", back=f"{origin}/back"
        )
        told = await asyncio.to_thread(read_to_its_end, address, "button[data-done]")
        registration = (await launches.mine(pillar.context, by=LEARNER))[0].registration
        assert registration is not None
        await launches.follow(pillar.context, registration_id=registration.id)
        after, parts = await launches.progress(pillar.context, registration_id=registration.id)

    assert told == ["initialized", "completed", "terminated", "/back"]
    assert after.satisfied_at is not None
    assert {part.part_id for part in parts if part.completed_at} == {"unit-1"}


def ran(address: str) -> str:
    """Return what a unit tells when it has run in a browser."""
    with chromium() as browser, tab(browser) as opened:
        opened.goto(address)
        opened.wait_for_function("document.getElementById('told').textContent != 'wait'")
        return str(opened.inner_text("#told"))


@pytest.mark.browser
@pytest.mark.requirement("F14.1", "F14.2", "F31.1")
async def test_a_unit_of_a_package_runs_apart_and_moves_its_learner_on(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    async with served(sqlite_databases, monkeypatch, unused_tcp_port) as (pillar, _origin):
        one = await taken(pillar, made.cmi5())
        async with pillar.person() as client:
            await entered(client, one.id)
        address = await launches.launch(pillar.context, by=LEARNER, course_id=one.id, unit_id="unit-2")
        told = await asyncio.to_thread(ran, address)
        before = await launches.mine(pillar.context, by=LEARNER)
        registration = before[0].registration
        assert registration is not None
        await launches.follow(pillar.context, registration_id=registration.id)
        after = (await launches.mine(pillar.context, by=LEARNER))[0]
    me = await people.me(pillar.context, by=LEARNER)

    assert told == "4, plain, 0.8, fast"
    assert after.registration is not None
    assert after.registration.satisfied_at is not None
    assert await packages.is_done(pillar.context, package_id=one.id, learner_id=me.id)

"""SCORM and H5P content in a real browser: it finds its API, stays apart, and goes on where the learner left it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.packages import service
from govstack.pillars.learn.learning.packages.model import Attempt, Package, Status
from govstack.pillars.learn.learning.players.model import PAGE_PATH
from govstack.pillars.learn.people import service as people
from tests.browser import ROOT, chromium, tab
from tests.builders import packages as made
from tests.builders.learning import Learn
from tests.databases import Databases
from tests.pillars.learn.serving import served

LEARNER = Actor("person", "amina", "Amina")
AUTHOR = Actor("person", "author", "Author", scopes=frozenset({"learn:teach"}))
PLAYER = str(ROOT / "node_modules" / "h5p-standalone" / "dist")
CONTENT = """<!DOCTYPE html><html lang="en"><head><title>SCO</title></head><body><p id="told"></p><script>
var api = window.API_1484_11, told = [api.Initialize(""), api.GetValue("cmi.entry"), api.GetValue("cmi.location")];
told.push(api.SetValue("cmi.learner_id", "x"), api.GetLastError());
api.SetValue("cmi.location", "page 3");
api.SetValue("cmi.score.scaled", "0.7");
api.SetValue("cmi.exit", "suspend");
told.push(api.Terminate(""));
try { told.push(document.cookie || "none"); } catch (error) { told.push("kept from cookies"); }
document.getElementById("told").textContent = told.join(", ");
</script></body></html>"""


async def package() -> AsyncIterator[bytes]:
    """Yield a SCORM 2004 package whose content tells what it finds."""
    yield made.archive({"imsmanifest.xml": made.SCORM_2004, "index.html": CONTENT})


def opened(address: str) -> str:
    """Return what the content tells in a browser, once it has sent what it set."""
    with chromium() as browser, tab(browser) as page:
        with page.expect_response(lambda answer: "/package-values/" in answer.url):
            page.goto(address)
        page.wait_for_timeout(500)
        return str(page.inner_text("#told"))


async def offered(pillar: Learn, content: AsyncIterator[bytes], *, name: str) -> Package:
    """Return a package that was taken in, and that learners may open."""
    one = await service.receive(pillar.context, by=AUTHOR, name=name, content=content)
    return await service.offer(pillar.context, by=AUTHOR, package_id=one.id)


async def standing(pillar: Learn, package_id: str) -> Attempt:
    """Return how far the learner has come."""
    me = await people.me(pillar.context, by=LEARNER)
    return (await service.attempts(pillar.context, package_id=package_id, learner_id=me.id))[0]


@pytest.mark.browser
@pytest.mark.requirement("F14.1", "F14.2")
async def test_content_finds_its_api_and_goes_on_where_it_was_left(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    told = []
    async with served(sqlite_databases, monkeypatch, unused_tcp_port) as (pillar, origin):
        one = await offered(pillar, package(), name="open-data.zip")
        for _turn in range(2):
            part = await service.open_item(pillar.context, by=LEARNER, package_id=one.id, item_id="i1")
            told.append(await asyncio.to_thread(opened, f"{origin}/content/{part.ticket}/index.html"))
        attempt = await standing(pillar, one.id)

    assert told == [
        "true, ab-initio, , false, 404, true, kept from cookies",
        "true, resume, page 3, false, 404, true, kept from cookies",
    ]
    assert attempt.status is Status.PASSED
    assert attempt.score == pytest.approx(70)


async def h5p() -> AsyncIterator[bytes]:
    """Yield an H5P package."""
    yield made.h5p()


def picked(address: str, answer: str) -> tuple[str, str]:
    """Return what H5P content shows when it is opened, and after an answer, once it has sent what it set."""
    with chromium() as browser, tab(browser) as page:
        page.goto(address)
        page.wait_for_selector("#picked")
        before = str(page.inner_text("#picked"))
        with page.expect_response(lambda told: "/package-values/" in told.url):
            page.click(f"button:has-text('{answer}')")
        page.wait_for_timeout(500)
        return before, str(page.inner_text("#picked"))


@pytest.mark.browser
@pytest.mark.requirement("F14.1", "F14.2")
async def test_h5p_is_played_by_the_player_that_an_operator_adds(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    async with served(sqlite_databases, monkeypatch, unused_tcp_port, LEARN_H5P_PLAYER=PLAYER) as (pillar, origin):
        one = await offered(pillar, h5p(), name="ports.h5p")
        shown, reached = [], []
        for answer in ("Wrong", "Right"):
            part = await service.open_item(pillar.context, by=LEARNER, package_id=one.id, item_id="content")
            shown.append(await asyncio.to_thread(picked, f"{origin}/content/{part.ticket}/{PAGE_PATH}", answer))
            attempt = await standing(pillar, one.id)
            reached.append((attempt.status, attempt.score))

    assert shown == [("picked before: nothing", "picked: Wrong"), ("picked before: Wrong", "picked: Right")]
    assert reached == [(Status.FAILED, pytest.approx(25)), (Status.PASSED, pytest.approx(75))]

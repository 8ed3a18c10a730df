"""SCORM content in a real browser: it finds its API, stays apart, and goes on where the learner left it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.packages import service
from govstack.pillars.learn.learning.packages.model import Status
from govstack.pillars.learn.people import service as people
from tests.browser import chromium, tab
from tests.builders import packages as made
from tests.builders import running
from tests.builders.learning import learn
from tests.databases import Databases

LEARNER = Actor("person", "amina", "Amina")
AUTHOR = Actor("person", "author", "Author", scopes=frozenset({"learn:teach"}))
STARTED_SECONDS_MAX = 10
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


@pytest.mark.browser
@pytest.mark.requirement("F14.1", "F14.2")
async def test_content_finds_its_api_and_goes_on_where_it_was_left(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    origin = f"http://127.0.0.1:{unused_tcp_port}"
    monkeypatch.setattr(running, "ORIGIN", origin)
    pillar = await learn(sqlite_databases)
    one = await service.receive(pillar.context, by=AUTHOR, name="open-data.zip", content=package())
    await service.offer(pillar.context, by=AUTHOR, package_id=one.id)
    config = uvicorn.Config(
        pillar.bench.running.application, port=unused_tcp_port, log_level="warning", lifespan="off"
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(STARTED_SECONDS_MAX):
            while not server.started:
                await asyncio.sleep(0.05)
        told = []
        for _turn in range(2):
            part = await service.open_item(pillar.context, by=LEARNER, package_id=one.id, item_id="i1")
            told.append(await asyncio.to_thread(opened, f"{origin}/content/{part.ticket}/index.html"))
    finally:
        server.should_exit = True
        await serving
    me = await people.me(pillar.context, by=LEARNER)
    attempt = (await service.attempts(pillar.context, package_id=one.id, learner_id=me.id))[0]

    assert told == [
        "true, ab-initio, , false, 404, true, kept from cookies",
        "true, resume, page 3, false, 404, true, kept from cookies",
    ]
    assert attempt.status is Status.PASSED
    assert attempt.score == pytest.approx(70)

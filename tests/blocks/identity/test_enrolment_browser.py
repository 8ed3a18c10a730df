"""An officer's round in a real browser, with axe at each step: wide, on a phone without scripts, and right to left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from govstack.blocks.identity.manifest import MANIFEST
from govstack.host import compose
from govstack.host.home import Home
from tests.blocks.identity.test_enrolment_pages import ADJUDICATE, ADMINISTER, ENROL, known
from tests.blocks.identity.test_enrolment_pages import browser as client_of
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders import exchange as forwarding
from tests.builders.enrolment import PDF, work
from tests.builders.running import Bench, bench
from tests.databases import databases_of

pytestmark = pytest.mark.browser
SIZES = [(WIDE, "en", True), (NARROW, "en", False), (NARROW, "ar", True)]


@dataclass(frozen=True)
class Site:
    """A block that is served, and the loop that it runs in."""

    origin: str
    running: Bench
    loop: asyncio.AbstractEventLoop

    def work(self) -> None:
        """Do what was asked for."""
        asyncio.run_coroutine_threadsafe(work(self.running), self.loop).result(30)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The block on loopback, in a thread of its own, with somebody in it."""
    ready, done = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        async with databases_of("sqlite", Path(tmp_path_factory.mktemp("identity"))) as databases:
            running = bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))
            await known(running)
            home = Home([running.running], profile="sandbox")
            root = compose.Root({MANIFEST.name: running.running.application}, home)
            async with forwarding.served(root) as origin:
                found["site"] = Site(f"{origin}/{MANIFEST.name}", running, asyncio.get_running_loop())
                ready.set()
                await asyncio.to_thread(done.wait)

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(60)
    try:
        yield found["site"]
    finally:
        done.set()
        thread.join(20)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as started:
        yield started


def sign_in(page: Page, served: Site, language: str, who: str = "officer-1") -> None:
    """Carry the session of somebody who enrols, decides and administers."""
    cookies = dict(client_of(served.running, ENROL, ADJUDICATE, ADMINISTER, who=who).cookies.items())
    cookies["govstack_language"] = language
    page.context.add_cookies([{"name": name, "value": value, "url": served.origin} for name, value in cookies.items()])


def check(page: Page, *, scripts: bool) -> None:
    """Hold the page that is open to WCAG 2.2 AA, and to the width of its window."""
    if scripts:
        assert axe(page) == [], page.url
        assert overflow_pixels(page) == 0, page.url
    assert page.locator("h1").count() == 1, page.url


@pytest.mark.requirement("IDN-16", "IDN-17")
@pytest.mark.parametrize(("size", "language", "scripts"), SIZES, ids=["wide", "narrow-no-scripts", "narrow-ar"])
def test_the_round_from_the_first_question_to_the_decision(
    chrome: Browser, served: Site, size: tuple[int, int], language: str, *, scripts: bool
) -> None:
    with tab(chrome, size=size, scripts=scripts) as page:
        sign_in(page, served, language)
        page.goto(f"{served.origin}/enrol")
        check(page, scripts=scripts)
        page.goto(f"{served.origin}/enrol/begin")
        page.locator("main form button").click()
        page.wait_for_selector(".govuk-error-summary")
        check(page, scripts=scripts)
        page.locator("input[value=NEW]").check()
        page.locator("main form button").click()
        page.wait_for_url("**/step/name")
        check(page, scripts=scripts)
        page.fill("#name", "Amina Kone")
        page.select_option("#name_language", "eng")
        page.locator("main form button").click()
        page.wait_for_url("**/step/birth")
        check(page, scripts=scripts)
        for part, value in (("day", "17"), ("month", "4"), ("year", "1990")):
            page.fill(f"[name=birthdate-{part}]", value)
        page.locator("main form button").click()
        page.wait_for_url("**/step/contact")
        check(page, scripts=scripts)
        page.locator("main form button").click()
        page.wait_for_url("**/step/address")
        check(page, scripts=scripts)
        page.locator("main form button").click()
        page.wait_for_url("**/step/document")
        page.select_option("#category", "passport")
        page.set_input_files("#file", {"name": "p.pdf", "mimeType": "application/pdf", "buffer": PDF})
        page.locator("main form button").click()
        page.wait_for_selector("main table")
        check(page, scripts=scripts)
        page.locator("main form a.govuk-button").click()
        page.wait_for_selector("form[action$='/commit']")
        check(page, scripts=scripts)
        here = page.url
        page.locator("form[action$='/commit'] button").click()
        page.wait_for_selector("main [role=region], main p")
        served.work()
        page.goto(here)
        check(page, scripts=scripts)
        assert page.locator("a[href*='/candidate/']").count() == 0
        sign_in(page, served, language, "judge-1")
        page.goto(here)
        check(page, scripts=scripts)
        page.locator("main tbody a").first.click()
        page.wait_for_selector("#reason")
        check(page, scripts=scripts)
        page.locator("input[value=same]").check()
        page.fill("#reason", "The photographs show one person.")
        page.locator("main form button").click()
        page.wait_for_url(here)
        served.work()
        page.goto(here)
        check(page, scripts=scripts)
        assert page.locator("main form").count() == 0


@pytest.mark.requirement("IDN-18")
@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "ar")], ids=["wide", "narrow-ar"])
def test_the_pages_of_machines(chrome: Browser, served: Site, size: tuple[int, int], language: str) -> None:
    with tab(chrome, size=size) as page:
        sign_in(page, served, language)
        for path in ("/enrolment-services", "/enrolment-services/new", "/enrol/packet"):
            page.goto(f"{served.origin}{path}")
            check(page, scripts=True)
        page.goto(f"{served.origin}/enrolment-services/new")
        page.fill("#name", "Centre")
        page.locator("main form button").click()
        page.wait_for_selector(".govuk-error-summary")
        check(page, scripts=True)

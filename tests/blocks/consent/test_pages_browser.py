"""A person's and an auditor's round in a real browser, with axe at each step: wide, narrow, and from right to left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from govstack.blocks.consent.manifest import MANIFEST
from govstack.host import compose
from govstack.host.home import Home
from tests.blocks.consent.test_drafting import QUESTIONS
from tests.blocks.consent.test_pages import browser as client_of
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders import exchange as forwarding
from tests.builders.consent import Consent, consent
from tests.databases import databases_of

pytestmark = pytest.mark.browser
SCOPES = ("consent:audit", "consent:configure", "consent:ask")
SIZES = [(WIDE, "en"), (NARROW, "en"), (NARROW, "ar")]


@dataclass(frozen=True)
class Site:
    """A block that is served, with what is in it."""

    origin: str
    block: Consent


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The block on loopback, in a thread of its own, for the tests of this module."""
    ready, done = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        async with databases_of("sqlite", Path(tmp_path_factory.mktemp("consent"))) as databases:
            block = await consent(databases)
            running = block.bench.running
            root = compose.Root({MANIFEST.name: running.application}, Home([running], profile="sandbox"))
            async with forwarding.served(root) as origin:
                found["site"] = Site(f"{origin}/{MANIFEST.name}", block)
                ready.set()
                await asyncio.to_thread(done.wait)

    def work() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=work, daemon=True)
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


def sign_in(page: Page, served: Site, language: str, number: str) -> None:
    """Carry the session of somebody who is a person and an auditor."""
    cookies = dict(client_of(served.block, number, *SCOPES).cookies.items())
    cookies["govstack_language"] = language
    page.context.add_cookies([{"name": name, "value": value, "url": served.origin} for name, value in cookies.items()])


def check(page: Page) -> None:
    """Hold the page that is open to WCAG 2.2 AA, and to the width of its window."""
    assert axe(page) == [], page.url
    assert overflow_pixels(page) == 0, page.url


@pytest.mark.requirement("C9", "C10", "C11", "C16")
@pytest.mark.parametrize(("size", "language"), SIZES, ids=["wide", "narrow", "narrow-ar"])
def test_the_round_from_being_asked_to_being_forgotten(
    chrome: Browser, served: Site, size: tuple[int, int], language: str
) -> None:
    with tab(chrome, size=size) as page:
        sign_in(page, served, language, f"person-{size[0]}-{language}")
        page.goto(f"{served.origin}/")
        check(page)
        page.locator("tbody a").first.click()
        check(page)
        page.locator("form[action$='/agree'] button").click()
        page.wait_for_selector("form[action$='/withdraw']")
        check(page)
        page.locator("form[action$='/withdraw'] button").click()
        page.wait_for_selector("form[action$='/agree']")
        page.goto(f"{served.origin}/readers")
        check(page)
        page.goto(f"{served.origin}/history?kind=ConsentRecord")
        check(page)
        page.locator("tbody a").first.click()
        page.locator("main form button").click()
        page.wait_for_selector("main [role=alert]")
        check(page)
        page.goto(f"{served.origin}/forget")
        check(page)
        page.locator("main form button").click()
        page.wait_for_url(f"{served.origin}/")
        check(page)

        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def fill(page: Page, step: str) -> None:
    """Answer one question of a draft, as the page asks it."""
    if step == "attributes":
        page.fill("#name", "Income of the last year")
        page.check("input[name=sensitivity][value=personal]")
        page.locator("button[value=add]").click()
        page.wait_for_selector("form[action$='/remove']")
        return
    if step == "policy":
        page.locator("input[name=policy]").first.check()
    for name, value in QUESTIONS[step].items():
        if page.locator(f"input[type=radio][name={name}]").count():
            page.check(f"input[name={name}][value={value}]")
        else:
            page.fill(f"#{name}", value)


@pytest.mark.requirement("C1", "C3", "C10")
@pytest.mark.parametrize(("size", "language"), SIZES, ids=["wide", "narrow", "narrow-ar"])
def test_the_round_from_writing_an_agreement_to_two_signatures(
    chrome: Browser, served: Site, size: tuple[int, int], language: str
) -> None:
    number, guardian = f"child-{size[0]}-{language}", f"guardian-{size[0]}-{language}"
    with tab(chrome, size=size) as page:
        sign_in(page, served, language, number)
        page.goto(f"{served.origin}/policies/new")
        check(page)
        page.goto(f"{served.origin}/agreements")
        check(page)
        page.locator("form[action$='/drafts'] button").first.click()
        page.wait_for_url("**/language")
        while (step := page.url.partition("?")[0].rpartition("/")[2]) in {*QUESTIONS, "attributes"}:
            check(page)
            fill(page, step)
            page.locator("main form button[type=submit]").last.click()
            page.wait_for_url(lambda url, step=step: not url.partition("?")[0].endswith(f"/{step}"))  # type: ignore[misc]
        check(page)
        page.locator("form[action$='/publish'] button").click()
        page.wait_for_selector("form[action$='/terminate']")
        check(page)
        agreement = page.url.partition("?")[0].rpartition("/")[2]
        page.goto(f"{served.origin}/agreement/{agreement}")
        page.locator("form[action$='/agree'] button").click()
        page.locator("a[href$='/ask']").click()
        check(page)
        page.fill("#person", guardian)
        page.locator("main form button").click()
        page.wait_for_selector("form[action$='/withdraw']")
        check(page)
        page.goto(f"{served.origin}/requests/new")
        check(page)
        page.select_option("#agreement", agreement)
        page.fill("#person", f"{number}-neighbour")
        page.locator("main form button").click()
        page.locator("main form button[value=send]").click()
        page.wait_for_selector("form[action$='/take-back']")
        check(page)
        page.goto(f"{served.origin}/requests")
        check(page)
    with tab(chrome, size=size) as page:
        sign_in(page, served, language, guardian)
        page.goto(f"{served.origin}/")
        page.locator("a[href*='/sign/']").first.click()
        check(page)
        page.locator("form[action$='/agree'] button").click()
        page.wait_for_selector("main [role=alert]")
        check(page)

        assert page.locator("a[href*='/sign/']").count() == 0

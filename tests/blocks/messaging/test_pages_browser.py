"""An administrator of messaging in a real browser, with axe at each step: wide, narrow, and from right to left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from govstack.blocks.messaging.manifest import MANIFEST
from govstack.host import compose
from govstack.host.home import Home
from tests.blocks.messaging.test_notices import notice
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders.exchange import served
from tests.builders.mediator_pages import cookies_of
from tests.builders.messaging import batch, messaging_on, registered, sent, single, text, work
from tests.databases import databases_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Messaging with a sender and what it sent, on loopback in a thread of its own."""
    ready, done, found = threading.Event(), threading.Event(), {}
    folder: Path = tmp_path_factory.mktemp("messaging")

    async def serve() -> None:
        async with databases_of("sqlite", folder) as databases, messaging_on(databases) as running:
            made = await registered(running.context, urgent=True)
            found["request"] = await sent(running, made.key, batch("a@p.example", "nobody"), way="batch")
            await sent(running, made.key, single(), lane="/emergency")
            await sent(running, made.key, text(content="Bring your pass. " * 20), by="sms", lane="/emergency")
            await sent(running, made.key, notice("mila"), by="in-app")
            await work(running.context)
            root = compose.Root(
                {MANIFEST.name: running.running.application}, Home([running.running], profile="sandbox")
            )
            async with served(root) as origin:
                found.update(origin=f"{origin}/{MANIFEST.name}", root=origin, bench=running, sender=made.sender.id)
                ready.set()
                await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(60)
    yield found
    done.set()
    thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as started:
        yield started


def sign_in(page: Page, site: dict[str, Any], *, language: str = "en") -> None:
    """Carry the session of an administrator."""
    cookies = {**cookies_of(site["bench"].browser("mila", "messaging:*", name="Mila")), "govstack_language": language}
    page.context.add_cookies([{"name": name, "value": value, "url": site["root"]} for name, value in cookies.items()])


def check(page: Page) -> None:
    """Hold the page that is open to WCAG 2.2 AA, and to the width of its window."""
    assert axe(page) == [], page.url
    assert overflow_pixels(page) == 0, page.url


@pytest.mark.requirement("MSG-60")
@pytest.mark.parametrize(
    ("size", "language"), [(WIDE, "en"), (NARROW, "en"), (WIDE, "ar"), (NARROW, "ar")],
    ids=["wide", "narrow", "wide-ar", "narrow-ar"],
)  # fmt: skip
def test_every_page_meets_wcag(browser: Browser, site: dict[str, Any], size: tuple[int, int], language: str) -> None:
    sender = f"/senders/{site['sender']}"
    paths = (
        "/", "/senders", "/senders/new", sender, f"{sender}/change", f"{sender}/keys/new", f"{sender}/close",
        "/requests", f"/requests/{site['request']}", "/messages", "/inbox/1",
        "/inbox",
    )  # fmt: skip
    with tab(browser, size=size) as page:
        sign_in(page, site, language=language)
        for path in paths:
            page.goto(f"{site['origin']}{path}")
            check(page)
        for path, link in (("/inbox", "inbox/phones/"), ("/messages", "/messages/")):
            page.goto(f"{site['origin']}{path}")
            page.locator(f"main a[href*='{link}']").first.click()
            check(page)
        page.locator("main a[href$='/erase']").click()
        check(page)

        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.requirement("MSG-07")
def test_a_sender_is_registered_without_scripts(browser: Browser, site: dict[str, Any]) -> None:
    with tab(browser, scripts=False) as page:
        sign_in(page, site)
        page.goto(f"{site['origin']}/senders/new")
        page.get_by_role("button", name="Continue").click()
        told = page.get_by_role("link", name="Enter the name of the organisation").count()
        page.get_by_label("Organisation", exact=True).fill("Land Office")
        page.get_by_label("Address that messages come from").fill("land@gov.example.org")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Register the sender").click()

        assert told == 1
        assert page.get_by_text("never again").is_visible()

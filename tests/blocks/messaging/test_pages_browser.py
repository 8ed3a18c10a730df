"""An administrator of messaging in a real browser, with axe at each step: wide, narrow, and from right to left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from govstack.blocks.messaging.archives import service as archives
from govstack.blocks.messaging.manifest import MANIFEST
from govstack.host import compose
from govstack.host.home import Home
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders.exchange import served
from tests.builders.mediator_pages import cookies_of
from tests.builders.messaging import batch, client, messaging_on, notice, registered, sent, single, text, work
from tests.builders.running import Bench
from tests.databases import databases_of

pytestmark = pytest.mark.browser
REMINDER = {
    "fallback": "en",
    "fields": {"name": "text", "day": "date"},
    "texts": {
        "en": {"title": "Appointment of {name}", "content": "It is on {day}."},
        "ar": {"title": "موعد {name}", "content": "يوم {day}."},
    },
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Messaging with a sender and what it sent, on loopback in a thread of its own."""
    ready, done, found = threading.Event(), threading.Event(), {}
    folder: Path = tmp_path_factory.mktemp("messaging")

    async def serve() -> None:
        archiving = {"MESSAGING_ARCHIVE_DAYS": "30", "MESSAGING_ARCHIVE_FOLDER": str(folder / "archive")}
        async with databases_of("sqlite", folder) as databases, messaging_on(databases, **archiving) as running:
            made = await registered(running.context, urgent=True)
            found["archive"] = await archived(running, made.key)
            found["schedule"] = await scheduled(running, made.key)
            async with client(running, made.key) as caller:
                assert (await caller.put("/v1/wordings/reminder", json=REMINDER)).status_code == 201
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


async def archived(running: Bench, key: str) -> str:
    """Send a message, let a month go by, and return the archive that holds it."""
    await sent(running, key, single("first@p.example"))
    await work(running.context)
    with clock.fixed(clock.now() + timedelta(days=31)):
        await archives.move_out(running.context, by=SYSTEM)
    return (await archives.archives(running.context, by=SYSTEM))[0].id


async def scheduled(running: Bench, key: str) -> str:
    """Schedule a message for every week, and return the schedule."""
    at = (clock.now() + timedelta(days=7)).strftime("%Y-%m-%dT09:00")
    when = {"at": at, "zone": "Africa/Kigali", "every": "week", "times": 5}
    async with client(running, key) as caller:
        answer = await caller.post("/v1/schedules", json={"message": single(), "schedule": when})
        return str(answer.json()["scheduleUid"])


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
    sender, wording = f"/senders/{site['sender']}", f"/wordings/{site['sender']}/reminder"
    paths = (
        "/", "/senders", "/senders/new", sender, f"{sender}/change", f"{sender}/keys/new", f"{sender}/close",
        "/requests", f"/requests/{site['request']}", "/messages", "/inbox", "/inbox/1", "/schedules",
        f"/schedules/{site['schedule']}", f"/schedules/{site['schedule']}/cancel", "/wordings",
        f"/wordings/{site['sender']}/new", wording, f"{wording}/change", f"{wording}/retire", "/archives",
        f"/archives/{site['archive']}", f"/archives/{site['archive']}/restore",
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


@pytest.mark.requirement("MSG-23")
def test_a_wording_is_written_without_scripts_after_it_was_read(browser: Browser, site: dict[str, Any]) -> None:
    with tab(browser, scripts=False) as page:
        sign_in(page, site)
        page.goto(f"{site['origin']}/wordings/{site['sender']}/new")
        page.get_by_label("Name", exact=True).fill("greeting")
        page.get_by_label("Fields").fill("name")
        page.get_by_label("Title (English)").fill("Hello {nobody}")
        page.get_by_label("Text (English)").fill("How are you?")
        page.get_by_role("button", name="Continue").click()
        told = page.get_by_role("link", name="Enter a title on one line").count()
        page.get_by_label("Title (English)").fill("Hello {name}")
        page.get_by_role("button", name="Continue").click()
        read = page.get_by_text("Hello [name]").count()
        page.get_by_role("button", name="Save the wording").click()

        assert (told, read) == (1, 1)
        assert page.get_by_role("heading", name="greeting").is_visible()

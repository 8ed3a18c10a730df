"""Signing in with a phone in a real browser: with scripts the page goes on by itself, without them a button does it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from govstack.blocks.identity.manifest import MANIFEST
from govstack.host import compose
from govstack.host.home import Home
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders import exchange as forwarding
from tests.builders.sign_in import PARTY_CALLBACK, Provider, provider
from tests.databases import databases_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Provider]]:
    """The provider on loopback, in a thread of its own, for the tests of this module."""
    ready, done = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        async with databases_of("sqlite", Path(tmp_path_factory.mktemp("identity"))) as databases:
            issuer = await provider(databases)
            running = issuer.bench.running
            root = compose.Root({MANIFEST.name: running.application}, Home([running], profile="sandbox"))
            async with forwarding.served(root) as origin:
                found["site"] = (f"{origin}/{MANIFEST.name}", issuer)
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


def check(page: Page) -> None:
    """Hold the page that is open to WCAG 2.2 AA, and to the width of its window."""
    assert axe(page) == [], page.url
    assert overflow_pixels(page) == 0, page.url


def confirm(phone: Page, origin: str, code: str, *, checked: bool) -> None:
    """Confirm with the phone of the sandbox."""
    look = check if checked else lambda _page: None
    phone.goto(f"{origin}/wallet?{urlencode({'code': code})}")
    look(phone)
    phone.locator("main form button").first.click()
    phone.locator("input[name=person]").first.check()
    look(phone)
    phone.locator("button[value=continue]").click()
    phone.wait_for_selector("#shown-code")
    look(phone)
    phone.locator("button[value=allow]").click()
    phone.wait_for_selector("main p")
    look(phone)


@pytest.mark.requirement("IDN-04", "IDN-51")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "ar")], ids=["wide", "narrow-ar"])
def test_a_person_signs_in_with_a_phone(
    chrome: Browser, served: tuple[str, Provider], size: tuple[int, int], language: str, *, scripts: bool
) -> None:
    origin, issuer = served
    claims = '{"userinfo": {"given_name": {"essential": true}, "birthdate": null}}'
    asked = issuer.asked(scope="openid", claims=claims, ui_locales=language)
    with tab(chrome, size=size, scripts=scripts) as page, tab(chrome, size=size) as phone:
        for one in (page, phone):
            one.context.add_cookies([{"name": "govstack_language", "value": language, "url": origin}])
        page.route(f"{PARTY_CALLBACK}**", lambda route: route.fulfill(body="the relying party"))
        page.goto(f"{origin}/authorize?{urlencode(asked)}")
        page.locator("a[href*='/sign-in/wallet']").click()
        page.wait_for_selector(".gs-qr svg")
        if scripts:
            check(page)
        code = page.locator("#wallet-form input[name=code]").input_value()
        confirm(phone, origin, code, checked=scripts)
        if not scripts:
            page.locator("#wallet-form button").click()
        page.wait_for_url(f"{PARTY_CALLBACK}?**")

        assert "code=" in page.url

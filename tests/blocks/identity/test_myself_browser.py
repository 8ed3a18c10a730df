"""A passkey in a real browser with a virtual authenticator, and axe on the pages that lead to it."""

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
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.host import compose
from govstack.host.compose import SESSION_KEYS
from govstack.host.home import Home
from govstack.kernel import crypto
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.sessions import SESSION_COOKIE, Sessions
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders import exchange as forwarding
from tests.builders.running import SECRET, bench
from tests.databases import databases_of

pytestmark = pytest.mark.browser
SIZES = [(WIDE, "en"), (NARROW, "en"), (NARROW, "ar")]
PATHS = ("/me", "/me/factors", "/me/factors/proof", "/me/factors/passkey", "/me/factors/pin", "/me/factors/password")
PEOPLE = ("amina", "boris", "chloe", "dora")
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """The block as it is served."""

    origin: str

    @property
    def here(self) -> str:
        """Return where the block's own pages are."""
        return f"{self.origin}/{MANIFEST.name}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The block on loopback under the name localhost, in a thread of its own, for the tests of this module."""
    ready, done = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        async with databases_of("sqlite", Path(tmp_path_factory.mktemp("identity"))) as databases:
            made = bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))
            attributes = (Attribute("name", "Amina Kone"), Attribute("birthdate", "1990-04-17"))
            for subject in PEOPLE:
                await people.register(made.context, by=SYSTEM, attributes=attributes, subject=subject)
            root = compose.Root({MANIFEST.name: made.running.application}, Home([made.running], profile="sandbox"))
            async with forwarding.served(root) as address:
                # A passkey belongs to a name; an address of numbers has none.
                origin = address.replace("127.0.0.1", "localhost")
                object.__setattr__(made.context, "public_url", f"{origin}/{MANIFEST.name}")
                found["site"] = Site(origin)
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


def sign_in(page: Page, served: Site, subject: str, language: str = "en") -> None:
    """Carry the session of somebody who signed in."""
    sessions = Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
    value = sessions.start(Actor("person", subject, "Amina Kone")).partition(";")[0].partition("=")[2]
    cookies = {SESSION_COOKIE: value, "govstack_language": language}
    page.context.add_cookies([{"name": name, "value": text, "url": served.origin} for name, text in cookies.items()])


def prove(page: Page, served: Site) -> None:
    """Prove by the code that the sandbox shows."""
    page.goto(f"{served.here}/me/factors/proof?way=otp")
    page.locator("form[action$='/me/factors/proof/code'] button").click()
    code = page.locator("#shown-code").inner_text()
    page.locator("input[name=proof]").fill(code)
    page.locator("form[action$='/me/factors/proof'] button").click()
    page.wait_for_url("**/me/factors")


@pytest.mark.requirement("IDN-04")
def test_a_device_makes_a_passkey_and_proves_its_person_with_it(served: Site, chrome: Browser) -> None:
    with tab(chrome) as page:
        sign_in(page, served, "amina")
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        prove(page, served)
        page.goto(f"{served.here}/me/factors/passkey")
        page.locator("input[name=name]").fill("Virtual device")
        page.locator("form[data-passkey] button").click()
        page.wait_for_url("**/me/factors")
        listed = page.locator("main").inner_text()
        page.context.clear_cookies()
        sign_in(page, served, "amina")
        page.goto(f"{served.here}/me/factors/proof?way=passkey")
        page.locator("form[data-passkey] button").click()
        page.wait_for_url("**/me/factors")
        proven = page.locator("main").inner_text()

    assert "Virtual device" in listed
    assert "never used" in listed
    assert "last used on" in proven


def test_a_device_that_gives_no_answer_leaves_the_reader_with_words(served: Site, chrome: Browser) -> None:
    with tab(chrome) as page:
        sign_in(page, served, "boris")
        prove(page, served)
        page.goto(f"{served.here}/me/factors/passkey")
        assert not page.locator("[data-passkey-failed]").is_visible()
        assert not page.locator("[data-passkey-elsewhere]").is_visible()
        page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('stopped')) }")
        page.locator("form[data-passkey] button").click()
        page.locator("[data-passkey-failed]").wait_for(state="visible")

        assert page.url.endswith("/me/factors/passkey")


def test_at_an_address_of_numbers_the_page_says_that_no_browser_makes_passkeys_there(
    served: Site, chrome: Browser
) -> None:
    with tab(chrome) as page:
        sign_in(page, served, "boris")
        prove(page, served)
        page.goto(f"{served.here}/me/factors/passkey")
        refusal = "() => Promise.reject(new DOMException('no name', 'SecurityError'))"
        page.evaluate(f"() => {{ navigator.credentials.create = {refusal} }}")
        page.locator("form[data-passkey] button").click()
        page.locator("[data-passkey-elsewhere]").wait_for(state="visible")

        assert not page.locator("[data-passkey-failed]").is_visible()


def test_without_scripts_the_page_says_what_a_passkey_needs(served: Site, chrome: Browser) -> None:
    with tab(chrome, scripts=False) as page:
        sign_in(page, served, "chloe")
        prove(page, served)
        page.goto(f"{served.here}/me/factors/passkey")

        assert page.locator("[data-passkey-missing]").is_visible()
        assert not page.locator("form[data-passkey] button").is_visible()


@pytest.mark.parametrize(("size", "language"), SIZES)
def test_the_pages_can_be_used_by_everybody(
    served: Site, chrome: Browser, size: tuple[int, int], language: str
) -> None:
    found: dict[str, object] = {}
    with tab(chrome, size=size) as page:
        sign_in(page, served, "dora", language)
        prove(page, served)
        for path in PATHS:
            page.goto(served.here + path)
            found[path] = (axe(page), overflow_pixels(page))

    assert found == {path: ([], 0) for path in PATHS}

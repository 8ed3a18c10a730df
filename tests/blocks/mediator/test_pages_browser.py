"""An administrator's round in a real browser, with axe at each step: wide, narrow, and from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders.mediator_pages import PARCELS, PEOPLE, Site, cookies_of, register_document, site

pytestmark = pytest.mark.browser
LANGUAGE_COOKIE = "govstack_language"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A populated mediator on loopback, for the tests of this module."""
    with site(tmp_path_factory.mktemp("mediator")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as started:
        yield started


def sign_in(page: Page, served: Site, *, language: str = "en") -> None:
    """Carry the session of an administrator."""
    cookies = cookies_of(served.bench.browser("mila", "mediator:*", name="Mila Sadovnik"))
    cookies[LANGUAGE_COOKIE] = language
    page.context.add_cookies([{"name": name, "value": value, "url": served.origin} for name, value in cookies.items()])


def check(page: Page) -> None:
    """Hold the page that is open to WCAG 2.2 AA, and to the width of its window."""
    assert axe(page) == [], page.url
    assert overflow_pixels(page) == 0, page.url


@pytest.mark.requirement("I3", "I4", "I12", "I31", "I32", "I33")
@pytest.mark.parametrize(
    ("size", "language"), [(WIDE, "en"), (NARROW, "en"), (WIDE, "ar"), (NARROW, "ar")],
    ids=["wide", "narrow", "wide-ar", "narrow-ar"],
)  # fmt: skip
def test_the_round_from_the_first_page_to_a_message(
    browser: Browser, served: Site, size: tuple[int, int], language: str
) -> None:
    with tab(browser, size=size) as page:
        sign_in(page, served, language=language)
        page.goto(f"{served.origin}/")
        check(page)
        page.goto(f"{served.origin}/members")
        check(page)
        page.get_by_role("link", name="Ministry of Home Affairs").click()
        check(page)
        page.get_by_role("link", name="Population", exact=True).click()
        check(page)
        page.locator(f'a[href$="{PEOPLE.rpartition("/")[2]}/rights"]').click()
        check(page)
        page.goto(f"{served.origin}/rights?open={PEOPLE}")
        check(page)
        page.goto(f"{served.origin}/live")
        check(page)
        page.locator("tbody th a").last.click()
        page.wait_for_url("**/messages/*")
        page.evaluate("() => document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        check(page)

        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_other_pages_meet_wcag_too(browser: Browser, served: Site, size: tuple[int, int]) -> None:
    room = f"{served.origin}/events/rooms/GOV/7001/population"
    paths = [
        "/directory/GOV/7001/population/people", "/requests", "/conversations/visit-1", "/statistics", "/environment",
        "/evidence", "/audit", "/audit/1", "/configuration", "/configuration/new", "/events/log",
        f"/events/log/{served.event}", "/events/dead", f"/rights/{PEOPLE}/GOV/7003/officerdesk",
        f"/messages/{served.messages[-1]}",
    ]  # fmt: skip

    with tab(browser, size=size) as page:
        sign_in(page, served)
        for address in [*(f"{served.origin}{path}" for path in paths), room, f"{room}/subscriptions", f"{room}/queues"]:
            page.goto(address)
            check(page)


@pytest.mark.requirement("I8")
def test_a_service_is_registered_from_a_pasted_document(browser: Browser, served: Site) -> None:
    with tab(browser) as page:
        sign_in(page, served)
        page.goto(f"{served.origin}/members/GOV/7004/applications/parcels/services/new")
        page.get_by_role("button", name="Read the document").click()
        check(page)
        page.get_by_role("link", name="Paste the OpenAPI document").click()
        focused = page.evaluate("() => document.activeElement.id")
        page.get_by_label("Code").fill("houses")
        page.get_by_label("Address of the provider").fill("http://provider.test/houses")
        page.get_by_label("Or paste the OpenAPI document").fill(register_document("Houses"))
        page.get_by_role("button", name="Read the document").click()
        check(page)
        page.get_by_role("button", name="Register the service").click()
        check(page)

        assert focused == "document"
        assert page.get_by_text("The service is registered.").is_visible()


def test_a_right_is_given_without_scripts(browser: Browser, served: Site) -> None:
    with tab(browser, scripts=False) as page:
        sign_in(page, served)
        page.goto(f"{served.origin}/rights")
        page.locator(f'a[href$="/rights/{PARCELS}/GOV/7000/portal"]').click()
        page.get_by_label("Some endpoints").check()
        page.get_by_label("GET /records", exact=True).check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Change the right").click()

        assert page.get_by_text("The right was changed.").is_visible()


def test_the_live_view_shows_new_exchanges_by_itself(browser: Browser, served: Site, tmp_path: Path) -> None:
    with tab(browser) as page:
        sign_in(page, served)
        page.goto(f"{served.origin}/live")
        before = page.locator("tbody tr").count()
        with page.expect_response("**/live/part*") as renewed:
            pass

        assert renewed.value.status == 200
        assert page.locator("tbody tr").count() == before
        assert axe(page) == []

"""The first journey in a real browser: an officer looks somebody up, enrols them; they read who looked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.page_lint import lint

pytestmark = pytest.mark.browser

OFFICER, CITIZEN = "enrollment-officer", "liam-anderson"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class Walk:
    """Somebody at a screen; every page they reach is checked."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.address + path)
        self.check()

    def press(self, name: str) -> None:
        """Press a button of the page's content."""
        self.page.get_by_role("main").get_by_role("button", name=name).first.click()
        self.check()

    def check(self) -> None:
        """Look at the page as axe and the linter do."""
        assert axe(self.page) == [], self.page.url
        assert lint(self.page.content()) == [], self.page.url
        assert overflow_pixels(self.page) == 0, self.page.url

    def sign_in(self, person: str) -> None:
        """Sign in as one of the invented people, with the one-time code the sandbox shows."""
        self.go("/sandbox/session/start?to=/sandbox/")
        self.page.check(f"input[value='{person}']")
        self.press("Continue")
        self.press("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def open_case_of(self, latin_name: str, given: str) -> None:
        """Find a person and open their case."""
        self.go("/sandbox/services/usct/find")
        self.page.fill("#lastNameLatin", latin_name)
        self.press("Search")
        self.page.get_by_role("button", name=f"Open the case {given}").click()
        self.check()


@pytest.mark.requirement(
    "USCT-4", "USCT-5", "USCT-6", "USCT-READ", "G1", "G2", "G3", "X010", "DRS-37", "CFR-quality-3", "CFR-quality-5"
)
def test_an_officer_enrols_somebody_who_then_reads_who_looked(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.open_case_of("Anderson", "Liam")

        expect(page.get_by_role("heading", level=1)).to_have_text("Case of Liam Anderson")
        expect(page.get_by_text("What happened between the ministries").first).to_be_visible()
        page.check("input[name=packageCode] >> nth=0")
        page.check("input[name=told]")
        officer.press("Check answers")
        officer.press("Confirm and enrol")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Enrolled")

    with tab(browser) as page:
        citizen = Walk(page, address)
        citizen.sign_in(CITIZEN)
        citizen.go("/sandbox/me")
        expect(page.get_by_text("Population register").first).to_be_visible()
        expect(page.get_by_text("Income register").first).to_be_visible()
        expect(page.get_by_text("Officers' desk").first).to_be_visible()


@pytest.mark.requirement("USCT-6")
def test_enrolling_again_changes_nothing_and_says_so(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.open_case_of("Patel", "Ava")
        page.check("input[name=packageCode] >> nth=0")
        page.check("input[name=told]")
        officer.press("Check answers")
        confirm_page = page.url
        officer.press("Confirm and enrol")

        officer.open_case_of("Patel", "Ava")

        assert confirm_page
        expect(page.get_by_text("Enrolled").first).to_be_visible()


@pytest.mark.requirement("X049", "X054", "X059")
def test_signing_in_passes_through_the_identity_pages_and_brings_the_rights_along(
    browser: Browser, address: str
) -> None:
    with tab(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/sandbox/services/usct/find")
        begun_at = urlsplit(page.url).path
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.go("/sandbox/services/usct/find")

        assert begun_at == "/identity/sign-in"
        assert f"{address}/sandbox/session/callback" in {url.partition("?")[0] for url in asked}
        # A signed token would begin with these letters: an object of JSON in base64.
        assert [url for url in asked if "eyJ" in url or "token" in urlsplit(url).query] == []
        expect(page.get_by_role("heading", level=1)).to_have_text("Who are you looking for?")

    with tab(browser) as page:
        citizen = Walk(page, address)
        citizen.sign_in(CITIZEN)
        citizen.go("/sandbox/services/usct/find")
        expect(page.get_by_role("heading", level=1)).to_have_text("You may not see this page")


@pytest.mark.requirement("G12")
def test_nothing_leaves_the_computer(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        asked: set[str | None] = set()
        page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.open_case_of("Turner", "Isabella")
        officer.go("/sandbox/live")

        assert asked == {"127.0.0.1"}
        assert elsewhere() == set()


def elsewhere() -> set[str]:
    """Return the hosts that the product's process is connected to, but for this computer."""
    # Under the name it was started by, or by which it began again.
    (product,) = (one for one in psutil.Process().children() if {"govstack.cli", "govstack"} & set(one.cmdline()))
    connected = {one.raddr.ip for one in product.net_connections(kind="inet") if one.raddr}
    return connected - {"127.0.0.1", "::1"}


@pytest.mark.requirement("G3", "X060", "X088")
def test_a_ministry_without_rights_is_refused_and_the_refusal_is_drawn(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        visitor = Walk(page, address)
        visitor.sign_in(OFFICER)
        visitor.go("/sandbox/try/refused")
        visitor.press("Let it try")

        expect(page.get_by_text("Refused").first).to_be_visible()
        expect(page.get_by_text("403").first).to_be_visible()


@pytest.mark.requirement("USCT-4")
def test_records_that_disagree_are_cleared_up_by_the_officer_before_anything_is_decided(
    browser: Browser, address: str
) -> None:
    with tab(browser) as page:
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.open_case_of("Ortega", "Camila")
        expect(page.get_by_text("Records disagree").first).to_be_visible()

        officer.press("Continue")
        expect(page.get_by_role("alert")).to_contain_text("Choose what you found out.")
        page.check("input[value=same]")
        officer.press("Continue")

        expect(page.get_by_text("Eligible").first).to_be_visible()


@pytest.mark.requirement("C10", "C11", "DRS-6", "DRS-8")
def test_somebody_agrees_is_looked_at_and_withdraws_and_the_officer_sees_nothing_more(
    browser: Browser, address: str
) -> None:
    def decided() -> bool:
        with tab(browser) as page:
            officer = Walk(page, address)
            officer.sign_in(OFFICER)
            officer.open_case_of("Ramirez", "Olivia")
            return page.get_by_text("No consent").count() == 0

    def answer(button: str) -> None:
        with tab(browser) as page:
            olivia = Walk(page, address)
            page.goto(f"{address}/consent/agreement/cash-transfer")
            page.check("input[value='olivia-ramirez']")
            olivia.press("Continue")
            olivia.press("Sign in")
            olivia.press(button)

    before = decided()
    answer("I agree")
    agreed = decided()
    answer("Withdraw")
    withdrawn = decided()

    assert (before, agreed, withdrawn) == (False, True, False)


@pytest.mark.requirement("USCT-5")
def test_a_search_without_anything_says_what_is_needed(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.go("/sandbox/services/usct/find")

        officer.press("Search")

        expect(page.get_by_role("alert")).to_contain_text("Enter a personal id code or a last name.")


@pytest.mark.requirement("G9", "G10", "X050")
@pytest.mark.parametrize("language", ["ar", "fr", "es"])
def test_a_visitor_on_an_old_phone_without_scripts_finds_the_start_in_their_language(
    browser: Browser, address: str, language: str
) -> None:
    with tab(browser, size=NARROW, scripts=False) as page:
        page.goto(f"{address}/sandbox/?lang={language}")

        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        assert lint(page.content()) == []


def test_the_live_view_shows_the_recorded_calls(browser: Browser, address: str) -> None:
    with tab(browser, size=WIDE) as page:
        visitor = Walk(page, address)
        visitor.sign_in(OFFICER)
        visitor.go("/sandbox/services/usct/find")
        page.fill("#lastNameLatin", "Ramirez")
        visitor.press("Search")

        visitor.go("/sandbox/live")

        expect(page.locator("svg").first).to_be_visible()


@pytest.mark.requirement("G10")
def test_an_administrator_and_nobody_else_brings_the_country_back(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.open_case_of("Anderson", "Liam")
        case = urlsplit(page.url).path
        officer.go("/sandbox/begin-again")
        expect(page.get_by_role("heading", level=1)).to_have_text("You may not see this page")

    with tab(browser) as page:
        administrator = Walk(page, address)
        administrator.sign_in("administrator")
        page.get_by_role("link", name="Bring the country back as it was on the first day").click()
        administrator.press("Remove everything and begin again")
        page.get_by_role("button", name="Go to the start").click(timeout=60_000)
        administrator.check()
        expect(page.get_by_role("heading", level=1)).to_have_text("A digital government to try out")

    with tab(browser) as page:
        officer = Walk(page, address)
        officer.sign_in(OFFICER)
        officer.go(case)
        expect(page.get_by_text("There is no such case")).to_be_visible()
        officer.open_case_of("Anderson", "Liam")
        expect(page.get_by_role("heading", level=1)).to_have_text("Case of Liam Anderson")

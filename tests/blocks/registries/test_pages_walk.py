"""A walk through the registries in a real browser: from an empty registry to who read it, wide, narrow, in Arabic."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.builders.registry_pages import ADMINISTER, ANALYSE, AUDIT, PERSON, session, site
from tests.page_lint import lint

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with site(tmp_path_factory.mktemp("registries")) as (address, _bench):
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


class Walk:
    """Somebody at a screen; every page they reach is checked."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin

    def sign_in(self, *scopes: str, subject: str = "ann-analyst", **claims: str) -> None:
        """Take a session, as after signing in."""
        value = session(subject, *scopes, **claims)
        self.page.context.add_cookies([{"name": "govstack_session", "value": value, "url": self.origin}])

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.origin + path)
        self.check()

    def press(self, name: str) -> None:
        """Press a button of the page's content."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
        self.check()

    def follow(self, name: str) -> None:
        """Follow a link of the page's content; some look like buttons and are called so."""
        main = self.page.get_by_role("main")
        link = main.get_by_role("link", name=name, exact=True).or_(main.get_by_role("button", name=name, exact=True))
        # A click returns before the page is left: what is looked at must be the page that it leads to.
        with self.page.expect_navigation():
            link.first.click()
        self.check()

    def check(self) -> None:
        """Look at the page as axe and the linter do."""
        assert axe(self.page) == [], self.page.url
        assert lint(self.page.content()) == [], self.page.url
        assert overflow_pixels(self.page) == 0, self.page.url

    def heading(self) -> str:
        """Return what the page is called."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def add_field(self, name: str, kind: str, *, required: bool = False) -> None:
        """Add a field to the draft and come back to the list."""
        self.follow("Add a field")
        self.page.fill("#name", name)
        self.page.check(f"input[name=type][value='{kind}']")
        if required:
            self.page.check("#required")
        self.press("Add the field")


@pytest.mark.requirement("DRS-1", "DRS-3", "DRS-4", "DRS-7", "DRS-16", "DRS-21", "DRS-22", "DRS-23", "DRS-37", "X010")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_registry_from_nothing_to_who_read_it(
    browser: Browser, origin: str, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    kind = "wide" if size == WIDE else "narrow"
    code = f"births-{kind}"
    with tab(browser, size=size) as page:
        analyst = Walk(page, origin)
        analyst.sign_in(ADMINISTER, ANALYSE, AUDIT)
        create_registry(analyst, code)
        publish_first(analyst)
        enter_record(analyst, code)
        change_in_grid(analyst, code)
        look_at_history(analyst)
        publish_what_breaks(analyst, code)

    with tab(browser, size=size) as page:
        mother = Walk(page, origin)
        mother.sign_in(subject="aster", person_id=f"4820193765{'5' if kind == 'wide' else '6'}")
        mother.go("/my-data")

        expect(page.get_by_text("Ann Analyst").first).to_be_visible()
        expect(page.get_by_text("Register of births").first).to_be_visible()
        expect(page.get_by_text("Looked at the history").first).to_be_visible()


def create_registry(analyst: Walk, code: str) -> None:
    """Create a registry with two fields; one tells whose data a record is."""
    page = analyst.page
    analyst.go("/")
    analyst.follow("Create a registry")
    analyst.follow("With nothing")
    analyst.press("Create the registry")
    expect(page.get_by_role("alert")).to_contain_text("Enter the name of the registry")
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("() => document.activeElement.id") in {"name", "code"}
    page.fill("#name", "Register of births")
    page.fill("#code", code)
    analyst.press("Create the registry")
    analyst.add_field("Mother", "string", required=True)
    analyst.page.get_by_role("main").get_by_role("link", name="Change (Protection)").click()
    analyst.check()
    page.check("#personal")
    page.check("#person_identifier")
    analyst.press("Save")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Fields").click()
    analyst.check()
    analyst.add_field("Weight", "number")


def publish_first(analyst: Walk) -> None:
    """Publish the first version."""
    analyst.page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Fields").click()
    analyst.check()
    analyst.follow("Check and publish")
    analyst.press("Publish version 1.0")
    expect(analyst.page.get_by_text("Version 1.0 is published.")).to_be_visible()


def enter_record(analyst: Walk, code: str) -> None:
    """Enter a record, after the form has said what is missing."""
    page = analyst.page
    analyst.go(f"/registry/{code}/records")
    analyst.follow("Enter the first record")
    analyst.press("Enter the record")
    expect(page.get_by_role("alert")).to_contain_text("Enter Mother")
    page.get_by_label("Mother", exact=True).fill(f"4820193765{'5' if code.endswith('wide') else '6'}")
    page.get_by_label("Weight (optional)").fill("3.4")
    analyst.press("Enter the record")
    expect(page.get_by_text("The record was entered.")).to_be_visible()


def change_in_grid(analyst: Walk, code: str) -> None:
    """Change a value in its row, first to one that does not fit; then open the record."""
    page = analyst.page
    analyst.go(f"/registry/{code}/records")
    page.get_by_role("link", name="Change record 1").click()
    page.get_by_label("Weight (optional)").fill("heavy")
    page.get_by_role("button", name="Save record 1").click()
    expect(page.get_by_text("Weight must be a number")).to_be_visible()
    analyst.check()
    page.get_by_label("Weight (optional)").fill("3.6")
    page.get_by_role("button", name="Save record 1").click()
    expect(page.get_by_role("cell", name="3.6")).to_be_visible()
    analyst.check()
    page.get_by_role("link", name="Record 1", exact=True).click()
    analyst.check()
    assert analyst.heading() == "Record 1"


def look_at_history(analyst: Walk) -> None:
    """See what was there before, and check the chain."""
    page = analyst.page
    analyst.follow("History")
    expect(page.get_by_role("cell", name="3.4").first).to_be_visible()
    expect(page.get_by_role("cell", name="3.6").first).to_be_visible()
    analyst.press("Check the whole chain now")
    expect(page.get_by_text("Nothing was inserted, removed or changed past the log.")).to_be_visible()
    analyst.follow("Who read it")
    expect(page.get_by_text("Ann Analyst").nth(1)).to_be_visible()


def publish_what_breaks(analyst: Walk, code: str) -> None:
    """Remove a field, read what that means for callers, and publish only after accepting it."""
    page = analyst.page
    analyst.go(f"/registry/{code}/fields")
    analyst.follow("Weight")
    analyst.follow("Remove this field")
    analyst.press("Remove the field")
    analyst.follow("Check and publish")
    expect(page.get_by_text("1 change breaks systems that use version 1.0.")).to_be_visible()
    analyst.press("Publish version 2.0")
    expect(page.get_by_role("alert")).to_contain_text("Confirm that you accept what breaks")
    page.check("#accept")
    analyst.press("Publish version 2.0")
    expect(page.get_by_text("Version 2.0 is published.")).to_be_visible()
    expect(page.get_by_text("What breaks callers of version 1.0")).to_be_visible()


@pytest.mark.requirement("DRS-16", "DRS-17", "DRS-21", "DRS-23", "X050")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_registers_are_read_from_right_to_left(browser: Browser, origin: str, size: tuple[int, int]) -> None:
    with tab(browser, size=size) as page:
        analyst = Walk(page, origin)
        analyst.sign_in(ADMINISTER, ANALYSE, AUDIT)
        analyst.go("/?lang=ar")
        for path in ("", "/records", "/fields", "/versions/1.0", "/services", "/rights", "/rights/give", "/publish"):
            analyst.go(f"/registry/people{path}")
        page.goto(f"{origin}/registry/people/records")
        page.locator("tbody th a").last.click()
        analyst.check()

        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.get_by_text("الاسم الأول").first).to_be_visible()


@pytest.mark.requirement("DRS-23", "DRS-6")
def test_the_questions_of_a_right_reveal_what_each_choice_needs(browser: Browser, origin: str) -> None:
    with tab(browser) as page:
        analyst = Walk(page, origin)
        analyst.sign_in(ADMINISTER, ANALYSE)
        analyst.go("/registry/people/rights/give")
        page.check("input[name=who][value=role]")
        page.get_by_label("Role", exact=True).fill("clerk")
        analyst.press("Continue")
        page.check("#services-data-read")
        analyst.press("Continue")
        page.check("input[name=scope][value='some']")
        page.get_by_label("Region").check()
        analyst.press("Continue")
        page.check("input[name=records][value=some]")
        page.select_option("#field-0", "/Region")
        page.fill("#value-0", "north")
        analyst.press("Continue")
        analyst.press("Continue")
        assert analyst.heading() == "Check the right"
        analyst.press("Give the right")

        expect(page.get_by_text("People with the role clerk").first).to_be_visible()
        expect(page.get_by_text("Where Region is “north”")).to_be_visible()


@pytest.mark.requirement("DRS-21", "DRS-22")
def test_the_pages_work_without_scripts(browser: Browser, origin: str) -> None:
    with tab(browser, scripts=False) as page:
        Walk(page, origin).sign_in(ADMINISTER, ANALYSE)
        page.goto(f"{origin}/registry/people/records")
        page.get_by_role("link", name="Change record 2").click()
        page.get_by_label("LastName (optional)").fill("Andersen")
        page.get_by_role("button", name="Save").click()

        expect(page.get_by_text("The record was changed.")).to_be_visible()
        expect(page.get_by_text("Andersen")).to_be_visible()


@pytest.mark.requirement("DRS-8")
def test_an_auditor_looks_up_a_person(browser: Browser, origin: str) -> None:
    with tab(browser, size=NARROW) as page:
        auditor = Walk(page, origin)
        auditor.sign_in(AUDIT, subject="auditor")
        auditor.go("/usage")
        page.fill("#person", PERSON)
        auditor.press("Look up")

        expect(page.get_by_text("Verify a candidate").first).to_be_visible()
        assert PERSON not in page.url

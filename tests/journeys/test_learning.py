"""The three tours of learning in a real browser: from a gap to a badge, a day in a training unit, a minister's look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import NARROW, chromium, tab
from tests.journeys.test_first_journey import Walk

pytestmark = pytest.mark.browser

WAIT_SECONDS = 20


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class Tour(Walk):
    """Somebody on a tour: each step is opened from its own page, as a newcomer does."""

    name = ""

    def begin(self, name: str, person: str) -> None:
        """Open a tour and sign in as its person, coming back to the same step."""
        self.name = name
        self.go(f"/learn/tour/{name}")
        self.follow("Sign in and come back here")
        self.page.check(f"input[value='{person}']")
        self.press("Continue")
        self.press("Sign in")
        expect(self.page.get_by_role("heading", level=2).first).to_contain_text("1.")

    def follow(self, link: str) -> None:
        """Follow a link of the page's content."""
        self.page.get_by_role("main").get_by_role("link", name=link).first.click()
        self.check()

    def open(self, step: int) -> None:
        """Go to a step of the tour and open the page that it leads to."""
        self.go(f"/learn/tour/{self.name}?step={step}")
        self.follow("Open the page")

    def see(self, text: str) -> None:
        """Find words on the page."""
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()


@pytest.mark.requirement("F5.1", "F14.3", "F30.1")
def test_a_learner_goes_from_a_gap_to_a_badge(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        learner = Tour(page, address)
        learner.begin("learner", "learner")

        learner.open(1)
        learner.see("Business change management")
        row = page.get_by_role("row").filter(has_text="Business change management")
        before = row.first.inner_text()

        learner.open(2)
        learner.see("Leading change, online")

        learner.open(3)
        learner.press("Begin")
        for _page in range(3):
            learner.press("I have read this, go on")

        learner.open(4)
        learner.press("Begin the test")
        answers = (
            "With those who use the service", "Knowledge that you lack", "Try one letter in one office and measure",
            "Before the first step",
        )  # fmt: skip
        for _question in range(4):
            right = next(one for one in answers if page.get_by_label(one).count())
            page.get_by_label(right).check()
            learner.press("Save and continue")
        learner.press("Hand in")

        learner.open(5)
        for _look in range(WAIT_SECONDS):
            if page.get_by_role("main").get_by_text("Leads change").count():
                break
            page.wait_for_timeout(1_000)
            learner.open(5)
        learner.see("Leads change")

        learner.open(6)
        for _look in range(WAIT_SECONDS):
            if row.first.inner_text() != before:
                break
            page.wait_for_timeout(1_000)
            learner.open(6)
        assert row.first.inner_text() != before


@pytest.mark.requirement("F1.3", "F5.1", "F7.2")
def test_an_officer_walks_from_gaps_to_what_became_of_them(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        officer = Tour(page, address)
        officer.begin("officer", "training-officer")

        for step, seen in enumerate(
            ("Skill matrix", "What our organisations can do", "Paid within ten days", "Six trainers",
             "Redesign a process", "Everybody without a mark was present", "Result of the test"),
            start=1,
        ):  # fmt: skip
            officer.open(step)
            officer.see(seen)


@pytest.mark.requirement("F5.4", "F7.5")
def test_a_minister_sees_the_country_and_the_plan(browser: Browser, address: str) -> None:
    with tab(browser) as page:
        minister = Tour(page, address)
        minister.begin("minister", "minister")

        for step, seen in enumerate(
            (
                "Each number says its day",
                "Gaps",
                "Heat map",
                "Paid within ten days",
                "Set digital priorities",
                "Kofi Mensah",
            ),
            start=1,
        ):
            minister.open(step)
            minister.see(seen)


@pytest.mark.parametrize("language", ["ar", "fr", "es"])
def test_a_tour_can_be_read_on_a_phone_in_other_languages(browser: Browser, address: str, language: str) -> None:
    with tab(browser, size=NARROW, scripts=True) as page:
        visitor = Walk(page, address)

        visitor.go(f"/learn/tour/learner?lang={language}")

        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_text("From a gap to a badge")).to_have_count(0)

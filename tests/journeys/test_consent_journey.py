"""An official asks somebody for consent; they read, agree, see who looked, and withdraw, which holds at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium, tab
from tests.journeys.test_first_journey import OFFICER, Walk

PERSON = "olivia-ramirez"
NUMBER = "9b237f8a-4dc2-4438-af0d-5f01c469b304"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.requirement("G2", "USCT-3", "USCT-4", "C10", "C11", "IDN-52")
def test_somebody_is_asked_agrees_sees_who_looked_and_withdraws(browser: Browser, address: str) -> None:
    with tab(browser) as official, tab(browser) as citizen, tab(browser) as administrator:
        officer, person, looker = Walk(official, address), Walk(citizen, address), Walk(administrator, address)

        officer.sign_in(OFFICER)
        officer.open_case_of("Ramirez", "Olivia")
        expect(official.get_by_text("No consent")).to_be_visible()
        official.get_by_role("button", name="Ask for consent").click()
        officer.check()
        official.select_option("#agreement", index=1)
        official.fill("#person", NUMBER)
        official.fill("#email", f"{PERSON}@mail.example")
        officer.press("Continue")
        officer.press("Ask this person")

        looker.sign_in("administrator")
        looker.go("/messaging/inbox")
        expect(administrator.get_by_text(f"{PERSON}@mail.example").first).to_be_visible()

        person.sign_in(PERSON)
        person.go("/consent/")
        citizen.get_by_role("main").get_by_role("link").first.click()
        person.check()
        person.press("I agree")

        officer.open_case_of("Ramirez", "Olivia")
        expect(official.get_by_text("No consent")).to_have_count(0)

        person.go("/sandbox/me")
        expect(citizen.get_by_text("Income register").first).to_be_visible()
        person.go("/consent/agreement/cash-transfer")
        person.press("Withdraw")

        officer.open_case_of("Ramirez", "Olivia")
        expect(official.get_by_text("No consent")).to_be_visible()
        person.go("/identity/me/history")
        expect(citizen.get_by_text("Sign-in at Sandbox").first).to_be_visible()

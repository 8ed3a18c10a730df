"""Signing in with a phone: the page that shows a code, the phone of the sandbox, and what the relying party gets."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Event, Wanted
from govstack.blocks.identity.people import service as people
from govstack.kernel import clock, i18n
from govstack.kernel.actor import SYSTEM, Actor
from tests.builders.linking import Caller
from tests.builders.sign_in import PARTY_CALLBACK, Provider, back, code_of, hidden, provider
from tests.databases import Databases
from tests.page_lint import lint, lint_part

LANGUAGES = i18n.LANGUAGES
CLAIMS = '{"userinfo": {"given_name": {"essential": true}, "birthdate": null}}'


@pytest.fixture
async def issuer(sqlite_databases: Databases) -> Provider:
    return await provider(sqlite_databases)


async def shown(issuer: Provider, browser: httpx.AsyncClient, **changes: str) -> httpx.Response:
    """Begin a sign-in and go to the page that shows a link code."""
    asked = issuer.asked(**{"scope": "openid", "claims": CLAIMS, **changes})
    who = await issuer.begin(browser, asked)
    link = re.search(r'href="(/sign-in/wallet\?transaction=[^"]+)"', who.text)
    assert link is not None, who.text
    page = await browser.get(html.unescape(link[1]))
    assert (page.status_code, lint(page.text)) == (200, []), page.text
    return page


async def past(issuer: Provider) -> tuple[Event, ...]:
    """Return the record of sign-ins that the person reads."""
    found = await history.listed(issuer.bench.context, by=Actor("person", "officer-1"), wanted=Wanted())
    return found.events


async def good(answer: httpx.Response, status: int = 200) -> httpx.Response:
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return answer


async def read(phone: httpx.AsyncClient, code: str) -> httpx.Response:
    """Read a code with the phone of the sandbox; returns the page that says who asks."""
    first = await good(await phone.get("/wallet", params={"code": code}))
    return await good(await phone.post("/wallet", data={**hidden(first.text), "code": code}))


async def asked_to_confirm(phone: httpx.AsyncClient, code: str) -> httpx.Response:
    who = await read(phone, code)
    form = {**hidden(who.text), "person": "officer-1", "answer": "continue"}
    return await good(await phone.post("/wallet/person", data=form))


async def confirm(phone: httpx.AsyncClient, code: str, **said: Any) -> httpx.Response:
    page = await asked_to_confirm(phone, code)
    digits = re.search(r'id="shown-code">(\d{6})<', page.text)
    assert digits is not None
    form = {**hidden(page.text), "one_time_code": digits[1], "answer": "allow", **said}
    return await phone.post("/wallet/confirm", data=form)


async def pressed(browser: httpx.AsyncClient, page: httpx.Response, part: str = "") -> httpx.Response:
    """Press the button of the page, or do what it does by itself."""
    return await browser.post(f"/sign-in/wallet{part}", data=hidden(page.text))


@pytest.mark.requirement("IDN-04", "IDN-07", "IDN-09", "IDN-53", "IDN-06")
async def test_a_person_signs_in_with_a_phone_and_passes_on_what_they_allow(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        early = await good(await pressed(browser, page))
        done = await good(await confirm(phone, hidden(early.text)["code"]))
        answer = await pressed(browser, early)
        granted = (await issuer.token(browser, code=code_of(answer))).json()
        again = await pressed(browser, early)
    claims = await issuer.claims(issuer.client(), granted["id_token"])
    _, known = await issuer.userinfo(granted["access_token"])

    assert "has not confirmed yet" in early.text
    assert "You have confirmed" in done.text
    assert answer.headers["location"].startswith(f"{PARTY_CALLBACK}?")
    assert back(answer)["state"] == "s-1"
    assert (claims["acr"], claims["nonce"]) == ("idbb:acr:generated-code", "n-1")
    assert known["given_name"] == "Amina"
    assert "birthdate" not in known
    assert again.status_code == 400
    async with issuer.visitor("officer-1") as person:
        permissions = (await person.get("/me/permissions")).text
    assert "Tax office" in permissions
    assert [one.status for one in await past(issuer)] == ["SUCCESS"]


@pytest.mark.requirement("IDN-09", "IDN-53")
async def test_what_a_person_may_leave_out_is_passed_on_when_they_choose_it(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        await confirm(phone, hidden(page.text)["code"], claims=["birthdate"])
        answer = await pressed(browser, page)
        granted = (await issuer.token(browser, code=code_of(answer))).json()
    _, known = await issuer.userinfo(granted["access_token"])

    assert (known["given_name"], known["birthdate"]) == ("Amina", "1985-04-01")


@pytest.mark.requirement("IDN-04")
async def test_the_page_goes_on_by_itself_where_scripts_run(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        waiting = await pressed(browser, page, "/part")
        await read(phone, hidden(page.text)["code"])
        linked = await pressed(browser, page, "/part")
        same = await browser.post("/sign-in/wallet/part", data={**hidden(page.text), "stage": "linked"})
        await confirm(phone, hidden(page.text)["code"])
        done = await pressed(browser, page, "/part")

    assert 'hx-post="/sign-in/wallet/part"' in page.text
    assert [lint_part(one.text) for one in (waiting, linked, done)] == [[], [], []]
    assert [one.headers.get("HX-Reswap") for one in (waiting, linked, same, done)] == ["none", None, "none", None]
    assert "<svg" in waiting.text
    assert "<svg" not in linked.text
    assert "Your phone has read the code" in linked.text
    assert done.headers["HX-Redirect"].startswith(f"{PARTY_CALLBACK}?code=")
    assert "HX-Redirect" not in linked.headers


@pytest.mark.requirement("IDN-D20")
async def test_a_code_that_has_ended_is_replaced_on_the_page(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        with clock.fixed(clock.now() + timedelta(seconds=30)):
            renewed = await good(await pressed(browser, page))
            refused = await phone.post(
                "/wallet", data={**hidden((await phone.get("/wallet")).text), "code": hidden(page.text)["code"]}
            )

    assert hidden(renewed.text)["code"] != hidden(page.text)["code"]
    assert "Here is a new one" in renewed.text
    assert (refused.status_code, lint(refused.text)) == (400, [])
    assert 'href="#code"' in refused.text


@pytest.mark.requirement("IDN-53")
@pytest.mark.parametrize("step", ["person", "confirm"])
async def test_who_refuses_on_the_phone_passes_nothing_on(issuer: Provider, step: str) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        code = hidden(page.text)["code"]
        asked = await (read if step == "person" else asked_to_confirm)(phone, code)
        done = await good(await phone.post(f"/wallet/{step}", data={**hidden(asked.text), "answer": "refuse"}))
        answer = await good(await pressed(browser, page))

    assert "Nothing is passed on" in done.text
    assert "You refused on your phone" in answer.text


@pytest.mark.parametrize("step", ["person", "confirm"])
@pytest.mark.parametrize("answer", ["refuse", "continue"])
async def test_a_sign_in_that_is_over_is_said_to_be_over(issuer: Provider, step: str, answer: str) -> None:
    async with issuer.client() as phone:
        token = hidden((await phone.get("/wallet")).text)["csrf_token"]
        form = {"csrf_token": token, "linked": "unknown", "person": "officer-1", "answer": answer}
        over = await good(await phone.post(f"/wallet/{step}", data=form), 400)

    assert "was finished or has ended" in over.text


@pytest.mark.requirement("IDN-05", "IDN-51")
async def test_a_wrong_code_on_the_phone_confirms_nothing(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        wrong = await good(await confirm(phone, hidden(page.text)["code"], one_time_code="000000"), 400)
        answer = await good(await pressed(browser, page))

    assert [one.status for one in await past(issuer)] == ["FAILED"]
    assert 'href="#one_time_code"' in wrong.text
    assert "has not confirmed yet" in answer.text


@pytest.mark.requirement("IDN-54")
async def test_for_a_service_of_the_state_the_phone_names_the_state(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        who = await issuer.begin(browser, issuer.own())
        page = await browser.get("/sign-in/wallet", params={"transaction": hidden(who.text)["transaction"]})
        asked = await read(phone, hidden(page.text)["code"])

    assert "A service of this state asks who you are" in asked.text
    assert "knows you as the state does" in asked.text
    assert "pages/" not in asked.text


@pytest.mark.requirement("IDN-51", "ISS-3")
async def test_another_browser_cannot_take_a_sign_in_over(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as other, issuer.client() as phone:
        page = await shown(issuer, browser)
        await other.get("/sign-in/wallet", params={"transaction": hidden(page.text)["transaction"]})
        own = hidden((await shown(issuer, other)).text)
        await confirm(phone, hidden(page.text)["code"])
        stolen = await other.post("/sign-in/wallet", data={**hidden(page.text), "csrf_token": own["csrf_token"]})

    assert stolen.status_code in {400, 403}
    assert "location" not in stolen.headers


@pytest.mark.requirement("IDN-03", "IDN-51")
async def test_who_is_blocked_after_confirming_does_not_get_in(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        await confirm(phone, hidden(page.text)["code"])
        await people.block(issuer.bench.context, by=SYSTEM, person_id=issuer.person.id, reason="lost")
        answer = await pressed(browser, page)

    assert "location" not in answer.headers
    assert answer.status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_speaks_the_language_of_its_reader(issuer: Provider, language: str) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        for client in (browser, phone):
            client.headers["accept-language"] = language
        page = await shown(issuer, browser)
        who = await read(phone, hidden(page.text)["code"])
        nobody = await good(await phone.post("/wallet/person", data={**hidden(who.text), "answer": "continue"}), 400)
        done = await good(await confirm(phone, hidden(page.text)["code"]))

    for answer in (page, who, nobody, done):
        assert f'lang="{language}"' in answer.text
    assert ("Go back to the browser" in done.text) == (language == "en")


@pytest.mark.requirement("ISS-10", "IDN-N4")
@pytest.mark.parametrize("profile", ["conformance", "production"])
async def test_outside_the_sandbox_there_is_no_wallet_to_try(sqlite_databases: Databases, profile: str) -> None:
    issuer = await provider(sqlite_databases, PROFILE=profile)
    async with issuer.client() as browser:
        who = await issuer.begin(browser, issuer.asked())
        pages = [
            await browser.get("/wallet"),
            await browser.get("/sign-in/wallet", params={"transaction": hidden(who.text)["transaction"]}),
        ]

    assert [page.status_code for page in pages] == [404, 404]
    assert "/sign-in/wallet" not in who.text


async def test_a_country_names_the_address_that_opens_its_wallet(sqlite_databases: Databases) -> None:
    issuer = await provider(
        sqlite_databases, PROFILE="production", IDENTITY_WALLET_LINK="https://wallet.example/link?code={code}"
    )
    async with issuer.client() as browser:
        page = await shown(issuer, browser)

    assert f'href="https://wallet.example/link?code={hidden(page.text)["code"]}"' in page.text
    assert "sandbox" not in page.text.lower()


@pytest.mark.requirement("IDN-D23", "IDN-N5")
async def test_a_browser_by_scripts_of_its_own_gets_what_the_page_gets(issuer: Provider) -> None:
    async with issuer.client() as browser, issuer.client() as phone:
        page = await shown(issuer, browser)
        transaction = hidden(page.text)["transaction"]
        caller = Caller(phone)
        code = (await caller.code(transaction))["response"]["linkCode"]
        await confirm(phone, code)
        answer = await caller.finish(transaction, code)

    assert answer["errors"] == []
    assert (answer["response"]["state"], answer["response"]["nonce"]) == ("s-1", "n-1")
    assert answer["response"]["redirectUri"] == PARTY_CALLBACK

"""A session that is over counts in no package any more: after signing out, blocking, and a change of rights."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt

from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.host.compose import packages
from govstack.host.run import Process
from govstack.host.signin import LOGOUT_PATH
from govstack.kernel import clock, ids, sessions
from govstack.kernel.actor import SYSTEM
from govstack.kernel.auth import LOGOUT_EVENT
from govstack.kernel.context import Context
from govstack.kernel.sessions import SESSION_COOKIE
from govstack.kernel.settings import load

ADDRESS = "http://127.0.0.1:8153"
PLACES = ("identity", "consent", "registries")
PAGES = ("/identity/me", "/consent/")
NAME = (Attribute("name", "Amina Kone"),)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    """Three packages at work in one process; nothing listens."""
    manifests = packages(PLACES)
    known = [setting for manifest in manifests for setting in manifest.settings]
    given = {"GOVSTACK_DATA_DIR": str(tmp_path), "GOVSTACK_RATE_PER_SECOND": "0", "GOVSTACK_SQLITE_SYNCHRONOUS": "OFF"}
    made = Process(load(given, extra=known, packages=PLACES), manifests, ADDRESS)
    await made.open()
    await made.work()
    yield made
    await made.close()


@pytest.fixture
async def person(process: Process) -> Person:
    """Somebody who can sign in."""
    return await people.register(
        context_of(process, "identity"), by=SYSTEM, attributes=NAME, subject="amina", roles="officer", listed=True
    )


def context_of(process: Process, package: str) -> Context:
    """Return the context of one package."""
    return next(one.context for one in process.running if one.manifest.name == package)


def browser(process: Process, cookies: httpx.Cookies | None = None) -> httpx.AsyncClient:
    """Return a browser that follows where it is led."""
    transport = httpx.ASGITransport(app=process.root)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=cookies, follow_redirects=True)


def fields(page: httpx.Response, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that is sent to an address."""
    (form,) = re.findall(rf'<form[^>]*action="[^"]*{action}"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


async def signed_in(process: Process, person: Person) -> httpx.AsyncClient:
    """Sign somebody in at one package as a browser does."""
    client = browser(process)
    page = await client.get("/consent/session/start", params={"to": "/consent/"})
    form = {**fields(page, "/sign-in/person"), "person": person.subject}
    page = await client.post("/identity/sign-in/person", data=form)
    shown = re.search(r'id="shown-code">(\d{6})<', page.text)
    assert shown is not None
    page = await client.post("/identity/sign-in/proof", data={**fields(page, "/sign-in/proof"), "proof": shown[1]})
    assert page.url.path == "/consent/", page.text
    return client


def copied(process: Process, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return the browser of somebody who has got hold of the cookies."""
    return browser(process, httpx.Cookies(client.cookies))


async def shown(client: httpx.AsyncClient) -> list[bool]:
    """Tell of each page whether it is shown to whoever holds these cookies."""
    answers = [await client.get(path, follow_redirects=False) for path in PAGES]
    return [answer.status_code == 200 for answer in answers]


async def over(client: httpx.AsyncClient) -> None:
    """Return once no page is shown any more."""
    async with asyncio.timeout(10):
        while any(await shown(client)):
            await asyncio.sleep(0.02)


Act = Callable[[Process, Person, httpx.AsyncClient], Awaitable[object]]


async def sign_out(_process: Process, _person: Person, client: httpx.AsyncClient) -> None:
    page = await client.get("/consent/")
    await client.post("/consent/session/end", data=fields(page, "/session/end"))


async def block(process: Process, person: Person, _client: httpx.AsyncClient) -> None:
    await people.block(context_of(process, "identity"), by=SYSTEM, person_id=person.id, reason="reported")


async def take_rights(process: Process, person: Person, _client: httpx.AsyncClient) -> None:
    await people.register(
        context_of(process, "identity"), by=SYSTEM, attributes=NAME, subject=person.subject, listed=True
    )


@pytest.mark.requirement("IDN-03", "IDN-25", "IDN-51")
@pytest.mark.parametrize("act", [sign_out, block, take_rights])
async def test_a_copied_cookie_is_worth_nothing_once_its_session_is_over(
    process: Process, person: Person, act: Act
) -> None:
    client = await signed_in(process, person)
    thief = copied(process, client)
    before = await shown(thief)

    await act(process, person, client)
    await over(thief)

    assert before == [True, True]
    # What ended stands in the database, so that another process knows it too, and this one after its next start.
    for package in PLACES:
        context_of(process, package).memory.clear()
    assert await shown(thief) == [False, False]


@pytest.mark.requirement("IDN-51")
async def test_who_signed_out_can_sign_in_again(process: Process, person: Person) -> None:
    client = await signed_in(process, person)
    thief = copied(process, client)
    await sign_out(process, person, client)
    await over(thief)

    again = await signed_in(process, person)

    assert await shown(again) == [True, True]
    assert await shown(thief) == [False, False]


async def logout_token(process: Process, *, without: str = "", **changes: Any) -> str:
    """Return a logout token for the pages of one package, with other or fewer claims."""
    context = context_of(process, "identity")
    now = int(clock.now().timestamp())
    told = {
        "iss": context.public_url, "aud": "pages/consent", "sub": "amina", "iat": now, "exp": now + 60,
        "jti": ids.new_id(), "events": {LOGOUT_EVENT: {}}, **changes,
    }  # fmt: skip
    told.pop(without, None)
    kid, key = await keys.signing_key(context)
    return jwt.encode({"alg": "RS256", "kid": kid, "typ": "logout+jwt"}, told, key, algorithms=["RS256"])


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_a_token_that_names_a_person_ends_what_they_had_begun(process: Process, person: Person) -> None:
    client = await signed_in(process, person)

    heard = await client.post(f"/consent{LOGOUT_PATH}", data={"logout_token": await logout_token(process)})

    assert (heard.status_code, heard.headers["cache-control"]) == (200, "no-store")
    assert await shown(client) == [True, False]


@pytest.mark.requirement("IDN-51", "IDN-N5", "X055")
@pytest.mark.parametrize(
    ("without", "changes"),
    [
        ("events", {}),
        ("sub", {}),
        ("iat", {}),
        ("exp", {}),
        ("", {"nonce": "n-1"}),
        ("", {"aud": "pages/registries"}),
        ("", {"iss": "https://elsewhere.example"}),
        ("", {"exp": 1}),
        ("", {"events": {"http://schemas.openid.net/event/another": {}}}),
        ("", {"events": LOGOUT_EVENT}),
        ("", {"sub": ["amina"]}),
    ],
)
async def test_a_token_that_is_no_logout_token_ends_nothing(
    process: Process, person: Person, without: str, changes: dict[str, Any]
) -> None:
    client = await signed_in(process, person)
    token = await logout_token(process, without=without, **changes)

    heard = await client.post(f"/consent{LOGOUT_PATH}", data={"logout_token": token})

    assert heard.status_code == 400
    assert await shown(client) == [True, True]


@pytest.mark.requirement("IDN-51", "X055")
@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 9_000, "e30.e30."])
async def test_what_is_no_token_of_the_provider_is_refused(process: Process, token: str) -> None:
    heard = await browser(process).post(f"/consent{LOGOUT_PATH}", data={"logout_token": token})

    assert heard.status_code == 400


@pytest.mark.requirement("X008", "IDN-51")
async def test_signing_out_puts_no_name_of_a_session_into_an_address(process: Process, person: Person) -> None:
    client = await signed_in(process, person)
    cookie = client.cookies[SESSION_COOKIE]
    page = await client.get("/consent/")

    left = await client.post("/consent/session/end", data=fields(page, "/session/end"), follow_redirects=False)

    asked = urlsplit(left.headers["location"]).query
    assert cookie not in asked
    assert "sid" not in asked
    assert sessions.SESSION_COOKIE not in asked


async def test_a_page_that_is_not_there_keeps_the_sign_in(process: Process, person: Person) -> None:
    client = await signed_in(process, person)
    broken = await client.get("/consent/nothing", headers={"accept": "text/html"})
    program = await client.get("/consent/nothing", headers={"accept": "application/json"})
    stranger = await browser(process).get("/consent/nothing", headers={"accept": "text/html"})
    await client.post("/consent/session/end", data=fields(broken, "/session/end"))
    await over(client)

    assert [one.status_code for one in (broken, program, stranger)] == [404, 404, 404]
    assert ["Amina Kone" in one.text for one in (broken, program, stranger)] == [True, False, False]
    assert program.headers["content-type"].startswith("application/json")

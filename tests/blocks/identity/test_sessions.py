"""When a session is over, every client that got tokens in it is told, and nobody learns more by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jws

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.sessions import service as sessions
from govstack.blocks.identity.sessions import tasks
from govstack.blocks.identity.sessions.model import COOKIE
from govstack.kernel.actor import SYSTEM
from govstack.kernel.auth import LOGOUT_EVENT
from govstack.kernel.job_runner import JobRunner
from tests.builders.sign_in import CALLBACK, OWN, PARTY, SECRET, Provider, code_of, hidden, provider, registration
from tests.databases import Databases

DESK_ORIGIN, PARTY_ORIGIN = "http://desk.test", "https://tax.example"
OTHER = "pages/consent"


@dataclass
class Ears:
    """Clients that hear of ends of sessions: what came to which path, and what they answer."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        self.heard.append((scope["path"], parse_qs(body.decode())["logout_token"][0]))
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class World:
    """A provider, clients that want to be told, and what they heard."""

    provider: Provider
    ears: Ears

    async def signed_in(self) -> tuple[httpx.AsyncClient, dict[str, Any], dict[str, Any]]:
        """Sign in to a package of the country, then to a relying party in the same browser; returns both ID tokens."""
        browser = self.provider.client()
        granted = await self.provider.own_token(browser, code_of(await self.provider.signed_in(browser)))
        page = await browser.get("/authorize", params=self.provider.asked(scope="openid"))
        party = await self.provider.token(browser, code=code_of(page))
        own_claims = await self.provider.claims(browser, granted.json()["id_token"])
        return browser, own_claims, await self.provider.claims(browser, party.json()["id_token"])

    async def work(self) -> None:
        """Do what is due."""
        context = self.provider.bench.context
        handlers = {kind: partial(task.handler, context) for kind, task in tasks.TASKS.items()}
        await JobRunner(context.database, handlers, {sessions.TELL: tasks.POLICY}).run_due()

    async def told(self) -> dict[str, dict[str, Any]]:
        """Return by path what was said to clients, each once, after the signature was checked."""
        await self.work()
        paths = [path for path, _ in self.ears.heard]
        assert len(paths) == len(set(paths))
        client = self.provider.client()
        return {path: await self.provider.claims(client, token) for path, token in self.ears.heard}

    async def jobs(self) -> list[tuple[str, str]]:
        """Return the state and the error of what was to be told."""
        async with self.provider.bench.context.database.reading() as tx:
            found = await tx.fetch(f"SELECT state, error FROM job WHERE kind = '{sessions.TELL}' ORDER BY number")
        return [(str(row["state"]), str(row["error"] or "")) for row in found]


@pytest.fixture
async def world(databases: Databases) -> World:
    made = World(await provider(databases, PROFILE="conformance"), Ears())
    context = made.provider.bench.context
    for origin in (DESK_ORIGIN, PARTY_ORIGIN):
        made.provider.bench.network.serve_locally(origin, made.ears)
    for client_id in (OWN, OTHER):
        await clients.register_own(
            context, by=SYSTEM, client_id=client_id, secret=SECRET, redirect_uris=(CALLBACK,),
            backchannel_logout_uri=f"{DESK_ORIGIN}/{client_id}",
        )  # fmt: skip
    asked = registration(backchannel_logout_uri=f"{PARTY_ORIGIN}/out")
    await clients.change(context, by=SYSTEM, client_id=PARTY, asked=asked)
    return made


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_signing_out_tells_every_client_of_the_session_once(world: World) -> None:
    browser, own, party = await world.signed_in()
    page = await browser.get("/oidc/logout")
    for _ in range(2):
        await browser.post("/oidc/logout/confirmed", data=hidden(page.text))

    told = await world.told()

    # The country's own pages share their session: all are told, also those that had no tokens.
    assert set(told) == {f"/{OWN}", f"/{OTHER}", "/out"}
    assert {claims["aud"] for claims in told.values()} == {OWN, OTHER, PARTY}
    assert {(claims["sid"], claims["sub"]) for path, claims in told.items() if path != "/out"} == {
        (own["sid"], own["sub"])
    }
    assert (told["/out"]["sid"], told["/out"]["sub"]) == (party["sid"], party["sub"])
    for _, token in world.ears.heard:
        assert jws.extract_compact(token.encode()).headers()["typ"] == "logout+jwt"
    for claims in told.values():
        assert claims["events"] == {LOGOUT_EVENT: {}}
        assert {"iss", "iat", "exp", "jti"} <= set(claims)
        assert not {"nonce", "name", "roles"} & set(claims)


@pytest.mark.requirement("IDN-52")
async def test_a_relying_party_cannot_tell_by_the_session_whom_another_one_knows(world: World) -> None:
    _, own, party = await world.signed_in()

    assert own["sid"] != party["sid"]
    assert own["sub"] != party["sub"]


Act = Callable[[World], Awaitable[object]]


async def blocked(world: World) -> None:
    await people.block(world.provider.bench.context, by=SYSTEM, person_id=world.provider.person.id, reason="reported")


async def ended(world: World) -> None:
    context = world.provider.bench.context
    await people.deactivate(context, by=SYSTEM, person_id=world.provider.person.id, reason="moved away")


async def other_rights(world: World) -> None:
    person = world.provider.person
    await people.register(
        world.provider.bench.context, by=SYSTEM, attributes=person.attributes, subject=person.subject,
        roles=person.roles, scopes="", facts=person.facts, listed=person.listed, position=person.position,
    )  # fmt: skip


@pytest.mark.requirement("IDN-03", "IDN-25", "IDN-51")
@pytest.mark.parametrize("act", [blocked, ended, other_rights])
async def test_who_is_blocked_or_has_other_rights_is_signed_out_everywhere(world: World, act: Act) -> None:
    browser, *_ = await world.signed_in()

    await act(world)
    told = await world.told()
    page = await browser.get("/authorize", params=world.provider.own(prompt="none"))

    assert set(told) == {f"/{OWN}", f"/{OTHER}", "/out"}
    assert "login_required" in page.headers["location"]


@pytest.mark.requirement("IDN-25", "IDN-51")
async def test_a_session_that_begins_while_its_person_is_blocked_is_over_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.provider.client()
    code = code_of(await world.provider.signed_in(browser))
    join = sessions.join
    blocking: list[asyncio.Task[None]] = []

    async def slowly(*args: Any, **kwargs: Any) -> str:
        blocking.append(asyncio.create_task(blocked(world)))
        # Blocking waits for the row of the person; where it did not, it would be done by then.
        await asyncio.wait(blocking, timeout=1)
        return await join(*args, **kwargs)

    monkeypatch.setattr(sessions, "join", slowly)
    granted = await world.provider.own_token(browser, code)
    await blocking[0]

    assert granted.status_code == 200
    assert set(await world.told()) == {f"/{OWN}", f"/{OTHER}"}


async def signed_out(world: World, browser: httpx.AsyncClient) -> None:
    await sessions.end(world.provider.bench.context, secret=browser.cookies[COOKIE])


async def shown_the_token(world: World, browser: httpx.AsyncClient) -> None:
    granted = await world.provider.own_token(browser, code_of(await again(world, browser)))
    await world.provider.client().get("/oidc/logout", params={"id_token_hint": granted.json()["id_token"]})


async def given_other_rights(world: World, browser: httpx.AsyncClient) -> None:
    await other_rights(world)


async def again(world: World, browser: httpx.AsyncClient) -> httpx.Response:
    """Sign in by the session that the browser has."""
    return await browser.get("/authorize", params=world.provider.own())


@pytest.mark.requirement("IDN-51", "IDN-N5")
@pytest.mark.parametrize("act", [signed_out, shown_the_token, given_other_rights])
async def test_a_code_that_nobody_has_used_ends_with_its_session(
    world: World, act: Callable[[World, httpx.AsyncClient], Awaitable[None]]
) -> None:
    browser = world.provider.client()
    first = code_of(await world.provider.signed_in(browser))
    second = code_of(await again(world, browser))

    await act(world, browser)
    late = [await world.provider.own_token(world.provider.client(), code) for code in (first, second)]

    assert [(one.status_code, one.json()["error"]) for one in late] == [(400, "invalid_grant")] * 2
    other = world.provider.client()
    mine = await world.provider.own_token(other, code_of(await world.provider.signed_in(other)))
    assert mine.status_code == 200


@pytest.mark.requirement("IDN-51")
async def test_a_sign_in_that_asks_for_permission_ends_with_its_session(world: World) -> None:
    browser = world.provider.client()
    await world.provider.signed_in(browser)
    asks = await world.provider.follow(browser, await browser.get("/authorize", params=world.provider.asked()))

    await signed_out(world, browser)
    answer = await browser.post("/sign-in/permission", data={**hidden(asks.text), "answer": "allow"})

    assert "Tax office" in asks.text
    assert answer.status_code == 400


@pytest.mark.requirement("IDN-51")
async def test_who_has_another_name_stays_signed_in(world: World) -> None:
    await world.signed_in()

    await people.change(
        world.provider.bench.context, by=SYSTEM, person_id=world.provider.person.id,
        attributes=(Attribute("name", "Amina Diallo"),), evidence=(),
    )  # fmt: skip

    assert await world.told() == {}


@pytest.mark.requirement("IDN-51")
async def test_an_id_token_signs_out_of_its_own_session_also_without_the_browser(world: World) -> None:
    browser = world.provider.client()
    granted = await world.provider.own_token(browser, code_of(await world.provider.signed_in(browser)))

    await world.provider.client().get("/oidc/logout", params={"id_token_hint": granted.json()["id_token"]})

    assert set(await world.told()) == {f"/{OWN}", f"/{OTHER}"}
    page = await browser.get("/authorize", params=world.provider.own(prompt="none"))
    assert "login_required" in page.headers["location"]


@pytest.mark.requirement("IDN-51")
async def test_the_sandbox_signs_out_too_though_no_sign_in_counts_for_the_next(databases: Databases) -> None:
    made = World(await provider(databases), Ears())
    made.provider.bench.network.serve_locally(DESK_ORIGIN, made.ears)
    await clients.register_own(
        made.provider.bench.context, by=SYSTEM, client_id=OWN, secret=SECRET, redirect_uris=(CALLBACK,),
        backchannel_logout_uri=f"{DESK_ORIGIN}/{OWN}",
    )  # fmt: skip
    browser = made.provider.client()
    await made.provider.own_token(browser, code_of(await made.provider.sign_in(browser, made.provider.own())))

    again = await browser.get("/authorize", params=made.provider.own(prompt="none"))
    left = await browser.get("/oidc/logout")

    assert "login_required" in again.headers["location"]
    assert left.status_code == 303
    assert set(await made.told()) == {f"/{OWN}"}


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_a_client_that_does_not_answer_is_told_again(world: World) -> None:
    browser, *_ = await world.signed_in()
    world.ears.status = 503
    await sessions.end(world.provider.bench.context, secret=browser.cookies[COOKIE])

    await world.work()

    assert [state for state, _ in await world.jobs()] == ["waiting"] * 3
    assert {error for _, error in await world.jobs()} == {"The client answered 503."}


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_a_package_that_does_not_run_here_is_not_told_again(world: World) -> None:
    browser, *_ = await world.signed_in()
    world.ears.status = 404
    await sessions.end(world.provider.bench.context, secret=browser.cookies[COOKIE])

    await world.work()

    assert sorted(await world.jobs()) == [("done", ""), ("done", ""), ("waiting", "The client answered 404.")]


@pytest.mark.requirement("IDN-51", "IDN-N5")
@pytest.mark.parametrize("address", ["https://10.0.0.7/out", "http://tax.example/out", "https://169.254.169.254/out"])
async def test_nobody_is_told_at_an_address_inside(world: World, address: str) -> None:
    asked = registration(backchannel_logout_uri=address)
    await clients.change(world.provider.bench.context, by=SYSTEM, client_id=PARTY, asked=asked)
    browser, *_ = await world.signed_in()

    await sessions.end(world.provider.bench.context, secret=browser.cookies[COOKIE])

    assert set(await world.told()) == {f"/{OWN}", f"/{OTHER}"}
    assert ("dead", "The address is not allowed.") in [
        (state, error.split(": ")[-1]) for state, error in await world.jobs()
    ]


@pytest.mark.requirement("IDN-N5")
async def test_discovery_says_that_clients_are_told(world: World) -> None:
    found = (await world.provider.client().get("/.well-known/openid-configuration")).json()

    assert (found["backchannel_logout_supported"], found["backchannel_logout_session_supported"]) == (True, True)

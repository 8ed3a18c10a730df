"""The pages of wallets: a person's own, and those of administrators."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from govstack.blocks.identity.binding import service as binding
from govstack.blocks.identity.binding.model import Wanted
from govstack.blocks.identity.certificates import service as certificates
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Wanted as Page
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.blocks.identity.wallets import service as wallets
from govstack.kernel import i18n
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.sessions import VISIT_COOKIE
from tests.blocks.identity.test_binding import jwk
from tests.builders.running import Bench, bench
from tests.databases import Databases
from tests.page_lint import lint

LANGUAGES = i18n.LANGUAGES


@pytest.fixture
async def identity(sqlite_databases: Databases) -> Bench:
    return bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))


def browser(identity: Bench, subject: str, *scopes: str) -> httpx.AsyncClient:
    client = identity.browser(subject, *scopes)
    client.headers["cookie"] += f"; {VISIT_COOKIE}=visit-of-a-test"
    return client


async def page(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    """Return a page, which must be a good one."""
    answer = await client.get(path)
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return html.unescape(answer.text)


async def send(client: httpx.AsyncClient, shown: str, action: str, **fields: str) -> httpx.Response:
    """Send the form of a page that leads to an address."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', shown, re.DOTALL)
    assert form is not None, action
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    return await client.post(action, data={**hidden, **fields})


async def amina(identity: Bench) -> Person:
    return await people.register(
        identity.context, by=SYSTEM, attributes=[Attribute("name", "Amina Kone")], subject="amina"
    )


async def wallet_of(identity: Bench, person: Person) -> str:
    """Bind a wallet to a person, who proves to be there by a code of the sandbox; returns the binding's id."""
    context = identity.context
    made = await wallets.register(context, by=SYSTEM, partner_id="blue", name="Blue Wallet")
    alias = await people.attach_alias(context, by=SYSTEM, person_id=person.id, kind="card", value="card-of-amina")
    sent = await factors.send_code(context, person_id=person.id, purpose=binding.PURPOSE)
    wanted = Wanted(alias.value, "WLA", "jwt", (Challenge("OTP", sent.shown),), jwk())
    return (await binding.bind(context, partner_id="blue", api_key=made.key, wanted=wanted)).bound.id


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_person_sees_their_wallets_in_their_language(identity: Bench, language: str) -> None:
    wallet = await wallet_of(identity, await amina(identity))
    async with browser(identity, "amina") as client:
        listed = await page(client, f"/me/wallets?lang={language}")
        one = await page(client, f"/me/wallets/{wallet}?lang={language}")

    assert "Blue Wallet" in listed
    assert "Blue Wallet" in one
    assert ("My wallets" in listed) == (language == "en")


@pytest.mark.requirement("IDN-03", "IDN-47", "IDN-52")
async def test_a_person_revokes_a_wallet_and_nobody_else_can(identity: Bench) -> None:
    wallet = await wallet_of(identity, await amina(identity))
    await people.register(identity.context, by=SYSTEM, attributes=[Attribute("name", "Boris")], subject="boris")
    here = f"/me/wallets/{wallet}"
    async with browser(identity, "amina") as client, browser(identity, "boris") as other:
        shown = await page(client, here)
        none = await page(other, "/me/wallets")
        foreign = await other.get(here)
        await page(other, here, 404)
        done = await send(client, shown, f"{here}/revoke")
        after = await page(client, here)

    assert "No wallet is bound to you" in none
    assert foreign.status_code == 404
    assert done.status_code == 303
    assert "Revoke this wallet" not in after
    assert "Revoked" in after
    (bound,) = await binding.mine(identity.context, by=Actor("person", "amina"))
    assert (await certificates.read(identity.context, serial=bound.serial)).reason == "cessationOfOperation"
    past = await history.listed(identity.context, by=Actor("person", "amina"), wanted=Page())
    assert [one.summary for one in past.events] == [binding.WAS_BOUND, binding.WAS_REVOKED]
    assert {one.info.partner_name for one in past.events} == {"Blue Wallet"}


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize("end", ["deactivate", "block"])
async def test_the_wallets_of_somebody_end_with_their_identity(identity: Bench, end: str) -> None:
    person = await amina(identity)
    await wallet_of(identity, person)
    act = people.deactivate if end == "deactivate" else people.block
    await act(identity.context, by=SYSTEM, person_id=person.id, reason="a reason")

    assert await binding.follow(identity.context, subject="amina") == 1
    assert await binding.follow(identity.context, subject="amina") == 0


@pytest.mark.requirement("IDN-03")
async def test_the_wallets_of_somebody_who_is_blocked_for_a_while_stay(identity: Bench) -> None:
    person = await amina(identity)
    await wallet_of(identity, person)
    await people.block(
        identity.context, by=SYSTEM, person_id=person.id, reason="lost", until="2099-01-01T00:00:00.000000Z"
    )

    assert await binding.follow(identity.context, subject="amina") == 0


@pytest.mark.requirement("IDN-02", "IDN-48")
async def test_an_administrator_registers_a_partner_and_sees_its_key_once(identity: Bench) -> None:
    async with browser(identity, "admin-1", "identity:administer") as client:
        empty = await page(client, "/wallet-partners")
        asked = await page(client, "/wallet-partners/new")
        answer = await send(client, asked, "/wallet-partners/new", partner_id="blue", name="Blue Wallet")
        one = await page(client, "/wallet-partners/blue")
        listed = await page(client, "/wallet-partners")

    key = re.search(r"<code>([\w-]{40,})</code>", answer.text)
    assert lint(answer.text) == []
    assert "No partner is registered yet" in empty
    assert key is not None
    assert (await wallets.proven(identity.context, partner_id="blue", key=key[1])).name == "Blue Wallet"
    assert key[1] not in one + listed
    assert "Blue Wallet" in listed


@pytest.mark.requirement("IDN-48")
async def test_an_administrator_stops_a_partner_and_gives_it_another_key(identity: Bench) -> None:
    made = await wallets.register(identity.context, by=SYSTEM, partner_id="blue", name="Blue Wallet")
    here = "/wallet-partners/blue"
    async with browser(identity, "admin-1", "identity:administer") as client:
        shown = await page(client, here)
        renewed = await send(client, shown, f"{here}/key")
        stopped = await send(client, shown, here, name="Blue")
        after = await page(client, here)

    key = re.search(r"<code>([\w-]{40,})</code>", renewed.text)
    assert key is not None
    assert key[1] != made.key
    assert stopped.status_code == 303
    assert "Stopped" in after
    assert (await wallets.read(identity.context, partner_id="blue")).name == "Blue"


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"partner_id": "", "name": "Blue"}, "partner_id"), ({"partner_id": "blue", "name": " "}, "name"),
     ({"partner_id": "taken", "name": "Blue"}, "partner_id"), ({"partner_id": "a b", "name": "x" * 101}, "name")],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_wrong_with_a_partner_is_said_at_its_field(
    identity: Bench, fields: dict[str, str], field: str, language: str
) -> None:
    await wallets.register(identity.context, by=SYSTEM, partner_id="taken", name="Taken")
    async with browser(identity, "admin-1", "identity:administer") as client:
        shown = await page(client, "/wallet-partners/new")
        client.headers["accept-language"] = language
        answer = await send(client, shown, "/wallet-partners/new", **fields)

    assert (answer.status_code, lint(answer.text)) == (400, [])
    assert f'href="#{field}"' in answer.text


@pytest.mark.requirement("IDN-47")
@pytest.mark.parametrize("path", ["/wallet-partners", "/wallet-partners/new", "/wallet-partners/blue", "/me/wallets"])
async def test_pages_are_not_for_everybody(identity: Bench, path: str) -> None:
    await wallets.register(identity.context, by=SYSTEM, partner_id="blue", name="Blue Wallet")
    async with browser(identity, "amina") as person, identity.client() as nobody:
        answers = [(await one.get(path)).status_code for one in (person, nobody)]

    assert answers == ([200, 303] if path == "/me/wallets" else [403, 303])

"""Roles: the country says what each may do, administrators give and take them, and nobody their own."""

from __future__ import annotations

import msgspec
import pytest

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.blocks.identity.roles import service
from govstack.kernel import i18n
from govstack.kernel.actor import SYSTEM
from tests.blocks.identity.test_myself import browser, page, send
from tests.builders.running import Bench, bench
from tests.builders.sign_in import Provider, code_of, provider
from tests.databases import Databases

ADMINISTRATOR = "identity:administer"
ROLES = {
    "clerk": {"title": {"en": "Clerk", "ar": "كاتب"}, "scopes": "registries:analyse"},
    "judge": {"title": {"en": "Judge"}, "scopes": "identity:enrol identity:adjudicate"},
}
SETTING = msgspec.json.encode(ROLES).decode()
HERE = "/people/amina/roles"


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block in a country with two roles, and somebody who has one right that was given alone."""
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    made = bench(MANIFEST, database, IDENTITY_ROLES=SETTING)
    await people.register(
        made.context, by=SYSTEM, attributes=(Attribute("name", "Amina Kone"),), subject="amina",
        scopes="consent:ask",
    )  # fmt: skip
    return made


async def amina(running: Bench) -> Person:
    found = await people.by_subject(running.context, subject="amina")
    assert found is not None
    return found


@pytest.mark.requirement("IDN-54")
async def test_an_administrator_gives_a_role_with_a_reason_that_the_person_reads(running: Bench) -> None:
    client = browser(running, "boss", ADMINISTRATOR)
    shown = await page(client, HERE)

    silent = await send(client, shown, HERE, roles="clerk")
    given = await send(client, shown, HERE, roles="clerk", scopes="consent:ask", reason="begins on Monday")

    person = await amina(running)
    assert (silent.status_code, given.status_code) == (400, 303)
    assert "Clerk" in shown
    assert (person.roles, person.scopes) == ("clerk", "consent:ask")
    assert service.scopes_of(running.context, person) == "registries:analyse consent:ask"
    (change, *_) = await people.history(running.context, person_id=person.id)
    assert (change.kind, change.content.reason) == ("roles-changed", "begins on Monday")
    assert "begins on Monday" in await page(browser(running, "amina"), "/me")


@pytest.mark.requirement("IDN-54")
async def test_rights_that_were_given_one_by_one_end_where_their_mark_is_taken_away(running: Bench) -> None:
    client = browser(running, "boss", ADMINISTRATOR)

    await send(client, await page(client, HERE), HERE, reason="leaves")

    assert service.scopes_of(running.context, await amina(running)) == ""


@pytest.mark.requirement("IDN-51", "IDN-54")
async def test_nobody_gives_themselves_a_role_or_one_that_there_is_none_of(running: Bench) -> None:
    own = running.person("amina", ADMINISTRATOR)
    boss = running.person("boss", ADMINISTRATOR)
    path = "/api/v1/identities/amina/roles"
    body = {"roles": ["judge"], "reason": "promoted"}

    answers = [
        await own.put(path, json=body),
        await boss.put(path, json={**body, "roles": ["minister"]}),
        await boss.put(path, json={**body, "scopes": ["identity:administer"]}),
        await boss.put("/api/v1/identities/nobody/roles", json=body),
        await running.person("officer", "identity:enrol").put(path, json=body),
        await send(browser(running, "amina", ADMINISTRATOR), await page(
            browser(running, "boss", ADMINISTRATOR), HERE), HERE, roles="judge", reason="promoted",
        ),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [403, 400, 400, 404, 403, 403]
    assert (await amina(running)).roles == ""
    given = await boss.put(path, json=body)
    assert given.json() == {
        "roles": ["judge"], "scopes": ["consent:ask"], "held": ["identity:enrol", "identity:adjudicate", "consent:ask"]
    }  # fmt: skip


@pytest.mark.requirement("IDN-54", "ISS-1")
async def test_a_token_holds_what_the_roles_of_its_person_may_do_now(databases: Databases) -> None:
    issuer: Provider = await provider(databases, IDENTITY_ROLES=SETTING)
    context, client = issuer.bench.context, issuer.client()
    person = await people.by_subject(context, subject=issuer.person.subject)
    assert person is not None
    given = await service.give(context, by=SYSTEM, person=person, wanted=["clerk"], kept=[], reason="begins")

    token = await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))
    told = await issuer.claims(client, token.json()["access_token"])
    again = await service.give(context, by=SYSTEM, person=given, wanted=["clerk"], kept=[], reason="begins")

    assert (told["roles"], told["scope"]) == ("clerk", "registries:analyse")
    assert again.version == given.version


@pytest.mark.requirement("IDN-54")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_page_is_a_good_page_in_each_language(running: Bench, language: str) -> None:
    shown = await page(browser(running, "boss", ADMINISTRATOR, language=language), HERE)

    assert f'lang="{language}"' in shown
    assert ("كاتب" in shown) == (language == "ar")

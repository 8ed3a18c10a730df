"""Administrators' pages of relying parties and of the country's own applications."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from govstack.blocks.identity.clients import service
from govstack.blocks.identity.manifest import MANIFEST
from govstack.kernel import audit
from govstack.kernel.actor import SYSTEM
from tests.blocks.identity.test_myself import browser, page, send
from tests.builders.running import Bench, bench
from tests.builders.sign_in import PARTY, PARTY_KEY, SECRET, registration
from tests.databases import Databases

ADD, CHANGE, ADMINISTER = "add_oidc_client", "update_oidc_client", "identity:administer"
NEW, HERE = "/relying-parties/new", f"/relying-parties/{PARTY}"
KEY = json.dumps(PARTY_KEY.as_dict(private=False))
GIVEN: dict[str, Any] = {
    "client_id": "health/1", "relying_party": "health", "name": "Health service", "key": KEY,
    "logo": "https://health.example/logo.png", "redirects": "https://health.example/back\nhttps://health.example/app",
    "levels": ["idbb:acr:generated-code", "idbb:acr:static-code"], "claims": ["name", "birthdate"], "ages": "16, 18",
}  # fmt: skip


@pytest.fixture
async def running(sqlite_databases: Databases) -> Bench:
    """The block alone, with a relying party, the pages of a package, and an application."""
    made = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))
    await service.register(made.context, by=SYSTEM, asked=registration(), request=b"1")
    for client_id, address in (("pages/registries", ("https://gov.example/back",)), ("demo/GOV/1/desk", ())):
        await service.register_own(
            made.context, by=SYSTEM, client_id=client_id, secret=SECRET, scopes="mediator:read", redirect_uris=address
        )
    return made


@pytest.mark.requirement("IDN-47", "IDN-48")
@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        ("/relying-parties", (ADD, ADMINISTER)), (HERE, (ADD, ADMINISTER)), (NEW, (CHANGE, ADMINISTER)),
        ("/machine-clients", (ADD, CHANGE)),
    ],
)  # fmt: skip
async def test_each_page_is_for_who_may_do_the_same_by_the_interface(
    running: Bench, path: str, scopes: tuple[str, ...]
) -> None:
    others = await browser(running, "boss", *scopes).get(path)
    nobody = await running.client().get(path)

    assert others.status_code == 403
    assert nobody.headers["location"].startswith("/session/start")


@pytest.mark.requirement("IDN-47", "IDN-48")
@pytest.mark.parametrize("path", [NEW, HERE])
async def test_who_may_not_change_anything_cannot_send_the_form_either(running: Bench, path: str) -> None:
    form = await page(browser(running, "boss", ADD, CHANGE), path)

    refused = await send(browser(running, "clerk", ADMINISTER), form, path, **GIVEN)

    assert refused.status_code == 403
    assert await service.client(running.context, client_id="health/1") is None


@pytest.mark.requirement("IDN-02", "IDN-48")
async def test_a_relying_party_is_registered_and_can_sign_people_in(running: Bench) -> None:
    client = browser(running, "boss", ADD, CHANGE)

    answer = await send(client, await page(client, NEW), NEW, **GIVEN)
    shown = await page(client, answer.headers["location"])

    assert answer.status_code == 303
    assert "Health service" in shown
    made = await service.active(running.context, client_id="health/1")
    assert made is not None
    assert (made.name, made.relying_party_id, made.subject_type) == ("Health service", "health", "pairwise")
    assert made.redirect_uris == ("https://health.example/back", "https://health.example/app")
    assert made.claims == ("name", "birthdate", "age_over_16", "age_over_18")
    assert made.acr_values == ("idbb:acr:generated-code", "idbb:acr:static-code")
    assert made.public_key is not None
    assert made.public_key["n"] == PARTY_KEY.as_dict(private=False)["n"]
    async with running.context.database.reading() as tx:
        entries = await audit.entries(tx, action="identity.client.registered")
    assert (entries[0].subject, entries[0].actor) == ("health/1", "boss")


@pytest.mark.requirement("IDN-48")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"client_id": ""}, "client_id"), ({"client_id": PARTY}, "client_id"), ({"relying_party": ""}, "relying_party"),
        ({"name": "x" * 257}, "name"), ({"logo": "javascript:alert(1)"}, "logo"), ({"redirects": ""}, "redirects"),
        ({"redirects": "https://a.example/#x"}, "redirects"), ({"levels": []}, "levels"),
        ({"claims": [], "ages": ""}, "claims"), ({"ages": "many"}, "ages"), ({"key": "no key"}, "key"),
        ({"key": json.dumps(PARTY_KEY.as_dict(private=True))}, "key"),
    ],
)  # fmt: skip
async def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(
    running: Bench, change: dict[str, Any], field: str
) -> None:
    client = browser(running, "boss", ADD, CHANGE)

    answer = await send(client, await page(client, NEW), NEW, **{**GIVEN, **change})

    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    kept = {name: value for name, value in GIVEN.items() if isinstance(value, str) and name not in change}
    assert all(value in html.unescape(answer.text) for value in kept.values())


@pytest.mark.requirement("IDN-48", "IDN-D14")
async def test_a_relying_party_is_changed_and_switched_off_and_its_key_stays(running: Bench) -> None:
    client = browser(running, "boss", CHANGE)
    before = await service.relying_party(running.context, client_id=PARTY)
    changed = {**GIVEN, "name": "Tax administration", "active": "yes", "key": "", "client_id": "other"}

    answer = await send(client, await page(client, HERE), HERE, **changed)
    after = await service.relying_party(running.context, client_id=PARTY)
    off = await send(client, await page(client, HERE), HERE, **{**changed, "active": ""})

    assert (answer.status_code, off.status_code) == (303, 303)
    assert (after.id, after.name, after.status) == (PARTY, "Tax administration", "active")
    assert (after.public_key, after.relying_party_id) == (before.public_key, before.relying_party_id)
    assert await service.active(running.context, client_id=PARTY) is None
    assert "Switched off" in await page(client, "/relying-parties")


@pytest.mark.requirement("IDN-48")
async def test_a_change_that_does_not_fit_changes_nothing(running: Bench) -> None:
    client = browser(running, "boss", CHANGE)
    before = await service.relying_party(running.context, client_id=PARTY)

    answer = await send(client, await page(client, HERE), HERE, **{**GIVEN, "active": "yes", "logo": "nowhere"})

    assert answer.status_code == 400
    assert 'id="logo-error"' in answer.text
    assert await service.relying_party(running.context, client_id=PARTY) == before


@pytest.mark.requirement("IDN-48")
async def test_the_lists_keep_relying_parties_and_the_countrys_own_apart(running: Bench) -> None:
    client = browser(running, "boss", CHANGE, ADMINISTER)

    parties, machines = await page(client, "/relying-parties"), await page(client, "/machine-clients")

    assert PARTY in parties
    assert "pages/registries" not in parties
    assert NEW not in parties
    assert "pages/registries" in machines
    assert "demo/GOV/1/desk" in machines
    assert PARTY not in machines
    assert SECRET not in machines
    assert (await client.get("/relying-parties/pages%2Fregistries")).status_code == 404


@pytest.mark.requirement("IDN-48")
async def test_a_long_list_is_turned_over(running: Bench) -> None:
    for number in range(51):
        asked = registration(client_id=f"a{number:02}", name=f"Service {number:02}")
        await service.register(running.context, by=SYSTEM, asked=asked, request=b"1")
    client = browser(running, "boss", CHANGE)

    first = await page(client, "/relying-parties")
    second = await page(client, "/relying-parties?after=a49")

    assert ("Service 49" in first, "Service 50" in first) == (True, False)
    assert "after=a49" in first
    assert ("Service 50" in second, "Tax office" in second, "Service 49" in second) == (True, True, False)


@pytest.mark.requirement("IDN-48")
async def test_a_key_that_proves_nothing_is_told(running: Bench) -> None:
    asked = registration(client_id="weak", public_key={"kty": "RSA", "n": "AQAB"})
    await service.register(running.context, by=SYSTEM, asked=asked, request=b"1")
    client = browser(running, "boss", CHANGE)

    assert "Nothing can be proved with its key" in await page(client, "/relying-parties/weak")
    assert "Nothing can be proved with its key" not in await page(client, HERE)


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
async def test_the_pages_speak_the_language_of_their_reader(running: Bench, language: str) -> None:
    client = browser(running, "boss", ADD, CHANGE, ADMINISTER)

    shown = [await page(client, f"{path}?lang={language}") for path in ("/relying-parties", NEW, HERE)]

    assert not any("Relying part" in one for one in shown)

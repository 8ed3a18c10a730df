"""The small issuer: machines by client credentials, people by code flow with PKCE."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.model import Person
from govstack.blocks.identity.service import register_client, register_person
from govstack.kernel.actor import SYSTEM
from govstack.kernel.crypto import Keyring
from tests.builders.running import Bench, bench
from tests.databases import Databases
from tests.page_lint import lint

SECRET = "the-secret-of-the-desk-0123456789abcdef"
CALLBACK = "http://govstack.test/registries/session/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
async def issuer(databases: Databases) -> Bench:
    """An issuer that knows one machine, one relying party and one person."""
    running = bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))
    await register_client(
        running.context, by=SYSTEM, client_id="demo/GOV/7003/desk", secret=SECRET, application="demo/GOV/7003/desk",
        scopes="mediator:read registries:audit",
    )  # fmt: skip
    await register_client(
        running.context, by=SYSTEM, client_id="pages/registries", secret=SECRET, redirect_uris=(CALLBACK,)
    )
    person = Person("officer-1", "Amina Kone", "enrolment-officer", "sandbox:enrol", {"institution": "GOV/7003"})
    await register_person(running.context, by=SYSTEM, person=person)
    return running


async def ask_token(client: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await client.post("/token", data=form)


def machine(**changes: str) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": "demo/GOV/7003/desk", "client_secret": SECRET, **changes}


def authorisation(**changes: str) -> dict[str, str]:
    return {
        "response_type": "code", "client_id": "pages/registries", "redirect_uri": CALLBACK, "scope": "openid profile",
        "state": "s-1", "nonce": "n-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
    }  # fmt: skip


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


async def sign_in(client: httpx.AsyncClient, **changes: str) -> httpx.Response:
    begun = await client.get("/authorize", params=authorisation(**changes))
    who = await client.get(begun.headers["location"])
    assert not lint(who.text)
    code = await client.post("/sign-in/person", data={**hidden(who.text), "person": "officer-1"})
    assert not lint(code.text)
    shown = re.search(r'id="shown-code">(\d{6})<', code.text)
    assert shown is not None
    return await client.post("/sign-in/code", data={**hidden(code.text), "one_time_code": shown[1]})


async def exchange(client: httpx.AsyncClient, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code", "client_id": "pages/registries", "client_secret": SECRET, "code": code,
        "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    }  # fmt: skip
    return await ask_token(client, **{**form, **changes})


def code_of(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def claims(client: httpx.AsyncClient, token: str) -> Mapping[str, object]:
    keys = KeySet.import_key_set((await client.get("/.well-known/jwks.json")).json())
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


@pytest.mark.requirement("ISS-2", "ISS-6")
async def test_a_machine_gets_a_token_that_names_its_application_and_scopes(issuer: Bench) -> None:
    client = issuer.client()

    answer = await ask_token(client, **machine())

    assert answer.status_code == 200
    found = await claims(client, answer.json()["access_token"])
    assert found["application"] == "demo/GOV/7003/desk"
    assert found["scope"] == "mediator:read registries:audit"


@pytest.mark.requirement("ISS-2")
async def test_a_machine_gets_no_scope_it_does_not_hold(issuer: Bench) -> None:
    answer = await ask_token(issuer.client(), **machine(scope="mediator:read identity:administer"))

    assert answer.json()["scope"] == "mediator:read"


@pytest.mark.requirement("ISS-8", "ISS-12")
@pytest.mark.parametrize("wrong", [{"client_secret": "x" * 40}, {"client_id": "nobody"}, {"client_secret": ""}])
async def test_a_client_that_does_not_prove_itself_is_refused(issuer: Bench, wrong: dict[str, str]) -> None:
    answer = await ask_token(issuer.client(), **machine(**wrong))

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.requirement("ISS-3", "ISS-6")
async def test_a_person_signs_in_with_a_one_time_code_and_is_named_to_the_relying_party(issuer: Bench) -> None:
    client = issuer.client()

    back = await sign_in(client)
    grant = await exchange(client, code_of(back))

    assert back.status_code == 303
    assert back.headers["location"].startswith(f"{CALLBACK}?")
    found = await claims(client, grant.json()["id_token"])
    assert (found["sub"], found["nonce"], found["aud"]) == ("officer-1", "n-1", "pages/registries")


@pytest.mark.requirement("X054")
async def test_roles_and_permissions_come_with_the_sign_in(issuer: Bench) -> None:
    client = issuer.client()

    grant = await exchange(client, code_of(await sign_in(client)))

    found = await claims(client, grant.json()["id_token"])
    assert (found["roles"], found["scope"]) == ("enrolment-officer", "sandbox:enrol")
    assert found["attributes"] == {"institution": "GOV/7003"}


@pytest.mark.requirement("X049", "X059")
async def test_nothing_but_the_code_and_the_state_comes_back_in_the_address(issuer: Bench) -> None:
    back = await sign_in(issuer.client())

    assert set(parse_qs(urlsplit(back.headers["location"]).query)) == {"code", "state"}


@pytest.mark.parametrize(("language", "words"), [("en", "Cashier"), ("fr", "Caissière"), ("es", "Cashier")])
async def test_what_somebody_does_is_said_in_the_language_of_the_reader_and_in_no_token(
    issuer: Bench, language: str, words: str
) -> None:
    attributes = {"institution": "GOV/7003", "work": "Cashier", "work_fr": "Caissière"}
    person = Person("officer-1", "Amina Kone", "cashier", "", attributes)
    await register_person(issuer.context, by=SYSTEM, person=person)
    client = issuer.client()
    begun = await client.get("/authorize", params=authorisation())

    who = await client.get(begun.headers["location"], headers={"accept-language": language})
    grant = await exchange(client, code_of(await sign_in(client)))

    assert f">{words}<" in who.text
    assert (await claims(client, grant.json()["id_token"]))["attributes"] == {"institution": "GOV/7003"}


@pytest.mark.requirement("ISS-5")
async def test_a_code_works_once(issuer: Bench) -> None:
    client = issuer.client()
    code = code_of(await sign_in(client))

    first, second = await exchange(client, code), await exchange(client, code)

    assert (first.status_code, second.status_code) == (200, 400)
    assert second.json()["error"] == "invalid_grant"


@pytest.mark.requirement("ISS-5")
@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "w" * 64}, {"redirect_uri": "http://elsewhere.test/"}, {"code": "guessed"}]
)
async def test_a_stolen_code_is_worth_nothing(issuer: Bench, wrong: dict[str, str]) -> None:
    client = issuer.client()
    code = code_of(await sign_in(client))

    answer = await exchange(client, **{"code": code, **wrong})

    assert answer.status_code == 400


@pytest.mark.requirement("ISS-3", "ISS-4")
@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://evil.test/callback"},
        {"client_id": "nobody"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"response_type": "token"},
        {"scope": "profile"},
        {"state": ""},
    ],
)
async def test_an_unsafe_authorisation_request_is_answered_here_and_sent_nowhere(
    issuer: Bench, wrong: dict[str, str]
) -> None:
    answer = await issuer.client().get("/authorize", params=authorisation(**wrong))

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.requirement("ISS-9")
async def test_after_five_wrong_codes_the_right_one_no_longer_works(issuer: Bench) -> None:
    client = issuer.client()
    begun = await client.get("/authorize", params=authorisation())
    who = await client.get(begun.headers["location"])
    page = await client.post("/sign-in/person", data={**hidden(who.text), "person": "officer-1"})
    right = re.search(r'id="shown-code">(\d{6})<', page.text)
    assert right is not None
    wrong = f"{(int(right[1]) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert (
            await client.post("/sign-in/code", data={**hidden(page.text), "one_time_code": wrong})
        ).status_code == 400

    answer = await client.post("/sign-in/code", data={**hidden(page.text), "one_time_code": right[1]})

    assert answer.status_code == 400


async def test_a_form_from_elsewhere_is_refused(issuer: Bench) -> None:
    client = issuer.client()
    begun = await client.get("/authorize", params=authorisation())
    who = await client.get(begun.headers["location"])

    answer = await client.post(
        "/sign-in/person", data={**hidden(who.text), "csrf_token": "forged", "person": "officer-1"}
    )

    assert answer.status_code == 403


@pytest.mark.requirement("ISS-10")
async def test_outside_the_sandbox_nobody_is_offered_and_no_code_is_shown(databases: Databases) -> None:
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, PROFILE="production")
    await register_client(
        running.context, by=SYSTEM, client_id="pages/registries", secret=SECRET, redirect_uris=(CALLBACK,)
    )
    await register_person(running.context, by=SYSTEM, person=Person("officer-1", "Amina Kone", "", ""))
    client = running.client()
    begun = await client.get("/authorize", params=authorisation())
    who = await client.get(begun.headers["location"])

    answer = await client.post("/sign-in/person", data={**hidden(who.text), "person": "officer-1"})

    assert "Amina" not in who.text
    assert answer.status_code == 403


@pytest.mark.requirement("ISS-11")
async def test_only_an_administrator_registers_clients(issuer: Bench) -> None:
    body = {"clientId": "demo/GOV/1/new", "secret": "n" * 40, "application": "demo/GOV/1/new"}

    nobody = await issuer.client().put("/api/v1/clients", json=body)
    other = await issuer.application("demo/GOV/7003/desk", "mediator:read").put("/api/v1/clients", json=body)
    administrator = await issuer.application("operator", "identity:administer").put("/api/v1/clients", json=body)

    assert [nobody.status_code, other.status_code, administrator.status_code] == [401, 403, 200]
    assert "secret" not in administrator.text


@pytest.mark.requirement("ISS-1")
async def test_metadata_and_keys_are_found_where_discovery_says(issuer: Bench) -> None:
    client = issuer.client()

    metadata = (await client.get("/.well-known/openid-configuration")).json()

    assert metadata["issuer"] == issuer.context.public_url
    keys = (await client.get(urlsplit(metadata["jwks_uri"]).path.removeprefix("/identity"))).json()["keys"]
    assert keys
    assert all("d" not in key for key in keys)


@pytest.mark.requirement("ISS-7")
async def test_secrets_and_codes_are_kept_as_hashes_only(issuer: Bench) -> None:
    code = code_of(await sign_in(issuer.client()))

    async with issuer.context.database.reading() as tx:
        kept = str(await tx.fetch("SELECT * FROM client")) + str(await tx.fetch("SELECT * FROM authorisation_code"))

    assert SECRET not in kept
    assert code not in kept


@pytest.mark.requirement("ISS-13")
async def test_after_a_rotation_the_earlier_keys_are_still_published() -> None:
    before = Keyring("one" * 20, package="identity").public_keys("tokens")

    after = Keyring("two" * 20, package="identity", previous="one" * 20).public_keys("tokens")

    assert len(after) == 2
    assert before[0] in after

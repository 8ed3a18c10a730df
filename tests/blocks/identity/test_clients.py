"""Client management: the published shapes, the codes of refusal in their order, and who may."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from govstack.blocks.identity.clients import service as clients
from tests.builders.sign_in import PARTY_KEY, SECRET, Provider, provider
from tests.databases import Databases

MOMENT = "2026-11-21T10:00:00.000Z"
PATH = "/client-mgmt/oidc-client"
KEY = dict(PARTY_KEY.as_dict(private=False))


@pytest.fixture
async def published(databases: Databases) -> httpx.AsyncClient:
    """Return a caller in the conformance profile, which sends no token."""
    return (await provider(databases, PROFILE="conformance")).client()


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    return await provider(databases)


def details(**changes: Any) -> dict[str, Any]:
    facts = {
        "clientId": "e-health-service", "clientName": "Health", "relyingPartyId": "health",
        "logoUri": "https://health.example/logo.png", "redirectUris": ["https://health.example/back"],
        "authContextRefs": ["idbb:acr:static-code"], "publicKey": KEY, "userClaims": ["given_name"],
        "grantTypes": ["authorization_code"], "clientAuthMethods": ["private_key_jwt"], **changes,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value is not None}


def body(**changes: Any) -> dict[str, Any]:
    return {"requestTime": MOMENT, "request": details(**changes)}


def error_of(answer: httpx.Response) -> str:
    value = answer.json()
    assert (answer.status_code, len(value["errors"])) == (200, 1)
    assert value.get("response", {}) is not None
    return str(value["errors"][0]["errorCode"])


@pytest.mark.requirement("IDN-D2", "IDN-D1", "IDN-D6", "IDN-01")
async def test_a_relying_party_is_registered(published: httpx.AsyncClient) -> None:
    answer = await published.post(PATH, json=body())

    assert (answer.status_code, answer.json()["errors"]) == (200, [])
    assert answer.json()["response"] == {"clientId": "e-health-service"}
    assert answer.json()["responseTime"].endswith("Z")
    assert "application/json" in answer.headers["content-type"]


@pytest.mark.requirement("IDN-D13", "IDN-D1a")
async def test_the_same_registration_twice_is_answered_alike_and_another_is_refused(
    published: httpx.AsyncClient,
) -> None:
    first, second = await published.post(PATH, json=body()), await published.post(PATH, json=body())
    other = await published.post(PATH, json=body(clientName="Another"))

    assert first.json()["response"] == second.json()["response"]
    assert error_of(other) == "duplicate_client_id"


@pytest.mark.requirement("IDN-D10")
async def test_two_clients_may_have_one_key(published: httpx.AsyncClient) -> None:
    answers = [await published.post(PATH, json=body(clientId=name)) for name in ("one", "two")]

    assert [answer.json()["errors"] for answer in answers] == [[], []]


@pytest.mark.requirement("IDN-D9")
@pytest.mark.parametrize(
    "key",
    [
        KEY,
        json.dumps(KEY),
        base64.b64encode(json.dumps(KEY).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(KEY).encode()).rstrip(b"=").decode(),
        {"kty": "RSA", "a": "AQAB", "n": KEY["n"]},
    ],
)
async def test_a_key_is_taken_in_each_form_that_clients_send(published: httpx.AsyncClient, key: object) -> None:
    answer = await published.post(PATH, json=body(publicKey=key))

    assert answer.json()["errors"] == []


@pytest.mark.requirement("IDN-D9", "IDN-D12", "IDN-D3")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clientId": ""}, "invalid_client_id"),
        ({"clientId": None}, "invalid_client_id"),
        ({"clientId": "x" * 51}, "invalid_client_id"),
        ({"clientName": ""}, "invalid_client_name"),
        ({"clientName": "a\nb"}, "invalid_client_name"),
        ({"relyingPartyId": ""}, "invalid_rp_id"),
        ({"logoUri": ""}, "invalid_uri"),
        ({"logoUri": "javascript:alert(1)"}, "invalid_uri"),
        ({"redirectUris": []}, "invalid_redirect_uri"),
        ({"redirectUris": [""]}, "invalid_redirect_uri"),
        ({"redirectUris": ["https://a.example/#x"]}, "invalid_redirect_uri"),
        ({"redirectUris": ["https://u:p@a.example/"]}, "invalid_redirect_uri"),
        ({"redirectUris": ["https://a.example;script-src/"]}, "invalid_redirect_uri"),
        ({"redirectUris": ["https://a.example/"] * 2}, "invalid_redirect_uri"),
        ({"authContextRefs": ["idbb:acr:invalid"]}, "invalid_acr"),
        ({"authContextRefs": []}, "invalid_acr"),
        ({"userClaims": ["invalid_claims"]}, "invalid_claim"),
        ({"grantTypes": ["invalid_code"]}, "invalid_grant_type"),
        ({"grantTypes": ["client_credentials"]}, "invalid_grant_type"),
        ({"clientAuthMethods": ["invalid_auth_method"]}, "invalid_client_auth"),
        ({"publicKey": "string"}, "invalid_public_key"),
        ({"publicKey": None}, "invalid_public_key"),
        ({"publicKey": {"kty": "oct", "k": "AQAB"}}, "invalid_public_key"),
        ({"publicKey": {"kty": "RSA", "n": ""}}, "invalid_public_key"),
        ({"publicKey": {**KEY, "n": "no number in base64url!"}}, "invalid_public_key"),
        ({"publicKey": {**KEY, "n": "AQABA"}}, "invalid_public_key"),
        ({"publicKey": {**KEY, "e": "65 537"}}, "invalid_public_key"),
        ({"publicKey": PARTY_KEY.as_dict(private=True)}, "invalid_public_key"),
        ({"publicKey": {"kty": "RSA", "e": "AQAB", "n": "A" * 9_000}}, "invalid_public_key"),
    ],
)
async def test_what_does_not_fit_has_a_code_of_its_own(
    published: httpx.AsyncClient, changes: dict[str, Any], code: str
) -> None:
    assert error_of(await published.post(PATH, json=body(**changes))) == code


@pytest.mark.requirement("IDN-D7")
@pytest.mark.parametrize("moment", [None, "2011-10-05", "", "2026-13-40T10:00:00.000Z", "yesterday"])
async def test_a_moment_that_is_none_is_refused(published: httpx.AsyncClient, moment: str | None) -> None:
    answer = await published.post(PATH, json={**body(), "requestTime": moment})

    assert error_of(answer) == "invalid_request"


@pytest.mark.requirement("IDN-D11")
async def test_addresses_to_return_to_may_be_absent(published: httpx.AsyncClient) -> None:
    answer = await published.post(PATH, json=body(redirectUris=None))

    assert answer.json()["errors"] == []


@pytest.mark.requirement("IDN-D14")
async def test_a_change_leaves_the_key_alone(issuer: Provider) -> None:
    caller = await issuer.administrator("add_oidc_client update_oidc_client")
    await caller.post(PATH, json=body())

    changed = {**details(clientName="Hospitals", publicKey="string"), "status": "inactive"}
    answer = await caller.put(f"{PATH}/e-health-service", json={"requestTime": MOMENT, "request": changed})

    assert answer.json()["response"] == {"clientId": "e-health-service"}
    kept = await clients.client(issuer.bench.context, client_id="e-health-service")
    assert kept is not None
    assert (kept.name, kept.status, kept.public_key) == (
        "Hospitals",
        "inactive",
        {k: KEY[k] for k in kept.public_key or {}},
    )


@pytest.mark.requirement("IDN-D14")
@pytest.mark.parametrize("client_id", ["e-service", "pages/registries"])
async def test_a_change_of_no_relying_party_is_refused(published: httpx.AsyncClient, client_id: str) -> None:
    sent = {"requestTime": MOMENT, "request": {**details(), "status": "active"}}
    answer = await published.put(f"{PATH}/{client_id.replace('/', '%2F')}", json=sent)

    assert error_of(answer) == "invalid_client_id"


@pytest.mark.requirement("IDN-D14")
async def test_a_status_that_is_none_is_refused(published: httpx.AsyncClient) -> None:
    await published.post(PATH, json=body())

    sent = {"requestTime": MOMENT, "request": {**details(), "status": "asleep"}}

    assert error_of(await published.put(f"{PATH}/e-health-service", json=sent)) == "invalid_request"


@pytest.mark.requirement("IDN-47", "IDN-48", "IDN-N4")
async def test_outside_the_conformance_profile_a_scope_is_needed(issuer: Provider) -> None:
    nobody = await issuer.client().post(PATH, json=body())
    other = await (await issuer.administrator("update_oidc_client")).post(PATH, json=body())

    assert (nobody.status_code, other.status_code) == (401, 403)
    assert nobody.json()["errors"][0]["errorCode"]


@pytest.mark.requirement("ISS-11")
async def test_only_an_administrator_registers_applications(issuer: Provider) -> None:
    asked = {"clientId": "demo/GOV/1/new", "secret": "n" * 40, "application": "demo/GOV/1/new"}

    nobody = await issuer.client().put("/api/v1/clients", json=asked)
    other = await (await issuer.administrator("mediator:read")).put("/api/v1/clients", json=asked)
    administrator = await (await issuer.administrator("identity:administer")).put("/api/v1/clients", json=asked)

    assert [nobody.status_code, other.status_code, administrator.status_code] == [401, 403, 200]
    assert "secret" not in administrator.text


@pytest.mark.requirement("ISS-11", "ISS-4")
async def test_an_application_cannot_take_the_place_of_a_relying_party_or_return_anywhere(issuer: Provider) -> None:
    caller = await issuer.administrator("identity:administer")

    taken = await caller.put("/api/v1/clients", json={"clientId": "tax-office", "secret": SECRET})
    unsafe = await caller.put("/api/v1/clients", json={"clientId": "x", "secret": SECRET, "redirectUris": ["/back"]})

    assert (taken.status_code, unsafe.status_code) == (400, 400)


async def test_in_production_a_relying_party_returns_by_encrypted_ways_alone(databases: Databases) -> None:
    issuer = await provider(databases, PROFILE="production")
    caller = await issuer.administrator("add_oidc_client")

    plain = await caller.post(PATH, json=body(redirectUris=["http://health.example/back"]))
    own_machine = await caller.post(PATH, json=body(redirectUris=["http://127.0.0.1:4000/back"]))

    assert error_of(plain) == "invalid_redirect_uri"
    assert own_machine.json()["errors"] == []

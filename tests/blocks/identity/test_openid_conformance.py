"""What the OpenID Foundation's plans for providers ask of the code flow (basic, config, PAR, logout), one row each.

What neighbours test already stands there: requests that are refused (test_authorising), assertions, codes and their
second use (test_tokens), keys and their rotation (test_keys).
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.blocks.identity.authorising import service as authorising
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import GENERATED_CODE, STATIC_CODE
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.sessions.model import COOKIE
from govstack.blocks.identity.transactions import service as transactions
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.sign_in import (
    ASSERTION_TYPE,
    OWN,
    PARTY,
    PARTY_CALLBACK,
    Provider,
    back,
    code_of,
    hidden,
    provider,
    registration,
)
from tests.databases import Databases

HOME = "http://govstack.test/"


@pytest.fixture
async def issuer(sqlite_databases: Databases) -> Provider:
    """A provider that keeps sessions."""
    return await provider(sqlite_databases, PROFILE="conformance")


async def session(issuer: Provider, client: httpx.AsyncClient, **asked: str) -> dict[str, Any]:
    """Sign in to the relying party without its pages, in a browser that stays signed in; returns its tokens."""
    context = issuer.bench.context
    page = await issuer.begin(client, issuer.asked(scope="openid", **asked))
    begun = await transactions.current(context, transaction_id=hidden(page.text)["transaction"])
    assert begun is not None
    step = await authorising.proved(
        context, transaction=begun, person=issuer.person, level=GENERATED_CODE, methods=("otp",)
    )
    client.cookies.set(COOKIE, step.session_secret, domain="govstack.test")
    code = code_of(httpx.Response(303, headers={"location": step.back}))
    return dict((await issuer.token(client, code=code)).json())


@pytest.mark.requirement("IDN-07")
async def test_the_metadata_say_what_the_provider_does(sqlite_databases: Databases) -> None:
    issuer = await provider(sqlite_databases)
    told = (await issuer.client().get("/.well-known/openid-configuration")).json()

    assert told["issuer"] == issuer.url
    assert all(told[name].startswith(f"{issuer.url}/") for name in told if name.endswith(("_endpoint", "_uri")))
    assert (told["response_types_supported"], told["response_modes_supported"]) == (["code"], ["query"])
    assert (told["claims_parameter_supported"], told["authorization_response_iss_parameter_supported"]) == (True, True)
    assert told["request_uri_parameter_supported"] is False
    assert not told.get("request_parameter_supported", False)
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert {"openid", "profile", "email", "address", "phone"} <= set(told["scopes_supported"])


@pytest.mark.requirement("IDN-D32")
async def test_published_clients_are_told_of_the_published_values_alone(issuer: Provider) -> None:
    told = (await issuer.client().get("/.well-known/openid-configuration")).json()

    assert told["scopes_supported"] == ["openid"]
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS256"]


@pytest.mark.requirement("IDN-07")
async def test_the_id_token_says_who_when_how_and_to_whom(issuer: Provider) -> None:
    client = issuer.client()
    granted = await session(issuer, client)

    told = await issuer.claims(client, granted["id_token"])

    half = hashlib.sha256(granted["access_token"].encode()).digest()[:16]
    now = clock.now().timestamp()
    assert (told["iss"], told["aud"], told["nonce"], told["acr"]) == (issuer.url, PARTY, "n-1", GENERATED_CODE)
    assert told["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert told["auth_time"] <= told["iat"] <= now < told["exp"]
    assert told["amr"] == ["otp"]


@pytest.mark.requirement("IDN-07")
async def test_a_nonce_may_be_missing_and_is_then_in_no_token(issuer: Provider) -> None:
    client = issuer.client()

    assert "nonce" not in await issuer.claims(client, (await session(issuer, client, nonce=""))["id_token"])


@pytest.mark.requirement("IDN-07")
@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"prompt": "none"}, "code"),
        ({}, "code"),
        ({"max_age": "10000"}, "code"),
        ({"acr_values": GENERATED_CODE}, "code"),
        ({"acr_values": f"urn:unknown {GENERATED_CODE}"}, "code"),
        ({"acr_values": "urn:unknown"}, "code"),
        ({"ui_locales": "xx fr", "display": "touch"}, "code"),
        ({"scope": "openid unheard-of"}, "code"),
        ({"extra": "1"}, "code"),
        ({"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": [GENERATED_CODE]}}})}, "code"),
        ({"claims": json.dumps({"id_token": {"acr": {"value": "urn:unknown"}}})}, "code"),
        ({"prompt": "none", "scope": "openid email"}, "consent_required"),
        ({"prompt": "none", "acr_values": STATIC_CODE}, "login_required"),
        ({"prompt": "none", "id_token_hint": "a.b.c"}, "login_required"),
        (
            {"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:unknown"]}}})},
            "unmet_authentication_requirements",
        ),
        (
            {"prompt": "none", "claims": json.dumps({"id_token": {"acr": {"essential": True, "value": STATIC_CODE}}})},
            "login_required",
        ),
        ({"prompt": "login"}, "page"),
        ({"prompt": "select_account"}, "page"),
        ({"prompt": "consent", "scope": "openid email"}, "page"),
        ({"max_age": "0"}, "page"),
    ],
    ids=str,
)
async def test_what_a_session_answers(issuer: Provider, asked: dict[str, str], answer: str) -> None:
    client = issuer.client()
    await session(issuer, client)

    found = await client.get("/authorize", params=issuer.asked(**{"scope": "openid", **asked}))

    told = back(found)
    if answer == "page":
        assert found.headers["location"].startswith("/sign-in?")
    elif answer == "code":
        assert (set(told), told["state"], told["iss"]) == ({"code", "state", "iss"}, "s-1", issuer.url)
    else:
        assert (told["error"], told["state"], told["iss"]) == (answer, "s-1", issuer.url)


@pytest.mark.requirement("IDN-07")
async def test_a_session_that_is_too_old_is_not_enough_and_the_time_of_the_proof_stays(
    issuer: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, later = issuer.client(), clock.now() + timedelta(minutes=20)
    first = await issuer.claims(client, (await session(issuer, client))["id_token"])
    monkeypatch.setattr(clock, "now", lambda: later)

    again = await client.get("/authorize", params=issuer.asked(scope="openid"))
    refused = await client.get("/authorize", params=issuer.asked(scope="openid", max_age="600", prompt="none"))

    second = await issuer.claims(client, (await issuer.token(client, code=code_of(again))).json()["id_token"])
    assert (second["auth_time"], second["sub"]) == (first["auth_time"], first["sub"])
    assert second["iat"] > first["iat"]
    assert back(refused)["error"] == "login_required"


@pytest.mark.requirement("IDN-07")
async def test_a_hint_at_somebody_else_finds_nobody_signed_in(issuer: Provider) -> None:
    client, other = issuer.client(), issuer.client()
    mine = (await session(issuer, client))["id_token"]
    issuer.person = await people.register(
        issuer.bench.context, by=SYSTEM, attributes=(Attribute("name", "Boris Traore"),), subject="boris"
    )
    theirs = (await session(issuer, other))["id_token"]

    same = await client.get("/authorize", params=issuer.asked(scope="openid", prompt="none", id_token_hint=mine))
    others = await client.get("/authorize", params=issuer.asked(scope="openid", prompt="none", id_token_hint=theirs))
    asked = await client.get("/authorize", params=issuer.asked(scope="openid", id_token_hint=theirs))

    assert "code" in back(same)
    assert back(others)["error"] == "login_required"
    assert asked.headers["location"].startswith("/sign-in?")


@pytest.mark.requirement("IDN-07")
async def test_a_request_may_be_posted_and_keeps_the_session(issuer: Provider) -> None:
    client = issuer.client()
    await session(issuer, client)

    posted = await client.post("/authorize", data=issuer.asked(scope="openid", prompt="none"))
    answer = await client.get(posted.headers["location"])
    huge = await client.post("/authorize", data=issuer.asked(claims="x" * 20_000))

    assert posted.status_code == 303
    assert posted.headers["location"].startswith("/authorize?")
    assert "code" in back(answer)
    assert huge.status_code == 413


@pytest.mark.requirement("IDN-09")
@pytest.mark.parametrize("profile", ["sandbox", "conformance"])
async def test_claims_may_be_asked_for_by_post(sqlite_databases: Databases, profile: str) -> None:
    issuer = await provider(sqlite_databases, PROFILE=profile)
    client = issuer.client()
    token = (await session(issuer, client))["access_token"]

    got, posted = [await issuer.client(token).request(method, "/oidc/userinfo") for method in ("GET", "POST")]
    without = await client.post("/oidc/userinfo")

    assert (got.status_code, posted.status_code) == (200, 200)
    assert posted.headers["content-type"] == "application/jwt"
    assert (without.status_code, "error=" in without.headers["www-authenticate"]) == (401, True)


@pytest.mark.requirement("IDN-07", "IDN-D26")
async def test_an_assertion_names_its_client_by_itself(issuer: Provider) -> None:
    client = issuer.client()
    await session(issuer, client)
    form = {
        "grant_type": "authorization_code", "client_assertion_type": ASSERTION_TYPE, "redirect_uri": PARTY_CALLBACK,
        "client_assertion": issuer.assertion(),
        "code": code_of(await client.get("/authorize", params=issuer.asked(scope="openid"))),
    }  # fmt: skip

    answer = await client.post("/oauth/token", data=form)
    other = await client.post("/oauth/token", data={**form, "client_assertion": issuer.assertion(sub="nobody")})

    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert other.json()["error"] == "invalid_assertion"


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ({"hint": "mine"}, "/signed-out"),
        ({"hint": "mine", "post_logout_redirect_uri": PARTY_CALLBACK, "state": "x"}, f"{PARTY_CALLBACK}?state=x"),
        ({"hint": "mine", "post_logout_redirect_uri": f"{PARTY_CALLBACK}?a=1"}, "/signed-out"),
        ({"hint": "mine", "client_id": OWN, "post_logout_redirect_uri": HOME}, "a question"),
        ({"hint": "theirs", "post_logout_redirect_uri": PARTY_CALLBACK}, "a question"),
        ({"hint": "a.b.c", "client_id": PARTY, "post_logout_redirect_uri": PARTY_CALLBACK}, "a question"),
        ({"post_logout_redirect_uri": PARTY_CALLBACK}, "a question"),
        ({"client_id": PARTY, "post_logout_redirect_uri": PARTY_CALLBACK}, "a question"),
        ({}, "a question"),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_signing_out(issuer: Provider, method: str, asked: dict[str, str], leads: str) -> None:
    client, other = issuer.client(), issuer.client()
    tokens = {"mine": (await session(issuer, client))["id_token"]}
    issuer.person = await people.register(
        issuer.bench.context, by=SYSTEM, attributes=(Attribute("name", "Boris Traore"),), subject="boris"
    )
    tokens["theirs"] = (await session(issuer, other))["id_token"]
    hint = asked.get("hint", "")
    request = {name: value for name, value in asked.items() if name != "hint"}
    if hint:
        request["id_token_hint"] = tokens.get(hint, hint)

    if method == "POST":
        posted = await client.post("/oidc/logout", data=request)
        answer = await client.get(posted.headers["location"])
    else:
        answer = await client.get("/oidc/logout", params=request)

    if leads != "a question":
        assert answer.headers["location"] == leads
        return
    assert answer.status_code == 200
    registered = hint in {"", "theirs"} and (hint or "client_id" in asked)
    confirmed = await client.post("/oidc/logout/confirmed", data=hidden(answer.text))
    assert confirmed.headers["location"] == (PARTY_CALLBACK if registered else "/signed-out")


@pytest.mark.requirement("IDN-51")
async def test_a_pushed_request_ends_after_a_minute(issuer: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    client = issuer.client()
    proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": issuer.assertion(aud=issuer.url)}
    pushed = await client.post("/oauth/par", data={**issuer.asked(scope="openid"), **proof})
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)

    late = await client.get("/authorize", params={"client_id": PARTY, "request_uri": pushed.json()["request_uri"]})

    assert (pushed.status_code, pushed.headers["cache-control"]) == (201, "no-store")
    assert (late.status_code, "location" in late.headers) == (200, False)


@pytest.mark.requirement("IDN-D15", "ISS-4")
async def test_an_address_with_a_query_is_gone_back_to_with_it(issuer: Provider) -> None:
    asked = registration(redirect_uris=(PARTY_CALLBACK, f"{PARTY_CALLBACK}?desk=1"))
    await clients.change(issuer.bench.context, by=SYSTEM, client_id=PARTY, asked=asked)
    client = issuer.client()
    await session(issuer, client)

    answer = await client.get(
        "/authorize", params=issuer.asked(scope="openid", redirect_uri=f"{PARTY_CALLBACK}?desk=1")
    )
    wrong = await issuer.token(client, code=code_of(answer))

    assert (back(answer)["desk"], "code" in back(answer)) == ("1", True)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_transaction")


@pytest.mark.requirement("IDN-51")
async def test_no_client_is_called_like_the_audience_of_access_tokens(issuer: Provider) -> None:
    for name in ("govstack", issuer.url, "a\r\nb"):
        with pytest.raises(Refused) as refusal:
            await clients.register(
                issuer.bench.context, by=SYSTEM, asked=registration(client_id=name), request=name.encode()
            )
        assert refusal.value.error_code == "invalid_client_id"


@pytest.mark.requirement("ISS-4", "IDN-51")
@pytest.mark.parametrize("uri", ["https://tax.example/\u65e5\u672c", "https://tax.example/\u00e9"])
async def test_an_address_to_return_to_is_one_that_a_header_can_hold(issuer: Provider, uri: str) -> None:
    with pytest.raises(Refused):
        await clients.register(
            issuer.bench.context, by=SYSTEM, asked=registration(client_id="x", redirect_uris=(uri,)), request=b"x"
        )

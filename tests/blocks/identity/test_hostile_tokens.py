"""Tokens that were made to break what reads them are refused like any other wrong one."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from govstack.blocks.identity.changes.errors import WrongChange
from govstack.blocks.identity.changes.model import decoded
from govstack.blocks.identity.clients.model import public_key
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.packets import service as packets
from govstack.blocks.identity.packets.errors import SignatureInvalid
from govstack.blocks.identity.signing.errors import NotSignedHere
from govstack.blocks.identity.signing.service import verified
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.sign_in import PARTY, PARTY_KEY, Provider, provider
from tests.databases import Databases

DEEP = b'{"a":' + b"[" * 1_500 + b"]" * 1_500 + b"}"


@pytest.fixture
async def issuer(sqlite_databases: Databases) -> Provider:
    return await provider(sqlite_databases)


def text(part: object) -> str:
    plain = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def signed(header: object, payload: object) -> str:
    """Return a token that the relying party has signed, whatever stands in it."""
    content = f"{text(header)}.{text(payload)}"
    return f"{content}.{text(PARTY_KEY.raw_value.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256()))}"  # type: ignore[union-attr]


HEADERS: list[object] = [
    {"alg": "none"}, {"alg": "HS256"}, {"alg": "ES256"}, {"alg": ["RS256"]}, {"alg": {}}, {"alg": None}, {}, [1], 5,
    {"alg": "RS256", "crit": 5}, {"alg": "RS256", "crit": ["b64"], "b64": False}, {"alg": "RS256", "crit": ["x"]},
    {"alg": "RS256", "kid": ["a"], "crit": [{}]}, b'{"alg":"RS256","a":' + DEEP + b"}", b'{"alg":"\xff"}',
]  # fmt: skip


@pytest.mark.requirement("IDN-51", "IDN-N1")
@pytest.mark.parametrize("header", HEADERS, ids=str)
async def test_a_header_that_is_no_header_proves_nobody(issuer: Provider, header: object) -> None:
    client, now = issuer.client(), int(clock.now().timestamp())
    told = {"iss": PARTY, "sub": PARTY, "aud": issuer.url, "iat": now, "exp": now + 60, "jti": "1"}

    asked = await issuer.token(client, code="c", client_assertion=signed(header, told))
    claimed = {**told, "iss": issuer.url, "aud": "govstack"}
    bearer = await issuer.client(signed(header, claimed)).get("/oidc/userinfo")
    out = await client.get("/oidc/logout", params={"id_token_hint": signed(header, claimed), "client_id": PARTY})

    assert (asked.status_code, asked.json()["error"]) == (400, "invalid_assertion")
    assert (bearer.status_code, bearer.json()["error"]) == (401, "invalid_token")
    assert out.headers["location"] == "/signed-out"


@pytest.mark.requirement("IDN-51", "IDN-N1")
@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [{}]}, {"aud": 5}, {"exp": math.nan}, {"exp": math.inf}, {"exp": 10**400}, {"exp": True},
        {"iat": math.nan}, {"iat": -(10**400)}, {"nbf": math.nan}, {"nbf": "soon"}, {"exp": [1]},
    ],
    ids=str,
)  # fmt: skip
async def test_an_assertion_whose_claims_are_no_claims_gets_no_token(issuer: Provider, changes: dict[str, Any]) -> None:
    now = int(clock.now().timestamp())
    told = {"iss": PARTY, "sub": PARTY, "aud": issuer.url, "iat": now, "exp": now + 60, "jti": "1", **changes}

    answer = await issuer.token(issuer.client(), code="c", client_assertion=signed({"alg": "RS256"}, told))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_assertion")


@pytest.mark.requirement("IDN-51")
async def test_what_is_nested_without_end_is_refused_before_and_behind_a_signature(issuer: Provider) -> None:
    signed_deep = await issuer.token(issuer.client(), code="c", client_assertion=signed({"alg": "RS256"}, DEEP))
    bearer = await issuer.client(f"{text({'alg': 'ES256'})}.{text(DEEP)}.aaaa").get("/oidc/userinfo")

    assert (signed_deep.status_code, bearer.status_code) == (400, 401)
    with pytest.raises(NotSignedHere):
        verified(issuer.bench.context, signed({"alg": "ES256", "crit": 5}, DEEP))


@pytest.mark.requirement("IDN-51")
async def test_an_assertion_named_by_half_a_character_counts_once_too(issuer: Provider) -> None:
    now = int(clock.now().timestamp())
    told = {"iss": PARTY, "sub": PARTY, "aud": issuer.url, "iat": now, "exp": now + 60, "jti": "\ud800"}
    assertion = signed({"alg": "RS256"}, told)

    answers = [await issuer.token(issuer.client(), code="c", client_assertion=assertion) for _ in range(2)]

    assert [answer.json()["error"] for answer in answers] == ["invalid_transaction", "invalid_assertion"]


@pytest.mark.requirement("IDN-51")
async def test_a_name_that_no_database_can_look_for_is_a_name_of_nobody(databases: Databases) -> None:
    issuer = await provider(databases)
    context, pair = issuer.bench.context, base64.b64encode(b"a%00:b").decode()
    form = {"grant_type": "client_credentials"}
    question = await factors.begin_passkey(context, purpose="p")
    packet = signed(
        {"alg": "RS256"}, {"hash": "x", "id": "a", "refId": "a\x00", "creationDate": "2026-01-01T00:00:00Z"}
    )

    basic = await issuer.client().post("/oauth/token", data=form, headers={"authorization": f"Basic {pair}"})
    named = await issuer.token(
        issuer.client(), client_id="", client_assertion=signed({"alg": "RS256"}, {"sub": "\x00"})
    )
    answer = json.dumps({"id": "a\x00"})
    device = await factors.prove_by_passkey(context, purpose="p", asked_id=question.id, answer=answer)

    assert (basic.status_code, basic.json()["error"]) == (401, "invalid_client")
    assert (named.status_code, named.json()["error"]) == (400, "invalid_assertion")
    assert device is None
    with pytest.raises(SignatureInvalid):
        await packets.opened(context, by=SYSTEM, raw=b"{}", signature=packet)


@pytest.mark.requirement("IDN-51")
async def test_what_is_nested_without_end_is_no_key_no_change_and_no_passkey(issuer: Provider) -> None:
    context, deep = issuer.bench.context, "[" * 2_000 + "]" * 2_000
    question = await factors.begin_passkey(context, purpose="p")
    answer = f'{{"id":"a","response":{deep}}}'

    assert await factors.prove_by_passkey(context, purpose="p", asked_id=question.id, answer=answer) is None
    with pytest.raises(Refused):
        public_key(deep)
    with pytest.raises(WrongChange):
        decoded(base64.b64encode(f'{{"identity":{deep}}}'.encode()).decode())

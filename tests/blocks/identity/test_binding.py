"""Binding a wallet's key: as published clients do it, and what the key proves afterwards."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from joserfc import jwt
from joserfc.jwk import RSAKey

from govstack.blocks.identity.binding import model, service, store
from govstack.blocks.identity.binding.service import bind
from govstack.blocks.identity.certificates import service as certificates
from govstack.blocks.identity.certificates.model import Reason
from govstack.blocks.identity.factors import model as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.wallets.errors import PartnerUnproven
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM, Actor
from tests.builders.linking import CODE, PARTNER, PERSON, Caller, published, refused
from tests.builders.running import ORIGIN, Bench
from tests.databases import Databases

KEY = RSAKey.generate_key(2048)
OTHER_KEY = RSAKey.generate_key(2048)
# As published clients send theirs: the exponent under another name, and a modulus that is even.
PUBLISHED_KEY = {
    "kty": "RSA", "a": "AQAB", "use": "sig", "alg": "RS256",
    "n": base64.urlsafe_b64encode(b"\x54" + b"\x15\x22" * 127 + b"\xfe").rstrip(b"=").decode(),
}  # fmt: skip


@pytest.fixture
async def block(databases: Databases) -> Bench:
    return await published(databases)


@pytest.fixture
def caller(block: Bench) -> Caller:
    return Caller(block.client())


def jwk(key: RSAKey = KEY) -> dict[str, Any]:
    return dict(key.as_dict(private=False))


def asked(**changes: object) -> dict[str, object]:
    request = {
        "individualId": PERSON, "authFactorType": "WLA", "format": "jwt", "challengeList": [CODE], "publicKey": jwk(),
    }  # fmt: skip
    return {**request, **changes}


async def send(caller: Caller, **changes: object) -> dict[str, Any]:
    return await caller.answer("/wallet-binding", asked(**changes), **PARTNER)


async def bound(caller: Caller, **changes: object) -> dict[str, str]:
    answer = await send(caller, **changes)
    assert answer["errors"] == [], answer
    return dict(answer["response"])


@pytest.mark.requirement("IDN-D6", "IDN-D27", "IDN-D28", "IDN-D30", "IDN-03")
async def test_a_wallet_gets_a_certificate_over_its_key_from_the_authority(caller: Caller) -> None:
    made = await bound(caller)

    certificate = x509.load_pem_x509_certificate(made["certificate"].encode())
    authority = x509.load_pem_x509_certificate((await caller.client.get("/api/v1/certificates/authority")).content)
    certificate.verify_directly_issued_by(authority)
    assert _thumbprint(certificate) == KEY.thumbprint()
    assert certificate.subject.rfc4514_string() == f"CN={made['walletUserId']}"
    assert made["expireDateTime"].endswith("Z")
    assert made["expireDateTime"] > clock.timestamp()[:23] + "Z"
    assert PERSON not in json.dumps(made)


def _thumbprint(certificate: x509.Certificate) -> str:
    pem = certificate.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return RSAKey.import_key(pem).thumbprint()


@pytest.mark.requirement("IDN-D28", "IDN-D9")
@pytest.mark.parametrize("spelling", ["object", "text", "base64", "base64url"])
async def test_a_key_is_taken_in_every_published_spelling(caller: Caller, spelling: str) -> None:
    text = json.dumps(jwk(RSAKey.generate_key(2048)))
    spelled: Mapping[str, object] = {
        "object": json.loads(text), "text": text, "base64": base64.b64encode(text.encode()).decode(),
        "base64url": base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode(),
    }  # fmt: skip

    assert (await send(caller, publicKey=spelled[spelling]))["errors"] == []


@pytest.mark.requirement("IDN-D9")
async def test_the_key_of_published_clients_is_bound_and_proves_nothing(block: Bench, caller: Caller) -> None:
    await bound(caller, publicKey=PUBLISHED_KEY)

    async with block.context.database.reading() as tx:
        rows = await tx.fetch("SELECT usable FROM wallet_binding")
    assert [bool(row["usable"]) for row in rows] == [False]


@pytest.mark.requirement("IDN-D28", "IDN-D3")
async def test_a_binding_looks_at_format_key_challenge_and_repetition_in_this_order(caller: Caller) -> None:
    wrong = [{**CODE, "challenge": "wrong"}]
    await bound(caller)

    answers = [
        await send(caller, format="invalid_format", publicKey="string", challengeList=wrong),
        await send(caller, publicKey="string", challengeList=wrong),
        await send(caller, challengeList=wrong),
        await send(caller, challengeList=[{**CODE, "challenge": ""}]),
        await send(caller, challengeList=[]),
        await send(caller),
    ]

    assert [refused(answer) for answer in answers] == [
        "unsupported_challenge_format", "invalid_public_key", "invalid_auth_challenge", "invalid_auth_challenge",
        "invalid_auth_challenge", "duplicate_public_key",
    ]  # fmt: skip


@pytest.mark.requirement("IDN-D28", "IDN-51")
@pytest.mark.parametrize(
    "key",
    [
        "string", "", {}, {"kty": "EC", "n": "AQAB"}, {"kty": "RSA"}, {"kty": "RSA", "n": ""}, "[]", "e30=", None,
        {"kty": "RSA", "n": "not base64url!", "e": "AQAB"}, {**jwk(), "e": "AA"}, dict(KEY.as_dict(private=True)),
        {"kty": "RSA", "n": "A" * 15_000, "e": "AQAB"},
    ],
)  # fmt: skip
async def test_what_is_no_public_rsa_key_is_refused(caller: Caller, key: object) -> None:
    assert refused(await send(caller, publicKey=key)) == "invalid_public_key"


@pytest.mark.requirement("IDN-D29", "IDN-D1a")
async def test_the_same_key_is_bound_once_in_whatever_spelling_and_again_for_another_factor_or_person(
    caller: Caller,
) -> None:
    await bound(caller)
    repeated = await send(caller)
    spelled = await send(caller, publicKey=json.dumps({**jwk(), "use": "sig"}))
    factor = await send(caller, authFactorType="OTP")
    other = {"authFactorType": "OTP", "challenge": "challenge2", "format": "jwt"}
    person = await send(caller, individualId="n3fy2qkg9r7h3", challengeList=[other])

    assert [refused(repeated), refused(spelled)] == ["duplicate_public_key"] * 2
    assert [factor["errors"], person["errors"]] == [[], []]


@pytest.mark.requirement("IDN-D7")
@pytest.mark.parametrize("path", ["/wallet-binding", "/binding-otp"])
@pytest.mark.parametrize("time", [None, "2011-10-05"])
async def test_a_moment_that_is_none_is_refused(caller: Caller, path: str, time: str | None) -> None:
    answer = await caller.client.post(path, json={"requestTime": time, "request": asked()}, headers=PARTNER)

    assert (answer.status_code, refused(answer.json())) == (200, "invalid_request")


@pytest.mark.requirement("IDN-D27", "IDN-48")
@pytest.mark.parametrize(
    "headers", [{}, {"PARTNER-ID": "PARTNER-ID"}, {**PARTNER, "PARTNER-API-KEY": "x"}, {**PARTNER, "PARTNER-ID": "x"}]
)
async def test_a_partner_that_does_not_prove_itself_binds_nothing(caller: Caller, headers: dict[str, str]) -> None:
    answer = await caller.send("/wallet-binding", asked(), **headers)

    assert answer.status_code == 401
    assert len(answer.json()["errors"]) == 1


@pytest.mark.requirement("IDN-D31")
@pytest.mark.parametrize("path", ["/binding-otp", "//binding-otp"])
@pytest.mark.parametrize("individual", ["nobody-at-all", PERSON])
async def test_a_request_for_a_code_is_answered_alike_for_everybody(caller: Caller, path: str, individual: str) -> None:
    request = {"individualId": individual, "otpChannels": ["email"]}
    answer = await caller.answer(f"{ORIGIN}{path}", request, **PARTNER)

    assert (answer["errors"], answer["response"]) == ([], {})


@pytest.mark.requirement("IDN-54")
@pytest.mark.parametrize("individual", ["nobody-at-all", PERSON])
async def test_a_code_is_sent_later_for_everybody_so_that_the_time_tells_nothing(
    block: Bench, caller: Caller, individual: str
) -> None:
    await caller.answer("/binding-otp", {"individualId": individual, "otpChannels": ["email"]}, **PARTNER)

    async with block.context.database.reading() as tx:
        waiting = await tx.fetch("SELECT state FROM job WHERE kind = 'identity.send-code'")
    assert [one["state"] for one in waiting] == ["waiting"]


@pytest.mark.requirement("IDN-54")
@pytest.mark.parametrize("individual", ["nobody-at-all", PERSON])
async def test_a_refused_proof_comes_no_sooner_for_nobody(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, individual: str
) -> None:
    monkeypatch.setattr(factors, "REFUSED_SECONDS_MIN", 0.2)
    wrong = {**CODE, "challenge": "000000"}
    before = clock.monotonic()

    answer = await send(caller, individualId=individual, challengeList=[wrong])

    assert refused(answer) == "invalid_auth_challenge"
    assert clock.monotonic() - before >= 0.2


@pytest.mark.requirement("IDN-24", "IDN-05")
async def test_a_virtual_identifier_for_one_use_binds_one_key(block: Bench, caller: Caller) -> None:
    found = await people.find(block.context, identifier=PERSON)
    assert found is not None
    vid = await people.new_vid(block.context, by=SYSTEM, person_id=found.person.id, kind="one-time")

    await bound(caller, individualId=vid.value)
    again = await send(caller, individualId=vid.value, publicKey=jwk(OTHER_KEY))

    assert refused(again) == "invalid_auth_challenge"


@pytest.mark.requirement("IDN-48", "IDN-51")
async def test_when_an_identity_ends_all_its_wallets_end_however_many_it_had(
    block: Bench, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SHOWN_MAX", 1)
    first = await bound(caller)
    await bound(caller, publicKey=jwk(OTHER_KEY))
    found = await people.find(block.context, identifier=PERSON)
    assert found is not None
    await people.deactivate(block.context, by=SYSTEM, person_id=found.person.id, reason="death")

    revoked = await service.follow(block.context, subject=found.person.subject)

    assert revoked == 2
    async with block.context.database.reading() as tx:
        left = await tx.fetch("SELECT id FROM wallet_binding WHERE revoked_at IS NULL")
    assert (left, bool(first)) == ([], True)


@pytest.mark.requirement("IDN-48")
async def test_a_person_revokes_the_oldest_of_more_wallets_than_the_page_shows(
    block: Bench, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bound(caller)
    found = await people.find(block.context, identifier=PERSON)
    assert found is not None
    by = Actor("person", found.person.subject)
    (oldest,) = await service.mine(block.context, by=by)
    monkeypatch.setattr(store, "SHOWN_MAX", 1)
    with clock.fixed(clock.now() + timedelta(seconds=5)):
        await bound(caller, publicKey=jwk(OTHER_KEY))

    await service.revoke(block.context, by=by, binding_id=oldest.id)

    async with block.context.database.reading() as tx:
        (left,) = await tx.fetch("SELECT id FROM wallet_binding WHERE revoked_at IS NULL")
    assert left["id"] != oldest.id


@pytest.mark.requirement("IDN-50", "IDN-54")
async def test_partners_know_the_same_person_by_different_names_and_each_by_one(block: Bench, caller: Caller) -> None:
    from govstack.blocks.identity.wallets import service as wallets

    made = await wallets.register(block.context, by=SYSTEM, partner_id="red", name="Red wallet")
    headers = {"PARTNER-ID": "red", "PARTNER-API-KEY": made.key}
    first = await bound(caller)
    again = await bound(caller, publicKey=jwk(OTHER_KEY))
    elsewhere = await caller.answer("/wallet-binding", asked(publicKey=jwk(RSAKey.generate_key(2048))), **headers)

    assert first["walletUserId"] == again["walletUserId"]
    assert elsewhere["response"]["walletUserId"] != first["walletUserId"]


@pytest.mark.requirement("IDN-47", "IDN-48", "IDN-N4")
async def test_outside_the_conformance_profile_a_binding_needs_a_token_with_its_scope(
    sqlite_databases: Databases,
) -> None:
    from tests.builders.running import bench

    running = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))
    body = {"requestTime": clock.timestamp(), "request": asked()}
    async with (
        running.client() as anonymous,
        running.application("demo/COM/1/wallet", "identity:enrol") as other,
        running.application("demo/COM/1/wallet", "wallet_binding") as partner,
    ):
        answers = [await one.post("/wallet-binding", json=body, headers=PARTNER) for one in (anonymous, other, partner)]

    # The last one is refused for its partner's key: the published partner is not there.
    assert [answer.status_code for answer in answers] == [401, 403, 401]


def proof(made: Mapping[str, str], *, key: RSAKey = KEY, **changes: object) -> str:
    now = int(clock.now().timestamp())
    content = {"sub": made["walletUserId"], "aud": ORIGIN, "iat": now, "jti": "x", **changes}
    kept = {name: value for name, value in content.items() if value is not None}
    return jwt.encode({"alg": "RS256"}, kept, key, algorithms=["RS256"])


async def proves(block: Bench, token: str, *, about: str = "") -> bool:
    found = await people.find(block.context, identifier=PERSON)
    assert found is not None
    challenge = Challenge("WLA", token, "jwt")
    methods = await service.prove_all(
        block.context, person_id=found.person.id, challenges=[challenge], purpose="test", about=about
    )
    return methods == ("swk",)


@pytest.mark.requirement("IDN-04", "IDN-12")
async def test_a_bound_key_proves_that_its_person_is_there_once(block: Bench, caller: Caller) -> None:
    made = await bound(caller)
    token = proof(made)

    assert await proves(block, token)
    assert not await proves(block, token)
    assert await proves(block, proof(made, jti="y"))


@pytest.mark.requirement("IDN-04", "IDN-51")
@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "somebody-else"}, {"sub": None}, {"aud": "http://elsewhere.test"}, {"aud": None}, {"iat": None},
        {"iat": 1_000}, {"iat": 9_999_999_999}, {"exp": 1_000}, {"nonce": "another-sign-in"}, {"iat": "now"},
        {"aud": {"x": 1}},
    ],
)  # fmt: skip
async def test_a_proof_for_somebody_else_another_place_or_another_time_is_worth_nothing(
    block: Bench, caller: Caller, changes: dict[str, object]
) -> None:
    made = await bound(caller)

    assert not await proves(block, proof(made, **changes), about="this-sign-in")
    assert await proves(block, proof(made, nonce="this-sign-in"), about="this-sign-in")


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_a_proof_by_another_key_or_without_signature_is_worth_nothing(block: Bench, caller: Caller) -> None:
    made = await bound(caller)
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    unsigned = f"{header}.{proof(made).split('.')[1]}."

    assert not await proves(block, proof(made, key=OTHER_KEY))
    assert not await proves(block, unsigned)
    assert not await proves(block, "nonsense")


@pytest.mark.requirement("IDN-04")
async def test_a_key_bound_for_another_factor_does_not_sign_its_person_in(block: Bench, caller: Caller) -> None:
    made = await bound(caller, authFactorType="OTP")

    assert not await proves(block, proof(made))


@pytest.mark.requirement("IDN-D30")
async def test_a_binding_proves_nothing_after_its_certificate_has_ended(block: Bench, caller: Caller) -> None:
    made = await bound(caller)

    with clock.fixed(clock.now() + timedelta(days=366)):
        assert not await proves(block, proof(made))


@pytest.mark.requirement("IDN-03", "IDN-51")
async def test_a_revoked_wallet_proves_nothing_and_its_certificate_is_revoked(block: Bench, caller: Caller) -> None:
    made = await bound(caller)
    found = await people.find(block.context, identifier=PERSON)
    assert found is not None

    async with block.context.database.transaction() as tx:
        assert await service.revoke_all(block.context, tx, by=SYSTEM, person_id=found.person.id) == 1

    assert not await proves(block, proof(made))
    serial = x509.load_pem_x509_certificate(made["certificate"].encode()).serial_number
    state = (await caller.client.get(f"/api/v1/certificates/{serial:040x}/state")).json()
    assert (state["state"], state["reason"]) == ("revoked", "privilegeWithdrawn")
    assert refused(await send(caller)) == "duplicate_public_key"


@pytest.mark.requirement("IDN-03", "IDN-51")
async def test_a_wallet_whose_certificate_an_administrator_revoked_proves_nothing(block: Bench, caller: Caller) -> None:
    made = await bound(caller)
    found = await people.find(block.context, identifier=PERSON)
    assert found is not None
    serial = f"{x509.load_pem_x509_certificate(made['certificate'].encode()).serial_number:040x}"

    await certificates.revoke(block.context, by=SYSTEM, serial=serial, reason=Reason.KEY_COMPROMISE)

    assert not await proves(block, proof(made))
    mine = await service.mine(block.context, by=Actor("person", found.person.subject))
    assert [one.state(clock.timestamp()) for one in mine] == ["revoked"]


@pytest.mark.requirement("IDN-48")
async def test_the_use_case_itself_refuses_a_partner_that_is_not_proven(block: Bench) -> None:
    wanted = model.Wanted(PERSON, "WLA", "jwt", (Challenge("OTP", "challenge1", "alpha-numeric"),), jwk())

    with pytest.raises(PartnerUnproven):
        await bind(block.context, partner_id="PARTNER-ID", api_key="wrong", wanted=wanted)


@pytest.mark.requirement("IDN-51")
def test_outside_the_conformance_profile_a_weak_key_is_refused() -> None:
    from govstack.blocks.identity.frame.errors import Refused

    for weak in (PUBLISHED_KEY, {"kty": "RSA", "n": "wQ" * 80, "e": "AQAB"}):
        with pytest.raises(Refused):
            model.read_key(weak, strict=True)
    without_exponent = {name: value for name, value in jwk().items() if name != "e"}
    assert not model.read_key(without_exponent, strict=True).usable
    assert model.read_key(jwk(), strict=True).usable

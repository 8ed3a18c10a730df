"""Signing keys: published before they sign and after, certified, and changed without anybody waiting."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from cryptography import x509

from govstack.blocks.identity.keys import service
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.sign_in import Provider, code_of, provider
from tests.databases import Databases

MEMBERS = {"kid", "use", "kty", "e", "n", "x5t#S256", "x5c", "exp"}


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    return await provider(databases)


async def published(issuer: Provider) -> list[str]:
    """Return the ids of the RSA keys that the key set shows."""
    found = (await issuer.client().get("/.well-known/jwks.json")).json()["keys"]
    return [key["kid"] for key in found if key["kty"] == "RSA"]


def forgotten(issuer: Provider) -> None:
    """Let the process look at its keys again, as it does after a minute."""
    issuer.bench.context.memory.clear()


@pytest.mark.requirement("IDN-D32", "ISS-1")
async def test_published_keys_have_all_members_and_a_certificate_over_them(databases: Databases) -> None:
    issuer = await provider(databases, PROFILE="conformance")

    keys = (await issuer.client().get("/.well-known/jwks.json")).json()["keys"]

    assert keys
    assert all(set(key) >= MEMBERS for key in keys)
    assert len({(key["kid"], key["kty"]) for key in keys}) == len(keys)
    der = base64.b64decode(keys[0]["x5c"][0])
    certificate = x509.load_der_x509_certificate(der)
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    assert keys[0]["x5t#S256"] == thumbprint
    assert clock.parse(keys[0]["exp"]) == certificate.not_valid_after_utc


@pytest.mark.requirement("ISS-1")
async def test_metadata_names_where_everything_is(issuer: Provider) -> None:
    found = (await issuer.client().get("/.well-known/openid-configuration")).json()

    assert found["issuer"] == issuer.url
    assert found["token_endpoint"] == f"{issuer.url}/oauth/token"
    assert found["token_endpoint_auth_methods_supported"][0] == "private_key_jwt"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert "none" not in str(found["id_token_signing_alg_values_supported"])


@pytest.mark.requirement("ISS-13", "IDN-51")
async def test_the_next_key_is_published_a_day_before_it_signs(issuer: Provider) -> None:
    first = await published(issuer)
    start = clock.now()

    with clock.fixed(start + timedelta(days=88, hours=1)):
        await service.prepare(issuer.bench.context)
        before = await published(issuer)
        kid_before, _ = await service.signing_key(issuer.bench.context)
    with clock.fixed(start + timedelta(days=89, hours=2)):
        forgotten(issuer)
        kid_after, _ = await service.signing_key(issuer.bench.context)
    with clock.fixed(start + timedelta(days=92)):
        forgotten(issuer)
        await service.prepare(issuer.bench.context)
        later = await published(issuer)

    assert len(first) == 1
    assert before == [*first, kid_after]
    assert (kid_before, kid_after != kid_before) == (first[0], True)
    assert later == [kid_after]


@pytest.mark.requirement("ISS-13")
async def test_looking_often_makes_one_key(issuer: Provider) -> None:
    for _ in range(3):
        forgotten(issuer)
        await service.prepare(issuer.bench.context)

    assert len(await published(issuer)) == 1


@pytest.mark.requirement("ISS-13", "IDN-51")
async def test_a_key_is_changed_at_once_and_what_the_old_one_signed_stays_valid(issuer: Provider) -> None:
    client = issuer.client()
    old = (await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))).json()["id_token"]

    kid = await service.rotate(issuer.bench.context, by=SYSTEM)

    new = (await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))).json()["id_token"]
    assert (await issuer.claims(client, old))["sub"] == (await issuer.claims(client, new))["sub"] == "officer-1"
    assert (await service.signing_key(issuer.bench.context))[0] == kid
    assert len(await published(issuer)) == 2


@pytest.mark.requirement("ISS-13")
async def test_a_process_that_has_not_heard_of_a_change_signs_with_the_new_key(issuer: Provider) -> None:
    context = issuer.bench.context
    await service.published(context)
    remembered = dict(context.memory)
    kid = await service.rotate(context, by=SYSTEM)
    await service.prepare(context)
    context.memory.update(remembered)

    assert (await service.signing_key(context))[0] == kid


@pytest.mark.requirement("ISS-11")
async def test_only_an_administrator_changes_the_key(issuer: Provider) -> None:
    nobody = await issuer.client().post("/api/v1/keys/rotate")
    administrator = await (await issuer.administrator("identity:administer")).post("/api/v1/keys/rotate")

    assert nobody.status_code == 401
    assert administrator.json()["kid"] in await published(issuer)


@pytest.mark.requirement("IDN-50")
async def test_private_halves_are_sealed_and_go_when_a_key_has_ended(issuer: Provider) -> None:
    await service.signing_key(issuer.bench.context)
    assert "PRIVATE KEY" not in await issuer.everything()

    with clock.fixed(clock.now() + timedelta(days=90, minutes=5)):
        await service.prepare(issuer.bench.context)
        async with issuer.bench.context.database.reading() as tx:
            rows = await tx.fetch(
                "SELECT private_sealed FROM provider_key WHERE signs_until <= :now", now=clock.timestamp()
            )

    assert [row["private_sealed"] for row in rows] == [None]

"""The authority's certificates, read by the library that relying parties would use."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from govstack.blocks.identity.manifest import MANIFEST
from tests.builders.running import Bench, bench
from tests.databases import Databases

BASE = "/api/v1/certificates"
KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
async def identity(databases: Databases) -> Bench:
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


def signing_request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = KEY) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whatever the sender says")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def administrator(identity: Bench) -> httpx.AsyncClient:
    return identity.person("admin-1", "identity:administer")


async def issue(identity: Bench, **changes: str) -> httpx.Response:
    body = {"kind": "service", "name": "Civil register", "signingRequest": signing_request(), **changes}
    async with administrator(identity) as client:
        return await client.post(BASE, json=body)


async def issued(identity: Bench) -> dict[str, Any]:
    answer = await issue(identity)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.requirement("IDN-03")
async def test_a_service_of_the_state_gets_a_certificate_that_its_authority_vouches_for(identity: Bench) -> None:
    made = await issued(identity)
    async with identity.client() as client:
        authority = x509.load_pem_x509_certificate((await client.get(f"{BASE}/authority")).content)

    certificate = x509.load_pem_x509_certificate(made["certificate"].encode())
    certificate.verify_directly_issued_by(authority)
    assert certificate.public_key() == KEY.public_key()
    assert certificate.subject.rfc4514_string() == "CN=Civil register"
    assert f"{certificate.serial_number:040x}" == made["serialNumber"]
    assert (
        ExtendedKeyUsageOID.CLIENT_AUTH in certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    )
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 365


@pytest.mark.requirement("IDN-03")
async def test_the_authority_is_the_same_each_time_and_may_issue_alone(identity: Bench) -> None:
    async with identity.client() as client:
        first, second = [(await client.get(f"{BASE}/authority")).content for _ in range(2)]

    authority = x509.load_pem_x509_certificate(first)
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    assert first == second
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)


@pytest.mark.requirement("IDN-03")
async def test_a_revoked_certificate_is_on_the_signed_list_and_its_state_says_so(identity: Bench) -> None:
    made, other = await issued(identity), await issued(identity)
    serial = made["serialNumber"]
    async with administrator(identity) as client:
        for _ in range(2):
            answer = await client.post(f"{BASE}/{serial}/revocation", json={"reason": "keyCompromise"})
    async with identity.client() as anybody:
        states = [(await anybody.get(f"{BASE}/{one['serialNumber']}/state")).json()["state"] for one in (made, other)]
        revoked = x509.load_der_x509_crl((await anybody.get(f"{BASE}/revoked")).content)
        authority = x509.load_pem_x509_certificate((await anybody.get(f"{BASE}/authority")).content)

    key = authority.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert answer.json()["reason"] == "keyCompromise"
    assert states == ["revoked", "good"]
    assert revoked.is_signature_valid(key)
    assert revoked.get_revoked_certificate_by_serial_number(int(serial, 16)) is not None
    assert revoked.get_revoked_certificate_by_serial_number(int(other["serialNumber"], 16)) is None


@pytest.mark.requirement("IDN-03")
async def test_a_list_that_was_read_before_knows_the_next_revocation(identity: Bench) -> None:
    made = await issued(identity)
    async with identity.client() as anybody, administrator(identity) as client:
        before = x509.load_der_x509_crl((await anybody.get(f"{BASE}/revoked")).content)
        await client.post(f"{BASE}/{made['serialNumber']}/revocation", json={})
        after = x509.load_der_x509_crl((await anybody.get(f"{BASE}/revoked")).content)

    assert (len(before), len(after)) == (0, 1)


@pytest.mark.requirement("IDN-03", "IDN-51")
@pytest.mark.parametrize(
    "request_text", ["nonsense", signing_request(rsa.generate_private_key(65537, 1024)), signing_request()[:-90]]
)
async def test_a_request_that_is_broken_or_has_a_weak_key_gets_no_certificate(
    identity: Bench, request_text: str
) -> None:
    answer = await issue(identity, signingRequest=request_text)

    assert answer.status_code == 400
    assert answer.json()["code"] in {"unfit-request", "unfit-key"}


@pytest.mark.requirement("IDN-47")
async def test_nobody_but_an_administrator_issues_lists_or_revokes(identity: Bench) -> None:
    made = await issued(identity)
    async with identity.person("somebody", "identity:bind-wallets") as client:
        answers = [
            await client.get(BASE),
            await client.post(BASE, json={"kind": "service", "name": "x", "signingRequest": signing_request()}),
            await client.post(f"{BASE}/{made['serialNumber']}/revocation", json={}),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_the_list_of_certificates_goes_on_where_it_stopped(identity: Bench) -> None:
    made = {(await issued(identity))["serialNumber"] for _ in range(3)}
    async with administrator(identity) as client:
        first = (await client.get(BASE, params={"limit": 2})).json()
        second = (await client.get(BASE, params={"limit": 2, "after": first["after"]})).json()

    seen = [one["serialNumber"] for one in (*first["certificates"], *second["certificates"])]
    assert set(seen) == made
    assert (len(seen), second["after"]) == (3, "")


async def test_an_unknown_certificate_is_not_found(identity: Bench) -> None:
    async with identity.client() as anybody:
        answer = await anybody.get(f"{BASE}/{'0' * 40}/state")

    assert answer.status_code == 404

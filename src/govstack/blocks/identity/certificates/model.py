"""Certificates: what one says, how one stands, and making them with a key of the authority (RFC 5280)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from govstack.blocks.identity.certificates.errors import UnfitKey, UnfitRequest

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
RSA_BITS_MIN = 2048
RSA_BITS_MAX = 8192
NAME_CHARACTERS_MAX = 64
# One moment for all processes, so that each derives the same certificate of the authority from the same key.
AUTHORITY_FROM = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORITY_UNTIL = datetime(2056, 1, 1, tzinfo=UTC)
LIST_VALID = timedelta(hours=1)
SERIAL_BITS = 159


class Kind(StrEnum):
    """Whose key a certificate is over."""

    WALLET = "wallet"
    ORGANISATION = "organisation"
    SERVICE = "service"


class Reason(StrEnum):
    """Why a certificate was revoked; the words of RFC 5280, section 5.3.1."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that the authority has issued; `subject` is the name in it, which names no person."""

    serial: str
    kind: Kind
    subject: str
    pem: str
    issued_at: str
    expires_at: str
    revoked_at: str | None = None
    reason: Reason | None = None

    def state(self, now: str) -> str:
        """Return how it stands: good, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now else "good"


def serial_of(digest: str) -> int:
    """Return a serial number from chance or from a digest, given as hexadecimal: positive, at most 20 octets."""
    return (int(digest, 16) >> max(len(digest) * 4 - SERIAL_BITS, 0)) | 1


def authority(key: ec.EllipticCurvePrivateKey, *, name: str) -> x509.Certificate:
    """Return the authority's own certificate; the same key and name give the same bytes."""
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )  # fmt: skip
    digest = hashes.Hash(hashes.SHA256())
    digest.update(point)
    signs = _usage(signature=False, authority=True)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name))
        .public_key(key.public_key())
        .serial_number(serial_of(digest.finalize().hex()))
        .not_valid_before(AUTHORITY_FROM)
        .not_valid_after(AUTHORITY_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(signs, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def issued(
    key: ec.EllipticCurvePrivateKey,
    *,
    authority_name: str,
    over: PublicKey,
    subject: str,
    serial: int,
    since: datetime,
    until: datetime,
    list_address: str,
) -> x509.Certificate:
    """Return a certificate over a key for signing and for proving oneself; `list_address` names the revoked ones."""
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(list_address)], None, None, None)
    try:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(authority_name))
            .public_key(over)
            .serial_number(serial)
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signature=True, authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(over), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .sign(key, hashes.SHA256())
        )
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnfitKey from error


def revoked_list(
    key: ec.EllipticCurvePrivateKey, revoked: Sequence[Certificate], *, authority_name: str, number: int, now: datetime
) -> bytes:
    """Return the signed list of revoked certificates (DER)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_name(authority_name))
        .last_update(now)
        .next_update(now + LIST_VALID)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for one in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(int(one.serial, 16))
            .revocation_date(datetime.fromisoformat(one.revoked_at or ""))
        )
        if one.reason not in {None, Reason.UNSPECIFIED}:
            entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def requested(pem: str) -> PublicKey:
    """Return the key of a signing request, which its own key must have signed."""
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        signed = request.is_signature_valid
        key = request.public_key()
    except (ValueError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise UnfitRequest from error
    if not signed:
        raise UnfitRequest
    return fit(key)


def fit(key: object) -> PublicKey:
    """Return a key that is strong enough to be certified; raises UnfitKey."""
    if isinstance(key, rsa.RSAPublicKey) and RSA_BITS_MIN <= key.key_size <= RSA_BITS_MAX:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise UnfitKey


def pem(certificate: x509.Certificate) -> str:
    """Return a certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:NAME_CHARACTERS_MAX])])


def _usage(*, signature: bool, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signature, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip

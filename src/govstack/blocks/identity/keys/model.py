"""Signing keys of the provider, and which of them signs when."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from govstack.kernel import clock
from govstack.kernel.crypto import to_base64url

ALGORITHM = "RS256"
KEY_BITS = 2_048
PUBLIC_EXPONENT = 65_537
# A new key is published this long before it signs, so that whoever keeps a copy of the key set has it by then.
PUBLISHED_BEFORE = timedelta(days=1)
# An old key stays published this long after it signed last; no token lives longer.
PUBLISHED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as kept: its public half and certificate, when it signs, and until when it is published."""

    kid: str
    public_jwk: dict[str, str]
    certificate: str
    signs_from: str
    signs_until: str
    published_until: str
    # Whether its private half is still there.
    able: bool = True


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made, with its private half as PEM."""

    record: KeyRecord
    private_pem: bytes


def made(*, issuer: str, signs_from: datetime, days: int) -> NewKey:
    """Make an RSA key that signs for some days, with a certificate over it by itself."""
    # Certificates know whole seconds alone.
    signs_from = signs_from.replace(microsecond=0)
    key = rsa.generate_private_key(public_exponent=PUBLIC_EXPONENT, key_size=KEY_BITS)
    signs_until = signs_from + timedelta(days=days)
    published_until = signs_until + PUBLISHED_AFTER
    der = _certificate(key, issuer, signs_from - PUBLISHED_BEFORE, published_until)
    numbers = key.public_key().public_numbers()
    public = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    kid = to_base64url(hashlib.sha256(der).digest())[:32]
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    record = KeyRecord(
        kid,
        public,
        base64.b64encode(der).decode(),
        clock.timestamp(signs_from),
        clock.timestamp(signs_until),
        clock.timestamp(published_until),
    )
    return NewKey(record, pem)


def signing(keys: Iterable[KeyRecord], now: str) -> KeyRecord | None:
    """Return the key that signs at a moment: of those whose time it is, the one that began last.

    When a clock has gone back before all of them, it is the first one to come, which is published too.
    """
    able = sorted((key for key in keys if key.able), key=lambda key: (key.signs_from, key.kid))
    fit = [key for key in able if key.signs_from <= now < key.signs_until]
    return fit[-1] if fit else next((key for key in able if now < key.signs_from), None)


def next_start(keys: Iterable[KeyRecord], now: datetime) -> datetime | None:
    """Return when the next key has to begin, or nothing while the last one has more than its notice left."""
    last = max((key.signs_until for key in keys), default="")
    if last <= clock.timestamp(now):
        return now
    ends = clock.parse(last)
    # Two notices: one until the new key is made, one in which it is published.
    return ends - PUBLISHED_BEFORE if ends - now < 2 * PUBLISHED_BEFORE else None


def published(record: KeyRecord) -> dict[str, str | list[str]]:
    """Return a key as the key set shows it (IDN-D32)."""
    der = base64.b64decode(record.certificate)
    return {
        **record.public_jwk,
        "kid": record.kid,
        "use": "sig",
        "alg": ALGORITHM,
        "x5t#S256": to_base64url(hashlib.sha256(der).digest()),
        "x5c": [record.certificate],
        "exp": f"{record.published_until[:23]}Z",
    }


def _certificate(key: rsa.RSAPrivateKey, issuer: str, starts: datetime, ends: datetime) -> bytes:
    # A common name has 64 characters at most; the whole address stands in the alternative name.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer[:64])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(issuer)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _number(value: int) -> str:
    return to_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))

"""Keys, signatures, sealing and digests, all from kept libraries; no cryptography of our own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet

CURVE = ec.SECP256R1()
CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
COORDINATE_BYTES = 32
NONCE_BYTES = 12
SEALED_VERSION = b"\x01"
# Claims that are moments, and beyond what numbers of seconds no clock counts.
MOMENTS = ("exp", "iat", "nbf", "auth_time")
MOMENT_MAX = 2**53
_ALGORITHM = ec.ECDSA(hashes.SHA256())


class SealBroken(Exception):
    """A sealed value was changed, moved to another place, or sealed with a key this process does not hold."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes as lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value that hashes and signatures cover: keys sorted, no spaces, UTF-8."""
    return _ENCODER.encode(value)


def equal(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def to_base64url(data: bytes) -> str:
    """Return bytes as base64url text without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url text, with or without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key that signs with ES256 (RFC 7518); `kid` is its JWK thumbprint (RFC 7638)."""

    private: ec.EllipticCurvePrivateKey

    @cached_property
    def public_jwk(self) -> dict[str, str]:
        """Return the public half as a JSON Web Key."""
        numbers = self.private.public_key().public_numbers()
        key = {
            "kty": "EC",
            "crv": "P-256",
            "x": to_base64url(numbers.x.to_bytes(COORDINATE_BYTES, "big")),
            "y": to_base64url(numbers.y.to_bytes(COORDINATE_BYTES, "big")),
        }
        return {**key, "kid": thumbprint(key), "use": "sig", "alg": "ES256"}

    @property
    def kid(self) -> str:
        """Return the key's identifier."""
        return self.public_jwk["kid"]

    def sign(self, data: bytes) -> bytes:
        """Sign bytes; returns the 64-byte form r || s of JSON Web Signature."""
        r, s = decode_dss_signature(self.private.sign(data, _ALGORITHM))
        return r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")


def private_jwk(key: SigningKey) -> ECKey:
    """Return a signing key as the JOSE library takes it; keep the object, since loading costs more than signing."""
    number = key.private.private_numbers().private_value
    secret = to_base64url(number.to_bytes(COORDINATE_BYTES, "big"))
    return ECKey.import_key({**key.public_jwk, "d": secret})


def signed_token(text: str, keys: Key | KeySet, *, algorithms: Collection[str]) -> jwt.Token:
    """Return a JWT that one of the keys has signed; raises ValueError for anything else, whatever it is made of.

    Its moments are numbers that a clock can show: any other number would be neither early nor late.
    """
    try:
        found = jwt.decode(text, keys, algorithms=list(algorithms))
    except (JoseError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise ValueError("This is no token that a known key has signed.") from error
    told = [found.claims[name] for name in MOMENTS if name in found.claims]
    if not all(isinstance(one, int | float) and -MOMENT_MAX < one < MOMENT_MAX for one in told):
        raise ValueError("A moment of the token is none.")
    return found


def thumbprint(jwk: dict[str, str]) -> str:
    """Return the RFC 7638 thumbprint of an elliptic-curve JWK."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return to_base64url(hashlib.sha256(canonical(members)).digest())


def verify(jwk: dict[str, str], signature: bytes, data: bytes) -> bool:
    """Tell whether an ES256 signature over bytes was made by the holder of a public JWK."""
    if len(signature) != 2 * COORDINATE_BYTES:
        return False
    der = encode_dss_signature(
        int.from_bytes(signature[:COORDINATE_BYTES], "big"), int.from_bytes(signature[COORDINATE_BYTES:], "big")
    )
    try:
        _public_key(jwk["x"], jwk["y"]).verify(der, data, _ALGORITHM)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1024)
def _public_key(x: str, y: str) -> ec.EllipticCurvePublicKey:
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(from_base64url(x), "big"), int.from_bytes(from_base64url(y), "big"), CURVE
    )
    return numbers.public_key()


class Keyring:
    """All keys of one package, derived from the master secret by purpose, so nothing secret is stored.

    `previous` holds the master secrets before the last rotations, the newest first, with space between them: they
    still open what they sealed and their public keys are still published, but nothing new is made with them.
    """

    def __init__(self, secret: str, *, package: str, previous: str = "") -> None:
        self._secrets = [text.encode() for text in (secret, *previous.split()) if text]
        self._package = package
        self._signing: dict[str, SigningKey] = {}
        self._ciphers: dict[str, list[AESGCM]] = {}
        self._print_keys: dict[str, list[bytes]] = {}

    def signing_key(self, purpose: str) -> SigningKey:
        """Return the key that signs for a purpose now."""
        key = self._signing.get(purpose)
        if key is None:
            key = self._signing[purpose] = self._signing_key(purpose, self._secrets[0])
        return key

    def private_keys(self, purpose: str) -> list[SigningKey]:
        """Return the keys of a purpose that others may still hold the public half of, the present one first."""
        return [self._signing_key(purpose, secret) for secret in self._secrets]

    def public_keys(self, purpose: str) -> list[dict[str, str]]:
        """Return the public keys whose signatures for a purpose are accepted, the present one first."""
        return [self._signing_key(purpose, secret).public_jwk for secret in self._secrets]

    def seal(self, purpose: str, plain: bytes, *, bound_to: str = "") -> bytes:
        """Encrypt with AES-256-GCM; the result opens only for the same purpose and the same `bound_to`."""
        nonce = os.urandom(NONCE_BYTES)
        return SEALED_VERSION + nonce + self._cipher(purpose)[0].encrypt(nonce, plain, bound_to.encode())

    def open(self, purpose: str, sealed: bytes, *, bound_to: str = "") -> bytes:
        """Decrypt what `seal` made; raises SealBroken when it was changed, moved, or sealed elsewhere."""
        if sealed[:1] != SEALED_VERSION:
            raise SealBroken
        nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        for cipher in self._cipher(purpose):
            try:
                return cipher.decrypt(nonce, text, bound_to.encode())
            except InvalidTag:
                continue
        raise SealBroken

    def fingerprint(self, purpose: str, text: str) -> str:
        """Return a keyed hash: equal texts give equal results, and nobody without the key can guess the text."""
        return hmac.new(self._print_keys_of(purpose)[0], text.encode(), "sha256").hexdigest()

    def fingerprints(self, purpose: str, text: str) -> list[str]:
        """Return the keyed hashes of a text under the present and the previous secrets, to look for what was kept."""
        return [hmac.new(key, text.encode(), "sha256").hexdigest() for key in self._print_keys_of(purpose)]

    def secret_text(self, purpose: str) -> str:
        """Return a secret for a purpose that both ends derive and nobody stores (sandbox client secrets)."""
        return self.secret_texts(purpose)[0]

    def secret_texts(self, purpose: str) -> list[str]:
        """Return the secret for a purpose under the present and the previous secrets, as `fingerprints` does."""
        return [to_base64url(self._derive(f"text/{purpose}", secret)) for secret in self._secrets]

    def _cipher(self, purpose: str) -> list[AESGCM]:
        ciphers = self._ciphers.get(purpose)
        if ciphers is None:
            ciphers = [AESGCM(self._derive(f"seal/{purpose}", secret)) for secret in self._secrets]
            self._ciphers[purpose] = ciphers
        return ciphers

    def _print_keys_of(self, purpose: str) -> list[bytes]:
        keys = self._print_keys.get(purpose)
        if keys is None:
            keys = self._print_keys[purpose] = [self._derive(f"fingerprint/{purpose}", one) for one in self._secrets]
        return keys

    def _signing_key(self, purpose: str, secret: bytes) -> SigningKey:
        wide = HKDF(hashes.SHA256(), length=48, salt=None, info=f"govstack/{self._package}/sign/{purpose}".encode())
        number = int.from_bytes(wide.derive(secret), "big") % (CURVE_ORDER - 1) + 1
        return SigningKey(ec.derive_private_key(number, CURVE))

    def _derive(self, purpose: str, secret: bytes) -> bytes:
        kdf = HKDF(hashes.SHA256(), length=32, salt=None, info=f"govstack/{self._package}/{purpose}".encode())
        return kdf.derive(secret)

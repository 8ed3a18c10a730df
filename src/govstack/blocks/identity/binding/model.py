"""A wallet's key, its binding to a person, and the decisions about both."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from govstack.blocks.identity.clients.errors import INVALID_PUBLIC_KEY
from govstack.blocks.identity.clients.model import public_key
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.frame.errors import INVALID_REQUEST, Refused
from govstack.kernel.crypto import canonical, from_base64url, signed_token, to_base64url

FORMATS = frozenset({"alpha-numeric", "jwt", "encoded-json", "number"})
WALLET_FACTOR = "WLA"
FACTOR_CHARACTERS_MAX = 50
INDIVIDUAL_CHARACTERS_MAX = 200
CHALLENGES_MAX = 5
CHALLENGE_CHARACTERS_MAX = 8_192
KEY_CHARACTERS_MAX = 16_384
RSA_BITS_MIN = 2048
RSA_BITS_MAX = 8192
EXPONENT_BITS_MAX = 64
USUAL_EXPONENT = 65537
BINDINGS_MAX = 50
PROOF_SECONDS_MAX = 120
CLOCK_SKEW_SECONDS = 10
PROOF_ALGORITHMS = ["RS256", "PS256"]

UNSUPPORTED_FORMAT = "unsupported_challenge_format"
INVALID_CHALLENGE = "invalid_auth_challenge"
DUPLICATE_KEY = "duplicate_public_key"
BINDING_FAILED = "key_binding_failed"

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a partner asks to bind."""

    individual_id: str
    factor_type: str
    format: str
    challenges: tuple[Challenge, ...]
    public_key: Mapping[str, object] | str | None


@dataclass(frozen=True, slots=True)
class WalletKey:
    """A wallet's public key; one that is not usable is on record and proves nothing."""

    modulus: int
    exponent: int
    usable: bool

    @property
    def jwk(self) -> dict[str, str]:
        """Return the key as a JSON Web Key."""
        return {"kty": "RSA", "n": _text(self.modulus), "e": _text(self.exponent)}

    @property
    def print(self) -> str:
        """Return its thumbprint (RFC 7638), by which the same key is known in every spelling."""
        return to_base64url(hashlib.sha256(canonical(self.jwk)).digest())

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the key for the authority; raises Refused when nothing can be made of it."""
        try:
            return rsa.RSAPublicNumbers(self.exponent, self.modulus).public_key()
        except ValueError as error:
            raise Refused(INVALID_PUBLIC_KEY, "The key is no RSA key.") from error


@dataclass(frozen=True, slots=True)
class Bound:
    """A key of a wallet that is bound to a person."""

    id: str
    wallet_user_id: str
    partner_name: str
    factor_type: str
    key_print: str
    public_key: Mapping[str, str]
    usable: bool
    serial: str
    bound_at: str
    expires_at: str
    revoked_at: str | None = None

    def holds(self, now: str) -> bool:
        """Tell whether the key proves something now."""
        return self.usable and self.revoked_at is None and now < self.expires_at

    def state(self, now: str) -> str:
        """Return how it stands: bound, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now else "bound"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a signed proof of a wallet showed: by which key, and what makes a second use of it visible."""

    bound: Bound
    digest: str
    expires_at: datetime


def check_format(wanted: Wanted) -> None:
    """Refuse formats that nobody here can read (IDN-D28, first)."""
    if wanted.format not in FORMATS or any(one.format not in FORMATS for one in wanted.challenges):
        raise Refused(UNSUPPORTED_FORMAT, f"format must be one of {', '.join(sorted(FORMATS))}.")


def check_limits(wanted: Wanted) -> None:
    """Refuse what lacks a part or is too long to be what it should be."""
    sound = (
        0 < len(wanted.individual_id.strip()) <= INDIVIDUAL_CHARACTERS_MAX
        and 0 < len(wanted.factor_type.strip()) <= FACTOR_CHARACTERS_MAX
        and len(wanted.challenges) <= CHALLENGES_MAX
        and all(len(one.value) <= CHALLENGE_CHARACTERS_MAX for one in wanted.challenges)
    )
    if not sound:
        raise Refused(INVALID_REQUEST, "individualId and authFactorType are needed; all parts have their limits.")


def read_key(given: Mapping[str, object] | str | None, *, strict: bool) -> WalletKey:
    """Return the key that was sent as an object, as JSON text, or as that in base64 (IDN-D9).

    A key without an exponent is taken and is not usable. `strict` refuses a modulus that no RSA key can have; only
    published clients send such, and only the conformance profile takes them.
    """
    members = public_key(given)
    modulus = _number(members["n"])
    exponent = _number(members["e"]) if "e" in members else USUAL_EXPONENT
    sound = RSA_BITS_MIN <= modulus.bit_length() <= RSA_BITS_MAX and modulus % 2 == 1
    fits = exponent % 2 == 1 and exponent > 1 and exponent.bit_length() <= EXPONENT_BITS_MAX
    if not fits or modulus.bit_length() > RSA_BITS_MAX or (strict and not sound):
        raise Refused(INVALID_PUBLIC_KEY, f"The key must be an RSA key of {RSA_BITS_MIN} to {RSA_BITS_MAX} bits.")
    return WalletKey(modulus, exponent, usable=sound and "e" in members)


def proven(
    token: str, bindings: Sequence[Bound], *, audience: str, about: str, now: datetime, stamp: str
) -> Proven | None:
    """Return by which bound key a wallet has signed a proof, or nothing when it proves nothing here and now.

    A proof is a JWT (RS256 or PS256) whose `sub` is the walletUserId, whose `aud` is this issuer and whose `iat` is at
    most two minutes old. A `nonce` must be the id of the linked transaction it is about.
    """
    for one in bindings:
        if not one.holds(stamp):
            continue
        try:
            key = RSAKey.import_key(dict(one.public_key))
            claims = signed_token(token, key, algorithms=PROOF_ALGORITHMS).claims
        except (JoseError, ValueError):
            continue
        return _checked(token, claims, one, audience=audience, about=about, now=now)
    return None


def _checked(
    token: str, claims: Mapping[str, object], bound: Bound, *, audience: str, about: str, now: datetime
) -> Proven | None:
    named, made, ends = claims.get("aud"), claims.get("iat"), claims.get("exp")
    audiences = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    if claims.get("sub") != bound.wallet_user_id or audience not in audiences:
        return None
    if not isinstance(made, int | float) or (ends is not None and not isinstance(ends, int | float)):
        return None
    at = now.timestamp()
    late = at - made > PROOF_SECONDS_MAX or (ends is not None and ends + CLOCK_SKEW_SECONDS < at)
    if late or made - CLOCK_SKEW_SECONDS > at or claims.get("nonce", about) != about:
        return None
    # The signed part is what counts once: a signature over the same could be made to look different.
    signed = token.rpartition(".")[0]
    kept = timedelta(seconds=PROOF_SECONDS_MAX + CLOCK_SKEW_SECONDS)
    return Proven(bound, hashlib.sha256(signed.encode()).hexdigest(), now + kept)


def _number(text: str) -> int:
    if len(text) > KEY_CHARACTERS_MAX or not _BASE64URL.fullmatch(text):
        raise Refused(INVALID_PUBLIC_KEY, "n and e must be numbers in base64url.")
    try:
        return int.from_bytes(from_base64url(text.rstrip("=")), "big")
    except (binascii.Error, ValueError) as error:
        raise Refused(INVALID_PUBLIC_KEY, "n and e must be numbers in base64url.") from error


def _text(number: int) -> str:
    return to_base64url(number.to_bytes((number.bit_length() + 7) // 8 or 1, "big"))

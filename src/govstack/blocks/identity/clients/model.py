"""Clients of the provider, and the pure decisions about what may be registered."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from govstack.blocks.identity.clients.errors import (
    INVALID_ACR,
    INVALID_CLAIM,
    INVALID_CLIENT_AUTH,
    INVALID_CLIENT_ID,
    INVALID_CLIENT_NAME,
    INVALID_GRANT_TYPE,
    INVALID_PUBLIC_KEY,
    INVALID_REDIRECT_URI,
    INVALID_RP_ID,
    INVALID_URI,
)
from govstack.blocks.identity.frame.errors import INVALID_REQUEST, Refused
from govstack.kernel.crypto import equal

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
# Four letters are three bytes: one letter alone is none.
ONE_LETTER_OF_FOUR = 1

STATIC_CODE = "idbb:acr:static-code"
GENERATED_CODE = "idbb:acr:generated-code"
LINKED_WALLET = "idbb:acr:linked-wallet"
ACR_VALUES = (
    STATIC_CODE,
    GENERATED_CODE,
    LINKED_WALLET,
    "idbb:acr:biometrics",
    "idbb:acr:biometrics-generated-code",
    "idbb:acr:linked-wallet-static-code",
)
PROFILE_CLAIMS = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "picture",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
)
# Which claims a scope asks for (OpenID Connect Core 5.4).
SCOPE_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "profile": PROFILE_CLAIMS,
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
# A question answered by yes or no: whether somebody has so many years. The date of birth stays here (IDN-11).
AGE_QUESTION = re.compile(r"age_over_([1-9][0-9]{0,2})")
CLAIMS = tuple(claim for claims in SCOPE_CLAIMS.values() for claim in claims)
# Who resource servers of this country are, as the audience of tokens for them: no client may be called so.
PLATFORM_AUDIENCE = "govstack"
AUTHORISATION_CODE = "authorization_code"
CLIENT_CREDENTIALS = "client_credentials"
PRIVATE_KEY_JWT = "private_key_jwt"
SECRET_METHODS = ("client_secret_basic", "client_secret_post")
ID_CHARACTERS_MAX = 50
NAME_CHARACTERS_MAX = 256
URI_CHARACTERS_MAX = 1_024
REDIRECT_URIS_MAX = 50
KEY_BITS_MIN = 2_048
KEY_BITS_MAX = 8_192
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Status = Literal["active", "inactive"]
SubjectType = Literal["pairwise", "public"]


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who may ask for tokens.

    A relying party has a public key, sees pairwise subjects, and gets claims that people allow. An application or the
    pages of a package of this country has a secret, sees public subjects, and tokens that carry roles and scopes;
    `application` is its mediated name, empty for pages.
    """

    id: str
    name: str = ""
    relying_party_id: str = ""
    logo_uri: str = ""
    redirect_uris: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    public_key: Mapping[str, str] | None = None
    secret_hash: str = ""
    grant_types: tuple[str, ...] = (AUTHORISATION_CODE,)
    auth_methods: tuple[str, ...] = (PRIVATE_KEY_JWT,)
    subject_type: SubjectType = "pairwise"
    application: str = ""
    scopes: str = ""
    status: Status = "active"
    # Where it is told that a session is over; empty when it does not want to be.
    backchannel_logout_uri: str = ""

    @property
    def own(self) -> bool:
        """Tell whether this is a part of the country's own platform, for which nobody is asked to allow anything."""
        return self.subject_type == "public"


@dataclass(frozen=True, slots=True)
class Registration:
    """What a relying party is registered with, as it came."""

    client_id: str | None
    name: str | None
    relying_party_id: str | None
    logo_uri: str | None
    redirect_uris: tuple[str, ...] | None
    acr_values: tuple[str, ...] | None
    public_key: Mapping[str, object] | str | None
    claims: tuple[str, ...] | None
    grant_types: tuple[str, ...] | None
    auth_methods: tuple[str, ...] | None
    status: str = "active"
    backchannel_logout_uri: str = ""


def registered(asked: Registration, *, encrypted_only: bool) -> Client:
    """Return the client that a registration makes; raises Refused with the code of what is wrong first."""
    if not asked.client_id or len(asked.client_id) > ID_CHARACTERS_MAX or not asked.client_id.isprintable():
        raise Refused(INVALID_CLIENT_ID, f"clientId has 1 to {ID_CHARACTERS_MAX} characters.")
    relying = asked.relying_party_id or ""
    if not relying or len(relying) > ID_CHARACTERS_MAX or not relying.isprintable():
        raise Refused(INVALID_RP_ID, f"relyingPartyId has 1 to {ID_CHARACTERS_MAX} characters.")
    made = changed(Client(asked.client_id, relying_party_id=relying), asked, encrypted_only=encrypted_only)
    return replace(made, public_key=public_key(asked.public_key))


def changed(client: Client, asked: Registration, *, encrypted_only: bool) -> Client:
    """Return a client with another name, addresses, levels and claims; its key stays (IDN-D14)."""
    if not asked.name or len(asked.name) > NAME_CHARACTERS_MAX or not asked.name.isprintable():
        raise Refused(INVALID_CLIENT_NAME, f"clientName has 1 to {NAME_CHARACTERS_MAX} characters.")
    if not asked.logo_uri or not _web_address(asked.logo_uri):
        raise Refused(INVALID_URI, "logoUri is an address that begins with https:// or http://.")
    if asked.redirect_uris is not None:
        _check_redirects(asked.redirect_uris, encrypted_only)
    if asked.backchannel_logout_uri and not safe_redirect(asked.backchannel_logout_uri, encrypted_only=encrypted_only):
        raise Refused(INVALID_URI, "backchannelLogoutUri is an absolute address without fragment or credentials.")
    acr_values = _known(asked.acr_values, ACR_VALUES, INVALID_ACR, "authContextRefs")
    claims = _claims(asked.claims)
    grants = _known(asked.grant_types, (AUTHORISATION_CODE,), INVALID_GRANT_TYPE, "grantTypes")
    methods = _known(asked.auth_methods, (PRIVATE_KEY_JWT,), INVALID_CLIENT_AUTH, "clientAuthMethods")
    if asked.status not in {"active", "inactive"}:
        raise Refused(INVALID_REQUEST, "status is active or inactive.")
    return Client(
        id=client.id,
        name=asked.name,
        relying_party_id=client.relying_party_id,
        logo_uri=asked.logo_uri,
        redirect_uris=asked.redirect_uris or (),
        acr_values=acr_values,
        claims=claims,
        public_key=client.public_key,
        grant_types=grants,
        auth_methods=methods,
        status="active" if asked.status == "active" else "inactive",
        backchannel_logout_uri=asked.backchannel_logout_uri,
    )


def public_key(given: Mapping[str, object] | str | None) -> Mapping[str, str]:
    """Return a relying party's key from an object, from text, or from text in base64 (IDN-D9).

    A key that lacks its exponent is kept, though nothing can be checked with it: `usable_key` tells.
    """
    key = _decoded(given) if isinstance(given, str) else given
    refusal = Refused(INVALID_PUBLIC_KEY, "publicKey is a JSON Web Key with kty RSA and a modulus n.")
    if not isinstance(key, Mapping) or key.get("kty") != "RSA" or not isinstance(key.get("n"), str) or not key["n"]:
        raise refusal
    if any(name in key for name in ("d", "p", "q")):
        raise Refused(INVALID_PUBLIC_KEY, "publicKey holds a private key. Make a new pair and send its public half.")
    kept = {name: str(key[name]) for name in ("kty", "n", "e", "kid", "use", "alg") if isinstance(key.get(name), str)}
    if sum(map(len, kept.values())) > KEY_BITS_MAX or not all(
        _is_number(kept[name]) for name in ("n", "e") if name in kept
    ):
        raise refusal
    return kept


def _is_number(text: str) -> bool:
    """Tell whether a text is the bytes of a number in base64url (RFC 7518 section 2); some clients send the padding."""
    plain = text.rstrip("=")
    return _BASE64URL.fullmatch(text) is not None and len(plain) % 4 != ONE_LETTER_OF_FOUR


def usable_key(key: Mapping[str, str] | None) -> RSAKey | None:
    """Return a key that signatures can be checked with and answers encrypted to, or nothing when it is none."""
    if not key or not key.get("e"):
        return None
    try:
        made = RSAKey.import_key({name: key[name] for name in ("kty", "n", "e")})
        bits = made.raw_value.key_size
    except (JoseError, ValueError, TypeError):
        return None
    return made if KEY_BITS_MIN <= bits <= KEY_BITS_MAX else None


def hashed(secret: str) -> str:
    """Return the hash of a high-entropy secret, as kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_fits(client: Client, secret: str) -> bool:
    """Tell whether a client that has a secret knows it."""
    return bool(secret and client.secret_hash) and equal(client.secret_hash, hashed(secret))


def granted_scopes(client: Client, asked: str) -> str:
    """Return the scopes a client gets: what it asked for and holds, or all it holds when it asks for none."""
    return " ".join(scope for scope in client.scopes.split() if not asked or scope in asked.split())


def safe_redirect(uri: str, *, encrypted_only: bool = False) -> bool:
    """Tell whether an address can be registered to return to: absolute, in ASCII, without fragment or credentials.

    Where only encrypted ways are allowed, plain HTTP leads to the person's own machine alone (RFC 8252, 7.3).
    """
    if len(uri) > URI_CHARACTERS_MAX or not (uri.isascii() and uri.isprintable()) or " " in uri or "\\" in uri:
        return False
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host or parts.fragment or set("@;,'\"") & set(parts.netloc):
        return False
    return parts.scheme == "https" or not encrypted_only or host in LOOPBACK


def _check_redirects(uris: tuple[str, ...], encrypted_only: bool) -> None:
    fit = uris and len(uris) <= REDIRECT_URIS_MAX and len(set(uris)) == len(uris)
    if not fit or not all(safe_redirect(uri, encrypted_only=encrypted_only) for uri in uris):
        raise Refused(
            INVALID_REDIRECT_URI,
            f"redirectUris has 1 to {REDIRECT_URIS_MAX} different absolute addresses without fragment or credentials.",
        )


def _known(given: tuple[str, ...] | None, known: tuple[str, ...], code: str, name: str) -> tuple[str, ...]:
    if not given or any(value not in known for value in given):
        raise Refused(code, f"{name} has one or more of: {', '.join(known)}.")
    return tuple(dict.fromkeys(given))


def _claims(given: tuple[str, ...] | None) -> tuple[str, ...]:
    questions = tuple(claim for claim in given or () if AGE_QUESTION.fullmatch(claim))
    return _known(given, (*CLAIMS, *questions), INVALID_CLAIM, "userClaims")


def _web_address(uri: str) -> bool:
    return safe_redirect(uri)


def _decoded(text: str) -> object:
    for candidate in (text, _from_base64(text)):
        try:
            return msgspec.json.decode(candidate)
        except (msgspec.DecodeError, RecursionError):
            continue
    return None


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_").decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""

"""Clients, people and the pure decisions of signing in and granting tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from govstack.blocks.identity.errors import InvalidGrant, InvalidRequest
from govstack.kernel.crypto import equal, to_base64url
from govstack.kernel.i18n import _

MACHINE_TOKEN_SECONDS = 300
ID_TOKEN_SECONDS = 300
CODE_SECONDS = 60
SIGN_IN_SECONDS = 600
ONE_TIME_CODE_DIGITS = 6
ONE_TIME_CODE_ATTEMPTS_MAX = 5
VERIFIER_CHARACTERS_MIN = 43
VERIFIER_CHARACTERS_MAX = 128
WORK = "work"


@dataclass(frozen=True, slots=True)
class Client:
    """An application or the pages of a package; `application` is its mediated name, empty for pages."""

    id: str
    secret_hash: str
    application: str
    scopes: str
    redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; roles and scopes are space-separated words.

    The attribute `work` says in words what they do, `work_fr` the same in French: for the page of choices alone.
    """

    id: str
    name: str
    roles: str
    scopes: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    listed: bool = True
    position: int = 0


@dataclass(frozen=True, slots=True)
class AuthorisationRequest:
    """What a relying party asks for (OpenID Connect Core 3.1.2.1, RFC 7636)."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scope: str


@dataclass(frozen=True, slots=True)
class Code:
    """An authorisation code as kept: only its hash, bound to the client, address, nonce and challenge."""

    client_id: str
    person_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    expires_at: str
    used_at: str | None


def work(person: Person, language: str) -> str:
    """Return what a person does, in a language or in that of the administrator."""
    return person.attributes.get(f"{WORK}_{language}") or person.attributes.get(WORK, "")


def claimed_attributes(person: Person) -> dict[str, str]:
    """Return the attributes that tokens carry, which is all but the words for the page of choices."""
    return {name: value for name, value in person.attributes.items() if name.partition("_")[0] != WORK}


def hashed(secret: str) -> str:
    """Return the hash of a high-entropy secret, as kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_fits(client: Client, secret: str) -> bool:
    """Tell whether a client proved itself."""
    return bool(secret) and equal(client.secret_hash, hashed(secret))


def check_request(request: AuthorisationRequest, client: Client, *, method: str) -> None:
    """Refuse a request that cannot be answered safely; PKCE with S256 is required of everybody."""
    if request.redirect_uri not in client.redirect_uris:
        raise InvalidRequest(_("The address to return to is not registered for this client."))
    if method != "S256" or len(request.challenge) != VERIFIER_CHARACTERS_MIN:
        raise InvalidRequest(_("The request needs a code challenge by S256."))
    if "openid" not in request.scope.split() or not request.state or not request.nonce:
        raise InvalidRequest(_("The request needs scope openid, a state and a nonce."))


def check_code(code: Code, *, client: Client, redirect_uri: str, verifier: str, now: str) -> None:
    """Refuse a code that is used, late, or not presented by whom it was made for (RFC 6749 4.1.3, RFC 7636 4.6)."""
    if code.used_at is not None or code.expires_at < now:
        raise InvalidGrant("The code has been used or has expired.")
    if code.client_id != client.id or code.redirect_uri != redirect_uri:
        raise InvalidGrant("The code was made for another client or address.")
    if not VERIFIER_CHARACTERS_MIN <= len(verifier) <= VERIFIER_CHARACTERS_MAX:
        raise InvalidGrant("The code verifier is missing.")
    challenge = to_base64url(hashlib.sha256(verifier.encode()).digest())
    if not equal(challenge, code.challenge):
        raise InvalidGrant("The code verifier does not fit.")


def granted_scopes(client: Client, asked: str) -> str:
    """Return the scopes a client gets: what it asked for and holds, or all it holds when it asks for none."""
    held = client.scopes.split()
    return " ".join(scope for scope in held if not asked or scope in asked.split())


def safe_redirect(uri: str) -> bool:
    """Tell whether an address can be registered to return to: absolute, http(s), without a fragment or credentials."""
    parts = urlsplit(uri)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment and "@" not in parts.netloc

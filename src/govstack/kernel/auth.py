"""Proving who calls: bearer tokens of trusted issuers, client certificates, and the session of a signed-in person."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from joserfc.jwk import KeySet

from govstack.kernel import clock
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.crypto import from_base64url, signed_token
from govstack.kernel.errors import Forbidden, Problem, Unauthenticated, Unavailable
from govstack.kernel.i18n import _
from govstack.kernel.routing import Access

ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256", "RS256"]
TOKEN_CHARACTERS_MAX = 8_192
TOKENS_REMEMBERED_MAX = 10_000
TOKEN_REMEMBERED_SECONDS = 30
KEYS_REFRESH_SECONDS_MIN = 10
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
CLOCK_SKEW_SECONDS = 5
USER_HEADER = "information-mediator-user"
PURPOSE_HEADER = "information-mediator-purpose"
CLIENT_HEADER = "information-mediator-client"
# Under which address the caller of a mediated call asked, so that links in the answer lead through the mediator again.
ADDRESS_HEADER = "information-mediator-address"

FetchJson = Callable[[str], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Issuer:
    """A party whose tokens are believed. A mediator's tokens name the calling application; an identity
    provider's name people, and machines with their scopes."""

    url: str
    jwks_url: str = ""
    is_mediator: bool = False


class TokenVerifier:
    """Verifies JWTs (RFC 9068 shape) against the keys their trusted issuers publish."""

    def __init__(self, issuers: tuple[Issuer, ...], *, audiences: tuple[str, ...], fetch: FetchJson) -> None:
        self._issuers = {issuer.url: issuer for issuer in issuers}
        self._audiences = audiences
        self._fetch = fetch
        self._keys: dict[str, tuple[float, KeySet]] = {}
        self._known: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()

    async def actor(self, token: str) -> Actor:
        """Return whom a token proves; raises Unauthenticated when it proves nobody here and now."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise Unauthenticated
        key = hashlib.sha256(token.encode()).digest()
        known = self._known.get(key)
        if known is not None and known[0] > clock.monotonic():
            return known[1]
        claims, issuer = await self._claims(token)
        actor = _actor(claims, issuer)
        lasts = min(TOKEN_REMEMBERED_SECONDS, float(claims["exp"]) - clock.now().timestamp())
        self._known[key] = (clock.monotonic() + lasts, actor)
        if len(self._known) > TOKENS_REMEMBERED_MAX:
            self._known.popitem(last=False)
        return actor

    async def signed_in_person(self, id_token: str, *, client_id: str, nonce: str) -> tuple[Actor, Mapping[str, Any]]:
        """Return the person an ID token names, and what it says, if it was made for this client and this sign-in
        (OIDC Core 3.1.3.7)."""
        claims, issuer = await self._claims(id_token, audience=client_id)
        if claims.get("nonce") != nonce:
            raise Unauthenticated(_("The sign-in does not belong to this browser. Start again."))
        return _actor(claims, issuer), claims

    async def logged_out(self, logout_token: str, *, client_id: str) -> Mapping[str, Any]:
        """Return what a logout token says, which names a session (sid), a person (sub) or both, if it was made for this
        client (OpenID Connect Back-Channel Logout 1.0 section 2.6)."""
        claims, _issuer = await self._claims(logout_token, audience=client_id, about=("sid", "sub"))
        told = claims.get("events")
        if not isinstance(told, dict) or LOGOUT_EVENT not in told or "nonce" in claims or "iat" not in claims:
            raise Unauthenticated("The token says nothing about the end of a session.")
        return claims

    async def _claims(
        self, token: str, *, audience: str = "", about: tuple[str, ...] = ("sub",)
    ) -> tuple[Mapping[str, Any], Issuer]:
        try:
            issuer = self._issuers[_unverified_issuer(token)]
        except (KeyError, ValueError, RecursionError) as error:
            raise Unauthenticated("The token comes from an issuer that is not trusted here.") from error
        for fresh in (False, True):
            keys = await self._key_set(issuer, fresh=fresh)
            try:
                claims = signed_token(token, keys, algorithms=ALGORITHMS).claims
                break
            except ValueError as error:
                # A key this process has not seen may be a new one: look once more, then refuse.
                if fresh:
                    raise Unauthenticated("The token's signature is not valid.") from error
        self._check(claims, issuer, (audience,) if audience else self._audiences, about)
        return claims, issuer

    def _check(
        self, claims: Mapping[str, Any], issuer: Issuer, audiences: tuple[str, ...], about: tuple[str, ...]
    ) -> None:
        now = clock.now().timestamp()
        expires, not_before = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(expires, int | float) or expires + CLOCK_SKEW_SECONDS < now:
            raise Unauthenticated("The token has expired. Ask for a new one.")
        if not isinstance(not_before, int | float) or not_before - CLOCK_SKEW_SECONDS > now:
            raise Unauthenticated("The token is not valid yet.")
        audience = claims.get("aud", ())
        named = {str(name) for name in ([audience] if isinstance(audience, str) else audience or ())}
        # A mediator names the address it delivers to, which lies below the service's public address.
        below = issuer.is_mediator and any(name.startswith(f"{own}/") for name in named for own in audiences)
        nobody = not any(isinstance(claims.get(name), str) for name in about)
        if claims.get("iss") != issuer.url or nobody or not (below or named.intersection(audiences)):
            raise Unauthenticated("The token is not meant for this service.")

    async def _key_set(self, issuer: Issuer, *, fresh: bool) -> KeySet:
        known = self._keys.get(issuer.url)
        age_limit = KEYS_REFRESH_SECONDS_MIN if fresh else 3_600
        if known is not None and clock.monotonic() - known[0] < age_limit:
            return known[1]
        try:
            url = issuer.jwks_url
            if not url:
                metadata = await self._fetch(f"{issuer.url}/.well-known/openid-configuration")
                url = str(metadata["jwks_uri"])
            keys = KeySet.import_key_set(await self._fetch(url))  # type: ignore[arg-type]
        except (Problem, KeyError, ValueError, OSError) as error:
            if known is not None:
                return known[1]
            raise Unavailable("The keys to check tokens with cannot be fetched right now.") from error
        self._keys[issuer.url] = (clock.monotonic(), keys)
        return keys


class Authenticator:
    """Decides who a request comes from: its token, else its certificate, else nobody."""

    def __init__(self, verifier: TokenVerifier, *, anonymous: Actor = ANONYMOUS) -> None:
        self._verifier = verifier
        self.anonymous = anonymous

    async def actor(self, headers: Mapping[str, str], certificate: str = "") -> Actor:
        """Return the proven caller; a token that is present but wrong is refused, never ignored."""
        authorization = headers.get("authorization", "")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and token:
            actor = await self._verifier.actor(token.strip())
            if actor.kind == "application" and actor.attributes.get("mediated"):
                return _with_statements(actor, headers)
            return actor
        if certificate:
            return Actor(kind="application", id=f"x509:{certificate}", attributes={"certificate": certificate})
        return self.anonymous


def check(access: Access, actor: Actor) -> None:
    """Refuse a caller whom the declared access does not admit."""
    if access.kind in {"public", "policy"}:
        return
    if not actor.signed_in:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    if access.kind == "scope" and not actor.may(access.name):
        raise Forbidden


def _unverified_issuer(token: str) -> str:
    claims = msgspec.json.decode(from_base64url(token.split(".")[1] if token.count(".") == 2 else ""), type=dict)
    return str(claims.get("iss", ""))


def _words(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list | tuple):
        return frozenset(str(item) for item in value)
    return frozenset()


def _actor(claims: Mapping[str, Any], issuer: Issuer) -> Actor:
    subject = str(claims["sub"])
    if issuer.is_mediator:
        return Actor(
            kind="application", id=subject, name=subject, application=subject, attributes={"mediated": issuer.url}
        )
    application = str(claims.get("application", ""))
    machine = bool(application) or claims.get("client_id") == subject
    return Actor(
        kind="application" if machine else "person",
        id=subject,
        name=str(claims.get("name", "")),
        roles=_words(claims.get("roles")),
        scopes=_words(claims.get("scope")),
        application=application,
        attributes={str(key): str(value) for key, value in dict(claims.get("attributes") or {}).items()},
    )


def _with_statements(actor: Actor, headers: Mapping[str, str]) -> Actor:
    """Add what the calling application states through the mediator: for whom and for what it calls."""
    user, purpose = headers.get(USER_HEADER, ""), headers.get(PURPOSE_HEADER, "")
    if not user and not purpose:
        return actor
    return Actor(
        kind=actor.kind,
        id=actor.id,
        name=actor.name,
        application=actor.application,
        attributes={**actor.attributes, "purpose": purpose},
        on_behalf_of=user,
    )

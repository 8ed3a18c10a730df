"""What may be asked for at the authorisation endpoint, and the pure decisions of a sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

import msgspec

from govstack.blocks.identity.authorising.errors import CannotReturn, Reported
from govstack.blocks.identity.clients.model import (
    ACR_VALUES,
    AUTHORISATION_CODE,
    GENERATED_CODE,
    LINKED_WALLET,
    SCOPE_CLAIMS,
    STATIC_CODE,
    Client,
)
from govstack.blocks.identity.levels.model import KNOWN
from govstack.blocks.identity.sessions.model import Session
from govstack.blocks.identity.transactions.model import VERIFIER_CHARACTERS_MIN, Request
from govstack.kernel import clock

STATE_CHARACTERS_MAX = 256
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
# How a level is reached: by which kinds of factor (contract of the levels in the API document). A passkey proves a key
# that a person has and unlocks, so it reaches what a code or a wallet reaches.
FACTORS: Mapping[str, tuple[str, ...]] = {
    STATIC_CODE: ("pin", "password"),
    GENERATED_CODE: ("otp", "totp", "passkey"),
    LINKED_WALLET: ("passkey",),
}
PASSKEY = "passkey"
# As what the published operations know them.
TYPES: Mapping[str, str] = {"otp": "OTP", "totp": "OTP", "pin": "PIN", "password": "PIN"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request for sign-in, as they came."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    response_mode: str = ""
    scope: str = ""
    state: str = ""
    nonce: str = ""
    prompt: str = ""
    max_age: str = ""
    acr_values: str = ""
    claims: str = ""
    claims_locales: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    request: str = ""
    request_uri: str = ""
    id_token_hint: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked request, with what it says about an earlier sign-in of the same person."""

    request: Request
    prompts: frozenset[str]
    max_age: int | None


def check_way_back(asked: Asked, client: Client | None) -> Client:
    """Refuse a request whose answer would go to an address that nobody registered."""
    if client is None or AUTHORISATION_CODE not in client.grant_types or asked.redirect_uri not in client.redirect_uris:
        raise CannotReturn
    return client


def wish(asked: Asked, client: Client, *, browser: str, own_levels: Sequence[str]) -> Wish:
    """Return what a client asks for; raises Reported with the error code for the client.

    `own_levels` let people into the country's own packages.

    The country's own packages must bind the code to themselves (RFC 7636), for they prove themselves by a secret;
    a relying party signs each request for a token, and may.
    """
    if len(asked.state) > STATE_CHARACTERS_MAX or len(asked.nonce) > STATE_CHARACTERS_MAX:
        raise Reported("invalid_request", "state and nonce have 256 characters at most.")
    if asked.request or asked.request_uri:
        raise Reported("request_not_supported", "Push the request first, or send its parameters.")
    if asked.response_type != "code" or asked.response_mode not in {"", "query"}:
        raise Reported("unsupported_response_type", "Only response_type=code is offered, answered in the query.")
    scopes = tuple(dict.fromkeys(asked.scope.split()))
    if "openid" not in scopes:
        raise Reported("invalid_scope", "The scope must hold openid.")
    _check_challenge(asked, client)
    prompts = frozenset(asked.prompt.split())
    if not prompts <= PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise Reported("invalid_request", "prompt is none, or some of login, consent and select_account.")
    told = _told(asked.claims)
    essential, voluntary = _claims(told)
    if client.own:
        essential, voluntary, scopes = (), (), tuple(scope for scope in scopes if scope in {"openid", "profile"})
    by_scope = [claim for scope in scopes for claim in SCOPE_CLAIMS.get(scope, ())]
    wanted = tuple(claim for claim in essential if claim in client.claims)
    optional = tuple(
        claim for claim in dict.fromkeys((*voluntary, *by_scope)) if claim in client.claims and claim not in wanted
    )
    request = Request(
        client_id=client.id,
        redirect_uri=asked.redirect_uri,
        scopes=tuple(scope for scope in scopes if scope == "openid" or scope in SCOPE_CLAIMS),
        state=asked.state,
        nonce=asked.nonce,
        challenge=asked.code_challenge,
        acr_values=_levels(asked.acr_values, told, client.acr_values or tuple(own_levels)),
        essential_claims=wanted,
        voluntary_claims=optional,
        claims_locales=tuple(dict.fromkeys(asked.claims_locales.split()))[:10],
        browser=browser,
        asks_again="consent" in prompts,
    )
    return Wish(request, prompts, _age(asked.max_age))


def way_back(request: Request, **answer: str) -> str:
    """Return the address that leads back to the relying party with an answer (OpenID Connect Core 3.1.2.5)."""
    filled = {name: value for name, value in {**answer, "state": request.state}.items() if value}
    joint = "&" if urlsplit(request.redirect_uri).query else "?"
    return f"{request.redirect_uri}{joint}{urlencode(filled)}"


def way_out(client: Client, target: str, state: str) -> str:
    """Return the address to go to after signing out: one that is registered, or the start of its origin."""
    origins = {f"{parts.scheme}://{parts.netloc}/" for parts in map(urlsplit, client.redirect_uris)}
    if target not in client.redirect_uris and target not in origins:
        return ""
    joint = "&" if urlsplit(target).query else "?"
    return f"{target}{joint}{urlencode({'state': state[:STATE_CHARACTERS_MAX]})}" if state else target


def kinds_for(levels: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of factor that reach one of some levels, in their order."""
    return tuple(dict.fromkeys(kind for level in levels for kind in FACTORS.get(level, ())))


def level_of(kind: str, levels: Sequence[str]) -> str:
    """Return the first wanted level that a kind of factor reaches, or nothing."""
    return next((level for level in levels if kind in FACTORS.get(level, ())), "")


def kinds_beside(methods: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of factor that prove what a first proof did not."""
    return FACTORS[GENERATED_CODE] if KNOWN.intersection(methods) else (*FACTORS[STATIC_CODE], PASSKEY)


def _levels(asked: str, told: Mapping[str, Mapping[str, object]], allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the wanted levels of those that the client may ask for; without a wish, all of them.

    A level that is asked for as an essential claim is reached or refused (OpenID Connect Core 5.5.1.1).
    """
    claim = told.get("id_token", {}).get("acr")
    if isinstance(claim, dict) and ("value" in claim or isinstance(claim.get("values"), list)):
        named = [claim["value"]] if "value" in claim else claim["values"]
        fitting = tuple(value for value in allowed if value in named and value in FACTORS)
        if fitting:
            return fitting
        if claim.get("essential") is True:
            raise Reported("unmet_authentication_requirements", "The wanted acr cannot be reached for this client.")
    wanted = tuple(value for value in asked.split() if value in allowed)
    if asked.split() and not wanted and any(value in ACR_VALUES for value in asked.split()):
        raise Reported("invalid_request", "The client is not registered for these acr_values.")
    return wanted or allowed


def _check_challenge(asked: Asked, client: Client) -> None:
    if not asked.code_challenge and not asked.code_challenge_method and not client.own:
        return
    if asked.code_challenge_method != "S256" or len(asked.code_challenge) != VERIFIER_CHARACTERS_MIN:
        raise Reported("invalid_request", "The request needs a code challenge by S256.")
    if client.own and not (asked.state and asked.nonce):
        raise Reported("invalid_request", "The request needs a state and a nonce.")


def _told(text: str) -> Mapping[str, Mapping[str, object]]:
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, dict[str, object]])
    except (msgspec.DecodeError, RecursionError) as error:
        raise Reported("invalid_request", "claims is no JSON object of objects.") from error


def _claims(asked: Mapping[str, Mapping[str, object]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the essential and the voluntary claims of the parameter claims (OpenID Connect Core 5.5)."""
    essential: list[str] = []
    voluntary: list[str] = []
    for member in ("userinfo", "id_token"):
        for name, wanted in asked.get(member, {}).items():
            needed = isinstance(wanted, dict) and wanted.get("essential") is True
            (essential if needed else voluntary).append(name)
    return tuple(dict.fromkeys(essential)), tuple(dict.fromkeys(voluntary))


def _age(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Reported("invalid_request", "max_age is a number of seconds.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Named:
    """Who says to be there; without a person when nobody is known by what was typed, which no page tells."""

    person_id: str
    # Of a virtual identifier that works once.
    one_time_id: str = ""
    # By which they have proven it, where that was not enough.
    methods: tuple[str, ...] = ()


def session_counts(session: Session, wish: Wish, *, now: datetime) -> bool:
    """Tell whether an earlier sign-in is enough: not over, young enough, at a wanted level, and not asked for again."""
    if wish.prompts & {"login", "select_account"} or clock.timestamp(now) >= session.expires_at:
        return False
    if session.acr not in wish.request.acr_values:
        return False
    age = now - clock.parse(session.authenticated_at)
    # One from the future is of a clock that was ahead.
    return age >= -clock.SKEW and (wish.max_age is None or age.total_seconds() <= wish.max_age)


def only_way_back(asked: Asked) -> Request:
    """Return as much of a refused request as leads back to its client."""
    return Request(asked.client_id, asked.redirect_uri, (), state=asked.state[:STATE_CHARACTERS_MAX])

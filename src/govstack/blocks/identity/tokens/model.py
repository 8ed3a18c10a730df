"""Pure decisions about tokens: who proved to be a client, what a token says, which claims are given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from govstack.blocks.identity.clients.model import AGE_QUESTION, Client, usable_key
from govstack.blocks.identity.people.model import Attribute, Person, short_code
from govstack.blocks.identity.tokens.errors import INVALID_ASSERTION, TokenRefused
from govstack.kernel import clock
from govstack.kernel.crypto import from_base64url, signed_token, to_base64url

ACCESS_TOKEN_SECONDS = 300
ID_TOKEN_SECONDS = 300
ASSERTION_ALGORITHMS = ["RS256", "PS256"]
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_CHARACTERS_MAX = 8_192
# An assertion is remembered until it ends, so it must end soon.
ASSERTION_SECONDS_MAX = 3_600
CLOCK_SKEW_SECONDS = 30
BOOLEAN_CLAIMS = frozenset({"email_verified", "phone_number_verified"})


@dataclass(frozen=True, slots=True)
class Assertion:
    """A client assertion that was proved: how it is remembered, and until when."""

    print: str
    expires_at: float


class Claimed(msgspec.Struct):
    """As much of an assertion as says whose key it has to be checked with."""

    sub: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What was given for a sign-in; its access token is worth nothing once it has ended."""

    id: str
    transaction_id: str
    client_id: str
    person_id: str
    subject: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    locales: tuple[str, ...]
    expires_at: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens for a person or an application."""

    access_token: str
    seconds: int
    id_token: str = ""
    scope: str = ""


def proved(client: Client, assertion: str, *, audiences: Sequence[str], now: float) -> Assertion:
    """Return a client assertion whose signature, parties and times are right (RFC 7523 section 3).

    Raises TokenRefused for anything else: an assertion without a signature, one that is signed by another key or
    with a secret, one for another audience, and one that has ended.
    """
    key = usable_key(client.public_key)
    refusal = TokenRefused(INVALID_ASSERTION, "The client assertion does not prove this client here and now.")
    if key is None or len(assertion) > ASSERTION_CHARACTERS_MAX:
        raise refusal
    try:
        claims = signed_token(assertion, key, algorithms=ASSERTION_ALGORITHMS).claims
    except ValueError as error:
        raise refusal from error
    named = claims.get("aud")
    audience = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    parties = claims.get("iss"), claims.get("sub")
    if parties != (client.id, client.id) or not any(one in audience for one in audiences):
        raise refusal
    try:
        expires, issued = _number(claims.get("exp")), _number(claims.get("iat"))
        begins = max(issued, _number(claims.get("nbf", issued)))
    except ValueError as error:
        raise refusal from error
    late = expires + CLOCK_SKEW_SECONDS < now
    if late or begins - CLOCK_SKEW_SECONDS > now or expires - now > ASSERTION_SECONDS_MAX:
        raise refusal
    told = claims.get("jti")
    name = f"{client.id}|{told}" if isinstance(told, str) and told else assertion
    return Assertion(hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(), expires + CLOCK_SKEW_SECONDS)


def claimed_client(assertion: str) -> str:
    """Return whom an assertion says to come from, before it is known whether it does (RFC 7521 section 4.2)."""
    try:
        content = from_base64url(assertion.split(".")[1] if assertion.count(".") == 2 else "")
        return msgspec.json.decode(content, type=Claimed).sub
    except (ValueError, RecursionError):
        return ""


def access_hash(token: str) -> str:
    """Return the claim at_hash of an access token (OpenID Connect Core 3.1.3.6)."""
    return to_base64url(hashlib.sha256(token.encode()).digest()[:16])


def own_claims(person: Person, scopes: str) -> dict[str, object]:
    """Return what tokens for the country's own packages say about a person who holds some scopes."""
    said = {
        "name": person.display_name,
        "roles": person.roles,
        "scope": scopes,
        "attributes": claimed_facts(person),
    }
    return {name: value for name, value in said.items() if value}


def claimed_facts(person: Person) -> dict[str, str]:
    """Return the facts that tokens carry, which is all but the words for the page of choices."""
    return {name: value for name, value in person.facts.items() if name.partition("_")[0] != "work"}


def userinfo(person: Person, *, claims: Sequence[str], locales: Sequence[str]) -> dict[str, object]:
    """Return the claims of a person that were accepted; one with a language carries it when languages were asked for.

    Without wishes the claim in the person's first language is given (OpenID Connect Core 5.2).
    """
    told: dict[str, object] = {}
    for name in claims:
        question = AGE_QUESTION.fullmatch(name)
        if question is not None:
            answer = _has_years(person, int(question[1]))
            if answer is not None:
                told[name] = answer
            continue
        known = [attribute for attribute in person.attributes if attribute.name == name and attribute.value]
        if not known:
            continue
        wished = {locale: one for locale in locales for one in known if one.language and _alike(one.language, locale)}
        if wished:
            told.update({f"{name}#{locale}": _value(one) for locale, one in wished.items()})
        else:
            told[name] = _value(known[0])
    return told


def _alike(language: str, locale: str) -> bool:
    return short_code(language) == short_code(locale)


def _has_years(person: Person, years: int) -> bool | None:
    """Tell whether somebody has so many years today; nothing when their day of birth is not known."""
    try:
        born = date.fromisoformat(person.claim("birthdate"))
    except ValueError:
        return None
    today = clock.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= years


def _value(attribute: Attribute) -> object:
    if attribute.name in BOOLEAN_CLAIMS:
        return attribute.value == "true"
    if attribute.name == "address":
        try:
            return msgspec.json.decode(attribute.value, type=Mapping[str, str])
        except msgspec.DecodeError:
            return {"formatted": attribute.value}
    return attribute.value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("A moment of a token is a number.")
    return float(value)

"""A person, their attributes and identifiers, and the pure decisions about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import msgspec
from babel.core import get_global

from govstack.blocks.identity.identifiers.model import IdentifierKind
from govstack.blocks.identity.people.errors import WrongAttribute
from govstack.blocks.identity.resemblance.model import ALONE, Likeness, tokens
from govstack.kernel.i18n import _

VALUE_CHARACTERS_MAX = 2_000
PICTURE_CHARACTERS_MAX = 200_000
ATTRIBUTES_MAX = 100
EVIDENCE_MAX = 10
EVIDENCE_CHARACTERS_MAX = 500
DOCUMENT_CHARACTERS_MAX = 300_000
REASON_CHARACTERS_MAX = 500
NO_YEAR, A_LEAP_YEAR = "0000", "2000"

CLAIMS = (
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "gender", "birthdate",
    "address", "email", "phone_number", "picture", "locale", "zoneinfo",
)  # fmt: skip
NAMES = ("name", "given_name", "middle_name", "family_name")
ADDRESS_MEMBERS = frozenset({"formatted", "street_address", "locality", "region", "postal_code", "country"})
_LANGUAGE = re.compile(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})?")
# Enrolment clients write three letters (ara), tokens, pages and cards two (ar).
_SHORT_CODES: Mapping[str, str] = get_global("language_aliases")
_SHAPES = {
    "gender": re.compile(r"female|male|other"),
    "birthdate": re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?"),
    "email": re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}"),
    "phone_number": re.compile(r"\+[1-9][0-9]{4,14}"),
    "locale": re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}"),
    "zoneinfo": re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}"),
}


class Status(StrEnum):
    """How an identity stands; deactivated is final (death, disappearance)."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that the state knows of a person; `language` is a code such as fra or fr, or empty."""

    name: str
    value: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a change rests on: its category, what it is called, and the document itself in base64 if it was sent."""

    category: str
    reference: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What of a person stands sealed."""

    attributes: tuple[Attribute, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the state knows. `id` never leaves the block; `subject` is how the country's own packages know them.

    `roles`, `scopes` and `facts` are what tokens for those packages carry.
    """

    id: str
    subject: str
    status: Status
    attributes: tuple[Attribute, ...] = ()
    roles: str = ""
    scopes: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False
    position: int = 0
    registered_at: str = ""
    modified_at: str = ""
    version: int = 1
    blocked_until: str = ""

    def claim(self, name: str, language: str = "") -> str:
        """Return an attribute in a language, else in none, else the first there is; empty when it is not known."""
        found = [attribute for attribute in self.attributes if attribute.name == name]
        for wanted in (short_code(language), ""):
            for attribute in found:
                if short_code(attribute.language) == wanted:
                    return attribute.value
        return found[0].value if found else ""

    @property
    def display_name(self) -> str:
        """Return what the person is called on a page."""
        parts = (self.claim("given_name"), self.claim("middle_name"), self.claim("family_name"))
        return self.claim("name") or " ".join(part for part in parts if part) or self.claim("preferred_username")


@dataclass(frozen=True, slots=True)
class Found:
    """Who an identifier leads to."""

    person: Person
    kind: IdentifierKind
    identifier_id: str
    one_time: bool = False


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Somebody who may be the same person; the score goes to 100."""

    person_id: str
    score: int


@dataclass(frozen=True, slots=True)
class ChangeContent:
    """What of a change stands sealed: who, why, on what evidence, what was there and what is there."""

    by: str = ""
    by_name: str = ""
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    before: tuple[Attribute, ...] = ()
    after: tuple[Attribute, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an identity, in order."""

    number: int
    at: str
    kind: str
    content: ChangeContent


def short_code(language: str) -> str:
    """Return the code of a language as short as it is written (BCP 47): ara is ar; an unknown one stays as it is."""
    first, line, rest = language.partition("-")
    return f"{_SHORT_CODES.get(first.lower(), first)}{line}{rest}"


def check_attributes(attributes: Sequence[Attribute], *, known: Iterable[str] = CLAIMS) -> None:
    """Refuse attributes that are not known here, stand twice, or have a value that is none of theirs."""
    if len(attributes) > ATTRIBUTES_MAX:
        raise WrongAttribute(_("A person cannot have so many attributes. Send fewer."))
    names, seen, wrong = frozenset(known), set[tuple[str, str]](), dict[str, str]()
    for attribute in attributes:
        complaint = "stands twice" if (attribute.name, attribute.language) in seen else _complaint(attribute, names)
        seen.add((attribute.name, attribute.language))
        if complaint:
            wrong[attribute.name[:40]] = complaint
    if wrong:
        raise WrongAttribute(fields=wrong)


def is_birthdate(text: str) -> bool:
    """Tell whether a date of birth exists: a day, a year alone, or a day of the year 0000, which says that no year is
    known (OpenID Connect Core 5.1).
    """
    if not _SHAPES["birthdate"].fullmatch(text):
        return False
    year, day = text[:4], text[4:] or "-01-01"
    try:
        date.fromisoformat(f"{A_LEAP_YEAR if year == NO_YEAR else year}{day}")
    except ValueError:
        return False
    return True


def check_evidence(evidence: Sequence[Evidence]) -> None:
    """Refuse evidence that is too much, or says nothing."""
    sound = all(
        one.category and one.reference
        and len(one.category) <= EVIDENCE_CHARACTERS_MAX and len(one.reference) <= EVIDENCE_CHARACTERS_MAX
        and len(one.document) <= DOCUMENT_CHARACTERS_MAX
        for one in evidence
    )  # fmt: skip
    if len(evidence) > EVIDENCE_MAX or not sound:
        raise WrongAttribute(
            "Evidence needs a category and a reference, and has its limits.", fields={"evidence": "wrong"}
        )


def _complaint(attribute: Attribute, names: frozenset[str]) -> str:
    most = PICTURE_CHARACTERS_MAX if attribute.name == "picture" else VALUE_CHARACTERS_MAX
    shape = _SHAPES.get(attribute.name)
    if attribute.name not in names:
        return "is not an attribute of this country"
    if not _LANGUAGE.fullmatch(attribute.language):
        return "has a language that is no code"
    if not attribute.value.strip() or len(attribute.value) > most:
        return f"needs a value of at most {most} characters"
    if shape is not None and not shape.fullmatch(attribute.value):
        return "has a value of another form"
    if attribute.name == "birthdate" and not is_birthdate(attribute.value):
        return "is a day that no calendar has"
    return (
        "must be a JSON object of the members of an address"
        if attribute.name == "address" and not _is_address(attribute.value)
        else ""
    )


def _is_address(text: str) -> bool:
    try:
        return msgspec.json.decode(text, type=dict[str, str]).keys() <= ADDRESS_MEMBERS
    except msgspec.DecodeError:
        return False


def ends_sessions(before: Person, after: Person) -> bool:
    """Tell whether somebody may no longer do as they could when they signed in, so that they have to sign in again."""
    rights = [(one.roles, one.scopes, one.facts) for one in (before, after)]
    return after.status != Status.ACTIVE or rights[0] != rights[1]


def differences(
    before: Sequence[Attribute], after: Sequence[Attribute]
) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
    """Return what is no longer so, and what is new."""
    return tuple(one for one in before if one not in after), tuple(one for one in after if one not in before)


def merged(attributes: Sequence[Attribute], changes: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """Return attributes with changes put in: what is not named stays, an empty value takes away."""
    changed = {(one.name, one.language): one for one in changes}
    kept = [changed.pop((one.name, one.language), one) for one in attributes]
    return tuple(one for one in (*kept, *changed.values()) if one.value)


def comparable(attributes: Sequence[Attribute]) -> bool:
    """Tell whether anybody can be found by these attributes: two names, or a name and the date of birth."""
    return any(not token.startswith(ALONE) for token in tokens(likeness(attributes)))


def likeness(attributes: Sequence[Attribute]) -> Likeness:
    """Return what of some attributes is compared: each language's names together, the date of birth, the gender."""
    languages = dict.fromkeys(attribute.language for attribute in attributes if attribute.name in NAMES)
    names = (
        " ".join(one.value for one in attributes if one.name in NAMES and one.language == language)
        for language in languages
    )
    values = {one.name: one.value for one in attributes}
    # A name that stands whole and in parts says each word twice.
    spoken = tuple(" ".join(dict.fromkeys(name.split())) for name in names)
    return Likeness(spoken, values.get("birthdate", ""), values.get("gender", ""))

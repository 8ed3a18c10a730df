"""A credential, the steps of its life, its kinds, and what of it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.blocks.identity.identifiers.model import check_digit, is_number
from govstack.blocks.identity.people.model import Attribute, Person, short_code

NUMBER_DIGITS = 12
NUMBER_TAIL_DIGITS = 4
REASON_CHARACTERS_MAX = 300
ADDRESS_CHARACTERS_MAX = 500
TRACKING_CHARACTERS_MAX = 100
KINDS_MAX = 50
DAYS_MAX = 36_500
OWN_CREDENTIALS_MAX = 100
SEARCHED_ATTRIBUTES_MAX = 10
SEARCHED_MAX = 50

Title = Annotated[str, Meta(min_length=1, max_length=100)]


class Form(StrEnum):
    """Whether a credential is data or a thing."""

    DIGITAL = "digital"
    PHYSICAL = "physical"


class State(StrEnum):
    """How far a credential has come."""

    REQUESTED = "requested"
    PRODUCED = "produced"
    DELIVERED = "delivered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


ENDED = frozenset({State.REVOKED, State.EXPIRED})
NEXT: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.PRODUCED, State.REVOKED}),
    State.PRODUCED: frozenset({State.DELIVERED, State.REVOKED, State.EXPIRED}),
    State.DELIVERED: frozenset({State.ACTIVE, State.REVOKED, State.EXPIRED}),
    State.ACTIVE: frozenset({State.SUSPENDED, State.REVOKED, State.EXPIRED}),
    State.SUSPENDED: frozenset({State.ACTIVE, State.REVOKED, State.EXPIRED}),
    State.REVOKED: frozenset(),
    State.EXPIRED: frozenset(),
}
# What people may do with their own: confirm that it came, suspend it when it is lost, go on when it is found.
OWN_STEPS = frozenset({State.ACTIVE, State.SUSPENDED, State.REVOKED})
DIGITAL_STEPS = (State.PRODUCED, State.DELIVERED, State.ACTIVE)
# What officials can say of a digital one that waits for them: there is nothing to produce.
DECISIONS = frozenset({State.ACTIVE, State.REVOKED})
# After these, said by an official, a person's next one waits for an official too.
WITHHELD = frozenset({State.SUSPENDED, State.REVOKED})


class Kind(msgspec.Struct, frozen=True):
    """A kind of credential as a country sets it up: its titles by language, form, days of validity and attributes."""

    titles: dict[Annotated[str, Meta(pattern="^[a-z]{2}$")], Title]
    form: Literal["digital", "physical"]
    days: Annotated[int, Meta(ge=1, le=DAYS_MAX)]
    attributes: tuple[Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")], ...]

    def title(self, language: str) -> str:
        """Return what it is called in a language, else in English, else in the first there is."""
        return self.titles.get(language) or self.titles.get("en") or next(iter(self.titles.values()), "")


DEFAULT_KINDS: Mapping[str, Kind] = {
    "national-id": Kind(
        titles={
            "en": "National identity card", "fr": "Carte nationale d’identité", "es": "Documento nacional de identidad",
            "ar": "بطاقة الهوية الوطنية", "sw": "Kitambulisho cha taifa",
        },
        form="physical", days=3_650, attributes=("name", "given_name", "family_name", "birthdate", "gender", "picture"),
    ),
    "digital-id": Kind(
        titles={
            "en": "Digital identity credential", "fr": "Justificatif d’identité numérique",
            "es": "Credencial de identidad digital", "ar": "وثيقة الهوية الرقمية",
            "sw": "Hati ya utambulisho wa kidijitali",
        },
        form="digital", days=730, attributes=("name", "given_name", "family_name", "birthdate", "gender", "picture"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential: its document number, whose it is, and how it stands."""

    id: str
    number: str
    person_id: str
    kind: str
    form: Form
    state: State
    reference: str
    language: str
    requested_at: str
    replaces: str = ""
    issued_at: str = ""
    expires_at: str = ""

    def standing(self, now: str) -> State:
        """Return how it stands at a moment, the end of its validity counted in."""
        passed = bool(self.expires_at) and self.expires_at <= now
        return State.EXPIRED if passed and self.state not in ENDED else self.state

    @property
    def waits_for_decision(self) -> bool:
        """Tell whether an official has to say that it may be used; all other digital ones are active at once."""
        return self.form is Form.DIGITAL and self.state is State.REQUESTED

    @property
    def number_tail(self) -> str:
        """Return the last digits of the document number, to be compared with what is printed."""
        return self.number[-NUMBER_TAIL_DIGITS:]


@dataclass(frozen=True, slots=True)
class Content:
    """What of a credential stands sealed: what it says of the person, and where it is sent."""

    claims: dict[str, str] = field(default_factory=dict)
    delivery_address: str = ""
    tracking_id: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a credential's life, on record for good; `own` tells whether its person took it."""

    number: int
    state: State
    at: str
    by: str
    own: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential with what stands sealed and its steps, for those who may see them."""

    credential: Credential
    content: Content
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What anybody who holds a reference is told: no more than whether to trust the card in their hand."""

    state: State
    kind: str
    number_tail: str
    issued_at: str
    expires_at: str


def numbered(digits: str) -> str:
    """Return a document number: digits and the digit that checks them."""
    return digits + check_digit(digits)


def is_document_number(text: str) -> bool:
    """Tell whether a text can be a document number; one wrong digit never is."""
    return is_number(text, digits=NUMBER_DIGITS)


def plain_number(text: str) -> str:
    """Return a document number as people type it, without its spaces."""
    return "".join(text.split())


def grouped(number: str) -> str:
    """Return a document number as people read it."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def may_step(credential: Credential, state: State, *, now: str, own: bool, last: Step) -> bool:
    """Tell whether a credential may take a step now; what an official suspended its person cannot resume."""
    standing = credential.standing(now)
    if credential.waits_for_decision:
        return state in DECISIONS and (not own or state is State.REVOKED)
    if state not in NEXT[standing] or (state is State.EXPIRED and credential.expires_at > now):
        return False
    return not own or (state in OWN_STEPS and (standing is not State.SUSPENDED or last.own or state is State.REVOKED))


def claims_of(person: Person, kind: Kind, language: str) -> dict[str, str]:
    """Return what a kind of credential says of a person: in one language, and names in the others beside it."""
    claims: dict[str, str] = {}
    for name in kind.attributes:
        value = person.display_name if name == "name" else person.claim(name, language)
        value = person.claim(name, language) or value
        if value:
            claims[name] = value
        for one in person.attributes:
            if one.name == name and one.language and one.value != value:
                claims[f"{name}#{short_code(one.language)}"] = one.value
    return claims


def matches(person: Person, attributes: Sequence[Attribute]) -> bool:
    """Tell whether a person has each of these attributes, letter case aside."""
    return all(
        any(one.name == wanted.name and one.value.casefold() == wanted.value.casefold() for one in person.attributes)
        for wanted in attributes
    )

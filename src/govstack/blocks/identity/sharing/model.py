"""What is shared: attributes as a person has them, as dates are to be written, and behind a mask."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from unicodedata import category

from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.sharing.errors import NO_ATTRIBUTES, WRONG_FORMAT, WRONG_PURPOSE, WrongShare

ATTRIBUTES_MAX = 50
PURPOSE_CHARACTERS_MAX = 500
SHARES_SHOWN_MAX = 200
SHARES_MAX = 100
SHARES_WITHIN = timedelta(days=1)
LASTS = timedelta(days=30)
MASK = "*"
ACCEPTED = "accepted"
_PURPOSE_MARKS = frozenset("\r\n .,'-")
_DATE = re.compile(r"(DD|MM|YYYY|[-/. ]){1,9}")
_DATE_PART = re.compile("DD|MM|YYYY")
# Names of the published examples beside the names of claims.
_ALIASES = {
    "dateOfBirth": "birthdate", "fullName": "name", "firstName": "given_name", "lastName": "family_name",
    "middleName": "middle_name", "phone": "phone_number", "photo": "picture",
}  # fmt: skip


class State(StrEnum):
    """How far a share has come."""

    WAITING = "waiting"
    READY = "ready"
    FETCHED = "fetched"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One attribute to be shared."""

    name: str
    format: str = ""
    masked: bool = False

    @property
    def claim(self) -> str:
        """Return the claim it stands for."""
        return _ALIASES.get(self.name, self.name)


@dataclass(frozen=True, slots=True)
class Share:
    """Attributes that a person shares with a partner, named and without their values."""

    event_id: str
    person_id: str
    partner_id: str
    attributes: tuple[Wanted, ...]
    state: State
    created_at: str
    expires_at: str
    fetched_at: str = ""
    purpose: str = ""

    def open(self, now: str) -> bool:
        """Tell whether the partner can still get it."""
        return self.state in {State.READY, State.FETCHED} and self.expires_at > now


def check_purpose(purpose: str) -> None:
    """Refuse a purpose with other characters than letters, of any script, digits and the published marks."""
    # Signs that stand on letters, such as vowels of Arabic and Hindi, belong to them.
    said = all(sign in _PURPOSE_MARKS or category(sign)[0] in "LMN" for sign in purpose)
    if len(purpose) > PURPOSE_CHARACTERS_MAX or not said or not purpose.strip():
        raise WrongShare(*WRONG_PURPOSE)


def check_attributes(wanted: Sequence[Wanted], *, person: Person, allowed: Sequence[str]) -> None:
    """Refuse attributes that the person lacks, the partner may not have, or that no format fits."""
    names = [one.claim for one in wanted]
    known = all(name in allowed and value_of(person, name) for name in names)
    if not 0 < len(wanted) <= ATTRIBUTES_MAX or len(set(names)) < len(names) or not known:
        raise WrongShare(*NO_ATTRIBUTES)
    for one in wanted:
        written(one, value_of(person, one.claim))


def claims_of(person: Person, wanted: Sequence[Wanted]) -> Mapping[str, str]:
    """Return the attributes as the partner gets them; those that the person has no more are left out."""
    found = {one.claim: written(one, value_of(person, one.claim)) for one in wanted}
    return {name: value for name, value in found.items() if value}


def value_of(person: Person, claim: str) -> str:
    """Return an attribute of a person."""
    return person.display_name if claim == "name" else person.claim(claim)


def written(one: Wanted, value: str) -> str:
    """Return a value in its format and behind its mask; raises WrongShare for a format that it has none of."""
    if one.format and value:
        if one.claim != "birthdate" or not _DATE.fullmatch(one.format) or len(value) != len("1985-03-27"):
            raise WrongShare(*WRONG_FORMAT)
        parts = {"YYYY": value[:4], "MM": value[5:7], "DD": value[8:]}
        value = _DATE_PART.sub(lambda sign: parts[sign[0]], one.format)
    return masked(one.claim, value) if one.masked else value


def masked(claim: str, value: str) -> str:
    """Return a value of which only so much shows that its person recognises it."""
    if claim == "email" and "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}{MASK * 4}@{host}"
    if claim in {"picture", "address"}:
        return MASK * 4
    if claim in {"phone_number", "birthdate"} or value.isdigit():
        return MASK * max(len(value) - 2, 4) + value[-2:]
    return " ".join(f"{word[:1]}{MASK * min(max(len(word) - 1, 2), 8)}" for word in value.split())

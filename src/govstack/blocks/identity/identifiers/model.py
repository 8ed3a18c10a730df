"""Numbers and names that a person is found by, and the pure rules of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ALIAS_CHARACTERS_MAX = 200
VID_DIGITS = 16
TEMPORARY_DAYS = 30
IDENTIFIERS_MAX = 20
DIGITS_SHOWN = 4
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class IdentifierKind(StrEnum):
    """What an identifier is: the secret number, a virtual identifier, or an alias."""

    UIN = "uin"
    VID = "vid"
    ALIAS = "alias"


class IdentifierStatus(StrEnum):
    """How an identifier stands; spent is a one-time one that was used, expired is told by the clock and never kept."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    SPENT = "spent"
    REVOKED = "revoked"
    EXPIRED = "expired"


VidKind = Literal["perpetual", "one-time", "temporary"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A virtual identifier or an alias as its person may see it; `form` is the kind of VID or of alias."""

    id: str
    person_id: str
    kind: IdentifierKind
    form: str
    value: str
    status: IdentifierStatus
    made_at: str
    expires_at: str
    ended_at: str

    @property
    def masked(self) -> str:
        """Return as much of it as tells it from others."""
        return f"•••{self.value[-DIGITS_SHOWN:]}" if len(self.value) > 2 * DIGITS_SHOWN else "•••"


def standing(kept: IdentifierStatus, *, blocked_until: str, expires_at: str, now: str) -> IdentifierStatus:
    """Return how an identifier stands now: a block and the identifier itself may have ended by themselves."""
    over = kept == IdentifierStatus.BLOCKED and "" < blocked_until <= now
    stands = IdentifierStatus.ACTIVE if over else kept
    return IdentifierStatus.EXPIRED if stands == IdentifierStatus.ACTIVE and "" < expires_at <= now else stands


def check_digit(digits: str) -> str:
    """Return the check digit of a number (ISO/IEC 7064, MOD 11,10): it catches every single wrong digit."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return str((11 - product) % 10)


def is_number(text: str, *, digits: int) -> bool:
    """Tell whether a text can be a number of this block: so many digits, the last of which fits."""
    plain = text.isascii() and text.isdigit() and len(text) == digits
    return plain and check_digit(text[:-1]) == text[-1]


def folded(identifier: str) -> str:
    """Return an identifier as it is compared: without spaces and case, digits of any script as 0 to 9."""
    plain = "".join(unicodedata.normalize("NFKC", identifier).casefold().split())
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in plain)


def is_alias(kind: str, value: str) -> bool:
    """Tell whether an alias is one: a kind such as email or passport, and a value."""
    return _KIND.fullmatch(kind) is not None and len(folded(value)) > 0 and len(value) <= ALIAS_CHARACTERS_MAX

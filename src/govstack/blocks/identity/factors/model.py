"""Challenges, proofs and offers: what all factors come down to (IDN-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FRESH = timedelta(minutes=10)
VALUE_CHARACTERS_MAX = 2_000
# A refused proof takes at least as long as the slowest check does: when it comes tells nobody who is known here.
REFUSED_SECONDS_MIN = 0.5


class FactorKind(StrEnum):
    """A way to prove who one is."""

    OTP = "otp"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 (a name, not one)
    TOTP = "totp"
    PASSKEY = "passkey"


STRONG = frozenset({FactorKind.TOTP, FactorKind.PASSKEY})
REMOVABLE = STRONG | {FactorKind.PIN, FactorKind.PASSWORD}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What somebody gives to prove themselves, as the published operations have it."""

    type: str
    value: str
    format: str = "alpha-numeric"


@dataclass(frozen=True, slots=True)
class Proof:
    """By which methods (RFC 8176) a person has proven themselves, and when."""

    methods: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Sent:
    """That a code is on its way: a hint at the address, and in the sandbox the code itself."""

    masked: str
    shown: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A way that a person has: `label` is its name, or a hint at the address that codes go to."""

    kind: FactorKind
    label: str = ""
    id: str = ""
    channel: str = ""
    made_at: str = ""
    used_at: str = ""
    locked_until: str = ""

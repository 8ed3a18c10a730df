"""Authenticator apps, and which time step a code belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

from govstack.kernel.crypto import equal

STEP_SECONDS = 30
DIGITS = 6
STEPS_EITHER_WAY = 1
AUTHENTICATORS_MAX = 5
NAME_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class Authenticator:
    """An app that shows codes; until its first code was entered it counts for nothing."""

    id: str
    person_id: str
    name: str
    confirmed: bool
    last_step: int
    made_at: str
    used_at: str


@dataclass(frozen=True, slots=True)
class Begun:
    """An app about to be added: its secret is shown once, as text and as an address for a picture."""

    id: str
    secret: str
    address: str


def new_secret() -> str:
    """Return a secret of 160 bits in base32."""
    return pyotp.random_base32()


def address(secret: str, *, account: str, issuer: str) -> str:
    """Return the otpauth address that apps read."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def step_of(secret: str, code: str, *, seconds: float, after: int) -> int | None:
    """Return the time step whose code this is, near the present and later than one that was used; else nothing."""
    present = int(seconds) // STEP_SECONDS
    made = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    found = None
    for step in range(present - STEPS_EITHER_WAY, present + STEPS_EITHER_WAY + 1):
        if equal(made.generate_otp(step), code) and step > after:
            found = step
    return found

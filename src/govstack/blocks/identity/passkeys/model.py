"""Passkeys, and where they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

CHALLENGE_LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
USER_HANDLE_BYTES = 32
PASSKEYS_MAX = 10
NAME_CHARACTERS_MAX = 60
ANSWER_CHARACTERS_MAX = 20_000
# A key whose use its person allowed on the device by a PIN or a finger: two factors in one act (RFC 8176).
METHODS = ("pop", "user", "mfa")


@dataclass(frozen=True, slots=True)
class Place:
    """For which site passkeys are: its domain, its origin, and its name."""

    domain: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as kept; `credential` is its id at the device."""

    id: str
    credential: str
    person_id: str
    name: str
    user_handle: str
    public_key: bytes
    sign_count: int
    made_at: str
    used_at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a device was asked to sign."""

    id: str
    kind: Literal["create", "get"]
    person_id: str | None
    purpose: str
    challenge: str
    user_handle: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the page hands to the device: the options as JSON, and the id by which the answer is matched."""

    id: str
    options: str


def place_of(public_url: str, *, name: str) -> Place:
    """Return the site that an address belongs to."""
    parts = urlsplit(public_url)
    return Place(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name)

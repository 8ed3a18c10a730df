"""One-time codes: how long they live, where they go, and how an address is hinted at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

CODE_DIGITS = 6
CODE_MINUTES = 3
CODE_LIFE = timedelta(minutes=CODE_MINUTES)
TRIES_MAX = 5
SENDINGS_WINDOW = timedelta(minutes=15)
PURPOSE_CHARACTERS_MAX = 200
HIDDEN = "•••"
PHONE_DIGITS_SHOWN = 3


class Channel(StrEnum):
    """How a code reaches a person; `page` is the sandbox, which shows it."""

    EMAIL = "email"
    SMS = "sms"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Sent:
    """That a code is on its way: to an address of which only a hint is given; `shown` is the code, in the sandbox."""

    channel: Channel
    masked: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a person."""

    channel: Channel
    address: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code as kept."""

    channel: Channel
    print: str
    tries: int
    expires_at: str


def masked(channel: Channel, address: str) -> str:
    """Return as much of an address as its owner needs to know it again."""
    if channel is Channel.EMAIL:
        name, _, host = address.partition("@")
        start, _, end = host.rpartition(".")
        return f"{name[:1]}{HIDDEN}@{start[:1]}{HIDDEN}.{end}"
    return f"{HIDDEN}{address[-PHONE_DIGITS_SHOWN:]}" if channel is Channel.SMS else ""

"""A mail as somebody in the sandbox received it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

KEPT = timedelta(days=1)
SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail said, and to whom it went."""

    sender: str
    recipients: list[str]
    name: str
    title: str
    content: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A mail in the inbox, with its number in the order in which they came."""

    number: int
    received_at: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of the sandbox: the keyed hash by which it is found, the latest text on it, and how many there are."""

    box: str
    latest: Received
    texts: int


def left_to_right(one: Received) -> str:
    """Return the number that a text went to, its plus sign in front in lines that run from right to left too."""
    return f"\u2066{one.mail.recipients[0]}\u2069"

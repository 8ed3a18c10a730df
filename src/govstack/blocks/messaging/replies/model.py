"""Answers of people on their way to the service that wrote to them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from govstack.blocks.messaging.senders.model import fits

WINDOW = timedelta(hours=24)
FIRST_SECONDS, FACTOR, LONGEST_SECONDS = 30.0, 2.0, 3_600.0
# What a receiver says when trying again may help: too early, too many, too slow, or a fault of its own.
AGAIN = frozenset({408, 425, 429})
THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


class State(StrEnum):
    """How an answer stands."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    FORWARDED = "forwarded"
    DROPPED = "dropped"


FINAL = frozenset({State.FORWARDED, State.DROPPED})


@dataclass(frozen=True, slots=True)
class Order:
    """An answer as it is to be passed on; its content is sealed, and gone once it has come to its end."""

    id: str
    request_id: str
    callback: bytes | None
    received_at: str
    sequence: int
    state: State
    sealed: bytes | None


def pause_seconds(attempt: int) -> float:
    """Return how long to wait after a failed attempt, counted from 1."""
    return float(min(FIRST_SECONDS * FACTOR ** min(attempt - 1, 64), LONGEST_SECONDS))


def state_after(status: int) -> State:
    """Return how an answer stands after what its receiver said."""
    if 200 <= status < 300:
        return State.FORWARDED
    return State.DEFERRED if status >= 500 or status in AGAIN else State.DROPPED


def is_allowed(uri: str, patterns: Sequence[str], *, production: bool) -> bool:
    """Tell whether the operator lets answers go to an address: nobody has said so means this machine, or nowhere."""
    parts = urlsplit(uri)
    host = (parts.hostname or "").lower()
    if not patterns:
        return not production and (host in THIS_MACHINE or host == "::1")
    return any(fits(pattern, host, parts.port) for pattern in patterns)


def leads_inside(number: str) -> bool:
    """Tell whether an IP address leads to the machine itself or to the inside of a cloud."""
    address = ipaddress.ip_address(number.partition("%")[0])
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast

"""A mail on its way, what became of it, and when a server that does not answer is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from govstack.blocks.messaging.intake.model import Letter, Reason, Recipient, State, Status, published
from govstack.kernel.rules import Rule

SMTP_PORT, SUBMISSION_PORT, SMTPS_PORT = 25, 587, 465
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Refusals that are about this instance at the server and not about a message: its account, its way of signing in.
OF_THE_ACCOUNT = frozenset({530, 534, 535, 538})
FAILURES_MAX = 3
REST_SECONDS_FIRST = 5.0
REST_SECONDS_MAX = 300.0


class Result(StrEnum):
    """How an attempt to deliver ended."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider answered; a code of 0 means that it did not."""

    result: Result
    code: int = 0


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to be written down for a server."""

    umid: str
    letter: Letter
    recipient: Recipient

    @property
    def message_id(self) -> str:
        """Return the Message-ID: the same in every attempt, so that a receiver can drop what comes again."""
        return f"<{self.umid}@{self.letter.face['email'].rpartition('@')[2]}>"


class Channel(Protocol):
    """A way to bring messages to people."""

    name: str

    async def deliver(self, mail: Mail, *, urgent: bool) -> Outcome:
        """Hand a mail over and say what became of it; never raises for what the other side does."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to speak to it."""

    host: str
    port: int
    tls: bool
    starttls: bool
    username: str = ""
    password: str = ""

    @property
    def secure(self) -> bool:
        """Tell whether nobody on the way can read along."""
        return self.tls or self.starttls

    @property
    def is_here(self) -> bool:
        """Tell whether the server runs on this machine."""
        return self.host in LOOPBACK


def server_of(url: str) -> Server:
    """Return the server of smtp://user:password@host:port?starttls=yes or smtps://…; raises ValueError.

    Without a word about it, STARTTLS is demanded of every server that is not on this machine.
    """
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path.strip("/"):
        raise ValueError("it must read smtp://host:port or smtps://host:port")
    given = parse_qs(parts.query)
    if given.keys() - {"starttls"} or given.get("starttls", ["yes"])[0] not in {"yes", "no"}:
        raise ValueError("it may end in ?starttls=yes or ?starttls=no only")
    tls = parts.scheme == "smtps"
    starttls = not tls and given.get("starttls", ["no" if host in LOOPBACK else "yes"])[0] == "yes"
    usual = SMTPS_PORT if tls else SUBMISSION_PORT if starttls else SMTP_PORT
    return Server(host, port or usual, tls, starttls, unquote(parts.username or ""), unquote(parts.password or ""))


def _is_server(text: str) -> bool:
    try:
        server_of(text)
    except ValueError:
        return False
    return True


SERVER = Rule("read smtp://host:port or smtps://host:port, perhaps with ?starttls=yes or no", _is_server)


def outcome_of(code: int, *, of_recipient: bool) -> Outcome:
    """Return what a server's code means: 4xx asks to try later, 5xx refuses the recipient or the message."""
    if code in OF_THE_ACCOUNT:
        return Outcome(Result.UNREACHABLE, code)
    if 500 <= code < 600:
        return Outcome(Result.REJECTED if of_recipient else Result.REFUSED, code)
    return Outcome(Result.DEFERRED, code)


# What is written down of an attempt.
NEXT: Mapping[Result, tuple[State, Reason]] = {
    Result.DELIVERED: (State.DELIVERED, Reason.NONE),
    Result.DEFERRED: (State.ERRORED, Reason.DEFERRED),
    Result.UNREACHABLE: (State.ERRORED, Reason.UNREACHABLE),
    Result.REJECTED: (State.FAILED, Reason.REJECTED),
    Result.REFUSED: (State.FAILED, Reason.REFUSED),
}


@dataclass(slots=True)
class Breaker:
    """Spares a server that does not answer: after some failures nothing is sent for a while, then one tries first."""

    failures: int = 0
    rests_until: float = 0.0

    def wait_seconds(self, moment: float) -> float:
        """Return for how long nothing shall be sent; the first to ask afterwards tries, and the others wait on."""
        if self.failures < FAILURES_MAX:
            return 0.0
        if moment < self.rests_until:
            return self.rests_until - moment
        self.rests_until = moment + self._rest_seconds()
        return 0.0

    def note(self, *, reached: bool, moment: float) -> None:
        """Note whether the server answered."""
        if reached:
            self.failures, self.rests_until = 0, 0.0
            return
        self.failures += 1
        self.rests_until = moment + self._rest_seconds()

    def _rest_seconds(self) -> float:
        return float(min(REST_SECONDS_FIRST * 2 ** min(max(self.failures - FAILURES_MAX, 0), 16), REST_SECONDS_MAX))


@dataclass(frozen=True, slots=True)
class Order:
    """A message as it is to be sent: where it stands, its keys and seals, and its sender's patience."""

    id: str
    request_id: str
    urgent: bool
    expires_at: str
    sequence: int
    state: State
    errors: int
    sender_id: str
    recipient_key: bytes | None
    recipient: bytes | None
    letter_key: bytes | None
    letter: bytes | None


def told(state: State, reason: str) -> Status:
    """Return what is published about a message at its end."""
    return published(state, reason, later=False)

"""A message on its way, how a mail server is spoken to, and what its answers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from govstack.blocks.messaging.intake.model import FINAL, Channel, Letter, Reason, Recipient, State, Status, published
from govstack.blocks.messaging.providers.model import LOOPBACK, Fate, Outcome, Result
from govstack.kernel.rules import Rule

SMTP_PORT, SUBMISSION_PORT, SMTPS_PORT = 25, 587, 465
# Refusals that are about this instance at the server and not about a message: its account, its way of signing in.
OF_THE_ACCOUNT = frozenset({530, 534, 535, 538})
# How long after its day a text that was taken may wait for its receipt.
RECEIPT_WINDOW = timedelta(hours=24)


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


def _are_servers(text: str) -> bool:
    try:
        return all(server_of(one) for one in text.split())
    except ValueError:
        return False


SERVERS = Rule(
    "read smtp://host:port or smtps://host:port, perhaps with ?starttls=yes or no, several with spaces between",
    _are_servers,
)


def outcome_of(code: int, *, of_recipient: bool) -> Outcome:
    """Return what a server's code means: 4xx asks to try later, 5xx refuses the recipient or the message."""
    if code in OF_THE_ACCOUNT:
        return Outcome(Result.UNREACHABLE, code)
    if 500 <= code < 600:
        return Outcome(Result.REJECTED if of_recipient else Result.REFUSED, code)
    return Outcome(Result.DEFERRED, code)


# From here on nobody tries again, so nothing that can be read is needed any more.
HANDED_OVER = FINAL | {State.SENT}
# What is written down of an attempt.
NEXT: Mapping[Result, tuple[State, Reason]] = {
    Result.DELIVERED: (State.DELIVERED, Reason.NONE),
    Result.TAKEN: (State.SENT, Reason.NONE),
    Result.DEFERRED: (State.ERRORED, Reason.DEFERRED),
    Result.UNREACHABLE: (State.ERRORED, Reason.UNREACHABLE),
    Result.REJECTED: (State.FAILED, Reason.REJECTED),
    Result.REFUSED: (State.FAILED, Reason.REFUSED),
}


@dataclass(frozen=True, slots=True)
class Order:
    """A message as it is to be sent: where it stands, its keys and seals, and its sender's patience."""

    id: str
    request_id: str
    channel: Channel
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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that a provider has taken."""

    message_id: str
    part: int
    parts: int
    provider: str


def after_receipts(fates: Sequence[Fate], parts: int, *, sent: bool) -> tuple[State, Reason] | None:
    """Return how a text stands after its receipts: one part that is lost loses it, and all of them deliver it."""
    if Fate.REJECTED in fates:
        return State.FAILED, Reason.REJECTED
    if Fate.EXPIRED in fates:
        return State.FAILED, Reason.EXPIRED
    return (State.DELIVERED, Reason.NONE) if sent and len(fates) == parts else None


def told(state: State, reason: str) -> Status:
    """Return what is published about a message at its end."""
    return published(state, reason, later=False)

"""What is sent, how it stands, when its turn comes, and what cannot be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from govstack.blocks.messaging.providers.errors import TextTooLong
from govstack.blocks.messaging.providers.model import written
from govstack.blocks.messaging.senders.model import address_fault, line_fault

WINDOW = timedelta(hours=24)
TITLE_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 200
# Of one message, all together; RFC 5321 lets a server take a hundred.
ADDRESSES_MAX = 50
REQUEST_ID_GROUPS = 6
REQUEST_ID_GROUP_CHARACTERS = 4
PERSON_CHARACTERS_MAX = 200
# ITU-T E.164: a country code, and fifteen digits at most.
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


class Channel(StrEnum):
    """By which way messages reach people."""

    EMAIL = "email"
    SMS = "sms"
    IN_APP = "in-app"


class Kind(StrEnum):
    """Whether a request is for one message or for many."""

    SINGLE = "single"
    BATCH = "batch"


class State(StrEnum):
    """The states of a message (5.1.24.1): the latest event tells which."""

    PENDING = "pending"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    ERRORED = "errored"
    FAILED = "failed"


FINAL = frozenset({State.DELIVERED, State.FAILED})


class Reason(StrEnum):
    """Why a message failed, or why it waits."""

    NONE = ""
    MALFORMED = "malformed"  # its recipient cannot be written to
    REJECTED = "rejected"  # the receiving side refused the recipient
    REFUSED = "refused"  # the receiving side refused the message or its sender
    EXPIRED = "expired"  # its day is over
    DEFERRED = "deferred"  # the receiving side asked to try later
    UNREACHABLE = "unreachable"  # nobody answered, or the connection broke
    UNCONFIRMED = "unconfirmed"  # a provider took it and never said what became of it


class Status(StrEnum):
    """What is published about a message, as it is written in the API."""

    SCHEDULED = "scheduled"
    PROCESSING = "processing"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    NOT_SENT = "notSent"
    DELIVERED = "delivered"


_LABELS = {status.lower(): status for status in Status}


def status_of(label: str) -> Status | None:
    """Return the status that a label means: `notSent`, `not sent` and `not_sent` are one (MSG-D14)."""
    return _LABELS.get(re.sub(r"[\s_-]", "", label).lower())


def published(state: State, reason: str, *, later: bool) -> Status:
    """Return what is published about a message; `later` says that its time has not come."""
    if state is State.DELIVERED:
        return Status.DELIVERED
    if state is State.ERRORED:
        return Status.DEFERRED
    if state is State.FAILED:
        return Status.BOUNCED if reason == Reason.REJECTED else Status.NOT_SENT
    return Status.SCHEDULED if later and state is not State.SENT else Status.PROCESSING


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom one message goes: the address it is for, those who get a copy, and a name for the first.

    A text goes to a number, a message in the application to a person by the id of their sign-in.
    """

    email: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    name: str = ""
    number: str = ""
    person: str = ""

    @property
    def told(self) -> str:
        """Return what a recipient is recognised by."""
        return self.email.lower() or self.number or self.person


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says, and who says it, as it was when it was accepted."""

    title: str
    content: str
    face: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A recipient as it was sent; `raw` tells malformed ones apart."""

    email: str = ""
    cc: str = ""
    bcc: str = ""
    name: str = ""
    raw: bytes = b""
    recipient: str = ""

    @property
    def address(self) -> str:
        """Return the address, number or person that it names."""
        return self.email or self.recipient


@dataclass(frozen=True, slots=True)
class Submission:
    """What a sender sends: to whom, what, in whose name, and where answers go."""

    kind: Kind
    entries: Sequence[Entry]
    title: str
    content: str
    said: Mapping[str, str]
    callback: str = ""
    encoding: str = ""
    urgent: bool = False
    # What tells one sending of the same content from the next, such as the turn of a schedule.
    occasion: str = ""
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class Pace:
    """Up to which second a sender's turns are given away, and how many of that second."""

    slot_at: datetime | None
    used: int


def turns(now: datetime, pace: Pace, *, per_second: int, count: int) -> tuple[list[tuple[datetime, int]], Pace]:
    """Return when so many messages may go, second by second, and the pace after them.

    Each sender has a row of seconds of its own, so that a large batch of one does not hold up another.
    """
    this = now.replace(microsecond=0)
    slot, used = (pace.slot_at, pace.used) if pace.slot_at is not None and pace.slot_at >= this else (this, 0)
    found: list[tuple[datetime, int]] = []
    while count > 0:
        if used >= per_second:
            slot, used = slot + timedelta(seconds=1), 0
        taken = min(count, per_second - used)
        found.append((slot, taken))
        count, used = count - taken, used + taken
    return found, Pace(slot, used)


def letter_faults(submission: Submission, *, content_bytes_max: int) -> dict[str, str]:
    """Return what is wrong with what a message says, by field."""
    found = {"title": line_fault(submission.title, most=TITLE_CHARACTERS_MAX)}
    if submission.encoding.replace("-", "").lower() not in {"", "utf8"}:
        found["encoding"] = "must be UTF-8"
    if not submission.content.strip():
        found["content"] = "must be given"
    elif len(submission.content.encode("utf-8", "replace")) > content_bytes_max:
        found["content"] = "is too long"
    elif "\x00" in submission.content or re.search("[\ud800-\udfff]", submission.content):
        found["content"] = "must be readable text"
    elif submission.channel is Channel.SMS and not _fits_a_phone(submission.content):
        found["content"] = "is too long for a text"
    return {field: fault for field, fault in found.items() if fault}


def recipient_of(entry: Entry, channel: Channel = Channel.EMAIL) -> tuple[Recipient | None, dict[str, str]]:
    """Return to whom a message goes, or what is wrong with it, by field."""
    if channel is not Channel.EMAIL:
        return _reached(entry, channel)
    listed = {"emailCC": _listed(entry.cc), "emailBCC": _listed(entry.bcc)}
    found = {"email": address_fault(entry.email), "name": line_fault(entry.name, most=NAME_CHARACTERS_MAX)}
    for field, addresses in listed.items():
        found[field] = next((fault for one in addresses if (fault := address_fault(one))), "")
    if sum(map(len, listed.values())) >= ADDRESSES_MAX:
        found["emailCC"] = "holds too many addresses"
    faults = {field: fault for field, fault in found.items() if fault}
    if faults:
        return None, faults
    return Recipient(entry.email, listed["emailCC"], listed["emailBCC"], entry.name.strip()), {}


def number_fault(text: str) -> str:
    """Return what is wrong with the number of a phone, or nothing."""
    return "" if _NUMBER.fullmatch(text) else "must be a number with its country code, such as +447700900123"


def _reached(entry: Entry, channel: Channel) -> tuple[Recipient | None, dict[str, str]]:
    """Return who is reached by a number, or by the id of a person."""
    named = entry.recipient if channel is Channel.SMS else entry.recipient.strip()
    if channel is Channel.SMS:
        fault = number_fault(named)
    else:
        fault = line_fault(named, most=PERSON_CHARACTERS_MAX) or ("" if named else "must be given")
    found = {"recipient": fault, "name": line_fault(entry.name, most=NAME_CHARACTERS_MAX)}
    if faults := {field: fault for field, fault in found.items() if fault}:
        return None, faults
    name = entry.name.strip()
    return (Recipient(name=name, number=named) if channel is Channel.SMS else Recipient(name=name, person=named)), {}


def _fits_a_phone(text: str) -> bool:
    try:
        written(text)
    except TextTooLong:
        return False
    return True


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text.strip() else ()


def request_id(chance: str) -> str:
    """Return a request id from random text: six groups of four letters and digits."""
    letters = [letter for letter in chance if letter.isalnum()][: REQUEST_ID_GROUPS * REQUEST_ID_GROUP_CHARACTERS]
    size = REQUEST_ID_GROUP_CHARACTERS
    return "-".join("".join(letters[start : start + size]) for start in range(0, len(letters), size))

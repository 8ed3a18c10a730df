"""What leaves the tables, in which order, and what an archive is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import msgspec

FORMAT = "govstack-messaging-archive"
VERSION = 1
LINE_BYTES_MAX = 100_000
# Of one file; a request is never parted, so a batch may take it beyond the second.
REQUESTS_MAX = 500
MESSAGES_MAX = 20_000
ARCHIVES_AT_ONCE_MAX = 100
ROWS_AT_ONCE = 2_000
SHOWN_MAX = 50
MONTHS_SHOWN_MAX = 24
PAUSE = timedelta(days=30)
# Tables in the order in which rows come back; they leave the other way round.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "message_request": (
        "number", "id", "sender_id", "kind", "urgent", "mhash", "messages", "content_bytes", "callback", "received_at",
        "expires_at", "correlation_id", "channel",
    ),
    "request_tally": ("request_id", "status", "messages"),
    "request_extension": ("number", "request_id", "until", "reason", "at"),
    "message": ("number", "id", "request_id", "channel", "recipient_hash", "due_at"),
    "message_event": (
        "number", "message_id", "sequence", "state", "reason", "provider", "response_code", "at",
    ),
    "message_part": ("number", "message_id", "part", "parts", "provider", "provider_id", "at"),
    "part_receipt": ("message_id", "part", "fate", "at"),
    "reply": ("number", "id", "request_id", "digest", "content_bytes", "received_at"),
    "reply_event": ("number", "reply_id", "sequence", "state", "response_code", "reason", "at"),
}  # fmt: skip
BINARY = frozenset({("message_request", "callback")})


class Soundness(StrEnum):
    """What a look at the file of an archive finds."""

    SOUND = "sound"
    CHANGED = "changed"
    MISSING = "missing"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file."""

    format: str = FORMAT
    version: int = VERSION
    requests: int
    messages: int


class Line(msgspec.Struct, frozen=True):
    """One row of a table."""

    table: str
    row: dict[str, Any]


class Foot(msgspec.Struct, frozen=True):
    """The last line: the digest of all lines before it, signed (ES256), and the id of the key that signed."""

    digest: str
    signature: str
    kid: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request all of whose messages and answers have come to their end."""

    id: str
    messages: int
    received_at: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a day and a sender came to an end."""

    day: str
    sender_id: str
    status: str
    messages: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A file with requests that left the tables; one that was restored has its rows in both places."""

    id: str
    digest: str
    file_bytes: int
    requests: int
    messages: int
    first_received_at: str
    last_received_at: str
    made_at: str
    restored_at: str | None = None
    number: int = 0

    @property
    def file_name(self) -> str:
        """Return the name of its file."""
        return f"{self.id}.jsonl"


@dataclass(frozen=True, slots=True)
class MonthCount:
    """How many archived messages of a month came to an end; `month` reads like 2026-11."""

    month: str
    status: str
    messages: int


def portion(candidates: list[Candidate]) -> list[Candidate]:
    """Return those that go into one file: the oldest, until it is full."""
    found: list[Candidate] = []
    messages = 0
    for one in candidates:
        if found and (len(found) == REQUESTS_MAX or messages + one.messages > MESSAGES_MAX):
            break
        found.append(one)
        messages += one.messages
    return found


def archive_id(digest: str) -> str:
    """Return the id of an archive: the same rows make the same one."""
    return digest[:32]

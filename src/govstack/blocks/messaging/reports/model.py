"""Delivery reports of mail servers (RFC 3464), and what they say of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from govstack.blocks.messaging.intake.model import State

# What a report says, and the headers that it gives back, stand before the text of the mail.
READ_BYTES_MAX = 100_000
PARTS_MAX = 50
RECIPIENTS_MAX = 100
PROVIDER = "delivery report"
_MESSAGE_ID = re.compile(r"<([0-9a-f-]{36})@[^<>@\s]+>")
_CODE = re.compile(r"\b(5[0-9]{2})\b")


@dataclass(frozen=True, slots=True)
class Failure:
    """Somebody whom a mail did not reach, with the code of the server that refused it, or 0."""

    addresses: tuple[str, ...]
    code: int


@dataclass(frozen=True, slots=True)
class Report:
    """That the mail of a message failed for good, and for whom."""

    umid: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as it stands."""

    id: str
    request_id: str
    sender_id: str
    recipient_hash: str
    sequence: int
    state: State


def read(raw: bytes) -> Report | None:
    """Return what a mail reports, or none when it is no report of a failure for good.

    A report that a mail is late, was passed on or has arrived changes nothing.
    """
    try:
        # The plain policy: the one that takes headers apart may take very long for those that want it to.
        mail = message_from_bytes(raw[:READ_BYTES_MAX])
        if (
            mail.get_content_type() != "multipart/report"
            or str(mail.get_param("report-type")).lower() != "delivery-status"
        ):
            return None
        parts = [part for part, _number in zip(mail.walk(), range(PARTS_MAX), strict=False)]
        failures = [failure for part in parts if (failure := _failure(part)) is not None]
        umid = next((found for part in parts[1:] if (found := _umid(part))), "")
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # The library raises what it likes for mails that nobody should have written.
        return None
    return Report(umid, tuple(failures[:RECIPIENTS_MAX])) if umid and failures else None


def _failure(part: Message) -> Failure | None:
    """Return a failure for good, from the fields that a report holds for each recipient."""
    if str(part.get("Action", "")).strip().lower() != "failed" or not str(part.get("Status", "5")).startswith("5"):
        return None
    told = [str(part.get(name, "")) for name in ("Original-Recipient", "Final-Recipient")]
    addresses = tuple(text.partition(";")[2].strip(" <>").lower() for text in told if ";" in text)
    code = _CODE.search(str(part.get("Diagnostic-Code", "")))
    return Failure(addresses, int(code[1]) if code else 0) if addresses else None


def _umid(part: Message) -> str:
    """Return the message that is reported of, from the mail or the headers that a report gives back."""
    if part.get_content_type() == "text/rfc822-headers":
        told = part.get_payload(decode=True)
        part = message_from_bytes(told) if isinstance(told, bytes) else part
    found = _MESSAGE_ID.fullmatch(str(part.get("Message-ID", "")).strip())
    return found[1] if found else ""

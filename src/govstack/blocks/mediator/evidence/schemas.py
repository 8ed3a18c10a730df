"""What the message log answers on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from govstack.blocks.mediator.evidence.model import Certificate, Entry, Proven, fingerprint

# A bound has a time zone, as every moment in the product.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class MessagesQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which entries to list; `application` limits them to those it sent or received, `from` and `to` to a period."""

    application: str = ""
    client: str = ""
    provider: str = ""
    service_code: str = ""
    direction: Literal["", "request", "answer"] = ""
    correlation_id: str = ""
    verdict: Literal["", "received", "allowed", "refused"] = ""
    status: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")
    page_size: int | None = None
    page_token: str = ""


class ExportQuery(msgspec.Struct, frozen=True):
    """Which part of the log to export."""

    application: str = ""
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")


class MessageEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One entry of the log: a request, or the answer to it; never what was said in either."""

    chain: str
    number: int
    message_id: str
    direction: Literal["request", "answer"]
    correlation_id: str
    client: str
    service: str
    method: str
    endpoint: str
    verdict: str
    reason: str
    status: int
    at: str
    milliseconds: float
    provider_milliseconds: float
    target_digest: str
    request_digest: str
    request_bytes: int
    answer_digest: str
    answer_bytes: int
    user_statement: str
    purpose: str
    kid: str
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> MessageEntry:
        """Return an entry as it is answered."""
        said = entry.message
        return cls(
            entry.chain,
            entry.number,
            said.message_id,
            said.direction,
            said.correlation_id,
            said.client,
            f"{said.provider}/{said.service_code}",
            said.method,
            said.endpoint,
            said.verdict,
            said.reason,
            said.status,
            said.at,
            said.duration_us / 1000,
            said.provider_us / 1000,
            said.target_digest,
            said.request_digest,
            said.request_bytes,
            said.answer_digest,
            said.answer_bytes,
            said.user_statement,
            said.purpose,
            entry.kid,
            entry.hash,
        )


class MessageList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Entries, newest message first; without a token there are no more."""

    messages: list[MessageEntry]
    next_page_token: str = ""


class Check(msgspec.Struct, frozen=True, omit_defaults=True):
    """What checking an entry found."""

    ok: bool
    reason: str = ""


class CheckedEntry(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An entry, whether it stands up to being checked, and since when a time stamp covers it."""

    entry: MessageEntry
    signature: str
    verification: Check
    sealed_at: str = ""


class CheckedMessage(msgspec.Struct, frozen=True, rename="camel"):
    """The request and the answer of a message; no answer while it is under way."""

    message_id: str
    entries: list[CheckedEntry]

    @classmethod
    def of(cls, message_id: str, found: list[Proven]) -> CheckedMessage:
        """Return a message as it is answered."""
        return cls(
            message_id,
            [
                CheckedEntry(
                    MessageEntry.of(one.entry),
                    one.entry.signature,
                    Check(one.verification.ok, one.verification.reason),
                    one.sealed_at,
                )
                for one in found
            ],
        )


class Authority(msgspec.Struct, frozen=True, rename="camel"):
    """A certificate that vouches for the keys in the log."""

    fingerprint: str
    certificate: str
    issued_at: str

    @classmethod
    def of(cls, certificate: Certificate) -> Authority:
        """Return a certificate as it is published."""
        return cls(fingerprint(certificate.pem), certificate.pem, certificate.issued_at)


class AuthorityList(msgspec.Struct, frozen=True):
    """The authorities of this instance, the present one last."""

    authorities: list[Authority]

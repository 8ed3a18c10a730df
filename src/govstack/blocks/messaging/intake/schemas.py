"""The published shapes of sending and asking, with every spelling that the published documents and clients use."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from govstack.blocks.messaging.intake.errors import InvalidInput, MessageInvalid
from govstack.blocks.messaging.intake.model import Channel, Entry, Kind, Status, Submission, status_of
from govstack.kernel.errors import BadRequest, Problem
from govstack.kernel.routing import Call, by_policy
from govstack.kernel.wire import decode_body, query_pairs

RESPONSE = "The request was accepted. Use its id to follow its status."
SENDER = by_policy("sender's key")
BATCH_BODY_BYTES_MAX = 8_000_000
LABELS_MAX = 50
KEY_HEADERS = {
    "apiKey": "The sender's key; a token of its application in the mediator can take its place",
}
REQUEST_HEADERS = {**KEY_HEADERS, "requestUid": "The id that sending returned"}
NAMES = ("apikey", "api_key")
Result = TypeVar("Result")


class CallbackAddress(msgspec.Struct, frozen=True):
    """Where answers to a message are passed on to."""

    uri: str | None = msgspec.field(name="URI", default=None)
    uri_small: str | None = msgspec.field(name="uri", default=None)


class SenderInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Who sends; each part must be as registered for the key, or left out."""

    organisation_name: str | None = None
    organisation_reg_nr: str | None = None
    on_behalf_of_name: str | None = None
    on_behalf_of_reg_nr: str | None = None
    email: str | None = None
    reply_to: str | None = None
    name: str | None = None


class RecipientInfo(msgspec.Struct, frozen=True):
    """Who receives one message; several addresses of a copy are separated by commas."""

    email: str | None = None
    cc: str | None = msgspec.field(name="emailCC", default=None)
    bcc: str | None = msgspec.field(name="emailBCC", default=None)
    name: str | None = None
    batch: str | None = msgspec.field(name="batchEmailAsBase64", default=None)

    @property
    def entry(self) -> Entry:
        """Return the recipient as it was sent."""
        return Entry(self.email or "", self.cc or "", self.bcc or "", self.name or "")


class BatchEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One recipient of a batch."""

    recipient_info: RecipientInfo


class EmailContent(msgspec.Struct, frozen=True):
    """What a message says: plain text in UTF-8."""

    encoding: str | None = None
    title: str | None = None
    content: str | None = None


class Reached(msgspec.Struct, frozen=True):
    """Who receives one text or one message in the application."""

    recipient: str | None = None
    name: str | None = None

    @property
    def entry(self) -> Entry:
        """Return the recipient as it was sent."""
        return Entry(name=self.name or "", recipient=self.recipient or "")


class TextRecipientInfo(Reached, frozen=True):
    """Who receives a text: a number with its country code (E.164), or many in base64."""

    batch: str | None = msgspec.field(name="batchSmsAsBase64", default=None)


class TextBatchEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One recipient of a batch of texts."""

    recipient_info: Reached


class TextContent(msgspec.Struct, frozen=True):
    """What a text says, in UTF-8."""

    encoding: str | None = None
    content: str | None = None


class PersonRecipientInfo(Reached, frozen=True):
    """Who reads a message here: the id of a person's sign-in, or many in base64."""

    batch: str | None = msgspec.field(name="batchInAppAsBase64", default=None)


class InAppContent(EmailContent, frozen=True):
    """What a message says that people read here: plain text in UTF-8."""


class Email(msgspec.Struct, frozen=True, rename="camel"):
    """A message to one person or to many: a batch names its recipients in base64 of a JSON list."""

    callback: CallbackAddress | None = None
    callback_uri: CallbackAddress | None = msgspec.field(name="callbackURI", default=None)
    callback_uri_small: CallbackAddress | None = msgspec.field(name="callbackUri", default=None)
    sender_info: SenderInfo | None = None
    recipient_info: RecipientInfo | None = None
    email_content: EmailContent | None = None

    def submission(self, kind: Kind, *, urgent: bool = False) -> Submission:
        """Return what is asked for; raises MessageInvalid for a list of recipients that cannot be read."""
        receiver, letter = self.recipient_info or RecipientInfo(), self.email_content or EmailContent()
        listed = bool(receiver.batch) and not (kind is Kind.SINGLE and receiver.email)
        return Submission(
            kind=Kind.BATCH if listed else Kind.SINGLE,
            entries=entries_of(receiver.batch or "", "batchEmailAsBase64", BatchEntry) if listed else [receiver.entry],
            title=letter.title or "",
            content=letter.content or "",
            said=said_by(self.sender_info),
            callback=callback_of(self.callback, self.callback_uri, self.callback_uri_small),
            encoding=letter.encoding or "",
            urgent=urgent,
        )


class Sms(msgspec.Struct, frozen=True, rename="camel"):
    """A text to one phone or to many: a batch names its recipients in base64 of a JSON list."""

    callback: CallbackAddress | None = None
    callback_uri: CallbackAddress | None = msgspec.field(name="callbackURI", default=None)
    sender_info: SenderInfo | None = None
    recipient_info: TextRecipientInfo | None = None
    sms_content: TextContent | None = None

    def submission(self, kind: Kind, *, urgent: bool = False) -> Submission:
        """Return what is asked for; raises MessageInvalid for a list of recipients that cannot be read."""
        receiver, text = self.recipient_info or TextRecipientInfo(), self.sms_content or TextContent()
        listed = bool(receiver.batch) and not (kind is Kind.SINGLE and receiver.recipient)
        return Submission(
            kind=Kind.BATCH if listed else Kind.SINGLE,
            entries=entries_of(receiver.batch or "", "batchSmsAsBase64", TextBatchEntry)
            if listed
            else [receiver.entry],
            title="",
            content=text.content or "",
            said=said_by(self.sender_info),
            callback=callback_of(self.callback, self.callback_uri),
            encoding=text.encoding or "",
            urgent=urgent,
            channel=Channel.SMS,
        )


class InApp(msgspec.Struct, frozen=True, rename="camel"):
    """A message to one person of this instance or to many, who read it here."""

    callback: CallbackAddress | None = None
    callback_uri: CallbackAddress | None = msgspec.field(name="callbackURI", default=None)
    sender_info: SenderInfo | None = None
    recipient_info: PersonRecipientInfo | None = None
    in_app_content: InAppContent | None = None

    def submission(self, kind: Kind, *, urgent: bool = False) -> Submission:
        """Return what is asked for; raises MessageInvalid for a list of recipients that cannot be read."""
        receiver, letter = self.recipient_info or PersonRecipientInfo(), self.in_app_content or InAppContent()
        listed = bool(receiver.batch) and not (kind is Kind.SINGLE and receiver.recipient)
        return Submission(
            kind=Kind.BATCH if listed else Kind.SINGLE,
            entries=entries_of(receiver.batch or "", "batchInAppAsBase64", TextBatchEntry)
            if listed
            else [receiver.entry],
            title=letter.title or "",
            content=letter.content or "",
            said=said_by(self.sender_info),
            callback=callback_of(self.callback, self.callback_uri),
            encoding=letter.encoding or "",
            urgent=urgent,
            channel=Channel.IN_APP,
        )


class RequestAccepted(msgspec.Struct, frozen=True, rename="camel"):
    """The id by which a request is followed."""

    response: str
    request_uid: str


class DialectAccepted(msgspec.Struct, frozen=True, rename="camel"):
    """The same with the id under both names that published clients read (MSG-D3)."""

    response: str
    request_uid: str
    request_uid_large: str = msgspec.field(name="requestUID")


class StatusQuery(msgspec.Struct, frozen=True):
    """Which states to count; the parameter may be repeated, also as `status[]`, or hold several between commas."""

    status: str = ""


def said_by(sender: SenderInfo | None) -> dict[str, str]:
    """Return what a message says about its sender."""
    return {field: value for field, value in msgspec.structs.asdict(sender or SenderInfo()).items() if value}


def callback_of(*given: CallbackAddress | None) -> str:
    """Return where answers go, under whichever name it was given."""
    return next((one.uri or one.uri_small or "" for one in given if one and (one.uri or one.uri_small)), "")


def entries_of(encoded: str, field: str, shape: type[BatchEntry] | type[TextBatchEntry]) -> list[Entry]:
    """Return the recipients of a batch; one that cannot be read stays in the list, to be told of as not sent."""
    return [_entry(raw, shape) for raw in _listed(encoded, field)]


def _listed(encoded: str, field: str) -> list[bytes]:
    fault = "must be base64 of a JSON list with an object recipientInfo for each recipient"
    try:
        text = base64.b64decode("".join(encoded.split()), validate=True)
        listed = msgspec.json.decode(text, type=list[msgspec.Raw])
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise MessageInvalid(fields={field: fault}) from error
    if not listed:
        raise MessageInvalid(fields={field: fault})
    return [bytes(raw) for raw in listed]


def _entry(raw: bytes, shape: type[BatchEntry] | type[TextBatchEntry]) -> Entry:
    try:
        return replace(msgspec.json.decode(raw, type=shape).recipient_info.entry, raw=raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Entry(raw=raw)


def key_of(headers: Mapping[str, str]) -> str:
    """Return the key that a call carries, under either name (MSG-D1)."""
    return next((headers[name].strip() for name in NAMES if headers.get(name, "").strip()), "")


def request_uid_of(headers: Mapping[str, str]) -> str:
    """Return the request id that a call carries; raises MessageInvalid without one."""
    found = headers.get("requestuid", "").strip()
    if not found:
        raise MessageInvalid("Name the request in the header requestUid.", fields={"requestUid": "must be given"})
    return found


def labels_of(call: Call) -> list[str]:
    """Return the states that are asked for, as the caller writes them (MSG-D13)."""
    values = [value for name, value in query_pairs(call.raw_query) if name in {"status", "status[]"}]
    labels = [label.strip() for value in values for label in value.split(",") if label.strip()]
    known = ", ".join(Status)
    if not labels or len(labels) > LABELS_MAX or not all(map(status_of, labels)):
        raise BadRequest(f"Name the states to count in status: {known}.", fields={"status": f"must be of {known}"})
    return labels


def counted(labels: Sequence[str], counts: Mapping[Status, int]) -> dict[str, int]:
    """Return a number for each label, under the caller's spelling (MSG-D14)."""
    return {label: counts.get(found, 0) for label in labels if (found := status_of(label)) is not None}


async def strictly(allowed: str, work: Awaitable[Result]) -> Result:
    """Return the result of a call; every fault of the caller becomes the one that clients know (MSG-D5)."""
    try:
        return await work
    except Problem as problem:
        if problem.status >= 500:
            raise
        raise InvalidInput(problem.detail, fields=problem.fields, headers={"Allow": allowed}) from problem


def body_of(call: Call, shape: Any) -> Any:
    """Read the body here and not before, so that its faults become the one that clients know."""
    return decode_body(call, replace(call.operation, body=shape))

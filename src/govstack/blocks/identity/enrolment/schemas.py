"""Wire shapes of enrolments: the published envelope, and what the block's own operations add to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.blocks.identity.enrolment.model import Enrolment, State, Trace
from govstack.blocks.identity.enrolment.service import Reading, Receipt, Received, Search
from govstack.blocks.identity.frame.schemas import moment
from govstack.blocks.identity.packets.model import Kind, Piece, Process
from govstack.blocks.identity.people.model import Attribute
from govstack.kernel.errors import BadRequest, Problem

API_ID, API_VERSION = "govstack.enrollment", "v1"
PAGE_SIZE = 50
Name = Annotated[str, Meta(max_length=200)]


class PacketMetadata(msgspec.Struct, frozen=True):
    """The signed metadata: a compact JWS of hash, id, refId and creationDate by the service's key."""

    signature: str = ""


class EnrolmentRequest(msgspec.Struct, frozen=True):
    """The published envelope. `request` is the packet, or a text: the packet encrypted to a key of this block."""

    request: msgspec.Raw
    id: Name = API_ID
    version: Name = API_VERSION
    requesttime: Name = ""
    metadata: PacketMetadata = PacketMetadata()


class AnswerMetadata(msgspec.Struct, frozen=True):
    """Where the enrolment stands and which records were taken in, as JSON in a text."""

    data: str


class EnrolmentError(msgspec.Struct, frozen=True, rename="camel"):
    """Why a packet was not taken in."""

    error_code: str
    message: str


class EnrolmentAnswer(msgspec.Struct, frozen=True, rename={"meta_data": "metaData"}):
    """The published answer: a receipt for each part of the packet."""

    responsetime: str
    meta_data: AnswerMetadata
    response: list[Receipt]
    errors: list[EnrolmentError] = []
    id: str = API_ID
    version: str = API_VERSION


class PieceAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A document or a biometric record: what it is and its SHA-256, never its content."""

    kind: Kind
    name: str
    hash: str
    type: str
    format: str
    number: str
    reference: str
    size_bytes: int
    quality: int | None


class AttributeAnswer(msgspec.Struct, frozen=True):
    """What an enrolment says of its person."""

    name: str
    value: str
    language: str


class EnrolmentSummary(msgspec.Struct, frozen=True, rename="camel"):
    """Where an enrolment stands."""

    id: str
    ref_id: str
    process: Process
    source: str
    state: State
    problem: str
    started_at: str
    changed_at: str


class EnrolmentReading(EnrolmentSummary, frozen=True, rename="camel", kw_only=True):
    """An enrolment with what it says, and what it lacks to be committed."""

    attributes: list[AttributeAnswer]
    pieces: list[PieceAnswer]
    missing: list[str]


class EnrolmentList(msgspec.Struct, frozen=True):
    """Enrolments, the last changed first."""

    enrolments: list[EnrolmentSummary]


class TraceAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A packet as it can be traced."""

    hash: str
    made_at: str
    received_at: str
    source: str
    officer_id: str
    sender: str
    correlation_id: str
    signature: str


class TraceList(msgspec.Struct, frozen=True):
    """The packets of an enrolment as they came."""

    packets: list[TraceAnswer]


class SearchBody(msgspec.Struct, frozen=True, rename="camel"):
    """Which enrolments to find. What is said of a person stands in the body, never in an address."""

    state: Literal["", "open", "submitted", "held", "committed", "refused", "abandoned"] = ""
    process: Literal["", "NEW", "UPDATE", "LOST"] = ""
    ref_id: Name = ""
    since: Name = ""
    name: Name = ""
    birthdate: Name = ""
    start: Annotated[int, Meta(ge=0, le=100_000)] = 0

    def search(self) -> Search:
        """Return what is looked for."""
        given = (("name", self.name.strip()), ("birthdate", self.birthdate.strip()))
        said = tuple(Attribute(name, value) for name, value in given if value)
        return Search(self.state, self.process, self.ref_id, self.since, said)


class PacketKeys(msgspec.Struct, frozen=True):
    """The keys that packets may be encrypted to (RFC 7517), the present one first."""

    keys: list[Mapping[str, str]]


def answer(received: Received) -> EnrolmentAnswer:
    """Return the published answer to a packet."""
    one = received.enrolment
    told = msgspec.json.encode({"state": one.state, "problem": one.problem}).decode()
    return EnrolmentAnswer(moment(), AnswerMetadata(told), received.receipts)


def refusal(problem: Problem) -> Mapping[str, object]:
    """Return a refusal in the published envelope; for `error_body`."""
    named = "; ".join(f"{name} {fault}" for name, fault in problem.fields.items())
    said = f"{problem.detail} ({named})" if named and named not in problem.detail else problem.detail
    return {
        "id": API_ID, "version": API_VERSION, "responsetime": moment(), "metaData": {"data": "{}"}, "response": [],
        "errors": [EnrolmentError(problem.code, said)],
    }  # fmt: skip


def check_envelope(given: EnrolmentRequest) -> None:
    """Refuse an envelope of another API, or one that does not say when it was sent."""
    if given.id != API_ID:
        raise BadRequest(f"id is {API_ID}.", fields={"id": f"is {API_ID}"})
    if not given.requesttime:
        raise BadRequest("requesttime says when the request was sent.", fields={"requesttime": "is missing"})


def summary(one: Enrolment) -> EnrolmentSummary:
    """Return where an enrolment stands."""
    return EnrolmentSummary(
        one.id, one.ref_id, one.process, one.source, one.state, one.problem, one.started_at, one.changed_at
    )  # fmt: skip


def reading(found: Reading) -> EnrolmentReading:
    """Return an enrolment with what it says."""
    return EnrolmentReading(
        *msgspec.structs.astuple(summary(found.enrolment)),
        attributes=[AttributeAnswer(one.name, one.value, one.language) for one in found.attributes],
        pieces=pieces(found.pieces),
        missing=found.missing,
    )


def pieces(found: Sequence[Piece]) -> list[PieceAnswer]:
    """Return documents and biometric records as the API shows them."""
    return [
        PieceAnswer(
            one.kind, one.name, one.digest, one.type, one.format, one.number, one.reference, one.size_bytes, one.quality
        )
        for one in found
    ]  # fmt: skip


def trace(one: Trace) -> TraceAnswer:
    """Return a packet as it can be traced."""
    return TraceAnswer(
        one.digest, one.made_at, one.received_at, one.source, one.officer, one.sender, one.correlation_id, one.signature
    )  # fmt: skip

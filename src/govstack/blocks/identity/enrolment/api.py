"""The published operation of enrolment, and this block's own to find, read, submit and withdraw enrolments."""

from __future__ import annotations

from govstack.blocks.identity.enrolment import schemas, service
from govstack.blocks.identity.enrolment.errors import (
    EnrolmentClosed,
    Incomplete,
    NotTheirs,
    ProcessDiffers,
    TooManyPackets,
    UnknownEnrolment,
    UnknownField,
    UnknownIndividual,
)
from govstack.blocks.identity.enrolment.schemas import (
    EnrolmentAnswer,
    EnrolmentList,
    EnrolmentReading,
    EnrolmentRequest,
    EnrolmentSummary,
    PacketKeys,
    SearchBody,
    TraceList,
)
from govstack.blocks.identity.packets import service as packets
from govstack.blocks.identity.packets.errors import (
    PacketInvalid,
    PacketTooLarge,
    SignatureInvalid,
    StationRefused,
    WrongKey,
)
from govstack.blocks.identity.packets.schemas import packet_of
from govstack.blocks.identity.people.service import ENROL
from govstack.kernel.routing import Answer, Call, Routes, needs, public

routes = Routes(tags=("enrolment",))
OFFICERS = needs(ENROL)
BODY_BYTES_MAX = 16_000_000
KEYS_CACHED = {"Cache-Control": "public, max-age=300"}
ONE = "/enrollment/{enrollmentId}"


@routes.put(
    "/enrollment", access=OFFICERS, body=EnrolmentRequest, answer=EnrolmentAnswer, answers={201: EnrolmentAnswer},
    body_bytes_max=BODY_BYTES_MAX, error_body=schemas.refusal, operation_id="enrolmentPut",
    errors=(
        PacketInvalid, PacketTooLarge, WrongKey, SignatureInvalid, StationRefused, NotTheirs, UnknownIndividual,
        UnknownField, Incomplete, EnrolmentClosed, ProcessDiffers, TooManyPackets,
    ),
)  # fmt: skip
async def enrol(call: Call, body: EnrolmentRequest) -> Answer:
    """Send a packet of an enrolment: the first begins it (201), others change it until it is committed (200)."""
    schemas.check_envelope(body)
    opened = await packets.opened(
        call.context, by=call.actor, raw=bytes(body.request), signature=body.metadata.signature
    )  # fmt: skip
    received = await service.receive(call.context, by=call.actor, packet=packet_of(opened))
    return Answer(schemas.answer(received), status=201 if received.created else 200)


@routes.get("/enrollment/keys", access=public(), answer=PacketKeys, operation_id="enrolmentKeys")
async def keys(call: Call) -> Answer:
    """Read the keys that packets may be encrypted to."""
    return Answer(PacketKeys(packets.published_keys(call.context)), headers=KEYS_CACHED)


@routes.post(
    "/enrollment/search", access=OFFICERS, body=SearchBody, answer=EnrolmentList, operation_id="enrolmentSearch"
)
async def search(call: Call, body: SearchBody) -> EnrolmentList:
    """Find enrolments by where they stand, and open ones by name and date of birth too."""
    found = await service.search(
        call.context, by=call.actor, wanted=body.search(), limit=schemas.PAGE_SIZE, offset=body.start
    )
    return EnrolmentList([schemas.summary(one) for one in found])


@routes.get(ONE, access=OFFICERS, answer=EnrolmentReading, errors=(UnknownEnrolment,), operation_id="enrolmentRead")
async def read(call: Call) -> EnrolmentReading:
    """Read an enrolment: what its packets say together, and what it lacks."""
    found = await service.read(call.context, by=call.actor, enrolment_id=call.path["enrollmentId"])
    return schemas.reading(found)


@routes.get(
    f"{ONE}/packets", access=OFFICERS, answer=TraceList, errors=(UnknownEnrolment,), operation_id="enrolmentTrace"
)
async def trace(call: Call) -> TraceList:
    """Trace the packets of an enrolment by their identifiers."""
    found = await service.traces(call.context, by=call.actor, enrolment_id=call.path["enrollmentId"])
    return TraceList([schemas.trace(one) for one in found])


@routes.post(
    f"{ONE}/commit", access=OFFICERS, answer=EnrolmentSummary, status=202,
    errors=(UnknownEnrolment, EnrolmentClosed, Incomplete), operation_id="enrolmentCommit",
)  # fmt: skip
async def commit(call: Call) -> EnrolmentSummary:
    """Ask for an enrolment to be committed; asking again changes nothing."""
    return schemas.summary(
        await service.submit(call.context, by=call.actor, enrolment_id=call.path["enrollmentId"])
    )  # fmt: skip


@routes.post(
    f"{ONE}/withdraw", access=OFFICERS, answer=EnrolmentSummary, errors=(UnknownEnrolment, EnrolmentClosed),
    operation_id="enrolmentWithdraw",
)  # fmt: skip
async def withdraw(call: Call) -> EnrolmentSummary:
    """Give an enrolment up before it is committed."""
    return schemas.summary(
        await service.withdraw(call.context, by=call.actor, enrolment_id=call.path["enrollmentId"])
    )  # fmt: skip

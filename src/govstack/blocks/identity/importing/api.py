"""The operation that takes data of another register into an enrolment."""

from __future__ import annotations

from govstack.blocks.identity.enrolment.errors import EnrolmentClosed, UnknownEnrolment, UnknownField
from govstack.blocks.identity.enrolment.schemas import EnrolmentSummary, summary
from govstack.blocks.identity.importing import service
from govstack.blocks.identity.importing.errors import NotHeld, SourceUnusable, UnknownSource
from govstack.blocks.identity.importing.schemas import ImportBody
from govstack.blocks.identity.people.service import ENROL
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("enrolment",))


@routes.post(
    "/enrollment/{enrollmentId}/import", access=needs(ENROL), body=ImportBody, answer=EnrolmentSummary,
    errors=(UnknownEnrolment, EnrolmentClosed, UnknownField, UnknownSource, NotHeld, SourceUnusable),
    operation_id="enrolmentImport",
)  # fmt: skip
async def take(call: Call, body: ImportBody) -> EnrolmentSummary:
    """Take what another register holds of the person into an enrolment."""
    received = await service.take(
        call.context, by=call.actor, enrolment_id=call.path["enrollmentId"], source=body.source,
        identifier=body.identifier,
    )  # fmt: skip
    return summary(received.enrolment)

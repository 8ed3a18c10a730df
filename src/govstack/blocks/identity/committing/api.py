"""Operations on what an enrolment leads to: possible duplicates, decisions, and the number that was given."""

from __future__ import annotations

from govstack.blocks.identity.committing import schemas, service
from govstack.blocks.identity.committing.schemas import CandidateList, DecisionBody, OutcomeAnswer
from govstack.blocks.identity.deduplication.errors import ReasonMissing, SeveralSame, UnknownCandidate
from govstack.blocks.identity.deduplication.model import Decision
from govstack.blocks.identity.enrolment.errors import EnrolmentClosed, UnknownEnrolment
from govstack.blocks.identity.enrolment.schemas import EnrolmentSummary, summary
from govstack.blocks.identity.enrolment.service import ADJUDICATE
from govstack.blocks.identity.people.service import ENROL
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("enrolment",))
ONE = "/enrollment/{enrollmentId}"
ADJUDICATORS = needs(ADJUDICATE)


@routes.get(
    f"{ONE}/candidates", access=ADJUDICATORS, answer=CandidateList, errors=(UnknownEnrolment,),
    operation_id="enrolmentCandidates",
)  # fmt: skip
async def candidates(call: Call) -> CandidateList:
    """Read who may be the person of an enrolment already."""
    return schemas.candidates(
        await service.compared(call.context, by=call.actor, enrolment_id=call.path["enrollmentId"])
    )  # fmt: skip


@routes.post(
    f"{ONE}/candidates/{{candidateId}}", access=ADJUDICATORS, body=DecisionBody, answer=EnrolmentSummary,
    errors=(UnknownEnrolment, UnknownCandidate, EnrolmentClosed, ReasonMissing, SeveralSame),
    operation_id="enrolmentDecide",
)  # fmt: skip
async def decide(call: Call, body: DecisionBody) -> EnrolmentSummary:
    """Say whether a candidate is the person of an enrolment, with the reason."""
    one = await service.decide(
        call.context, by=call.actor, enrolment_id=call.path["enrollmentId"], candidate_id=call.path["candidateId"],
        decision=Decision(body.decision), reason=body.reason,
    )  # fmt: skip
    return summary(one)


@routes.get(
    f"{ONE}/outcome", access=needs(ENROL), answer=OutcomeAnswer, errors=(UnknownEnrolment,),
    operation_id="enrolmentOutcome",
)  # fmt: skip
async def outcome(call: Call) -> OutcomeAnswer:
    """Read the number that the person of a committed enrolment was given, to hand it to them."""
    made = await service.outcome(call.context, by=call.actor, enrolment_id=call.path["enrollmentId"])
    return schemas.outcome(made)

"""The operations on proposals: everybody who signed in proposes, those who keep the records decide."""

from __future__ import annotations

from typing import Any

from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.pillars.learn.knowing.proposals import schemas, service
from govstack.pillars.learn.knowing.proposals.errors import (
    ClaimedAlready,
    OwnProposal,
    ProposalDecided,
    ProposedEnough,
    TopicTaken,
    UnknownProposal,
)
from govstack.pillars.learn.knowing.proposals.model import KINDS_OF, WRITTEN, Said, Subject
from govstack.pillars.learn.records import schemas as record_schemas
from govstack.pillars.learn.records.errors import ChangedMeanwhile, Unfit, UnknownRecord
from govstack.pillars.learn.records.service import Draft

routes = Routes(tags=("Proposals",))
ONE = "/proposals/{proposalId}"
CONCERNED = by_policy("whoever made the proposal, and those who keep such records")
KEEPERS = by_policy("those who keep such records")
DECIDING = (UnknownProposal, OwnProposal, ProposalDecided)


@routes.post(
    "/proposals", access=signed_in(), body=schemas.ProposalGiven, answer=schemas.ProposalShown, status=201,
    operation_id="propose", errors=(ProposedEnough,),
)  # fmt: skip
async def propose(call: Call, body: schemas.ProposalGiven) -> schemas.ProposalShown:
    """Propose an insight, a topic of research, a public good or a definition, in one's own name."""
    said = Said(Subject(body.subject), body.name.strip(), body.text.strip(), body.sources)
    return schemas.shown(await service.propose(call.context, by=call.actor, said=said))


@routes.post(
    "/topics/{recordId}/claims", access=signed_in(), body=schemas.ClaimGiven, answer=schemas.ProposalShown, status=201,
    operation_id="claimTopic", errors=(UnknownRecord, TopicTaken, ClaimedAlready, ProposedEnough),
)  # fmt: skip
async def claim(call: Call, body: schemas.ClaimGiven) -> schemas.ProposalShown:
    """Say that one takes a topic of research, as a student or a supervisor."""
    said = Said(Subject.CLAIM, body.supervisor.strip(), body.text.strip(), about_id=call.path["recordId"])
    return schemas.shown(await service.propose(call.context, by=call.actor, said=said))


@routes.get(
    "/me/proposals", access=signed_in(), query=schemas.MineQuery, answer=schemas.Proposals,
    operation_id="listMyProposals",
)  # fmt: skip
async def mine(call: Call) -> schemas.Proposals:
    """List what one proposed, and what became of it."""
    asked = call.query
    found = await service.mine(call.context, by=call.actor, before=asked.before, limit=asked.limit)
    return schemas.Proposals([schemas.shown(one) for one in found], found[-1].id if len(found) == asked.limit else "")


@routes.get(
    "/proposals", access=KEEPERS, query=schemas.WaitingQuery, answer=schemas.Proposals, operation_id="listProposals"
)
async def waiting(call: Call) -> schemas.Proposals:
    """List what waits for those who keep the records."""
    asked = call.query
    found = await service.waiting(call.context, by=call.actor, after=asked.after, limit=asked.limit)
    return schemas.Proposals([schemas.shown(one) for one in found], found[-1].id if len(found) == asked.limit else "")


@routes.get(ONE, access=CONCERNED, answer=schemas.ProposalShown, operation_id="readProposal", errors=(UnknownProposal,))
async def read(call: Call) -> schemas.ProposalShown:
    """Read a proposal, who made it, and what became of it."""
    return schemas.seen(await service.sight(call.context, by=call.actor, proposal_id=call.path["proposalId"]))


@routes.delete(
    ONE, access=CONCERNED, status=204, operation_id="withdrawProposal", errors=(UnknownProposal, ProposalDecided)
)
async def withdraw(call: Call) -> Answer:
    """Take back what one proposed, as long as it waits."""
    await service.withdraw(call.context, by=call.actor, proposal_id=call.path["proposalId"])
    return Answer(status=204)


@routes.post(
    f"{ONE}/refusal", access=KEEPERS, body=schemas.Refusal, status=204, operation_id="declineProposal", errors=DECIDING
)
async def decline(call: Call, body: schemas.Refusal) -> Answer:
    """Decline a proposal, and say why."""
    await service.decline(call.context, by=call.actor, proposal_id=call.path["proposalId"], reason=body.reason)
    return Answer(status=204)


@routes.post(
    f"{ONE}/grant", access=KEEPERS, status=204, operation_id="grantClaim",
    errors=(*DECIDING, TopicTaken, ChangedMeanwhile),
)  # fmt: skip
async def grant(call: Call) -> Answer:
    """Give a topic to whoever claims it."""
    await service.grant(call.context, by=call.actor, proposal_id=call.path["proposalId"])
    return Answer(status=204)


class TakingUp:
    """The operation that writes the record which a proposal of one kind becomes."""

    def __init__(self, subject: Subject) -> None:
        kind = KINDS_OF[subject]
        self.subject, self.shapes = subject, record_schemas.shapes_of(kind)
        routes.post(
            f"{ONE}/{kind.plural}", access=KEEPERS, body=self.shapes.given, answer=self.shapes.answer, status=201,
            operation_id=f"takeUp{subject.value.title()}", summary=f"Take a proposal up: {kind.label}",
            errors=(*DECIDING, Unfit),
        )(self.take_up)  # fmt: skip

    async def take_up(self, call: Call, body: Any) -> Any:
        """Write the record that a proposal becomes."""
        proposal_id = call.path["proposalId"]
        draft = Draft(record_schemas.content_of(body), body.audience, written_in=body.written_in)
        made = await service.take_up(
            call.context, by=call.actor, proposal_id=proposal_id, subject=self.subject, draft=draft
        )
        return record_schemas.answer_of(self.shapes, made)


for one in WRITTEN:
    TakingUp(one)

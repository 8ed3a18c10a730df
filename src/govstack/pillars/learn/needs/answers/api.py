"""The operations on answers."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.needs.answers import schemas, service
from govstack.pillars.learn.needs.campaigns.errors import NotOpen, UnknownCampaign

routes = Routes(tags=("Answers",))
BATCH_BYTES_MAX = 8 << 20


@routes.post(
    "/campaigns/{campaignId}/responses", access=by_policy("who may rate whom"), body=schemas.Batch,
    answer=schemas.BatchAnswer, operation_id="addResponses", body_bytes_max=BATCH_BYTES_MAX,
    errors=(UnknownCampaign, NotOpen),
)  # fmt: skip
async def add(call: Call, body: schemas.Batch) -> schemas.BatchAnswer:
    """Send responses; ids are made by the client, so what was sent before is known and not taken twice."""
    taken = await service.add(
        call.context, by=call.actor, campaign_id=call.path["campaignId"], responses=body.responses
    )
    return schemas.BatchAnswer.of(taken)


@routes.get("/me/asks", access=signed_in(), answer=schemas.AskList, operation_id="listMyAsks")
async def mine(call: Call) -> schemas.AskList:
    """List whom one is asked to rate: oneself, those who report to one, one's organisation."""
    found = await service.mine(call.context, by=call.actor)
    return schemas.AskList(
        [
            schemas.AskAnswer(
                one.campaign.id, one.member.id, one.rater, one.name, one.state, one.campaign.given.closes_on
            )
            for one in found
        ]
    )


@routes.get(
    "/members/{memberId}/responses", access=by_policy("who may see how somebody was rated"),
    answer=schemas.AboutAnswer, operation_id="listResponses", errors=(UnknownCampaign,),
)  # fmt: skip
async def about(call: Call) -> schemas.AboutAnswer:
    """List what was said about somebody: to themselves, to evaluators, and to managers what they said."""
    campaign, _member, spoken = await service.about(call.context, by=call.actor, member_id=call.path["memberId"])
    return schemas.AboutAnswer(campaign.id, [schemas.spoken(one) for one in spoken])

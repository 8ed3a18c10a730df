"""The operations on campaigns."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.needs.campaigns import schemas, service
from govstack.pillars.learn.needs.campaigns.errors import (
    CampaignStarted,
    FaultyCampaign,
    NobodyMeant,
    NotOpen,
    TooManyMembers,
    UnknownCampaign,
)
from govstack.pillars.learn.needs.campaigns.model import Given
from govstack.pillars.learn.needs.instruments.errors import UnknownInstrument

routes = Routes(tags=("Campaigns",))
ONE = "/campaigns/{campaignId}"


@routes.put(
    ONE, access=needs(PLAN), body=Given, answer=schemas.CampaignAnswer, operation_id="planCampaign",
    errors=(FaultyCampaign, CampaignStarted, UnknownInstrument, BadId),
)  # fmt: skip
async def plan(call: Call, body: Given) -> schemas.CampaignAnswer:
    """Plan an assessment, or change its plan until it starts."""
    made = await service.plan(call.context, by=call.actor, campaign_id=chosen_id(call, "campaignId"), given=body)
    return schemas.CampaignAnswer.of(made)


@routes.get(
    "/campaigns", access=needs(PLAN), query=schemas.ListQuery, answer=schemas.CampaignList,
    operation_id="listCampaigns",
)  # fmt: skip
async def listed(call: Call) -> schemas.CampaignList:
    """List campaigns, the last id first."""
    found = await service.listed(call.context, before=call.query.before, limit=call.query.limit)
    answers = [schemas.CampaignAnswer.of(one) for one in found]
    return schemas.CampaignList(answers, answers[-1].id if len(answers) == call.query.limit else "")


@routes.get(
    ONE, access=needs(PLAN), answer=schemas.CampaignAnswer, operation_id="readCampaign", errors=(UnknownCampaign,)
)  # fmt: skip
async def read(call: Call) -> schemas.CampaignAnswer:
    """Read a campaign."""
    found = await service.campaign(call.context, campaign_id=call.path["campaignId"])
    return schemas.CampaignAnswer.of(found)


@routes.delete(
    ONE, access=needs(PLAN), status=204, operation_id="discardCampaign", errors=(UnknownCampaign, CampaignStarted)
)
async def discard(call: Call) -> Answer:
    """Discard a plan that has not started."""
    await service.discard(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return Answer(status=204)


@routes.post(
    ONE + "/start", access=needs(PLAN), answer=schemas.CampaignAnswer, operation_id="startCampaign",
    errors=(UnknownCampaign, CampaignStarted, NobodyMeant, TooManyMembers),
)  # fmt: skip
async def start(call: Call) -> schemas.CampaignAnswer:
    """Start a campaign: its questions and its people are frozen."""
    made = await service.start(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return schemas.CampaignAnswer.of(made)


@routes.post(
    ONE + "/close", access=needs(PLAN), answer=schemas.CampaignAnswer, operation_id="closeCampaign",
    errors=(UnknownCampaign, NotOpen),
)  # fmt: skip
async def close(call: Call) -> schemas.CampaignAnswer:
    """Close a campaign before its last day."""
    made = await service.close(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return schemas.CampaignAnswer.of(made)

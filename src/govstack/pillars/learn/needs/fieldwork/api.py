"""The operations on forms to take along."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.needs.campaigns.errors import NotOpen, UnknownCampaign
from govstack.pillars.learn.needs.fieldwork import presenters, schemas, service

routes = Routes(tags=("Campaigns",))


@routes.get(
    "/campaigns/{campaignId}/xlsform", access=needs(PLAN), answer=bytes, answer_type=Format.XLSX.media_type,
    operation_id="readXlsForm", errors=(UnknownCampaign, NotOpen),
)  # fmt: skip
async def xlsform(call: Call) -> Answer:
    """Take the questions out as an XLSForm for programs that collect answers without a connection."""
    campaign = await service.campaign(call.context, campaign_id=call.path["campaignId"])
    content = await service.xlsform(call.context, campaign_id=campaign.id, labels=presenters.labels(campaign))
    return schemas.workbook_answer(content, f"form-{campaign.id}")

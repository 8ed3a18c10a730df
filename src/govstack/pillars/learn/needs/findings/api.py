"""The operations on findings."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.needs.campaigns.errors import UnknownCampaign
from govstack.pillars.learn.needs.findings import schemas, service
from govstack.pillars.learn.needs.findings.errors import NotForYou, NotStarted

routes = Routes(tags=("Findings",))
ACCESS = by_policy("who plans, evaluates or leads")
NAMES = by_policy("who sees results with names")
ERRORS = (UnknownCampaign, NotForYou, NotStarted)
ONE = "/campaigns/{campaignId}"


@routes.get(
    ONE + "/findings", access=ACCESS, query=schemas.FindingsQuery, answer=schemas.FindingsAnswer,
    operation_id="readFindings", errors=ERRORS,
)  # fmt: skip
async def read(call: Call) -> schemas.FindingsAnswer:
    """Read who answered and how results are spread; small numbers of people are hidden."""
    found = await service.report(
        call.context, by=call.actor, campaign_id=call.path["campaignId"], rater=call.query.kind
    )
    return schemas.FindingsAnswer.of(found)


@routes.get(
    ONE + "/findings/file", access=ACCESS, query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportFindings", errors=ERRORS,
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take findings out as CSV, spreadsheet or JSON."""
    found = await service.report(
        call.context, by=call.actor, campaign_id=call.path["campaignId"], rater=call.query.kind
    )
    return schemas.findings_file(found, Format(call.query.format))


@routes.get(
    ONE + "/responses/file", access=NAMES, query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportResponses", errors=ERRORS,
)  # fmt: skip
async def export_responses(call: Call) -> Answer:
    """Take all responses out as CSV, spreadsheet or JSON, in the columns in which they are taken in."""
    campaign, parts = await service.responses(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return schemas.responses_file(campaign, parts, Format(call.query.format))

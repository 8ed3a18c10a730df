"""Pages of findings: who answered, how results are spread, and the files to take out."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import Format
from govstack.pillars.learn.frame.model import EVALUATE, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.findings import presenters, schemas, service
from govstack.pillars.learn.needs.findings.model import Dimension
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.splits import service as splits
from govstack.web.answers import Page

routes = Routes(tags=("pages of assessments",))
ACCESS = by_policy("who plans, evaluates or leads")
HERE = "/campaigns/{campaignId}/findings"


@routes.page(HERE, access=ACCESS, query=schemas.FindingsQuery, operation_id="findingsPage")
async def findings(call: Call) -> Page:
    """Show who answered and how results are spread."""
    report = await _report(call)
    words = Words(call.language)
    values = {
        **presenters.shown(report, words), "items": presenters.items(report, words) if not report.early else [],
        "may_name": call.actor.may(EVALUATE),
        "back": f"/campaigns/{report.campaign.id}" if call.actor.may(PLAN) else "/",
    }  # fmt: skip
    return framed(call, "campaigns", "findings.html", values)


@routes.page(HERE + "/file", access=ACCESS, query=schemas.FileQuery, operation_id="findingsFile")
async def file(call: Call) -> Answer:
    """Hand out findings as a file."""
    return schemas.findings_file(await _report(call), Format(call.query.format))


@routes.page(
    HERE + "/responses", access=by_policy("who sees results with names"), query=schemas.FileQuery,
    operation_id="responsesFile",
)  # fmt: skip
async def responses(call: Call) -> Answer:
    """Hand out all responses as a file, for those who see results with names."""
    campaign, parts = await service.responses(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return schemas.responses_file(campaign, parts, Format(call.query.format))


@routes.page(HERE + "/{dimension}", access=ACCESS, query=schemas.SectionQuery, operation_id="findingsByPage")
async def by_dimension(call: Call) -> Page:
    """Show response rates and results by organisation, profile, gender or place."""
    if call.path["dimension"] not in set(Dimension):
        raise NotFound
    report, name = await _report(call), Dimension(call.path["dimension"])
    if name not in report.findings.reach:
        raise NotFound
    labels = presenters.Labels(await people.tree(call.context), await splits.terms(call.context))
    values = presenters.by_dimension(report, name, call.query.section, labels, Words(call.language))
    return framed(call, "campaigns", "findings_by.html", values)


async def _report(call: Call) -> service.Report:
    return await service.report(call.context, by=call.actor, campaign_id=call.path["campaignId"], rater=call.query.kind)

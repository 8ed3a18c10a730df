"""The page on which gaps stand beside what there is already."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlencode

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.presenters import choices
from govstack.pillars.learn.response.reusing import presenters, schemas, service
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.answers import Page

routes = Routes(tags=("pages of gaps",))
PATH = "/needs-and-assets"
PAGE_GAPS = 40
QUADRANTS = "swot-quadrant"


@routes.page(PATH, access=needs(PLAN), query=schemas.PageQuery, operation_id="needsAndAssetsPage")
async def answers(call: Call) -> Page:
    """Show each gap beside what there is for it, and where organisations stand."""
    words, asked = Words(call.language), call.query.asked
    found = await service.answers(call.context, by=call.actor, asked=asked)
    pages = max(1, ceil(len(found) / PAGE_GAPS))
    page = min(call.query.page, pages)
    part = found[(page - 1) * PAGE_GAPS : page * PAGE_GAPS]
    known = await frameworks.by_ids(call.context, competency_ids={one.gap.competency_id for one in part})
    terms = await vocabularies.terms(call.context, vocabularies=[QUADRANTS])
    tree = await people.tree(call.context)
    organisations = choices(tree, call.language)
    named = dict(organisations).get(asked.organisation)
    swot = await service.swot(call.context, by=call.actor, asked=asked)
    values = {
        "organisations": organisations,
        "organisation": asked.organisation,
        "chosen": [(named, PATH)] if named else [],
        "rows": presenters.rows(words, part, known, await frameworks.scales(call.context)),
        "swot": presenters.swot_rows(words, swot, labelled(terms[QUADRANTS], call.language), tree),
        "page": page,
        "pages": pages,
        "files": f"{PATH}-file?{urlencode({'organisation': asked.organisation} if named else {})}",
    }
    return framed(call, "gaps", "needs_and_assets.html", values)


@routes.page(f"{PATH}-file", access=needs(PLAN), query=schemas.FileQuery, operation_id="needsAndAssetsFile")
async def export(call: Call) -> Answer:
    """Hand out gaps with what there is for each."""
    found = await service.answers(call.context, by=call.actor, asked=call.query.asked)
    lines = at_once(schemas.lines(found, call.language))
    return table_answer("needs-and-assets", Format(call.query.format), schemas.COLUMNS, lines)

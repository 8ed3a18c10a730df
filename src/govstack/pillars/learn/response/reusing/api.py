"""The operations on gaps beside what there is."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.response.reusing import schemas, service

routes = Routes(tags=("Gaps",))


@routes.get(
    "/gap-answers", access=needs(PLAN), query=schemas.AnswersQuery, answer=schemas.GapAnswers,
    operation_id="listGapAnswers",
)  # fmt: skip
async def list_answers(call: Call) -> schemas.GapAnswers:
    """List gaps with the assets, courses and material for each, and whether to reuse, improve or create."""
    found = await service.answers(call.context, by=call.actor, asked=call.query.asked)
    part = found[call.query.offset : call.query.offset + call.query.limit]
    return schemas.GapAnswers([schemas.answer(one) for one in part], len(found))


@routes.get(
    "/gap-answers/export", access=needs(PLAN), query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportGapAnswers",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take gaps with what there is for each out as CSV, spreadsheet or JSON."""
    found = await service.answers(call.context, by=call.actor, asked=call.query.asked)
    lines = at_once(schemas.lines(found, call.language))
    return table_answer("needs-and-assets", Format(call.query.format), schemas.COLUMNS, lines)

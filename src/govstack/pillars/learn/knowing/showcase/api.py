"""The operations on country practices beside their records: compare and adopt."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs, public
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.knowing.showcase import presenters, schemas, service
from govstack.pillars.learn.knowing.showcase.model import PRACTICE, compared
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Country practices",))


@routes.get(
    "/practices/compare", access=public(), query=schemas.CompareQuery, answer=schemas.Comparison,
    operation_id="comparePractices",
)  # fmt: skip
async def compare(call: Call) -> schemas.Comparison:
    """Put practices side by side, part by part."""
    found = await service.chosen(call.context, by=call.actor, practice_ids=schemas.chosen(call.query))
    parts = [schemas.ComparedPart(one.label, ["\n".join(lines) for lines in said]) for one, said in compared(found)]
    return schemas.Comparison([one.content["name"] for one in found], parts)


@routes.post(
    "/practices/{recordId}/adopt", access=needs(PLAN), answer=schemas.Adopted, status=201,
    operation_id="adoptPractice", errors=(UnknownRecord,),
)  # fmt: skip
async def adopt(call: Call) -> schemas.Adopted:
    """Begin a programme from a practice, with its attribution."""
    practice_id, words = call.path["recordId"], Words(call.language)
    practice = await records.read(call.context, by=call.actor, kind=PRACTICE, record_id=practice_id)
    made = await service.adopt(
        call.context, by=call.actor, practice_id=practice_id, name=presenters.name(practice, words),
        attribution=presenters.attribution(practice, words),
    )  # fmt: skip
    return schemas.Adopted(made.id)

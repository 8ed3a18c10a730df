"""The operations that take everything along."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.learning.transcripts import schemas, service
from govstack.pillars.learn.learning.transcripts.errors import NothingEarned
from govstack.pillars.learn.learning.transcripts.model import COLUMNS, OWN_COLUMNS

routes = Routes(tags=("Badges",))


@routes.get(
    "/me/record", access=signed_in(), answer_type="application/vc+jwt", operation_id="readMyRecord",
    errors=(NothingEarned,),
)  # fmt: skip
async def record(call: Call) -> Answer:
    """Take everything that one has earned along as one signed credential (CLR 2.0)."""
    name = Words(call.language)(_("Learner record"))
    return schemas.record_answer(await service.record(call.context, by=call.actor, name=name))


@routes.get(
    "/me/record/file", access=signed_in(), query=schemas.FileQuery, answer_type=FILE_TYPES,
    operation_id="readMyRecordFile",
)  # fmt: skip
async def record_file(call: Call) -> Answer:
    """Take everything that one has earned along as CSV, XLSX or JSON."""
    rows = await service.own_rows(call.context, by=call.actor, language=call.language)
    return table_answer("badges", Format(call.query.format), OWN_COLUMNS, at_once(rows))


@routes.get(
    "/badges/file", access=needs(ADMINISTER), query=schemas.FileQuery, answer_type=FILE_TYPES,
    operation_id="readBadgesFile",
)  # fmt: skip
async def register_file(call: Call) -> Answer:
    """Take the register of badges out as CSV, XLSX or JSON."""
    rows = await service.register_rows(call.context, by=call.actor, language=call.language)
    return table_answer("badges", Format(call.query.format), COLUMNS, at_once(rows))

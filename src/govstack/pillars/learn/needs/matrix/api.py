"""The operations on the skill matrix."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.needs.matrix import schemas, service

routes = Routes(tags=("Gaps",))


@routes.get(
    "/skill-matrix", access=needs(PLAN), query=schemas.MatrixQuery, answer=schemas.MatrixRead,
    operation_id="readSkillMatrix",
)  # fmt: skip
async def read_matrix(call: Call) -> schemas.MatrixRead:
    """Read people of an organisation against what their posts ask for, page by page."""
    return schemas.read(
        await service.matrix(call.context, by=call.actor, asked=call.query.asked, after=call.query.after)
    )


@routes.get(
    "/skill-matrix/export", access=needs(PLAN), query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportSkillMatrix",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take everybody of an organisation out as CSV, spreadsheet or JSON, one line a requirement."""
    everybody = await service.everybody(call.context, by=call.actor, asked=call.query.asked)
    lines = schemas.matrix_lines(everybody, call.language)
    return table_answer("skill-matrix", Format(call.query.format), schemas.MATRIX_COLUMNS, lines)

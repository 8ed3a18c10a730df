"""The operations on digital teams, beside those on their records."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.needs.teams import schemas, service
from govstack.pillars.learn.needs.teams.model import TEAM
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.schemas import access_to

routes = Routes(tags=("Digital teams",))
ONE = "/team-plans/{recordId}"


@routes.get(
    f"{ONE}/team", access=access_to(TEAM), answer=schemas.TeamAnswer, operation_id="readTeam", errors=(UnknownRecord,)
)  # fmt: skip
async def read(call: Call) -> schemas.TeamAnswer:
    """Tell who is wanted in a team, who is there and who is missing, and what missing people are to have."""
    return schemas.answer(await service.team(call.context, by=call.actor, plan_id=call.path["recordId"]))


@routes.post(f"{ONE}/team", access=needs(PLAN), answer=schemas.TeamAnswer, operation_id="beginTeam",
             errors=(UnknownRecord,))  # fmt: skip
async def begin(call: Call) -> schemas.TeamAnswer:
    """Put the usual roles into a plan, one person each; roles that it has stay as they are."""
    await service.begin(call.context, by=call.actor, plan_id=call.path["recordId"], language=call.language)
    return schemas.answer(await service.team(call.context, by=call.actor, plan_id=call.path["recordId"]))


@routes.get(
    f"{ONE}/team/export", access=access_to(TEAM), query=FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportTeam", errors=(UnknownRecord,),
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take the roles of a team out as CSV, spreadsheet or JSON."""
    found = await service.team(call.context, by=call.actor, plan_id=call.path["recordId"])
    return table_answer("team", Format(call.query.format), schemas.COLUMNS, at_once(schemas.lines(found)))

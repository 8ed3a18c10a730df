"""The operations on learning paths."""

from __future__ import annotations

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, needs, public
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.response.paths import schemas, service
from govstack.pillars.learn.response.paths.errors import BadPath, UnknownPath
from govstack.pillars.learn.response.paths.model import Path, PathGiven

routes = Routes(tags=("Learning paths",))
CALENDAR = "text/calendar"


@routes.get("/paths", access=public(), answer=schemas.PathList, operation_id="listPaths")
async def list_paths(call: Call) -> schemas.PathList:
    """List learning paths."""
    return schemas.PathList(await service.listed(call.context))


@routes.put(
    "/paths/{pathId}", access=needs(PLAN), body=PathGiven, answer=Path, operation_id="putPath", errors=(BadPath, BadId)
)  # fmt: skip
async def put_path(call: Call, body: PathGiven) -> Path:
    """Enter a path or change one, also the one that comes with the product."""
    one = Path(id=chosen_id(call, "pathId"), **msgspec.structs.asdict(body))
    return await service.put(call.context, by=call.actor, path=one)


@routes.get(
    "/paths/{pathId}", access=public(), answer=schemas.PathState, operation_id="readPath", errors=(UnknownPath,)
)  # fmt: skip
async def read_path(call: Call) -> schemas.PathState:
    """Read a path, its steps in order, and where whoever signed in stands."""
    found = await service.path(call.context, path_id=call.path["pathId"])
    placed = await service.standing(call.context, by=call.actor, found=found)
    return schemas.PathState(found, [schemas.StepState(one.step, one.standing) for one in placed])


@routes.get(
    "/paths/{pathId}/calendar", access=public(), operation_id="readPathCalendar", errors=(UnknownPath,),
    answer_type=CALENDAR,
)  # fmt: skip
async def read_calendar(call: Call) -> Answer:
    """Read the slots of a path that come again, as iCalendar."""
    found = await service.path(call.context, path_id=call.path["pathId"])
    return Answer(body=schemas.calendar(found, call.language), media_type=f"{CALENDAR}; charset=utf-8")

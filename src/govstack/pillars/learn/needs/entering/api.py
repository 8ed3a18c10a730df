"""The operation that enters ratings from a file."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FileUnreadable, Format
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.intake.schemas import FileAnswer, accepted
from govstack.pillars.learn.needs.entering import service
from govstack.pillars.learn.needs.entering.errors import ColumnsOfRatings
from govstack.pillars.learn.needs.entering.model import Entered
from govstack.pillars.learn.needs.interchange.schemas import format_sent
from govstack.pillars.learn.transfer.errors import UnknownFormat

routes = Routes(tags=("Ratings",))
FILE_BYTES_MAX = 20_000_000


@routes.post(
    "/ratings/import", access=needs(PLAN), answer=Entered, body_types=tuple(one.media_type for one in Format),
    body_bytes_max=FILE_BYTES_MAX, operation_id="importRatings", answers={202: FileAnswer},
    errors=(FileUnreadable, UnknownFormat, ColumnsOfRatings, TooManyFiles),
)  # fmt: skip
async def enter(call: Call) -> Entered | Answer:
    """Put ratings in from CSV, spreadsheet or JSON; rows that do not fit are told, the others are kept.

    Up to 500 rows are answered with what became of them; a larger file with 202 and the address that tells of it.
    """
    told = await service.enter(call.context, by=call.actor, file=format_sent(call), content=call.body_bytes)
    return accepted(call, told) if isinstance(told, Intake) else told

"""The operations that enter people and organisations from files."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, FileUnreadable
from govstack.pillars.learn.directory import service
from govstack.pillars.learn.directory.errors import ColumnsOfOrganisations, ColumnsOfPeople
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.intake.schemas import FileAnswer, accepted
from govstack.pillars.learn.transfer.errors import UnknownFormat
from govstack.pillars.learn.transfer.model import Taken
from govstack.pillars.learn.transfer.schemas import ImportQuery, format_sent

routes = Routes(tags=("People",))


@routes.post(
    "/people/import", access=needs(ADMINISTER), query=ImportQuery, answer=Taken, body_types=FILE_TYPES,
    body_bytes_max=service.FILE_BYTES_MAX, operation_id="importPeople", answers={202: FileAnswer},
    errors=(FileUnreadable, UnknownFormat, ColumnsOfPeople, TooManyFiles),
)  # fmt: skip
async def people(call: Call) -> Taken | Answer:
    """Enter people from CSV, spreadsheet or JSON, told apart by id, else by number; what has no column stays.

    Up to 500 rows are answered with what became of them; a larger file with 202 and the address that tells of it.
    """
    return await _taken(call, service.PEOPLE_ROOM)


@routes.post(
    "/organisations/import", access=needs(ADMINISTER), query=ImportQuery, answer=Taken, body_types=FILE_TYPES,
    body_bytes_max=service.FILE_BYTES_MAX, operation_id="importOrganisations", answers={202: FileAnswer},
    errors=(FileUnreadable, UnknownFormat, ColumnsOfOrganisations, TooManyFiles),
)  # fmt: skip
async def organisations(call: Call) -> Taken | Answer:
    """Enter organisations from CSV, spreadsheet or JSON; names by language stand in names.en, names.fr and so on."""
    return await _taken(call, service.ORGANISATIONS_ROOM)


async def _taken(call: Call, room: str) -> Taken | Answer:
    told = await service.take(
        call.context, by=call.actor, room=room, file=format_sent(call), content=call.body_bytes,
        check_only=call.query.check_only,
    )  # fmt: skip
    return accepted(call, told) if isinstance(told, Intake) else told

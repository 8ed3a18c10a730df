"""The operations on files of records, the same two for every kind."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, FileUnreadable, Format
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.intake.schemas import FileAnswer, accepted
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.schemas import access_to
from govstack.pillars.learn.transfer import schemas, service
from govstack.pillars.learn.transfer.errors import ColumnsMissing, UnknownFormat
from govstack.pillars.learn.transfer.model import Taken

LARGE = (
    "Up to 500 rows are answered with what became of them; a larger file with 202 and, as Location, the address that"
    " tells how far it is."
)


def routes_of(kind: Kind) -> Routes:
    """Return the operations on files of a kind."""
    routes = Routes(tags=(kind.labels,))
    name = "".join(part.title() for part in kind.name.split("-"))

    async def export(call: Call) -> Answer:
        file = Format(call.query.format)
        stream = await service.export(call.context, by=call.actor, kind=kind, file=file)
        return schemas.file_answer(kind, file, stream)

    async def take(call: Call) -> Taken | Answer:
        told = await service.take(
            call.context, by=call.actor, kind=kind, file=schemas.format_sent(call), content=call.body_bytes,
            check_only=call.query.check_only,
        )  # fmt: skip
        return accepted(call, told) if isinstance(told, Intake) else told

    routes.get(
        f"/{kind.plural}/export", access=access_to(kind), query=schemas.ExportQuery,
        answer=bytes, answer_type=FILE_TYPES, operation_id=f"export{name}Records",
        summary=f"Take out as CSV, spreadsheet or JSON: {kind.labels}",
    )(export)  # fmt: skip
    routes.post(
        f"/{kind.plural}/import", access=needs(kind.write), query=schemas.ImportQuery, answer=Taken,
        body_types=FILE_TYPES, body_bytes_max=service.FILE_BYTES_MAX, operation_id=f"import{name}Records",
        summary=f"Put in from CSV, spreadsheet or JSON: {kind.labels}", answers={202: FileAnswer}, description=LARGE,
        errors=(FileUnreadable, UnknownFormat, ColumnsMissing, TooManyFiles),
    )(take)  # fmt: skip
    return routes

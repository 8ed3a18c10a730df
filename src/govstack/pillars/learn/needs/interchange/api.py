"""The operations that exchange frameworks with other systems."""

from __future__ import annotations

from typing import Any

from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import FILE_TYPES, FileUnreadable, Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.needs.frameworks.errors import (
    BrokenFramework,
    CompetencyTaken,
    UnknownFramework,
    UnknownScale,
)
from govstack.pillars.learn.needs.frameworks.model import Framework
from govstack.pillars.learn.needs.interchange import schemas, service
from govstack.pillars.learn.needs.interchange.errors import ColumnsAbsent, NoPackage, RowsRefused
from govstack.pillars.learn.transfer.errors import UnknownFormat

routes = Routes(tags=("Competencies: exchange",))
FILE_BYTES_MAX = 20_000_000


@routes.get(
    "/frameworks/{frameworkId}/case", access=signed_in(), answer=dict[str, Any], operation_id="readCasePackage",
    errors=(UnknownFramework,),
)  # fmt: skip
async def read_package(call: Call) -> dict[str, Any]:
    """Read a framework as a CASE package."""
    return await service.package(call.context, framework_id=call.path["frameworkId"])


@routes.post(
    "/case-packages", access=needs(ADMINISTER), query=schemas.PackageQuery, answer=schemas.FrameworkTaken,
    body_types=("application/json",), body_bytes_max=FILE_BYTES_MAX, operation_id="takeCasePackage",
    errors=(NoPackage, UnknownScale, BrokenFramework, CompetencyTaken),
)  # fmt: skip
async def take_package(call: Call) -> schemas.FrameworkTaken:
    """Take a CASE package in."""
    taken = await service.take_package(call.context, by=call.actor, content=call.body_bytes, scale_id=call.query.scale)
    return _told(taken)


@routes.get(
    "/frameworks/{frameworkId}/table", access=signed_in(), query=FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportFramework", errors=(UnknownFramework,),
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take a framework out as CSV, spreadsheet or JSON."""
    framework_id = call.path["frameworkId"]
    columns, rows = await service.table(call.context, by=call.actor, framework_id=framework_id)
    return table_answer("framework", Format(call.query.format), columns, at_once(rows))


@routes.put(
    "/frameworks/{frameworkId}/table", access=needs(ADMINISTER), query=schemas.TableQuery,
    answer=schemas.FrameworkTaken, body_types=FILE_TYPES, body_bytes_max=FILE_BYTES_MAX,
    operation_id="takeFrameworkTable",
    errors=(FileUnreadable, UnknownFormat, ColumnsAbsent, RowsRefused, UnknownScale, BrokenFramework, CompetencyTaken),
)  # fmt: skip
async def take(call: Call) -> schemas.FrameworkTaken:
    """Put the competencies of a framework in from CSV, spreadsheet or JSON, all rows or none."""
    taken = await service.take_table(
        call.context, by=call.actor, framework_id=call.path["frameworkId"], file=schemas.format_sent(call),
        content=call.body_bytes, title=call.query.title,
    )  # fmt: skip
    return _told(taken)


def _told(taken: Framework) -> schemas.FrameworkTaken:
    return schemas.FrameworkTaken(taken.id, taken.revision, len(taken.competencies), len(taken.relations))

"""Operation of exports: the records of a list, whole, as a file."""

from __future__ import annotations

from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.exporting import schemas, service
from govstack.blocks.registries.reading.errors import BadSearch, SearchTooBroad
from govstack.blocks.registries.records.schemas import HEADERS, key_of, reason_of, registry_of
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import FILE_TYPES, Format

routes = Routes(tags=("Registry data: import and export",))
POLICY = by_policy("rights of the registry")
EXPORT = "/data/{registryName}/{versionNumber}/export"


@routes.get(
    EXPORT, access=POLICY, query=schemas.ExportQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportRecords", headers=HEADERS, summary="Take records out as CSV, spreadsheet or JSON",
    errors=(UnknownRegistry, UnknownService, RightMissing, FieldHidden, BadSearch, SearchTooBroad),
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Export what a list finds, without pages, oldest first."""
    registry, kind = await registry_of(call), Format(call.query.format)
    stream = await service.export(
        call.context, by=call.actor, registry=registry, search=schemas.search_for(call, registry), kind=kind,
        reason=reason_of(call), key=key_of(call),
    )  # fmt: skip
    return schemas.file_answer(registry, kind, stream)

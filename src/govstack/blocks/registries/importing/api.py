"""Operations of imports: send a file, look at it, match its columns, confirm, follow, and fetch what was refused."""

from __future__ import annotations

from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.importing import schemas, service
from govstack.blocks.registries.importing.errors import (
    BadMatching,
    FileTooLarge,
    ImportNotReady,
    TooManyImports,
    TooManyRows,
    UnknownFormat,
    UnknownImport,
)
from govstack.blocks.registries.importing.model import Mode
from govstack.blocks.registries.records.schemas import registry_of
from govstack.kernel.errors import Problem
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import MEDIA_TYPES

routes = Routes(tags=("Registry data: import and export",))
POLICY = by_policy("rights of the registry")
IMPORTS = "/data/{registryName}/{versionNumber}/imports"
ONE = IMPORTS + "/{importId}"
ERRORS: tuple[type[Problem], ...] = (UnknownRegistry, UnknownService, RightMissing)
ONE_ERRORS = (*ERRORS, UnknownImport)


@routes.operation(
    "POST", IMPORTS, access=POLICY, kind="raw", operation_id="startImport", status=201, answer=schemas.ImportAnswer,
    body_types=tuple(MEDIA_TYPES.values()), summary="Send a file of records: CSV, spreadsheet or JSON",
    errors=(*ERRORS, TooManyImports, FileTooLarge, UnknownFormat),
)  # fmt: skip
async def start(call: Call) -> Answer:
    """Receive a file; the body is the file itself and the content type says what it is."""
    kind = schemas.format_sent(call)
    registry = await registry_of(call)
    made = await service.start(call.context, by=call.actor, registry=registry, kind=kind, content=schemas.body_of(call))
    seen = await service.preview(call.context, by=call.actor, registry=registry, import_id=made.id)
    return Answer(value=schemas.answer(made, seen), status=201)


@routes.get(
    IMPORTS, access=POLICY, answer=schemas.Imports, operation_id="listImports",
    summary="See the imports of the last day", errors=ERRORS,
)  # fmt: skip
async def listed(call: Call) -> schemas.Imports:
    """List the caller's own imports."""
    mine = await service.listed(call.context, by=call.actor, registry=await registry_of(call))
    return schemas.Imports([schemas.answer(one) for one in mine])


@routes.get(
    ONE, access=POLICY, answer=schemas.ImportAnswer, operation_id="readImport",
    summary="See where an import stands, and its preview before it is confirmed", errors=ONE_ERRORS,
)  # fmt: skip
async def show(call: Call) -> schemas.ImportAnswer:
    """Show an import."""
    registry, import_id = await registry_of(call), call.path["importId"]
    one = await service.found(call.context, by=call.actor, registry=registry, import_id=import_id)
    seen = await service.preview(call.context, by=call.actor, registry=registry, import_id=import_id)
    return schemas.answer(one, seen)


@routes.put(
    ONE + "/matching", access=POLICY, body=schemas.Matching, answer=schemas.ImportAnswer, operation_id="matchImport",
    summary="Match columns to other fields", errors=(*ONE_ERRORS, BadMatching, ImportNotReady),
)  # fmt: skip
async def match(call: Call, body: schemas.Matching) -> schemas.ImportAnswer:
    """Change which column fills which field."""
    registry, import_id = await registry_of(call), call.path["importId"]
    one = await service.found(call.context, by=call.actor, registry=registry, import_id=import_id)
    matching = schemas.matching_of(body, one)
    made = await service.match(call.context, by=call.actor, registry=registry, import_id=import_id, matching=matching)
    seen = await service.preview(call.context, by=call.actor, registry=registry, import_id=import_id)
    return schemas.answer(made, seen)


@routes.post(
    ONE + "/confirm", access=POLICY, body=schemas.Confirmation, answer=schemas.ImportAnswer, status=202,
    operation_id="confirmImport", summary="Let an import begin",
    errors=(*ONE_ERRORS, BadMatching, ImportNotReady, TooManyRows),
)  # fmt: skip
async def confirm(call: Call, body: schemas.Confirmation) -> schemas.ImportAnswer:
    """Take all rows or none, or the rows that fit; saying it again changes nothing."""
    made = await service.confirm(
        call.context, by=call.actor, registry=await registry_of(call), import_id=call.path["importId"],
        mode=Mode(body.mode),
    )  # fmt: skip
    return schemas.answer(made)


@routes.post(
    ONE + "/cancel", access=POLICY, status=204, operation_id="cancelImport",
    summary="End an import; rows that were taken stay", errors=ONE_ERRORS,
)  # fmt: skip
async def cancel(call: Call) -> None:
    """End an import."""
    await service.cancel(call.context, by=call.actor, registry=await registry_of(call), import_id=call.path["importId"])


@routes.get(
    ONE + "/errors", access=POLICY, query=schemas.ErrorsQuery, answer=dict[str, list[schemas.Row]],
    operation_id="importErrors", summary="See the rows that were refused, and why", errors=ONE_ERRORS,
)  # fmt: skip
async def errors(call: Call) -> Answer:
    """Hand out the refused rows, as JSON or as a CSV file to put right."""
    registry, import_id = await registry_of(call), call.path["importId"]
    one = await service.found(call.context, by=call.actor, registry=registry, import_id=import_id)
    parts = service.refusals(call.context, by=call.actor, registry=registry, import_id=import_id)
    if call.query.format == "json":
        return Answer(stream=schemas.errors_json(parts))
    headers = {"Content-Disposition": f'attachment; filename="{registry.code}-refused.csv"'}
    return Answer(stream=schemas.errors_csv(one, parts), media_type="text/csv; charset=utf-8", headers=headers)

"""Bringing records in from a file: send it, look at it, decide about rows that do not fit, follow it (DRS-24)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import LATEST, Registry
from govstack.blocks.registries.frame.presenters import Words, in_registry
from govstack.blocks.registries.importing import presenters, schemas, service
from govstack.blocks.registries.importing.errors import BadMatching, TooManyImports, UnknownFormat
from govstack.blocks.registries.importing.model import PAGE_BYTES_MAX, Import, Mode, State
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, Upload, by_policy
from govstack.kernel.sheets import format_of
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("record pages",))
RIGHTS = by_policy("rights on the registry")
IMPORT = "/registry/{code}/import-records"
ONE = IMPORT + "/{importId}"
REFRESH_SECONDS = 3


@routes.page(IMPORT, access=RIGHTS, operation_id="importRecordsPage")
async def ask_file(call: Call) -> Page:
    """Ask for a file of records."""
    return await _file_page(call, await _registry(call), {})


@routes.form(IMPORT, access=RIGHTS, body_bytes_max=PAGE_BYTES_MAX, operation_id="importRecordsForm")
async def send_file(call: Call) -> Page | Redirect:
    """Receive a file of records."""
    words, registry = Words(call.language), await _registry(call)
    upload = call.files.get("file")
    if upload is None or not upload.name:
        return await _file_page(call, registry, {"file": words(_("Choose a file"))})
    if not upload.content:
        return await _file_page(call, registry, {"file": words(_("The file is empty"))})
    kind = format_of(media_type=upload.media_type, file_name=upload.name)
    if kind is None:
        return await _file_page(call, registry, {"file": words.said(UnknownFormat.title)})
    try:
        made = await service.start(call.context, by=call.actor, registry=registry, kind=kind, content=_content(upload))
    except TooManyImports as problem:
        return await _file_page(call, registry, {"file": words.said(problem.detail)})
    return Redirect(f"/registry/{registry.code}/import-records/{made.id}")


async def _content(upload: Upload) -> AsyncIterator[bytes]:
    yield upload.content


@routes.page(ONE, access=RIGHTS, operation_id="importPage")
async def show(call: Call) -> Page:
    """Show where an import stands; while work goes on, the page renews itself."""
    registry, one = await _import(call)
    return await _import_page(call, registry, one, {})


@routes.form(ONE + "/matching", access=RIGHTS, operation_id="matchImportForm")
async def match(call: Call) -> Page | Redirect:
    """Match columns to other fields, and show the first rows again."""
    words = Words(call.language)
    registry, one = await _import(call)
    matching = [call.form.get(f"column-{place}", "") for place in range(len(one.column_names))]
    try:
        await service.match(call.context, by=call.actor, registry=registry, import_id=one.id, matching=matching)
    except BadMatching as problem:
        double = next((place for place, name in enumerate(matching) if name and name in matching[:place]), 0)
        shown = replace(one, matching=tuple(matching))
        return await _import_page(call, registry, shown, {f"column-{double}": words.said(problem.detail)})
    return Redirect(_address(registry, one))


@routes.form(ONE + "/confirm", access=RIGHTS, operation_id="confirmImportForm")
async def confirm(call: Call) -> Page | Redirect:
    """Let an import begin."""
    words = Words(call.language)
    registry, one = await _import(call)
    asked = call.form.get("mode", "")
    if asked not in set(Mode):
        return await _import_page(
            call, registry, one, {"mode": words(_("Choose what becomes of rows that do not fit"))}
        )
    try:
        await service.confirm(call.context, by=call.actor, registry=registry, import_id=one.id, mode=Mode(asked))
    except BadMatching as problem:
        return await _import_page(call, registry, one, {"column-0": words.said(problem.detail)})
    return Redirect(_address(registry, one))


@routes.form(ONE + "/cancel", access=RIGHTS, operation_id="cancelImportForm")
async def cancel(call: Call) -> Redirect:
    """End an import."""
    registry, one = await _import(call)
    await service.cancel(call.context, by=call.actor, registry=registry, import_id=one.id)
    return Redirect(_address(registry, one))


@routes.page(ONE + "/refused", access=RIGHTS, operation_id="refusedRowsFile")
async def refused(call: Call) -> Answer:
    """Hand out the rows that were refused as a CSV file to put right and send again."""
    registry, one = await _import(call)
    parts = service.refusals(call.context, by=call.actor, registry=registry, import_id=one.id)
    headers = {"Content-Disposition": f'attachment; filename="{registry.code}-refused.csv"'}
    return Answer(stream=schemas.errors_csv(one, parts), media_type="text/csv; charset=utf-8", headers=headers)


async def _registry(call: Call) -> Registry:
    return await design.published(call.context, code=call.path["code"], version=LATEST)


async def _import(call: Call) -> tuple[Registry, Import]:
    registry = await _registry(call)
    mine = await service.listed(call.context, by=call.actor, registry=registry)
    one = next((one for one in mine if one.id == call.path["importId"]), None)
    if one is None:
        return registry, await service.found(
            call.context, by=call.actor, registry=registry, import_id=call.path["importId"]
        )
    if one.version != registry.version:
        registry = await design.published(call.context, code=registry.code, version=one.version)
    return registry, one


def _address(registry: Registry, one: Import) -> str:
    return f"/registry/{registry.code}/import-records/{one.id}"


async def _file_page(call: Call, registry: Registry, errors: dict[str, str]) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}"
    mine = await service.listed(call.context, by=call.actor, registry=registry)
    fields = await service.writable(call.context, by=call.actor, registry=registry)
    values = {
        "errors": errors,
        "fields": [(label, name) for name, label in presenters.choices(words, fields)],
        "mine": [
            [
                {"text": words(_("{format} file"), format=one.format.value.upper()), "href": _address(registry, one)},
                {"moment": one.created_at},
                {"number": one.row_count},
                dict(zip(("status", "state"), presenters.status(words, one), strict=True)),
            ]
            for one in mine
        ],
        "above": [(words(_("Records")), f"{base}/records")],
    }
    return in_registry(call, registry, "records", "import.html", values, status=400 if errors else 200)


async def _import_page(call: Call, registry: Registry, one: Import, errors: dict[str, str]) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}"
    fields = await service.writable(call.context, by=call.actor, registry=registry)
    preview = await service.preview(call.context, by=call.actor, registry=registry, import_id=one.id)
    values = {
        "errors": errors,
        "one": one,
        "address": _address(registry, one),
        "status": presenters.status(words, one),
        "questions": presenters.columns(words, one, fields),
        "choices": presenters.choices(words, fields),
        "modes": presenters.modes(words, one),
        "mode": call.form.get("mode", ""),
        "left_out": presenters.left_out(one),
        "preview": preview,
        "headers": presenters.headers(words, registry, one),
        "rows": presenters.rows(words, registry, one, preview),
        "missing": presenters.missing(words, registry, one, preview),
        "faults": presenters.faults(words, registry, one, preview),
        "fault": words.said(one.fault),
        "above": [
            (words(_("Records")), f"{base}/records"), (words(_("Import records")), f"{base}/import-records"),
        ],
    }  # fmt: skip
    page = in_registry(call, registry, "records", "import_one.html", values, status=400 if errors else 200)
    works = one.state.works and one.state is not State.READY
    return replace(page, headers={"Refresh": str(REFRESH_SECONDS)}) if works else page

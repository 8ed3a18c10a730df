"""Pages that take frameworks in and give them out."""

from __future__ import annotations

import msgspec

from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.interchange import service
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of competencies",))
FILE_BYTES_MAX = 20_000_000
NEW = "new"


@routes.page("/take-in-framework", access=needs(ADMINISTER), operation_id="takeInFrameworkPage")
async def ask(call: Call) -> Page:
    """Ask for a file with a framework."""
    return await _form(call, {})


@routes.form(
    "/take-in-framework", access=needs(ADMINISTER), operation_id="takeInFrameworkForm", body_bytes_max=FILE_BYTES_MAX
)
async def take(call: Call) -> Page | Redirect:
    """Take a framework in from a CASE package or a table."""
    words, upload, framework_id = (
        Words(call.language),
        call.files.get("file"),
        call.form.get("framework_id", "").strip(),
    )
    if upload is None or not upload.content:
        return await _form(call, {"file": words(_("Choose a file that is not empty."))})
    kind = format_of(media_type=upload.media_type, file_name=upload.name)
    try:
        if kind is Format.JSON and not framework_id:
            taken = await service.take_package(call.context, by=call.actor, content=upload.content)
        elif kind is None:
            return await _form(call, {"file": words(_("Send a CSV file, a spreadsheet (.xlsx) or JSON."))})
        elif not framework_id:
            return await _form(call, {"framework_id": words(_("Say which framework the table belongs to."))})
        else:
            taken = await service.take_table(
                call.context, by=call.actor, framework_id=framework_id, file=kind, content=upload.content,
                title=call.form.get("title", "").strip()[:300],
            )  # fmt: skip
    except (BadRequest, Conflict) as problem:
        rows = [(row, words(fault)) for row, fault in problem.fields.items()]
        return await _form(call, {"file": words.said(problem.detail)}, rows)
    told = words.count(
        "{count} competency was taken in.", "{count} competencies were taken in.", len(taken.competencies)
    ).format(count=len(taken.competencies))
    return Redirect(f"/frameworks/{taken.id}", notice=told)


@routes.page(
    "/frameworks/{frameworkId}/out", access=signed_in(), query=FileQuery, operation_id="frameworkOutPage"
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Hand out a framework as a table."""
    columns, rows = await service.table(call.context, by=call.actor, framework_id=call.path["frameworkId"])
    return table_answer("framework", Format(call.query.format), columns, at_once(rows))


@routes.page("/frameworks/{frameworkId}/case", access=signed_in(), operation_id="frameworkCasePage")
async def package(call: Call) -> Answer:
    """Hand out a framework as a CASE package."""
    told = await service.package(call.context, framework_id=call.path["frameworkId"])
    headers = {"Content-Disposition": 'attachment; filename="framework-case.json"', "Cache-Control": "no-store"}
    return Answer(body=msgspec.json.encode(told), headers=headers)


async def _form(call: Call, errors: dict[str, str], faults: list[tuple[str, str]] | None = None) -> Page:
    known = [(one.id, in_language(one.titles, call.language)) for one in await frameworks.frameworks(call.context)]
    values = {
        "errors": errors,
        "faults": faults or [],
        "known": known,
        "values": {name: call.form.get(name, "") for name in ("framework_id", "title")},
    }
    return framed(call, "competencies", "framework_take_in.html", values, status=400 if errors else 200)

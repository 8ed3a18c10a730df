"""Entering, changing and ending records on pages, in full or in the grid; every act is logged (DRS-22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.browsing import presenters as values
from govstack.blocks.registries.browsing import service as browsing
from govstack.blocks.registries.browsing.model import columns
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import LATEST, Field, Registry, ServiceKind
from govstack.blocks.registries.editing import presenters, schemas, service
from govstack.blocks.registries.editing.model import changeable, differences, enterable, name_of
from govstack.blocks.registries.editing.presenters import Widget
from govstack.blocks.registries.frame.presenters import Words, in_registry, label_of, path_label
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.writing.errors import Duplicate, RecordOutOfReach, RevisionStale
from govstack.kernel.errors import Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("record pages",))
RIGHTS = by_policy("rights on the registry")
RECORDS = "/registry/{code}/records"
RECORD = RECORDS + "/{uuid}"
REFUSALS = (InvalidContent, Duplicate, RecordOutOfReach, RevisionStale)
ADD_ROW = "row:"
SPARE_ROWS = 1
ENDINGS: Mapping[str, ServiceKind] = {
    "delete": ServiceKind.DELETE,
    "archive": ServiceKind.ARCHIVE,
    "restore": ServiceKind.ARCHIVE,
}
DONE: Mapping[str, str] = {
    "delete": _("The record is deleted. Its row and its history stay."),
    "archive": _("The record is archived."),
    "restore": _("The record is in use again."),
}


class FieldQuery(msgspec.Struct, frozen=True):
    """Which field alone is to be changed, by its number; 0 for all."""

    field: int = 0
    lang: str = ""


class ViewQuery(msgspec.Struct, frozen=True):
    """Through which view the grid is looked at."""

    view: str = ""
    lang: str = ""


@routes.page(RECORDS + "/new", access=RIGHTS, operation_id="newRecordPage")
async def ask_record(call: Call) -> Page:
    """Ask for the values of a new record."""
    registry, fields = await _new(call)
    return _form_page(call, registry, fields, schemas.texts_of(fields, _defaults(fields)), {}, "record_new.html", {})


@routes.form(RECORDS + "/new", access=RIGHTS, operation_id="newRecordForm")
async def create(call: Call) -> Page | Redirect:
    """Enter a record."""
    words = Words(call.language)
    registry, fields = await _new(call)
    if grown := _grown(call):
        return _form_page(call, registry, fields, grown, {}, "record_new.html", {})
    content, errors = schemas.read(words, fields, call.form, call.form_lists)
    if not errors:
        try:
            made = await records.create(call.context, by=call.actor, registry=registry, content=content)
        except REFUSALS as problem:
            errors = schemas.wrong(words, fields, problem)
    if errors:
        return _form_page(call, registry, fields, call.form, errors, "record_new.html", {})
    notice = words(_("The record was entered."))
    return Redirect(f"/registry/{registry.code}/records/{made.uuid}", notice=notice)


@routes.page(RECORD + "/change", access=RIGHTS, query=FieldQuery, operation_id="changeRecordPage")
async def ask_change(call: Call) -> Page:
    """Show a record, or one of its fields, for changing; that it was looked at is logged."""
    registry, record, fields = await _present(call, call.query.field)
    extra = _carried(call, record, call.query.field)
    return _form_page(call, registry, fields, schemas.texts_of(fields, record.content), {}, "record_change.html", extra)


@routes.form(RECORD + "/change", access=RIGHTS, operation_id="changeRecordForm")
async def change(call: Call) -> Page | Redirect:
    """Change a record: only the values that differ from those the form showed are written."""
    words, only = Words(call.language), call.form.get("field", "0")
    registry, before, fields = await _recalled(call, int(only) if only.isdecimal() and len(only) < 10 else 0)
    extra = {"before": call.form.get("before", ""), "field": only, "uuid": call.path["uuid"]}
    if grown := _grown(call):
        return _form_page(call, registry, fields, grown, {}, "record_change.html", extra)
    errors, changed = await _write(call, registry, before, fields)
    if errors:
        return _form_page(call, registry, fields, call.form, errors, "record_change.html", extra)
    notice = (
        words(_("The record was changed.")) if changed else words(_("Nothing was different, so nothing was changed."))
    )
    return Redirect(f"/registry/{registry.code}/records/{call.path['uuid']}", notice=notice)


@routes.page(RECORD + "/row", access=RIGHTS, query=ViewQuery, operation_id="changeRowPage")
async def ask_row(call: Call) -> Page | Redirect:
    """Show a record of the grid for changing in its place; without scripts the form's own page does it."""
    if "hx-request" not in call.headers:
        return Redirect(f"/registry/{call.path['code']}/records/{call.path['uuid']}/change")
    registry, record, fields = await _present(call, 0)
    if call.query.view.startswith("cancel:"):
        return await _row_part(call, registry, record, call.query.view.removeprefix("cancel:"))
    texts = schemas.texts_of(fields, record.content)
    token = service.remember(call.context, by=call.actor, record=record)
    return await _row_form(call, registry, record, fields, texts, token, call.query.view, {})


@routes.form(RECORD + "/row", access=RIGHTS, operation_id="changeRowForm")
async def change_row(call: Call) -> Page | Redirect:
    """Change a record in the grid, and show it there."""
    view = call.form.get("view", "")
    registry, before, everything = await _recalled(call, 0)
    shown = await _in_grid(call, registry, everything, view)
    fields = [one for one in shown if _was_sent(call, one)]
    errors, _changed = await _write(call, registry, before, fields)
    if "hx-request" not in call.headers:
        return Redirect(f"/registry/{registry.code}/records/{call.path['uuid']}")
    if errors:
        record = _as_record(call, before)
        return await _row_form(call, registry, record, everything, call.form, call.form["before"], view, errors)
    record = await browsing.record(call.context, by=call.actor, registry=registry, uuid=call.path["uuid"])
    return await _row_part(call, registry, record, view)


@routes.page(RECORD + "/{act}", access=RIGHTS, operation_id="endRecordPage")
async def ask_ending(call: Call) -> Page:
    """Ask whether a record is to be deleted, archived or taken back."""
    registry, act = await _ending(call)
    record = await browsing.record(call.context, by=call.actor, registry=registry, uuid=call.path["uuid"])
    return _ending_page(call, registry, act, values.reference(registry, record), {})


@routes.form(RECORD + "/{act}", access=RIGHTS, operation_id="endRecordForm")
async def end(call: Call) -> Page | Redirect:
    """Delete, archive or take back a record; what others link to is refused or follows the rule of the link."""
    words = Words(call.language)
    registry, act = await _ending(call)
    context, by, address = call.context, call.actor, call.path["uuid"]
    try:
        if act == "delete":
            await records.delete(context, by=by, registry=registry, address=address)
        else:
            await records.archive(context, by=by, registry=registry, address=address, restore=act == "restore")
    except Conflict as problem:
        return _ending_page(call, registry, act, "", {"": words.said(problem.detail)})
    to = f"/registry/{registry.code}/records"
    return Redirect(to if act == "delete" else f"{to}/{call.path['uuid']}", notice=words(DONE[act]))


async def _new(call: Call) -> tuple[Registry, list[Field]]:
    """Return the registry and the fields that somebody fills in; raises Forbidden where nothing may be entered."""
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    kind = ServiceKind.CREATE
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=kind)
    if kind not in insight.may:
        raise Forbidden
    return registry, enterable(registry, insight.visible)


def _defaults(fields: Sequence[Field]) -> dict[str, object]:
    return {one.name: one.default for one in fields if one.default is not None}


async def _present(call: Call, number: int) -> tuple[Registry, Record, list[Field]]:
    """Return a record as it is now, with the fields of it that somebody may change."""
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.UPDATE)
    if ServiceKind.UPDATE not in insight.may:
        raise Forbidden
    record = await browsing.record(call.context, by=call.actor, registry=registry, uuid=call.path["uuid"])
    if record.archived_at:
        raise NotFound
    return registry, record, _chosen(changeable(registry, insight.visible, record.content), number)


async def _recalled(call: Call, number: int) -> tuple[Registry, service.Before, list[Field]]:
    """Return what a form showed when it was opened, with the fields of it that somebody may change."""
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.UPDATE)
    if ServiceKind.UPDATE not in insight.may:
        raise Forbidden
    token = call.form.get("before", "")
    before = service.recall(call.context, by=call.actor, uuid=call.path["uuid"], token=token)
    return registry, before, _chosen(changeable(registry, insight.visible, before.content), number)


def _chosen(fields: list[Field], number: int) -> list[Field]:
    found = [one for one in fields if number in {0, one.number}]
    if not found:
        raise NotFound
    return found


async def _write(
    call: Call, registry: Registry, before: service.Before, fields: Sequence[Field]
) -> tuple[dict[str, str], bool]:
    """Write what a form changes; returns what is wrong, and whether anything was different."""
    words = Words(call.language)
    content, errors = schemas.read(words, fields, call.form, call.form_lists)
    given = differences(fields, before.content, content)
    errors = {name: text for name, text in errors.items() if not _is_hidden(fields, before, name)}
    if errors or not given:
        return errors, False
    try:
        await service.change(
            call.context,
            by=call.actor,
            registry=registry,
            uuid=call.path["uuid"],
            revision=before.revision,
            values=given,
        )
    except REFUSALS as problem:
        return schemas.wrong(words, fields, problem), False
    return {}, True


def _is_hidden(fields: Sequence[Field], before: service.Before, name: str) -> bool:
    """Tell whether an input is of a secret that the form could not show: left empty, it stays as it is."""
    return any(one.secret and one.name not in before.content and name_of(one) == name for one in fields)


def _grown(call: Call) -> dict[str, str]:
    """Return the form with one more row in a grid, when that is what was asked for."""
    step = call.form.get("step", "")
    if not step.startswith(ADD_ROW):
        return {}
    name = step.removeprefix(ADD_ROW)
    text = call.form.get(f"{name}-count", "0")
    count = int(text) if text.isdecimal() and len(text) < 4 else 0
    return {**call.form, f"{name}-count": str(count + 1)}


def _carried(call: Call, record: Record, number: int) -> dict[str, object]:
    token = service.remember(call.context, by=call.actor, record=record)
    return {"before": token, "field": str(number), "uuid": record.uuid}


def _as_record(call: Call, before: service.Before) -> Record:
    return Record(call.path["uuid"], before.number, before.content, "", "", "", before.revision)


async def _in_grid(call: Call, registry: Registry, fields: Sequence[Field], token: str) -> list[Field]:
    """Return the fields that the grid shows and that fit into a cell."""
    view = browsing.unseal(call.context, by=call.actor, code=registry.code, token=token)
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.LIST)
    shown = {path for path, _field in columns(registry, view, insight.visible)}
    return [one for one in fields if (one.name,) in shown and not one.multiple and presenters.fits_a_cell(one)]


def _was_sent(call: Call, one: Field) -> bool:
    name = name_of(one)
    return any(sent == name or sent.startswith(f"{name}-") for sent in call.form)


async def _row_form(  # noqa: PLR0917 (one record in the grid, and its form)
    call: Call,
    registry: Registry,
    record: Record,
    fields: Sequence[Field],
    form: Mapping[str, str],
    token: str,
    view_token: str,
    errors: Mapping[str, str],
) -> Page:
    words = Words(call.language)
    view = browsing.unseal(call.context, by=call.actor, code=registry.code, token=view_token)
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.LIST)
    editable = {one.name for one in await _in_grid(call, registry, fields, view_token)}
    cells: list[tuple[str, Widget | None, values.Shown | None]] = []
    for path, one in columns(registry, view, insight.visible):
        label = path_label(registry, path, call.language)
        if len(path) == 1 and one.name in editable:
            widget = presenters.widgets(words, [one], form, call.form_lists)[0]
            cells.append((label, presenters.bare(widget), None))
        else:
            cells.append((label, None, values.content_value(words, registry, path, record, insight)))
    shown = {
        "uuid": record.uuid,
        "number": record.number,
        "cells": cells,
        "base": f"/registry/{registry.code}/records/{record.uuid}",
        "before": token,
        "token": view_token,
        "errors": dict(errors),
        "first": next((place for place, (_label, widget, _value) in enumerate(cells) if _wanted(widget, errors)), -1),
    }
    return Page("record_row_form.html", shown, status=400 if errors else 200)


def _wanted(widget: Widget | None, errors: Mapping[str, str]) -> bool:
    """Tell whether an input is where to go on: the first that is wrong, else the first of all."""
    return widget is not None and (not errors or widget.name in errors)


async def _row_part(call: Call, registry: Registry, record: Record, token: str) -> Page:
    words = Words(call.language)
    view = browsing.unseal(call.context, by=call.actor, code=registry.code, token=token)
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.LIST)
    chosen = columns(registry, view, insight.visible)
    shown = {
        "row": values.rows(words, registry, [record], chosen, insight)[0],
        "frame": {"href": f"/registry/{registry.code}"},
        "may": {kind.name.lower() for kind in insight.may},
        "view": view,
        "token": token,
        "fresh": True,
    }
    return Page("record_row_part.html", shown)


def _form_page(  # noqa: PLR0917 (a registry's fields as a form)
    call: Call,
    registry: Registry,
    fields: Sequence[Field],
    form: Mapping[str, str],
    errors: Mapping[str, str],
    template: str,
    extra: Mapping[str, object],
) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}"
    shown = {
        "widgets": presenters.widgets(words, fields, form, call.form_lists, spare=SPARE_ROWS),
        "errors": dict(errors),
        "above": [(words(_("Records")), f"{base}/records")],
        "single": label_of(fields[0], call.language) if len(fields) == 1 and template == "record_change.html" else "",
        **extra,
    }
    return in_registry(call, registry, "records", template, shown, status=400 if errors else 200)


async def _ending(call: Call) -> tuple[Registry, str]:
    """Return the registry and the act that an address names, if somebody may do it."""
    act = call.path["act"]
    if act not in ENDINGS:
        raise NotFound
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    insight = await browsing.insight(call.context, by=call.actor, registry=registry, kind=ENDINGS[act])
    if ENDINGS[act] not in insight.may:
        raise Forbidden
    return registry, act


def _ending_page(call: Call, registry: Registry, act: str, name: str, errors: Mapping[str, str]) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}"
    shown = {
        "act": act,
        "name": name,
        "base": f"{base}/records/{call.path['uuid']}",
        "errors": dict(errors),
        "above": [(words(_("Records")), f"{base}/records")],
    }
    return in_registry(call, registry, "records", "record_end.html", shown, status=409 if errors else 200)

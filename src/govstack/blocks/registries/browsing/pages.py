"""Records for analysts and whoever has a right: the grid, one record, its history and its readers (DRS-21, DRS-23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.browsing import presenters, service
from govstack.blocks.registries.browsing.model import (
    COLUMNS_MAX,
    FILTERS_MAX,
    VALUE_CHARACTERS_MAX,
    Comparing,
    Filter,
    View,
    columns,
    names,
    term,
    without,
)
from govstack.blocks.registries.browsing.service import Insight
from govstack.blocks.registries.contents.model import Unfit
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import ServiceOff
from govstack.blocks.registries.design.model import LATEST, Lifecycle, Registry, ServiceKind, pointer, value_at
from govstack.blocks.registries.frame.presenters import (
    Words,
    in_registry,
    manages,
    name_label,
    service_href,
    service_off,
)
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import BadSearch
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.usage import presenters as readings
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.errors import NotYours
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect
from govstack.web.templating import with_query

routes = Routes(tags=("record pages",))
RIGHTS = by_policy("rights on the registry")
RECORDS = "/registry/{code}/records"
RECORD = RECORDS + "/{uuid}"


class GridQuery(msgspec.Struct, frozen=True):
    """Which page of which view, in which order; the view is sealed."""

    view: str = ""
    sort: str = ""
    page: int = 1
    lang: str = ""


@routes.page(RECORDS, access=RIGHTS, query=GridQuery, operation_id="recordsPage")
async def grid(call: Call) -> Page:
    """Show a page of records."""
    words, view = Words(call.language), _view(call, call.query.view)
    registry = await service.registry(call.context, code=call.path["code"], view=view)
    try:
        found = await service.grid(
            call.context, by=call.actor, registry=registry, view=view, sort=call.query.sort, page=call.query.page
        )
    except ServiceOff:
        return service_off(call, registry, "records", ServiceKind.LIST, _("Records"))
    insight = await service.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.LIST)
    chosen = columns(registry, view, insight.visible)
    values = {
        "view_label": presenters.view_label(words, view),
        "view": view,
        "token": call.query.view,
        "sort": call.query.sort,
        "grid": found,
        "headers": presenters.headers(words, registry, chosen),
        "rows": presenters.rows(words, registry, found.records, chosen, insight),
        "chips": _chips(call, registry, view),
        "may": {kind.name.lower() for kind in insight.may},
        "share_off": _share_off(call, registry),
        "other": _address(call, replace(view, archived=not view.archived)),
        **_narrowing(call, registry, insight, {}),
    }
    return in_registry(call, registry, "records", "records.html", values)


@routes.form(RECORDS + "/find", access=RIGHTS, operation_id="findRecordsForm")
async def find(call: Call) -> Page | Redirect:
    """Narrow the grid; what is looked for goes sealed into the address."""
    words, view = Words(call.language), _view(call, call.form.get("view", ""))
    registry = await service.registry(call.context, code=call.path["code"], view=view)
    view = replace(view, words=call.form.get("words", "").strip()[:VALUE_CHARACTERS_MAX])
    errors = _added(words, call, registry)
    if not errors and call.form.get("field"):
        view = replace(view, filters=(*view.filters, _filter(call))[-FILTERS_MAX:])
    if errors:
        insight = await service.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.LIST)
        shown = {"errors": errors, "token": _token(call, view), "chips": _chips(call, registry, view), "view": view}
        values = {**_narrowing(call, registry, insight, call.form), **shown}
        return in_registry(call, registry, "records", "records_find.html", values, status=400)
    return Redirect(_address(call, view))


@routes.page(RECORDS + "/columns", access=RIGHTS, query=GridQuery, operation_id="columnsPage")
async def ask_columns(call: Call) -> Page:
    """Ask which columns the grid shows."""
    words, view = Words(call.language), _view(call, call.query.view)
    registry = await service.registry(call.context, code=call.path["code"], view=view)
    insight = await service.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.LIST)
    seen = {pointer(path) for path in insight.visible}
    values = {
        "fields": [(name, name_label(registry, name, call.language)) for name in names(registry) if name in seen],
        "chosen": [pointer(path) for path, _field in columns(registry, view, insight.visible)],
        "token": call.query.view,
        "versions": [(one.version, one.version) for one in await design.versions(call.context, code=registry.code)],
        "version": registry.version,
        "cancel": _address(call, view),
        "above": [(words(_("Records")), _address(call, view))],
    }
    return in_registry(call, registry, "records", "records_columns.html", values)


@routes.form(RECORDS + "/columns", access=RIGHTS, operation_id="columnsForm")
async def choose_columns(call: Call) -> Redirect:
    """Show other columns; none chosen means the first fields again."""
    view = _view(call, call.form.get("view", ""))
    registry = await service.registry(call.context, code=call.path["code"], view=view)
    chosen = [name for name in call.form_lists.get("columns", []) if registry.field(name)]
    found = await design.versions(call.context, code=registry.code)
    # The newest version is named by nothing, so that the view follows when another one is published.
    older = {one.version for one in found[1:]}
    version = call.form.get("version", view.version)
    changed = replace(view, columns=tuple(chosen[:COLUMNS_MAX]), version=version if version in older else "")
    return Redirect(_address(call, changed))


@routes.page(RECORDS + "/only", access=RIGHTS, query=GridQuery, operation_id="onlyRecordPage")
async def only(call: Call) -> Redirect:
    """Go to the one record that a view finds, else to the grid."""
    view = _view(call, call.query.view)
    registry = await service.registry(call.context, code=call.path["code"], view=view)
    uuid = await service.only(call.context, by=call.actor, registry=registry, view=view)
    return Redirect(f"/registry/{registry.code}/records/{uuid}" if uuid else _address(call, view))


@routes.page(RECORD, access=RIGHTS, operation_id="recordPage")
async def one_record(call: Call) -> Page:
    """Show one record with its links; that it was looked at is logged."""
    words = Words(call.language)
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    record = await service.record(call.context, by=call.actor, registry=registry, uuid=call.path["uuid"])
    insight = await service.insight(call.context, by=call.actor, registry=registry, kind=ServiceKind.READ)
    base = f"/registry/{registry.code}/records/{record.uuid}"
    writes = ServiceKind.UPDATE in insight.may and not record.archived_at
    values = {
        "record": record,
        "items": presenters.items(words, registry, record, insight, f"{base}/change" if writes else ""),
        "about": presenters.about(words, registry, record),
        "outgoing": await _outgoing(call, registry, record.content, insight),
        "incoming": await _incoming(call, registry, record.uuid, record.content),
        "may": {kind.name.lower() for kind in insight.may},
        "share_off": _share_off(call, registry),
        "writes": writes,
    }
    return _record_page(call, registry, record.uuid, presenters.reference(registry, record), "values", values)


@routes.page(RECORD + "/history", access=RIGHTS, operation_id="recordHistoryPage")
async def history(call: Call) -> Page:
    """Show every change of a record, with what was there before and after."""
    return await _history_page(call, {})


@routes.form(RECORD + "/history", access=RIGHTS, operation_id="verifyHistoryForm")
async def verify(call: Call) -> Page:
    """Check the whole chain of the registry, and say what came of it."""
    words = Words(call.language)
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    found = await records.verify(call.context, by=call.actor, registry=registry)
    shown = {
        "verdict": presenters.verified(words, found),
        "sound": found.sound,
        "findings": [words.said(one) for one in found.findings],
    }
    return await _history_page(call, shown)


@routes.page(RECORD + "/readings", access=RIGHTS, operation_id="recordReadingsPage")
async def read_log(call: Call) -> Page:
    """Show who read a record, to analysts and auditors."""
    if not usage.may_audit(call.actor):
        raise NotYours
    words = Words(call.language)
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    found = await usage.reads_of_record(call.context, by=call.actor, record=call.path["uuid"])
    names = await access.system_names(call.context, language=call.language)
    values = {
        "rows": readings.of_record(words, found.entries, registry, names),
        "logged": bool(registry.person_path or registry.personal_fields),
    }
    return _record_page(call, registry, call.path["uuid"], "", "readings", values)


def _view(call: Call, token: str) -> View:
    return service.unseal(call.context, by=call.actor, code=call.path["code"], token=token)


def _share_off(call: Call, registry: Registry) -> str:
    """Return where whoever manages the registry can switch sharing on, nothing when it is on."""
    off = registry.lifecycle is Lifecycle.PUBLISHED and not registry.works(ServiceKind.SHARE)
    return service_href(registry, ServiceKind.SHARE) if off and manages(call.actor, registry) else ""


def _token(call: Call, view: View) -> str:
    return service.seal(call.context, by=call.actor, code=call.path["code"], view=view)


def _address(call: Call, view: View) -> str:
    return with_query(f"/registry/{call.path['code']}/records", view=_token(call, view) or None)


def _filter(call: Call) -> Filter:
    comparing = Comparing(call.form.get("comparing", Comparing.IS))
    value = call.form.get("value", "").strip()[:VALUE_CHARACTERS_MAX] if comparing.needs_value else ""
    return Filter(call.form.get("field", ""), comparing, value)


def _added(words: Words, call: Call, registry: Registry) -> dict[str, str]:
    """Return what is wrong with the filter that a form adds, if it adds one."""
    name, asked = call.form.get("field", ""), call.form.get("comparing", Comparing.IS.value)
    if not name:
        return {}
    if registry.field(name) is None or asked not in tuple(Comparing):
        return {"field": words(_("Choose a field"))}
    made = _filter(call)
    if not presenters.fits(registry, name, made.comparing):
        return {"comparing": words(_("This comparison does not fit the field"))}
    if made.comparing.needs_value and not made.value:
        return {"value": words(_("Enter what to compare with"))}
    wrong = _unfit(words, registry, made)
    return {"value": wrong} if wrong else {}


def _unfit(words: Words, registry: Registry, made: Filter) -> str:
    """Return what is wrong with the value of a filter, or nothing."""
    try:
        term(registry, made)
    except Unfit as fault:
        return words.fault(words(_("The value")), str(fault))
    except BadSearch as problem:
        fault_text = next(iter(problem.fields.values()), "")
        return words.fault(words(_("The value")), fault_text) if fault_text else words.said(problem.detail)
    return ""


def _chips(call: Call, registry: Registry, view: View) -> list[tuple[str, str]]:
    """Return the filters in force in words, each with the address without it."""
    words = Words(call.language)
    chips = [
        (
            presenters.filter_text(words, registry, one.field, one.comparing, one.value),
            _address(call, without(view, place)),
        )
        for place, one in enumerate(view.filters)
    ]
    if view.words:
        chips.append((f"“{view.words}”", _address(call, replace(view, words=""))))
    if view.archived:
        chips.append((words(_("Archived")), _address(call, replace(view, archived=False))))
    if view.version:
        chips.append((words(_("Version {version}"), version=view.version), _address(call, replace(view, version=""))))
    return chips


def _narrowing(call: Call, registry: Registry, insight: Insight, form: Mapping[str, str]) -> dict[str, object]:
    """Return what the form that narrows the grid offers."""
    words = Words(call.language)
    return {
        "filter_fields": presenters.filter_fields(words, registry, insight),
        "comparisons": presenters.comparisons(words),
        "form": {"field": "", "comparing": Comparing.IS.value, "value": "", **form},
        "clear": f"/registry/{registry.code}/records",
    }


async def _outgoing(
    call: Call, registry: Registry, content: Mapping[str, object], insight: Insight
) -> list[tuple[str, str, str]]:
    """Return the records that this one links to: by which field, to which registry, and where."""
    linking = [(path, one) for path in insight.visible if (one := registry.by_path[path]).links]
    known = await service.targets(
        call.context, by=call.actor, links=[link for _path, one in linking for link in one.links]
    )
    found = []
    for path, one in linking:
        value = value_at(content, path)
        for link in one.links:
            target = known.get(link.registry_id)
            place = service.place_of(target, link) if target is not None else None
            if value is None or target is None or place is None:
                continue
            label = name_label(registry, pointer(path), call.language)
            href = (
                f"/registry/{target.code}/records/{value}"
                if place == ()
                else _only(call, target, pointer(place), value)
            )
            found.append((label, target.name or target.code, href))
    return found


async def _incoming(
    call: Call, registry: Registry, uuid: str, content: Mapping[str, object]
) -> list[tuple[str, str, str]]:
    """Return which records link to this one: from which registry, by which field, and the list of them."""
    found = []
    for one in await service.sources(call.context, by=call.actor, registry=registry):
        place = service.place_of(registry, one.link)
        value = uuid if place == () else value_at(content, place) if place else None
        if value is None:
            continue
        view = service.looking_for(pointer(one.path), value)
        token = service.seal(call.context, by=call.actor, code=one.source.code, view=view)
        label = name_label(one.source, pointer(one.path), call.language)
        found.append((one.source.name or one.source.code, label, f"/registry/{one.source.code}/records?view={token}"))
    return found


def _only(call: Call, target: Registry, field: str, value: object) -> str:
    token = service.seal(call.context, by=call.actor, code=target.code, view=service.looking_for(field, value))
    return f"/registry/{target.code}/records/only?view={token}"


async def _history_page(call: Call, shown: Mapping[str, object]) -> Page:
    words, uuid = Words(call.language), call.path["uuid"]
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    changes = await reading.history(call.context, by=call.actor, registry=registry, uuid=uuid)
    values = {
        "steps": presenters.steps(words, registry, changes),
        "verdict": "",
        "sound": True,
        "findings": [],
        **shown,
    }
    return _record_page(call, registry, uuid, "", "history", values)


def _record_page(  # noqa: PLR0917 (one record, and the page about it)
    call: Call, registry: Registry, uuid: str, name: str, tab: str, values: Mapping[str, object]
) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}/records"
    parts = [
        (words(_("Values")), f"{base}/{uuid}", tab == "values"),
        (words(_("History")), f"{base}/{uuid}/history", tab == "history"),
    ]
    if usage.may_audit(call.actor):
        parts.append((words(_("Who read it")), f"{base}/{uuid}/readings", tab == "readings"))
    shown = {
        "record_name": name,
        "record_href": f"{base}/{uuid}",
        "record_tabs": parts,
        "above": [(words(_("Records")), base)],
        **values,
    }
    return in_registry(call, registry, "records", f"record_{tab}.html", shown)

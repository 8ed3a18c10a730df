"""Pages for authors of items: look, write, take in and out."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel import ids
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, fault_in_words, framed
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.presenters import called_by_id
from govstack.pillars.learn.needs.items import presenters, schemas, service
from govstack.pillars.learn.needs.items.errors import BadItem, ItemChanged, ItemRetired
from govstack.pillars.learn.needs.items.model import Item, Kind, State
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of items",))
PAGE_ITEMS = 50
FIELDS = (
    "kind", "competency", "bloom", "difficulty", "scoring", "points", "anchor", "case_matters", "language", "prompt",
    "options", "targets", "right", "feedback",
)  # fmt: skip


class WriteQuery(msgspec.Struct, frozen=True):
    """Of which kind an item shall be, or in which language it is written."""

    kind: Annotated[str, Meta(max_length=20)] = ""
    language: Annotated[str, Meta(max_length=12)] = ""
    lang: Annotated[str, Meta(max_length=12)] = ""


@routes.page("/items", access=needs(TEACH), query=schemas.ItemsQuery, operation_id="itemsPage")
async def items(call: Call) -> Page:
    """List items."""
    words, asked = Words(call.language), call.query
    found = await service.listed(
        call.context, competency_id=asked.competency, bloom=asked.bloom, state=asked.state, after=asked.after,
        limit=PAGE_ITEMS,
    )  # fmt: skip
    competencies = await service.competencies(call.context)
    listed = {*competencies, *(one.competency_id for one in found)}
    called = called_by_id(await frameworks.by_ids(call.context, competency_ids=listed), call.language)
    more = f"competency={asked.competency}&bloom={asked.bloom}&state={asked.state}"
    values = {
        "rows": presenters.rows(found, called, words),
        "competencies": [(one, called.get(one, one)) for one in competencies],
        "levels": presenters.labelled(presenters.LEVELS, words),
        "states": presenters.labelled({key: label for key, (label, _sign) in presenters.STATES.items()}, words),
        "asked": asked,
        "first": "/items" if asked.after else "",
        "next": f"/items?{more}&after={found[-1].id}" if len(found) == PAGE_ITEMS else "",
    }
    return framed(call, "items", "items.html", values)


@routes.page("/items/new", access=needs(TEACH), operation_id="newItemPage")
async def ask_kind(call: Call) -> Page:
    """Ask of which kind a new item shall be."""
    words = Words(call.language)
    kinds = [(str(kind), words(label), words(hint)) for kind, (label, hint) in presenters.KINDS.items()]
    return framed(call, "items", "item_kind.html", {"kinds": kinds})


@routes.page("/items/write", access=needs(TEACH), query=WriteQuery, operation_id="writeItemPage")
async def ask_new(call: Call) -> Page:
    """Ask for a new item."""
    kind = call.query.kind if call.query.kind in set(Kind) else str(Kind.CHOICE)
    cells = {
        "kind": kind,
        "language": call.language,
        "points": "1",
        "difficulty": "medium",
        "bloom": "",
        "scoring": "whole",
    }
    return _form(call, None, cells, {})


@routes.form("/items/write", access=needs(TEACH), operation_id="writeItemForm")
async def write(call: Call) -> Page | Redirect:
    """Enter a new item as a draft."""
    return await _write(call, None)


@routes.page("/items/{itemId}", access=needs(TEACH), operation_id="itemPage")
async def item(call: Call) -> Page:
    """Show an item with its right answer."""
    words, found = Words(call.language), await service.item(call.context, item_id=call.path["itemId"])
    asked = await frameworks.by_ids(call.context, competency_ids=[found.competency_id])
    competency = called_by_id(asked, call.language).get(found.competency_id, found.competency_id)
    languages = [
        (language, found.prompts[language].split("\n"),
         [(one.id, one.texts[language]) for one in (*found.options, *found.targets)],
         found.feedback.get(language, "").split("\n"))
        for language in sorted(found.prompts)
    ]  # fmt: skip
    values = {
        "item": found,
        "facts": presenters.facts(found, competency, words),
        "state": presenters.state(found.state, words),
        "languages": languages,
        "others": [(code, name) for code, name in presenters.LANGUAGES if code not in found.prompts],
    }
    return framed(call, "items", "item.html", values)


@routes.page("/items/{itemId}/change", access=needs(TEACH), query=WriteQuery, operation_id="changeItemPage")
async def ask_change(call: Call) -> Page:
    """Show an item for changing in a language, or for translating into one."""
    found = await service.item(call.context, item_id=call.path["itemId"])
    rows = [dict(zip(schemas.COLUMNS, row, strict=True)) for row in schemas.rows_of([found])]
    language = call.query.language or str(rows[0]["language"])
    row = next((one for one in rows if one["language"] == language), None)
    if row is None:
        row = {**rows[0], "language": language, "prompt": "", "feedback": ""}
    cells = {name: schemas.cell_text(row[name]) for name in FIELDS}
    return _form(call, found, cells, {})


@routes.form("/items/{itemId}/change", access=needs(TEACH), operation_id="changeItemForm")
async def change(call: Call) -> Page | Redirect:
    """Write the next version of an item."""
    return await _write(call, await service.item(call.context, item_id=call.path["itemId"]))


@routes.form("/items/{itemId}/state", access=needs(TEACH), operation_id="itemStateForm")
async def set_state(call: Call) -> Redirect:
    """Make an item ready, take it back into drafts, or retire it."""
    asked = call.form.get("state", "")
    state = State(asked) if asked in set(State) else State.DRAFT
    item_id = call.path["itemId"]
    await service.set_state(call.context, by=call.actor, item_id=item_id, state=state)
    return Redirect(f"/items/{item_id}", notice=Words(call.language)(_("The state was changed.")))


@routes.page("/items-file", access=needs(TEACH), query=schemas.FileQuery, operation_id="itemsFile")
async def file(call: Call) -> Answer:
    """Hand out the item bank as a file."""
    return await schemas.item_file(call.context, Format(call.query.format))


@routes.page("/items-take-in", access=needs(TEACH), operation_id="takeItemsPage")
async def ask_file(call: Call) -> Page:
    """Ask for a file of items."""
    return _file_page(call, {})


@routes.form(
    "/items-take-in", access=needs(TEACH), body_bytes_max=schemas.FILE_BYTES_MAX + 10_000, operation_id="takeItemsForm"
)  # fmt: skip
async def take_in(call: Call) -> Page:
    """Take items in from a file, and show what became of each row."""
    words, upload = Words(call.language), call.files.get("file")
    kind = format_of(media_type=upload.media_type, file_name=upload.name) if upload and upload.name else None
    if upload is None or kind is None:
        return _file_page(call, {"file": words(_("Choose a file in CSV, XLSX or JSON"))})
    try:
        found = await asyncio.to_thread(schemas.read, upload.content, kind)
    except Problem as problem:
        return _file_page(call, {"file": words.said(problem.detail)})
    taken = await service.take_in(call.context, by=call.actor, items=found.items)
    shown = schemas.taken_in(found, taken)
    faults = [(str(one.row), one.item, words(one.fault)) for one in shown.refused]
    return framed(call, "items", "items_taken.html", {"taken": shown, "faults": faults})


async def _write(call: Call, before: Item | None) -> Page | Redirect:
    words = Words(call.language)
    cells = {name: call.form.get(name, "") for name in FIELDS}
    errors = {name: words(text) for name, text in _MISSING.items() if not cells[name].strip()}
    seen = call.form.get("version", "")
    if before is not None and seen not in {"", str(before.version)}:
        errors["prompt"] = words(ItemChanged.title)
    if errors:
        return _form(call, before, cells, errors)
    item_id = before.id if before else ids.new_id()
    try:
        item = schemas.from_form(item_id, cells, before)
        await service.put(call.context, by=call.actor, item=item, seen=before)
    except ItemChanged as problem:
        return _form(call, before, cells, {"prompt": words(problem.title)})
    except (BadItem, ItemRetired) as problem:
        place, _mark, why = problem.detail.partition(": ")
        if place in FIELDS:
            return _form(call, before, cells, {place: fault_in_words(why, words)})
        return _form(call, before, cells, {problem.fields.get("field", "right"): words.said(problem.detail)})
    return Redirect(f"/items/{item_id}", notice=words(_("The item was saved.")))


_MISSING = {
    "competency": _("Enter the competency"), "bloom": _("Choose a level"), "prompt": _("Enter the question"),
    "right": _("Enter the right answer"),
}  # fmt: skip


def _form(call: Call, before: Item | None, cells: dict[str, str], errors: dict[str, str]) -> Page:
    words = Words(call.language)
    kind = Kind(cells["kind"]) if cells["kind"] in set(Kind) else Kind.CHOICE
    values = {
        "item": before, "cells": {**dict.fromkeys(FIELDS, ""), **cells}, "errors": errors, "kind": str(kind),
        "kind_label": words(presenters.KINDS[kind][0]),
        "levels": presenters.labelled(presenters.LEVELS, words),
        "difficulties": presenters.labelled(presenters.DIFFICULTIES, words),
        "scorings": presenters.labelled(presenters.SCORINGS, words), "languages": presenters.LANGUAGES,
        "action": f"/items/{before.id}/change" if before else "/items/write",
    }  # fmt: skip
    return framed(call, "items", "item_form.html", values, status=400 if errors else 200)


def _file_page(call: Call, errors: dict[str, str]) -> Page:
    return framed(call, "items", "items_file.html", {"errors": errors}, status=400 if errors else 200)

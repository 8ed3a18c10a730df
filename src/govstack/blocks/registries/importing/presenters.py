"""What the pages of imports show: where an import stands, its columns, its first rows and its faults in words."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.registries.browsing.presenters import brief
from govstack.blocks.registries.contents.model import text_of
from govstack.blocks.registries.design.model import Field, Registry, path_of
from govstack.blocks.registries.frame.presenters import Cell, Words, label_of
from govstack.blocks.registries.importing.model import WHOLE_ROWS_MAX, Import, Mode, Preview, Sample, State
from govstack.kernel.i18n import _

TEXT_CHARACTERS_MAX = 60
STATES: Mapping[State, tuple[str, str]] = {
    State.RECEIVING: (_("Being received"), "wait"),
    State.READING: (_("Being read"), "wait"),
    State.READY: (_("Waits for you"), "new"),
    State.LOADING: (_("Being taken in"), "wait"),
    State.DONE: (_("Done"), "good"),
    State.REFUSED: (_("Nothing was taken"), "bad"),
    State.FAILED: (_("Stopped"), "bad"),
    State.CANCELLED: (_("Cancelled"), "off"),
}


def status(words: Words, one: Import) -> tuple[str, str]:
    """Return where an import stands in words, and its sign."""
    label, sign = STATES[one.state]
    return words(label), sign


def columns(words: Words, one: Import, fields: Mapping[str, Field]) -> list[tuple[str, str, str]]:
    """Return for each column the name of its question, what it is called, and the field it is matched to."""
    unnamed = words(_("Column without a name"))
    return [
        (f"column-{place}", name or unnamed, matched if matched in fields else "")
        for place, (name, matched) in enumerate(zip(one.column_names, one.matching, strict=True))
    ]


def choices(words: Words, fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    """Return the fields that a column can be matched to."""
    return [(name, label_of(one, words.language)) for name, one in fields.items()]


def modes(words: Words, one: Import) -> list[tuple[str, str, str]]:
    """Return what can be done with rows that do not fit."""
    good = (
        Mode.GOOD.value, words(_("Take the rows that fit")),
        words(_("Rows that do not fit are left out and listed, for you to put right and send again.")),
    )  # fmt: skip
    if one.row_count > WHOLE_ROWS_MAX:
        return [good]
    every = (
        Mode.ALL.value, words(_("Only if all rows fit")), words(_("If a single row does not fit, nothing is taken.")),
    )  # fmt: skip
    return [every, good]


def headers(words: Words, registry: Registry, one: Import) -> list[str]:
    """Return the headers of the first rows: the row's number, and each field that a column fills."""
    return [words(_("Row")), *(label_of(field, words.language) for field in _filled(registry, one))]


def rows(words: Words, registry: Registry, one: Import, preview: Preview) -> list[list[Cell]]:
    """Return the first rows as they would be stored; a cell that does not fit says why beside what it holds."""
    filled = _filled(registry, one)
    return [
        [
            _marked(words, _name(words, row), row.faults.get("", "")),
            *(_cell(words, one, row, field) for field in filled),
        ]
        for row in preview.rows
    ]


def _name(words: Words, row: Sample) -> str:
    # On a narrow screen it is a heading of its own, and a number alone would name nothing.
    return words(_("Row {number}"), number=str(row.number))


def _cell(words: Words, one: Import, row: Sample, field: Field) -> Cell:
    fault = next((why for name, why in row.faults.items() if path_of(name)[0] == field.name), "")
    if fault or "" in row.faults:
        return _marked(words, _sent(one, row, field)[:TEXT_CHARACTERS_MAX], fault)
    return brief(words, field, row.content.get(field.name)).text


def _sent(one: Import, row: Sample, field: Field) -> str:
    """Return what the file holds for a field, as it stands there."""
    place = one.matching.index(field.name)
    cell = row.cells[place] if place < len(row.cells) else None
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else text_of(cell)


def _marked(words: Words, text: str, fault: str) -> Cell:
    return {"text": text, "fault": words.said(fault)} if fault else text


def _filled(registry: Registry, one: Import) -> list[Field]:
    named = set(one.matching)
    return [field for field in registry.fields if field.name in named]


def missing(words: Words, registry: Registry, one: Import, preview: Preview) -> list[str]:
    """Return the required fields that no column fills and nothing else does: without them no row fits."""
    lacking = {name for row in preview.faulty for name in row.faults if name not in one.matching}
    return [label_of(field, words.language) for field in registry.fields if field.required and field.name in lacking]


def faults(words: Words, registry: Registry, one: Import, preview: Preview) -> list[list[Cell]]:
    """Return what is wrong and not told above as rows of a table: the row, the field, the fault."""
    labels = {field.name: label_of(field, words.language) for field in registry.fields}
    missed = {field.name for field in registry.fields if field.required and field.name not in one.matching}
    shown = {row.number for row in preview.rows}
    whole = words(_("The whole row"))
    return [
        [_name(words, row), labels.get(name, name) if name else whole, words.said(fault)]
        for row in preview.faulty
        for name, fault in row.faults.items()
        if name not in missed and not (row.number in shown and path_of(name)[0] in {"", *one.matching})
    ]


def left_out(one: Import) -> list[str]:
    """Return the columns that fill no field."""
    return [name for name, matched in zip(one.column_names, one.matching, strict=True) if not matched and name]

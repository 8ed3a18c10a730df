"""What the pages of a record's languages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_tongue
from govstack.pillars.learn.records.model import FieldKind, Kind, Record
from govstack.pillars.learn.translations.model import Translation, said


def languages(record: Record, found: Sequence[Translation], words: Words) -> list[list[Cell]]:
    """Return a row for each language: its own name, whether the record is there in it, and where to write it."""
    known = {one.language: one for one in found}
    rows: list[list[Cell]] = []
    for code in dict.fromkeys((*i18n.LANGUAGES, *known, *([record.written_in] if record.written_in else []))):
        href = f"/translations/{record.id}/{code}"
        name = {"text": i18n.NAMES.get(code, code), "href": href}
        if code == record.written_in:
            rows.append([name["text"], words(_("The record itself is written in it"))])
        elif code not in known:
            rows.append([name, words(_("Not there yet"))])
        elif known[code].of_number != record.number:
            rows.append([name, words(_("There, but the record was changed since"))])
        else:
            rows.append([name, words(_("There"))])
    return rows


def controls(kind: Kind, record: Record, texts: Mapping[str, Any], words: Words) -> list[dict[str, Any]]:
    """Return a field of the form for each sentence of a record, with what the record says as its help."""
    there = said(kind, record)
    return [
        {
            "name": one.name,
            "label": words(one.label)
            if one.name == kind.title
            else words(_("{label} (optional)"), label=words(one.label)),
            "hint": in_tongue(_joined(there[one.name]), record.written_in, words.language),
            "value": _joined(texts.get(one.name, "")),
            "long": one.plural or one.kind is FieldKind.LONG,
        }
        for one in kind.translatable
        if one.name in there
    ]


def _joined(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)

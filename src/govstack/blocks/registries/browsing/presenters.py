"""Values, records and their history as pages show them, and the filters of the grid in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.browsing.model import OLDEST, STRUCTURED, Comparing, View, known_as, names, suits
from govstack.blocks.registries.browsing.service import Insight
from govstack.blocks.registries.changes.model import Change, ChangeKind, Verification
from govstack.blocks.registries.contents.model import DOCUMENT_ID, is_sealed, text_of
from govstack.blocks.registries.design.model import Field, FieldType, Path, Registry, pointer, value_at
from govstack.blocks.registries.frame.presenters import Words, label_of, name_label, path_label
from govstack.kernel.i18n import _

SAFE_ADDRESSES = ("https://", "http://", "/")
COMPARISONS: Mapping[Comparing, str] = {
    Comparing.IS: _("is"),
    Comparing.NOT: _("is not"),
    Comparing.CONTAINS: _("contains"),
    Comparing.STARTS: _("starts with"),
    Comparing.FROM: _("is at least"),
    Comparing.TO: _("is at most"),
    Comparing.EMPTY: _("has no value"),
    Comparing.FILLED: _("has a value"),
}
KINDS: Mapping[ChangeKind, tuple[str, str]] = {
    ChangeKind.CREATED: (_("Entered"), "good"),
    ChangeKind.LOADED: (_("Loaded with a batch"), "good"),
    ChangeKind.UPDATED: (_("Changed"), "wait"),
    ChangeKind.ARCHIVED: (_("Archived"), "off"),
    ChangeKind.RESTORED: (_("Taken back into use"), "good"),
    ChangeKind.DELETED: (_("Deleted"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it is shown. kind: empty, text, code, moment, date, state, file, json, values, group, rows."""

    kind: str
    text: str = ""
    href: str = ""
    parts: Sequence[Shown] = ()
    labels: Sequence[str] = ()
    rows: Sequence[Sequence[Shown]] = ()
    follow: str = ""


EMPTY = Shown("empty")


@dataclass(frozen=True, slots=True)
class Item:
    """One field of a record: what it is called, its value, and whether it can be changed."""

    path: Path
    label: str
    value: Shown
    marks: Sequence[str] = ()
    change: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One record in the grid."""

    uuid: str
    number: int
    cells: Sequence[Shown]
    labels: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Step:
    """One change in the history of a record."""

    title: str
    state: str
    at: str
    who: str
    position: int
    hash: str
    previous: str
    rows: Sequence[tuple[str, Shown, Shown]] = ()

    @property
    def had(self) -> bool:
        """Tell whether there was anything before."""
        return any(before.kind != "empty" for _label, before, _after in self.rows)


def shown(words: Words, one: Field, value: Any) -> Shown:
    """Return a stored value as it is shown."""
    if value is None or value == []:
        return EMPTY
    if is_sealed(value):
        return Shown("state", words(_("Encrypted")))
    if one.multiple and isinstance(value, list):
        return Shown("values", parts=[_single(words, one, item) for item in value])
    return _single(words, one, value)


def _single(words: Words, one: Field, value: Any) -> Shown:
    if isinstance(value, bool) and one.type is FieldType.BOOLEAN:
        return Shown("text", words(_("Yes")) if value else words(_("No")))
    if isinstance(value, str):
        return _text(one, value)
    if isinstance(value, int | float):
        return Shown("code", str(value))
    structured = _STRUCTURED.get(one.type)
    return structured(words, one, value) if structured is not None else Shown("json", text_of(value))


def _text(one: Field, value: str) -> Shown:
    if not value:
        return EMPTY
    label = one.catalogue.get(value, "")
    if label and label != value:
        return Shown("text", f"{label} ({value})")
    return Shown({FieldType.DATE: "date", FieldType.DATETIME: "moment"}.get(one.type, "text"), value)


def _point(_words: Words, _one: Field, value: Any) -> Shown:
    longitude, latitude = (value.get("coordinates") or [0, 0])[:2] if isinstance(value, Mapping) else (0, 0)
    return Shown("code", f"{latitude}, {longitude}")


def _group(words: Words, one: Field, value: Any) -> Shown:
    if not one.fields or not isinstance(value, Mapping):
        return Shown("json", text_of(value))
    labels = [label_of(inner, words.language) for inner in one.fields]
    return Shown("group", parts=[shown(words, inner, value.get(inner.name)) for inner in one.fields], labels=labels)


def _grid(words: Words, one: Field, value: Any) -> Shown:
    if not one.fields or not isinstance(value, list):
        return Shown("json", text_of(value))
    labels = [label_of(inner, words.language) for inner in one.fields]
    found = [_cells(words, one, row) for row in value]
    return Shown("rows", words.count("{count} row", "{count} rows", len(found)), labels=labels, rows=found)


def _cells(words: Words, one: Field, row: object) -> list[Shown]:
    content = row if isinstance(row, Mapping) else {}
    return [shown(words, inner, content.get(inner.name)) for inner in one.fields]


def _file(words: Words, value: Any) -> Shown:
    if not isinstance(value, Mapping):
        return Shown("json", text_of(value))
    if DOCUMENT_ID in value:
        return Shown("text", words(_("Document {number}"), number=str(value[DOCUMENT_ID])))
    name, href = str(value.get("originalName", "")), str(value.get("url", ""))
    # A link from data must never run anything, and a path of this site stands outside this package.
    address = f"~{href}" if href.startswith("/") and not href.startswith("//") else href
    return Shown("file", name, address if href.startswith(SAFE_ADDRESSES) and not href.startswith("//") else "")


_STRUCTURED: Mapping[FieldType, Callable[[Words, Field, Any], Shown]] = {
    FieldType.FILE: lambda words, _one, value: _file(words, value),
    FieldType.GEOPOINT: _point,
    FieldType.GROUP: _group,
    FieldType.LIST: _grid,
}


def brief(words: Words, one: Field, value: Any) -> Shown:
    """Return a value for a narrow place: what is nested is only counted."""
    found = shown(words, one, value)
    if found.kind == "group":
        filled = [part.text for part in found.parts if part.text]
        return Shown("text", words.named(filled[:3]) or "–")
    if found.kind == "json":
        return Shown("code", found.text[:60])
    return Shown("text", found.text) if found.kind == "rows" else found


def content_value(words: Words, registry: Registry, path: Path, record: Record, insight: Insight) -> Shown:
    """Return a field's value in a record, or that it is encrypted for this reader."""
    value = value_at(record.content, path)
    if value is None and path in insight.sealed:
        return Shown("state", words(_("Encrypted")))
    return brief(words, registry.by_path[path], value)


def rows(
    words: Words, registry: Registry, records: Sequence[Record], columns: Sequence[tuple[Path, Field]], insight: Insight
) -> list[Row]:
    """Return records as rows of the grid."""
    return [
        Row(
            one.uuid, one.number,
            [content_value(words, registry, path, one, insight) for path, _field in columns],
            [path_label(registry, path, words.language) for path, _field in columns],
        )
        for one in records
    ]  # fmt: skip


def headers(words: Words, registry: Registry, columns: Sequence[tuple[Path, Field]]) -> list[dict[str, object]]:
    """Return the headers of the grid; those that can be ordered by name what to order by."""
    found: list[dict[str, object]] = [{"label": words(_("No.")), "sort": OLDEST}]
    for path, one in columns:
        label = path_label(registry, path, words.language)
        found.append({"label": label, "sort": pointer(path)} if one.comparable else {"label": label})
    return found


def filter_text(words: Words, registry: Registry, name: str, comparing: Comparing, value: str) -> str:
    """Return a filter in words."""
    label = name_label(registry, name, words.language)
    one = registry.field(name)
    if one is not None and one.type is FieldType.BOOLEAN and value:
        value = words(_("Yes")) if value == "true" else words(_("No"))
    if one is not None and value in one.catalogue:
        value = one.catalogue[value]
    said = f"{label} {words(COMPARISONS[comparing])}"
    return f"{said} “{value}”" if comparing.needs_value else said


def filter_fields(words: Words, registry: Registry, insight: Insight) -> list[tuple[str, str]]:
    """Return the fields that can be filtered as choices."""
    seen = {pointer(path) for path in insight.visible if path not in insight.masked | insight.sealed}
    return [(name, name_label(registry, name, words.language)) for name in names(registry) if name in seen]


def comparisons(words: Words) -> list[tuple[str, str]]:
    """Return how fields can be compared as choices."""
    return [(one.value, words(label)) for one, label in COMPARISONS.items()]


def fits(registry: Registry, name: str, comparing: Comparing) -> bool:
    """Tell whether a field can be compared so."""
    one = registry.field(name)
    return one is not None and comparing in suits(one)


def reference(registry: Registry, record: Record) -> str:
    """Return what people know a record by."""
    return known_as(registry, record.number, record.content)


def items(words: Words, registry: Registry, record: Record, insight: Insight, change: str) -> list[Item]:
    """Return the fields of a record that somebody sees, in their order; `change` is where one is changed."""
    found = []
    tops = dict.fromkeys(path[:1] for path in insight.visible)
    for one in registry.fields:
        path = (one.name,)
        if path not in tops:
            continue
        value = record.content.get(one.name)
        sealed = path in insight.sealed and value is None
        marks = [words(_("Encrypted"))] if one.secret else []
        marks += [words(_("Masked"))] if path in insight.masked else []
        found.append(
            Item(
                path,
                label_of(one, words.language),
                Shown("state", words(_("Encrypted"))) if sealed else shown(words, one, value),
                marks,
                f"{change}?field={one.number}" if change and may_change(one, value) else "",
            )
        )
    return found


def may_change(one: Field, value: object) -> bool:
    """Tell whether a value can be changed at all by somebody who may write."""
    if one.immutable and value is not None:
        return False
    return not (one.read_only and (value is not None or one.triggers or one.primary_key))


def is_structured(one: Field) -> bool:
    """Tell whether a field is too large for a cell of the grid."""
    return one.type in STRUCTURED


def about(words: Words, registry: Registry, record: Record) -> list[tuple[str, object]]:
    """Return what the registry knows about a record itself, apart from its content."""
    return [
        (words(_("Number")), str(record.number)),
        (words(_("Written with version")), record.version or registry.version),
        (words(_("Revision")), str(record.revision)),
    ]


def steps(words: Words, registry: Registry, changes: Sequence[Change]) -> list[Step]:
    """Return the changes of a record, newest first, with each field before and after."""
    return [
        Step(
            words(KINDS[one.kind][0]), KINDS[one.kind][1], one.at, _who(words, one), one.position, one.hash,
            one.previous_hash, _compared(words, registry, one),
        )
        for one in reversed(changes)
    ]  # fmt: skip


def _who(words: Words, one: Change) -> str:
    name = one.actor_name or one.actor
    if one.on_behalf_of:
        return words(_("{name} for {person}"), name=name, person=one.on_behalf_of)
    return words(_("{name} through {system}"), name=name, system=one.application) if one.application else name


def _compared(words: Words, registry: Registry, one: Change) -> list[tuple[str, Shown, Shown]]:
    before: dict[str, Any] = msgspec.json.decode(one.before)
    after: dict[str, Any] = msgspec.json.decode(one.after)
    known = {field.name: field for field in registry.fields}
    ordered = [name for name in known if name in before or name in after]
    ordered += [name for name in {**before, **after} if name not in known]
    plain = Field("", 0, FieldType.JSON)
    return [
        (
            label_of(known[name], words.language) if name in known else name,
            shown(words, known.get(name, plain), before.get(name)),
            shown(words, known.get(name, plain), after.get(name)),
        )
        for name in ordered
    ]


def verified(words: Words, found: Verification) -> str:
    """Return in words what a check of the chain read."""
    entries = words.count("{count} entry of the log", "{count} entries of the log", found.entries)
    records = words.count("{count} record", "{count} records", found.records)
    if found.sound:
        text = _("{entries} and {records} were checked. Nothing was inserted, removed or changed past the log.")
        return words(text, entries=entries, records=records)
    return words(_("{entries} and {records} were checked. This does not fit:"), entries=entries, records=records)


def view_label(words: Words, view: View) -> str:
    """Return what the grid is called: records in use, or archived ones."""
    return words(_("Archived records")) if view.archived else words(_("Records"))

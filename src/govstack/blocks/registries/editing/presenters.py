"""Fields as widgets: what each kind of field looks like in a form, with its hint and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from govstack.blocks.registries.contents.model import FILE_TYPES
from govstack.blocks.registries.design.model import Field, FieldType
from govstack.blocks.registries.editing.model import (
    CHOICES_AS_RADIOS_MAX,
    LONG_TEXT_CHARACTERS,
    ROWS_MAX,
    count_of,
    name_of,
)
from govstack.blocks.registries.frame.presenters import Words, label_of
from govstack.blocks.registries.rules.model import INDEXED_CHARACTERS_MAX
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Lists = Mapping[str, Sequence[str]]
FORMATS: Mapping[FieldType, str] = {
    FieldType.TIME: _("For example, 21:30"),
    FieldType.GEOSHAPE: _("As GeoJSON"),
    FieldType.JSON: _("As JSON"),
}
WIDTHS = ((5, "5"), (10, "10"), (24, "20"))


@dataclass(frozen=True, slots=True)
class Widget:
    """One input, or a group of inputs. kind: text, area, radios, select, boxes, date, moment, file, point, json,
    group, rows."""

    kind: str
    name: str
    label: str
    hint: str = ""
    value: str = ""
    values: Sequence[str] = ()
    options: Sequence[tuple[str, str]] = ()
    parts: Mapping[str, str] | None = None
    width: str = ""
    mode: str = ""
    ltr: bool = False
    inner: Sequence[Widget] = ()
    rows: Sequence[Sequence[Widget]] = ()
    count: str = ""
    full: bool = False


def widgets(
    words: Words, fields: Sequence[Field], form: Form, lists: Lists, *, row: str = "", spare: int = 0
) -> list[Widget]:
    """Return the widgets of fields; `spare` empty rows stand at the end of grids that have none."""
    return [_widget(words, one, form, lists, row, spare) for one in fields]


def _widget(  # noqa: PLR0917 (one field in its form)
    words: Words, one: Field, form: Form, lists: Lists, row: str, spare: int
) -> Widget:
    name, label = name_of(one, row), label_of(one, words.language)
    if not one.required:
        label = words(_("{label} (optional)"), label=label)
    if one.type is FieldType.GROUP and one.fields:
        inner = widgets(words, one.fields, form, lists, row=row, spare=spare)
        return Widget("group", name, label, hint=one.description, inner=inner)
    if one.type is FieldType.LIST and one.fields:
        return _rows(words, one, form, lists, row, spare, label)
    options = _options(one)
    if one.multiple:
        given = lists.get(name, ())
        chosen = given if len(given) > 1 else form.get(name, "").splitlines()
        hint = hint_of(words, one)
        if options:
            return Widget("boxes", name, label, hint, options=options, values=chosen)
        return Widget("area", name, label, words(_("One value a line. {hint}"), hint=hint).strip(), form.get(name, ""))
    if options:
        kind = "radios" if len(options) <= CHOICES_AS_RADIOS_MAX else "select"
        return Widget(kind, name, label, hint_of(words, one), form.get(name, ""), options=options)
    return _plain(words, one, name, label, form)


def _options(one: Field) -> list[tuple[str, str]]:
    if one.choices:
        return [(choice, choice) for choice in one.choices]
    return [(key, label or key) for key, label in one.catalogue.items()]


# Kinds of inputs by type, where the type alone decides.
_KINDS: Mapping[FieldType, str] = {
    FieldType.DATE: "date",
    FieldType.DATETIME: "moment",
    FieldType.FILE: "file",
    FieldType.GEOPOINT: "point",
    FieldType.JSON: "json",
    FieldType.LIST: "json",
    FieldType.GROUP: "json",
    FieldType.GEOSHAPE: "json",
}


def _plain(words: Words, one: Field, name: str, label: str, form: Form) -> Widget:
    hint, value = hint_of(words, one), form.get(name, "")
    if one.type is FieldType.BOOLEAN:
        options = [("true", words(_("Yes"))), ("false", words(_("No")))]
        options += [] if one.required else [("", words(_("Not known")))]
        return Widget("radios", name, label, hint, value, options=options)
    if one.type in _KINDS:
        parts = {key.removeprefix(f"{name}-"): text for key, text in form.items() if key.startswith(f"{name}-")}
        files = sorted(one.file_types or FILE_TYPES) if one.type is FieldType.FILE else ()
        kind = _KINDS[one.type]
        return Widget(kind, name, label, hint, value, parts=parts, options=[(file, file) for file in files])
    if (one.length_max or 0) > LONG_TEXT_CHARACTERS and not one.wants_index:
        return Widget("area", name, label, hint, value)
    mode = {FieldType.INTEGER: "numeric", FieldType.NUMBER: "decimal"}.get(one.type, "")
    width = {FieldType.INTEGER: "10", FieldType.NUMBER: "10", FieldType.TIME: "5"}.get(one.type, "")
    most = one.length_max or 0
    width = width or next((size for least, size in WIDTHS if 0 < most <= least), "")
    return Widget(
        "text", name, label, hint, value, width=width, mode=mode, ltr=bool(mode) or one.type is FieldType.TIME
    )


def hint_of(words: Words, one: Field) -> str:
    """Return what helps to fill in a field: its description, its limits, an example."""
    found = [one.description] if one.description else []
    if one.type in FORMATS:
        found.append(words(FORMATS[one.type]))
    if one.minimum is not None and one.maximum is not None:
        found.append(words(_("From {low} to {high}"), low=f"{one.minimum:g}", high=f"{one.maximum:g}"))
    elif one.minimum is not None:
        found.append(words(_("At least {number}"), number=f"{one.minimum:g}"))
    elif one.maximum is not None:
        found.append(words(_("At most {number}"), number=f"{one.maximum:g}"))
    if one.length_max is not None and not one.choices and one.length_max < INDEXED_CHARACTERS_MAX:
        found.append(words(_("At most {number} characters"), number=words.number(one.length_max)))
    if one.pattern and isinstance(one.example, str):
        found.append(words(_("For example, {example}"), example=one.example))
    if one.secret:
        found.append(words(_("It is stored encrypted.")))
    return ". ".join(text.rstrip(".") for text in found)


def _rows(  # noqa: PLR0917 (one grid in its form)
    words: Words, one: Field, form: Form, lists: Lists, row: str, spare: int, label: str
) -> Widget:
    text = form.get(count_of(one, row), "")
    count = min(max(int(text) if text.isdecimal() and len(text) < 5 else 0, spare), ROWS_MAX)
    rows = [widgets(words, one.fields, form, lists, row=f"{row}-{place}") for place in range(count)]
    return Widget(
        "rows", name_of(one, row), label, one.description, rows=rows, count=str(count), full=count >= ROWS_MAX,
    )  # fmt: skip


def fits_a_cell(one: Field) -> bool:
    """Tell whether a field is one input that fits into a cell of the grid."""
    wide = {FieldType.FILE, FieldType.JSON, FieldType.LIST, FieldType.GROUP, FieldType.GEOPOINT, FieldType.GEOSHAPE}
    return one.type not in wide


def bare(widget: Widget) -> Widget:
    """Return a widget for a cell: without its hint, choices as a list that opens, dates as one text."""
    if widget.kind == "radios":
        return replace(widget, kind="select", hint="")
    if widget.kind == "area":
        return replace(widget, kind="text", hint="")
    return replace(widget, hint="")

"""Two versions of a schema compared, and records written under one seen and changed under another (DRS-4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from govstack.blocks.registries.fields.model import NUMERIC, TEXTUAL, Field, FieldType, Path, pointer, walk

_Add: TypeAlias = Callable[[str, bool, str], None]
_SHOWN_MAX = 5
_DESCRIBED = ("description", "example", "labels", "mask", "default", "indexed", "links", "triggers", "identifier_kind")
# Types whose every value fits the other as well, for those who write the old and for those who read the new.
_WIDER = {
    (FieldType.INTEGER, FieldType.NUMBER),
    (FieldType.CATALOGUE, FieldType.TEXT),
    (FieldType.DATE, FieldType.TEXT),
    (FieldType.TIME, FieldType.TEXT),
    (FieldType.DATETIME, FieldType.TEXT),
    (FieldType.GROUP, FieldType.JSON),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions; `text` tells an analyst in a sentence what it means for callers."""

    path: str
    kind: str
    breaking: bool
    text: str


def compare(
    old: Sequence[Field],
    new: Sequence[Field],
    *,
    old_uniques: Sequence[tuple[str, ...]] = (),
    new_uniques: Sequence[tuple[str, ...]] = (),
) -> tuple[Change, ...]:
    """Return every difference, each classed as compatible or breaking for callers of the older version."""
    before, after = dict(walk(old)), dict(walk(new))
    changes: list[Change] = []
    gone = before.keys() - after.keys()
    changes += [
        _change(path, "field-removed", True, "is gone: callers that send or read it will miss it.")
        for path in before
        if path in gone and path[:-1] not in gone
    ]
    for path, one in after.items():
        if path in before:
            changes += _differences(path, before[path], one)
        elif one.required and one.default is None:
            text = "is new and required: callers that do not know it can no longer create records."
            changes.append(_change(path, "required-field-added", True, text))
        else:
            changes.append(_change(path, "field-added", False, "is new."))
    for names in new_uniques:
        if names not in old_uniques:
            text = "must now be unique together: records that were accepted are refused."
            changes.append(_together(names, "made-unique", True, text))
    for names in old_uniques:
        if names not in new_uniques:
            changes.append(_together(names, "no-longer-unique", False, "need no longer be unique together."))
    return tuple(changes)


def _differences(path: Path, old: Field, new: Field) -> list[Change]:
    found: list[Change] = []

    def add(kind: str, breaking: bool, text: str) -> None:
        found.append(_change(path, kind, breaking, text))

    if old.type is not new.type:
        wider = (old.type, new.type) in _WIDER
        words = f"changes from {old.type.value} to {new.type.value}"
        meaning = "every old value fits" if wider else "old values may not fit, and callers may not understand new ones"
        add("type-widened" if wider else "type-changed", not wider, f"{words}: {meaning}.")
    if old.multiple != new.multiple:
        add("number-of-values-changed", True, f"now holds {'several values' if new.multiple else 'one value only'}.")
    _compare_duties(old, new, add)
    _compare_limits(old, new, add)
    _compare_choices(old, new, add)
    for name, word in (("secret", "encrypted"), ("personal", "marked as personal data"), ("blinded", "blinded")):
        if getattr(old, name) != getattr(new, name):
            state = f"is {'now' if getattr(new, name) else 'no longer'} {word}."
            add(f"{name}-changed", name == "blinded" and new.blinded, state)
    described = [name for name in _DESCRIBED if getattr(old, name) != getattr(new, name)]
    if described:
        add("description-changed", False, f"is described differently ({', '.join(described).replace('_', ' ')}).")
    return found


def _compare_duties(old: Field, new: Field, add: _Add) -> None:
    if old.required != new.required:
        breaking = new.required and new.default is None
        refused = "callers that leave it out are refused" if breaking else "who leaves it out gets the default"
        text = f"is now required: {refused}." if new.required else "is now optional."
        add("made-required" if new.required else "made-optional", breaking, text)
    if old.key != new.key:
        text = "must now be unique: values that were accepted twice are refused." if new.key else "may now repeat."
        add("made-unique" if new.key else "no-longer-unique", new.key, text)
    for name, words in (("read_only", "read-only"), ("immutable", "fixed once written")):
        if getattr(old, name) != getattr(new, name):
            now, word = getattr(new, name), words.split()[0]
            text = f"is now {words}: callers can no longer write it." if now else f"is no longer {words}."
            add(f"made-{word}" if now else f"no-longer-{word}", now, text)
    if old.person_identifier != new.person_identifier:
        state = "now" if new.person_identifier else "no longer"
        add("person-identifier-changed", True, f"{state} tells whose data a record is.")


def _compare_limits(old: Field, new: Field, add: _Add) -> None:
    limits = (
        ("minimum", "smallest value", 1), ("maximum", "largest value", -1), ("length_min", "shortest length", 1),
        ("length_max", "longest length", -1),
    )  # fmt: skip
    for name, words, direction in limits:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        tighter = now is not None and (was is None or (now - was) * direction > 0)
        text = f"has a {'tighter' if tighter else 'looser'} limit: its {words} was {_shown(was)} and is {_shown(now)}."
        add("limit-tightened" if tighter else "limit-loosened", tighter, text)
    if old.pattern != new.pattern:
        text = "must now have another form: values that were accepted may be refused."
        other = text if new.pattern else "may now have any form."
        add("pattern-changed" if new.pattern else "pattern-removed", bool(new.pattern), other)
    if old.file_types != new.file_types:
        gone = not old.file_types or bool(new.file_types and set(old.file_types) - set(new.file_types))
        fewer = gone and bool(new.file_types)
        add("file-types-narrowed" if fewer else "file-types-widened", fewer, "takes other kinds of files.")


def _compare_choices(old: Field, new: Field, add: _Add) -> None:
    was, now = set(old.choices or old.catalogue), set(new.choices or new.catalogue)
    if was == now:
        return
    gone = sorted(was - now) if now else []
    if not was:
        add("choices-limited", True, "now takes only values of a list.")
    elif gone:
        others = " and others" if len(gone) > _SHOWN_MAX else ""
        add("choice-removed", True, f"no longer takes {', '.join(gone[:_SHOWN_MAX])}{others}.")
    else:
        add("choice-added" if now else "choices-freed", False, "takes further values." if now else "takes any value.")


def fields_between(written: Sequence[Field], read: Sequence[Field]) -> tuple[frozenset[Path], frozenset[Path]]:
    """Return which paths a record of one version lacks in another, and which it has beyond it."""
    one, other = {path for path, _ in walk(written)}, {path for path, _ in walk(read)}
    return frozenset(other - one), frozenset(one - other)


def seen_through(content: Mapping[str, object], fields: Sequence[Field]) -> dict[str, object]:
    """Return a stored content as a version of the schema shows it, whichever version wrote it.

    Fields the version does not know are left out, missing ones get their default, and a value of a type that changed is
    converted where nothing is lost, else left out.
    """
    shown: dict[str, object] = {}
    for one in fields:
        value = content.get(one.name)
        if value is None:
            if one.default is not None:
                shown[one.name] = one.default
            continue
        fitted = _fitted(value, one)
        if fitted is not None:
            shown[one.name] = fitted
    return shown


def written_over(
    stored: Mapping[str, object], given: Mapping[str, object], fields: Sequence[Field]
) -> dict[str, object]:
    """Return the content to store when a version of the schema replaces a record: what it does not know is kept."""
    known = {one.name: one for one in fields}
    kept = {name: value for name, value in stored.items() if name not in known}
    merged = {**kept, **given}
    for name, value in given.items():
        one, before = known.get(name), stored.get(name)
        nested = one is not None and one.type is FieldType.GROUP
        if one is not None and nested and isinstance(value, Mapping) and isinstance(before, Mapping):
            merged[name] = written_over(before, value, one.fields)
    return merged


def _fitted(value: object, one: Field) -> object:
    if one.multiple and not one.fields:
        values = value if isinstance(value, list) else [value]
        return [fitted for item in values if (fitted := _converted(item, one.type)) is not None]
    if isinstance(value, list) and one.type not in {FieldType.LIST, FieldType.JSON, FieldType.GEOSHAPE}:
        value = value[0] if len(value) == 1 else None
    if one.type is FieldType.GROUP and isinstance(value, Mapping):
        return seen_through(value, one.fields) if one.fields else dict(value)
    if one.type is FieldType.LIST and isinstance(value, list) and one.fields:
        return [seen_through(row, one.fields) if isinstance(row, Mapping) else row for row in value]
    return _converted(value, one.type)


def _converted(value: object, kind: FieldType) -> object:
    if isinstance(value, Mapping):
        # What is encrypted, a file or a block of JSON is shown as it is; a plain field cannot show it.
        return value
    if kind in TEXTUAL:
        return _as_text(value)
    if kind in NUMERIC:
        return _as_number(value, kind)
    if kind is FieldType.BOOLEAN:
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value))
    return value


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _as_number(value: object, kind: FieldType) -> int | float | None:
    if isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, int | float) else float(str(value))
    except ValueError:
        return None
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 (not a number)
        return None
    whole = int(number) if number == int(number) else None
    return whole if kind is FieldType.INTEGER else (whole if isinstance(value, str) and whole is not None else number)


def _change(path: Path, kind: str, breaking: bool, text: str) -> Change:
    return Change(pointer(path), kind, breaking, f"{'.'.join(path)} {text}")


def _together(names: tuple[str, ...], kind: str, breaking: bool, text: str) -> Change:
    return Change(", ".join(names), kind, breaking, f"{' and '.join(names)} {text}")


def _shown(limit: float | None) -> str:
    return "none" if limit is None else f"{limit:g}"

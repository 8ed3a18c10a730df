"""The published notation of schemas with our additions: read tolerantly, written so that it reads back the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from govstack.blocks.registries.fields.model import (
    DEPTH_MAX,
    FIELDS_MAX,
    NUMERIC,
    DeleteRule,
    Field,
    FieldType,
    Link,
    LinkKind,
    Path,
    Trigger,
    TriggerAction,
    TriggerCondition,
)

NUMBER_MAX = 2**31 - 1
TEXT_CHARACTERS_MAX = 10_000
ITEMS_MAX = 2_000
UNKNOWN_REGISTRY = 0
_Word = TypeVar("_Word", LinkKind, DeleteRule)

# How each of our types is written: the JSON type, and the format that tells it from the others of that type.
_WRITTEN: Mapping[FieldType, tuple[str, str]] = {
    FieldType.TEXT: ("string", ""),
    FieldType.NUMBER: ("number", ""),
    FieldType.INTEGER: ("integer", ""),
    FieldType.BOOLEAN: ("boolean", ""),
    FieldType.DATE: ("string", "date"),
    FieldType.TIME: ("string", "time"),
    FieldType.DATETIME: ("string", "date-time"),
    FieldType.FILE: ("object", "file"),
    FieldType.JSON: ("object", "json"),
    FieldType.LIST: ("array", ""),
    FieldType.CATALOGUE: ("string", "catalogue"),
    FieldType.GEOPOINT: ("object", "geopoint"),
    FieldType.GEOSHAPE: ("object", "geoshape"),
    FieldType.GROUP: ("object", ""),
}
_FORMATS = {form: kind for kind, (_, form) in _WRITTEN.items() if form}
_ALIASES = {
    "text": FieldType.TEXT, "int": FieldType.INTEGER, "float": FieldType.NUMBER, "bool": FieldType.BOOLEAN,
    "datetime": FieldType.DATETIME, "array": FieldType.LIST, "grid": FieldType.LIST, "block": FieldType.GROUP,
}  # fmt: skip
_FLAGS = {
    "unique": "unique", "indexed": "indexed", "primaryKey": "primary_key", "readOnly": "read_only",
    "immutable": "immutable", "secret": "secret", "personal": "personal", "personIdentifier": "person_identifier",
    "blinded": "blinded",
}  # fmt: skip
_TEXTS = {"identifierKind": "identifier_kind", "mask": "mask", "pattern": "pattern", "description": "description"}
_NUMBERS = {"min": "minimum", "max": "maximum"}
_LENGTHS = {"minLength": "length_min", "maxLength": "length_max"}
_NUMBER_ALIASES = {"min": "minimum", "max": "maximum"}


class NotationError(ValueError):
    """A schema that is no schema at all; `path` says where."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{'/' + '/'.join(path) if path else 'schema'}: {message}")
        self.path = path


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as read: its fields, and the highest field number ever given."""

    fields: tuple[Field, ...]
    increment_index: int = 0


@dataclass(slots=True)
class _Numbers:
    """Gives every field its number: the one it always had, else the one it asks for if free, else a new one."""

    known: Mapping[Path, int]
    highest: int
    taken: set[int] = field(default_factory=set)
    count: int = 0

    def of(self, path: Path, asked: object) -> int:
        self.count += 1
        if self.count > FIELDS_MAX:
            raise NotationError(path, f"a schema has at most {FIELDS_MAX} fields.")
        number = self.known.get(path, 0)
        if not number and isinstance(asked, int) and not isinstance(asked, bool) and 0 < asked <= NUMBER_MAX:
            number = 0 if asked in self.taken or asked in self.known.values() else asked
        if not number:
            number = self.highest + 1
            while number in self.taken:
                number += 1
        self.taken.add(number)
        self.highest = max(self.highest, number)
        return number


def read_schema(
    schema: Mapping[str, object], *, known: Mapping[Path, int] | None = None, increment_index: int = 0
) -> Schema:
    """Return the fields of a schema; raises NotationError where no meaning can be found.

    Words we do not know are kept aside, a type that is none is kept as declared: `problems` of a definition names them
    when it is published. `known` holds the numbers that field paths had before, `increment_index` the highest of them.
    """
    highest = max(
        _whole(schema.get("incrementIndex", schema.get("$incrementIndex"))), increment_index,
        max((known or {}).values(), default=0), _highest_asked(schema, 0),
    )  # fmt: skip
    numbers = _Numbers(known or {}, highest)
    fields = _read_properties(schema, (), numbers)
    return Schema(fields, numbers.highest)


def _highest_asked(schema: object, depth: int) -> int:
    if not isinstance(schema, Mapping) or depth > 2 * DEPTH_MAX:
        return 0
    below = (schema.get("items"), *_mapping(schema.get("properties")).values())
    asked = _whole(schema.get("id", schema.get("$id"))) if depth else 0
    return max((asked, *(_highest_asked(one, depth + 1) for one in below)))


def _read_properties(schema: Mapping[str, object], above: Path, numbers: _Numbers) -> tuple[Field, ...]:
    if len(above) > DEPTH_MAX:
        raise NotationError(above, f"fields are nested at most {DEPTH_MAX} deep.")
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping):
        raise NotationError(above, '"properties" is an object with one entry per field.')
    required = schema.get("required", ())
    wanted = {str(name) for name in required} if isinstance(required, list | tuple) else set()
    found = []
    for name, shape in properties.items():
        path = (*above, str(name))
        if not isinstance(shape, Mapping):
            raise NotationError(path, "a field is described by an object.")
        found.append(_read_field(shape, path, numbers, required=name in wanted))
    return tuple(found)


def _read_field(shape: Mapping[str, object], path: Path, numbers: _Numbers, *, required: bool) -> Field:
    number = numbers.of(path, shape.get("id", shape.get("$id")))
    items = _mapping(shape.get("items"))
    kind, declared = _read_type(shape)
    multiple = shape.get("multiple") is True
    if kind is FieldType.LIST and not shape.get("properties") and items and not items.get("properties"):
        # An array of plain values is one field with several values.
        kind, declared = _read_type(items)
        multiple = True
    nested = _read_properties(items if items.get("properties") else shape, path, numbers)
    catalogue = {str(key): str(label) for key, label in _mapping(shape.get("catalogue")).items()}
    choices = shape.get("enum", items.get("enum", ()))
    values: dict[str, object] = {
        **{ours: shape.get(theirs) is True for theirs, ours in _FLAGS.items()},
        **{ours: _text(shape.get(theirs)) for theirs, ours in _TEXTS.items()},
        **{ours: _number(shape.get(theirs, shape.get(_NUMBER_ALIASES[theirs]))) for theirs, ours in _NUMBERS.items()},
        **{ours: _length(shape.get(theirs)) for theirs, ours in _LENGTHS.items()},
    }
    return Field(
        path[-1], number, kind,
        required=required or shape.get("required") is True,
        multiple=multiple,
        choices=tuple(str(choice) for choice in choices[:ITEMS_MAX]) if isinstance(choices, list | tuple) else (),
        catalogue=catalogue,
        file_types=_texts(shape.get("fileTypes")),
        default=shape.get("default"),
        example=shape.get("example"),
        labels={str(key): str(text) for key, text in _mapping(shape.get("labels")).items()},
        fields=nested,
        links=_read_links(shape.get("foreignKeys")),
        triggers=tuple(_read_trigger(trigger) for trigger in _objects(shape.get("triggers"))),
        declared=declared,
        **values,  # type: ignore[arg-type]  # the tables above name only fields of their type
    )  # fmt: skip


def _read_type(shape: Mapping[str, object]) -> tuple[FieldType, str]:
    """Return the type, and what was declared when that is none."""
    given, form = shape.get("type", "object" if shape.get("properties") else "string"), shape.get("format")
    if not isinstance(given, str):
        return FieldType.TEXT, _text(given) or "?"
    nested = bool(shape.get("properties"))
    if isinstance(form, str) and form in _FORMATS:
        return _FORMATS[form], ""
    kind = _ALIASES.get(given)
    if kind is None:
        try:
            kind = FieldType(given)
        except ValueError:
            return (FieldType.GROUP if nested else FieldType.TEXT), given
    if kind is FieldType.GROUP and not nested and "properties" not in shape:
        return FieldType.JSON, ""
    if nested and kind not in {FieldType.GROUP, FieldType.LIST}:
        # The published sample gives a block of fields the type "string".
        return FieldType.GROUP, ""
    return kind, ""


def _read_links(given: object) -> tuple[Link, ...]:
    links = []
    for one in _objects(given):
        database = one.get("databaseKey", one.get("database_key"))
        keys = [value.get("fieldKey", value.get("field_key")) for value in _objects(one.get("values"))] or [0]
        links += [
            Link(
                _whole(database) or UNKNOWN_REGISTRY,
                _whole(key),
                _word(LinkKind, one.get("kind"), LinkKind.STRICT),
                _word(DeleteRule, one.get("onDelete"), DeleteRule.RESTRICT),
            )
            for key in keys
        ]
    return tuple(links)


def _read_trigger(given: Mapping[str, object]) -> Trigger:
    return Trigger(
        tuple(
            TriggerCondition(
                _text(one.get("logic")), _text(one.get("value")), _text(one.get("gate")), _field_number(one)
            )
            for one in _objects(given.get("conditions"))
        ),
        tuple(
            TriggerAction(_text(one.get("type")), _text(one.get("value")), _field_number(one))
            for one in _objects(given.get("actions"))
        ),
    )


def write_schema(schema: Schema) -> dict[str, object]:
    """Return a schema in the published notation, with our additions; `read_schema` gives the same back."""
    written: dict[str, object] = {"type": "object", "properties": {one.name: _write(one) for one in schema.fields}}
    required = [one.name for one in schema.fields if one.required]
    if required:
        written["required"] = required
    written["incrementIndex"] = schema.increment_index
    return written


def _write(one: Field) -> dict[str, object]:
    word, form = _WRITTEN[one.type]
    shape: dict[str, object] = {"type": one.declared or word}
    if form:
        shape["format"] = form
    if one.multiple and not one.fields:
        shape = {"type": "array", "items": shape}
    elif one.multiple:
        shape["multiple"] = True
    if one.fields or one.type is FieldType.GROUP:
        inner: dict[str, object] = {"properties": {below.name: _write(below) for below in one.fields}}
        required = [below.name for below in one.fields if below.required]
        if required:
            inner["required"] = required
        if one.type is FieldType.LIST:
            shape["items"] = {"type": "object", **inner}
        else:
            shape.update(inner)
    return {**shape, **_write_rules(one)}


def _write_rules(one: Field) -> dict[str, object]:
    shape: dict[str, object] = {"id": one.number}
    shape.update({theirs: True for theirs, ours in _FLAGS.items() if getattr(one, ours)})
    for theirs, ours in (*_TEXTS.items(), *_NUMBERS.items(), *_LENGTHS.items()):
        value = getattr(one, ours)
        if value not in {"", None}:
            shape[theirs] = value
    lists: dict[str, object] = {
        "enum": list(one.choices), "fileTypes": list(one.file_types), "catalogue": dict(one.catalogue),
        "labels": dict(one.labels), "foreignKeys": [_write_link(link) for link in one.links],
        "triggers": [_write_trigger(trigger) for trigger in one.triggers],
    }  # fmt: skip
    values = {"default": one.default, "example": one.example}
    shape.update({key: value for key, value in lists.items() if value})
    shape.update({key: value for key, value in values.items() if value is not None})
    return shape


def _write_link(link: Link) -> dict[str, object]:
    return {
        "databaseKey": link.registry_id,
        "values": [{"fieldKey": link.field_number}],
        "kind": link.kind.value,
        "onDelete": link.on_delete.value,
    }


def _write_trigger(trigger: Trigger) -> dict[str, object]:
    def numbered(number: int) -> dict[str, object]:
        return {"field_id": number} if number else {}

    return {
        "conditions": [
            {"logic": one.logic, "value": one.value, "gate": one.gate, **numbered(one.field_number)}
            for one in trigger.conditions
        ],
        "actions": [{"type": one.type, "value": one.value, **numbered(one.field_number)} for one in trigger.actions],
    }


def example_of(one: Field) -> object:
    """Return an example value: the one that was declared, else one that fits the type (DRS-34)."""
    if one.example is not None:
        return one.example
    if one.choices or one.catalogue:
        return (one.choices or tuple(one.catalogue))[0]
    if one.type in NUMERIC:
        low = one.minimum if one.minimum is not None else min(1.0, one.maximum if one.maximum is not None else 1.0)
        return int(low) if one.type is FieldType.INTEGER else low
    if one.fields:
        inside = {below.name: example_of(below) for below in one.fields}
        return [inside] if one.type is FieldType.LIST else inside
    return _EXAMPLES.get(one.type, "text"[: one.length_max] if one.length_max else "text")


_EXAMPLES: Mapping[FieldType, object] = {
    FieldType.BOOLEAN: True,
    FieldType.DATE: "2021-01-30",
    FieldType.TIME: "14:30:00",
    FieldType.DATETIME: "2021-01-30T14:30:00Z",
    FieldType.FILE: {"url": "files/certificate.pdf", "originalName": "certificate.pdf", "type": "application/pdf"},
    FieldType.JSON: {},
    FieldType.LIST: [],
    FieldType.GEOPOINT: {"type": "Point", "coordinates": [24.75, 59.44]},
    FieldType.GEOSHAPE: {"type": "Polygon", "coordinates": [[[24.7, 59.4], [24.8, 59.4], [24.8, 59.5], [24.7, 59.4]]]},
}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Mapping[str, object]]:
    return [one for one in value[:ITEMS_MAX] if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _text(value: object) -> str:
    return str(value)[:TEXT_CHARACTERS_MAX] if isinstance(value, str | int | float) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value[:ITEMS_MAX]) if isinstance(value, list | tuple) else ()


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _whole(value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def _field_number(one: Mapping[str, object]) -> int:
    return _whole(one.get("field_id", one.get("fieldId")))


def _word(kinds: type[_Word], given: object, otherwise: _Word) -> _Word:
    return kinds(given) if isinstance(given, str) and given in tuple(kinds) else otherwise

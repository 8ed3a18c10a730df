"""Fields of a registry: types, rules, links and triggers, and how SQL reaches a field inside a record's content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

NAME_CHARACTERS_MAX = 128
FIELDS_MAX = 1_000
DEPTH_MAX = 6
PATTERN_CHARACTERS_MAX = 500
CHOICES_MAX = 2_000

Path: TypeAlias = tuple[str, ...]
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f"\\/]')


class FieldType(StrEnum):
    """What a field holds; GROUP is an object of nested fields, LIST a grid of rows of nested fields (DRS-3)."""

    TEXT = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "date-time"
    FILE = "file"
    JSON = "json"
    LIST = "list"
    CATALOGUE = "catalogue"
    GEOPOINT = "geopoint"
    GEOSHAPE = "geoshape"
    GROUP = "object"


TEXTUAL = frozenset({FieldType.TEXT, FieldType.DATE, FieldType.TIME, FieldType.DATETIME, FieldType.CATALOGUE})
NUMERIC = frozenset({FieldType.NUMBER, FieldType.INTEGER})
SCALAR = TEXTUAL | NUMERIC | {FieldType.BOOLEAN}


class LinkKind(StrEnum):
    """How a link binds: a key that must exist, a reference that may dangle, or an edge of a graph (DRS-2)."""

    STRICT = "foreign-key"
    SOFT = "soft"
    EDGE = "edge"


class DeleteRule(StrEnum):
    """What deleting the record a link points at does to the record that points."""

    RESTRICT = "restrict"
    CASCADE = "cascade"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Link:
    """A field's reference to a field of a registry, by ids; field number 0 is the record's own uuid."""

    registry_id: int
    field_number: int = 0
    kind: LinkKind = LinkKind.STRICT
    on_delete: DeleteRule = DeleteRule.RESTRICT


class Logic(StrEnum):
    """How a trigger's condition compares."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    GREATER = ">"


class Gate(StrEnum):
    """How a trigger's condition joins the one before it."""

    AND = "&&"
    OR = "||"


class ActionType(StrEnum):
    """What a trigger does to a field (DRS-17)."""

    SET_VALUE = "set-value"
    UPPER_CASE = "upper-case"
    LOWER_CASE = "lower-case"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class TriggerCondition:
    """One comparison; without a field number it looks at the field that carries the trigger."""

    logic: str = Logic.EQUAL
    value: str = ""
    gate: str = Gate.AND
    field_number: int = 0


@dataclass(frozen=True, slots=True)
class TriggerAction:
    """One change; without a field number it changes the field that carries the trigger."""

    type: str
    value: str = ""
    field_number: int = 0


@dataclass(frozen=True, slots=True)
class Trigger:
    """When all conditions hold together, the actions run in order; words we do not know are refused at publishing."""

    conditions: tuple[TriggerCondition, ...] = ()
    actions: tuple[TriggerAction, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `number` stays the same through all versions; `declared` keeps a type that is none, as it was sent."""

    name: str
    number: int
    type: FieldType = FieldType.TEXT
    required: bool = False
    unique: bool = False
    indexed: bool = False
    primary_key: bool = False
    read_only: bool = False
    immutable: bool = False
    secret: bool = False
    personal: bool = False
    person_identifier: bool = False
    identifier_kind: str = ""
    multiple: bool = False
    blinded: bool = False
    mask: str = ""
    minimum: float | None = None
    maximum: float | None = None
    length_min: int | None = None
    length_max: int | None = None
    pattern: str = ""
    choices: tuple[str, ...] = ()
    catalogue: Mapping[str, str] = field(default_factory=dict, hash=False)
    file_types: tuple[str, ...] = ()
    default: object = field(default=None, hash=False)
    example: object = field(default=None, hash=False)
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    declared: str = ""

    @property
    def comparable(self) -> bool:
        """Tell whether values can be compared, ordered and indexed as they are stored."""
        return self.type in SCALAR and not self.multiple and not self.secret

    @property
    def key(self) -> bool:
        """Tell whether no two live records may share a value."""
        return self.unique or self.primary_key

    @property
    def wants_index(self) -> bool:
        """Tell whether publishing makes an index for this field."""
        return self.comparable and (self.indexed or self.key or self.person_identifier or bool(self.links))


def walk(fields: Iterable[Field], above: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Yield every field with its path, parents before children."""
    for one in fields:
        path = (*above, one.name)
        yield path, one
        yield from walk(one.fields, path)


def reachable(fields: Iterable[Field], above: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Yield the fields that have one place in a record: rows of grids and several values are left out."""
    for one in fields:
        path = (*above, one.name)
        yield path, one
        if one.type is FieldType.GROUP and not one.multiple:
            yield from reachable(one.fields, path)


def pointer(path: Path) -> str:
    """Return a path as it is written in schema tags and rights: `/Child/Citizenship`."""
    return "/" + "/".join(path)


def path_of(text: str) -> Path:
    """Return the path that a pointer or a plain field name stands for."""
    return tuple(text[1:].split("/")) if text.startswith("/") else (text,)


def is_safe_name(name: str) -> bool:
    """Tell whether a field may carry a name: any script, spaces and dots, but nothing that quotes or separates."""
    return (
        0 < len(name) <= NAME_CHARACTERS_MAX
        and name == name.strip()
        and not name.startswith("$")
        and not _FORBIDDEN.search(name)
        and all(not 0xD800 <= ord(character) <= 0xDFFF for character in name)
    )


def is_plain_name(name: str) -> bool:
    """Tell whether a name is one that addresses and programs need not quote: a letter of any script, then letters,
    digits, underscores and hyphens."""
    return is_safe_name(name) and name[0].isalpha() and name.replace("-", "_").isidentifier()


def expression(path: Path, kind: FieldType, dialect: Literal["sqlite", "postgres"], column: str = "content") -> str:
    """Return the SQL of a field's value inside a record's content, typed, so that both databases compare alike.

    Indexes are made on exactly this text: a search that is to use them must use it too. A number or a truth value of
    another JSON type reads as missing; text reads as text whatever its JSON type. Raises ValueError for unsafe names.
    """
    if not all(is_safe_name(name) for name in path):
        raise ValueError("A field of this name cannot be searched.")
    if dialect == "sqlite":
        place = "'$" + "".join(f'."{name}"' for name in path).replace("'", "''") + "'"
        if kind in NUMERIC:
            return f"(CASE WHEN json_type({column}, {place}) IN ('integer', 'real') THEN {column} ->> {place} END)"
        if kind is FieldType.BOOLEAN:
            return f"(CASE WHEN json_type({column}, {place}) IN ('true', 'false') THEN {column} ->> {place} END)"
        return f"CAST({column} ->> {place} AS TEXT)"
    names = ["'" + name.replace("'", "''") + "'" for name in path]
    above = " -> ".join([column, *names[:-1]])
    if kind in NUMERIC:
        return (
            f"(CASE WHEN jsonb_typeof({above} -> {names[-1]}) = 'number'"
            f" THEN CAST({above} ->> {names[-1]} AS NUMERIC) END)"
        )
    if kind is FieldType.BOOLEAN:
        return (
            f"(CASE WHEN jsonb_typeof({above} -> {names[-1]}) = 'boolean'"
            f" THEN CAST({above} ->> {names[-1]} AS BOOLEAN) END)"
        )
    return f'(({above} ->> {names[-1]}) COLLATE "C")'


def record_table(registry_id: int) -> str:
    """Return the name of a registry's table of records."""
    return f"record_{registry_id:d}"


def value_at(content: object, path: Path) -> object:
    """Return what a record's content holds at a path, or None."""
    for name in path:
        if not isinstance(content, Mapping):
            return None
        content = content.get(name)
    return content

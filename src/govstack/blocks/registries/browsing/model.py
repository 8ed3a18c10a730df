"""How somebody looks at a registry: columns, filters and words; kept sealed in the address, for it may name people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from govstack.blocks.registries.access.model import Comparison, Operator
from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.contents.model import from_text
from govstack.blocks.registries.design.model import Field, FieldType, Path, Registry, path_of, pointer, reachable
from govstack.blocks.registries.reading.model import (
    OFFSET_MAX,
    Holds,
    Match,
    Missing,
    Order,
    Search,
    Term,
    field_term,
    text_term,
)

PAGE_RECORDS = 25
COLUMNS_SHOWN = 6
COLUMNS_MAX = 20
FILTERS_MAX = 8
VALUE_CHARACTERS_MAX = 500
OLDEST = "number"
STRUCTURED = frozenset({FieldType.JSON, FieldType.LIST, FieldType.GROUP, FieldType.GEOSHAPE})


class Comparing(StrEnum):
    """How a filter compares."""

    IS = "is"
    NOT = "not"
    CONTAINS = "contains"
    STARTS = "starts"
    FROM = "from"
    TO = "to"
    EMPTY = "empty"
    FILLED = "filled"

    @property
    def needs_value(self) -> bool:
        """Tell whether there must be something to compare with."""
        return self not in {Comparing.EMPTY, Comparing.FILLED}


_OPERATORS = {
    Comparing.NOT: Operator.NE, Comparing.STARTS: Operator.PREFIX, Comparing.FROM: Operator.GE,
    Comparing.TO: Operator.LE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """One field compared with a text, as it was typed."""

    field: str
    comparing: Comparing
    value: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How somebody looks at the records of a registry; nothing given means all of the newest version."""

    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    words: str = ""
    archived: bool = False
    version: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Tell whether records are left out."""
        return bool(self.filters or self.words or self.archived)


@dataclass(frozen=True, slots=True)
class Grid:
    """One page of records, and how many there are."""

    records: Sequence[Record]
    count: int
    count_is_minimum: bool
    page: int
    more: bool

    @property
    def first(self) -> int:
        """Return the place of the first record on this page."""
        return (self.page - 1) * PAGE_RECORDS + 1

    @property
    def last(self) -> int:
        """Return the place of the last record on this page."""
        return self.first + len(self.records) - 1

    @property
    def pages(self) -> int:
        """Return how many pages can be turned to."""
        return min(max(1, -(-self.count // PAGE_RECORDS)), OFFSET_MAX // PAGE_RECORDS)


def suits(one: Field) -> tuple[Comparing, ...]:
    """Return how a field can be compared."""
    if one.secret:
        return (Comparing.IS, Comparing.EMPTY)
    if not one.comparable:
        return (Comparing.EMPTY,)
    if one.type is FieldType.BOOLEAN:
        return (Comparing.IS, Comparing.EMPTY, Comparing.FILLED)
    if one.type in {FieldType.TEXT, FieldType.CATALOGUE}:
        return (
            Comparing.IS, Comparing.NOT, Comparing.CONTAINS, Comparing.STARTS, Comparing.EMPTY, Comparing.FILLED,
        )  # fmt: skip
    return (Comparing.IS, Comparing.NOT, Comparing.FROM, Comparing.TO, Comparing.EMPTY, Comparing.FILLED)


def term(registry: Registry, one: Filter) -> tuple[Term, ...]:
    """Return what a filter asks for; raises BadSearch, and Unfit for a value that does not fit its field."""
    path = path_of(one.field)
    if one.comparing is Comparing.EMPTY:
        return (Missing(path),)
    if one.comparing is Comparing.FILLED:
        return (Holds(Comparison(path, Operator.EXISTS), (path,)),)
    if one.comparing is Comparing.CONTAINS:
        return text_term(registry, one.value, field_name=one.field, match=Match.CONTAINS)
    if one.comparing is Comparing.IS:
        return (field_term(registry, one.field, one.value),)
    value = from_text(registry.by_path[path], one.value)
    return (Holds(Comparison(path, _OPERATORS[one.comparing], value), (path,)),)


def search(registry: Registry, view: View, *, sort: str, page: int) -> Search:
    """Return the search for one page of a view, newest records first unless another order is asked for."""
    terms = [found for one in view.filters for found in term(registry, one)]
    if view.words:
        terms += text_term(registry, view.words, field_name="", match=None)
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    path = path_of(name) if name and name != OLDEST else ()
    known = path in registry.by_path and registry.by_path[path].comparable
    return Search(
        tuple(terms), order=(Order(path, descending),) if known else (), newest_first=not known and name != OLDEST,
        page=page, size=PAGE_RECORDS, archived=view.archived,
    )  # fmt: skip


def columns(registry: Registry, view: View, visible: Sequence[Path]) -> list[tuple[Path, Field]]:
    """Return the columns to show: those chosen, else the first simple fields; never one that is hidden."""
    seen = set(visible)
    chosen = [path_of(name) for name in view.columns]
    found = [(path, registry.by_path[path]) for path in chosen if path in seen]
    if found:
        return found[:COLUMNS_MAX]
    plain = [(path, one) for path, one in reachable(registry.fields) if path in seen and one.type not in STRUCTURED]
    return plain[:COLUMNS_SHOWN]


def without(view: View, place: int) -> View:
    """Return a view without one of its filters."""
    return replace(view, filters=(*view.filters[:place], *view.filters[place + 1 :]))


def names(registry: Registry) -> list[str]:
    """Return the pointers of all fields that can be a column or be filtered."""
    return [pointer(path) for path, one in reachable(registry.fields) if one.type is not FieldType.GROUP]


def known_as(registry: Registry, number: int, content: Mapping[str, object]) -> str:
    """Return what people know a record by: its key, if that gives nobody away, else its number."""
    key = registry.key_field
    if key is None or key.personal or key.person_identifier or key.secret or key.blinded:
        return str(number)
    return str(content.get(key.name) or number)

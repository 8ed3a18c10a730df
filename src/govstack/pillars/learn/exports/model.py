"""A list as a table: which columns its things have, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

Cell: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is called, which attributes lead to its cells, and whether it has a part per language or name."""

    name: str
    path: tuple[str, ...]
    parted: bool = False

    def value(self, one: Any) -> Any:
        """Return what a thing holds here, None where something on the way there is missing."""
        for name in self.path:
            one = None if one is None else getattr(one, name)
        return one


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of things of one kind; with `each`, every thing has a row for each part that it holds there."""

    columns: tuple[Column, ...]
    each: str = ""

    @classmethod
    def of(cls, kind: type[msgspec.Struct], *, each: str = "") -> Shape:
        """Return the columns of a kind, in the order of its fields; what lies in a card has the name of both."""
        return cls(tuple(_columns(inspect.type_info(kind), "", (), each)), each)

    @property
    def parted(self) -> bool:
        """Tell whether the columns depend on what is there."""
        return any(column.parted for column in self.columns)

    def heads(self, things: Iterable[Any]) -> list[tuple[Column, str]]:
        """Return the columns that some things need: one that has parts stands once for each that is used."""
        used: dict[Column, set[str]] = {column: set() for column in self.columns if column.parted}
        for row in self._rows(things):
            for column, names in used.items():
                names.update(self._value(column, *row) or ())
        return [(column, part) for column in self.columns for part in sorted(used.get(column, {""}))]

    def lines(self, heads: Sequence[tuple[Column, str]], things: Iterable[Any]) -> list[list[Cell]]:
        """Return the rows of some things, a cell for each column."""
        return [[_cell(self._value(column, *row), part) for column, part in heads] for row in self._rows(things)]

    def _rows(self, things: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for one in things:
            for part in (getattr(one, self.each) or (None,)) if self.each else (None,):
                yield one, part

    def _value(self, column: Column, one: Any, part: Any) -> Any:
        if self.each and column.path[0] == self.each:
            return Column(column.name, column.path[1:]).value(part)
        return column.value(one)


def head(column: Column, part: str) -> str:
    """Return what stands above a column, such as names.fr."""
    return f"{column.name}.{part}" if part else column.name


def _columns(kind: inspect.Type, above: str, path: tuple[str, ...], each: str) -> Iterator[Column]:
    assert isinstance(kind, inspect.StructType | inspect.DataclassType)
    for field in kind.fields:
        inner, at = _plain(field.type), (*path, field.name)
        name = f"{above}.{field.encode_name}" if above else field.encode_name
        if each and at == (each,) and isinstance(inner, inspect.VarTupleType | inspect.ListType):
            inner = _plain(inner.item_type)
        if isinstance(inner, inspect.StructType):
            yield from _columns(inner, name, at, "")
        else:
            yield Column(name, at, parted=isinstance(inner, inspect.DictType))


def _plain(kind: inspect.Type) -> inspect.Type:
    """Return what a type is without limits, and without None beside it."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        held = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        return _plain(held[0]) if len(held) == 1 else kind
    return kind


def _cell(value: Any, part: str) -> Cell:
    """Return what stands in a cell: words of a list with semicolons between, what has parts of its own as JSON."""
    if part:
        value = (value or {}).get(part)
    told = msgspec.to_builtins(value)
    if isinstance(told, list | tuple) and all(isinstance(one, str) for one in told):
        return "; ".join(told)
    if isinstance(told, Mapping | list | tuple):
        return msgspec.json.encode(told).decode()
    return told  # type: ignore[no-any-return]

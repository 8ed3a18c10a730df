"""A course or a session as one row: each value under the path that leads to it, such as titles.en or parts.2.hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from govstack.kernel.books import plain
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import is_id
from govstack.pillars.learn.response.interchange.errors import ColumnsWrong

ROWS_MAX = 5_000
FILE_BYTES_MAX = 20_000_000
COLUMNS_TOLD_MAX = 10
ID = "id"
# Counted by the platform, and no part of what a course or session is.
COUNTED = frozenset({"changed", "taken"})
_NUMBER = re.compile(r"[1-9]\d{0,3}")
Given = TypeVar("Given", bound=msgspec.Struct)


class What(StrEnum):
    """What a file holds."""

    OFFERINGS = "offerings"
    SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was not taken, and why, with the column where it is known."""

    row: int
    why: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: how many rows changed something, how many were so already, and those not taken."""

    changed: int
    known: int
    faults: tuple[Fault, ...]


def flattened(one: msgspec.Struct) -> dict[str, Any]:
    """Return what differs from its beginning in a course or session, by path; lists of words stand in one cell."""
    return {name: cell for name, cell in _paths("", msgspec.to_builtins(one)) if name not in COUNTED}


def _paths(above: str, value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _paths(f"{above}.{name}" if above else name, part)
    elif isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value):
        for number, part in enumerate(value, start=1):
            yield from _paths(f"{above}.{number}", part)
    elif isinstance(value, list | tuple):
        yield above, " ".join(value)
    elif value is not None:
        yield above, value


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the columns of some rows: the id, then each path by its name, numbers in their order."""
    names = {name for row in rows for name in row} - {ID}
    return [ID, *sorted(names, key=lambda name: [(part.isdigit(), part.zfill(4)) for part in name.split(".")])]


def check_columns(columns: Sequence[str], shape: type[msgspec.Struct]) -> None:
    """Refuse a file without ids, or with a column that leads nowhere; raises ColumnsWrong."""
    kinds = {one.encode_name: one.type for one in msgspec.structs.fields(shape)}
    strange = [name for name in columns if name != ID and not _leads(name.split("."), kinds)]
    if strange or ID not in columns:
        raise ColumnsWrong(strange[:COLUMNS_TOLD_MAX] or [ID])


def _leads(path: Sequence[str], kinds: Mapping[str, Any]) -> bool:
    """Tell whether a path ends at a value of a shape: a name, perhaps a number or a language, and a name within."""
    if path[0] not in kinds:
        return False
    inner = next((one for one in _types_in(kinds[path[0]]) if _is_struct(one)), None)
    if inner is None:
        return len(path) == 1 + int(dict in _types_in(kinds[path[0]]))
    rest = path[2:] if len(path) > 1 and _NUMBER.fullmatch(path[1]) and _is_list(kinds[path[0]]) else path[1:]
    return len(rest) == 1 and rest[0] in {one.encode_name for one in msgspec.structs.fields(inner)}


def _types_in(kind: Any) -> set[Any]:
    return {kind, get_origin(kind)}.union(*(_types_in(one) for one in get_args(kind)))


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_list(kind: Any) -> bool:
    return tuple in _types_in(kind)


def built(cells: Mapping[str, Any], shape: type[Given]) -> tuple[str, Given]:
    """Return the id and the course or session of a row; raises msgspec.ValidationError, and BadId for its id."""
    kinds = {one.encode_name: one.type for one in msgspec.structs.fields(shape)}
    whole: dict[str, Any] = {}
    for name, cell in cells.items():
        text = _text(cell)
        if text.strip() and name != ID:
            first, *path = name.split(".")
            words = not path and _is_list(kinds[first])
            _put(whole, [first, *path], text.split() if words else text)
    record_id = _text(cells.get(ID)).strip()
    if not is_id(record_id):
        raise BadId
    return record_id, msgspec.convert({name: _ordered(part) for name, part in whole.items()}, shape, strict=False)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else plain(str(cell))


def _put(whole: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        whole = whole.setdefault(part, {})
    whole[path[-1]] = value


def _ordered(value: Any) -> Any:
    """Return numbered parts as a list; one that is left empty between others leaves no gap."""
    if isinstance(value, dict) and value and all(_NUMBER.fullmatch(name) for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return value


def column_of(error: msgspec.ValidationError) -> str:
    """Return the column at which a row could not be read, as far as it is told."""
    place = str(error).partition(" - at `$")[2].rstrip("`").replace("[...]", "")
    missing = re.search(r"missing required field `(\w+)`", str(error))
    column = re.sub(r"\[(\d+)\]", lambda found: f".{int(found[1]) + 1}", place).lstrip(".")
    return ".".join(part for part in (column, missing[1] if missing else "") if part)

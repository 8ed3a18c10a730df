"""What the index of a registry's text holds, and which records it leaves for a search: all that match, and others.

Its text is made of exactly the expressions that a search compares, so whatever a field holds, both read the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from govstack.blocks.registries.fields.model import FieldType, Path, expression, record_table
from govstack.kernel import crypto

Dialect: TypeAlias = Literal["sqlite", "postgres"]

CHARACTERS_MIN = 3
TRIGRAMS_MAX = 32
FILLED = 2**63 - 1
# A sort needs all that the index leaves; with more than this, what it leaves is looked for in the order asked for.
SORTED_MAX = 10_000
INDEX = "registries.text-index"
# Between two fields; a text that spans it is a candidate that the search itself turns down.
_BETWEEN = " || '\n' || "
# PostgreSQL cuts words at other characters, and takes trigrams of what lies between.
_WORD = re.compile(r"[^\W_]{3}")
# Where the server's letters are those of ICU, this one becomes small in a word otherwise than at its end.
_SIGMA = frozenset("\u03a3\u03c3\u03c2")


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The index of one registry over the text of some fields; records up to the number `filled` are in it."""

    registry_id: int
    paths: tuple[Path, ...]
    filled: int = 0

    @property
    def name(self) -> str:
        """Return the name of the index, or of SQLite's table in its place: another for other fields."""
        return f"{record_table(self.registry_id)}_t{crypto.digest(repr(self.paths).encode())[:16]}"

    def text(self, dialect: Dialect, column: str = "content") -> str:
        """Return the SQL of a record's text; on PostgreSQL with small ASCII letters, as the search compares."""
        places = [expression(path, FieldType.TEXT, dialect, column) for path in self.paths]
        joined = _BETWEEN.join(f"COALESCE({place}, '')" for place in places)
        return joined if dialect == "sqlite" else f"lower({joined})"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows a statement: a source in place of the table and a column that names its records, or a condition."""

    source: str
    number: str
    where: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text to look for in some fields, in any of some spellings; their ASCII letters are small."""

    paths: tuple[Path, ...]
    spellings: tuple[str, ...]


def usable(index: TextIndex, wanted: Sequence[Wanted], dialect: Dialect) -> tuple[tuple[str, ...], ...]:
    """Return the spellings of each text that the index can narrow; what it cannot is left to the search."""
    held = set(index.paths)
    return tuple(
        one.spellings
        for one in wanted
        if held.issuperset(one.paths) and all(_narrows(text, dialect) for text in one.spellings)
    )


def _narrows(text: str, dialect: Dialect) -> bool:
    if dialect == "sqlite":
        return len(text) >= CHARACTERS_MIN
    return _WORD.search(text) is not None and _SIGMA.isdisjoint(text)


def match_of(texts: Sequence[Sequence[str]]) -> str:
    """Return what SQLite's index is asked: every trigram of one spelling, for each text.

    Of a long text some trigrams are enough: fewer of them leave more candidates, never fewer.
    """
    return " AND ".join("(" + " OR ".join(_trigrams(text) for text in spellings) + ")" for spellings in texts)


def _trigrams(text: str) -> str:
    count = len(text) - CHARACTERS_MIN + 1
    step = -(-count // TRIGRAMS_MAX)
    parts = dict.fromkeys(text[start : start + CHARACTERS_MIN] for start in range(0, count, step))
    return "(" + " AND ".join('"' + part.replace('"', '""') + '"' for part in parts) + ")"


def from_table(index: TextIndex, texts: Sequence[Sequence[str]]) -> Narrowing:
    """Return how SQLite narrows: the index hands out numbers in order, and each leads to its record."""
    source = (
        f"(SELECT rowid AS candidate FROM {index.name} WHERE {index.name} MATCH :candidates)"
        f" CROSS JOIN {record_table(index.registry_id)} ON number = candidate"
    )
    return Narrowing(source, "candidate", parameters={"candidates": match_of(texts)})


def by_condition(index: TextIndex, texts: Sequence[Sequence[str]]) -> Narrowing:
    """Return how PostgreSQL narrows: a condition on the indexed text, which it takes where that is the shorter way."""
    place, parameters = index.text("postgres"), dict[str, object]()
    parts: list[str] = []
    for spellings in texts:
        names = [f"candidate{len(parameters) + number}" for number in range(len(spellings))]
        patterns = (f"%{escaped(text)}%" for text in spellings)
        parameters.update(zip(names, patterns, strict=True))
        parts.append("(" + " OR ".join(f"{place} LIKE :{name}" for name in names) + ")")
    return Narrowing(record_table(index.registry_id), "number", " AND ".join(parts), parameters)


def escaped(text: str) -> str:
    """Return a text as LIKE finds it literally, with a backslash as its escape character."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

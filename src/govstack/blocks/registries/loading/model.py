"""Parts of what is to be loaded, on their way in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import msgspec

from govstack.kernel.errors import Problem

# So many are dealt with before others get their turn.
ROWS_AT_ONCE = 100

Content: TypeAlias = Mapping[str, object]
Rows: TypeAlias = Iterable[Content] | AsyncIterable[Content]
Progress: TypeAlias = Callable[[int], None]
# Reads a row as it was given into values in their stored form; raises InvalidContent.
Reads: TypeAlias = Callable[[Any], dict[str, Any]]
# Called in a transaction for each part: up to which place all is settled, and how many records it stores.
Settled: TypeAlias = Callable[[Any, int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was given, with its place among all of them, counted from 1."""

    place: int
    given: Any


Refused: TypeAlias = Callable[[Row, Problem], None]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that take effect together, as they were given; their places follow one another."""

    first: int
    rows: Sequence[Any]

    @property
    def last(self) -> int:
        """Return the place of the last row."""
        return self.first + len(self.rows) - 1

    def row(self, place: int) -> Row:
        """Return the row at a place."""
        return Row(place, self.rows[place - self.first])


class Loaded(msgspec.Struct, frozen=True, gc=False):
    """One record on its way to be stored: its place among the rows given, and its content before it is sealed.

    `text` is what is stored of it, `canonical` what its digest covers; both wait for triggers, where there are any.
    There are too many at a time for the garbage collector to go through them again and again; they make no cycles.
    """

    place: int
    content: dict[str, Any]
    uuid: str
    text: str = ""
    canonical: bytes = b""


async def parts_of(rows: Rows, size: int) -> AsyncIterator[Part]:
    """Yield rows in parts of a size, whatever they come from."""
    first = 1
    if not isinstance(rows, AsyncIterable):
        iterator = iter(rows)
        while some := await _next(iterator, size):
            yield Part(first, some)
            first += len(some)
        return
    held: list[Content] = []
    async for content in rows:
        held.append(content)
        if len(held) == size:
            yield Part(first, held)
            first, held = first + size, []
    if held:
        yield Part(first, held)


async def _next(rows: Iterator[Content], count: int) -> list[Content]:
    """Return so many rows, or those that are left; others get their turn in between, for making rows takes time."""
    some: list[Content] = []
    while more := list(islice(rows, min(ROWS_AT_ONCE, count - len(some)))):
        some += more
        await asyncio.sleep(0)
    return some

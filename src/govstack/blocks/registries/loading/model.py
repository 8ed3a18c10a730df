"""Batches of records on their way in."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from govstack.kernel.errors import Problem

Content: TypeAlias = Mapping[str, object]
Rows: TypeAlias = Iterable[Content] | AsyncIterable[Content]
Progress: TypeAlias = Callable[[int], None]
Refused: TypeAlias = Callable[[int, Problem], None]
# Called inside each transaction that stores records: up to which place all is settled, and how many it stores.
Settled: TypeAlias = Callable[[Any, int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """One record to load, with its place among those given, counted from 1."""

    place: int
    content: Content


async def batches(rows: Rows, size: int) -> AsyncIterator[list[Row]]:
    """Yield rows in batches, whatever they come from."""
    place = 0
    if not isinstance(rows, AsyncIterable):
        iterator = iter(rows)
        while part := list(islice(iterator, size)):
            yield [Row(place + number, content) for number, content in enumerate(part, start=1)]
            place += len(part)
        return
    batch: list[Row] = []
    async for content in rows:
        place += 1
        batch.append(Row(place, content))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch

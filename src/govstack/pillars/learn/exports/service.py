"""Read a list to its end, part by part, so that a long one is never held whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

PART = 500

Things: TypeAlias = AsyncIterator[Sequence[Any]]


async def at_once(things: Iterable[Any]) -> Things:
    """Yield a bounded list that is there already."""
    yield list(things)


async def to_the_end(read: Callable[[str, int], Awaitable[Sequence[Any]]]) -> Things:
    """Yield what a list says after each id, until it says nothing more; a part may be smaller than was asked for."""
    after = ""
    while found := await read(after, PART):
        after = found[-1].id
        yield found


async def each_as(things: Things, shown: Callable[[Any], Any]) -> Things:
    """Yield things as they are shown to others."""
    async for part in things:
        yield [shown(one) for one in part]

"""Brings what is new or was put right in the product; what a country changed or took away stays as it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from govstack.kernel import audit, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.pillars.learn.bringing import store
from govstack.pillars.learn.bringing.store import Mark

SEEDER = Actor.system("seed")
Thing = TypeVar("Thing")


def digest(value: object) -> str:
    """Return what tells one content from another."""
    return crypto.digest(crypto.canonical(value))


@dataclass(frozen=True, slots=True)
class Part(Generic[Thing]):
    """Things of one kind that come with the product, by id.

    `kept` returns what a country has now of those with some ids, `put` writes one as it comes with the product.
    `digest` tells a thing of this version of the product from that of another one.
    """

    name: str
    things: Mapping[str, Thing]
    kept: Callable[[Transaction, Sequence[str]], Awaitable[Mapping[str, object]]]
    put: Callable[[Transaction, Thing], Awaitable[object]]
    digest: Callable[[Thing], str] = digest


async def bring(context: Context, part: Part[Thing]) -> int:
    """Write what a country has not had yet, and what it left as it was brought; return how many were written.

    What was changed here stays, and so does what was taken away. Where the product ships what it shipped before,
    this is one question to the database.
    """
    shipped = {one: part.digest(thing) for one, thing in part.things.items()}
    async with context.database.reading(one_statement=True) as tx:
        if not _news(shipped, await store.marks(tx, part.name)):
            return 0
    try:
        return await _bring(context, part, shipped)
    except (UniqueViolation, Contention):
        # Somebody wrote one of them in this very moment: it is theirs now.
        return await _bring(context, part, shipped)


async def _bring(context: Context, part: Part[Thing], shipped: Mapping[str, str]) -> int:
    async with context.database.transaction() as tx:
        await store.hold(tx, part.name)
        known = await store.marks(tx, part.name)
        news = _news(shipped, known)
        now = await _digests(tx, part, news)
        due = {one for one in news if _due(known.get(one), now.get(one))}
        for one in sorted(due):
            await part.put(tx, part.things[one])
        if due:
            now |= await _digests(tx, part, sorted(due))
            await audit.record(tx, by=SEEDER, action="learn.brought", subject=part.name, detail={"written": len(due)})
        as_brought = {one for one in news if one in due or now.get(one) == shipped[one]}
        await store.mark(tx, part.name, [
            (one, Mark(shipped[one], now[one] if one in as_brought else known[one].kept if one in known else ""))
            for one in news
        ])  # fmt: skip
    return len(due)


async def _digests(tx: Transaction, part: Part[Thing], wanted: Sequence[str]) -> dict[str, str]:
    found = await part.kept(tx, wanted)
    return {one: digest(found[one]) for one in wanted if one in found}


def _news(shipped: Mapping[str, str], known: Mapping[str, Mark]) -> list[str]:
    return sorted(one for one, mark in shipped.items() if one not in known or known[one].shipped != mark)


def _due(known: Mark | None, now: str | None) -> bool:
    """Tell whether a thing is written: what nobody has had, and what is here as it was brought."""
    return now is None if known is None else now is not None and now == known.kept

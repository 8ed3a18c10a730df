"""Providing each registry's text index, filling it beside the traffic, and narrowing searches by it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from govstack.blocks.registries.fields.model import Path
from govstack.blocks.registries.narrowing import store
from govstack.blocks.registries.narrowing.model import (
    FILLED,
    INDEX,
    SORTED_MAX,
    Narrowing,
    TextIndex,
    Wanted,
    by_condition,
    from_table,
    match_of,
    usable,
)
from govstack.kernel import jobs
from govstack.kernel.db import Database, Transaction
from govstack.kernel.migrations import trigrams_schema

# A few milliseconds: on SQLite nobody else is served meanwhile.
RECORDS_AT_ONCE = 250


async def provide(tx: Transaction, registry_id: int, paths: tuple[Path, ...]) -> None:
    """Give a registry the index over the text of some fields: at once without records, else by a job."""
    wanted = TextIndex(registry_id, paths)
    there = await store.found(tx, registry_id)
    if there is not None and there.paths == wanted.paths:
        return
    if there is not None:
        await _drop(tx, there)
    filled = FILLED
    if paths and not (await store.is_empty(tx, registry_id) and await _make(tx, wanted)):
        filled = 0
        # The key of the repeated run: there is never a second one at the same time.
        await jobs.enqueue(tx, INDEX, {}, key="schedule")
    await store.write(tx, replace(wanted, filled=filled))


async def _make(tx: Transaction, index: TextIndex) -> bool:
    if tx.dialect == "sqlite":
        if possible := await store.has_trigrams(tx):
            await store.make_table(tx, index)
        return possible
    if schema := await trigrams_schema(tx):
        await store.make_index(tx, index, schema)
    return bool(schema)


async def _drop(tx: Transaction, index: TextIndex) -> None:
    await (store.drop_table if tx.dialect == "sqlite" else store.drop_index)(tx, index)


async def waiting(tx: Transaction) -> tuple[list[int], list[int]]:
    """Return the registries that nothing was provided for yet, and those whose index lacks records."""
    return await store.without(tx), await store.unfilled(tx)


async def is_possible(tx: Transaction) -> bool:
    """Tell whether the database has what the index is made of."""
    return await store.has_trigrams(tx) if tx.dialect == "sqlite" else bool(await trigrams_schema(tx))


async def fill(database: Database, registry_id: int) -> None:
    """Bring every record of a registry into its index while others read and write; can stop and go on anywhere."""
    if database.dialect == "postgres":
        await _fill_at_once(database, registry_id)
        return
    further = True
    while further:
        further = await _fill_further(database, registry_id)
        await asyncio.sleep(0)


async def _fill_further(database: Database, registry_id: int) -> bool:
    """Enter some more records; tells whether there may be others. What is written meanwhile the triggers see to."""
    async with database.transaction() as tx:
        index = await store.found(tx, registry_id)
        if index is None or index.filled == FILLED:
            return False
        if index.filled == 0:
            await store.make_table(tx, index)
        last = await store.enter_next(tx, index, most=RECORDS_AT_ONCE)
        await store.write_filled(tx, index, FILLED if last is None else last)
    return last is not None


async def _fill_at_once(database: Database, registry_id: int) -> None:
    async with database.reading() as tx:
        index, schema = await store.found(tx, registry_id), await trigrams_schema(tx)
    if index is None or index.filled == FILLED or not schema:
        return
    async with database.owner() as owner:
        await store.make_index_beside(owner, index, schema)
    async with database.transaction() as tx:
        await store.write_filled(tx, index, FILLED)


async def remove_all(tx: Transaction) -> None:
    """Remove every index, before the tables of records go."""
    for index in await store.everyone(tx):
        await _drop(tx, index)
    await store.forget_all(tx)


async def narrowing(tx: Transaction, registry_id: int, wanted: Sequence[Wanted], *, streams: bool) -> Narrowing | None:
    """Return what narrows a search for texts, or None without an index that is filled, or with nothing to gain.

    `streams` says that results are wanted in the order of creation and nothing else narrows the search.
    """
    index = await store.found(tx, registry_id)
    if index is None or index.filled < FILLED:
        return None
    texts = usable(index, wanted, tx.dialect)
    if not texts:
        return None
    if tx.dialect == "postgres":
        return by_condition(index, texts)
    # SQLite's index hands out records in the order of creation, as many as are asked for. Otherwise all that it leaves
    # have to be gone through: good for few, while a text that many have is soon met without it.
    if streams or await store.is_few(tx, index, match_of(texts), most=SORTED_MAX):
        return from_table(index, texts)
    return None

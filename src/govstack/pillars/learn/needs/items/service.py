"""Use cases of the item bank: write, list, make ready, retire, take in many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PAGE_WORDS
from govstack.pillars.learn.needs.items import store
from govstack.pillars.learn.needs.items.errors import BadItem, ItemChanged, ItemRetired, UnknownItem
from govstack.pillars.learn.needs.items.model import Item, State, fault, tidied

READY_MAX = 5_000
COMPETENCIES_MAX = 500
ITEMS_TAKEN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of many items: how many were new, changed or as they were, and why others were refused, by id."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: tuple[tuple[str, str], ...] = ()


async def put(context: Context, *, by: Actor, item: Item, seen: Item | None = None) -> Item:
    """Enter an item or write its next version; raises BadItem, ItemRetired. The same content changes nothing.

    `seen` is the item of which a part was changed: raises ItemChanged where it is another one by now.
    """
    async with context.database.transaction() as tx:
        before = (await store.held(tx, [item.id])).get(item.id)
        # Left by its end, not by the refusal, so that what others changed can be read when it is told.
        changed = seen is not None and before != seen
        kept, _is_new = (item, False) if changed else await _put(tx, by, item, before)
    if changed:
        raise ItemChanged
    return kept


async def take_in(context: Context, *, by: Actor, items: Sequence[Item]) -> Taken:
    """Enter many items; those that are not whole or were retired are told, and the others are entered."""
    new = changed = same = 0
    refused: list[tuple[str, str]] = []
    async with context.database.transaction() as tx:
        known = await store.held(tx, [one.id for one in items])
        for item in items:
            before = known.get(item.id)
            try:
                kept, written = await _put(tx, by, item, before)
            except (BadItem, ItemRetired) as problem:
                refused.append((item.id, problem.detail))
                continue
            known[item.id] = kept
            new, changed, same = (
                new + (before is None),
                changed + (written and before is not None),
                same + (not written),
            )
    return Taken(new, changed, same, tuple(refused))


async def _put(tx: Transaction, by: Actor, given: Item, before: Item | None) -> tuple[Item, bool]:
    item = tidied(given)
    lack = fault(item) or (BadId.title if before is None and item.id in PAGE_WORDS else "")
    if lack:
        raise BadItem(lack)
    version = before.version if before else 0
    if before is not None and before == msgspec.structs.replace(item, version=version):
        return before, False
    if before is not None and before.state is State.RETIRED:
        raise ItemRetired
    item = msgspec.structs.replace(item, version=version + 1)
    if not await store.put(tx, item, changed_at=clock.timestamp(), by=by.id):
        # Somebody else entered the first one in that moment: this is the next.
        return await _put(tx, by, given, (await store.held(tx, [item.id]))[item.id])
    detail = {"version": item.version, "state": str(item.state)}
    await audit.record(tx, by=by, action="learn.item.put", subject=f"item/{item.id}", detail=detail)
    return item, True


async def set_state(context: Context, *, by: Actor, item_id: str, state: State) -> Item:
    """Make an item ready, take it back, or retire it for good; raises UnknownItem, ItemRetired."""
    async with context.database.transaction() as tx:
        item = (await store.held(tx, [item_id])).get(item_id)
        if item is None:
            raise UnknownItem
        if item.state is State.RETIRED and state is not State.RETIRED:
            raise ItemRetired
        if await store.set_state(tx, item_id=item_id, state=state, changed_at=clock.timestamp()):
            await audit.record(
                tx, by=by, action="learn.item.state", subject=f"item/{item_id}", detail={"state": str(state)}
            )
    return msgspec.structs.replace(item, state=state)


async def item(context: Context, *, item_id: str) -> Item:
    """Return an item as it is now; raises UnknownItem."""
    async with context.database.reading(one_statement=True) as tx:
        found = (await store.by_ids(tx, [item_id])).get(item_id)
    if found is None:
        raise UnknownItem
    return found


async def items(context: Context, *, item_ids: Iterable[str]) -> dict[str, Item]:
    """Return items by id as they are now, without those that are not known."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.by_ids(tx, item_ids)


async def listed(
    context: Context, *, competency_id: str = "", bloom: str = "", state: str = "", after: str = "", limit: int = 100
) -> list[Item]:  # fmt: skip
    """Return items in the order of their ids, narrowed by competency, level of Bloom and state."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, competency_id=competency_id, bloom=bloom, state=state, after=after, limit=limit)


async def ready(context: Context, *, competencies: Sequence[str]) -> list[Item]:
    """Return the items that forms for some competencies can be made of."""
    async with context.database.reading(one_statement=True) as tx:
        return await ready_in(tx, competencies=competencies)


async def ready_in(tx: Transaction, *, competencies: Sequence[str]) -> list[Item]:
    """Return the items that forms for some competencies can be made of, for somebody else's transaction."""
    return await store.ready(tx, competencies=competencies, limit=READY_MAX)


async def versions(context: Context, *, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Item]:
    """Return items as they were in some versions."""
    asked = set(wanted)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.versions(tx, [item_id for item_id, _version in asked])
    return {key: one for key, one in found.items() if key in asked}


async def competencies(context: Context) -> list[str]:
    """Return the competencies that there are items for."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.competencies(tx, limit=COMPETENCIES_MAX)

"""Rows of items; each version is kept whole and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.items.model import Item, State

SQL = queries(__file__)


async def held(tx: Transaction, item_ids: Iterable[str]) -> dict[str, Item]:
    """Return items by id as they are now, which nobody else changes until the end of the transaction."""
    wanted = sorted(set(item_ids))
    # One after the other in one order, so that nobody waits for somebody who waits for them.
    await SQL.hold(tx, [{"id": one} for one in wanted])
    return await by_ids(tx, wanted)


async def put(tx: Transaction, item: Item, *, changed_at: str, by: str) -> bool:
    """Write the first version of an item, or the next one of an item that is held; false for a first one too late."""
    write = SQL.add_item if item.version == 1 else SQL.change_item
    written = await write(
        tx, id=item.id, kind=str(item.kind), competency_id=item.competency_id, bloom=str(item.bloom),
        difficulty=str(item.difficulty), anchor=int(item.anchor), state=str(item.state), version=item.version,
        changed_at=changed_at,
    )  # fmt: skip
    if not written:
        return False
    content = msgspec.json.encode(item).decode()
    await SQL.add_version(
        tx, item_id=item.id, version=item.version, content=content, created_at=changed_at, created_by=by
    )
    return True


async def set_state(tx: Transaction, *, item_id: str, state: State, changed_at: str) -> bool:
    """Change the state of an item; false when it has it."""
    return bool(await SQL.set_state(tx, id=item_id, state=str(state), changed_at=changed_at))


async def by_ids(tx: Transaction, item_ids: Iterable[str]) -> dict[str, Item]:
    """Return items by id, as they are now."""
    return {row["id"]: _item(row) for row in await SQL.by_ids(tx, ids=sorted(set(item_ids)))}


async def listed(
    tx: Transaction, *, competency_id: str, bloom: str, state: str, after: str, limit: int
) -> list[Item]:  # fmt: skip
    """Return items in the order of their ids."""
    rows = await SQL.listed(tx, competency_id=competency_id, bloom=bloom, state=state, after=after, limit=limit)
    return [_item(row) for row in rows]


async def ready(tx: Transaction, *, competencies: Sequence[str], limit: int) -> list[Item]:
    """Return what forms can be made of."""
    return [_item(row) for row in await SQL.ready(tx, competencies=list(competencies), limit=limit)]


async def versions(tx: Transaction, item_ids: Iterable[str]) -> dict[tuple[str, int], Item]:
    """Return every version of some items."""
    return {(row["id"], row["version"]): _item(row) for row in await SQL.versions(tx, ids=sorted(set(item_ids)))}


async def competencies(tx: Transaction, *, limit: int) -> list[str]:
    """Return the competencies that there are items for."""
    return [row["competency_id"] for row in await SQL.competencies(tx, limit=limit)]


def _item(row: Row) -> Item:
    item = msgspec.json.decode(row["content"], type=Item)
    return msgspec.structs.replace(item, state=State(row["state"]), version=row["version"])

"""Setting, finding and checking the keys of a registry's secret fields (DRS-18)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from govstack.blocks.registries.keys import store
from govstack.blocks.registries.keys.model import derive, problem
from govstack.kernel import clock, crypto, ids
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest

FOUND = "registries.keys"
FOUND_MAX = 1_000
FOUND_SECONDS = 60.0
PURPOSE = "registry-key"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one registry, newest first, and the text of the newest as the analyst set it."""

    text: str
    derived: tuple[bytes, ...]


async def of_registry(context: Context, registry_id: int) -> Keys:
    """Return a registry's keys; cached in this process, for deriving them is slow."""
    kept: dict[int, tuple[float, Keys]] = context.memory.setdefault(FOUND, {})
    expires, keys = kept.get(registry_id, (0.0, Keys("", ())))
    if expires > clock.monotonic():
        return keys
    async with context.database.reading(one_statement=True) as tx:
        sealed = await store.sealed(tx, registry_id)
    texts = [context.keys.open(PURPOSE, one, bound_to=str(registry_id)).decode() for one in sealed]
    derived = [await asyncio.to_thread(derive, text, registry_id) for text in texts]
    keys = Keys(texts[0] if texts else "", tuple(derived))
    if len(kept) >= FOUND_MAX:
        kept.clear()
    kept[registry_id] = (clock.monotonic() + FOUND_SECONDS, keys)
    return keys


async def fits(context: Context, registry_id: int, presented: str) -> bool:
    """Tell whether a caller presented the present key."""
    keys = await of_registry(context, registry_id)
    return bool(keys.text) and crypto.equal(keys.text, presented)


async def set_key(context: Context, tx: Transaction, registry_id: int, text: str, *, by: str) -> int:
    """Set a registry's key and return its generation; what older keys encrypted stays readable. Raises BadRequest."""
    wrong = problem(text)
    if wrong:
        raise BadRequest(wrong, fields={"key": wrong})
    generation = len(await store.sealed(tx, registry_id)) + 1
    sealed = context.keys.seal(PURPOSE, text.encode(), bound_to=str(registry_id))
    await store.add(tx, registry_id, generation, sealed, at=clock.timestamp(), by=by)
    tx.after_commit(lambda: context.memory.pop(FOUND, None))
    return generation


async def provide(context: Context, tx: Transaction, registry_id: int) -> None:
    """Give a registry a random key when it has none, so that secret fields are encrypted from the first record."""
    if not await store.sealed(tx, registry_id):
        await set_key(context, tx, registry_id, ids.new_secret(), by="system")

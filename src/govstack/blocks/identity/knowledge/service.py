"""Sets, checks and removes PINs and passwords."""

from __future__ import annotations

import asyncio

import msgspec

from govstack.blocks.identity.knowledge import model, store
from govstack.blocks.identity.knowledge.model import Kind, Known, SlowHash
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.people.service import recorded
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

PURPOSE = "identity/known-secret"


async def set_pin(context: Context, *, by: Actor, person: Person, pin: str) -> None:
    """Give a person a PIN in the place of the one before; raises WeakSecret."""
    model.check_pin(pin)
    await _keep(context, by=by, person_id=person.id, kind=Kind.PIN, secret=pin)


async def set_password(context: Context, *, by: Actor, person: Person, password: str) -> None:
    """Give a person a password in the place of the one before; raises WeakSecret."""
    model.check_password(password, names=tuple(person.display_name.split()))
    await _keep(context, by=by, person_id=person.id, kind=Kind.PASSWORD, secret=password)


async def check(context: Context, *, person_id: str, secret: str) -> Kind | None:
    """Return what a person has proven to know; it takes the same time for somebody who has nothing to know."""
    kind = model.kind_of(secret)
    async with context.database.reading(one_statement=True) as tx:
        sealed = await store.read(tx, person_id=person_id, kind=kind)
    kept = model.NOBODYS if sealed is None else _opened(context, person_id, kind, sealed)
    if not await asyncio.to_thread(model.fits, secret, kept) or sealed is None:
        return None
    async with context.database.transaction() as tx:
        await store.note_use(tx, person_id=person_id, kind=kind, now=clock.timestamp())
    return kind


async def known(context: Context, *, person_id: str) -> list[Known]:
    """Return which secrets a person has."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, person_id=person_id)


async def remove_all(tx: Transaction, *, by: Actor, person_id: str) -> None:
    """Remove PIN and password in the transaction of another act; there may be none."""
    for kind in Kind:
        await remove(tx, by=by, person_id=person_id, kind=kind)


async def remove(tx: Transaction, *, by: Actor, person_id: str, kind: Kind) -> None:
    """Remove a PIN or password inside a transaction; there may be none."""
    if await store.remove(tx, person_id=person_id, kind=kind):
        action = f"identity.factor.{kind.value}-removed"
        await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


async def _keep(context: Context, *, by: Actor, person_id: str, kind: Kind, secret: str) -> None:
    made = await asyncio.to_thread(model.slow_hash, secret)
    sealed = context.keys.seal(PURPOSE, msgspec.json.encode(made), bound_to=f"{person_id}/{kind.value}")
    async with context.database.transaction() as tx:
        await store.put(tx, person_id=person_id, kind=kind, content=sealed, now=clock.timestamp())
        action = f"identity.factor.{kind.value}-set"
        await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


def _opened(context: Context, person_id: str, kind: Kind, sealed: bytes) -> SlowHash:
    plain = context.keys.open(PURPOSE, sealed, bound_to=f"{person_id}/{kind.value}")
    return msgspec.json.decode(plain, type=SlowHash)

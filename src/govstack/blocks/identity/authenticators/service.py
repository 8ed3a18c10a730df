"""Adds authenticator apps, and takes each code once."""

from __future__ import annotations

from govstack.blocks.identity.authenticators import model, store
from govstack.blocks.identity.authenticators.errors import TooManyAuthenticators, UnknownAuthenticator, WrongCode
from govstack.blocks.identity.authenticators.model import Authenticator, Begun
from govstack.blocks.identity.identifiers.model import folded
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.people.service import recorded
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

PURPOSE = "identity/authenticator"


async def begin(context: Context, *, person: Person, name: str, issuer: str) -> Begun:
    """Make the secret of a new app; it counts from the moment on that its first code is entered."""
    authenticator_id, secret = ids.new_id(), model.new_secret()
    sealed = context.keys.seal(PURPOSE, secret.encode(), bound_to=authenticator_id)
    row = store.Row(
        authenticator_id, person.id, name.strip()[: model.NAME_CHARACTERS_MAX], False, 0, clock.timestamp(), "", sealed
    )
    async with context.database.transaction() as tx:
        confirmed = [one for one in await store.listed(tx, person_id=person.id) if one.confirmed]
        if len(confirmed) >= model.AUTHENTICATORS_MAX:
            raise TooManyAuthenticators
        await store.begin(tx, row)
    return Begun(authenticator_id, secret, model.address(secret, account=person.display_name, issuer=issuer))


async def begun(context: Context, *, person: Person, issuer: str) -> Begun | None:
    """Return the app whose first code is awaited, so that its picture can be shown again."""
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.listed(tx, person_id=person.id)
    waiting = next((row for row in rows if not row.confirmed), None)
    if waiting is None:
        return None
    secret = _secret(context, waiting)
    return Begun(waiting.id, secret, model.address(secret, account=person.display_name, issuer=issuer))


async def confirm(context: Context, *, by: Actor, person_id: str, authenticator_id: str, code: str) -> None:
    """Let a new app count, since its first code came; raises UnknownAuthenticator and WrongCode."""
    now = clock.now()
    async with context.database.transaction() as tx:
        rows = await store.listed(tx, person_id=person_id)
        found = next((row for row in rows if row.id == authenticator_id and not row.confirmed), None)
        if found is None:
            raise UnknownAuthenticator
        step = model.step_of(_secret(context, found), folded(code), seconds=now.timestamp(), after=found.last_step)
        if step is None:
            raise WrongCode
        await store.use(tx, authenticator_id=found.id, step=step, now=clock.timestamp(now))
        action = "identity.factor.authenticator-added"
        await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


async def check(context: Context, tx: Transaction, *, person_id: str, code: str) -> str | None:
    """Return the app whose present code this is; each code is taken once."""
    now, typed = clock.now(), folded(code)
    for row in await store.listed(tx, person_id=person_id):
        if not row.confirmed:
            continue
        step = model.step_of(_secret(context, row), typed, seconds=now.timestamp(), after=row.last_step)
        if step is not None and await store.use(tx, authenticator_id=row.id, step=step, now=clock.timestamp(now)):
            return row.id
    return None


async def authenticators(context: Context, *, person_id: str) -> list[Authenticator]:
    """Return the apps of a person that count."""
    async with context.database.reading(one_statement=True) as tx:
        return await kept(tx, person_id=person_id)


async def kept(tx: Transaction, *, person_id: str) -> list[Authenticator]:
    """Return them inside a transaction."""
    return [row for row in await store.listed(tx, person_id=person_id) if row.confirmed]


async def remove(tx: Transaction, *, by: Actor, person_id: str, authenticator_id: str) -> None:
    """Remove an app inside the transaction that knows what else the person has; raises UnknownAuthenticator."""
    if not await store.remove(tx, person_id=person_id, authenticator_id=authenticator_id):
        raise UnknownAuthenticator
    action = "identity.factor.authenticator-removed"
    await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


async def remove_all(tx: Transaction, *, by: Actor, person_id: str) -> None:
    """Remove the apps of a person in the transaction of another act, begun ones too; there may be none."""
    if await store.remove_all(tx, person_id=person_id):
        action = "identity.factor.authenticator-removed"
        await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


def _secret(context: Context, row: store.Row) -> str:
    return context.keys.open(PURPOSE, bytes(row.content), bound_to=row.id).decode()

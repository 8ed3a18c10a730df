"""Use cases of services of enrolment: register, approve, revoke and find them."""

from __future__ import annotations

from dataclasses import replace

from govstack.blocks.identity.stations import store
from govstack.blocks.identity.stations.errors import StationRevoked, StationTaken, UnknownStation
from govstack.blocks.identity.stations.model import State, Station, Wish, checked, is_code
from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction, UniqueViolation

CHANGED = "identity.enrolment-service.changed"


async def register(context: Context, *, by: Actor, wish: Wish) -> Station:
    """Register a service, which sends nothing before it is approved; the same again returns the first one.

    Raises StationInvalid and StationTaken.
    """
    key, now = checked(wish), clock.timestamp()
    made = Station(
        ids.new_id(), wish.centre, wish.machine, wish.name.strip(), key, tuple(wish.officers), wish.application,
        State.PENDING, now, now,
    )  # fmt: skip
    try:
        async with context.database.transaction() as tx:
            present = await store.by_name(tx, centre=wish.centre, machine=wish.machine)
            if present is not None and present.state is not State.REVOKED:
                return _same(present, made)
            await store.add(tx, made)
            await _tell(tx, by, made, "registered")
    except UniqueViolation as error:
        raise StationTaken from error
    return made


async def approve(context: Context, *, by: Actor, station_id: str) -> Station:
    """Let a service send packets; raises UnknownStation and StationRevoked."""
    return await _change(context, by, station_id, State.APPROVED)


async def revoke(context: Context, *, by: Actor, station_id: str) -> Station:
    """Take nothing more from a service, also what it signed before; raises UnknownStation."""
    return await _change(context, by, station_id, State.REVOKED)


async def station(context: Context, *, station_id: str) -> Station:
    """Return a service; raises UnknownStation."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, station_id)
    if found is None:
        raise UnknownStation
    return found


async def by_ref_id(context: Context, *, ref_id: str) -> Station | None:
    """Return the service that packets name, whatever its state."""
    centre, _line, machine = ref_id.partition("_")
    if not (is_code(centre) and is_code(machine)):
        return None
    async with context.database.reading(one_statement=True) as tx:
        return await store.by_name(tx, centre=centre, machine=machine)


async def listed(context: Context, *, limit: int, offset: int = 0) -> list[Station]:
    """Return services by centre and machine."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, limit=limit, offset=offset)


def _same(present: Station, made: Station) -> Station:
    told = ("name", "key", "officers", "application")
    if all(getattr(present, name) == getattr(made, name) for name in told):
        return present
    raise StationTaken


async def _change(context: Context, by: Actor, station_id: str, state: State) -> Station:
    async with context.database.transaction() as tx:
        present = await store.by_id(tx, station_id)
        if present is None:
            raise UnknownStation
        if present.state is state:
            return present
        if present.state is State.REVOKED:
            raise StationRevoked
        now = clock.timestamp()
        if not await store.change_state(tx, station_id=station_id, before=present.state, state=state, at=now):
            raise Contention
        await _tell(tx, by, present, state.value)
    return replace(present, state=state, changed_at=now)


async def _tell(tx: Transaction, by: Actor, one: Station, act: str) -> None:
    subject, told = f"enrolment-service/{one.id}", {"enrolmentServiceId": one.id, "refId": one.ref_id, "act": act}
    await audit.record(tx, by=by, action=f"identity.enrolment-service.{act}", subject=subject, detail=told)
    await events.publish(tx, type=CHANGED, subject=subject, data=told)

"""Use cases of training centres: record them, pass gates, keep material current, and federate catalogues."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel import audit, clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.response.centres import store
from govstack.pillars.learn.response.centres.errors import CentreChanged, GateClosed, NoCohort, NoTrainer, UnknownCentre
from govstack.pillars.learn.response.centres.model import (
    CENTRES_MAX,
    Centre,
    Gate,
    MaterialGiven,
    Notice,
    Offered,
    Presented,
    Use,
    gates_fault,
    use_of,
)
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.errors import UnknownMaterial
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Session, State
from govstack.pillars.learn.response.trainers import service as trainers

UPDATED = "learn.centre.material-updated"
BY = Actor.system("material published")


async def put(context: Context, *, by: Actor, centre: Centre, seen: Centre | None = None) -> Centre:
    """Enter a centre or change it; raises GateClosed, NoTrainer, NoCohort where a gate is not open yet.

    `seen` is the centre of which a part was changed: raises CentreChanged where it is another one by now.
    Figures bear a gate out when it is passed: a certification that ends later does not undo it.
    """
    if gates_fault(centre.gates):
        raise GateClosed(fields={"gates": GateClosed.title})
    async with context.database.reading(one_statement=True) as tx:
        before = await store.by_id(tx, centre.id)
    passed = {one.gate for one in centre.gates} - {one.gate for one in (before.gates if before else ())}
    if Gate.TRAINERS in passed and not await _has_trainer(context, centre):
        raise NoTrainer(fields={"gates": NoTrainer.title})
    if Gate.COHORT in passed and not await _had_cohort(context, centre):
        raise NoCohort(fields={"gates": NoCohort.title})
    async with context.database.transaction() as tx:
        # Left by its end, not by the refusal, so that what others changed can be read when it is told.
        changed = seen is not None and await store.locked(tx, centre.id) != seen
        if not changed:
            await _write(tx, by, centre)
    if changed:
        raise CentreChanged
    return centre


async def _write(tx: Transaction, by: Actor, centre: Centre) -> None:
    await store.put(tx, centre)
    newest = await store.materials(tx, [one.material_id for one in centre.materials])
    for material in centre.materials:
        version = newest.get(material.material_id, ("", material.version))[1]
        if version != material.version:
            await store.tell(tx, centre_id=centre.id, material_id=material.material_id, version=version)
    await audit.record(tx, by=by, action="learn.centre.put", subject=f"centre/{centre.id}")


async def _has_trainer(context: Context, centre: Centre) -> bool:
    today = clock.today()
    return any(one.holds_on(today) for one in await trainers.of_people(context, person_ids=centre.trainers))


async def _had_cohort(context: Context, centre: Centre) -> bool:
    held = await offerings.every_session(context, until=clock.timestamp(), centre_id=centre.id)
    return any(one.taken and one.ends <= clock.now() and not one.cancelled for one in held)


async def centre(context: Context, *, centre_id: str) -> Centre:
    """Return a centre; raises UnknownCentre."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, centre_id)
    if found is None:
        raise UnknownCentre
    return found


async def listed(context: Context, *, after: str = "", limit: int = 100) -> list[Centre]:
    """Return centres in the order of their ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def use(context: Context, *, found: Centre, year: int) -> Use:
    """Return how far a centre is used in a year."""
    since, until = f"{year:04}-01-01", f"{year + 1:04}-01-01"
    return use_of(found, await offerings.every_session(context, since=since, until=until, centre_id=found.id), year)


async def publish_material(context: Context, *, by: Actor, material_id: str, given: MaterialGiven) -> int:
    """Make a new version of material known: every centre that works with another one is told, once.

    Returns how many centres were told now.
    """
    told = 0
    async with context.database.transaction() as tx:
        if await store.put_material(tx, material_id=material_id, title=given.title, version=given.version):
            for one in await store.listed(tx, after="", limit=CENTRES_MAX):
                if any(m.material_id == material_id and m.version != given.version for m in one.materials):
                    await store.tell(tx, centre_id=one.id, material_id=material_id, version=given.version)
                    data = {"centreId": one.id, "materialId": material_id, "version": given.version}
                    await events.publish(tx, type=UPDATED, subject=f"centre/{one.id}", data=data)
                    told += 1
            await audit.record(tx, by=by, action="learn.material.published", subject=f"material/{material_id}")
    return told


async def take_version(context: Context, *, material_id: str) -> int:
    """Take in that a version of material was published here; return how many centres were told now.

    What stands now is told, in whatever order the news came; material that was taken out again is left alone.
    """
    try:
        one = await materials.read(context, by=BY, material_id=material_id)
    except UnknownMaterial:
        return 0
    if not one.version:
        return 0
    given = MaterialGiven(title=one.title, version=one.version)
    return await publish_material(context, by=BY, material_id=one.id, given=given)


async def notices(context: Context, *, centre_id: str) -> list[Notice]:
    """Return what a centre was told of newer versions."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.notices(tx, centre_id)


async def newest(context: Context, *, found: Centre) -> dict[str, str]:
    """Return the version of its material that was told last, by id, of that of which one was told."""
    async with context.database.reading(one_statement=True) as tx:
        told = await store.materials(tx, [one.material_id for one in found.materials])
    return {material_id: version for material_id, (_title, version) in told.items()}


async def put_catalogue(context: Context, *, by: Actor, centre_id: str, offered: Iterable[Offered]) -> int:
    """Take in what a centre offers on its own site; of an id twice the last counts. Raises UnknownCentre."""
    by_id = {one.id: one for one in offered}
    async with context.database.transaction() as tx:
        if await store.locked(tx, centre_id) is None:
            raise UnknownCentre
        await store.put_federated(tx, centre_id, by_id.values())
        await audit.record(tx, by=by, action="learn.centre.catalogue-put", subject=f"centre/{centre_id}")
    return len(by_id)


async def public(context: Context) -> list[Centre]:
    """Return the centres that everybody may see."""
    return [one for one in await listed(context, limit=CENTRES_MAX) if one.public]


async def presented(context: Context, *, centre_id: str) -> Presented:
    """Return a centre as everybody sees it; raises UnknownCentre for one that is not public."""
    one = await centre(context, centre_id=centre_id)
    if not one.public:
        raise UnknownCentre
    held = await offerings.every_session(context, since=clock.timestamp(), centre_id=one.id)
    coming: dict[str, Session] = {}
    for session in sorted(held, key=lambda each: each.starts):
        if not session.cancelled:
            coming.setdefault(session.offering_id, session)
    known = await offerings.known(context, offering_ids=coming)
    async with context.database.reading(one_statement=True) as tx:
        elsewhere = await store.federated_of(tx, one.id)
    return Presented(
        one, await trainers.named(context, person_ids=one.trainers),
        [(known[key], session) for key, session in coming.items() if known[key].state is State.OPEN],
        elsewhere,
    )  # fmt: skip


async def of_issuer(context: Context, *, issuer: str) -> Centre | None:
    """Return the centre that everybody may see and that signs credentials under a DID; None where there is none."""
    return next((one for one in await public(context) if issuer and one.issuer == issuer), None)


async def federated(context: Context) -> list[tuple[str, Offered]]:
    """Return what centres offer on their own sites."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.federated(tx)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person from the trainers of centres."""
    for one in await store.listed(tx, after="", limit=CENTRES_MAX):
        if person_id in one.trainers:
            left = tuple(each for each in one.trainers if each != person_id)
            await store.put(tx, msgspec.structs.replace(one, trainers=left))

"""Use cases of trainers: certify, end a certification, show the chain, and let them teach sessions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import UnknownOffering
from govstack.pillars.learn.response.trainers import store
from govstack.pillars.learn.response.trainers.errors import (
    BadCertification,
    CertifiedAlready,
    NotCertified,
    OwnCertification,
    UnknownCertification,
)
from govstack.pillars.learn.response.trainers.model import (
    AHEAD_MAX,
    LASTS_MAX,
    TAUGHT_MAX,
    Certification,
    CertificationGiven,
    chain,
    holds_through,
)


async def certify(context: Context, *, by: Actor, given: CertificationGiven) -> Certification:
    """Enter that somebody may teach a course; nobody enters their own.

    Whoever hands a certification on must hold one for the course that day; the first comes from an authority. Raises
    BadCertification, OwnCertification, CertifiedAlready, NotCertified, UnknownOffering, UnknownPerson.
    """
    if (
        given.until < given.since
        or given.certified_by == given.learner_id
        or not (given.certified_by or given.authority)
        or given.since > clock.today() + AHEAD_MAX
        or given.until - given.since > LASTS_MAX
    ):
        raise BadCertification
    if by.kind == "person" and await people.is_self(context, by=by, person_id=given.learner_id):
        raise OwnCertification
    one = Certification(id=ids.new_id(), **msgspec.structs.asdict(given))
    async with context.database.transaction() as tx:
        # Held, so that nobody is certified twice at once or erased meanwhile.
        await people.hold(tx, given.learner_id)
        theirs = await store.of_people(tx, [given.learner_id])
        if any(kept.offering_id == given.offering_id and kept.covers(given) for kept in theirs):
            raise CertifiedAlready
        if not await offerings.by_ids(tx, [given.offering_id]):
            raise UnknownOffering
        if given.certified_by is not None:
            known = await store.of_offering(tx, given.offering_id)
            if not any(kept.learner_id == given.certified_by and kept.holds_on(given.since) for kept in known):
                raise NotCertified
        await store.add(tx, one)
        await audit.record(tx, by=by, action="learn.trainer.certified", subject=f"certification/{one.id}")
    return one


async def finish(context: Context, *, by: Actor, certification_id: str) -> Certification:
    """End a certification now; twice is as once. Raises UnknownCertification."""
    async with context.database.transaction() as tx:
        if await store.finish(tx, certification_id):
            subject = f"certification/{certification_id}"
            await audit.record(tx, by=by, action="learn.trainer.certification-ended", subject=subject)
        found = await store.by_id(tx, certification_id)
    if found is None:
        raise UnknownCertification
    return found


async def chain_of(context: Context, *, certification_id: str) -> list[Certification]:
    """Return who certified whom, from a trainer up to the authority; raises UnknownCertification."""
    async with context.database.reading() as tx:
        start = await store.by_id(tx, certification_id)
        if start is None:
            raise UnknownCertification
        known: dict[str, list[Certification]] = {}
        for one in await store.of_offering(tx, start.offering_id):
            known.setdefault(one.learner_id, []).append(one)
    return chain(known, start)


async def listed(context: Context, *, after: str = "", limit: int = 100) -> list[Certification]:
    """Return certifications in the order in which they were entered."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def of_offering(context: Context, *, offering_id: str) -> list[Certification]:
    """Return the certifications for a course that hold today."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_offering(tx, offering_id)
    return [one for one in found if one.holds_on(clock.today())]


async def of_people(context: Context, *, person_ids: Iterable[str]) -> list[Certification]:
    """Return all certifications of people, also those that ended."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_people(tx, person_ids)


async def assign(context: Context, *, by: Actor, session_id: str, person_id: str) -> None:
    """Let a trainer teach a session; raises UnknownSession, and NotCertified unless they are on all its days."""
    async with context.database.transaction() as tx:
        session = await offerings.session_in(tx, session_id)
        theirs = [one for one in await store.of_offering(tx, session.offering_id) if one.learner_id == person_id]
        if not holds_through(theirs, clock.day(session.starts), clock.day(session.ends)):
            raise NotCertified
        await store.assign(tx, session_id=session_id, person_id=person_id)
        await audit.record(tx, by=by, action="learn.trainer.assigned", subject=f"session/{session_id}")


async def release(context: Context, *, by: Actor, session_id: str, person_id: str) -> None:
    """Let a trainer teach a session no more; raises UnknownSession."""
    async with context.database.transaction() as tx:
        await offerings.session_in(tx, session_id)
        await store.release(tx, session_id=session_id, person_id=person_id)
        await audit.record(tx, by=by, action="learn.trainer.released", subject=f"session/{session_id}")


async def of_sessions(context: Context, *, session_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of those who teach sessions."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_sessions(tx, session_ids)


async def taught_by(context: Context, *, person_id: str) -> list[str]:
    """Return the ids of the sessions that somebody teaches, those that were entered last first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_person(tx, person_id, limit=TAUGHT_MAX)


async def choose_named(context: Context, *, by: Actor, named: bool) -> bool:
    """Agree to be named to everybody as a trainer, or no longer; nobody else decides it."""
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        await store.set_named(tx, me.id, named=named)
        detail = {"named": named}
        await audit.record(tx, by=by, action="learn.trainer.named-set", subject=f"person/{me.id}", detail=detail)
    return named


async def choice(context: Context, *, by: Actor) -> bool | None:
    """Tell whether whoever signed in agreed to be named; None for whoever never was certified as a trainer."""
    me = await people.me(context, by=by)
    async with context.database.reading() as tx:
        if not await store.of_people(tx, [me.id]):
            return None
        return me.id in await store.agreed(tx, [me.id])


async def named(context: Context, *, person_ids: Iterable[str]) -> list[str]:
    """Return the names of those people who are certified today and agreed to be named, in the order of names."""
    today = clock.today()
    async with context.database.reading() as tx:
        able = {one.learner_id for one in await store.of_people(tx, person_ids) if one.holds_on(today)}
        shown = await store.agreed(tx, able)
    known = await people.people(context, person_ids=shown)
    return sorted(one.name for one in known.values() if one.name and not one.erased)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person off every session and name them nowhere; that they certified others stays countable."""
    await store.release_all(tx, person_id)
    await store.set_named(tx, person_id, named=False)

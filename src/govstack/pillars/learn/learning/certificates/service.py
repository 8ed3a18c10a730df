"""Use cases of certificates from elsewhere: declare, review, remove, forget."""

from __future__ import annotations

import msgspec

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.frame.model import ADVISE, PLAN
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.errors import NotIssued
from govstack.pillars.learn.learning.badges.model import Shown
from govstack.pillars.learn.learning.badges.model import State as BadgeState
from govstack.pillars.learn.learning.certificates import model, store
from govstack.pillars.learn.learning.certificates.errors import (
    AlreadyReviewed,
    NotAReviewer,
    TooMany,
    UnknownCertificate,
)
from govstack.pillars.learn.learning.certificates.model import Certificate, State, Stated
from govstack.pillars.learn.learning.certificates.store import Kept
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person

_PURPOSE = "external-certificate"


async def declare(context: Context, *, by: Actor, stated: Stated, copy: bytes = b"") -> Certificate:
    """Record a certificate of whoever signed in, as self-declared.

    Raises NoProof, NotACopy, EndsBeforeItBegins, TooMany, UnknownPerson.
    """
    kind = model.sound(stated, copy, today=clock.today())
    person = await people.me(context, by=by)
    one = Certificate(ids.new_id(), person.id, State.DECLARED, stated, kind, None, "")
    sealed = context.keys.seal(_PURPOSE, msgspec.json.encode(stated), bound_to=one.id)
    copy_sealed = context.keys.seal(_PURPOSE, copy, bound_to=one.id) if copy else None
    async with context.database.transaction() as tx:
        await people.hold(tx, person.id)
        known = await store.of_person(tx, person_id=person.id, limit=model.CERTIFICATES_MAX)
        if len(known) >= model.CERTIFICATES_MAX:
            raise TooMany
        same = next((kept for kept in known if _open(context, kept) == stated and not copy), None)
        if same is not None:
            return _certificate(context, same)
        await store.add(
            tx, Kept(one.id, person.id, State.DECLARED, sealed, kind, None, ""), scheme=stated.scheme,
            copy_sealed=copy_sealed, dates=(stated.issued_on, stated.expires_on), created_at=clock.timestamp(),
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.certificate.declared", subject=f"certificate/{one.id}")
    return one


async def mine(context: Context, *, by: Actor) -> list[Certificate]:
    """Return the certificates of whoever signed in, the newest first."""
    person = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.of_person(tx, person_id=person.id, limit=model.CERTIFICATES_MAX)
    return [_certificate(context, one) for one in kept]


async def waiting(
    context: Context, *, by: Actor, after: str = "", limit: int = 50
) -> list[tuple[Certificate, Person | None]]:
    """Return certificates that wait for a review, the oldest first, with whose they are; raises NotAReviewer."""
    _refuse_others(by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.waiting(tx, after=after, limit=limit)
    known = await people.people(context, person_ids=[one.person_id for one in kept])
    return [(_certificate(context, one), known.get(one.person_id)) for one in kept]


async def read(context: Context, *, by: Actor, certificate_id: str) -> Certificate:
    """Return a certificate to its person or a reviewer; raises UnknownCertificate."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, certificate_id)
    if kept is None:
        raise UnknownCertificate
    if not may_review(by) and (await people.me(context, by=by)).id != kept.person_id:
        raise UnknownCertificate
    return _certificate(context, kept)


async def copy(context: Context, *, by: Actor, certificate_id: str) -> tuple[bytes, str]:
    """Return the copy of a certificate with its media type; raises UnknownCertificate when there is none."""
    one = await read(context, by=by, certificate_id=certificate_id)
    async with context.database.transaction() as tx:
        sealed, kind = await store.copy_of(tx, one.id)
        if sealed is None:
            raise UnknownCertificate
        await audit.record(tx, by=by, action="learn.certificate.copy-read", subject=f"certificate/{one.id}")
    return context.keys.open(_PURPOSE, sealed, bound_to=one.id), kind


async def review(context: Context, *, by: Actor, certificate_id: str, verified: bool, reason: str) -> Certificate:
    """Mark a certificate as verified or refused; raises NotAReviewer, UnknownCertificate, OwnBadge, AlreadyReviewed."""
    _refuse_others(by)
    one = await read(context, by=by, certificate_id=certificate_id)
    await badges.refuse_own(context, by=by, person_id=one.person_id)
    state = State.VERIFIED if verified else State.REFUSED
    at = clock.timestamp()
    async with context.database.transaction() as tx:
        await people.hold(tx, one.person_id)
        if not await store.review(tx, certificate_id=one.id, state=state, reason=reason, by=by.id, at=at):
            raise AlreadyReviewed
        await audit.record(tx, by=by, action=f"learn.certificate.{state.value}", subject=f"certificate/{one.id}")
    return Certificate(one.id, one.person_id, state, one.stated, one.copy_type, at, reason)


async def remove(context: Context, *, by: Actor, certificate_id: str) -> None:
    """Remove a certificate of one's own, with its copy; raises UnknownCertificate."""
    person = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        kept = await store.by_id(tx, certificate_id)
        if kept is None or kept.person_id != person.id:
            raise UnknownCertificate
        await store.remove(tx, certificate_id=certificate_id)
        await audit.record(tx, by=by, action="learn.certificate.removed", subject=f"certificate/{certificate_id}")


async def forget(tx: Transaction, person_id: str) -> None:
    """Remove what a person has entered, with its copies."""
    if await store.of_person(tx, person_id=person_id, limit=1):
        await store.forget(tx, person_id=person_id)
        await audit.record(tx, by=SYSTEM, action="learn.certificate.removed", subject=f"person/{person_id}")


async def printable(context: Context, *, by: Actor, badge_id: str) -> Shown:
    """Return a badge of one's own of which a certificate can be printed; raises UnknownBadge, NotIssued."""
    one = await badges.my_badge(context, by=by, badge_id=badge_id)
    if not one.badge.token or one.standing is BadgeState.REVOKED:
        raise NotIssued
    return one


def may_review(by: Actor) -> bool:
    """Tell whether somebody reviews certificates."""
    return by.may(ADVISE) or by.may(PLAN)


def _refuse_others(by: Actor) -> None:
    if not may_review(by):
        raise NotAReviewer


def _open(context: Context, kept: Kept) -> Stated:
    return msgspec.json.decode(context.keys.open(_PURPOSE, kept.content_sealed, bound_to=kept.id), type=Stated)


def _certificate(context: Context, kept: Kept) -> Certificate:
    return Certificate(
        kept.id, kept.person_id, kept.state, _open(context, kept), kept.evidence_type, kept.reviewed_at, kept.reason
    )

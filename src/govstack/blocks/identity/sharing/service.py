"""Use cases of sharing: share attributes with a partner, who fetches them; see it, and take it back (IDN-43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Info, Kind, Status
from govstack.blocks.identity.partners import service as partners
from govstack.blocks.identity.partners.errors import UnknownPartner
from govstack.blocks.identity.partners.model import Partner, Role
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.service import recorded
from govstack.blocks.identity.sharing import model, store
from govstack.blocks.identity.sharing.errors import NO_CONSENT, NO_PARTNER, TOO_MANY, NothingShared, WrongShare
from govstack.blocks.identity.sharing.model import Share, State, Wanted
from govstack.blocks.identity.sharing.store import Kept
from govstack.blocks.identity.signing import service as signing
from govstack.blocks.identity.signing.model import Document
from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import canonical
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.kernel.errors import Conflict, Forbidden
from govstack.kernel.i18n import _

PACK = "identity.pack-share"
PURPOSE, SAID, REQUEST = "identity/share", "identity/share-purpose", "identity/share-request"
READY_NOTICE = "identity.share.ready"
SHARED = _("Data was shared with {partnerName}")
FETCHED = _("{partnerName} fetched the data that you shared")
WITHDRAWN = _("You withdrew what you shared with {partnerName}")
TOO_LATE = _("This can no longer be withdrawn: the partner has fetched it, or its time is over.")


async def share(
    context: Context,
    *,
    by: Actor,
    partner_id: str,
    wanted: Sequence[Wanted],
    purpose: str,
    consent: str,
    request_mark: str = "",
) -> str:
    """Share attributes of the caller and return the number of the event; the work is done by a job.

    The same request with the same mark is one share. Raises WrongShare, NotAPerson.
    """
    person = await history.person_of(context, by=by)
    if consent.strip().lower() != model.ACCEPTED:
        raise WrongShare(*NO_CONSENT)
    partner = await _receiver(context, partner_id)
    model.check_purpose(purpose)
    model.check_attributes(wanted, person=person, allowed=partner.attributes)
    asked = canonical([person.id, partner.id, purpose, list(wanted), request_mark or ids.new_id()]).decode()
    async with context.database.transaction() as tx:
        for print_ in context.keys.fingerprints(REQUEST, asked):
            if (there := await store.by_print(tx, print_)) is not None:
                return there.share.event_id
        await _check_room(tx, person_id=person.id)
        event_id = await history.record_in(
            context, tx, person_id=person.id, kind=Kind.DATA_SHARE, summary=SHARED, status=Status.IN_PROGRESS,
            info=_info(partner, wanted, purpose),
        )  # fmt: skip
        now = clock.now()
        made = Share(
            event_id, person.id, partner.id, tuple(wanted), State.WAITING, clock.timestamp(now),
            clock.timestamp(now + model.LASTS),
        )  # fmt: skip
        said = context.keys.seal(SAID, purpose.encode(), bound_to=event_id)
        try:
            await store.add(tx, Kept(made, said), print_=context.keys.fingerprint(REQUEST, asked))
        except UniqueViolation as error:
            raise Contention from error
        await _log(tx, by, "asked", made)
        await jobs.enqueue(tx, PACK, {"event": event_id}, key=event_id)
    return event_id


async def pack(context: Context, *, event_id: str) -> None:
    """Pack what was shared as a signed credential and tell the partner; done before, it is not done again."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, event_id)
    if kept is None or kept.share.state is not State.WAITING:
        return
    one = kept.share
    person = await people.person(context, person_id=one.person_id)
    try:
        partner = await partners.partner(context, partner_id=one.partner_id, role=Role.RECEIVER)
    except UnknownPartner:
        partner = None
    if person is None or person.status != "active" or partner is None:
        await _fail(context, kept)
        return
    allowed = [wanted for wanted in one.attributes if wanted.claim in partner.attributes]
    try:
        claims = model.claims_of(person, allowed)
    except WrongShare:
        # What is known of the person changed since, and the format that was asked for no longer fits it.
        claims = {}
    if not claims:
        await _fail(context, kept)
        return
    document = signing.packed(
        context,
        Document(
            id=ids.new_id(), types=("SharedAttributes",), claims=claims, since=one.created_at, until=one.expires_at
        ),
    )
    sealed = context.keys.seal(PURPOSE, document.encode(), bound_to=event_id)
    async with context.database.transaction() as tx:
        ready = Kept(replace(one, state=State.READY), kept.purpose, sealed)
        if await store.move(tx, ready, before=State.WAITING):
            await history.settle(context, tx, event_id=event_id, status=Status.SUCCESS)
            await partners.tell(
                tx, partner_id=partner.id, type_=READY_NOTICE, notice_id=event_id, data={"eventId": event_id}
            )


async def fetch(context: Context, *, by: Actor, event_id: str) -> str:
    """Return what was shared to the partner's own application; each time is on record. Raises NothingShared."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, event_id)
    if kept is None or not kept.share.open(clock.timestamp()):
        raise NothingShared
    partner = await _of_application(context, by, kept.share.partner_id)
    person = await people.person(context, person_id=kept.share.person_id)
    if person is None or person.status != "active":
        raise NothingShared
    one = kept.share
    async with context.database.transaction() as tx:
        if one.state is State.READY:
            fetched = replace(one, state=State.FETCHED, fetched_at=clock.timestamp())
            if not await store.move(tx, Kept(fetched, kept.purpose, kept.sealed), before=State.READY):
                # It was withdrawn, or fetched, between the look and the act: only another look can tell.
                raise Contention
            await history.record_in(
                context, tx, person_id=one.person_id, kind=Kind.DATA_SHARE, summary=FETCHED,
                info=_info(partner, one.attributes, ""),
            )  # fmt: skip
        await _log(tx, by, "fetched", one)
    return context.keys.open(PURPOSE, kept.sealed, bound_to=event_id).decode()


async def waiting(context: Context, *, by: Actor, offset: int = 0) -> list[Share]:
    """Return what waits for the partners of the calling application, with purposes; raises Forbidden."""
    found = [one.id for one in await partners.partners(context, role=Role.RECEIVER) if _is_of(by, one)]
    if not found:
        raise Forbidden
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.for_partners(tx, found, now=clock.timestamp(), offset=offset)
    return [_said(context, one) for one in kept]


async def own(context: Context, *, by: Actor) -> list[tuple[Share, str]]:
    """Return what the caller shared, the newest first, each with the name of the partner."""
    person = await history.person_of(context, by=by)
    names = {one.id: one.name for one in await partners.partners(context)}
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person.id)
    return [(_said(context, one), names.get(one.share.partner_id, one.share.partner_id)) for one in found]


async def one(context: Context, *, by: Actor, event_id: str) -> tuple[Share, str]:
    """Return one share of the caller with the name of the partner; raises NothingShared."""
    person = await history.person_of(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, event_id)
    if kept is None or kept.share.person_id != person.id:
        raise NothingShared
    names = {partner.id: partner.name for partner in await partners.partners(context)}
    return _said(context, kept), names.get(kept.share.partner_id, kept.share.partner_id)


async def withdraw(context: Context, *, by: Actor, event_id: str) -> None:
    """Take back what the partner has not fetched; raises NothingShared, Conflict."""
    person = await history.person_of(context, by=by)
    names = {one.id: one.name for one in await partners.partners(context)}
    async with context.database.transaction() as tx:
        kept = await store.by_id(tx, event_id)
        if kept is None or kept.share.person_id != person.id:
            raise NothingShared
        one = kept.share
        if one.state is State.WITHDRAWN:
            return
        gone = Kept(replace(one, state=State.WITHDRAWN), kept.purpose)
        if one.state not in {State.WAITING, State.READY} or not await store.move(tx, gone, before=one.state):
            raise Conflict(TOO_LATE)
        if one.state is State.WAITING:
            await history.settle(context, tx, event_id=event_id, status=Status.FAILED)
        info = Info(partner_id=one.partner_id, partner_name=names.get(one.partner_id, one.partner_id))
        await history.record_in(
            context, tx, person_id=person.id, kind=Kind.DATA_SHARE, summary=WITHDRAWN, info=info
        )  # fmt: skip
        await _log(tx, by, "withdrawn", one)


async def forget(context: Context) -> None:
    """Take away what was packed and whose time is over."""
    async with context.database.transaction() as tx:
        await store.forget(tx, now=clock.timestamp())


async def _check_room(tx: Transaction, *, person_id: str) -> None:
    await people.hold(tx, person_id=person_id)
    now = clock.now()
    since, until = clock.timestamp(now - model.SHARES_WITHIN), clock.timestamp(now + clock.SKEW)
    if await store.count_since(tx, person_id, since=since, until=until) >= model.SHARES_MAX:
        raise WrongShare(*TOO_MANY)


async def _receiver(context: Context, partner_id: str) -> Partner:
    try:
        return await partners.partner(context, partner_id=partner_id, role=Role.RECEIVER)
    except UnknownPartner as error:
        raise WrongShare(*NO_PARTNER) from error


async def _of_application(context: Context, by: Actor, partner_id: str) -> Partner:
    """Return the partner if it is its application that calls; raises NothingShared, as for what is not there."""
    try:
        partner = await partners.partner(context, partner_id=partner_id, role=Role.RECEIVER)
    except UnknownPartner as error:
        raise NothingShared from error
    if not _is_of(by, partner):
        raise NothingShared
    return partner


def _is_of(by: Actor, partner: Partner) -> bool:
    return by.kind == "application" and bool(partner.application) and by.application == partner.application


async def _fail(context: Context, kept: Kept) -> None:
    async with context.database.transaction() as tx:
        failed = Kept(replace(kept.share, state=State.FAILED), kept.purpose)
        if await store.move(tx, failed, before=State.WAITING):
            await history.settle(context, tx, event_id=kept.share.event_id, status=Status.FAILED)


def _info(partner: Partner, wanted: Sequence[Wanted], purpose: str) -> Info:
    return Info(
        purpose=purpose, partner_id=partner.id, partner_name=partner.name, partner_logo=partner.logo_url,
        attribute_list=", ".join(one.name for one in wanted),
    )  # fmt: skip


def _said(context: Context, kept: Kept) -> Share:
    purpose = context.keys.open(SAID, kept.purpose, bound_to=kept.share.event_id).decode()
    return replace(kept.share, purpose=purpose)


async def _log(tx: Transaction, by: Actor, act: str, one: Share) -> None:
    detail = {"partner": one.partner_id, "attributes": [wanted.name for wanted in one.attributes]}
    await audit.record(
        tx, by=recorded(by), action=f"identity.share.{act}", subject=f"share/{one.event_id}", detail=detail
    )  # fmt: skip

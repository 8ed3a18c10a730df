"""Use cases of offerings: enter and change them and their sessions, and find what is offered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.kernel import audit, clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import listed as listed_rule
from govstack.kernel.rules import matching
from govstack.kernel.settings import Setting
from govstack.pillars.learn.change.evaluation import service as evaluation
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.records.errors import ChangedMeanwhile
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.offerings import store
from govstack.pillars.learn.response.offerings.errors import (
    BadParts,
    BadSession,
    BeforeItself,
    FewerThanTaken,
    NotOfTypology,
    NotPlanned,
    TooFewChannels,
    UnknownOffering,
    UnknownSession,
    UnknownTerm,
)
from govstack.pillars.learn.response.offerings.model import (
    CHANNELS_MIN,
    LISTED_SESSIONS_MAX,
    OFFERINGS_MAX,
    SESSIONS_MAX,
    Channel,
    Listed,
    Offering,
    Rule,
    Session,
    State,
    Wanted,
    channels_of,
    fault_of,
    loops,
    together,
)
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Vocabulary, WordKind

CHANGED = "learn.session.changed"
BLENDED = "blended"
FAR_AWAY = "9999"
SUPPORT = "LEARN_SUPPORT_CHANNELS"
CURRENCY = "LEARN_CURRENCY"
SETTINGS = (
    Setting(
        CURRENCY,
        "USD",
        "Currency of costs and prices where none is named, by its ISO 4217 code (our default)",
        matching(r"[A-Z]{3}", "be three capital letters, such as USD"),
    ),
    Setting(
        SUPPORT,
        "",
        "Channels of support that stand at every course of the catalogue, such as Phone: 555 0100, Desk: Room 12",
        listed_rule(
            matching(r"[^:,\r\n]{1,100}:[^,\r\n]{1,100}", ""), "be channels such as Phone: 555 0100, Desk: Room 12"
        ),
    ),
)


def support(context: Context, offering: Offering) -> tuple[Channel, ...]:
    """Return the ways in which people get help with a course: those of the country, and its own."""
    return together(offering.channels, channels_of(context.settings.text(SUPPORT), between=","))


def currency(context: Context) -> str:
    """Return the currency of the country, by its ISO 4217 code."""
    return context.settings.text(CURRENCY)


def in_currency(context: Context, one: Session) -> Session:
    """Return a session that names its currency: its own, else that of the country."""
    return one if one.currency else msgspec.structs.replace(one, currency=currency(context))


async def put_offering(context: Context, *, by: Actor, offering: Offering, seen: int | None = None) -> Offering:
    """Enter an offering or change it; `seen` is the count of its changes that whoever changes it has seen.

    It opens only when its evaluation is planned at all four levels and two channels of support are named, and stays
    open. Where people pay it holds no material that must not be sold, whichever of the two comes last. Raises
    NotPlanned, TooFewChannels, NotOfTypology, UnknownTerm,
    BadParts, BeforeItself for prerequisites that are unknown or lead in a ring, ChangedMeanwhile where somebody else
    changed it since, and what `materials.usable` raises.
    """
    await materials.usable(context, material_ids=offering.materials, paid=offering.paid)
    planned = offering.state is not State.OPEN or await evaluation.is_planned(context, offering_id=offering.id)
    async with context.database.transaction() as tx:
        _refuse_unknown(context, await typologies.vocabulary_in(tx), offering)
        others = {one.id: one.prerequisites for one in await store.listed(tx, ANY, after="", limit=OFFERINGS_MAX)}
        others[offering.id] = offering.prerequisites
        before = await store.locked_offering(tx, offering.id)
        changed = before.changed if before else 0
        if seen is not None and seen != changed:
            raise ChangedMeanwhile
        if not planned and (before is None or before.state is not State.OPEN):
            raise NotPlanned
        opens = offering.state is State.OPEN and (before is None or before.state is not State.OPEN)
        if opens and len(support(context, offering)) < CHANNELS_MIN:
            raise TooFewChannels(fields={"channels": TooFewChannels.title})
        if not set(offering.prerequisites) <= set(others) or loops(others, offering.id):
            raise BeforeItself(fields={"prerequisites": BeforeItself.title})
        same = before == msgspec.structs.replace(offering, changed=changed)
        written: Offering = msgspec.structs.replace(offering, changed=changed + int(before is not None and not same))
        await store.put_offering(tx, written)
        await audit.record(tx, by=by, action="learn.offering.put", subject=f"offering/{offering.id}")
    return written


ANY = Wanted(state="")


def _refuse_unknown(context: Context, known: Vocabulary, offering: Offering) -> None:
    active = {one.id for one in typologies.active_types(context, known)}
    if not active & set(offering.types) or any(known.one(WordKind.TYPE, one) is None for one in offering.types):
        raise NotOfTypology(fields={"types": NotOfTypology.title})
    named = [
        ("track", WordKind.TRACK, offering.track), ("delivery", WordKind.DELIVERY, offering.delivery),
        *(("topics", WordKind.TOPIC, one) for one in offering.topics),
        *(("parts", WordKind.DELIVERY, one.delivery) for one in offering.parts),
        *((("programme", WordKind.PROGRAMME, offering.programme),) if offering.programme else ()),
    ]  # fmt: skip
    for field, kind, term_id in named:
        if known.one(kind, term_id) is None:
            raise UnknownTerm(fields={field: UnknownTerm.title})
    forms = {part.delivery for part in offering.parts}
    fits = len(forms) > 1 and BLENDED not in forms if offering.delivery == BLENDED else forms == {offering.delivery}
    counted = offering.completion is not Rule.COUNT or 1 <= offering.completion_count <= len(offering.parts)
    if not fits or not counted:
        raise BadParts(fields={"parts": BadParts.title})


async def offering(context: Context, *, by: Actor, offering_id: str) -> Offering:
    """Return an offering; a draft is there for those who plan or teach only. Raises UnknownOffering."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.offering(tx, offering_id)
    if found is None or (found.state is State.DRAFT and not (by.may(PLAN) or by.may(TEACH))):
        raise UnknownOffering
    return found


async def visible(context: Context, *, by: Actor, offering_ids: Sequence[str]) -> list[Offering]:
    """Return offerings in their order, without drafts for whoever may not see them."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.offerings(tx, offering_ids)
    drafts = by.may(PLAN) or by.may(TEACH)
    return [found[one] for one in offering_ids if one in found and (drafts or found[one].state is not State.DRAFT)]


async def changed(context: Context, *, offering_ids: Iterable[str]) -> dict[str, str]:
    """Return when each offering, or a session of it, was changed last."""
    async with context.database.reading() as tx:
        return await store.changed(tx, offering_ids)


async def by_ids(tx: Transaction, offering_ids: Iterable[str]) -> dict[str, Offering]:
    """Return offerings by id, inside a transaction."""
    return await store.offerings(tx, offering_ids)


async def catalogue(context: Context, *, wanted: Wanted, after: str = "", limit: int = 50) -> list[Listed]:
    """Return what is offered, with the sessions that have not ended."""
    async with context.database.reading() as tx:
        found = await store.listed(tx, wanted, after=after, limit=limit)
        sessions = await store.sessions_of(
            tx, [one.id for one in found], since=clock.timestamp(), each=LISTED_SESSIONS_MAX
        )  # fmt: skip
    return [Listed(one, [held for held in sessions if held.offering_id == one.id]) for one in found]


async def open_offerings(context: Context) -> list[Offering]:
    """Return everything that can be taken, to choose from."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, Wanted(), after="", limit=OFFERINGS_MAX)


async def all_offerings(context: Context) -> list[Offering]:
    """Return every offering, drafts and closed ones too."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, ANY, after="", limit=OFFERINGS_MAX)


async def known(context: Context, *, offering_ids: Iterable[str]) -> dict[str, Offering]:
    """Return offerings by id, drafts and closed ones too, without those that are not known."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.offerings(tx, offering_ids)


async def sold_unlawfully(context: Context, *, found: Iterable[Offering]) -> list[Offering]:
    """Return the courses that people pay for although the licence of their material forbids selling by now.

    It is looked up whenever it is asked for, so that whatever changed a licence or the material is noticed.
    """
    paid = [one for one in found if one.paid and one.state is not State.CLOSED]
    forbidden = await materials.unsellable(context, material_ids=[each for one in paid for each in one.materials])
    return [one for one in paid if forbidden & set(one.materials)]


async def put_session(context: Context, *, by: Actor, session: Session) -> Session:
    """Enter a session or change it; raises UnknownOffering, BadSession, FewerThanTaken."""
    field, fault = fault_of(session)
    if field:
        raise BadSession(fields={field: fault})
    async with context.database.transaction() as tx:
        if await store.offering(tx, session.offering_id) is None:
            raise UnknownOffering
        kept = await store.locked(tx, session.id)
        written = msgspec.structs.replace(
            in_currency(context, session), changed=kept.changed + 1 if kept else 0, taken=0
        )
        if not await store.put_session(tx, written):
            raise FewerThanTaken if kept and kept.offering_id == session.offering_id else UnknownSession
        subject = f"session/{session.id}"
        await audit.record(tx, by=by, action="learn.session.put", subject=subject)
        await events.publish(tx, type=CHANGED, subject=subject, data={"sessionId": session.id})
        found = await store.session(tx, session.id)
        if found is None:
            raise UnknownSession
    return found


async def session(context: Context, *, session_id: str) -> Session:
    """Return a session; raises UnknownSession."""
    async with context.database.reading(one_statement=True) as tx:
        return await session_in(tx, session_id)


async def session_in(tx: Transaction, session_id: str) -> Session:
    """Return a session, inside a transaction; raises UnknownSession."""
    found = await store.session(tx, session_id)
    if found is None:
        raise UnknownSession
    return found


async def locked(tx: Transaction, session_id: str) -> Session:
    """Return a session whose seats nobody else touches until the transaction ends; raises UnknownSession."""
    found = await store.locked(tx, session_id)
    if found is None:
        raise UnknownSession
    return found


async def set_taken(tx: Transaction, *, session_id: str, taken: int) -> None:
    """Say how many seats are taken, inside a transaction that has locked the session."""
    await store.set_taken(tx, session_id, taken)


async def sessions_in(tx: Transaction, session_ids: Iterable[str]) -> dict[str, Session]:
    """Return sessions by id, inside a transaction."""
    return await store.sessions_by_id(tx, session_ids)


async def named(context: Context, *, session_ids: Iterable[str]) -> dict[str, tuple[Offering, Session]]:
    """Return sessions with what is taught in them, by the ids of the sessions."""
    wanted = sorted(set(session_ids))
    if not wanted:
        return {}
    async with context.database.reading() as tx:
        found = await sessions_in(tx, wanted)
        offerings = await by_ids(tx, {one.offering_id for one in found.values()})
    return {one.id: (offerings[one.offering_id], one) for one in found.values()}


async def sessions_of(context: Context, *, offering_ids: Sequence[str], past: bool = False) -> list[Session]:
    """Return the sessions of offerings by their start, those that have ended only when asked for."""
    async with context.database.reading(one_statement=True) as tx:
        since = "" if past else clock.timestamp()
        return await store.sessions_of(tx, offering_ids, since=since, each=SESSIONS_MAX)


async def to_come(context: Context, *, after: str = "", limit: int = 50) -> list[tuple[Offering, Session]]:
    """Return the sessions of open offerings that begin later and are not cancelled, by their start."""
    async with context.database.reading() as tx:
        found = await store.to_come(tx, now=clock.timestamp(), after=after, limit=limit)
        offered = await by_ids(tx, [one.offering_id for one in found])
    return [(offered[one.offering_id], one) for one in found]


async def sessions(
    context: Context, *, since: str = "", until: str = FAR_AWAY, centre_id: str = "", after: str = "",
    limit: int = SESSIONS_MAX, back: bool = False,
) -> list[Session]:  # fmt: skip
    """Return the sessions of a span of time by their start, of all centres or of one; `back` is the last first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.sessions(
            tx, since=since, until=until, centre_id=centre_id, after=after, limit=limit, back=back
        )


async def every_session(
    context: Context, *, since: str = "", until: str = FAR_AWAY, centre_id: str = ""
) -> list[Session]:  # fmt: skip
    """Return all sessions of a span of time, however many."""
    found: list[Session] = []
    while part := await sessions(
        context, since=since, until=until, centre_id=centre_id, after=found[-1].id if found else ""
    ):  # fmt: skip
        found += part
    return found

"""Use cases of history: put on record what happened to an identity, and let its person read it (IDN-52)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from govstack.blocks.identity.history import store
from govstack.blocks.identity.history.errors import NotAPerson, UnknownEvent
from govstack.blocks.identity.history.model import (
    EVENT_ID_DIGITS,
    NO_INFO,
    Event,
    Found,
    Info,
    Kind,
    Status,
    Wanted,
)
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import IsBlocked
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.people.model import Status as PersonStatus
from govstack.kernel import audit, clock, i18n, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import NotFound, Unauthenticated

AUDIT = "identity:audit"
PURPOSE = "identity/event"
FOLDER = Path(__file__).parents[1]


async def record(
    context: Context,
    *,
    person_id: str,
    kind: Kind,
    summary: str,
    status: Status = Status.SUCCESS,
    info: Info = NO_INFO,
) -> str:
    """Put an event on a person's record and return its number; `summary` is a sentence marked for translation.

    It may hold the names of details, such as {partnerName}; nothing personal stands in the sentence itself.
    """
    async with context.database.transaction() as tx:
        return await record_in(
            context, tx, person_id=person_id, kind=kind, summary=summary, status=status, info=info
        )  # fmt: skip


async def record_in(
    context: Context,
    tx: Transaction,
    *,
    person_id: str,
    kind: Kind,
    summary: str,
    status: Status = Status.SUCCESS,
    info: Info = NO_INFO,
) -> str:
    """Put an event on a person's record within the transaction of the act itself; return its number."""
    while True:
        # Some clients read the number as an integer: it never starts with a zero.
        event_id = str(1 + int(ids.new_digits(1)) % 9) + ids.new_digits(EVENT_ID_DIGITS - 1)
        event = Event(event_id, person_id, kind, status, summary, clock.timestamp(), info)
        if await store.add(tx, event, info=_sealed(context, event_id, info)):
            return event_id


async def settle(context: Context, tx: Transaction, *, event_id: str, status: Status, **details: str) -> None:
    """Write how an event ended, and details that came with it."""
    found = await store.by_id(tx, event_id)
    if found is not None:
        info = msgspec.structs.replace(_opened(context, found).info, **details)
        await store.settle(tx, event_id, status=status, info=_sealed(context, event_id, info))


async def person_of(context: Context, *, by: Actor) -> Person:
    """Return the person who calls; raises Unauthenticated, NotAPerson, or IsBlocked."""
    if not by.signed_in:
        raise Unauthenticated
    found = await people.by_subject(context, subject=by.id) if by.kind == "person" else None
    if found is None:
        raise NotAPerson
    if found.status != PersonStatus.ACTIVE:
        raise IsBlocked
    return found


async def event(context: Context, *, by: Actor, event_id: str) -> Event:
    """Return one of the caller's own events; raises UnknownEvent."""
    person = await person_of(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, event_id)
    if found is None or found[0].person_id != person.id:
        raise UnknownEvent
    return _opened(context, found)


async def listed(context: Context, *, by: Actor, wanted: Wanted) -> Found:
    """Return a page of the caller's own events."""
    person = await person_of(context, by=by)
    return await _page(context, person.id, wanted)


async def examined(context: Context, *, by: Actor, subject: str, purpose: str, wanted: Wanted) -> Found:
    """Return a page of somebody's events to an auditor, which is on record; raises NotFound."""
    person = await people.by_subject(context, subject=subject)
    if person is None:
        raise NotFound
    async with context.database.transaction() as tx:
        detail, subject_of = {"purpose": purpose, "page": wanted.page}, f"person/{person.id}"
        await audit.record(tx, by=by, action="identity.history.examined", subject=subject_of, detail=detail)
    return await _page(context, person.id, wanted)


def said(event: Event, language: str) -> str:
    """Return what happened, in a language."""
    i18n.register(FOLDER)
    return i18n.translate(language, event.summary, folder=FOLDER, **msgspec.to_builtins(event.info))


async def _page(context: Context, person_id: str, wanted: Wanted) -> Found:
    async with context.database.reading() as tx:
        rows, total = await store.find(tx, person_id=person_id, wanted=wanted)
    return Found(tuple(_opened(context, row) for row in rows), total, wanted.page, wanted.size)


def _sealed(context: Context, event_id: str, info: Info) -> bytes:
    plain = msgspec.json.encode({name: value for name, value in msgspec.to_builtins(info).items() if value})
    return context.keys.seal(PURPOSE, plain, bound_to=event_id)


def _opened(context: Context, found: store.Sealed) -> Event:
    event, sealed = found
    plain = context.keys.open(PURPOSE, sealed, bound_to=event.event_id)
    return replace(event, info=msgspec.json.decode(plain, type=Info))

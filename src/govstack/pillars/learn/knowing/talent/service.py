"""Use cases of the talent archive: enter it, leave it, and look for experts; each search is written down."""

from __future__ import annotations

import msgspec

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.frame.model import ADVISE, PLAN
from govstack.pillars.learn.knowing.talent import store
from govstack.pillars.learn.knowing.talent.errors import NoCard, UnknownWords
from govstack.pillars.learn.knowing.talent.model import (
    AVAILABILITY,
    CLEARANCE,
    LANGUAGES,
    VOCABULARIES,
    Card,
    Expert,
    Wanted,
    fits,
    shown,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.records.model import UNKNOWN_WORD
from govstack.pillars.learn.vocabularies import service as vocabularies

PURPOSE = "talent-card"
EXPERTS_SHOWN_MAX = 100


async def mine(context: Context, *, by: Actor) -> Card:
    """Return the card of whoever signed in; raises NoCard."""
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_person(tx, me.id)
    if kept is None:
        raise NoCard
    return _opened(context, kept.card_sealed, me.id)


async def enter(context: Context, *, by: Actor, card: Card) -> Card:
    """Enter the archive, or change one's card; the person alone does that. Raises UnknownWords."""
    me = await people.me(context, by=by)
    terms = await vocabularies.terms(context, vocabularies=VOCABULARIES)
    known = {name: {one.code for one in found} for name, found in terms.items()}
    wrong = {}
    if not set(card.languages) <= known[LANGUAGES]:
        wrong["languages"] = UNKNOWN_WORD
    if card.clearance and card.clearance not in known[CLEARANCE]:
        wrong["clearance"] = UNKNOWN_WORD
    if card.availability and card.availability not in known[AVAILABILITY]:
        wrong["availability"] = UNKNOWN_WORD
    if wrong:
        raise UnknownWords(fields=wrong)
    async with context.database.transaction() as tx:
        if not await people.held(tx, [me.id]):
            raise UnknownPerson
        sealed = context.keys.seal(PURPOSE, msgspec.json.encode(card, order="deterministic"), bound_to=me.id)
        await store.put(tx, person_id=me.id, card_sealed=sealed, at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.talent.entered", subject=f"person/{me.id}")
    return card


async def leave(context: Context, *, by: Actor) -> None:
    """Leave the archive; done twice is done once."""
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        if await store.remove(tx, me.id):
            await audit.record(tx, by=by, action="learn.talent.left", subject=f"person/{me.id}")


def require_searcher(by: Actor) -> None:
    """Refuse whoever neither answers requests nor plans."""
    if not by.may(ADVISE) and not by.may(PLAN):
        raise Forbidden


async def search(context: Context, *, by: Actor, wanted: Wanted) -> list[Expert]:
    """Return experts who fit and let themselves be found so, the highest level first; raises Forbidden.

    What was looked for is written down, with the number of people found and never their names.
    """
    require_searcher(by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.found(tx, wanted)
    cards = [(one, _opened(context, one.card_sealed, one.person_id)) for one in kept]
    fitting = [(one, shown(card)) for one, card in cards if fits(card, wanted)]
    part = fitting[:EXPERTS_SHOWN_MAX]
    names = await people.people(context, person_ids=[one.person_id for one, _card in part])
    async with context.database.transaction() as tx:
        detail = {**msgspec.to_builtins(wanted), "found": len(fitting)}
        await audit.record(tx, by=by, action="learn.talent.searched", subject="talent-archive", detail=detail)
    return [
        Expert(
            person_id=one.person_id, name=names[one.person_id].name,
            organisation_id=names[one.person_id].organisation_id or "", languages=card.languages,
            clearance=card.clearance, availability=card.availability, level=one.level, rater_type=one.rater_type,
            rated_on=one.rated_on,
        )
        for one, card in part
        if one.person_id in names
    ]  # fmt: skip


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away the card of a person who was erased."""
    await store.remove(tx, person_id)


def _opened(context: Context, sealed: bytes, person_id: str) -> Card:
    return msgspec.json.decode(context.keys.open(PURPOSE, sealed, bound_to=person_id), type=Card)

"""Use cases of drafts: begin one, change a part, keep it as the next version when it is complete, or throw it away."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import misfit, read_yaml
from govstack.pillars.learn.needs.drafting import store
from govstack.pillars.learn.needs.drafting.errors import DraftMoved, DraftTooLarge, InstrumentThere, UnknownDraft
from govstack.pillars.learn.needs.drafting.model import DRAFTS_SHOWN_MAX, Act, Draft
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument, OtherInstrument, UnknownInstrument
from govstack.pillars.learn.needs.instruments.model import DOCUMENT_BYTES_MAX, Instrument, to_json


async def begin(context: Context, *, by: Actor, instrument_id: str) -> Draft:
    """Begin a draft from the newest version of an instrument; one that was begun is returned.

    Raises UnknownInstrument.
    """
    newest = await instruments.instrument(context, instrument_id=instrument_id)
    await _begun(context, by, replace(newest, version=0), based_on=newest.version)
    return await draft(context, instrument_id=instrument_id)


async def begin_new(context: Context, *, by: Actor, instrument: Instrument) -> Draft:
    """Begin the draft of an instrument that is new; raises InstrumentThere."""
    try:
        await instruments.instrument(context, instrument_id=instrument.id)
    except UnknownInstrument:
        if await _begun(context, by, instrument, based_on=0):
            return await draft(context, instrument_id=instrument.id)
    raise InstrumentThere


async def _begun(context: Context, by: Actor, instrument: Instrument, *, based_on: int) -> bool:
    async with context.database.transaction() as tx:
        new = await store.begin(
            tx, instrument_id=instrument.id, document=_document(instrument), based_on=based_on,
            changed_at=clock.timestamp(),
        )  # fmt: skip
        if new:
            await _told(tx, by, "begun", instrument.id, based_on=based_on)
    return new


async def draft(context: Context, *, instrument_id: str) -> Draft:
    """Return the draft of an instrument; raises UnknownDraft."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.draft(tx, instrument_id)
    if found is None:
        raise UnknownDraft
    return found


async def listed(context: Context) -> list[Draft]:
    """Return the drafts that were changed last."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, limit=DRAFTS_SHOWN_MAX)


async def change(context: Context, *, by: Actor, instrument_id: str, revision: int, act: Act) -> Draft:
    """Change a draft as it was at a revision.

    Raises UnknownDraft, DraftMoved, FaultyInstrument for what lacks the shape of an instrument, and what `act` raises.
    """
    async with context.database.transaction() as tx:
        before = await store.draft(tx, instrument_id)
        if before is None:
            raise UnknownDraft
        document = _document(act(before.instrument))
        if before.revision != revision or not await store.change(
            tx, instrument_id=instrument_id, revision=revision, document=document, changed_at=clock.timestamp()
        ):
            raise DraftMoved
        await _told(tx, by, "changed", instrument_id, revision=revision + 1)
    return await draft(context, instrument_id=instrument_id)


def read(instrument_id: str, text: str) -> Instrument:
    """Return a draft of a YAML or JSON document: the shape of an instrument, complete or not.

    Raises FaultyInstrument, OtherInstrument and BadRequest.
    """
    found = _shaped(read_yaml(text))
    if found.id != instrument_id:
        raise OtherInstrument
    return replace(found, version=0)


async def complete(context: Context, *, by: Actor, instrument_id: str, revision: int) -> Instrument:
    """Keep a draft as the next version and take it away; killed in between, doing it again ends the same.

    Raises UnknownDraft, DraftMoved and FaultyInstrument.
    """
    found = await draft(context, instrument_id=instrument_id)
    if found.revision != revision:
        raise DraftMoved
    sound = instruments.sound(found.instrument)
    kept = await instruments.write(context, by=by, instrument_id=instrument_id, instrument=sound)
    async with context.database.transaction() as tx:
        await store.discard(tx, instrument_id=instrument_id, revision=revision)
    return kept


async def discard(context: Context, *, by: Actor, instrument_id: str, revision: int) -> None:
    """Throw a draft away; one that is gone already is no fault. Raises DraftMoved."""
    async with context.database.transaction() as tx:
        if await store.draft(tx, instrument_id) is None:
            return
        if not await store.discard(tx, instrument_id=instrument_id, revision=revision):
            raise DraftMoved
        await _told(tx, by, "discarded", instrument_id, revision=revision)


def _document(instrument: Instrument) -> str:
    document = to_json(_shaped(msgspec.to_builtins(instrument)))
    if len(document) > DOCUMENT_BYTES_MAX:
        raise DraftTooLarge
    return document.decode()


def _shaped(document: object) -> Instrument:
    try:
        return msgspec.convert(document, Instrument)
    except msgspec.ValidationError as error:
        place, words = misfit(error, "document")
        raise FaultyInstrument(fields={place: words}) from error


async def _told(tx: Transaction, by: Actor, act: str, instrument_id: str, **detail: int) -> None:
    await audit.record(
        tx, by=by, action=f"learn.instrument-draft.{act}", subject=f"instrument/{instrument_id}", detail=detail
    )

"""Use cases of signing keys: have one that signs, publish all that count, rotate."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from joserfc.jwk import RSAKey

from govstack.blocks.identity.keys import model, store
from govstack.blocks.identity.keys.model import KeyRecord
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

DAYS = "IDENTITY_KEY_DAYS"
SETTINGS = (
    Setting(DAYS, "90", "How many days a key signs tokens before the next one takes its place", whole(3, 3_650)),
)
PURPOSE = "provider-key"
REMEMBERED_SECONDS = 60


@dataclass(slots=True)
class _Remembered:
    records: tuple[KeyRecord, ...]
    at: float
    loaded: dict[str, RSAKey]


# Names of what a process keeps between calls.
_KNOWN = "identity.keys.known"
_MAKING = "identity.keys.making"


async def published(context: Context) -> list[dict[str, str | list[str]]]:
    """Return the keys of the published key set, those to come and those that signed lately too."""
    remembered = await _remembered(context)
    return [model.published(record) for record in remembered.records]


async def signing_key(context: Context) -> tuple[str, RSAKey]:
    """Return the id and the key that signs now."""
    for _ in range(2):
        remembered = await _remembered(context)
        record = model.signing(remembered.records, clock.timestamp())
        key = await _loaded(context, remembered, record) if record is not None else None
        if record is not None and key is not None:
            return record.kid, key
        # Its time has just ended, or another process has rotated: look again.
        context.memory.pop(_KNOWN, None)
    raise RuntimeError("No key signs now.")


async def prepare(context: Context) -> None:
    """Make the next key when its time has come, and forget those that nothing needs; can be repeated at any time."""
    async with context.memory.setdefault(_MAKING, asyncio.Lock()):
        now = clock.now()
        async with context.database.reading(one_statement=True) as tx:
            records = await store.published_keys(tx, now=clock.timestamp(now))
        starts = model.next_start(records, now)
        new = None
        if starts is not None:
            days = context.settings.number(DAYS)
            new = await asyncio.to_thread(model.made, issuer=context.public_url, signs_from=starts, days=days)
        async with context.database.transaction() as tx:
            await store.SQL.remove_private_halves(tx, now=clock.timestamp(now))
            await store.SQL.remove_old_keys(tx, now=clock.timestamp(now))
            # Another process may have been first in the meantime.
            if new is not None and model.next_start(await store.published_keys(tx, now=clock.timestamp(now)), now):
                await store.add_key(tx, new.record, private_sealed=_sealed(context, new))
                await audit.record(tx, by=SYSTEM, action="identity.key.made", subject=new.record.kid)
        context.memory.pop(_KNOWN, None)


async def rotate(context: Context, *, by: Actor) -> str:
    """Put a new key in the place of the one that signs, at once; what the old one signed stays valid to its end.

    For when a key may be known to somebody: relying parties that keep a copy of the key set look again when they
    meet an unknown key. Returns the id of the new key.
    """
    now = clock.now()
    days = context.settings.number(DAYS)
    new = await asyncio.to_thread(model.made, issuer=context.public_url, signs_from=now, days=days)
    async with context.database.transaction() as tx:
        until = clock.timestamp(now + model.PUBLISHED_AFTER)
        known = model.signing(await store.published_keys(tx, now=clock.timestamp(now)), clock.timestamp(now))
        kid = known.kid if known is not None else ""
        await store.SQL.end_signing(tx, kid=kid, signs_until=clock.timestamp(now), published_until=until)
        await store.add_key(tx, new.record, private_sealed=_sealed(context, new))
        await audit.record(tx, by=by, action="identity.key.rotated", subject=new.record.kid)
    context.memory.pop(_KNOWN, None)
    return new.record.kid


async def _remembered(context: Context) -> _Remembered:
    known: _Remembered | None = context.memory.get(_KNOWN)
    if known is not None and clock.monotonic() - known.at < REMEMBERED_SECONDS:
        return known
    async with context.database.reading(one_statement=True) as tx:
        records = await store.published_keys(tx, now=clock.timestamp())
    if model.signing(records, clock.timestamp()) is None:
        await prepare(context)
        async with context.database.reading(one_statement=True) as tx:
            records = await store.published_keys(tx, now=clock.timestamp())
    remembered = _Remembered(tuple(records), clock.monotonic(), known.loaded if known is not None else {})
    context.memory[_KNOWN] = remembered
    return remembered


async def _loaded(context: Context, remembered: _Remembered, record: KeyRecord) -> RSAKey | None:
    """Return the private half of a key; nothing when it signs no more."""
    if record.kid not in remembered.loaded:
        async with context.database.reading(one_statement=True) as tx:
            sealed = await store.private_half(tx, kid=record.kid)
        if sealed is None:
            return None
        remembered.loaded[record.kid] = RSAKey.import_key(context.keys.open(PURPOSE, sealed, bound_to=record.kid))
    return remembered.loaded[record.kid]


def _sealed(context: Context, new: model.NewKey) -> bytes:
    return context.keys.seal(PURPOSE, new.private_pem, bound_to=new.record.kid)

"""Remembers in which browsers a person has proven who they are, and tells where somebody asks from."""

from __future__ import annotations

from govstack.blocks.identity.browsers import store
from govstack.blocks.identity.browsers.model import KNOWN_FOR, Origin
from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction


async def origin(context: Context, *, person_id: str, browser: str) -> Origin:
    """Return where somebody asks from who says to be a person; `browser` is a keyed hash, or empty."""
    if not (person_id and browser):
        return Origin(browser)
    now = clock.now()
    since, latest = clock.timestamp(now - KNOWN_FOR), clock.timestamp(now + clock.SKEW)
    async with context.database.reading(one_statement=True) as tx:
        known = await store.is_known(tx, person_id=person_id, name=browser, since=since, latest=latest)
    return Origin(browser, known)


async def remember(tx: Transaction, *, person_id: str, browser: str) -> None:
    """Note that a person has proven to be there in a browser, in the transaction of the proof."""
    if browser:
        now = clock.now()
        before = clock.timestamp(now - KNOWN_FOR)
        await store.remember(tx, person_id=person_id, name=browser, at=clock.timestamp(now), before=before)


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Know no browser of a person any more, in the transaction of another act."""
    await store.forget(tx, person_id=person_id)

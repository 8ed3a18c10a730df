"""Use cases of search: take in what changed, learn what it means, and find it for those who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from govstack.kernel import clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.knowing.knowledge import service as knowledge
from govstack.pillars.learn.knowing.knowledge.errors import UnknownEdition
from govstack.pillars.learn.knowing.knowledge.model import ITEM
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.searching import store
from govstack.pillars.learn.searching.gateways import Meanings
from govstack.pillars.learn.searching.model import (
    NEAREST_MIN,
    Document,
    Found,
    Near,
    asked,
    document_of,
    folded,
    score,
)

EDITION = "edition"
MEAN = "learn.searching.mean"
FOUND_MAX = 50
WORDED_MAX = 500
SENTENCES_AT_ONCE = 2_000
SENTENCES_SEARCHED_MAX = 200_000
MEANT_AT_ONCE = 64
MEANT_IN_JOB_MAX = 640
# What the first search waits for itself; a job does the rest.
MEANT_IN_SEARCH_MAX = 128
PAUSE_SECONDS = 2.0
KEEPER = Actor.system("searching")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found; whether meaning was compared, and how many sentences still wait for it."""

    found: list[Found]
    by_meaning: bool
    waiting: int


def meanings_of(context: Context) -> Meanings:
    """Return the model of this process."""
    meanings = context.memory.setdefault("learn.meanings", Meanings())
    assert isinstance(meanings, Meanings)
    return meanings


async def take_record(context: Context, *, kind: Kind, record_id: str) -> None:
    """Take in what can be found of a record that was written, changed or archived."""
    try:
        record = await records.read(context, by=KEEPER, kind=kind, record_id=record_id)
    except UnknownRecord:
        return
    document = document_of(
        kind, record_id=record_id, number=record.number, audience=str(record.audience), content=record.content
    )
    await _take(context, document, gone=record.archived)


async def take_edition(context: Context, *, item_id: str) -> None:
    """Take in what was published of an item of knowledge, or let it go when it was withdrawn."""
    try:
        found, _all = await knowledge.edition(context, by=KEEPER, item_id=item_id)
    except UnknownEdition:
        await _take(context, Document(EDITION, item_id, 0, "", "", ()), gone=True)
        return
    document = document_of(
        ITEM, record_id=item_id, number=found.edition, audience=str(found.audience), content=found.content
    )
    await _take(context, replace(document, kind=EDITION), gone=False)


async def _take(context: Context, document: Document, *, gone: bool) -> None:
    async with context.database.transaction() as tx:
        if gone or not document.sentences:
            await store.drop(tx, document.id)
        elif await store.put(tx, document) and await store.wanted(tx):
            await _ask_for_meaning(tx)


async def _ask_for_meaning(tx: Transaction) -> None:
    """Ask for work a moment later: what changes meanwhile is done with it."""
    await jobs.enqueue(tx, MEAN, {}, due=clock.now() + timedelta(seconds=PAUSE_SECONDS), key="mean")


async def mean(context: Context) -> bool:
    """Learn what sentences mean that wait for it, and ask for more work while some do; false without a model."""
    known = await _mean(context, limit=MEANT_IN_JOB_MAX)
    async with context.database.transaction() as tx:
        if known and await store.waiting_count(tx):
            # The job that runs now still stands; the next one needs a name of its own.
            await jobs.enqueue(tx, MEAN, {})
    return known


async def _mean(context: Context, *, limit: int) -> bool:
    meanings = meanings_of(context)
    for _part in range(0, limit, MEANT_AT_ONCE):
        async with context.database.reading(one_statement=True) as tx:
            waiting = await store.waiting(tx, limit=MEANT_AT_ONCE)
        if not waiting:
            break
        known = await meanings.of([one.text for one in waiting])
        if known is None:
            return False
        async with context.database.transaction() as tx:
            await store.mean(tx, [replace(one, meaning=said) for one, said in zip(waiting, known, strict=True)])
    return True


def rest(context: Context) -> bool:
    """Let the model go when nobody searched for a while."""
    return meanings_of(context).let_go()


async def search(context: Context, *, by: Actor, kinds: Iterable[Kind], text: str, limit: int = FOUND_MAX) -> Outcome:
    """Find what answers a text, among what somebody may read, the best first."""
    scopes, words = await _scopes(context, by, kinds), asked(text)
    if not words:
        return Outcome([], by_meaning=True, waiting=0)
    near = await _nearest(context, text, scopes)
    async with context.database.reading() as tx:
        worded = await store.with_words(tx, words=words, scopes=scopes, limit=WORDED_MAX)
        known = {one.id: one for one in worded}
        close = [one_id for one_id, one in (near or {}).items() if one.nearness >= NEAREST_MIN]
        known.update({one.id: one for one in await store.by_ids(tx, set(close) - set(known))})
        waiting = await store.waiting_count(tx)
    found = [_found(one, words, (near or {}).get(one.id)) for one in known.values()]
    found.sort(key=lambda one: (-one.score, one.kind, one.record_id))
    return Outcome(found[: min(limit, FOUND_MAX)], by_meaning=near is not None, waiting=waiting)


async def _scopes(context: Context, by: Actor, kinds: Iterable[Kind]) -> list[str]:
    """Return which kinds for which audiences somebody may read."""
    # Kinds that are open to whoever signed in are still nothing for nobody.
    readable = [kind for kind in kinds if by.signed_in or kind.opens]
    scopes = [f"{kind.name}/{one}" for kind in readable for one in records.audiences(kind, by)]
    return scopes + [f"{EDITION}/{one}" for one in await knowledge.audiences(context, by=by)]


async def _nearest(context: Context, text: str, scopes: Sequence[str]) -> dict[str, Near] | None:
    """Return the nearest sentence of each document, None when meanings cannot be compared here."""
    meanings = meanings_of(context)
    said = await meanings.of([text])
    if said is None:
        return None
    await _catch_up(context)
    best: dict[str, Near] = {}
    after, seen = ("", -1), 0
    while seen < SENTENCES_SEARCHED_MAX:
        async with context.database.reading(one_statement=True) as tx:
            part = await store.sentences(tx, scopes=scopes, after=after, limit=SENTENCES_AT_ONCE)
        if not part:
            break
        values = await meanings.nearest(said[0], [one.meaning or b"" for one in part])
        for one, nearness in zip(part, values, strict=True):
            if one.document_id not in best or best[one.document_id].nearness < nearness:
                best[one.document_id] = Near(one.document_id, one.text, nearness)
        after, seen = (part[-1].document_id, part[-1].position), seen + len(part)
    return best


async def _catch_up(context: Context) -> None:
    """Learn a few meanings at once, and ask for the rest: from the first search on they are kept up to date."""
    await _mean(context, limit=MEANT_IN_SEARCH_MAX)
    async with context.database.reading() as tx:
        late, wanted = await store.waiting_count(tx), await store.wanted(tx)
    if late or not wanted:
        async with context.database.transaction() as tx:
            await store.want(tx, since=clock.timestamp())
            if late:
                await _ask_for_meaning(tx)


def _found(kept: store.Kept, words: Sequence[str], near: Near | None) -> Found:
    matched = [word for word in words if f" {word}" in kept.words]
    title = f" {' '.join(folded(kept.title))}"
    nearness = near.nearness if near and near.nearness >= NEAREST_MIN else 0.0
    counted: Mapping[str, int] = {
        "matched": len(matched), "asked_words": len(words), "in_title": sum(f" {word}" in title for word in words)
    }  # fmt: skip
    return Found(
        kept.kind, kept.record_id, kept.title or kept.record_id, matched, near.text if near and nearness else "",
        round(nearness, 3), score(nearness=nearness, **counted),
    )  # fmt: skip

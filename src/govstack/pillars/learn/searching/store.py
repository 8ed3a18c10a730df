"""Rows of what can be found, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.searching.model import WORDS_MAX, Document

SQL = queries(__file__)
_PLACES = ("one", "two", "three", "four", "five", "six")
assert len(_PLACES) == WORDS_MAX


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as a row holds it."""

    id: str
    kind: str
    record_id: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document, and where it lies among meanings."""

    document_id: str
    position: int
    text: str
    meaning: bytes | None = None


async def put(tx: Transaction, document: Document) -> int:
    """Write down what can be found; a sentence that stayed keeps its meaning. Returns how many have none yet."""
    known = {row["text"]: bytes(row["meaning"]) for row in await SQL.meanings(tx, id=document.id)}
    await SQL.put(
        tx, id=document.id, kind=document.kind, record_id=document.record_id, number=document.number,
        audience=document.audience, title=document.title, words=document.words,
    )  # fmt: skip
    await SQL.drop_sentences(tx, id=document.id)
    for position, text in enumerate(document.sentences):
        await SQL.add_sentence(tx, document_id=document.id, position=position, text=text, meaning=known.get(text))
    return sum(text not in known for text in document.sentences)


async def drop(tx: Transaction, document_id: str) -> None:
    """Let a document not be found any more."""
    await SQL.drop_sentences(tx, id=document_id)
    await SQL.drop(tx, id=document_id)


async def waiting(tx: Transaction, *, limit: int) -> list[Sentence]:
    """Return sentences whose meaning is not known yet."""
    return msgspec.convert(await SQL.waiting(tx, limit=limit), list[Sentence], strict=False)


async def waiting_count(tx: Transaction) -> int:
    """Return how many sentences have no meaning yet."""
    return int(await SQL.waiting_count(tx))


async def mean(tx: Transaction, sentences: Iterable[Sentence]) -> None:
    """Write down where sentences lie, those that still say the same."""
    for one in sentences:
        await SQL.mean(tx, document_id=one.document_id, position=one.position, text=one.text, meaning=one.meaning)


async def with_words(tx: Transaction, *, words: Sequence[str], scopes: Sequence[str], limit: int) -> list[Kept]:
    """Return documents in which a word begins with one of those that are looked for."""
    patterns = dict.fromkeys(_PLACES, "")
    patterns.update(zip(_PLACES, (f"% {word}%" for word in words), strict=False))
    rows = await SQL.with_words(tx, scopes=list(scopes), limit=limit, **patterns)
    return msgspec.convert(rows, list[Kept], strict=False)


async def sentences(tx: Transaction, *, scopes: Sequence[str], after: tuple[str, int], limit: int) -> list[Sentence]:
    """Return sentences of documents in some scopes whose meaning is known, in their order."""
    rows = await SQL.sentences(tx, scopes=list(scopes), document_id=after[0], position=after[1], limit=limit)
    return [Sentence(row["document_id"], int(row["position"]), row["text"], bytes(row["meaning"])) for row in rows]


async def by_ids(tx: Transaction, ids: Iterable[str]) -> list[Kept]:
    """Return documents."""
    return msgspec.convert(await SQL.by_ids(tx, ids=sorted(set(ids))), list[Kept], strict=False)


async def want(tx: Transaction, *, since: str) -> None:
    """Write down that somebody searches here."""
    await SQL.want(tx, since=since)


async def wanted(tx: Transaction) -> bool:
    """Tell whether somebody ever searched here."""
    return bool(await SQL.wanted(tx))

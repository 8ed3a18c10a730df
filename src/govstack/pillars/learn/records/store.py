"""Rows of records and of what they said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.records.model import Audience, Order

SQL = queries(__file__)
NUMBER_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as a row holds it; `content` is JSON without what is personal."""

    id: str
    kind: str
    number: int
    content: str
    personal_sealed: bytes | None
    audience: Audience
    archived: bool
    changed_at: str
    changed_by: str
    written_in: str


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of a record."""

    id: str
    kind: str
    title: str
    content: str
    personal_sealed: bytes | None
    audience: Audience
    at: str
    by: str
    written_in: str


async def add(tx: Transaction, written: Written) -> bool:
    """Add a record with its first revision; false when its id is taken."""
    added = await SQL.add(
        tx, id=written.id, kind=written.kind, title=written.title, content=written.content,
        personal_sealed=written.personal_sealed, audience=str(written.audience), at=written.at, changed_by=written.by,
        written_in=written.written_in,
    )  # fmt: skip
    if added:
        await SQL.keep(tx, id=written.id)
    return bool(added)


async def change(tx: Transaction, written: Written, *, number: int, archived: bool) -> bool:
    """Write the next revision of a record; false when it is not at this number any more."""
    changed = await SQL.change(
        tx, id=written.id, number=number, title=written.title, content=written.content,
        personal_sealed=written.personal_sealed, audience=str(written.audience), archived=archived, at=written.at,
        changed_by=written.by, written_in=written.written_in,
    )  # fmt: skip
    if changed:
        await SQL.keep(tx, id=written.id)
    return bool(changed)


async def link(tx: Transaction, *, record_id: str, links: Iterable[tuple[str, str]]) -> None:
    """Set what a record points at."""
    await SQL.clear_links(tx, record_id=record_id)
    for field, target_id in links:
        await SQL.add_link(tx, record_id=record_id, field=field, target_id=target_id)


async def by_id(tx: Transaction, *, kind: str, record_id: str) -> Kept | None:
    """Return a record of a kind."""
    row = await SQL.by_id(tx, id=record_id, kind=kind)
    return None if row is None else _kept([row])[0]


async def held(tx: Transaction, *, kind: str, record_id: str) -> Kept | None:
    """Return a record of a kind that nobody else changes or erases until the transaction ends."""
    row = await SQL.held(tx, id=record_id, kind=kind)
    return None if row is None else _kept([row])[0]


async def kinds(tx: Transaction, record_ids: Iterable[str]) -> dict[str, str]:
    """Return the kind of each record that is in use."""
    return {row["id"]: row["kind"] for row in await SQL.kinds(tx, ids=sorted(set(record_ids)))}


async def kinds_of_all(tx: Transaction, record_ids: Iterable[str]) -> dict[str, str]:
    """Return the kind of each record, those out of use too."""
    return {row["id"]: row["kind"] for row in await SQL.titles(tx, ids=sorted(set(record_ids)))}


async def by_ids(tx: Transaction, record_ids: Iterable[str]) -> list[Kept]:
    """Return records of any kind by their ids."""
    return _kept(await SQL.by_ids(tx, ids=sorted(set(record_ids))))


async def titles(tx: Transaction, record_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return kind and title of records."""
    return {row["id"]: (row["kind"], row["title"]) for row in await SQL.titles(tx, ids=sorted(set(record_ids)))}


async def open_titles(
    tx: Transaction, record_ids: Iterable[str], *, audiences: Mapping[str, Sequence[Audience]]
) -> dict[str, tuple[str, str]]:
    """Return kind and title of records of some kinds that are for some audiences of each."""
    rows = await SQL.titles(tx, ids=sorted(set(record_ids)))
    return {row["id"]: (row["kind"], row["title"]) for row in rows if row["audience"] in audiences.get(row["kind"], ())}


async def titled(tx: Transaction, *, kind: str, audiences: Sequence[Audience], limit: int) -> list[tuple[str, str]]:
    """Return id and title of the records of a kind that are in use and for some audiences, by title."""
    rows = await SQL.titled(tx, kind=kind, audiences=[str(one) for one in audiences], limit=limit)
    return [(row["id"], row["title"] or row["id"]) for row in rows]


async def listed(
    tx: Transaction, *, kind: str, audiences: Sequence[Audience], archived: bool, words: str, after: str, limit: int
) -> list[Kept]:
    """Return records of a kind in the order of their ids."""
    pattern = f"%{words.lower()}%" if words else ""
    rows = await SQL.listed(
        tx, kind=kind, audiences=[str(one) for one in audiences], archived=archived, words=pattern, after=after,
        limit=limit,
    )  # fmt: skip
    return _kept(rows)


async def in_order(
    tx: Transaction, *, kind: str, audiences: Sequence[Audience], archived: bool, words: str, order: Order, limit: int,
    offset: int,
) -> list[Kept]:  # fmt: skip
    """Return records of a kind in the order in which people look for them."""
    pattern = f"%{words.lower()}%" if words else ""
    rows = await SQL.in_order(
        tx, kind=kind, audiences=[str(one) for one in audiences], archived=archived, words=pattern,
        newest=order is Order.NEWEST, by_title=order is Order.TITLE, limit=limit, offset=offset,
    )  # fmt: skip
    return _kept(rows)


async def pointing(
    tx: Transaction, *, kind: str, field: str, target_id: str, limit: int, archived: bool = False
) -> list[Kept]:
    """Return the records of a kind that point at something with a field, those in use or those that are not."""
    return _kept(await SQL.pointing(tx, kind=kind, field=field, target_id=target_id, limit=limit, archived=archived))


async def revisions(tx: Transaction, *, kind: str, record_id: str, limit: int, before: int = NUMBER_MAX) -> list[Kept]:
    """Return what a record said before a revision, the newest first."""
    return _kept(await SQL.revisions(tx, kind=kind, id=record_id, before=before, limit=limit))


async def erase(tx: Transaction, *, record_id: str) -> bool:
    """Take away what is personal in a record and in all it said before; false when nothing is left of it."""
    erased = await SQL.erase(tx, id=record_id)
    await SQL.erase_revisions(tx, id=record_id)
    return bool(erased)


async def competencies(tx: Transaction, texts: Iterable[str]) -> dict[str, str]:
    """Return the id of the competency that each text means: its id, or a code that no other one has."""
    wanted = sorted(set(texts))
    rows = await SQL.competencies(tx, texts=wanted)
    ids = {row["id"] for row in rows}
    by_code: dict[str, list[str]] = {}
    for row in rows:
        if not row["retired"]:
            by_code.setdefault(row["code"], []).append(row["id"])
    codes = {text: by_code[text][0] for text in wanted if len(by_code.get(text, ())) == 1}
    return codes | {text: text for text in wanted if text in ids}


async def offering_of(tx: Transaction, session_id: str) -> str | None:
    """Return the offering that a session is of, None for an unknown one."""
    row = await SQL.offering_of(tx, session_id=session_id)
    return row["offering_id"] if row else None


async def counts(tx: Transaction) -> dict[str, int]:
    """Return how many records of each kind are in use."""
    return {row["kind"]: int(row["records"]) for row in await SQL.counts(tx)}


def _kept(rows: Sequence[Row]) -> list[Kept]:
    return msgspec.convert(rows, list[Kept], strict=False)

"""Use cases of the log of reads: write it before an answer goes out, and tell each person who read their data."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from govstack.blocks.registries.access.model import person_of
from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.contents.model import text_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import ANALYSE, AUDIT, Path, pointer
from govstack.blocks.registries.usage import store
from govstack.blocks.registries.usage.errors import InvalidIdentifier, NoReads, NotYours
from govstack.blocks.registries.usage.model import (
    NO_REASON,
    Access,
    Reader,
    Reason,
    Seen,
    Usage,
    is_identifier,
    reader_of,
)
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row, Transaction
from govstack.kernel.errors import Unavailable
from govstack.kernel.log import CORRELATION
from govstack.kernel.pagination import page_size

__all__ = ["NO_REASON", "Page", "Reason", "Seen", "access", "log_reads", "log_reads_in", "report", "who_read_my_data"]

PURPOSE = "usage/person"
WRITER = "usage.writer"
FINGERPRINT_KEYS = "usage.fingerprint_keys"
BATCH_ANSWERS_MAX = 500
PAGE_ENTRIES = 100
PAGE_ENTRIES_MAX = 1_000
LAST_CURSOR = "ffffffff-ffff-ffff-ffff-ffffffffffff"
Rows: TypeAlias = tuple[Row, list[Row]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the reads of a person's data, newest first; `next_cursor` is empty on the last one."""

    entries: tuple[Usage, ...]
    next_cursor: str


def access(
    *, by: Actor, registry_id: int, operation: str, fields: str, seen: Sequence[Seen], reason: Reason = NO_REASON
) -> Access:
    """Return the entry for one answer; `fields` is the JSON list of the personal fields it shows."""
    purpose = "" if reason.purpose else by.attributes.get("purpose", "")
    stated = replace(reason, purpose=purpose) if purpose else reason
    return Access(
        id=ids.new_id(),
        registry_id=registry_id,
        operation=operation,
        fields=fields,
        at=clock.timestamp(),
        reader=reader_of(by),
        reason=stated,
        correlation_id=CORRELATION.get(),
        seen=tuple(seen),
    )


async def log_reads(context: Context, entry: Access) -> None:
    """Store who read what, durably, before the answer goes out; raises Unavailable when that cannot be done (DRS-8).

    Requests that arrive together share one transaction. Never call it inside a transaction: see log_reads_in.
    """
    writer = context.memory.get(WRITER)
    if writer is None:
        writer = context.memory[WRITER] = _Writer(context)
    await writer.write(_rows(context, entry))


async def log_reads_in(tx: Transaction, context: Context, entry: Access) -> None:
    """Store who read what with the transaction of an act that also shows data."""
    await store.add(tx, [_rows(context, entry)])


async def log(
    context: Context,
    sight: Sight,
    rows: Sequence[Mapping[str, Any]],
    reason: Reason,
    *,
    shown: Sequence[Path] | None = None,
) -> None:
    """Log whom an answer is about, before it is given (DRS-8); registries without personal data log nothing."""
    entry = _entry(sight, rows, reason, shown)
    if entry is not None:
        await log_reads(context, entry)


async def log_in(
    tx: Transaction, context: Context, sight: Sight, rows: Sequence[Mapping[str, Any]], reason: Reason
) -> None:
    """Log what the answer to a change shows, with the change itself."""
    entry = _entry(sight, rows, reason, None)
    if entry is not None:
        await log_reads_in(tx, context, entry)


def _entry(
    sight: Sight, rows: Sequence[Mapping[str, Any]], reason: Reason, shown: Sequence[Path] | None
) -> Access | None:
    if not rows or not sight.logged:
        return None
    fields = sight.personal
    if shown is not None:
        fields = text_of([pointer(path) for path in shown])
    if sight.legal_basis and not reason.legal_basis:
        reason = replace(reason, legal_basis=sight.legal_basis)
    return access(
        by=sight.by,
        registry_id=sight.registry.id,
        operation=sight.kind.value,
        fields=fields,
        seen=[Seen(row["uuid"], str(row["person"] or ""), str(row["reference"] or row["uuid"])) for row in rows],
        reason=reason,
    )


async def report(context: Context, *, by: Actor, user_id: str, database_id: str) -> tuple[Usage, ...]:
    """Return the newest reads of a person's data in a database, by its acronym (DRS-35).

    Raises InvalidIdentifier, NotYours, and NoReads when nobody read it.
    """
    if not is_identifier(user_id) or not is_identifier(database_id):
        raise InvalidIdentifier
    await _refuse_strangers(context, by, user_id)
    registry_ids = await design.ids_of_acronym(context, acronym=database_id)
    page = await _page(context, by, user_id, registry_ids=registry_ids, size=PAGE_ENTRIES_MAX)
    if not page.entries:
        raise NoReads
    return page.entries


async def who_read_my_data(
    context: Context,
    *,
    by: Actor,
    person_identifier: str = "",
    since: datetime | None = None,
    after: str = "",
    size: int | None = None,
) -> Page:
    """Return who read a person's data in all registries, newest first: one's own, or anybody's for auditors (DRS-37).

    Without an identifier it is about the person who calls. `after` is the cursor of the page before. The reading of the
    log is itself logged. Raises NotYours and InvalidIdentifier.
    """
    person = person_identifier or person_of(by)
    if not is_identifier(person) or (after and not _is_cursor(after)):
        raise InvalidIdentifier
    await _refuse_strangers(context, by, person)
    moment = clock.timestamp(since) if since else ""
    most = page_size(size, default=PAGE_ENTRIES, most=PAGE_ENTRIES_MAX)
    return await _page(context, by, person, since=moment, before=after or LAST_CURSOR, size=most)


async def reads_of_record(context: Context, *, by: Actor, record: str, after: str = "") -> Page:
    """Return who read a record, newest first, for analysts and auditors (DRS-21); raises NotYours."""
    if not may_audit(by):
        raise NotYours
    if after and not _is_cursor(after):
        raise InvalidIdentifier
    async with context.database.reading() as tx:
        found = await store.of_record(tx, record, since="", before=after or LAST_CURSOR)
    await _note(context, by, f"record/{record}", len(found))
    page = _cut(found, PAGE_ENTRIES)
    return replace(page, entries=tuple(replace(one, person=_person(context, one, record)) for one in page.entries))


def _person(context: Context, usage: Usage, record: str) -> str:
    persons: dict[str, str] = msgspec.json.decode(context.keys.open(PURPOSE, usage.sealed_persons))
    return persons.get(record, "")


async def enter_seed(tx: Transaction, context: Context, *, entries: Iterable[tuple[Access, str]]) -> None:
    """Enter published log entries with the ids they were published under; what is there stays."""
    for entry, shown_id in entries:
        access, rows = _rows(context, entry)
        await store.put(tx, access, [{**row, "id": shown_id} for row in rows])


async def forget_seed(tx: Transaction, *, registry_ids: Sequence[int]) -> None:
    """Remove the log of seeded registries; for bringing published test data back to its exact state only."""
    await store.forget(tx, registry_ids)


def may_audit(actor: Actor) -> bool:
    """Tell whether an actor may see reads of other people's data."""
    return actor.kind == "system" or actor.may(AUDIT) or actor.may(ANALYSE)


def fingerprint(context: Context, person: str) -> str:
    """Return what a person's reads are found by: equal for equal identifiers, and no way back."""
    if not person:
        return ""
    return hmac.digest(_keys(context)[0], person.encode(), "sha256").hex()


def fingerprints(context: Context, person: str) -> list[str]:
    """Return what a person's reads are found by, also those logged under earlier master secrets."""
    return [hmac.digest(key, person.encode(), "sha256").hex() for key in _keys(context) if person]


def _keys(context: Context) -> list[bytes]:
    keys: list[bytes] | None = context.memory.get(FINGERPRINT_KEYS)
    if keys is None:
        # Deriving the keys costs more than using them, and a list needs one for each record.
        keys = context.memory[FINGERPRINT_KEYS] = [text.encode() for text in context.keys.secret_texts(PURPOSE)]
    return keys


async def _page(
    context: Context,
    by: Actor,
    person: str,
    *,
    size: int,
    registry_ids: Sequence[int] | None = None,
    since: str = "",
    before: str = LAST_CURSOR,
) -> Page:
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(
            tx, fingerprints(context, person), registry_ids=registry_ids, since=since, before=before
        )
    await _note(context, by, f"person/{fingerprint(context, person)}", len(found))
    return _cut(found, size)


def _cut(found: Sequence[Usage], size: int) -> Page:
    entries = tuple(found[:size])
    return Page(entries, entries[-1].cursor if len(found) > size else "")


async def _refuse_strangers(context: Context, by: Actor, person: str) -> None:
    if may_audit(by) or (by.signed_in and person and person_of(by) == person):
        return
    async with context.database.transaction() as tx:
        await audit.record(
            tx,
            by=by,
            action="registries.usage.read",
            subject=f"person/{fingerprint(context, person)}",
            outcome="refused",
        )
    raise NotYours


async def _note(context: Context, by: Actor, subject: str, count: int) -> None:
    """Log that the log was read; the subject is a fingerprint, so that this log names nobody."""
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="registries.usage.read", subject=subject, detail={"entries": count})


def _rows(context: Context, entry: Access) -> Rows:
    """Return an access and its records as their tables have them; records of one person in one answer share an id."""
    shared: dict[str, str] = {}
    rows: list[Row] = []
    for number, seen in enumerate(entry.seen, start=1):
        print_ = fingerprint(context, seen.person)
        rows.append(
            {
                "access_id": entry.id,
                "record": seen.record,
                "id": shared.setdefault(print_ or seen.record, f"{entry.id}.{number}"),
                "person_fingerprint": print_,
                "reference": seen.reference or seen.record,
            }
        )
    persons = msgspec.json.encode({seen.record: seen.person for seen in entry.seen if seen.person})
    return store.access_row(entry, context.keys.seal(PURPOSE, persons)), rows


def _is_cursor(text: str) -> bool:
    return len(text) == len(LAST_CURSOR) and set(text) <= set("0123456789abcdef-")


class _Writer:
    """Gathers what concurrent requests log and commits it together, so that a busy registry waits for the disk once."""

    def __init__(self, context: Context) -> None:
        self._database = context.database
        self._waiting: list[tuple[Rows, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, rows: Rows) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((rows, done))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_ANSWERS_MAX], self._waiting[BATCH_ANSWERS_MAX:]
            failure = await self._store(batch)
            if failure is not None and not isinstance(failure, Unavailable) and len(batch) > 1:
                # One entry that the database refuses must not keep the others from their answers.
                for one in batch:
                    _tell([one], await self._store([one]))
            else:
                _tell(batch, failure)

    async def _store(self, batch: list[tuple[Rows, asyncio.Future[None]]]) -> Exception | None:
        try:
            async with self._database.transaction() as tx:
                await store.add(tx, [rows for rows, _ in batch])
        except Exception as error:  # noqa: BLE001 - every waiting request gets it as its own
            return error
        return None


def _tell(batch: list[tuple[Rows, asyncio.Future[None]]], failure: Exception | None) -> None:
    for _, done in batch:
        if done.done():  # the request was given up meanwhile
            continue
        if failure is None:
            done.set_result(None)
        else:
            done.set_exception(failure if isinstance(failure, Unavailable) else Unavailable())


def seed_access(
    *, registry_id: int, at: str, access_id: str, reader: Reader, person: str, record: str, reference: str
) -> Access:
    """Return a published log entry."""
    return Access(
        id=access_id,
        registry_id=registry_id,
        operation="data-read",
        fields="[]",
        at=at,
        reader=reader,
        reason=NO_REASON,
        correlation_id="",
        seen=(Seen(record, person, reference),),
    )

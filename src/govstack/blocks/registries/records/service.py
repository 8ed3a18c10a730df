"""Use cases of changing records: decide, write, chain the change and tell of it, all in one transaction."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.changes import service as changes
from govstack.blocks.registries.changes.model import Verification
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import ANALYSE, AUDIT, Registry, ServiceKind, may_manage
from govstack.blocks.registries.reading.model import Search, query_terms
from govstack.blocks.registries.records import store
from govstack.blocks.registries.records.errors import RequestKeyReused, TooManyRecords
from govstack.blocks.registries.records.model import (
    ENTRIES_MAX,
    PLAIN,
    REPEATS_KEPT_HOURS,
    UPDATED_MAX,
    Manner,
    PublishedSeed,
)
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.model import Access, Reader
from govstack.blocks.registries.writing import service as writing
from govstack.blocks.registries.writing.model import Ending, Written
from govstack.blocks.registries.writing.service import Act, Ledger, Prepared
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.errors import Problem

PURPOSE = "repeatable-request"
GATHERINGS = "registries.gatherings"
GATHERED_MAX = 50
SEED = Path(__file__).parents[1] / "seeds" / "records" / "conformance.json"
SEEDER = Actor.system("seed")
Content = Mapping[str, object]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request for a change: who wants what done to which registry, and how."""

    context: Context
    by: Actor
    registry: Registry
    kind: ServiceKind
    manner: Manner


async def create(
    context: Context, *, by: Actor, registry: Registry, content: Content, manner: Manner = PLAIN
) -> Written:
    """Create a record (DRS-33); raises InvalidContent, Duplicate, FieldHidden, RecordOutOfReach, RightMissing."""

    async def work(act: Act) -> Written:
        return await act.insert(content)

    asked = _Asked(context, by, registry, ServiceKind.CREATE, manner)
    return await _act(asked, work, Written)


async def create_entries(
    context: Context, *, by: Actor, registry: Registry, entries: Sequence[Content], manner: Manner = PLAIN
) -> list[Written]:
    """Create several records, all or none; raises as create does, and TooManyRecords."""
    if len(entries) > ENTRIES_MAX:
        raise TooManyRecords(f"Send at most {ENTRIES_MAX} records at once.")

    async def work(act: Act) -> list[Written]:
        return [await act.insert(content) for content in entries]

    asked = _Asked(context, by, registry, ServiceKind.BULK, manner)
    return await _act(asked, work, list[Written])


async def update(
    context: Context, *, by: Actor, registry: Registry, query: Content | None, content: Content, manner: Manner = PLAIN
) -> Written | None:
    """Change the oldest matching record, and nothing when none matches (DR-D12); raises EmptyQuery and as create."""
    terms = query_terms(registry, query or {}, numbers_as_text=manner.numbers_as_text)

    async def work(act: Act) -> Written | None:
        rows = await act.matching(Search(terms), limit=1)
        return await act.change(rows[0], content, if_match=manner.if_match) if rows else None

    asked = _Asked(context, by, registry, ServiceKind.UPDATE, manner)
    return await _act(asked, work, Written | None)


async def update_entries(
    context: Context, *, by: Actor, registry: Registry, query: Content | None, content: Content, manner: Manner = PLAIN
) -> int:
    """Change every matching record and return their number; raises TooManyRecords, EmptyQuery and as create."""
    terms = query_terms(registry, query or {}, numbers_as_text=manner.numbers_as_text)

    async def work(act: Act) -> int:
        rows = await act.matching(Search(terms), limit=UPDATED_MAX + 1)
        if len(rows) > UPDATED_MAX:
            raise TooManyRecords(f"The query matches more than {UPDATED_MAX} records. Narrow it.")
        for row in rows:
            await act.change(row, content)
        return len(rows)

    asked = _Asked(context, by, registry, ServiceKind.UPDATE_MANY, manner)
    return await _act(asked, work, int)


async def update_or_create(
    context: Context, *, by: Actor, registry: Registry, query: Content | None, content: Content, manner: Manner = PLAIN
) -> Written:
    """Change the oldest matching record, or create one when none matches or nothing is asked for (DR-D14).

    Match and write happen under the registry's lock, so two at once never create twice. Raises as create.
    """
    terms = query_terms(registry, query, numbers_as_text=manner.numbers_as_text) if query else ()

    async def work(act: Act) -> Written:
        rows = await act.matching(Search(terms), limit=1) if terms else []
        if not rows:
            return await act.insert(content)
        act.seen += rows  # the answer shows the whole record, not only what was written
        return await act.change(rows[0], content, if_match=manner.if_match)

    asked = _Asked(context, by, registry, ServiceKind.UPSERT, manner)
    return await _act(asked, work, Written)


async def delete(context: Context, *, by: Actor, registry: Registry, address: str, manner: Manner = PLAIN) -> bool:
    """Delete a record by uuid or primary key, keeping its row (DRS-X-7); tells whether there was one to delete.

    What is unknown, gone or out of the caller's reach is no error (DR-D15), but audited. Raises RecordLinked.
    """
    return await _end(_Asked(context, by, registry, ServiceKind.DELETE, manner), address, Ending.DELETE)


async def archive(
    context: Context, *, by: Actor, registry: Registry, address: str, restore: bool = False, manner: Manner = PLAIN
) -> bool:
    """Take a record out of use, or back into it; its data and its unique values stay. Repeats change nothing."""
    asked = _Asked(context, by, registry, ServiceKind.ARCHIVE, manner)
    return await _end(asked, address, Ending.RESTORE if restore else Ending.ARCHIVE)


async def _end(asked: _Asked, address: str, ending: Ending) -> bool:
    prepared = await _prepared(asked)
    async with asked.context.database.transaction() as tx:
        act = await writing.begin(tx, prepared)
        rows = await act.addressed(address, archived=ending is not Ending.ARCHIVE, live=ending is not Ending.RESTORE)
        if rows:
            await act.end(rows[0], ending, if_match=asked.manner.if_match)
            await act.close()
        else:
            # The address may be a personal number that somebody tried: the audit keeps the try, not the number.
            await audit.record(
                tx,
                by=asked.by,
                action=f"registries.record.{ending.value}",
                subject=asked.registry.code,
                outcome="failed",
                detail={"reason": "no such record"},
            )
    return bool(rows)


async def conformance_rows(context: Context) -> None:
    """Put exactly the published records and log entries in place, and remove all others; repeatable.

    Call it after the published databases are there; it refuses to run outside the conformance profile.
    """
    if context.settings.profile != "conformance":
        raise RuntimeError("Only the conformance profile resets records: everything in them would be lost.")
    seed = msgspec.json.decode(SEED.read_bytes(), type=PublishedSeed)
    registry = await design.published(context, code=seed.registry, version=seed.version)
    everything = await design.everything(context)
    asked = _Asked(context, SEEDER, registry, ServiceKind.CREATE, PLAIN)
    prepared = await _prepared(asked)
    async with context.database.transaction() as tx:
        for one in everything:
            await store.empty(tx, one)
        await store.forget_requests(tx)
        await usage.forget_seed(tx, registry_ids=[one.id for one in everything])
        act = await writing.begin(tx, prepared)
        for uuid, content, _ in seed.contents():
            await act.insert(content, uuid=uuid)
        await act.close()
        await usage.enter_seed(tx, context, entries=_seeded_reads(seed, registry))


def _seeded_reads(seed: PublishedSeed, registry: Registry) -> list[tuple[Access, str]]:
    """Return the published log entries, read in the spelling they are published in (DR-D17)."""
    entries = []
    for number, (uuid, content, name) in enumerate(seed.contents(), start=1):
        if not name:
            continue
        told = seed.reads[name]
        reader = Reader(
            id=told["ReaderID"],
            initials=told["ReaderInitials"],
            institution_id=told["ReaderInstitutionID"],
            institution_name=told["ReaderInstitutionName"],
            application=told["ReaderApplicationName"],
        )
        access = usage.seed_access(
            registry_id=registry.id,
            at=clock.timestamp(clock.parse(told["SearchDateTime"])),
            # Ids of the log sort by time; these stand before all real ones.
            access_id=f"00000000-0000-7000-8000-{number:012}",
            reader=reader,
            person=str(content[seed.fields[0]]),
            record=uuid,
            reference=told["Refrences"][0]["ReferenceID"],
        )
        entries.append((access, str(told["ID"])))
    return entries


async def verify(context: Context, *, by: Actor, registry: Registry) -> Verification:
    """Prove that nobody altered the records or their log past this service (DRS-7); raises RightMissing."""
    if not (by.may(AUDIT) or by.may(ANALYSE) or may_manage(by, registry.stewards)):
        raise RightMissing
    found = await changes.verify(context, registry_id=registry.id, table=registry.record_table)
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="registries.changes.verified", subject=registry.code,
            outcome="ok" if found.sound else "failed",
            detail={"entries": found.entries, "records": found.records, "findings": len(found.findings)},
        )  # fmt: skip
    return found


async def _prepared(asked: _Asked) -> Prepared:
    return await writing.prepared(
        asked.context,
        by=asked.by,
        registry=asked.registry,
        kind=asked.kind,
        key=asked.manner.key,
        numbers_as_text=asked.manner.numbers_as_text,
    )


async def _act(asked: _Asked, work: Callable[[Act], Awaitable[_Answer]], answer_type: Any) -> _Answer:
    """Run a change: once for each request key, under the registry's lock, with what it tells, in one transaction.

    On PostgreSQL the lock is held until the commit has reached the disk. So changes that wait for the same registry
    share one transaction; SQLite lets transactions share their commit by itself.
    """
    change = _Change(asked, await _prepared(asked), work, answer_type)
    if asked.context.database.dialect == "sqlite":
        answer: _Answer = await _alone(change)
        return answer
    gatherings: dict[int, _Gathering] = asked.context.memory.setdefault(GATHERINGS, {})
    gathering = gatherings.get(asked.registry.id)
    if gathering is None:
        gathering = gatherings[asked.registry.id] = _Gathering()
    made: _Answer = await gathering.done(change)
    return made


class _Change:
    """One change that waits for its turn, in the context of its own request."""

    def __init__(
        self, asked: _Asked, prepared: Prepared, work: Callable[[Act], Awaitable[Any]], answer_type: Any
    ) -> None:
        self.asked, self.prepared, self._work, self._answer_type = asked, prepared, work, answer_type
        self.act: Act | None = None
        self.answer: Any = None
        self.failure: BaseException | None = None
        self.done: asyncio.Future[None] | None = None
        self.context = contextvars.copy_context()

    async def perform(self, tx: Transaction, ledger: Ledger) -> None:
        """Do the change with the registry's lock held, unless it was done before."""
        earlier = await _earlier(tx, self.asked, self._answer_type)
        if earlier is not None:
            self.answer = earlier[0]
            return
        self.act = Act(tx, self.prepared, self.prepared.sight, ledger)
        self.answer = await self._work(self.act)
        await usage.log_in(tx, self.asked.context, self.prepared.sight, self.act.seen, self.asked.manner.reason)
        await _keep(tx, self.asked, self.answer)

    async def performed(self, tx: Transaction, ledger: Ledger) -> None:
        """Do it under the correlation id of its own request, whoever does it."""
        await asyncio.get_running_loop().create_task(self.perform(tx, ledger), context=self.context)


async def _alone(change: _Change) -> Any:
    try:
        async with change.asked.context.database.transaction() as tx:
            ledger = await writing.lock(tx, change.asked.registry)
            await change.perform(tx, ledger)
            await ledger.close()
    except UniqueViolation as violation:
        attempted, uuid = (change.act.attempted, change.act.attempted_on) if change.act else ([], "")
        asked = change.asked
        raise await writing.duplicate(asked.context, asked.registry, attempted, apart_from=uuid) from violation
    return change.answer


class _Gathering:
    """Changes that wait for one registry: whatever has gathered while a transaction runs shares the next one."""

    def __init__(self) -> None:
        self._waiting: list[_Change] = []
        self._task: asyncio.Task[None] | None = None

    async def done(self, change: _Change) -> Any:
        loop = asyncio.get_running_loop()
        change.done = loop.create_future()
        self._waiting.append(change)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        await change.done
        return change.answer

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:GATHERED_MAX], self._waiting[GATHERED_MAX:]
            if len(group) == 1 or not await self._together(group):
                for change in group:
                    await self._one(change)
            for change in group:
                if change.done is None or change.done.done():  # the request was given up meanwhile
                    continue
                if change.failure is None:
                    change.done.set_result(None)
                else:
                    change.done.set_exception(change.failure)

    async def _together(self, group: list[_Change]) -> bool:
        """Do all in one transaction; tells whether that went well, else nothing happened at all."""
        asked = group[0].asked
        try:
            async with asked.context.database.transaction() as tx:
                ledger = await writing.lock(tx, asked.registry)
                for change in group:
                    await self._with_others(tx, ledger, change)
                await ledger.close()
        except Exception:  # noqa: BLE001 - each is done again on its own, and fails or not as its own
            for change in group:
                change.failure = None
            return False
        return True

    async def _with_others(self, tx: Transaction, ledger: Ledger, change: _Change) -> None:
        """Do one of several; a refusal is its own as long as it has touched nothing."""
        before = ledger.mark
        try:
            await change.performed(tx, ledger)
        except Problem as problem:
            if ledger.mark != before or tx.failure is not None:
                raise
            change.failure = problem
            if change.asked.manner.repeat is not None:
                await store.unclaim(tx, actor=change.asked.by.id, key=change.asked.manner.repeat.stored_key)

    async def _one(self, change: _Change) -> None:
        try:
            await asyncio.get_running_loop().create_task(_alone(change), context=change.context)
        except Exception as error:  # noqa: BLE001 - handed to the request that asked
            change.failure = error


async def _keep(tx: Transaction, asked: _Asked, answer: object) -> None:
    repeat = asked.manner.repeat
    if repeat is not None:
        sealed = asked.context.keys.seal(PURPOSE, msgspec.json.encode(answer), bound_to=asked.by.id)
        await store.keep(tx, actor=asked.by.id, key=repeat.stored_key, answer=sealed)


async def _earlier(tx: Transaction, asked: _Asked, answer_type: Any) -> tuple[Any] | None:
    """Return the first answer of a request that is sent again, or None when this is the first (SD-1)."""
    repeat = asked.manner.repeat
    if repeat is None:
        return None
    now = clock.now()
    found = await store.claim(
        tx,
        actor=asked.by.id,
        key=repeat.stored_key,
        digest=repeat.digest,
        at=clock.timestamp(now),
        before=clock.timestamp(now - timedelta(hours=REPEATS_KEPT_HOURS)),
    )
    if found is None:
        return None
    if found["digest"] != repeat.digest:
        raise RequestKeyReused
    text = asked.context.keys.open(PURPOSE, bytes(found["answer"]), bound_to=asked.by.id)
    return (msgspec.json.decode(text, type=answer_type),)

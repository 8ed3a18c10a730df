"""Use case of loading: check, fill, number and seal each record, then store part after part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.changes.model import BATCH_ROWS_MAX, ChangeKind, digest_of, new_record_ids
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.contents.model import text_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind, pointer, value_at
from govstack.blocks.registries.loading.model import (
    ROWS_AT_ONCE,
    Content,
    Loaded,
    Part,
    Progress,
    Reads,
    Refused,
    Rows,
    Settled,
    parts_of,
)
from govstack.blocks.registries.triggers.model import Numbering, wants_index
from govstack.blocks.registries.writing import service as writing
from govstack.blocks.registries.writing.errors import Duplicate
from govstack.blocks.registries.writing.model import new_content, traits, triggered
from govstack.kernel import clock, crypto, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.errors import Problem, Unavailable

ROWS_FOR_STATISTICS_MIN = 10_000
LOADED = "registries.records.loaded"
TAKEN = "is taken by another record"


async def load(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    rows: Rows,
    batch: int = BATCH_ROWS_MAX,
    progress: Progress | None = None,
    refused: Refused | None = None,
) -> int:
    """Create records by the million and return their number; each batch takes effect whole, as one change.

    A record that does not fit stops the load with the refusal and its place in `extra`; with `refused` it is reported
    there and the rest goes on. `progress` is told how many are stored. Raises RightMissing, InvalidContent, Duplicate.
    """
    checker = traits(registry).checker
    return await load_parts(
        context, by=by, registry=registry, parts=parts_of(rows, min(max(batch, 1), BATCH_ROWS_MAX)),
        reads=lambda content: checker.accepted(content)[0], progress=progress, refused=refused,
    )  # fmt: skip


async def load_parts(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    parts: AsyncIterator[Part],
    reads: Reads,
    progress: Progress | None = None,
    refused: Refused | None = None,
    settled: Settled | None = None,
    whole: bool = False,
) -> int:
    """Load rows that come in parts of at most BATCH_ROWS_MAX, in whatever form `reads` understands; see `load`.

    `settled` keeps how far the load came, in the same transaction, so that it can go on there. `whole` makes all of it
    one transaction.
    """
    prepared = await writing.prepared(context, by=by, registry=registry, kind=ServiceKind.BULK)
    one = _Load(context, prepared, reads, progress, refused, settled, asks_first=whole and refused is not None)
    await (one.as_a_whole(parts) if whole else one.part_by_part(parts))
    if one.stored >= ROWS_FOR_STATISTICS_MIN:
        async with context.database.transaction() as tx:
            await writing.refresh_statistics(tx, registry)
    return one.stored


def as_stored(registry: Registry, given: Content) -> dict[str, Any]:
    """Return what a record would hold, without its numbers, for looking at it first; raises InvalidContent."""
    content = _content(registry, traits(registry).checker.accepted(given)[0])
    if traits(registry).has_triggers:
        content = triggered(registry, content, Numbering(registry.code, 0, clock.now(), registry.number_format))
        traits(registry).checker.check(content)
    return content


def _content(registry: Registry, values: dict[str, Any]) -> dict[str, Any]:
    """Return accepted values as a record that fits the schema so far; triggers and numbers come when it is stored."""
    made, content = traits(registry), new_content(registry, values)
    if not made.has_triggers:
        made.checker.check(content)
    return content


@dataclass(slots=True)
class _Load:
    """One load: what was asked, and how many records it stored.

    Which keys others have is asked only once the database refused a part (`asks_first`): it is dear, and seldom needed.
    """

    context: Context
    prepared: writing.Prepared
    reads: Reads
    progress: Progress | None
    refused: Refused | None
    settled: Settled | None
    asks_first: bool
    stored: int = 0

    async def part_by_part(self, parts: AsyncIterator[Part]) -> None:
        """Store each part in a transaction of its own, and check the next one while the database is at work."""
        async with aclosing(_ahead(self._checked_parts(parts))) as checked:
            async for part, ready in checked:
                self.stored += await self._taken_in(part, ready)
                self._told()

    async def as_a_whole(self, parts: AsyncIterator[Part]) -> None:
        """Store all parts in one transaction; nothing is read ahead, which could wait for this very transaction."""
        part, ready = Part(1, ()), list[Loaded]()
        try:
            async with self.context.database.transaction() as tx:
                async for part in parts:
                    ready = await self._checked(part)
                    self.stored += await self._store(tx, part, ready)
                    self._told()
                if self.settled is not None:
                    await self.settled(tx, part.last, self.stored)
        except UniqueViolation as violation:
            raise await self._shared(part, ready) from violation

    def _told(self) -> None:
        if self.progress is not None:
            self.progress(self.stored)

    async def _checked_parts(self, parts: AsyncIterator[Part]) -> AsyncGenerator[tuple[Part, list[Loaded]]]:
        async for part in parts:
            yield part, await self._checked(part)

    async def _checked(self, part: Part) -> list[Loaded]:
        """Return the records that fit the schema so far."""
        sight, ready = self.prepared.sight, list[Loaded]()
        seal = _unsealed if traits(sight.registry).has_triggers else _sealed
        for start in range(0, len(part.rows), ROWS_AT_ONCE):
            await asyncio.sleep(0)
            some = part.rows[start : start + ROWS_AT_ONCE]
            for place, (uuid, given) in enumerate(
                zip(new_record_ids(len(some)), some, strict=True), part.first + start
            ):
                try:
                    ready.append(seal(sight, place, uuid, _content(sight.registry, self.reads(given))))
                except Problem as problem:
                    self._refuse(part, place, problem)
        return ready

    def _refuse(self, part: Part, place: int, problem: Problem) -> None:
        if self.refused is None:
            problem.extra["row"] = place
            raise problem
        self.refused(part.row(place), problem)

    async def _taken_in(self, part: Part, ready: list[Loaded]) -> int:
        """Store a part, with a second look when the database refuses it: at keys, then at record after record."""
        try:
            return await self._settled_part(part, ready)
        except UniqueViolation as violation:
            if self.refused is None:
                raise await self._shared(part, ready) from violation
        if not self.asks_first:
            self.asks_first = True
            return await self._taken_in(part, ready)
        return await self._one_by_one(part, ready)

    async def _settled_part(self, part: Part, ready: list[Loaded]) -> int:
        if not ready and self.settled is None:
            return 0
        async with self.context.database.transaction() as tx:
            count = await self._store(tx, part, ready)
            if self.settled is not None:
                await self.settled(tx, part.last, count)
        return count

    async def _store(self, tx: Transaction, part: Part, ready: list[Loaded]) -> int:
        """Store what of a part is ready, and refuse the rest once the database took the others."""
        if not ready:
            return 0
        faults: dict[int, Problem] = {}
        sight, act = self.prepared.sight, await writing.begin(tx, self.prepared)
        ready = await _filled(tx, sight, ready, faults)
        ready = await _within_rights(act, ready, faults, sees_all=sight.decision.sees_all(sight.kind))
        if self.asks_first:
            ready = await _without_taken(tx, sight.registry, ready, faults)
        if ready:
            await _chain(tx, act, sight, ready)
            await act.close()
        for place, problem in faults.items():
            self._refuse(part, place, problem)
        return len(ready)

    async def _shared(self, part: Part, ready: Sequence[Loaded]) -> Duplicate:
        registry = self.prepared.sight.registry
        found = await writing.duplicate(self.context, registry, [one.content for one in ready])
        found.extra["rows"] = f"{part.first} to {part.last}"
        return found

    async def _one_by_one(self, part: Part, ready: Sequence[Loaded]) -> int:
        """Store a part record by record after the database refused it whole, to report just those it refuses."""
        stored = 0
        for one in ready:
            try:
                async with self.context.database.transaction() as tx:
                    act = await writing.begin(tx, self.prepared)
                    await act.insert(one.content)
                    await act.close()
                    if self.settled is not None:
                        await self.settled(tx, one.place, 1)
                stored += 1
            except UniqueViolation:
                found = await writing.duplicate(self.context, self.prepared.sight.registry, [one.content])
                self._refuse(part, one.place, found)
            except Unavailable:
                raise
            except Problem as problem:
                self._refuse(part, one.place, problem)
        await self._settled_part(part, [])
        return stored


async def _ahead(source: AsyncGenerator[tuple[Part, list[Loaded]]]) -> AsyncGenerator[tuple[Part, list[Loaded]]]:
    """Yield what a source yields; it is at work on the next item while the caller is busy with the present one."""

    async def following() -> tuple[Part, list[Loaded]] | None:
        return await anext(source, None)

    coming = asyncio.create_task(following())
    try:
        while (item := await coming) is not None:
            coming = asyncio.create_task(following())
            yield item
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()


async def _without_taken(
    tx: Transaction, registry: Registry, ready: list[Loaded], faults: dict[int, Problem]
) -> list[Loaded]:
    """Leave out records whose key another one has: asked once for a part that would be refused whole."""
    for path, one in writing.keys(registry):
        values = {value_at(row.content, path) for row in ready} - {None}
        taken = await writing.taken(tx, registry, path, values)
        free: list[Loaded] = []
        for row in ready:
            value = value_at(row.content, path)
            if value is not None and value in taken:
                name = pointer(path) if len(path) > 1 else one.name
                faults[row.place] = Duplicate(f"{name} {TAKEN}", fields={name: TAKEN})
                continue
            taken |= {value}
            free.append(row)
        ready = free
    return ready


def _sealed(sight: Sight, place: int, uuid: str, content: dict[str, Any]) -> Loaded:
    """Return a record as it is stored."""
    sealed = sight.vault.seal(uuid, content) if sight.vault is not None else content
    return Loaded(place, content, uuid, text_of(sealed), crypto.canonical(sealed))


def _unsealed(_: Sight, place: int, uuid: str, content: dict[str, Any]) -> Loaded:
    """Return a record that triggers are still to fill."""
    return Loaded(place, content, uuid)


async def _filled(tx: Transaction, sight: Sight, ready: list[Loaded], faults: dict[int, Problem]) -> list[Loaded]:
    """Run triggers with numbers taken for the whole part at once."""
    registry, made = sight.registry, traits(sight.registry)
    if not made.has_triggers:
        return ready
    moment = clock.now()
    plain = Numbering(registry.code, 0, moment, registry.number_format)
    wanting = [one for one in ready if wants_index(registry.fields, one.content, plain)]
    index = await design.next_index(tx, registry, len(wanting)) if wanting else 0
    numbers = {one.place: index + position for position, one in enumerate(wanting)}
    filled: list[Loaded] = []
    for one in ready:
        numbering = Numbering(registry.code, numbers.get(one.place, 0), moment, registry.number_format)
        try:
            content = triggered(registry, one.content, numbering)
            made.checker.check(content)
            filled.append(_sealed(sight, one.place, one.uuid, content))
        except InvalidContent as problem:
            faults[one.place] = problem
    return filled


async def _within_rights(
    act: writing.Act, ready: list[Loaded], faults: dict[int, Problem], *, sees_all: bool
) -> list[Loaded]:
    dangling = await act.dangling([one.content for one in ready])
    if sees_all and not dangling:
        return ready
    within: list[Loaded] = []
    for position, one in enumerate(ready):
        try:
            if position in dangling:
                raise InvalidContent(dangling[position])
            act.refuse_unwritable(one.content)
            within.append(one)
        except Problem as problem:
            faults[one.place] = problem
    return within


async def _chain(tx: Transaction, act: writing.Act, sight: Sight, ready: Sequence[Loaded]) -> None:
    """Enter one change for the batch, with the digest of its rows, and the rows that name it."""
    registry, first = sight.registry, act.ledger.chain.take_numbers(len(ready))
    entry = act.ledger.chain.add(
        by=sight.by,
        kind=ChangeKind.LOADED,
        number=first,
        last_number=first + len(ready) - 1,
        version=registry.version,
        digest=digest_of(((one.uuid, one.canonical) for one in ready), first),
    )
    moment = entry.at
    await writing.copy(
        tx,
        registry,
        (
            (one.uuid, number, one.text, registry.version, moment, moment, 1, entry.hash)
            for number, one in enumerate(ready, start=first)
        ),
    )
    await events.publish(
        tx,
        type=LOADED,
        subject=f"{registry.code}/{entry.position}",
        data={
            "registry": registry.code,
            "registryId": registry.id,
            "version": registry.version,
            "records": len(ready),
            "changeHash": entry.hash,
        },
    )

"""Use case of loading: check, fill, number and seal each record, then store batch after batch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.changes.model import BATCH_ROWS_MAX, ChangeKind, digest_of, new_record_id
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.contents.model import accepted, check, kept, text_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind, pointer, value_at
from govstack.blocks.registries.loading.model import Content, Progress, Refused, Row, Rows, Settled, batches
from govstack.blocks.registries.triggers.model import Numbering, wants_index
from govstack.blocks.registries.writing import service as writing
from govstack.blocks.registries.writing.errors import Duplicate
from govstack.blocks.registries.writing.model import traits, triggered, with_defaults
from govstack.kernel import clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.errors import Problem, Unavailable

ROWS_AT_ONCE = 250
ROWS_FOR_STATISTICS_MIN = 10_000
LOADED = "registries.records.loaded"
TAKEN = "is taken by another record"


@dataclass(slots=True)
class Loaded:
    """One record ready to be stored: its place among those given, and its content before it is sealed."""

    place: int
    content: dict[str, Any]


async def load(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    rows: Rows,
    batch: int = BATCH_ROWS_MAX,
    progress: Progress | None = None,
    refused: Refused | None = None,
    settled: Settled | None = None,
    whole: bool = False,
) -> int:
    """Create records by the million and return their number; each batch takes effect whole, as one change.

    A record that does not fit stops the load with the refusal and its place in `extra`; with `refused` it is reported
    there and the rest goes on. `progress` is told how many are stored. `settled` keeps how far the load came, in the
    same transaction, so that it can go on there. `whole` makes all of it one transaction. Raises RightMissing,
    InvalidContent, Duplicate.
    """
    prepared = await writing.prepared(context, by=by, registry=registry, kind=ServiceKind.BULK)
    parts = batches(rows, min(max(batch, 1), BATCH_ROWS_MAX))
    load_parts = _as_a_whole if whole else _batch_by_batch
    stored = await load_parts(context, prepared, parts, progress, refused, settled)
    if stored >= ROWS_FOR_STATISTICS_MIN:
        async with context.database.transaction() as tx:
            await writing.refresh_statistics(tx, registry)
    return stored


async def _batch_by_batch(  # noqa: PLR0917 (what `load` was given)
    context: Context,
    prepared: writing.Prepared,
    parts: AsyncIterator[list[Row]],
    progress: Progress | None,
    refused: Refused | None,
    settled: Settled | None,
) -> int:
    registry, stored = prepared.sight.registry, 0
    async for part in parts:
        ready = await _checked(prepared.sight, part, refused)
        try:
            if ready:
                async with context.database.transaction() as tx:
                    count = await _store(tx, prepared, ready, refused)
                    if settled is not None:
                        await settled(tx, part[-1].place, count)
                stored += count
        except UniqueViolation as violation:
            if refused is None:
                raise await _shared(context, registry, part, ready) from violation
            stored += await _one_by_one(context, prepared, part, refused, settled)
        if progress is not None:
            progress(stored)
    return stored


async def _as_a_whole(  # noqa: PLR0917 (what `load` was given)
    context: Context,
    prepared: writing.Prepared,
    parts: AsyncIterator[list[Row]],
    progress: Progress | None,
    refused: Refused | None,
    settled: Settled | None,
) -> int:
    stored, part, ready = 0, [Row(0, {})], list[Loaded]()
    try:
        async with context.database.transaction() as tx:
            async for part in parts:
                ready = await _checked(prepared.sight, part, refused)
                if ready:
                    stored += await _store(tx, prepared, ready, refused)
                if progress is not None:
                    progress(stored)
            if settled is not None:
                await settled(tx, part[-1].place, stored)
    except UniqueViolation as violation:
        raise await _shared(context, prepared.sight.registry, part, ready) from violation
    return stored


async def _shared(context: Context, registry: Registry, part: Sequence[Row], ready: Sequence[Loaded]) -> Duplicate:
    found = await writing.duplicate(context, registry, [one.content for one in ready])
    found.extra["rows"] = f"{part[0].place} to {part[-1].place}"
    return found


def as_stored(registry: Registry, given: Content) -> dict[str, Any]:
    """Return what a record would hold, without its numbers, for looking at it first; raises InvalidContent."""
    content = _content(registry, given)
    if traits(registry).has_triggers:
        content = triggered(registry, content, Numbering(registry.code, 0, clock.now(), registry.number_format))
        check(registry.fields, content)
    return content


async def _checked(sight: Sight, part: Sequence[Row], refused: Refused | None) -> list[Loaded]:
    """Return the records that fit the schema so far; triggers and numbers come with the transaction."""
    ready: list[Loaded] = []
    for position, row in enumerate(part):
        if position % ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
        try:
            ready.append(Loaded(row.place, _content(sight.registry, row.content)))
        except Problem as problem:
            _refuse(row.place, problem, refused)
    return ready


def _content(registry: Registry, given: Content) -> dict[str, Any]:
    values, _ = accepted(registry.fields, given)
    kept(registry.fields, values, None)
    content = with_defaults(registry, {name: value for name, value in values.items() if value is not None})
    if not traits(registry).has_triggers:
        check(registry.fields, content)
    return content


def _refuse(place: int, problem: Problem, refused: Refused | None) -> None:
    if refused is None:
        problem.extra["row"] = place
        raise problem
    refused(place, problem)


async def _store(tx: Transaction, prepared: writing.Prepared, ready: list[Loaded], refused: Refused | None) -> int:
    sight = prepared.sight
    act = await writing.begin(tx, prepared)
    ready = await _filled(tx, sight.registry, ready, refused)
    ready = await _within_rights(act, ready, refused, sees_all=sight.decision.sees_all(sight.kind))
    if refused is not None:
        ready = await _without_taken(tx, sight.registry, ready, refused)
    if ready:
        await _chain(tx, act, sight, ready)
        await act.close()
    return len(ready)


async def _without_taken(tx: Transaction, registry: Registry, ready: list[Loaded], refused: Refused) -> list[Loaded]:
    """Leave out records whose key another one has: asked once for a batch that would be refused whole."""
    for path, one in writing.keys(registry):
        values = {value_at(row.content, path) for row in ready} - {None}
        taken = await writing.taken(tx, registry, path, values)
        free: list[Loaded] = []
        for row in ready:
            value = value_at(row.content, path)
            if value is not None and value in taken:
                name = pointer(path) if len(path) > 1 else one.name
                refused(row.place, Duplicate(f"{name} {TAKEN}", fields={name: TAKEN}))
                continue
            taken |= {value}
            free.append(row)
        ready = free
    return ready


async def _filled(tx: Transaction, registry: Registry, ready: list[Loaded], refused: Refused | None) -> list[Loaded]:
    """Run triggers with numbers taken for the whole batch at once."""
    if not traits(registry).has_triggers:
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
            check(registry.fields, content)
            filled.append(Loaded(one.place, content))
        except InvalidContent as problem:
            _refuse(one.place, problem, refused)
    return filled


async def _within_rights(
    act: writing.Act, ready: list[Loaded], refused: Refused | None, *, sees_all: bool
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
            _refuse(one.place, problem, refused)
    return within


async def _chain(tx: Transaction, act: writing.Act, sight: Sight, ready: Sequence[Loaded]) -> None:
    """Enter one change for the batch, with the digest of its rows, and the rows that name it."""
    registry, first = sight.registry, act.ledger.chain.take_numbers(len(ready))
    rows: list[tuple[str, int, Mapping[str, Any]]] = []
    for number, one in enumerate(ready, start=first):
        uuid = new_record_id()
        content = sight.vault.seal(uuid, one.content) if sight.vault is not None else one.content
        rows.append((uuid, number, content))
    entry = act.ledger.chain.add(
        by=sight.by,
        kind=ChangeKind.LOADED,
        number=first,
        last_number=first + len(ready) - 1,
        version=registry.version,
        digest=digest_of(rows),
    )
    moment = entry.at
    await writing.copy(
        tx,
        registry,
        (
            (uuid, number, text_of(content), registry.version, moment, moment, 1, entry.hash)
            for uuid, number, content in rows
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


async def _one_by_one(
    context: Context, prepared: writing.Prepared, part: Sequence[Row], refused: Refused, settled: Settled | None
) -> int:
    """Store a batch record by record after the database refused it whole, to report just those it refuses."""
    stored = 0
    for row in part:
        try:
            async with context.database.transaction() as tx:
                act = await writing.begin(tx, prepared)
                await act.insert(row.content)
                await act.close()
                if settled is not None:
                    await settled(tx, row.place, 1)
            stored += 1
        except UniqueViolation:
            refused(row.place, await writing.duplicate(context, prepared.sight.registry, [row.content]))
        except Unavailable:
            raise
        except Problem as problem:
            refused(row.place, problem)
    return stored

"""Use case of taking rows in: the good ones group after group, or all of them in one step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from govstack.blocks.registries.changes.model import BATCH_ROWS_MAX
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Field, Registry
from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.importing.model import Import, Mode, Staged, State
from govstack.blocks.registries.importing.service import Overtaken
from govstack.blocks.registries.intake.model import GROUP_PARTS, Tally
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.loading.model import Part, Reads, Row, Settled
from govstack.blocks.registries.writing.model import traits
from govstack.kernel import ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem, Unavailable


class _NotAll(Exception):
    """Some row does not fit, so that none is taken: what the transaction stored is undone."""


@dataclass(slots=True)
class _Run:
    """One run of an import, in whichever process."""

    context: Context
    one: Import
    by: Actor
    registry: Registry
    fields: Mapping[str, Field]
    id: str
    tally: Tally

    def refuse(self, row: Row, problem: Problem) -> None:
        """Keep what the load refuses."""
        self.tally.refuse(row.place, row.given, dict(problem.fields) or {"": problem.detail})

    async def settle(self, tx: Transaction, *, reached: int, count: int) -> None:
        """Write how far the run came, with its refusals; raises Overtaken."""
        due = self.tally.reach(reached)
        await importing.settle(
            tx, self.one, run=self.id, reached=self.tally.reached, count=count, refused=self.tally.refused
        )
        await importing.keep_refusals(tx, self.context, self.one.id, due)


async def take(context: Context, *, import_id: str) -> None:
    """Take the rows of a confirmed import, from where an earlier run stopped; nothing is ever taken twice."""
    run = ids.new_id()
    claimed = await importing.claimed(context, import_id=import_id, run=run)
    if claimed is None:
        return
    one, by = claimed
    try:
        registry = await design.published(context, code=one.code, version=one.version)
        fields = await importing.still_fitting(context, by=by, registry=registry, one=one)
        if one.mode == Mode.ALL:
            await _all_or_none(_Run(context, one, by, registry, fields, run, Tally(0, 0)))
        else:
            await _good_ones(_Run(context, one, by, registry, fields, run, Tally(one.reached, one.refused)))
    except Overtaken:
        return
    except Unavailable:
        raise  # the database is away for a moment: the job is tried again and goes on
    except Problem as problem:
        await importing.fail(context, import_id=import_id, fault=problem.detail)


async def _good_ones(work: _Run) -> None:
    """Take the rows that fit, group after group, each noted in the transaction that stores it."""

    async def settled(tx: Transaction, reached: int, stored: int) -> None:
        await work.settle(tx, reached=reached, count=stored)

    await _load(work, settled, whole=False)
    await _finish(work, State.DONE)


async def _load(work: _Run, settled: Settled, *, whole: bool) -> None:
    await loading.load_parts(
        work.context, by=work.by, registry=work.registry, parts=_groups(work, 0 if whole else work.tally.reached),
        reads=_reads(work), refused=work.refuse, settled=settled, whole=whole,
    )  # fmt: skip


async def _groups(work: _Run, place: int) -> AsyncIterator[Part]:
    async for first, lines in importing.parts_behind(work.context, work.one, place, at_once=GROUP_PARTS):
        yield Part(first, lines)


def _reads(work: _Run) -> Reads:
    """Return what reads a staged row into values in their stored form, which the cells of a typed file lack still."""
    reader, typed = importing.reader_of(work.fields, work.one), work.one.typed
    checker = traits(work.registry).checker

    def values(line: Staged) -> dict[str, Any]:
        if line.fault:
            raise InvalidContent({"": line.fault})
        content, faults = reader.read(line.cells)
        if faults:
            raise InvalidContent(faults)
        return checker.accepted(content)[0] if typed else content

    return values


async def _note(work: _Run, reached: int) -> None:
    async with work.context.database.transaction() as tx:
        await work.settle(tx, reached=reached, count=0)


async def _finish(work: _Run, state: State) -> None:
    async with work.context.database.transaction() as tx:
        await importing.finish(tx, work.one, run=work.id, state=state, refused=work.tally.refused)


async def _all_or_none(work: _Run) -> None:
    """Check every row, then take all in one transaction; a single fault means that none is taken."""
    last, reader = 0, importing.reader_of(work.fields, work.one)
    async for place, line in importing.lines_behind(work.context, work.one, 0):
        last, faults = place, importing.sample(work.registry, reader, line).faults
        if faults:
            work.tally.refuse(place, line, faults)
        if place % BATCH_ROWS_MAX == 0:
            await _note(work, place)
    await _note(work, last)
    if not work.tally.refused:
        try:
            await _take_all(work)
        except _NotAll:
            await _note(work, last)
        else:
            return
    await _finish(work, State.REFUSED)


async def _take_all(work: _Run) -> None:
    async def settled(tx: Transaction, reached: int, stored: int) -> None:
        if work.tally.waiting:
            raise _NotAll
        await work.settle(tx, reached=reached, count=stored)
        await importing.finish(tx, work.one, run=work.id, state=State.DONE, refused=0)

    await _load(work, settled, whole=True)

"""Use case of taking rows in: the good ones group after group, or all of them in one step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Field, Registry
from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.importing.model import Import, Mode, State
from govstack.blocks.registries.importing.service import Overtaken
from govstack.blocks.registries.intake.model import GROUP_CHARACTERS, GROUP_ROWS, Given, Tally
from govstack.blocks.registries.loading import service as loading
from govstack.kernel import ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem, Unavailable


class _NotAll(Exception):
    """Some row does not fit, so that none is taken: what the transaction stored is undone."""


@dataclass(slots=True)
class _Run:
    """One run of an import, in whichever process; `given` are the rows that the load is working on, by its count."""

    context: Context
    one: Import
    by: Actor
    registry: Registry
    fields: Mapping[str, Field]
    id: str
    tally: Tally
    given: dict[int, Given] = field(default_factory=dict)

    def refuse(self, place: int, problem: Problem) -> None:
        """Keep what the load refuses."""
        self.tally.refuse(self.given[place], dict(problem.fields) or {"": problem.detail})

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
    group: list[tuple[Given, dict[str, Any]]] = []
    last, size = work.tally.reached, 0
    async for place, line in importing.lines_behind(work.context, work.one, last):
        row, last, size = Given(place, line.number, line.cells), place, size + line.size
        content, faults = importing.content_of(work.fields, work.one, line)
        if faults:
            work.tally.refuse(row, faults)
        else:
            group.append((row, content))
        if place % GROUP_ROWS == 0 or size > GROUP_CHARACTERS:
            await _take_group(work, group, last)
            group, size = [], 0
    await _take_group(work, group, last)
    await _finish(work, State.DONE)


async def _take_group(work: _Run, group: list[tuple[Given, dict[str, Any]]], last: int) -> None:
    """Take a group of rows, and note in the same transaction up to where the file is dealt with."""
    work.given = {count: row for count, (row, _) in enumerate(group, start=1)}

    async def settled(tx: Transaction, count_reached: int, stored: int) -> None:
        await work.settle(tx, reached=work.given[count_reached].place, count=stored)

    await loading.load(
        work.context, by=work.by, registry=work.registry, rows=[content for _, content in group], batch=GROUP_ROWS,
        refused=work.refuse, settled=settled,
    )  # fmt: skip
    await _note(work, last)


async def _note(work: _Run, reached: int) -> None:
    async with work.context.database.transaction() as tx:
        await work.settle(tx, reached=reached, count=0)


async def _finish(work: _Run, state: State) -> None:
    async with work.context.database.transaction() as tx:
        await importing.finish(tx, work.one, run=work.id, state=state, refused=work.tally.refused)


async def _all_or_none(work: _Run) -> None:
    """Check every row, then take all in one transaction; a single fault means that none is taken."""
    last = 0
    async for place, line in importing.lines_behind(work.context, work.one, 0):
        last, faults = place, importing.sample(work.registry, work.fields, work.one, line).faults
        if faults:
            work.tally.refuse(Given(place, line.number, line.cells), faults)
        if place % GROUP_ROWS == 0:
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
    async def rows() -> AsyncIterator[dict[str, Any]]:
        count = 0
        async for place, line in importing.lines_behind(work.context, work.one, 0):
            count += 1
            work.given[count] = Given(place, line.number, line.cells)
            work.given.pop(count - 2 * GROUP_ROWS, None)  # the load looks back no further than its batch
            yield importing.content_of(work.fields, work.one, line)[0]

    async def settled(tx: Transaction, _count_reached: int, stored: int) -> None:
        if work.tally.waiting:
            raise _NotAll
        await work.settle(tx, reached=work.tally.reached, count=stored)
        await importing.finish(tx, work.one, run=work.id, state=State.DONE, refused=0)

    await loading.load(
        work.context, by=work.by, registry=work.registry, rows=rows(), batch=GROUP_ROWS, refused=work.refuse,
        settled=settled, whole=True,
    )  # fmt: skip

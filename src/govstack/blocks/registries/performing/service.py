"""Automations at work: find what they are to handle, and handle one record after the other, each once (DRS-19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import structlog

from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.automations import service as automations
from govstack.blocks.registries.automations.errors import AutomationPaused, WrongSecret
from govstack.blocks.registries.automations.model import (
    CONFIRMED_DAYS,
    Automation,
    Item,
    State,
    TriggerKind,
    fields_looked_at,
    following,
    occasion,
)
from govstack.blocks.registries.changes import service as changes
from govstack.blocks.registries.changes.model import Change, ChangeKind
from govstack.blocks.registries.conditions.model import ALWAYS
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.handling import service as handling
from govstack.blocks.registries.handling.service import Work
from govstack.blocks.registries.performing import store
from govstack.blocks.registries.performing.model import (
    BACKLOG_MAX,
    DUE_MAX,
    FORGOTTEN_MAX,
    KEPT_DAYS,
    KEY_CHARACTERS_MAX,
    NAMED_MAX,
    RUN_SECONDS_MAX,
    TURN_ITEMS,
    follows,
    outcome,
    standing,
)
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Holds, Search
from govstack.kernel import clock, crypto, ids
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.db import Row, Transaction
from govstack.kernel.errors import BadRequest, Forbidden, NotFound, Unauthenticated

_log = structlog.get_logger(__name__)


async def look(context: Context) -> None:
    """Ask for a run of each automation that has something to do, and forget results of long ago."""
    async with context.database.transaction() as tx:
        for one in await automations.due(tx, limit=DUE_MAX):
            await automations.ask_for(tx, one)
        await automations.forget(tx, before=clock.now() - timedelta(days=KEPT_DAYS), limit=FORGOTTEN_MAX)


async def run(context: Context, *, automation_id: str) -> None:
    """Let one automation find its records and handle them one by one, as many as it may in one run.

    What is left waits for the next run. An automation that lost its owner or its rights is paused and says why.
    """
    async with context.database.reading(one_statement=True) as tx:
        automation = await automations.by_id(tx, context, automation_id)
    if automation is None or not automation.enabled:
        return
    try:
        work = await _work(context, automation)
    except (Forbidden, NotFound, Unauthenticated) as problem:
        await _pause(context, automation, problem.detail)
        return
    await _fire(context, automation)
    await _gather(context, work)
    states = await _handle_due(context, work)
    async with context.database.transaction() as tx:
        text = msgspec.json.encode(outcome(states)).decode()
        await automations.note_run(tx, automation, text)


async def _work(context: Context, automation: Automation) -> Work:
    """Return what handling records needs, under the rights that the owner has now; raises what stands in the way."""
    if clock.parse(automation.confirmed_at) < clock.now() - timedelta(days=CONFIRMED_DAYS):
        raise Forbidden("Nobody has confirmed the automation for a year.")
    registry = await design.by_id(context, registry_id=automation.registry_id)
    return await handling.work(context, automation=automation, by=automation.actor(), registry=registry)


async def _pause(context: Context, automation: Automation, because: str) -> None:
    _log.warning("automation.paused", automation=automation.id)
    async with context.database.transaction() as tx:
        row = await automations.by_id(tx, context, automation.id, lock=True)
        if row is not None and row.enabled:
            registry = Registry(automation.registry_id, str(automation.registry_id), "", ())
            await automations.switch(
                tx, by=SYSTEM, registry=registry, automation=row, enabled=False, because=because[:500]
            )


async def _fire(context: Context, automation: Automation) -> None:
    """Begin a sweep when the clock says so, and set when it says so next."""
    now = clock.now()
    if not automation.next_run_at or automation.next_run_at > clock.timestamp(now):
        return
    due = clock.parse(automation.next_run_at)
    moment = following(automation.definition.trigger, due, now)
    async with context.database.transaction() as tx:
        found = await automations.by_id(tx, context, automation.id, lock=True)
        if found is not None and found.enabled and found.next_run_at == automation.next_run_at:
            await automations.begin_sweep(tx, automation, f"clock:{automation.next_run_at}", moment)


@dataclass(slots=True)
class _Reach:
    """How far an automation came, while its row is locked."""

    automation: Automation
    position: int
    row_number: int
    sweep: str
    next_sweep: str
    room: int


async def _gather(context: Context, work: Work) -> None:
    """Note which records are to be handled, together with how far this looked: nothing is lost, nothing comes twice."""
    async with context.database.transaction() as tx:
        found = await automations.by_id(tx, context, work.automation.id, lock=True)
        if found is None or not found.enabled:
            return
        room = min(found.definition.records_max, BACKLOG_MAX - await automations.backlog(tx, found))
        reach = _Reach(found, found.position, found.row_number, found.sweep, found.next_sweep, room)
        if reach.sweep:
            await _gather_sweep(tx, work, reach)
        elif found.definition.trigger.kind is TriggerKind.CHANGE:
            await _gather_changes(tx, work.registry, reach)
        await automations.advance(
            tx,
            found,
            position=reach.position,
            row_number=reach.row_number,
            sweep=reach.sweep,
            next_sweep=reach.next_sweep,
        )


async def _gather_sweep(tx: Transaction, work: Work, reach: _Reach) -> None:
    """Take the next records that fit now, in the order of their creation."""
    if reach.room <= 0:
        return
    found = await _fitting(tx, work.sight, work.automation, after=reach.row_number, limit=reach.room)
    repeat = reach.automation.definition.repeat
    items = [_item(reach.automation, occasion(repeat, reach.sweep, row["revision"]), row["uuid"]) for row in found]
    if items:
        await automations.add_items(tx, items)
        reach.row_number = int(found[-1]["number"])
    if len(found) < reach.room:
        reach.sweep, reach.next_sweep, reach.row_number = reach.next_sweep, "", 0


async def _fitting(tx: Transaction, sight: Sight, automation: Automation, *, after: int, limit: int) -> Sequence[Row]:
    condition = automation.definition.condition
    terms = () if condition == ALWAYS else (Holds(condition, fields_looked_at(condition)),)
    return await reading.rows_in(tx, sight, Search(terms, after=after), limit=max(limit, 2))


async def _gather_changes(tx: Transaction, registry: Registry, reach: _Reach) -> None:
    """Follow the change log: its order is the order in which changes were committed, so none is ever missed."""
    while reach.room > 0:
        entries = await changes.following(tx, registry.id, after=reach.position)
        if not entries:
            return
        wanted = [entry for entry in entries if follows(reach.automation, entry)]
        causes = {item.id: item for item in await _causes(tx, wanted)}
        for entry in entries:
            if reach.room <= 0:
                return
            if entry in wanted and not await _take(tx, registry, reach, entry, causes.get(entry.correlation_id)):
                return
            reach.position, reach.row_number = entry.position, 0


async def _causes(tx: Transaction, entries: Sequence[Change]) -> list[Item]:
    """Return the records whose handling made changes: their ids are what those changes are correlated by."""
    named = {entry.correlation_id for entry in entries}
    return await automations.items_named(tx, sorted(named))


async def _take(tx: Transaction, registry: Registry, reach: _Reach, entry: Change, cause: Item | None) -> bool:
    """Note the records of one change; tells whether that were all of them."""
    records, whole = [entry.record], True
    if entry.kind is ChangeKind.LOADED:
        after = max(entry.first_number - 1, reach.row_number)
        found = await store.loaded(tx, registry, after=after, last=entry.last_number, limit=reach.room)
        records = [row["uuid"] for row in found]
        reach.row_number = int(found[-1]["number"]) if found else entry.last_number
        whole = reach.row_number >= entry.last_number
    state, reason, chain = standing(reach.automation, cause)
    name = f"change:{entry.position}"
    await automations.add_items(tx, [_item(reach.automation, name, one, state, reason, chain) for one in records])
    reach.room -= len(records)
    return whole


def _item(  # noqa: PLR0917 (one row)
    automation: Automation,
    name: str,
    record: str,
    state: State = State.WAITING,
    reason: str = "",
    chain: str = "",
) -> Row:
    now = clock.timestamp()
    return {
        "id": ids.new_id(), "automation_id": automation.id, "occasion": name, "record": record, "state": state.value,
        "reason": reason, "chain": chain, "due_at": now, "created_at": now,
    }  # fmt: skip


async def _handle_due(context: Context, work: Work) -> list[State]:
    """Handle one record after the other until none is due, or the run is as long as it may be."""
    states: list[State] = []
    until = clock.monotonic() + RUN_SECONDS_MAX
    while len(states) < work.automation.definition.records_max and clock.monotonic() < until:
        async with context.database.reading(one_statement=True) as tx:
            found = await automations.next_items(tx, work.automation, limit=TURN_ITEMS)
        if not found:
            break
        for item in found[: work.automation.definition.records_max - len(states)]:
            state = await handling.handle(context, work, item)
            if state is None:
                return states
            states.append(state)
    return states


async def called(context: Context, *, automation_id: str, secret: str, records: Sequence[str], key: str) -> int:
    """Start an automation by its address: for the named records, or else for all that fit; returns how many are named.

    The same key means the same call, which happens once. Raises WrongSecret and AutomationPaused.
    """
    if len(records) > NAMED_MAX:
        raise BadRequest(f"Name at most {NAMED_MAX} records.", fields={"records": f"are at most {NAMED_MAX}"})
    name = f"call:{key[:KEY_CHARACTERS_MAX] or ids.new_id()}"
    async with context.database.transaction() as tx:
        found = await automations.by_id(tx, context, automation_id, lock=True)
        known = found.secret_digest if found is not None else ""
        if not crypto.equal(known, crypto.digest(secret.encode())) or found is None or not known:
            raise WrongSecret
        if not records:
            await automations.begin(tx, found, name)
            return 0
        if not found.enabled:
            raise AutomationPaused
        await automations.add_items(tx, [_item(found, name, record) for record in dict.fromkeys(records)])
        await automations.ask_for(tx, found.id)
    return len(records)

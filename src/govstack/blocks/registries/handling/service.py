"""Use case of handling one record: into a registry in one transaction, or outside with a key that tells repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.automations import service as automations
from govstack.blocks.registries.automations.model import (
    SERVICES,
    Automation,
    Item,
    Operation,
    State,
    TargetKind,
    fields_looked_at,
)
from govstack.blocks.registries.automations.service import SIGNING
from govstack.blocks.registries.conditions.model import holds
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.handling import gateways
from govstack.blocks.registries.handling.model import (
    ENDED,
    LEASE_SECONDS,
    NO_FIT,
    NO_MATCH,
    NO_OBJECT,
    NO_RECORD,
    TAKEN,
    UNKNOWN,
    Effect,
    Ending,
    Rehearsal,
    answered,
    failed,
    refused,
    settled,
    skipped,
)
from govstack.blocks.registries.mappings.model import Unconverted, applied
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Search, query_terms
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.model import Reason
from govstack.blocks.registries.writing import service as writing
from govstack.blocks.registries.writing.service import Prepared
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.errors import Problem
from govstack.kernel.jobs import RetryPolicy
from govstack.kernel.log import CORRELATION
from govstack.kernel.mediation import Reply

AGAIN = RetryPolicy(first_seconds=30.0, factor=2.0, longest_seconds=3_600.0)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What handling records needs: the rights of whom the automation works for, decided once for a run.

    `prepared` is for writing to the target registry, `back` for writing answers into the record itself.
    """

    automation: Automation
    registry: Registry
    sight: Sight
    prepared: Prepared | None = None
    back: Prepared | None = None

    @property
    def reason(self) -> Reason:
        """Return what the log of reads says of this."""
        return Reason(f"Automation {self.automation.code}")


class _CallsUsedUp(Exception):
    """The automation made all the calls it may make in this minute."""


class _Undone(Exception):
    """A rehearsal is over: nothing of it stays."""


async def work(context: Context, *, automation: Automation, by: Actor, registry: Registry) -> Work:
    """Return what handling needs under somebody's rights; raises the refusal of the first right that is missing."""
    one = automation.definition
    sight = await admission.admitted(context, by=by, registry=registry, kind=ServiceKind.LIST)
    sight.refuse_hidden(fields_looked_at(one.condition))
    prepared = back = None
    if one.target.kind is TargetKind.REGISTRY:
        target = await design.latest(context, code=one.target.registry)
        prepared = await writing.prepared(context, by=by, registry=target, kind=SERVICES[one.target.operation])
    if one.answers:
        back = await writing.prepared(context, by=by, registry=registry, kind=ServiceKind.UPDATE)
    return Work(automation, registry, sight, prepared, back)


async def handle(context: Context, work: Work, item: Item) -> State | None:
    """Handle one record, and return what became of it; None when no call is left in this minute.

    What it changes carries the id of the item as its correlation, by which automations know what automations did.
    """
    mark = CORRELATION.set(item.id)
    try:
        return await (_write(context, work, item) if work.prepared is not None else _send(context, work, item))
    except _CallsUsedUp:
        return None
    finally:
        CORRELATION.reset(mark)


async def _write(context: Context, work: Work, item: Item) -> State:
    """Write to the target registry and note that in one transaction: both happen, once, or neither."""
    try:
        async with context.database.transaction() as tx:
            if not await _take(tx, item):
                return State.WORKING
            end = await _look(tx, context, work, item.record)
            if not isinstance(end, Ending):
                end = await _apply(tx, work, end)
            return await _settle(tx, work, item, end)
    except Exception as error:  # noqa: BLE001 - whatever it is, the record says so and the next one has its turn
        end = _fault(work, error)
    async with context.database.transaction() as tx:
        if not await _take(tx, item):
            return State.WORKING
        return await _settle(tx, work, item, end)


def _fault(work: Work, error: Exception) -> Ending:
    if isinstance(error, Problem):
        return refused(error)
    if isinstance(error, Unconverted):
        return failed(f"{error}.")
    if isinstance(error, UniqueViolation):
        return failed(TAKEN)
    _log.error("automation.failed", automation=work.automation.id, error=type(error).__name__)
    return failed(UNKNOWN, again=True)


async def _take(tx: Transaction, item: Item) -> bool:
    return await automations.take(tx, item, until=clock.now() + timedelta(seconds=LEASE_SECONDS))


async def _settle(tx: Transaction, work: Work, item: Item, end: Ending) -> State:
    attempts = item.attempts + 1
    state = settled(work.automation, attempts, end)
    pause = AGAIN.pause_seconds(attempts) if state is State.WAITING else 0.0
    due_at = clock.now() + timedelta(seconds=pause)
    await automations.settle(tx, item, state=state, reason=end.reason, due_at=due_at)
    return state


async def _look(tx: Transaction, context: Context, work: Work, record: str) -> Ending | dict[str, Any]:
    """Return what the mapping makes of a record as it is now, or why it is left alone; that it was read is logged."""
    found = await reading.rows_in(tx, work.sight, Search(uuid=record), limit=1)
    if not found:
        return skipped(NO_RECORD)
    content = work.sight.shown(found[0])
    if not holds(work.automation.definition.condition, content, work.registry.kinds):
        return skipped(NO_FIT)
    await usage.log_in(tx, context, work.sight, found, work.reason)
    return applied(work.automation.definition.mapping, content)


async def _apply(tx: Transaction, work: Work, values: Mapping[str, Any]) -> Ending:
    if work.prepared is None:
        raise RuntimeError("This automation writes to no registry.")
    operation, registry = work.automation.definition.target.operation, work.prepared.sight.registry
    act = await writing.begin(tx, work.prepared)
    found = []
    if operation is not Operation.CREATE:
        query = {name: values.get(name) for name in work.automation.definition.target.match}
        if missing := next((name for name, value in query.items() if value is None), ""):
            return failed(f"{missing} has no value, so that no record can be found.")
        found = await act.matching(Search(query_terms(registry, query)), limit=1)
    if found:
        await act.change(found[0], values)
        effect = Effect.CHANGES
    elif operation is Operation.UPDATE:
        return skipped(NO_MATCH)
    else:
        await act.insert(values)
        effect = Effect.CREATES
    await act.close()
    return Ending(State.DONE, effect=effect)


async def _send(context: Context, work: Work, item: Item) -> State:
    """Send what the mapping makes, with no transaction open meanwhile; a lease that ends lets another try again."""
    try:
        async with context.database.transaction() as tx:
            if not await _take(tx, item):
                return State.WORKING
            if item.attempts >= work.automation.definition.attempts_max:
                return await _settle(tx, work, item, Ending(State.DEAD, ENDED))
            values = await _look(tx, context, work, item.record)
            if isinstance(values, Ending):
                return await _settle(tx, work, item, values)
            if not await automations.take_call(tx, work.automation):
                raise _CallsUsedUp
        reply = await _call(context, work, values, item.id)
        end = answered(reply.status)
        if end is None:
            return await _take_in(context, work, item, reply)
    except _CallsUsedUp:
        raise
    except Exception as error:  # noqa: BLE001 - see _write
        end = _fault(work, error)
    async with context.database.transaction() as tx:
        await _take(tx, item)  # where the first transaction came to nothing; else this does nothing
        return await _settle(tx, work, item, end)


async def _call(context: Context, work: Work, values: Mapping[str, Any], key: str) -> Reply:
    target, owner = work.automation.definition.target, work.automation.owner
    if target.kind is TargetKind.SERVICE:
        user = owner.id if owner.kind == "person" else ""
        if target.application not in automations.rules(context).applications:
            return Reply(403, {}, b"")
        return await gateways.call_service(context, target, values, key=key, user=user)
    sealed = work.automation.signing_key or b""
    signing_key = context.keys.open(SIGNING, sealed, bound_to=work.automation.id).decode()
    return await gateways.call_address(
        context, target, values, key=key, signing_key=signing_key, rules=automations.rules(context)
    )


async def _take_in(context: Context, work: Work, item: Item, reply: Reply) -> State:
    """Put what was answered into the record, and note that in the same transaction."""
    values: dict[str, Any] = {}
    if work.automation.definition.answers:
        answer = reply.json()
        if not isinstance(answer, Mapping):
            raise Unconverted(NO_OBJECT.removesuffix("."))
        values = applied(work.automation.definition.answers, answer)
    async with context.database.transaction() as tx:
        end = Ending(State.DONE, effect=Effect.SENDS)
        if values and work.back is not None:
            act = await writing.begin(tx, work.back)
            found = await act.matching(Search(uuid=item.record), limit=1)
            if found:
                await act.change(found[0], values)
                await act.close()
            else:
                end = failed(NO_RECORD)
        return await _settle(tx, work, item, end)


async def rehearse(context: Context, *, by: Actor, code: str, name: str, record: str) -> Rehearsal:
    """Return what would happen to a record, under the rights of whoever asks; nothing is changed and nothing sent.

    That the record was read is logged. Raises UnknownAutomation, NoRecord, and refusals for want of a right.
    """
    automation = await automations.one(context, by=by, code=code, name=name)
    registry = await design.by_id(context, registry_id=automation.registry_id)
    made = await work(context, automation=automation, by=by, registry=registry)
    found = await reading.read_record(context, by=by, registry=registry, uuid=record, reason=made.reason)
    values: dict[str, Any] = {}
    end = Ending(State.DONE, effect=Effect.SENDS)
    try:
        async with context.database.transaction() as tx:
            looked = await _look(tx, context, made, found.uuid)
            if isinstance(looked, Ending):
                end = looked
            else:
                values = looked
                end = await _apply(tx, made, values) if made.prepared is not None else end
            raise _Undone
    except _Undone:
        return Rehearsal(end, values)
    except (Problem, Unconverted, UniqueViolation) as error:
        return Rehearsal(_fault(made, error), values)

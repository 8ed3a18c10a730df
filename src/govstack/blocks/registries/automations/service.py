"""Use cases of automations: define, switch on and off, confirm, delete, start, and look at what became of records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.automations import store
from govstack.blocks.registries.automations.errors import AutomationPaused, BadAutomation, UnknownAutomation
from govstack.blocks.registries.automations.model import (
    AUTOMATIONS_MAX,
    CODE_PATTERN,
    RUN,
    SERVICES,
    Automation,
    Definition,
    Item,
    Rules,
    State,
    TargetKind,
    TriggerKind,
    faults,
    following,
    target_faults,
)
from govstack.blocks.registries.automations.store import SQL
from govstack.blocks.registries.changes import service as changes
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import Registry, ServiceKind, may_manage, may_see_definition
from govstack.kernel import audit, clock, crypto, destinations, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden
from govstack.kernel.pagination import page_size

SIGNING = "automation-signing"
HOSTS, APPLICATIONS, PRIVATE = "AUTOMATION_HOSTS", "AUTOMATION_APPLICATIONS", "AUTOMATION_PRIVATE_ADDRESSES"
RESULTS = 50
RESULTS_MAX = 500


@dataclass(frozen=True, slots=True)
class Saved:
    """An automation as it is now, and secrets that are shown this once: of its own address, and what it signs with."""

    automation: Automation
    secret: str = ""
    signing_key: str = ""


def rules(context: Context) -> Rules:
    """Return what operators allow automations to call; nothing unless they say so."""
    settings = context.settings
    hosts = tuple(one.strip().lower() for one in settings.text(HOSTS).split(",") if one.strip())
    applications = tuple(one.strip() for one in settings.text(APPLICATIONS).split(",") if one.strip())
    private = settings.switch(PRIVATE)
    where = destinations.Rules(hosts, plain=private, reach="machine" if private else "public")
    return Rules(where, applications)


def address(context: Context, automation: Automation) -> str:
    """Return the address that starts an automation; only its secret opens it."""
    return f"{context.public_url}/api/v1/automations/{automation.id}/calls"


async def listed(context: Context, *, by: Actor, code: str) -> list[Automation]:
    """Return the automations of a registry; raises UnknownRegistry and Forbidden."""
    registry = await _seen(context, by, code)
    async with context.database.reading() as tx:
        return await store.of_registry(tx, context.keys, registry.id, limit=AUTOMATIONS_MAX)


async def one(context: Context, *, by: Actor, code: str, name: str) -> Automation:
    """Return one automation; raises UnknownAutomation."""
    registry = await _seen(context, by, code)
    async with context.database.reading() as tx:
        return await _found(tx, context, registry, name)


async def put(
    context: Context, *, by: Actor, code: str, name: str, definition: Definition, enabled: bool = True
) -> Saved:
    """Create an automation or replace it; from now on it works under the rights of whoever did so.

    Raises BadAutomation, which names what is wrong and which right is missing, UnknownRegistry and Forbidden.
    """
    registry = await _managed(context, by, code)
    await _refuse_faults(context, by, registry, name, definition)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        before = await store.by_code(tx, context.keys, registry.id, name)
        if before is None and len(await SQL.of_registry(tx, registry_id=registry.id, limit=AUTOMATIONS_MAX)) >= (
            AUTOMATIONS_MAX
        ):
            raise BadAutomation(
                f"A registry has at most {AUTOMATIONS_MAX} automations.", fields={"name": "is one too many"}
            )
        saved = await _put(tx, context, by, registry, name, definition, enabled, before)
        await _audit(tx, by, "saved", registry, name, {"definition": crypto.digest(_text(definition)), "on": enabled})
    return saved


def _text(definition: Definition) -> bytes:
    return store.definition_text(definition).encode()


async def _put(  # noqa: PLR0917 (one row, of all that makes it)
    tx: Transaction,
    context: Context,
    by: Actor,
    registry: Registry,
    name: str,
    definition: Definition,
    enabled: bool,
    before: Automation | None,
) -> Saved:
    now, one_id = clock.now(), before.id if before else ids.new_id()
    secret, digest = _secret(definition, before)
    key, sealed = _signing(context, definition, before, one_id)
    follows = before is not None and before.definition.trigger.kind is TriggerKind.CHANGE
    position = before.position if before and follows else await changes.position(tx, registry.id)
    await SQL.put(
        tx,
        id=one_id,
        registry_id=registry.id,
        code=name,
        name=definition.name.strip(),
        definition=_text(definition).decode(),
        kind=definition.trigger.kind.value,
        enabled=enabled,
        owner=store.sealed_owner(context.keys, one_id, by),
        owner_name=by.name or by.id,
        confirmed_at=clock.timestamp(now),
        secret_digest=digest,
        signing_key=sealed,
        position=position,
        next_run_at=_next(definition, now) if enabled else None,
        changed_at=clock.timestamp(now),
        changed_by=by.name or by.id,
    )
    made = await store.by_code(tx, context.keys, registry.id, name)
    if made is None:
        raise UnknownAutomation
    return Saved(made, secret, key)


def _next(definition: Definition, now: datetime) -> str | None:
    moment = following(definition.trigger, now, now)
    return clock.timestamp(moment) if moment else None


def _secret(definition: Definition, before: Automation | None) -> tuple[str, str]:
    """Return a new secret of the automation's own address with its digest, or nothing new."""
    if definition.trigger.kind is not TriggerKind.WEBHOOK:
        return "", ""
    if before is not None and before.secret_digest:
        return "", before.secret_digest
    secret = ids.new_secret()
    return secret, crypto.digest(secret.encode())


def _signing(
    context: Context, definition: Definition, before: Automation | None, one_id: str
) -> tuple[str, bytes | None]:
    """Return a new key to sign calls with, sealed, or nothing new."""
    if definition.target.kind is not TargetKind.WEBHOOK:
        return "", None
    if before is not None and before.signing_key is not None:
        return "", before.signing_key
    key = ids.new_secret()
    return key, context.keys.seal(SIGNING, key.encode(), bound_to=one_id)


async def _refuse_faults(context: Context, by: Actor, registry: Registry, name: str, definition: Definition) -> None:
    wrong = await wrong_parts(context, by=by, registry=registry, name=name, definition=definition)
    if wrong:
        raise BadAutomation("; ".join(f"{where} {why}" for where, why in wrong.items()) + ".", fields=wrong)


async def wrong_parts(
    context: Context, *, by: Actor, registry: Registry, name: str, definition: Definition
) -> dict[str, str]:
    """Return what is wrong with an automation by its part, and which parts need a right that somebody does not have."""
    wrong = faults(definition, registry)
    if not CODE_PATTERN.fullmatch(name):
        wrong["code"] = "has small letters, digits and -, the first a letter"
    target = await target_registry(context, definition)
    wrong |= target_faults(definition, target, rules(context))
    return {**await _missing_rights(context, by, registry, target, definition), **wrong}


async def target_registry(context: Context, definition: Definition) -> Registry | None:
    """Return the newest version of the registry that results go to, if they go to one that is there."""
    if definition.target.kind is not TargetKind.REGISTRY:
        return None
    try:
        return await design.latest(context, code=definition.target.registry)
    except UnknownRegistry:
        return None


async def _missing_rights(
    context: Context, by: Actor, registry: Registry, target: Registry | None, definition: Definition
) -> dict[str, str]:
    """Return which rights the automation would lack, since it has those of whoever saves it, and no others."""
    wanted = [("condition", registry, ServiceKind.LIST)]
    if target is not None:
        wanted.append(("registry", target, SERVICES[definition.target.operation]))
    if definition.answers:
        wanted.append(("answers", registry, ServiceKind.UPDATE))
    return {
        where: "needs a right that you do not have"
        for where, which, kind in wanted
        if not which.works(kind) or await admission.permitted(context, by=by, registry=which, kind=kind) is None
    }


async def set_enabled(context: Context, *, by: Actor, code: str, name: str, enabled: bool) -> Automation:
    """Switch an automation on or off; what changed meanwhile is caught up with. Repeats change nothing."""
    registry = await _managed(context, by, code)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        found = await _found(tx, context, registry, name)
        if found.enabled is not enabled:
            await switch(tx, by=by, registry=registry, automation=found, enabled=enabled)
        return await _found(tx, context, registry, name)


async def switch(
    tx: Transaction, *, by: Actor, registry: Registry, automation: Automation, enabled: bool, because: str = ""
) -> None:
    """Switch an automation on or off in the caller's transaction, and say why."""
    now = clock.now()
    await SQL.set_enabled(
        tx,
        id=automation.id,
        enabled=enabled,
        because=because,
        next_run_at=_next(automation.definition, now) if enabled else None,
        changed_at=clock.timestamp(now),
        changed_by=by.name or by.id,
    )
    detail: dict[str, object] = {"because": because} if because else {}
    await _audit(tx, by, "switched-on" if enabled else "switched-off", registry, automation.code, detail)


async def confirm(context: Context, *, by: Actor, code: str, name: str) -> Automation:
    """Take over an automation as it is: it goes on under the rights of whoever confirms it. Raises BadAutomation."""
    registry = await _managed(context, by, code)
    before = await one(context, by=by, code=code, name=name)
    await _refuse_faults(context, by, registry, name, before.definition)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        found = await _found(tx, context, registry, name)
        if found.definition != before.definition:
            raise UnknownAutomation
        owner, moment = store.sealed_owner(context.keys, found.id, by), clock.timestamp()
        await SQL.confirm(tx, id=found.id, owner=owner, owner_name=by.name or by.id, confirmed_at=moment)
        await switch(tx, by=by, registry=registry, automation=found, enabled=True)
        await _audit(tx, by, "confirmed", registry, name, {})
        return await _found(tx, context, registry, name)


async def renew_secret(context: Context, *, by: Actor, code: str, name: str) -> Saved:
    """Make new secrets; the old ones stop working at once."""
    registry = await _managed(context, by, code)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        found = await _found(tx, context, registry, name)
        secret, digest = _secret(found.definition, None)
        key, sealed = _signing(context, found.definition, None, found.id)
        await SQL.set_secret(tx, id=found.id, secret_digest=digest, signing_key=sealed)
        await _audit(tx, by, "secret-renewed", registry, name, {})
        return Saved(await _found(tx, context, registry, name), secret, key)


async def delete(context: Context, *, by: Actor, code: str, name: str) -> None:
    """Delete an automation with its results; what is not there is deleted already."""
    registry = await _managed(context, by, code)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        found = await store.by_code(tx, context.keys, registry.id, name)
        if found is not None:
            await SQL.drop(tx, id=found.id)
            await _audit(tx, by, "deleted", registry, name, {})


async def start(context: Context, *, by: Actor, code: str, name: str) -> Automation:
    """Let an automation go through all records that fit now; raises AutomationPaused."""
    registry = await _managed(context, by, code)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        found = await _found(tx, context, registry, name)
        await begin(tx, found, f"asked:{ids.new_id()}")
        await _audit(tx, by, "started", registry, name, {})
        return await _found(tx, context, registry, name)


async def begin(tx: Transaction, automation: Automation, sweep: str) -> None:
    """Begin a sweep through all records, unless one goes on; raises AutomationPaused."""
    if not automation.enabled:
        raise AutomationPaused
    await SQL.begin_sweep(tx, id=automation.id, sweep=sweep, next_run_at=automation.next_run_at)
    await ask_for(tx, automation.id)


async def ask_for(tx: Transaction, automation_id: str) -> None:
    """Ask for a run of an automation; while one is asked for, there is no second."""
    await jobs.enqueue(tx, RUN, {"automation": automation_id}, key=automation_id)


async def results(
    context: Context,
    *,
    by: Actor,
    code: str,
    name: str,
    state: State | None = None,
    before: str = "",
    size: int | None = None,
) -> tuple[list[Item], bool]:
    """Return what became of records, newest first, and whether there is more."""
    registry = await _seen(context, by, code)
    most = page_size(size, default=RESULTS, most=RESULTS_MAX)
    async with context.database.reading() as tx:
        found = await _found(tx, context, registry, name)
        rows = await SQL.results(
            tx, automation_id=found.id, state=state.value if state else "", before=before, limit=most + 1
        )
    return store.items(rows[:most]), len(rows) > most


async def again(context: Context, *, by: Actor, code: str, name: str, result: str) -> None:
    """Try a record again that failed or was given up; raises UnknownAutomation when it is none of those."""
    registry = await _managed(context, by, code)
    async with context.database.transaction() as tx:
        await design.managed(tx, by, code)
        found = await _found(tx, context, registry, name)
        if not await SQL.again(tx, id=result, automation_id=found.id, now=clock.timestamp()):
            raise UnknownAutomation
        await _audit(tx, by, "tried-again", registry, name, {"result": result})
        await ask_for(tx, found.id)


async def _seen(context: Context, by: Actor, code: str) -> Registry:
    registry = (await design.definition(context, by=by, key=code))[0]
    if not may_see_definition(by, registry.stewards):
        raise Forbidden
    return registry


async def _managed(context: Context, by: Actor, code: str) -> Registry:
    """Return the newest published version of a registry that somebody manages."""
    registry = (await design.definition(context, by=by, key=code))[0]
    if not may_manage(by, registry.stewards):
        raise Forbidden
    if not registry.version:
        raise BadAutomation("Publish the registry first.", fields={"registry": "is not published yet"})
    return registry


async def _found(tx: Transaction, context: Context, registry: Registry, name: str) -> Automation:
    found = await store.by_code(tx, context.keys, registry.id, name)
    if found is None:
        raise UnknownAutomation
    return found


async def _audit(  # noqa: PLR0917 (one line of the audit trail)
    tx: Transaction, by: Actor, act: str, registry: Registry, name: str, detail: dict[str, object]
) -> None:
    await audit.record(
        tx, by=by, action=f"registries.automation.{act}", subject=f"{registry.code}/{name}", detail=detail
    )


async def by_id(tx: Transaction, context: Context, automation_id: str, *, lock: bool = False) -> Automation | None:
    """Return an automation for the rooms that do its work; with a lock, nobody else moves it on meanwhile."""
    return await store.by_id(tx, context.keys, automation_id, lock=lock)


async def due(tx: Transaction, *, limit: int) -> list[str]:
    """Return the automations that have something to do."""
    return [row["id"] for row in await SQL.due(tx, now=clock.timestamp(), limit=limit)]


async def forget(tx: Transaction, *, before: datetime, limit: int) -> None:
    """Forget results of long ago."""
    await SQL.forget(tx, before=clock.timestamp(before), limit=limit)


async def note_run(tx: Transaction, automation: Automation, outcome: str) -> None:
    """Note that an automation ran, and with what outcome."""
    await SQL.note_run(tx, id=automation.id, moment=clock.timestamp(), outcome=outcome)


async def begin_sweep(tx: Transaction, automation: Automation, sweep: str, then: datetime | None) -> None:
    """Begin a sweep that the clock asks for, and set when it asks next."""
    await SQL.begin_sweep(tx, id=automation.id, sweep=sweep, next_run_at=clock.timestamp(then) if then else None)


async def advance(
    tx: Transaction, automation: Automation, *, position: int, row_number: int, sweep: str, next_sweep: str
) -> None:
    """Note how far an automation looked, together with what it found."""
    await SQL.advance(
        tx, id=automation.id, position=position, row_number=row_number, sweep=sweep, next_sweep=next_sweep
    )


async def backlog(tx: Transaction, automation: Automation) -> int:
    """Return how many records wait."""
    return int(await SQL.backlog(tx, automation_id=automation.id))


async def add_items(tx: Transaction, items: list[dict[str, object]]) -> None:
    """Note records to be handled; those noted before on the same occasion stay as they are."""
    if items:
        await SQL.add_items(tx, items)


async def items_named(tx: Transaction, names: list[str]) -> list[Item]:
    """Return records that automations handled, by the ids their changes are correlated by."""
    return store.items(await SQL.items_named(tx, ids=names)) if names else []


async def next_items(tx: Transaction, automation: Automation, *, limit: int) -> list[Item]:
    """Return the records whose turn it is."""
    rows = await SQL.next_items(tx, automation_id=automation.id, now=clock.timestamp(), limit=limit)
    return store.items(rows)


async def take(tx: Transaction, item: Item, *, until: datetime) -> bool:
    """Take a record until a moment; false when somebody else has it."""
    return bool(await SQL.take(tx, id=item.id, now=clock.timestamp(), until=clock.timestamp(until)))


async def settle(tx: Transaction, item: Item, *, state: State, reason: str, due_at: datetime) -> None:
    """Say how the attempt ended that took a record."""
    now = clock.timestamp()
    attempts, moment = item.attempts + 1, clock.timestamp(due_at)
    await SQL.settle(tx, id=item.id, attempts=attempts, state=state.value, reason=reason, due_at=moment, now=now)


async def take_call(tx: Transaction, automation: Automation) -> bool:
    """Take one of the calls that an automation may make in this minute; false when they are used up."""
    minute, most = clock.timestamp()[:16], automation.definition.calls_max
    return bool(await SQL.take_call(tx, id=automation.id, minute=minute, most=most))

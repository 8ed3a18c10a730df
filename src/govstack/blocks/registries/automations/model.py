"""Automations: what starts them, which records they take, what they make of each, and where that goes (DRS-19)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from govstack.blocks.registries.conditions.model import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    ConditionError,
    check,
    paths,
)
from govstack.blocks.registries.design.model import Registry, ServiceKind, pointer
from govstack.blocks.registries.mappings.model import Rule
from govstack.kernel import destinations
from govstack.kernel.actor import Actor
from govstack.kernel.destinations import fault_of

RUN = "registries.automation-run"
CODE_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,63}")
AUTOMATIONS_MAX = 100
NAME_CHARACTERS_MAX = 200
MINUTES_MAX = 525_600
RECORDS_MAX, RECORDS = 5_000, 500
CALLS_MINUTE_MAX, CALLS_MINUTE = 6_000, 60
ATTEMPTS_MAX, ATTEMPTS = 20, 6
MATCHED_MAX = 10
ADDRESS_CHARACTERS_MAX = 1_000
CHAIN_MAX = 5
CONFIRMED_DAYS = 365
METHODS = ("POST", "PUT", "PATCH")
APPLICATION_PATTERN = re.compile(r"[\w.-]{1,64}(/[\w.-]{1,64}){2}")
SERVICE_PATTERN = re.compile(r"[\w.-]{1,64}(/[\w.-]{1,64}){3}")
PATH_PATTERN = re.compile(r"(/[A-Za-z0-9._~-]{1,100}){0,20}")
_FAULTS = {
    "": "",
    "address": "is https://, a host and a path, without name, password and query",
    "plain": "starts with https://",
    "unlisted": "is at a host that this installation does not let automations call",
    "inside": "is not on the public network",
}


class TriggerKind(StrEnum):
    """What starts an automation: some minutes going by, a time of day, a change of a record, a call of its address."""

    TIMER = "timer"
    DAILY = "daily"
    CHANGE = "change"
    WEBHOOK = "webhook"


class Repeat(StrEnum):
    """Whether a record that fits is taken once for all, again after it changed, or each time."""

    ONCE = "once"
    CHANGED = "changed"
    ALWAYS = "always"


class TargetKind(StrEnum):
    """Where results go: into a registry, to a service of another member, or to an address outside."""

    REGISTRY = "registry"
    SERVICE = "service"
    WEBHOOK = "webhook"


class Operation(StrEnum):
    """What is done with a record of the target registry."""

    CREATE = "create"
    UPDATE = "update"
    UPSERT = "upsert"


class State(StrEnum):
    """How far one record came: waiting and working come to an end, failed and dead can be tried again by hand."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    DEAD = "dead"


SERVICES: Mapping[Operation, ServiceKind] = {
    Operation.CREATE: ServiceKind.CREATE,
    Operation.UPDATE: ServiceKind.UPDATE,
    Operation.UPSERT: ServiceKind.UPSERT,
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts an automation; `at` is a time of day such as 06:30 in `zone`."""

    kind: TriggerKind
    minutes: int = 0
    at: str = ""
    zone: str = "UTC"
    created: bool = True
    changed: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """Where results go. `match` names the fields that find the record to change in the target registry."""

    kind: TargetKind
    registry: str = ""
    operation: Operation = Operation.UPSERT
    match: tuple[str, ...] = ()
    application: str = ""
    service: str = ""
    method: str = "POST"
    path: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What an analyst wants done. `answers` maps what a service answers into fields of the record."""

    name: str
    trigger: Trigger
    target: Target
    mapping: tuple[Rule, ...]
    condition: Condition = ALWAYS
    answers: tuple[Rule, ...] = ()
    repeat: Repeat = Repeat.CHANGED
    records_max: int = RECORDS
    calls_max: int = CALLS_MINUTE
    attempts_max: int = ATTEMPTS


@dataclass(frozen=True, slots=True)
class Automation:
    """A definition and how far it came; it works under the rights that `owner` has now."""

    id: str
    registry_id: int
    code: str
    definition: Definition
    enabled: bool
    owner: Actor = field(repr=False)
    owner_name: str
    confirmed_at: str
    paused_because: str = ""
    position: int = 0
    row_number: int = 0
    sweep: str = ""
    next_sweep: str = ""
    next_run_at: str | None = None
    last_run_at: str | None = None
    last_outcome: str = ""
    changed_at: str = ""
    changed_by: str = ""
    secret_digest: str = field(default="", repr=False)
    signing_key: bytes | None = field(default=None, repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)

    def actor(self) -> Actor:
        """Return who acts: the owner, under a name that tells the log what did it."""
        one, name = self.owner, f"{self.owner.name or self.owner.id} ({self.code})"
        return Actor(
            one.kind, one.id, name, one.roles, one.scopes, one.application, one.attributes, one.on_behalf_of
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One record to handle on one occasion. `chain` holds the automations that led to it, the first one first."""

    id: str
    automation_id: str
    occasion: str
    record: str
    state: State
    attempts: int
    reason: str
    chain: str
    due_at: str
    created_at: str
    changed_at: str

    @property
    def ancestors(self) -> tuple[str, ...]:
        """Return the automations that led here, and the one that handles it."""
        return (*self.chain.split(), self.automation_id)


NOWHERE = destinations.Rules()


@dataclass(frozen=True, slots=True)
class Rules:
    """What operators allow: where automations may lead, and applications that they may call as."""

    destinations: destinations.Rules = NOWHERE
    applications: tuple[str, ...] = ()


def occasion(repeat: Repeat, sweep: str, revision: int) -> str:
    """Return the name of the occasion on which a record is taken: the same name means that it was taken already."""
    return {Repeat.ONCE: "once", Repeat.CHANGED: f"revision:{revision}", Repeat.ALWAYS: sweep}[repeat]


def following(trigger: Trigger, due: datetime, now: datetime) -> datetime | None:
    """Return when the clock starts an automation after a moment it was due; None for those no clock starts.

    What was missed while nothing ran is made up for once. A time of day that a change of clocks leaves out comes an
    hour later, one that comes twice counts once.
    """
    if trigger.kind is TriggerKind.TIMER:
        step = timedelta(minutes=trigger.minutes)
        return due + step * max(1, (now - due) // step + 1)
    if trigger.kind is not TriggerKind.DAILY:
        return None
    zone, at = ZoneInfo(trigger.zone), time.fromisoformat(trigger.at)
    day = now.astimezone(zone).date()
    moment = datetime.combine(day, at, tzinfo=zone)
    if moment.timestamp() <= now.timestamp():
        moment = datetime.combine(day + timedelta(days=1), at, tzinfo=zone)
    return moment.astimezone(now.tzinfo)


def faults(one: Definition, registry: Registry) -> dict[str, str]:
    """Return what is wrong with a definition by its part, as far as it and its registry tell."""
    wrong: dict[str, str] = {}
    if not 0 < len(one.name.strip()) <= NAME_CHARACTERS_MAX:
        wrong["name"] = f"has 1 to {NAME_CHARACTERS_MAX} characters"
    wrong |= _trigger_faults(one.trigger)
    try:
        check(one.condition, registry.kinds)
        if _asks_for_caller(one.condition):
            wrong["condition"] = "cannot ask who calls, for nobody does"
    except ConditionError as error:
        wrong["condition"] = str(error)
    if unknown := unknown_fields((path for rule in one.mapping for path in rule.sources), registry):
        wrong["mapping"] = f"takes {unknown}, which is no field of the registry"
    if not one.mapping:
        wrong["mapping"] = "has at least one rule"
    if unknown := unknown_fields((path for rule in one.answers for path in rule.targets), registry):
        wrong["answers"] = f"write {unknown}, which is no field of the registry"
    if one.answers and one.target.kind is TargetKind.REGISTRY:
        wrong["answers"] = "come from services and addresses only"
    limits = (("records", one.records_max, RECORDS_MAX), ("calls", one.calls_max, CALLS_MINUTE_MAX))
    for name, given, most in (*limits, ("attempts", one.attempts_max, ATTEMPTS_MAX)):
        if not 0 < given <= most:
            wrong[name] = f"are 1 to {most}"
    return wrong


def _trigger_faults(trigger: Trigger) -> dict[str, str]:
    if trigger.kind is TriggerKind.TIMER and not 0 < trigger.minutes <= MINUTES_MAX:
        return {"minutes": f"are 1 to {MINUTES_MAX}"}
    if trigger.kind is TriggerKind.CHANGE and not (trigger.created or trigger.changed):
        return {"trigger": "follows new records, changed ones, or both"}
    if trigger.kind is not TriggerKind.DAILY:
        return {}
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", trigger.at):
        return {"at": "is a time such as 06:30"}
    return {} if is_zone(trigger.zone) else {"zone": "is a time zone such as Africa/Nairobi"}


@lru_cache(maxsize=1_000)
def is_zone(name: str) -> bool:
    """Tell whether a time zone is known by this name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _asks_for_caller(condition: Condition) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return any(map(_asks_for_caller, condition.parts))
    return bool(condition.attribute)


def unknown_fields(wanted: Iterable[tuple[str, ...]], registry: Registry) -> str:
    """Return the first path that is no field of a registry, or nothing."""
    return next((pointer(path) for path in wanted if path not in registry.by_path), "")


def target_faults(one: Definition, target: Registry | None, rules: Rules) -> dict[str, str]:
    """Return what is wrong with where results go; deny by default."""
    where = one.target
    if where.kind is TargetKind.REGISTRY:
        return _registry_faults(one, target)
    if where.kind is TargetKind.WEBHOOK:
        fault = address_fault(where.address, rules)
        return {"address": fault} if fault else {}
    wrong: dict[str, str] = {}
    if not APPLICATION_PATTERN.fullmatch(where.application) or where.application not in rules.applications:
        wrong["application"] = "is none that this installation lets automations call as"
    if not SERVICE_PATTERN.fullmatch(where.service):
        wrong["service"] = "is CLASS/MEMBER/APPLICATION/SERVICE"
    if where.method not in METHODS:
        wrong["method"] = f"is one of {', '.join(METHODS)}"
    if not PATH_PATTERN.fullmatch(where.path) or "/.." in where.path or "/./" in f"{where.path}/":
        wrong["path"] = "starts with / and holds letters, digits and . _ ~ -"
    return wrong


def _registry_faults(one: Definition, target: Registry | None) -> dict[str, str]:
    if target is None:
        return {"registry": "is no published registry"}
    wrong: dict[str, str] = {}
    if unknown := unknown_fields((path for rule in one.mapping for path in rule.targets), target):
        wrong["mapping"] = f"writes {unknown}, which is no field of {target.code}"
    if one.target.operation is Operation.CREATE:
        return wrong
    written = {path for rule in one.mapping for path in rule.targets}
    if not 0 < len(one.target.match) <= MATCHED_MAX:
        wrong["match"] = f"names 1 to {MATCHED_MAX} fields that find the record"
    elif unknown := next((name for name in one.target.match if (name,) not in target.by_path), ""):
        wrong["match"] = f"names {unknown}, which is no field of {target.code}"
    elif missing := next((name for name in one.target.match if (name,) not in written), ""):
        wrong.setdefault("mapping", f"does not write {missing}, by which the record is found")
    return wrong


def address_fault(address: str, rules: Rules) -> str:
    """Return why an address may not be called, or nothing; what it resolves to is checked when it is called."""
    if "?" in address or len(address) > ADDRESS_CHARACTERS_MAX:
        return _FAULTS["address"]
    return _FAULTS[fault_of(address, rules.destinations)]


def fields_looked_at(condition: Condition) -> tuple[tuple[str, ...], ...]:
    """Return the fields that a condition compares."""
    return tuple(paths(condition))

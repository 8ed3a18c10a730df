"""Wire shapes of automations."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.automations.errors import BadAutomation
from govstack.blocks.registries.automations.model import (
    ATTEMPTS,
    CALLS_MINUTE,
    RECORDS,
    Automation,
    Definition,
    Item,
    Operation,
    Repeat,
    State,
    Target,
    TargetKind,
    Trigger,
    TriggerKind,
)
from govstack.blocks.registries.automations.service import Saved
from govstack.blocks.registries.conditions.model import ALWAYS, ConditionError
from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.mappings.model import MappingError, Rule
from govstack.blocks.registries.mappings.model import read as read_mapping
from govstack.blocks.registries.mappings.model import write as write_mapping

Text = Annotated[str, Meta(max_length=1_000)]
RuleList = Annotated[
    list[dict[str, Any]],
    Meta(
        max_length=200,
        description="{from: [fields], to: [fields], convert: [{as, text, into, table}]}; as is text, number, whole,"
        " yes-no, date, join, split, upper, lower, trim, constant or lookup",
    ),
]
ConditionObject = Annotated[dict[str, Any], Meta(description="{all: […]}, {any: […]} or {field, operator, value}")]


class TriggerShape(msgspec.Struct, rename="camel", omit_defaults=True):
    """What starts it: every so many minutes, daily at a time in a zone, a change of a record, or its own address."""

    kind: TriggerKind
    minutes: int = 0
    at: Annotated[str, Meta(max_length=5)] = ""
    zone: Annotated[str, Meta(max_length=64)] = "UTC"
    created: bool = True
    changed: bool = True


class TargetShape(msgspec.Struct, rename="camel", omit_defaults=True):
    """Where results go: a registry, a service of another member, or an address that operators allow."""

    kind: TargetKind
    registry: Text = ""
    operation: Operation = Operation.UPSERT
    match: Annotated[list[Text], Meta(max_length=10)] = []
    application: Text = ""
    service: Text = ""
    method: Annotated[str, Meta(max_length=10)] = "POST"
    path: Text = ""
    address: Text = ""


class AutomationRequest(msgspec.Struct, rename="camel"):
    """An automation to create or replace; it works under the rights of the caller."""

    name: Text
    trigger: TriggerShape
    target: TargetShape
    mapping: RuleList
    condition: ConditionObject | None = None
    answers: RuleList = []
    repeat: Annotated[
        Repeat, Meta(description="Whether a record that fits is taken once, again after it changed, or each time")
    ] = Repeat.CHANGED
    records_per_run: int = RECORDS
    calls_per_minute: int = CALLS_MINUTE
    attempts: int = ATTEMPTS
    enabled: bool = True


class AutomationShape(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """An automation and how far it came. Secrets are shown once, in the answer to what made them."""

    id: str
    code: str
    name: str
    enabled: bool
    trigger: TriggerShape
    target: TargetShape
    mapping: RuleList
    answers: RuleList = []
    condition: ConditionObject | None = None
    repeat: str
    records_per_run: int
    calls_per_minute: int
    attempts: int
    owner: str
    confirmed_at: str
    paused_because: str = ""
    next_run_at: str | None = None
    last_run_at: str | None = None
    counts: dict[str, int] = {}
    changed_at: str
    changed_by: str
    address: str = ""
    secret: str = ""
    signing_key: str = ""


class AutomationList(msgspec.Struct):
    """The automations of a registry."""

    automations: list[AutomationShape]


class StateRequest(msgspec.Struct):
    """Whether an automation is on."""

    enabled: bool


class ResultShape(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """What became of one record on one occasion."""

    id: str
    record: str
    occasion: str
    state: str
    attempts: int
    reason: str = ""
    due_at: str
    changed_at: str


class ResultList(msgspec.Struct, omit_defaults=True):
    """Results, newest first; `next` is where the next page starts."""

    results: list[ResultShape]
    next: str = ""


def definition(request: AutomationRequest) -> Definition:
    """Return the definition of a request; raises BadAutomation."""
    try:
        condition = ALWAYS if request.condition is None else read_condition(request.condition)
    except ConditionError as error:
        raise BadAutomation(f"condition: {error}", fields={"condition": str(error)}) from error
    asked, where = request.trigger, request.target
    return Definition(
        request.name,
        Trigger(asked.kind, asked.minutes, asked.at, asked.zone, asked.created, asked.changed),
        Target(
            where.kind, where.registry, where.operation, tuple(where.match), where.application, where.service,
            where.method, where.path, where.address,
        ),
        rules("mapping", request.mapping),
        condition,
        rules("answers", request.answers),
        request.repeat,
        request.records_per_run,
        request.calls_per_minute,
        request.attempts,
    )  # fmt: skip


def rules(name: str, given: object) -> tuple[Rule, ...]:
    """Return the rules of a mapping; raises BadAutomation."""
    try:
        return read_mapping(given)
    except MappingError as error:
        raise BadAutomation(f"{name}: {error}", fields={name: str(error)}) from error


def shape(one: Automation, *, address: str = "", secret: str = "", signing_key: str = "") -> AutomationShape:
    """Return an automation as it is written."""
    made = one.definition
    trigger, target = made.trigger, made.target
    return AutomationShape(
        id=one.id, code=one.code, name=made.name, enabled=one.enabled,
        trigger=TriggerShape(
            trigger.kind, trigger.minutes, trigger.at, trigger.zone, trigger.created, trigger.changed
        ),
        target=TargetShape(
            target.kind, target.registry, target.operation, list(target.match), target.application, target.service,
            target.method, target.path, target.address,
        ),
        mapping=write_mapping(made.mapping), answers=write_mapping(made.answers),
        condition=None if made.condition == ALWAYS else write_condition(made.condition), repeat=made.repeat.value,
        records_per_run=made.records_max, calls_per_minute=made.calls_max, attempts=made.attempts_max,
        owner=one.owner_name, confirmed_at=one.confirmed_at, paused_because=one.paused_because,
        next_run_at=one.next_run_at, last_run_at=one.last_run_at, counts=dict(one.counts), changed_at=one.changed_at,
        changed_by=one.changed_by, address=address if trigger.kind is TriggerKind.WEBHOOK else "", secret=secret,
        signing_key=signing_key,
    )  # fmt: skip


def saved(one: Saved, address: str) -> AutomationShape:
    """Return an automation with the secrets that are shown this once."""
    return shape(one.automation, address=address, secret=one.secret, signing_key=one.signing_key)


def results(found: list[Item], *, more: bool) -> ResultList:
    """Return results as they are written."""
    shown = [
        ResultShape(
            id=one.id, record=one.record, occasion=one.occasion, state=one.state.value, attempts=one.attempts,
            reason=one.reason, due_at=one.due_at, changed_at=one.changed_at,
        )
        for one in found
    ]  # fmt: skip
    return ResultList(shown, found[-1].id if more and found else "")


def state(text: str) -> State | None:
    """Return the state that a filter asks for, or None for all."""
    return State(text) if text in tuple(State) else None

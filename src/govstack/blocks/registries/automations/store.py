"""Rows of automations and of what became of each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from govstack.blocks.registries.automations.model import (
    Automation,
    Definition,
    Item,
    Operation,
    Repeat,
    Target,
    TargetKind,
    Trigger,
    TriggerKind,
)
from govstack.blocks.registries.conditions.model import ALWAYS
from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.mappings.model import read as read_mapping
from govstack.blocks.registries.mappings.model import write as write_mapping
from govstack.kernel.actor import Actor
from govstack.kernel.crypto import Keyring
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
OWNER = "automation-owner"


def definition_text(one: Definition) -> str:
    """Return a definition as the text that is kept."""
    condition = None if one.condition == ALWAYS else write_condition(one.condition)
    kept = {
        "name": one.name, "trigger": one.trigger, "target": one.target, "condition": condition,
        "mapping": write_mapping(one.mapping), "answers": write_mapping(one.answers), "repeat": one.repeat,
        "records_max": one.records_max, "calls_max": one.calls_max, "attempts_max": one.attempts_max,
    }  # fmt: skip
    return msgspec.json.encode(kept).decode()


def _definition(text: str) -> Definition:
    kept: dict[str, Any] = msgspec.json.decode(text)
    trigger, target = kept["trigger"], kept["target"]
    return Definition(
        name=kept["name"],
        trigger=Trigger(**{**trigger, "kind": TriggerKind(trigger["kind"])}),
        target=Target(
            **{
                **target,
                "kind": TargetKind(target["kind"]),
                "operation": Operation(target["operation"]),
                "match": tuple(target["match"]),
            }
        ),
        mapping=read_mapping(kept["mapping"]),
        condition=ALWAYS if kept["condition"] is None else read_condition(kept["condition"]),
        answers=read_mapping(kept["answers"]),
        repeat=Repeat(kept["repeat"]),
        records_max=kept["records_max"],
        calls_max=kept["calls_max"],
        attempts_max=kept["attempts_max"],
    )


def sealed_owner(keys: Keyring, automation_id: str, by: Actor) -> bytes:
    """Return who an automation works for, so that only this automation can be given their rights."""
    return keys.seal(OWNER, by.to_bytes(), bound_to=automation_id)


def _owner(keys: Keyring, row: Row) -> Actor:
    return Actor.from_bytes(keys.open(OWNER, bytes(row["owner"]), bound_to=row["id"]))


def automation(keys: Keyring, row: Row, counts: Mapping[str, int] | None = None) -> Automation:
    """Return the automation of a row."""
    names = (
        "id", "registry_id", "code", "owner_name", "confirmed_at", "paused_because", "position", "row_number", "sweep",
        "next_sweep", "next_run_at", "last_run_at", "last_outcome", "changed_at", "changed_by", "secret_digest",
    )  # fmt: skip
    return Automation(
        **{name: row[name] for name in names},
        definition=_definition(row["definition"]),
        enabled=bool(row["enabled"]),
        owner=_owner(keys, row),
        signing_key=None if row["signing_key"] is None else bytes(row["signing_key"]),
        counts=counts or {},
    )


async def of_registry(tx: Transaction, keys: Keyring, registry_id: int, *, limit: int) -> list[Automation]:
    """Return the automations of a registry with how many records came how far."""
    rows = await SQL.of_registry(tx, registry_id=registry_id, limit=limit)
    counts: dict[str, dict[str, int]] = {}
    for row in await SQL.counts(tx, ids=[row["id"] for row in rows]):
        counts.setdefault(row["automation_id"], {})[row["state"]] = row["number"]
    return [automation(keys, row, counts.get(row["id"])) for row in rows]


async def by_code(tx: Transaction, keys: Keyring, registry_id: int, code: str) -> Automation | None:
    """Return one automation of a registry with its counts."""
    row = await SQL.by_code(tx, registry_id=registry_id, code=code)
    if row is None:
        return None
    counts = {one["state"]: one["number"] for one in await SQL.counts(tx, ids=[row["id"]])}
    return automation(keys, row, counts)


async def by_id(tx: Transaction, keys: Keyring, automation_id: str, *, lock: bool = False) -> Automation | None:
    """Return one automation; with a lock, nobody else moves it on until the transaction ends."""
    row = await (SQL.locked if lock else SQL.by_id)(tx, id=automation_id)
    return None if row is None else automation(keys, row)


def items(rows: Sequence[Row]) -> list[Item]:
    """Return what rows say of records."""
    return msgspec.convert(rows, list[Item], strict=False)

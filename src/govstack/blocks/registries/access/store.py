"""Rows of grants, policies and groups."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from govstack.blocks.registries.access.model import Effect, Grant, Group, Policy
from govstack.blocks.registries.conditions.model import ALWAYS
from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.design.model import ServiceKind
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
GRANTS_MAX = 2_000
POLICIES_MAX = 500
MEMBERS_MAX = 20_000

Row = dict[str, Any]


def grant_row(grant: Grant) -> Row:
    """Return a grant as its row."""
    condition = None if grant.condition == ALWAYS else _json(write_condition(grant.condition))
    return {
        "id": grant.id, "registry_id": grant.registry_id or None, "policy": grant.policy or None,
        "subject": grant.subject, "effect": grant.effect.value,
        "services": _json(sorted(kind.value for kind in grant.services)),
        "fields": None if grant.fields is None else _json(sorted(grant.fields)), "condition": condition,
        "own_records": grant.own_records, "owner": grant.owner, "purpose": grant.purpose,
        "legal_basis": grant.legal_basis, "consent_purpose": grant.consent_purpose, "valid_from": grant.valid_from,
        "valid_until": grant.valid_until, "created_at": grant.created_at, "created_by": grant.created_by,
    }  # fmt: skip


def _grant(row: Row) -> Grant:
    return Grant(
        id=row["id"], subject=row["subject"], effect=Effect(row["effect"]), registry_id=row["registry_id"] or 0,
        services=frozenset(map(ServiceKind, msgspec.json.decode(row["services"]))),
        fields=None if row["fields"] is None else frozenset(msgspec.json.decode(row["fields"])),
        condition=ALWAYS if row["condition"] is None else read_condition(msgspec.json.decode(row["condition"])),
        own_records=bool(row["own_records"]), owner=row["owner"], purpose=row["purpose"],
        legal_basis=row["legal_basis"], consent_purpose=row["consent_purpose"], valid_from=row["valid_from"],
        valid_until=row["valid_until"], policy=row["policy"] or "", created_at=row["created_at"],
        created_by=row["created_by"],
    )  # fmt: skip


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def grants(tx: Transaction, registry_id: int) -> tuple[Grant, ...]:
    """Return the grants on one registry that were not revoked."""
    return tuple(_grant(row) for row in await SQL.grants(tx, registry_id=registry_id, limit=GRANTS_MAX))


async def policies(tx: Transaction) -> tuple[Policy, ...]:
    """Return all policies with their grants."""
    of_policy: dict[str, list[Grant]] = defaultdict(list)
    for row in await SQL.policy_grants(tx, limit=GRANTS_MAX):
        of_policy[row["policy"]].append(_grant(row))
    return tuple(
        Policy(**{**row, "automatic": bool(row["automatic"])}, grants=tuple(of_policy[row["code"]]))
        for row in await SQL.policies(tx, limit=POLICIES_MAX)
    )


async def groups(tx: Transaction) -> tuple[Group, ...]:
    """Return all groups with their members."""
    members: dict[tuple[str, str, str], list[str]] = {}
    for row in await SQL.groups(tx, limit=MEMBERS_MAX):
        known = members.setdefault((row["code"], row["name"], row["names"]), [])
        if row["member"] is not None:
            known.append(row["member"])
    return tuple(
        Group(code, name, tuple(found), msgspec.json.decode(names, type=dict[str, str]))
        for (code, name, names), found in members.items()
    )

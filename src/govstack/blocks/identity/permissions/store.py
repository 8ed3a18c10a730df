"""Rows of permissions."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.permissions.model import Permission
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
_LISTS = ("scopes", "claims", "asked")


async def keep(tx: Transaction, permission: Permission) -> None:
    """Keep what a person allowed, in the place of what they allowed before."""
    await SQL.end(tx, person_id=permission.person_id, client_id=permission.client_id, now=permission.at)
    columns = msgspec.to_builtins(permission)
    del columns["ended_at"]
    lists = {name: msgspec.json.encode(columns[name]).decode() for name in _LISTS}
    await SQL.keep(tx, **{**columns, **lists})


async def present(tx: Transaction, *, person_id: str, client_id: str) -> Permission | None:
    """Return what a person allows a client now, or nothing."""
    row = await SQL.present(tx, person_id=person_id, client_id=client_id)
    return None if row is None else _permission(row)


async def of_person(tx: Transaction, *, person_id: str, limit: int) -> list[Permission]:
    """Return what a person allowed, the newest first, with what has ended."""
    return [_permission(row) for row in await SQL.of_person(tx, person_id=person_id, limit=limit)]


def _permission(row: Row) -> Permission:
    return msgspec.convert({**row, **{name: _list(row, name) for name in _LISTS}}, Permission)


def _list(row: Row, column: str) -> object:
    return msgspec.json.decode(str(row[column]))

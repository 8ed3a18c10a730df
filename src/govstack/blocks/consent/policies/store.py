"""Rows of policies."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Row:
    """A policy as it is found: what it says stands in its newest revision."""

    id: str
    revision_id: str
    deleted: bool


async def add(tx: Transaction, *, policy_id: str, revision_id: str, created_at: str) -> None:
    """Add a policy."""
    await SQL.add(tx, id=policy_id, revision_id=revision_id, created_at=created_at)


async def revise(tx: Transaction, row: Row, *, revision_id: str, deleted: bool) -> bool:
    """Give a policy its next revision; false when somebody else did."""
    return bool(await SQL.revise(tx, id=row.id, revision_id=revision_id, deleted=deleted, previous_id=row.revision_id))


async def by_id(tx: Transaction, policy_id: str) -> Row | None:
    """Return a policy."""
    found = await SQL.by_id(tx, id=policy_id)
    return None if found is None else msgspec.convert(found, Row, strict=False)


async def held(tx: Transaction, policy_id: str) -> Row | None:
    """Return a policy and keep others from it until the transaction ends."""
    found = await SQL.held(tx, id=policy_id)
    return None if found is None else msgspec.convert(found, Row, strict=False)


async def listed(tx: Transaction, *, limit: int, offset: int) -> list[Row]:
    """Return policies, the oldest first."""
    return msgspec.convert(await SQL.listed(tx, limit=limit, offset=offset), list[Row], strict=False)

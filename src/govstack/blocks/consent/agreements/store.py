"""Rows of agreements and controllers."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.consent.agreements.model import Controller
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement as it is found: what it says stands in its newest revision."""

    id: str
    revision_id: str
    policy_id: str | None
    active: bool
    forgettable: bool
    terminated: bool


async def add(tx: Transaction, row: Row, *, created_at: str) -> None:
    """Add an agreement."""
    await SQL.add(
        tx, id=row.id, revision_id=row.revision_id, policy_id=row.policy_id, active=row.active,
        forgettable=row.forgettable, created_at=created_at,
    )  # fmt: skip


async def revise(tx: Transaction, row: Row, *, previous_id: str) -> bool:
    """Give an agreement its next revision; false when somebody else did."""
    return bool(
        await SQL.revise(
            tx, id=row.id, revision_id=row.revision_id, policy_id=row.policy_id, active=row.active,
            forgettable=row.forgettable, terminated=row.terminated, previous_id=previous_id,
        )
    )  # fmt: skip


async def by_id(tx: Transaction, agreement_id: str, *, locked: bool = False) -> Row | None:
    """Return an agreement; a locked one stays as it is until the transaction ends."""
    found = await (SQL.locked_by_id if locked else SQL.by_id)(tx, id=agreement_id)
    return None if found is None else msgspec.convert(found, Row, strict=False)


async def listed(tx: Transaction, *, terminated_too: bool, active_only: bool, limit: int, offset: int) -> list[Row]:
    """Return agreements, the oldest first."""
    rows = await SQL.listed(tx, terminated_too=terminated_too, active_only=active_only, limit=limit, offset=offset)
    return msgspec.convert(rows, list[Row], strict=False)


async def active_under(tx: Transaction, policy_id: str) -> int:
    """Return how many active agreements stand under a policy."""
    return int(await SQL.active_under(tx, policy_id=policy_id))


async def controller(tx: Transaction, *, controller_id: str = "", name: str = "", url: str = "") -> Controller | None:
    """Return a controller by its id, or else by name and address."""
    if controller_id:
        found = await SQL.controller_by_id(tx, id=controller_id)
    else:
        found = await SQL.controller_by_name(tx, name=name, url=url)
    return None if found is None else msgspec.convert(found, Controller)


async def add_controller(tx: Transaction, controller: Controller) -> None:
    """Add a controller, unless there is one of this name and address."""
    await SQL.add_controller(tx, id=controller.id, name=controller.name, url=controller.url)

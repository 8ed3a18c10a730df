"""Rows of authenticator apps; their secrets are sealed before they get here."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.authenticators.model import AUTHENTICATORS_MAX, Authenticator
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Row(Authenticator):
    """An app as kept."""

    content: bytes


async def begin(tx: Transaction, row: Row) -> None:
    """Keep an app that is about to be added, in the place of one whose first code never came."""
    await SQL.forget_begun(tx, person_id=row.person_id)
    await SQL.add(tx, id=row.id, person_id=row.person_id, name=row.name, content=row.content, made_at=row.made_at)


async def listed(tx: Transaction, *, person_id: str) -> list[Row]:
    """Return the apps of a person, the oldest first."""
    rows = await SQL.listed(tx, person_id=person_id, limit=AUTHENTICATORS_MAX + 1)
    return msgspec.convert(rows, list[Row], strict=False)


async def use(tx: Transaction, *, authenticator_id: str, step: int, now: str) -> bool:
    """Note the time step of a code; false when a code of it was used before."""
    return bool(await SQL.use(tx, id=authenticator_id, step=step, now=now))


async def remove(tx: Transaction, *, person_id: str, authenticator_id: str) -> bool:
    """Remove an app; false when there was none."""
    return bool(await SQL.remove(tx, id=authenticator_id, person_id=person_id))


async def remove_all(tx: Transaction, *, person_id: str) -> int:
    """Remove the apps of a person, begun ones too; returns how many there were."""
    return int(await SQL.remove_all(tx, person_id=person_id))

"""Rows of events: who comes and who came."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel import ids
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.gatherings.model import ATTENDANTS_MAX, Attendant

SQL = queries(__file__)


async def register(
    tx: Transaction, *, gathering_id: str, person_id: str, at: str, needs_sealed: bytes | None
) -> None:  # fmt: skip
    """Write down that somebody comes, and what they need in order to take part."""
    await SQL.register(
        tx, id=ids.new_id(), gathering_id=gathering_id, person_id=person_id, at=at, needs_sealed=needs_sealed
    )  # fmt: skip


async def meet_needs(tx: Transaction, *, gathering_id: str, person_id: str, met: bool) -> bool:
    """Note whether what somebody needs is arranged; false where they need nothing."""
    return bool(await SQL.meet_needs(tx, gathering_id=gathering_id, person_id=person_id, met=int(met)))


async def needing(tx: Transaction) -> list[str]:
    """Return the events for which somebody said what they need."""
    return [row["gathering_id"] for row in await SQL.needing(tx)]


async def let_go_needs(tx: Transaction, *, gathering_ids: Sequence[str]) -> int:
    """Take away what people needed for events; return how many they were."""
    return int(await SQL.let_go_needs(tx, gathering_ids=list(gathering_ids)))


async def withdraw(tx: Transaction, *, gathering_id: str, person_id: str) -> None:
    """Write down that somebody does not come after all."""
    await SQL.withdraw(tx, gathering_id=gathering_id, person_id=person_id)


async def came(tx: Transaction, *, gathering_id: str, person_id: str, there: bool, at: str) -> None:
    """Write down whether somebody came."""
    await SQL.came(tx, id=ids.new_id(), gathering_id=gathering_id, person_id=person_id, came=int(there), at=at)


async def attendants(tx: Transaction, *, gathering_id: str) -> list[Attendant]:
    """Return who comes or came, without those who were erased."""
    rows = await SQL.attendants(tx, gathering_id=gathering_id, limit=ATTENDANTS_MAX)
    return msgspec.convert(rows, list[Attendant], strict=False)


async def counts(tx: Transaction, *, gathering_id: str) -> tuple[int, int]:
    """Return how many said that they come, and how many came."""
    row = await SQL.counts(tx, gathering_id=gathering_id)
    return (int(row["registered"]), int(row["came"])) if row is not None else (0, 0)


async def let_go(tx: Transaction, *, before: str) -> int:
    """Cut those who said before a moment that they come from their names; the count stays. Return how many."""
    return int(await SQL.let_go(tx, before=before))


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Take a person away; the count stays."""
    await SQL.forget(tx, person_id=person_id)

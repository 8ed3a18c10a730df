"""Rows of contributions; what their members say of them is sealed before it gets here."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.opportunities.model import ContributionState

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A contribution as a row holds it."""

    id: str
    community_id: str
    person_id: str
    opportunity: str
    role: str
    effort_hours: int
    due_on: str
    state: ContributionState
    note_sealed: bytes | None
    created_at: str
    changed_at: str


async def add(tx: Transaction, kept: Kept) -> None:
    """Add a contribution."""
    await SQL.add(
        tx, id=kept.id, community_id=kept.community_id, person_id=kept.person_id, opportunity=kept.opportunity,
        role=kept.role, effort_hours=kept.effort_hours, due_on=kept.due_on, at=kept.created_at,
    )  # fmt: skip


async def by_id(tx: Transaction, contribution_id: str) -> Kept | None:
    """Return a contribution."""
    row = await SQL.by_id(tx, id=contribution_id)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def of_person(tx: Transaction, *, person_id: str, limit: int) -> list[Kept]:
    """Return the contributions of a person, the newest first."""
    return msgspec.convert(await SQL.of_person(tx, person_id=person_id, limit=limit), list[Kept], strict=False)


async def contributors(tx: Transaction, community_id: str, *, after: str, limit: int) -> list[str]:
    """Return people with a confirmed contribution to a community, by their ids."""
    rows = await SQL.contributors(tx, community_id=community_id, after=after, limit=limit)
    return [row["person_id"] for row in rows]


async def count_contributors(tx: Transaction, community_id: str) -> int:
    """Return how many people have a confirmed contribution to a community."""
    return int(await SQL.count_contributors(tx, community_id=community_id))


async def of_community(tx: Transaction, *, community_id: str, after: str, limit: int) -> list[Kept]:
    """Return the contributions to a community, in the order of their ids."""
    rows = await SQL.of_community(tx, community_id=community_id, after=after, limit=limit)
    return msgspec.convert(rows, list[Kept], strict=False)


async def change(
    tx: Transaction, *, contribution_id: str, before: ContributionState, state: ContributionState,
    note_sealed: bytes | None, at: str,
) -> bool:  # fmt: skip
    """Write what a contribution has become; false when it is no more in the state that was read."""
    return bool(
        await SQL.change(
            tx, id=contribution_id, before=before.value, state=state.value, note_sealed=note_sealed, at=at
        )
    )  # fmt: skip


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Remove all contributions of a person."""
    await SQL.forget(tx, person_id=person_id)

"""Rows of communities: who belongs to them, and what was done in them."""

from __future__ import annotations

import msgspec

from govstack.kernel import ids
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.communities.model import Act, Member, MemberRole, Seat

SQL = queries(__file__)


async def member(tx: Transaction, *, community_id: str, person_id: str) -> Member | None:
    """Return the membership of somebody."""
    row = await SQL.member(tx, community_id=community_id, person_id=person_id)
    return None if row is None else msgspec.convert(row, Member, strict=False)


async def members(tx: Transaction, *, community_id: str, after: str, limit: int) -> list[Member]:
    """Return members in the order of their ids."""
    rows = await SQL.members(tx, community_id=community_id, after=after, limit=limit)
    return msgspec.convert(rows, list[Member], strict=False)


async def facilitators(tx: Transaction, *, community_id: str) -> list[str]:
    """Return who facilitates a community."""
    return [row["person_id"] for row in await SQL.facilitators(tx, community_id=community_id)]


async def of_person(tx: Transaction, *, person_id: str, limit: int) -> list[Member]:
    """Return the memberships of somebody, the newest first."""
    return msgspec.convert(await SQL.of_person(tx, person_id=person_id, limit=limit), list[Member], strict=False)


async def count(tx: Transaction, *, community_id: str) -> int:
    """Return how many members a community has."""
    return int(await SQL.count_members(tx, community_id=community_id))


async def seats(tx: Transaction, *, limit: int) -> list[Seat]:
    """Return who belongs to which community, and for which country."""
    return msgspec.convert(await SQL.seats(tx, limit=limit), list[Seat], strict=False)


async def put_member(
    tx: Transaction, *, community_id: str, person_id: str, role: MemberRole, country: str, at: str
) -> None:
    """Write somebody down as a member."""
    await SQL.put_member(
        tx, community_id=community_id, person_id=person_id, role=role.value, country=country, joined_at=at
    )  # fmt: skip


async def leave(tx: Transaction, *, community_id: str, person_id: str, at: str) -> bool:
    """Write down that somebody left; false when they were no member."""
    return bool(await SQL.leave(tx, community_id=community_id, person_id=person_id, left_at=at))


async def note(tx: Transaction, *, community_id: str, person_id: str | None, act: Act, reference: str, at: str) -> None:
    """Write down what was done."""
    await SQL.note(
        tx, id=ids.new_id(), community_id=community_id, person_id=person_id, act=act.value, reference=reference, at=at
    )  # fmt: skip


async def unnote(tx: Transaction, *, community_id: str, person_id: str, act: Act, reference: str) -> None:
    """Take back what was noted of somebody."""
    await SQL.unnote(tx, community_id=community_id, person_id=person_id, act=act.value, reference=reference)


async def last_act(tx: Transaction, *, community_id: str) -> str | None:
    """Return when something was last done."""
    at = await SQL.last_act(tx, community_id=community_id)
    return str(at) if at else None


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Take a person away from all communities."""
    await SQL.forget_members(tx, person_id=person_id)
    await SQL.forget_acts(tx, person_id=person_id)

"""Rows of profiles and of what they require."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.profiles.model import PROFILES_MAX, Profile, Requirement

SQL = queries(__file__)


async def put(tx: Transaction, profile: Profile, scales: Mapping[str, str], *, at: str) -> None:
    """Add or change a profile; `scales` names the scale of each competency that it requires."""
    head = msgspec.structs.replace(profile, requirements=())
    await SQL.put_profile(
        tx, id=profile.id, category=profile.category, criticality=profile.criticality,
        content=msgspec.json.encode(head).decode(), changed_at=at,
    )  # fmt: skip
    await SQL.clear_requirements(tx, profile_id=profile.id)
    await SQL.add_requirement(tx, [
        {"profile_id": profile.id, "competency_id": one.competency_id, "scale_id": scales[one.competency_id],
         "level": one.level, "criticality": one.criticality, "ours": one.ours}
        for one in profile.requirements
    ])  # fmt: skip


async def profiles(tx: Transaction) -> list[Profile]:
    """Return every profile with what it requires."""
    return await _whole(tx, await SQL.profiles(tx, limit=PROFILES_MAX))


async def by_ids(tx: Transaction, ids: Sequence[str]) -> list[Profile]:
    """Return profiles with what they require."""
    return await _whole(tx, await SQL.by_ids(tx, ids=list(ids)))


async def asking_for(tx: Transaction, competency_id: str) -> list[str]:
    """Return the ids of the profiles that require a competency."""
    rows = await SQL.asking_for(tx, competency_id=competency_id, limit=PROFILES_MAX)
    return [row["profile_id"] for row in rows]


async def outside(tx: Transaction) -> dict[str, int]:
    """Return the roles that posts name and nobody described, with the number of posts."""
    return {row["role_id"]: int(row["people"]) for row in await SQL.posts_outside(tx, limit=PROFILES_MAX)}


async def holders(tx: Transaction, organisation_ids: Sequence[str] | None = None) -> dict[str, int]:
    """Return how many people hold each role, in some organisations or in all."""
    if organisation_ids is None:
        rows = await SQL.holders(tx)
    else:
        rows = await SQL.holders_within(tx, organisation_ids=list(organisation_ids))
    return {row["role_id"]: int(row["people"]) for row in rows}


async def _whole(tx: Transaction, rows: Sequence[Row]) -> list[Profile]:
    required: dict[str, list[Requirement]] = {}
    for row in await SQL.requirements(tx, ids=[row["id"] for row in rows]):
        required.setdefault(row["profile_id"], []).append(
            Requirement(
                competency_id=row["competency_id"], level=row["level"], criticality=row["criticality"],
                ours=bool(row["ours"]),
            )
        )  # fmt: skip
    return [
        msgspec.structs.replace(
            msgspec.json.decode(row["content"], type=Profile), requirements=tuple(required.get(row["id"], ()))
        )
        for row in rows
    ]

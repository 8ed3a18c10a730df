"""Use cases of profiles: say what a role requires and how critical it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import Part
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Kind, Scale
from govstack.pillars.learn.needs.profiles import store
from govstack.pillars.learn.needs.profiles.errors import (
    CompetencyNotRated,
    LevelNotOffered,
    RequiredTwice,
    UnknownProfile,
)
from govstack.pillars.learn.needs.profiles.model import Profile, Requirement

SEED = Path(__file__).parents[2] / "seeds" / "profiles.yaml"


async def put(context: Context, *, by: Actor, profile: Profile) -> Profile:
    """Enter a profile, of the role model or of a country's own, or change it.

    Raises RequiredTwice, CompetencyNotRated and LevelNotOffered.
    """
    asked = [one.competency_id for one in profile.requirements]
    if len(set(asked)) != len(asked):
        raise RequiredTwice
    known = await frameworks.by_ids(context, competency_ids=asked)
    scales = await frameworks.scales(context)
    for one in profile.requirements:
        _check(one, known, scales)
    wanted = msgspec.structs.replace(
        profile, requirements=tuple(sorted(profile.requirements, key=lambda one: one.competency_id))
    )
    async with context.database.transaction() as tx:
        if await store.by_ids(tx, [wanted.id]) == [wanted]:
            return wanted
        await _put(tx, wanted, known)
        await audit.record(
            tx, by=by, action="learn.profile.put", subject=f"profile/{wanted.id}",
            detail={"criticality": wanted.criticality, "requirements": len(asked)},
        )  # fmt: skip
    return wanted


async def _put(tx: Transaction, profile: Profile, known: Mapping[str, Competency]) -> None:
    scales = {one.competency_id: known[one.competency_id].scale_id for one in profile.requirements}
    await store.put(tx, profile, scales, at=clock.timestamp())


def _check(one: Requirement, known: Mapping[str, Competency], scales: Mapping[str, Scale]) -> None:
    competency = known.get(one.competency_id)
    if competency is None or competency.retired or competency.kind is Kind.HEADING:
        raise CompetencyNotRated(fields={one.competency_id: CompetencyNotRated.title})
    if not competency.allows(scales[competency.scale_id], one.level):
        raise LevelNotOffered(fields={one.competency_id: LevelNotOffered.title})


async def profiles(context: Context) -> list[Profile]:
    """Return every profile with what it requires."""
    async with context.database.reading() as tx:
        return await store.profiles(tx)


async def by_ids(context: Context, *, profile_ids: Iterable[str]) -> dict[str, Profile]:
    """Return profiles by id, without those that nobody described."""
    async with context.database.reading() as tx:
        return {one.id: one for one in await store.by_ids(tx, sorted(set(profile_ids)))}


async def profile(context: Context, *, profile_id: str) -> Profile:
    """Return a profile; raises UnknownProfile."""
    found = await by_ids(context, profile_ids=[profile_id])
    if profile_id not in found:
        raise UnknownProfile
    return found[profile_id]


async def asking_for(context: Context, *, competency_id: str) -> list[Profile]:
    """Return the profiles that require a competency."""
    async with context.database.reading() as tx:
        return await store.by_ids(tx, await store.asking_for(tx, competency_id))


async def outside(context: Context) -> dict[str, int]:
    """Return the roles that posts name and nobody described, with the number of posts."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.outside(tx)


async def holders(context: Context, *, organisation_ids: Iterable[str] | None = None) -> dict[str, int]:
    """Return how many people hold each role, in some organisations or in all."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.holders(tx, None if organisation_ids is None else sorted(organisation_ids))


async def install(context: Context) -> int:
    """Bring the profiles of the role model; what a country changed since stays as it is. Frameworks come first."""
    shipped = {one.id: one for one in _shipped()}
    asked = {one.competency_id for profile in shipped.values() for one in profile.requirements}

    known = await frameworks.by_ids(context, competency_ids=asked)

    async def kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, Profile]:
        return {one.id: one for one in await store.by_ids(tx, wanted)}

    async def put(tx: Transaction, one: Profile) -> None:
        await _put(tx, one, known)

    return await bringing.bring(context, Part("profiles", shipped, kept, put))


@lru_cache(maxsize=1)
def _shipped() -> tuple[Profile, ...]:
    return msgspec.convert(read_yaml(SEED.read_text(encoding="utf-8")), tuple[Profile, ...])

"""Use cases of frameworks: enter scales and frameworks, each change a revision of its own, and read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from govstack.kernel import audit, clock, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import SEEDER, Part
from govstack.pillars.learn.needs.frameworks import store
from govstack.pillars.learn.needs.frameworks.errors import (
    CompetencyTaken,
    ScaleInUse,
    UnknownCompetency,
    UnknownFramework,
    UnknownScale,
)
from govstack.pillars.learn.needs.frameworks.model import (
    Competency,
    Framework,
    Kind,
    Relation,
    Revision,
    Scale,
    check,
    check_scale,
    settled,
)

SEEDS = Path(__file__).parents[2] / "seeds"


async def put_scale(context: Context, *, by: Actor, scale: Scale) -> Scale:
    """Enter a scale or change its words; raises BrokenScale, and ScaleInUse when a level would go that is used."""
    wanted = check_scale(scale)
    async with context.database.transaction() as tx:
        if await store.scale(tx, wanted.id) != wanted:
            await _put_scale(tx, by, wanted)
    return wanted


async def _put_scale(tx: Transaction, by: Actor, wanted: Scale) -> None:
    used = await store.levels_in_use(tx, wanted.id)
    if used - {0} - {one.ordinal for one in wanted.levels}:
        raise ScaleInUse
    await store.put_scale(tx, wanted, changed_at=clock.timestamp())
    await audit.record(tx, by=by, action="learn.scale.put", subject=f"scale/{wanted.id}")


async def scales(context: Context) -> dict[str, Scale]:
    """Return every scale by id."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.scales(tx)


async def put(context: Context, *, by: Actor, framework: Framework) -> Framework:
    """Enter a framework, or write its next revision; the same one again changes nothing.

    Competencies that it no longer names are retired and keep their ratings. Raises UnknownScale, BrokenFramework and
    CompetencyTaken.
    """
    wanted = settled(framework)
    for last in (False, True):
        try:
            async with context.database.transaction() as tx:
                number = await _put(tx, by, wanted)
        except (UniqueViolation, Contention):
            # Somebody else wrote a revision at the same moment: this one comes after it.
            if last:
                raise
        else:
            break
    return msgspec.structs.replace(wanted, revision=number)


async def _put(tx: Transaction, by: Actor, wanted: Framework) -> int:
    known = await store.scales(tx)
    if any(one.scale_id and one.scale_id not in known for one in wanted.competencies):
        raise UnknownScale
    check(wanted, known)
    number = await store.revision(tx, wanted.id)
    present = await store.framework(tx, wanted.id)
    if present is not None and settled(present) == wanted:
        return number
    if await store.owned_elsewhere(tx, wanted.id, [one.id for one in wanted.competencies]):
        raise CompetencyTaken
    await store.put_framework(tx, wanted, revision=number + 1, at=clock.timestamp())
    await audit.record(
        tx, by=by, action="learn.framework.put", subject=f"framework/{wanted.id}",
        detail={"revision": number + 1, "competencies": len(wanted.competencies)},
    )  # fmt: skip
    return number + 1


async def frameworks(context: Context) -> list[Framework]:
    """Return every framework without its competencies."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.frameworks(tx)


async def framework(context: Context, *, framework_id: str, revision: int = 0) -> Framework:
    """Return a framework with its competencies, as it is or as a revision had it; raises UnknownFramework."""
    async with context.database.reading() as tx:
        if revision:
            found = await store.at_revision(tx, framework_id, revision)
            found = msgspec.structs.replace(found, revision=revision) if found else None
        else:
            found = await store.framework(tx, framework_id)
    if found is None:
        raise UnknownFramework
    return found


async def revisions(context: Context, *, framework_id: str) -> list[Revision]:
    """Return the revisions of a framework, the last one first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.revisions(tx, framework_id)


async def competencies(context: Context, *, framework_id: str = "") -> list[Competency]:
    """Return what people can be rated on, of one framework or of all: no headings, nothing retired."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.competencies(tx, framework_id=framework_id)
    return [one for one in found if one.kind is not Kind.HEADING and not one.retired]


async def named(context: Context, *, text: str) -> Competency | None:
    """Return the competency that somebody means by its id, or by a code that no other competency has."""
    known = await competencies(context)
    found = [one for one in known if one.id == text] or [one for one in known if one.code == text]
    return found[0] if len(found) == 1 else None


async def by_ids(context: Context, *, competency_ids: Iterable[str]) -> dict[str, Competency]:
    """Return competencies by id, retired ones too, without those that are not known."""
    async with context.database.reading(one_statement=True) as tx:
        return {one.id: one for one in await store.by_ids(tx, sorted(set(competency_ids)))}


async def judged_in(
    tx: Transaction, *, competency_ids: Iterable[str]
) -> tuple[dict[str, Competency], dict[str, Scale]]:
    """Return competencies and every scale by id, inside a transaction: what ratings are judged by."""
    return {one.id: one for one in await store.by_ids(tx, sorted(set(competency_ids)))}, await store.scales(tx)


async def aligned_in(tx: Transaction, *, framework: str, code: str) -> list[tuple[Competency, Scale]] | None:
    """Return what a framework and a code that somebody wrote may mean, each with its scale, inside a transaction.

    A framework is meant by its id, else by its family, in capitals or not. None says that no such framework is held
    here, or one of which only the levels are: then nothing can be told of its codes.
    """
    meant = framework.strip().casefold()
    heads = await store.frameworks(tx) if meant else []
    named = [one for one in heads if one.id.casefold() == meant] or [
        one for one in heads if one.family.casefold() == meant
    ]
    found = [one for head in named for one in await store.competencies(tx, framework_id=head.id) if not one.retired]
    if not found:
        return None
    known = await store.scales(tx)
    return [(one, known[one.scale_id]) for one in found if one.code == code and one.scale_id]


async def competency(context: Context, *, competency_id: str) -> Competency:
    """Return a competency; raises UnknownCompetency."""
    found = await by_ids(context, competency_ids=[competency_id])
    if competency_id not in found:
        raise UnknownCompetency
    return found[competency_id]


async def relations_of(context: Context, *, competency_id: str) -> list[Relation]:
    """Return the relations that begin or end at a competency."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.relations_of(tx, competency_id)


async def install(context: Context) -> int:
    """Bring the scales and frameworks that come with the product; what a country changed since stays as it is.

    A framework that was put right is its next revision, and keeps the ratings of what it no longer names.
    """
    scales = {one.id: check_scale(one) for one in _scales_shipped()}
    files = {path.stem: path for path in sorted((SEEDS / "frameworks").glob("*.yaml"))}

    async def scales_kept(tx: Transaction, _wanted: Sequence[str]) -> dict[str, Scale]:
        return await store.scales(tx)

    async def put_scale(tx: Transaction, one: Scale) -> None:
        with suppress(ScaleInUse):
            await _put_scale(tx, SEEDER, one)

    async def frameworks_kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, Framework]:
        known = [await store.framework(tx, one) for one in wanted]
        return {one.id: settled(one) for one in known if one is not None}

    async def put_framework(tx: Transaction, path: Path) -> None:
        await _put(tx, SEEDER, _shipped(path))

    def digest(path: Path) -> str:
        return crypto.digest(path.read_bytes())

    written = await bringing.bring(context, Part("scales", scales, scales_kept, put_scale))
    return written + await bringing.bring(context, Part("frameworks", files, frameworks_kept, put_framework, digest))


@lru_cache(maxsize=1)
def _scales_shipped() -> tuple[Scale, ...]:
    return msgspec.convert(read_yaml((SEEDS / "scales.yaml").read_text(encoding="utf-8")), tuple[Scale, ...])


@lru_cache(maxsize=20)
def _shipped(path: Path) -> Framework:
    return settled(msgspec.convert(read_yaml(path.read_text(encoding="utf-8")), Framework))

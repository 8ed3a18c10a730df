"""Use cases of making material: keep what a state has brought forth, and go on to the next one (F14.3)."""

from __future__ import annotations

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import Material
from govstack.pillars.learn.stages import service as stages
from govstack.pillars.learn.stages.model import Artefact, Of, Stage


async def artefacts(context: Context, *, by: Actor, material_id: str) -> list[Artefact]:
    """Return what the states of material have brought forth; raises UnknownMaterial."""
    await materials.read(context, by=by, material_id=material_id)
    async with context.database.reading(one_statement=True) as tx:
        return await stages.artefacts(tx, Of.MATERIAL, material_id)


async def add(
    context: Context, *, by: Actor, material_id: str, words: str, stage: Stage | None = None
) -> Artefact:  # fmt: skip
    """Keep what the present state of material has brought forth.

    With `stage` only while it is that one. Raises UnknownMaterial, StageLeft, ArtefactsFull.
    """
    author = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        one = await materials.one_of(tx, material_id)
        made, new = await stages.add(
            tx, Of.MATERIAL, one.id, at=one.stage, stage=stage or one.stage, words=words, made_by=author.id
        )  # fmt: skip
        if new:
            detail = {"stage": made.stage.value}
            await audit.record(tx, by=by, action="learn.material.artefact", subject=f"material/{one.id}", detail=detail)
    return made


async def advance(context: Context, *, by: Actor, material_id: str, to: Stage) -> Material:
    """Bring material into its next state, or back to the first one for another round.

    Raises UnknownMaterial and ArtefactMissing.
    """
    async with context.database.transaction() as tx:
        one = await materials.one_of(tx, material_id)
        if one.stage is to:
            return one
        await stages.require(tx, Of.MATERIAL, one.id, at=one.stage, to=to)
        if await materials.set_stage(tx, one, to):
            detail = {"stage": to.value}
            await audit.record(tx, by=by, action="learn.material.advanced", subject=f"material/{one.id}", detail=detail)
        return await materials.one_of(tx, material_id)

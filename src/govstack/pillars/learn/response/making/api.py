"""The operations on how material is made."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.response.making import service
from govstack.pillars.learn.response.materials.errors import UnknownMaterial
from govstack.pillars.learn.response.materials.model import Material
from govstack.pillars.learn.stages.errors import ArtefactMissing, ArtefactsFull, StageLeft
from govstack.pillars.learn.stages.model import Artefact
from govstack.pillars.learn.stages.schemas import ArtefactGiven, ArtefactList, StageGiven

routes = Routes(tags=("Learning material",))
ONE = "/materials/{materialId}"


@routes.get(
    ONE + "/artefacts", access=needs(TEACH), answer=ArtefactList, operation_id="listMaterialArtefacts",
    errors=(UnknownMaterial,),
)  # fmt: skip
async def artefacts(call: Call) -> ArtefactList:
    """Read what the states of material have brought forth."""
    return ArtefactList(await service.artefacts(call.context, by=call.actor, material_id=call.path["materialId"]))


@routes.post(
    ONE + "/artefacts", access=needs(TEACH), body=ArtefactGiven, answer=Artefact, operation_id="addMaterialArtefact",
    errors=(UnknownMaterial, StageLeft, ArtefactsFull),
)  # fmt: skip
async def add(call: Call, body: ArtefactGiven) -> Artefact:
    """Keep what the present state of material has brought forth."""
    return await service.add(
        call.context, by=call.actor, material_id=call.path["materialId"], words=body.words, stage=body.stage
    )  # fmt: skip


@routes.put(
    ONE + "/stage", access=needs(TEACH), body=StageGiven, answer=Material, operation_id="advanceMaterial",
    errors=(UnknownMaterial, ArtefactMissing),
)  # fmt: skip
async def advance(call: Call, body: StageGiven) -> Material:
    """Bring material into its next state of design, once the present one has brought forth what it must."""
    return await service.advance(call.context, by=call.actor, material_id=call.path["materialId"], to=body.stage)

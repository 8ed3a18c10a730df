"""The page of how material is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.response.making import service
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.stages import presenters
from govstack.pillars.learn.stages.pages import went_on
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of material",))
ONE = "/materials/{materialId}"


@routes.page(ONE + "/making", access=needs(TEACH), operation_id="materialMakingPage")
async def show(call: Call) -> Page:
    """Show in which state of design material is, and what each has brought forth."""
    return await _shown(call, {})


@routes.form(ONE + "/stage", access=needs(TEACH), operation_id="materialStageForm")
async def advance(call: Call) -> Page | Redirect:
    """Keep what a state has brought forth, and bring the material into the next one."""
    material_id = call.path["materialId"]
    add = partial(service.add, call.context, by=call.actor, material_id=material_id)
    go = partial(service.advance, call.context, by=call.actor, material_id=material_id)
    errors, given = await went_on(call, add=add, advance=go)
    if errors:
        return await _shown(call, errors, given=given)
    return Redirect(f"/materials/{material_id}/making", notice=_("The change was saved."))


async def _shown(call: Call, errors: Mapping[str, str], given: str = "") -> Page:
    one = await materials.read(call.context, by=call.actor, material_id=call.path["materialId"])
    made = await service.artefacts(call.context, by=call.actor, material_id=one.id)
    values = {"one": one, **presenters.shown(Words(call.language), one.stage, made, given=given), "errors": errors}
    return framed(call, "materials", "material_making.html", values, status=400 if errors else 200)

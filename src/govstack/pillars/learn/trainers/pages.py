"""Pages of trainers: who may teach what, and by whose word."""

from __future__ import annotations

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Cell, Words, framed
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.trainers import schemas, service
from govstack.pillars.learn.trainers.model import Certification
from govstack.web.answers import Page

routes = Routes(tags=("trainer pages",))
PAGE_CERTIFICATIONS = 50


@routes.page("/desk/trainers", access=needs(PLAN), query=schemas.CertificationQuery, operation_id="trainersPage")
async def listed(call: Call) -> Page:
    """List who may teach what."""
    found = await service.listed(call.context, after=call.query.after, limit=PAGE_CERTIFICATIONS)
    values = {
        "rows": await _rows(call, found, linked=True),
        "first": "/desk/trainers" if call.query.after else "",
        "next": f"/desk/trainers?after={found[-1].id}" if len(found) == PAGE_CERTIFICATIONS else "",
    }
    return framed(call, "desk", "trainers.html", values)


@routes.page("/desk/trainers/{certificationId}", access=needs(PLAN), operation_id="trainerChainPage")
async def chain(call: Call) -> Page:
    """Show who certified whom, from a trainer up to the authority."""
    found = await service.chain_of(call.context, certification_id=call.path["certificationId"])
    return framed(call, "desk", "trainer_chain.html", {"rows": await _rows(call, found, linked=False)})


async def _rows(call: Call, found: list[Certification], *, linked: bool) -> list[tuple[Cell, ...]]:
    words, today = Words(call.language), clock.now().date()
    ids = {each for one in found for each in (one.learner_id, one.certified_by) if each}
    known = await people.people(call.context, person_ids=ids)
    names = {one.id: one.name or one.number or one.id for one in known.values()}

    def who(one: Certification) -> Cell:
        name = names.get(one.learner_id, one.learner_id)
        return {"text": name, "href": f"/desk/trainers/{one.id}"} if linked else name

    return [
        (
            who(one), one.offering_id, names.get(one.certified_by or "", one.authority),
            i18n.format_date(call.language, one.since), i18n.format_date(call.language, one.until),
            {"status": words(_("Holds")), "state": "good"}
            if one.holds_on(today)
            else {"status": words(_("Does not hold")), "state": "off"},
        )
        for one in found
    ]  # fmt: skip

"""The operations on training centres, and the catalogue that centres give each other."""

from __future__ import annotations

import msgspec

from govstack.kernel import clock
from govstack.kernel.routing import Answer, Call, Routes, needs, public
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.response.centres import schemas, service
from govstack.pillars.learn.response.centres.errors import GateClosed, NoCohort, NoTrainer, UnknownCentre
from govstack.pillars.learn.response.centres.model import FEDERATED_MAX, Centre, CentreGiven, Feed, MaterialGiven
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Wanted

routes = Routes(tags=("Training centres",))


@routes.put(
    "/centres/{centreId}", access=needs(PLAN), body=CentreGiven, answer=Centre, operation_id="putCentre",
    errors=(GateClosed, NoTrainer, NoCohort, BadId),
)  # fmt: skip
async def put_centre(call: Call, body: CentreGiven) -> Centre:
    """Enter a centre or change it; its gates are passed in their order."""
    one = Centre(id=chosen_id(call, "centreId"), **msgspec.structs.asdict(body))
    return await service.put(call.context, by=call.actor, centre=one)


@routes.get(
    "/centres", access=needs(PLAN), query=schemas.CentreQuery, answer=schemas.CentreList, operation_id="listCentres"
)  # fmt: skip
async def list_centres(call: Call) -> schemas.CentreList:
    """List training centres."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit)
    return schemas.CentreList(found, found[-1].id if len(found) == call.query.limit else "")


@routes.get(
    "/centre-list", access=needs(PLAN), query=FileQuery, operation_id="exportCentres", answer_type=FILE_TYPES
)  # fmt: skip
async def export_centres(call: Call) -> Answer:
    """Take the centres out as a file."""
    rows = [schemas.row(one, call.language) for one in await service.listed(call.context, limit=2_000)]
    return table_answer("centres", Format(call.query.format), schemas.COLUMNS, at_once(rows))


@routes.get(
    "/centres/{centreId}", access=needs(PLAN), answer=schemas.CentreState, operation_id="readCentre",
    errors=(UnknownCentre,),
)  # fmt: skip
async def read_centre(call: Call) -> schemas.CentreState:
    """Read a centre with its use this year and what it was told of newer material."""
    one = await service.centre(call.context, centre_id=call.path["centreId"])
    return schemas.CentreState(
        centre=one, use=await service.use(call.context, found=one, year=clock.now().year), next_gate=one.next_gate,
        notices=await service.notices(call.context, centre_id=one.id),
    )  # fmt: skip


@routes.put(
    "/materials/{materialId}/version", access=needs(ADMINISTER), body=MaterialGiven, answer=schemas.Count,
    operation_id="tellMaterialVersion", errors=(BadId,),
)  # fmt: skip
async def publish_material(call: Call, body: MaterialGiven) -> schemas.Count:
    """Make a new version of material known; returns how many centres were told now."""
    told = await service.publish_material(
        call.context, by=call.actor, material_id=chosen_id(call, "materialId"), given=body
    )
    return schemas.Count(told)


@routes.get("/catalogue", access=public(), answer=Feed, operation_id="readCatalogueFeed")
async def read_feed(call: Call) -> Feed:
    """Read what is offered here, as centres give it to each other."""
    found = await offerings.catalogue(call.context, wanted=Wanted(), limit=FEDERATED_MAX)
    return Feed(offerings=[schemas.offered(one, call.context.public_url) for one in found])


@routes.put(
    "/centres/{centreId}/catalogue", access=needs(PLAN), body=Feed, answer=schemas.Count,
    operation_id="putCentreCatalogue", errors=(UnknownCentre,),
)  # fmt: skip
async def put_catalogue(call: Call, body: Feed) -> schemas.Count:
    """Take in what a centre offers on its own site, in the place of what it told before."""
    count = await service.put_catalogue(
        call.context, by=call.actor, centre_id=call.path["centreId"], offered=body.offerings
    )
    return schemas.Count(count)

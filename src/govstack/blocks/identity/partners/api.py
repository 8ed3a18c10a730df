"""The API of partners, for administrators."""

from __future__ import annotations

from govstack.blocks.identity.partners import schemas, service
from govstack.blocks.identity.partners.errors import WrongAddress
from govstack.blocks.identity.people.service import ADMINISTER
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("partners",))


@routes.put(
    "/api/v1/partners", access=needs(ADMINISTER), body=schemas.PartnerRequest, answer=schemas.PartnerBody,
    operation_id="partnerPut", errors=(WrongAddress,),
)  # fmt: skip
async def put(call: Call, body: schemas.PartnerRequest) -> schemas.PartnerBody:
    """Register or replace a partner."""
    made = await service.put(call.context, by=call.actor, partner=body.partner(), secret=body.secret)
    return schemas.body_of(made)


@routes.get(
    "/api/v1/partners", access=needs(ADMINISTER), answer=schemas.PartnersAnswer, operation_id="partnerList"
)  # fmt: skip
async def partners(call: Call) -> schemas.PartnersAnswer:
    """List partners."""
    return schemas.PartnersAnswer([schemas.body_of(one) for one in await service.partners(call.context)])

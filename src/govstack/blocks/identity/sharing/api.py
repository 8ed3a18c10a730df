"""The published operation that shares attributes, and the partner's way to them."""

from __future__ import annotations

from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.sharing import schemas, service
from govstack.blocks.identity.sharing.errors import NothingShared
from govstack.blocks.identity.signing.model import MEDIA_TYPE
from govstack.kernel.routing import Answer, Call, Routes, signed_in

routes = Routes(tags=("sharing",))
NOT_KEPT = {"Cache-Control": "no-store"}


@routes.post(
    "/share-credential", access=signed_in(), body=schemas.ShareRequest, answer=schemas.ShareAnswer,
    operation_id="credentialShare", error_body=schemas.refusal, errors=(NotAPerson,),
)  # fmt: skip
async def share(call: Call, body: schemas.ShareRequest) -> Answer:
    """Share attributes with a partner."""
    body.check()
    asked = body.request
    event_id = await service.share(
        call.context, by=call.actor, partner_id=asked.partner_id, purpose=asked.purpose, consent=asked.consent,
        wanted=[one.wanted() for one in asked.sharable_attributes], request_mark=body.requesttime or body.request_time,
    )  # fmt: skip
    return Answer(value=schemas.taken(), headers={"eventId": event_id})


@routes.get(
    "/api/v1/shared", access=signed_in(), query=schemas.SharedQuery, answer=schemas.SharedAnswer,
    operation_id="sharedList",
)  # fmt: skip
async def waiting(call: Call) -> schemas.SharedAnswer:
    """List what was shared with the calling application, 200 at a time."""
    found = await service.waiting(call.context, by=call.actor, offset=call.query.start)
    return schemas.SharedAnswer([schemas.line(one) for one in found])


@routes.get(
    "/api/v1/shared/{eventId}", access=signed_in(), operation_id="sharedRead", answer_type=MEDIA_TYPE,
    errors=(NothingShared,),
)  # fmt: skip
async def fetch(call: Call) -> Answer:
    """Fetch what was shared as a signed verifiable credential."""
    document = await service.fetch(call.context, by=call.actor, event_id=call.path["eventId"])
    return Answer(body=document.encode(), media_type=MEDIA_TYPE, headers=NOT_KEPT)

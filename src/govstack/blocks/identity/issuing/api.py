"""The API of issuers elsewhere."""

from __future__ import annotations

from govstack.blocks.identity.credentials.errors import UnknownCredential, WrongStep
from govstack.blocks.identity.credentials.model import State
from govstack.blocks.identity.credentials.service import PRODUCE
from govstack.blocks.identity.issuing import schemas, service
from govstack.blocks.identity.issuing.errors import LinkSpent, NotToIssue
from govstack.blocks.identity.partners.errors import UnknownPartner
from govstack.blocks.identity.signing.model import MEDIA_TYPE
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in

routes = Routes(tags=("issuers",))
LINK = by_policy("whoever holds a link that works once")
NOT_KEPT = {"Cache-Control": "no-store"}


@routes.post(
    "/api/v1/issuances", access=needs(PRODUCE), body=schemas.IssuanceRequest, answer=schemas.IssuanceRead,
    operation_id="issuanceRequest", errors=(UnknownCredential, UnknownPartner, NotToIssue),
)  # fmt: skip
async def request(call: Call, body: schemas.IssuanceRequest) -> schemas.IssuanceRead:
    """Ask an issuer elsewhere to produce a credential."""
    made = await service.request(
        call.context, by=call.actor, credential_id=body.credential_id, partner_id=body.partner_id, way=body.mode
    )
    return schemas.issuance_read(made)


@routes.get(
    "/issuance/{link}", access=LINK, operation_id="issuanceFetch", answer_type=MEDIA_TYPE, errors=(LinkSpent,)
)  # fmt: skip
async def fetch(call: Call) -> Answer:
    """Fetch the data of a credential to be issued, once, as a signed verifiable credential."""
    document = await service.fetch(call.context, link=call.path["link"])
    return Answer(body=document.encode(), media_type=MEDIA_TYPE, headers=NOT_KEPT)


@routes.post(
    "/api/v1/issuances/{issuanceId}/report", access=signed_in(), body=schemas.ReportRequest,
    answer=schemas.ReportAnswer, operation_id="issuanceReport", errors=(UnknownCredential, WrongStep),
)  # fmt: skip
async def report(call: Call, body: schemas.ReportRequest) -> schemas.ReportAnswer:
    """Say as the issuer that a credential was produced or delivered."""
    found = await service.report(
        call.context, by=call.actor, issuance_id=call.path["issuanceId"], state=State(body.state),
        tracking_id=body.tracking_id,
    )  # fmt: skip
    return schemas.ReportAnswer(found.credential.state)

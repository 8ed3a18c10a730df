"""The published operation that binds a wallet's key, and the code it is proven with."""

from __future__ import annotations

from govstack.blocks.identity.binding import schemas, service
from govstack.blocks.identity.frame.schemas import check_moment, moment, refusal, wrapped
from govstack.blocks.identity.wallets.errors import PartnerUnproven
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("Wallet - QR Code",))


@routes.post(
    "/wallet-binding", access=needs(service.SCOPE), body=schemas.BindingRequest, answer=schemas.BindingAnswer,
    headers=schemas.HEADERS, error_body=refusal, errors=(PartnerUnproven,), body_bytes_max=schemas.BODY_BYTES_MAX,
    operation_id="walletBinding",
)  # fmt: skip
async def bind(call: Call, body: schemas.BindingRequest) -> schemas.BindingAnswer:
    """Bind a key of a wallet to a person."""
    request = wrapped(body.request_time, body.request)
    partner_id, api_key = schemas.partner(call.headers)
    made = await service.bind(call.context, partner_id=partner_id, api_key=api_key, wanted=schemas.wanted(request))
    return schemas.answer(made)


@routes.post(
    "/binding-otp", access=needs(service.SCOPE), body=schemas.CodeRequest, answer=schemas.CodeAnswer,
    headers=schemas.HEADERS, error_body=refusal, errors=(PartnerUnproven,), body_bytes_max=schemas.BODY_BYTES_MAX,
    operation_id="walletBindingCode",
)  # fmt: skip
async def send_code(call: Call, body: schemas.CodeRequest) -> schemas.CodeAnswer:
    """Send a person the code that a binding is proven with."""
    check_moment(body.request_time)
    partner_id, api_key = schemas.partner(call.headers)
    await service.send_code(
        call.context, partner_id=partner_id, api_key=api_key, individual_id=schemas.individual(body)
    )
    return schemas.CodeAnswer(moment())

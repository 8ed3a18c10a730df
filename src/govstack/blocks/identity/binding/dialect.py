"""What published clients send besides: the same request for a code under an address with two slashes (IDN-D31)."""

from __future__ import annotations

from govstack.blocks.identity.binding import schemas, service
from govstack.blocks.identity.frame.schemas import check_moment, moment, refusal
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(face="dialect", tags=("Wallet - QR Code",))


@routes.post(
    "//binding-otp", access=needs(service.SCOPE), body=schemas.CodeRequest, answer=schemas.CodeAnswer,
    headers=schemas.HEADERS, error_body=refusal, body_bytes_max=schemas.BODY_BYTES_MAX,
    operation_id="walletBindingCodeTwoSlashes",
)  # fmt: skip
async def send_code(call: Call, body: schemas.CodeRequest) -> schemas.CodeAnswer:
    """Send a person the code that a binding is proven with."""
    check_moment(body.request_time)
    partner_id, api_key = schemas.partner(call.headers)
    await service.send_code(
        call.context, partner_id=partner_id, api_key=api_key, individual_id=schemas.individual(body)
    )
    return schemas.CodeAnswer(moment())

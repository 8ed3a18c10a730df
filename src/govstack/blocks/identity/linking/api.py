"""The six published operations of linked authorisation: three for the browser, three for the wallet."""

from __future__ import annotations

from govstack.blocks.identity.binding.schemas import challenges
from govstack.blocks.identity.frame.schemas import refusal, refusal_with_empty_response, wrapped
from govstack.blocks.identity.linking import schemas, service
from govstack.blocks.identity.linking.errors import Forged
from govstack.kernel.crypto import equal
from govstack.kernel.routing import Call, Routes, public
from govstack.kernel.sessions import parse_cookies

routes = Routes(tags=("Wallet - QR Code",))
BASE = "/linked-authorization"
COOKIE, HEADER = "XSRF-TOKEN", "x-xsrf-token"
HEADERS = {"X-XSRF-TOKEN": "The value of the cookie XSRF-TOKEN"}
BODY_BYTES_MAX = 100_000


@routes.post(
    f"{BASE}/link-code", access=public(), body=schemas.CodeRequest, answer=schemas.CodeAnswer, headers=HEADERS,
    error_body=refusal_with_empty_response, errors=(Forged,), body_bytes_max=BODY_BYTES_MAX, operation_id="linkCode",
)  # fmt: skip
async def new_code(call: Call, body: schemas.CodeRequest) -> schemas.CodeAnswer:
    """Make a code that a wallet links a sign-in with."""
    _refuse_forged(call)
    request = wrapped(body.request_time, body.request)
    made = await service.new_code(call.context, transaction_id=request.transaction_id or "")
    return schemas.code(made)


@routes.post(
    f"{BASE}/link-status", access=public(), body=schemas.StatusRequest, answer=schemas.StatusAnswer, headers=HEADERS,
    error_body=schemas.status_refusal, errors=(Forged,), body_bytes_max=BODY_BYTES_MAX, operation_id="linkStatus",
)  # fmt: skip
async def status(call: Call, body: schemas.StatusRequest) -> schemas.StatusAnswer:
    """Wait until a wallet has linked; after seconds the answer comes without that."""
    _refuse_forged(call)
    request = wrapped(body.request_time, body.request)
    link = await service.wait_until_linked(
        call.context, transaction_id=request.transaction_id or "", code=request.link_code or ""
    )
    return schemas.status(link)


@routes.post(
    f"{BASE}/link-auth-code", access=public(), body=schemas.FinishRequest, answer=schemas.FinishAnswer,
    headers=HEADERS, error_body=refusal, errors=(Forged,), body_bytes_max=BODY_BYTES_MAX, operation_id="linkAuthCode",
)  # fmt: skip
async def finish(call: Call, body: schemas.FinishRequest) -> schemas.FinishAnswer:
    """Wait until the person has confirmed in the wallet, and return the authorisation code."""
    _refuse_forged(call)
    request = wrapped(body.request_time, body.request)
    made = await service.wait_for_code(
        call.context, transaction_id=request.transaction_id or "", code=request.linked_code or ""
    )
    return schemas.finished(made)


@routes.post(
    f"{BASE}/link-transaction", access=public(), body=schemas.LinkRequest, answer=schemas.LinkAnswer,
    error_body=refusal_with_empty_response, body_bytes_max=BODY_BYTES_MAX, operation_id="linkTransaction",
)  # fmt: skip
async def link(call: Call, body: schemas.LinkRequest) -> schemas.LinkAnswer:
    """Link a wallet to the sign-in of a code."""
    request = wrapped(body.request_time, body.request)
    return schemas.linked(await service.link_wallet(call.context, code=request.link_code or ""))


@routes.post(
    f"{BASE}/authenticate", access=public(), body=schemas.AuthenticateRequest, answer=schemas.LinkedAnswer,
    error_body=refusal, body_bytes_max=BODY_BYTES_MAX, operation_id="linkAuthenticate",
)  # fmt: skip
async def authenticate(call: Call, body: schemas.AuthenticateRequest) -> schemas.LinkedAnswer:
    """Prove in a wallet who signs in."""
    request = wrapped(body.request_time, body.request)
    linked_id = request.linked_transaction_id or ""
    await service.authenticate(
        call.context, linked_id=linked_id, individual_id=request.individual_id or "",
        challenges=challenges(request.challenge_list),
    )  # fmt: skip
    return schemas.step(linked_id)


@routes.post(
    f"{BASE}/consent", access=public(), body=schemas.ConsentRequest, answer=schemas.LinkedAnswer,
    error_body=refusal, body_bytes_max=BODY_BYTES_MAX, operation_id="linkConsent",
)  # fmt: skip
async def permit(call: Call, body: schemas.ConsentRequest) -> schemas.LinkedAnswer:
    """Allow in a wallet what is passed on."""
    request = wrapped(body.request_time, body.request)
    linked_id = request.linked_transaction_id or ""
    await service.permit(call.context, linked_id=linked_id, permission=schemas.permission(request))
    return schemas.step(linked_id)


def _refuse_forged(call: Call) -> None:
    """Refuse a request of a browser that lacks the header, or whose cookie says something else (IDN-D17).

    A page of another origin can neither set the header nor read the cookie.
    """
    sent = call.headers.get(HEADER, "")
    cookie = parse_cookies(call.headers.get("cookie", "")).get(COOKIE)
    if not sent or (cookie is not None and not equal(cookie, sent)):
        raise Forged

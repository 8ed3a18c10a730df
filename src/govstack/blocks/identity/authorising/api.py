"""Pushing a request for sign-in before the browser begins it (RFC 9126)."""

from __future__ import annotations

from govstack.blocks.identity.authorising import service
from govstack.blocks.identity.authorising.errors import CannotReturn, Reported
from govstack.blocks.identity.authorising.schemas import PushedAnswer, PushedRequest
from govstack.blocks.identity.tokens import service as tokens
from govstack.blocks.identity.tokens.errors import INVALID_REQUEST, TokenRefused, token_body
from govstack.blocks.identity.tokens.schemas import OAuthError
from govstack.kernel.routing import Call, Routes, public

routes = Routes(tags=("sign-in",))


@routes.post(
    "/oauth/par",
    access=public(),
    body=PushedRequest,
    answer=PushedAnswer,
    status=201,
    answers={401: OAuthError},
    body_types=("application/x-www-form-urlencoded",),
    error_body=token_body,
    operation_id="pushRequest",
)
async def push(call: Call, body: PushedRequest) -> PushedAnswer:
    """Take a request for sign-in from a client that proves itself; returns the reference to begin it with."""
    here = call.context.public_url
    proof = tokens.Proof(body.client_id, body.client_secret, body.client_assertion)
    client = await tokens.proved(call.context, proof, audiences=(f"{here}/oauth/par", f"{here}/oauth/token", here))
    try:
        reference = await service.push(call.context, client=client, asked=body.asked())
    except CannotReturn as refusal:
        raise TokenRefused(INVALID_REQUEST, "The redirect_uri is not registered for this client.") from refusal
    except Reported as refusal:
        raise TokenRefused(refusal.error, refusal.description) from refusal
    return PushedAnswer(reference, service.PUSHED_SECONDS)

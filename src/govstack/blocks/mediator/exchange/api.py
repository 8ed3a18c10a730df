"""Calls to services under /r1, any method, and the keys with which providers check who calls."""

from __future__ import annotations

from collections.abc import AsyncIterator

from govstack.blocks.mediator.exchange import model, service
from govstack.blocks.mediator.exchange.errors import (
    AnswerTooLarge,
    AnswerWithheld,
    BodyTooLarge,
    LoopDetected,
    NoRight,
    UnknownEndpoint,
)
from govstack.blocks.mediator.exchange.schemas import IssuerMetadata, KeySet
from govstack.blocks.mediator.exchange.service import Incoming
from govstack.kernel.errors import BadGateway, BadRequest
from govstack.kernel.routing import Answer, Call, Routes, by_policy, public

routes = Routes(tags=("access to services",))

SERVICE = "/r1/{instanceId}/{memberClass}/{memberCode}/{applicationCode}/{serviceCode}"
HEADERS = {
    "X-GovStack-Client": "The calling application; may be left out, and must be the proven one",
    "Information-Mediator-User": "For whom the application acts, by its own statement",
    "Information-Mediator-Purpose": "For what it asks, by its own statement",
}
ERRORS = (NoRight, UnknownEndpoint, BodyTooLarge, BadGateway, AnswerTooLarge, AnswerWithheld, LoopDetected)
PUBLIC = {"Cache-Control": "public, max-age=300"}


@routes.operation(
    "*", SERVICE + "/{path*}", access=by_policy("rights of the directory"), kind="raw", operation_id="callService",
    headers=HEADERS, errors=ERRORS,
)  # fmt: skip
async def call_service(call: Call) -> Answer:
    """Carry a request to the provider and its answer back."""
    address = model.address(call.path, method=call.method, raw_path=call.raw_path, raw_query=call.raw_query)
    announced = call.headers.get("content-length")
    if announced is not None and not (announced.isascii() and announced.isdigit()):
        raise BadRequest("The length of the body is not a number.")
    has_body = announced not in {None, "0"} or "transfer-encoding" in call.headers
    outcome = await service.forward(
        call.context,
        by=call.actor,
        incoming=Incoming(
            address,
            call.method,
            call.raw_query,
            call.headers,
            call.correlation_id,
            call.mount,
            int(announced) if announced else None,
            _Body(call) if has_body else None,
        ),
    )
    whole = outcome.content if isinstance(outcome.content, bytes) else None
    stream = outcome.content if whole is None else None
    # No media type of our own: what the provider did not name stays unnamed.
    return Answer(status=outcome.status, headers=outcome.headers, body=whole, stream=stream, media_type="")


@routes.operation(
    "*", SERVICE, access=by_policy("rights of the directory"), kind="raw", operation_id="callServiceRoot",
    headers=HEADERS, errors=ERRORS, summary="Carry a request for the service's own address",
)  # fmt: skip
async def call_service_root(call: Call) -> Answer:
    """A service may answer at its own address, without a path behind it."""
    return await call_service(call)


@routes.get("/.well-known/jwks.json", access=public(), answer=KeySet, operation_id="jwks")
async def jwks(call: Call) -> Answer:
    """Return the keys that sign the mediator's tokens, those of the last rotation too."""
    return Answer(value=KeySet.of(service.public_keys(call.context)), headers=PUBLIC)


@routes.get("/.well-known/openid-configuration", access=public(), answer=IssuerMetadata, operation_id="issuerMetadata")
async def issuer_metadata(call: Call) -> Answer:
    """Return where the keys are, as OpenID Connect Discovery has it; the mediator signs nobody in."""
    issuer = call.context.public_url
    return Answer(value=IssuerMetadata(issuer, f"{issuer}/.well-known/jwks.json"), headers=PUBLIC)


class _Body:
    """The body of a request as it comes. Not a generator, which the loop would enter in its books for every request."""

    def __init__(self, call: Call) -> None:
        self._receive = call.stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while self._receive is not None:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("The connection closed before the whole request had arrived.")
            if not message.get("more_body", False):
                self._receive = None
            if chunk := message.get("body", b""):
                return bytes(chunk)
        raise StopAsyncIteration

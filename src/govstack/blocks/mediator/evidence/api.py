"""The message log for owners, applications and third parties."""

from __future__ import annotations

from govstack.blocks.mediator.evidence import service
from govstack.blocks.mediator.evidence.errors import NothingKept, UnknownMessage
from govstack.blocks.mediator.evidence.model import Direction
from govstack.blocks.mediator.evidence.schemas import (
    Authority,
    AuthorityList,
    CheckedMessage,
    ExportQuery,
    MessageEntry,
    MessageList,
    MessagesQuery,
)
from govstack.kernel import pagination
from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Answer, Call, Routes, by_policy, public

routes = Routes(tags=("message log",))

OWN = by_policy("own messages, or mediator:read")
LINES = "application/jsonl"
PAGES = "messages"


@routes.get("/api/v1/messages", access=OWN, query=MessagesQuery, answer=MessageList, operation_id="listMessages")
async def list_messages(call: Call) -> MessageList:
    """List entries of the message log, newest message first."""
    query: MessagesQuery = call.query
    size = pagination.page_size(query.page_size)
    keys = call.context.keys
    before = pagination.position(keys, PAGES, query.page_token) if query.page_token else None
    wanted = service.Wanted(
        application=query.application,
        client=query.client,
        provider=query.provider,
        service_code=query.service_code,
        direction=query.direction,
        correlation_id=query.correlation_id,
        verdict=query.verdict,
        status=query.status,
        low=service.first_id(query.since) if query.since else "",
        high=service.first_id(query.until) if query.until else "",
        before=(str(before[0]), str(before[1])) if before else None,
    )
    found = await service.messages(call.context, by=call.actor, wanted=wanted, limit=size + 1)
    token = ""
    if len(found) > size:
        found = found[:size]
        token = pagination.token(keys, PAGES, [found[-1].message.message_id, found[-1].message.direction])
    return MessageList([MessageEntry.of(entry) for entry in found], token)


@routes.get("/api/v1/messages/export", access=OWN, query=ExportQuery, operation_id="exportMessages", answer_type=LINES)
async def export_messages(call: Call) -> Answer:
    """Export the log as JSON Lines that `govstack mediator verify` checks offline."""
    query: ExportQuery = call.query
    lines = await service.export(
        call.context, by=call.actor, application=query.application, since=query.since, until=query.until
    )
    return _file(lines, "message-log.jsonl")


@routes.get("/api/v1/messages/authorities", access=public(), answer=AuthorityList, operation_id="listAuthorities")
async def list_authorities(call: Call) -> AuthorityList:
    """List the certificates to check exported logs against."""
    return AuthorityList([Authority.of(one) for one in await service.authorities(call.context)])


@routes.get(
    "/api/v1/messages/{messageId}",
    access=OWN,
    answer=CheckedMessage,
    operation_id="readMessage",
    errors=(UnknownMessage,),
)
async def read_message(call: Call) -> CheckedMessage:
    """Read a message's entries with the outcome of checking them."""
    message_id = call.path["messageId"]
    return CheckedMessage.of(message_id, await service.message(call.context, by=call.actor, message_id=message_id))


@routes.get(
    "/api/v1/messages/{messageId}/{direction}/proof",
    access=OWN,
    operation_id="proveMessage",
    answer_type=LINES,
    errors=(UnknownMessage,),
)
async def prove_message(call: Call) -> Answer:
    """Export one request or answer so that others can check it without seeing any other message."""
    message_id, direction = call.path["messageId"], _direction(call)
    lines = await service.proof(call.context, by=call.actor, message_id=message_id, direction=direction)
    return _file(lines, f"{message_id}-{direction}.jsonl")


@routes.get(
    "/api/v1/messages/{messageId}/{direction}/payload",
    access=by_policy("parties of the message"),
    operation_id="readPayload",
    answer_type="application/octet-stream",
    errors=(UnknownMessage, NothingKept),
)
async def read_payload(call: Call) -> Answer:
    """Read what was said, where the service asks for it to be kept; for the two parties alone."""
    message_id, direction = call.path["messageId"], _direction(call)
    content = await service.payload(call.context, by=call.actor, message_id=message_id, direction=direction)
    return Answer(body=content, media_type="application/octet-stream")


def _direction(call: Call) -> Direction:
    if call.path["direction"] == "request":
        return "request"
    if call.path["direction"] == "answer":
        return "answer"
    raise NotFound


def _file(lines: object, name: str) -> Answer:
    headers = {"Content-Type": LINES, "Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(status=200, stream=lines, headers=headers)

"""The published operations that change what is known of a person, and the decisions of officials."""

from __future__ import annotations

from govstack.blocks.identity.changes import model, schemas, service
from govstack.blocks.identity.changes.errors import DecidedAlready, OwnRequest, UnknownRequest
from govstack.blocks.identity.codes.errors import CodesTooMany, NoChannel
from govstack.blocks.identity.frame.schemas import wrapped_refusal, wrapped_refusal_with_message
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.people.service import ADMINISTER, ENROL
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in

routes = Routes(tags=("changes",))


@routes.post(
    "/update-uin", access=signed_in(), body=schemas.ChangeRequest, answer=schemas.ChangeAnswer,
    operation_id="uinUpdate", error_body=wrapped_refusal_with_message, errors=(NotAPerson,),
    body_bytes_max=model.BODY_BYTES_MAX,
)  # fmt: skip
async def ask(call: Call, body: schemas.ChangeRequest) -> schemas.ChangeAnswer:
    """Ask for a change of one's own data."""
    body.check()
    asked = body.request
    made = await service.ask(
        call.context, by=call.actor, transaction_id=asked.transaction_id, individual_id=asked.individual_id,
        id_type=asked.individual_id_type, otp=asked.otp, attributes=model.decoded(asked.identity_json),
        evidence=model.evidence_of([(one.name, one.value) for one in asked.documents]),
    )  # fmt: skip
    return schemas.registered(made, body)


@routes.post(
    "/api/v1/update-uin/code", access=signed_in(), body=schemas.CodeRequest, answer=schemas.CodeSent,
    operation_id="uinUpdateCode", error_body=wrapped_refusal_with_message, errors=(NotAPerson, NoChannel, CodesTooMany),
)  # fmt: skip
async def code(call: Call, body: schemas.CodeRequest) -> schemas.CodeSent:
    """Send the one-time code that a request for a change is proven with."""
    sent = await service.send_code(call.context, by=call.actor, transaction_id=body.transaction_id)
    return schemas.CodeSent(sent.masked)


@routes.patch(
    "/updateIdentity", access=needs(ADMINISTER), body=schemas.IdentityRequest, answer=schemas.IdentityAnswer,
    operation_id="identityUpdate", error_body=wrapped_refusal, body_bytes_max=model.BODY_BYTES_MAX,
    answers={204: None},
)  # fmt: skip
async def administer(call: Call, body: schemas.IdentityRequest) -> schemas.IdentityAnswer | Answer:
    """Change an identity as an administrator; nothing comes back when nothing differed."""
    body.check()
    asked = body.request
    evidence = [*model.evidence_of(asked.evidence()), *asked.notes()]
    changed = await service.administer(
        call.context, by=call.actor, uin=asked.uin, status=asked.status, identity=asked.identity, evidence=evidence
    )
    return schemas.changed(body) if changed else Answer(status=204, body=b"")


@routes.get(
    "/api/v1/change-requests", access=needs(ENROL), answer=schemas.RequestsAnswer, operation_id="changeRequestList"
)  # fmt: skip
async def waiting(call: Call) -> schemas.RequestsAnswer:
    """List requests for changes that wait for a decision."""
    return schemas.RequestsAnswer([schemas.request_read(one) for one in await service.waiting(call.context)])


@routes.post(
    "/api/v1/change-requests/{requestId}/decision", access=needs(ENROL), body=schemas.Decision,
    answer=schemas.RequestRead, operation_id="changeRequestDecide",
    errors=(UnknownRequest, OwnRequest, DecidedAlready),
)  # fmt: skip
async def decide(call: Call, body: schemas.Decision) -> schemas.RequestRead:
    """Accept a request, which makes the change, or reject it with a reason."""
    made = await service.decide(
        call.context, by=call.actor, request_id=call.path["requestId"], accept=body.accept, reason=body.reason
    )
    return schemas.request_read(made)

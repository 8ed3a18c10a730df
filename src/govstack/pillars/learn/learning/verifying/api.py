"""The operation by which anybody checks a credential."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy, public
from govstack.pillars.learn.learning.badges.errors import UnknownBadge
from govstack.pillars.learn.learning.verifying import schemas, service
from govstack.pillars.learn.learning.verifying.model import CREDENTIAL_BYTES_MAX

routes = Routes(tags=("Badges",))
ANYBODY = by_policy("everybody; nothing is kept")


@routes.post(
    "/verify", access=ANYBODY, body=schemas.CheckGiven, answer=schemas.CheckAnswer, operation_id="checkCredential",
    body_bytes_max=2 * CREDENTIAL_BYTES_MAX,
)  # fmt: skip
async def check(call: Call, body: schemas.CheckGiven) -> schemas.CheckAnswer:
    """Tell what a credential is worth: a JWT, its JSON envelope, or a badge picture in SVG."""
    finding = await service.check(call.context, content=body.credential.encode())
    belongs = finding.belongs_to(body.number, body.proof) if body.number or body.proof else None
    return schemas.answer_of(finding, belongs=belongs)


@routes.get(
    "/verify/{code}", access=public(), answer=schemas.CheckAnswer, operation_id="checkBadge", errors=(UnknownBadge,)
)
async def check_code(call: Call) -> schemas.CheckAnswer:
    """Tell what the badge is worth whose certificate leads here; its holder is not named."""
    _, finding = await service.by_code(call.context, code=call.path["code"])
    return schemas.answer_of(finding)

"""The address of an automation, and trying one out on a record (DRS-19)."""

from __future__ import annotations

from govstack.blocks.registries.automations.errors import AutomationPaused, UnknownAutomation, WrongSecret
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.handling import service as handling
from govstack.blocks.registries.performing import schemas, service
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.kernel.routing import Call, Routes, by_policy, signed_in

routes = Routes(tags=("automations",))
HOOK_BYTES_MAX = 65_536
SECRET_HEADER = "automation-secret"  # noqa: S105 - the name of a header


@routes.post(
    "/automations/{hook}/calls", access=by_policy("holders of the secret of the address"), body=schemas.CallRequest,
    answer=schemas.CallAnswer, status=202, operation_id="callAutomation", body_bytes_max=HOOK_BYTES_MAX,
    errors=(WrongSecret, AutomationPaused),
)  # fmt: skip
async def call_automation(call: Call, body: schemas.CallRequest) -> schemas.CallAnswer:
    """Start an automation by its address, for the named records or for all that fit."""
    accepted = await service.called(
        call.context, automation_id=call.path["hook"], secret=call.headers.get(SECRET_HEADER, ""),
        records=body.records, key=call.headers.get("idempotency-key", ""),
    )  # fmt: skip
    return schemas.CallAnswer(accepted)


@routes.post(
    "/registries/{code}/automations/{automation}/try", access=signed_in(), body=schemas.TryRequest,
    answer=schemas.TryAnswer, operation_id="tryAutomation", errors=(UnknownRegistry, UnknownAutomation, NoRecord),
)  # fmt: skip
async def try_automation(call: Call, body: schemas.TryRequest) -> schemas.TryAnswer:
    """Tell what an automation would do with a record, without doing it."""
    found = await handling.rehearse(
        call.context, by=call.actor, code=call.path["code"], name=call.path["automation"], record=body.record
    )
    return schemas.tried(found)

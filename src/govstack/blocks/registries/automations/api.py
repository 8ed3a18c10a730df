"""Management of automations over HTTP (DRS-19)."""

from __future__ import annotations

import msgspec

from govstack.blocks.registries.automations import schemas, service
from govstack.blocks.registries.automations.errors import AutomationPaused, BadAutomation, UnknownAutomation
from govstack.blocks.registries.automations.model import Automation
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(tags=("automations",))
AUTOMATIONS = "/registries/{code}/automations"
ONE = AUTOMATIONS + "/{automation}"
UNKNOWN = (UnknownRegistry, UnknownAutomation)


class ResultQuery(msgspec.Struct, frozen=True):
    """Which results: of one state, after the last of the page before, so many."""

    state: str = ""
    after: str = ""
    size: int | None = None


@routes.get(
    AUTOMATIONS, access=signed_in(), answer=schemas.AutomationList, operation_id="listAutomations",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def list_automations(call: Call) -> schemas.AutomationList:
    """List the automations of a registry."""
    found = await service.listed(call.context, by=call.actor, code=call.path["code"])
    return schemas.AutomationList([schemas.shape(one, address=_address(call, one)) for one in found])


@routes.get(ONE, access=signed_in(), answer=schemas.AutomationShape, operation_id="readAutomation", errors=UNKNOWN)
async def read_automation(call: Call) -> schemas.AutomationShape:
    """Read an automation and how far it came."""
    found = await service.one(call.context, by=call.actor, code=call.path["code"], name=call.path["automation"])
    return schemas.shape(found, address=_address(call, found))


@routes.put(
    ONE, access=signed_in(), body=schemas.AutomationRequest, answer=schemas.AutomationShape,
    operation_id="putAutomation", errors=(UnknownRegistry, BadAutomation),
)  # fmt: skip
async def put_automation(call: Call, body: schemas.AutomationRequest) -> schemas.AutomationShape:
    """Create an automation, or replace it."""
    made = await service.put(
        call.context, by=call.actor, code=call.path["code"], name=call.path["automation"],
        definition=schemas.definition(body), enabled=body.enabled,
    )  # fmt: skip
    return schemas.saved(made, _address(call, made.automation))


@routes.put(
    ONE + "/state", access=signed_in(), body=schemas.StateRequest, answer=schemas.AutomationShape,
    operation_id="switchAutomation", errors=UNKNOWN,
)  # fmt: skip
async def switch(call: Call, body: schemas.StateRequest) -> schemas.AutomationShape:
    """Switch an automation on or off."""
    found = await service.set_enabled(
        call.context, by=call.actor, code=call.path["code"], name=call.path["automation"], enabled=body.enabled
    )
    return schemas.shape(found, address=_address(call, found))


@routes.post(
    ONE + "/confirm", access=signed_in(), answer=schemas.AutomationShape, operation_id="confirmAutomation",
    errors=(*UNKNOWN, BadAutomation),
)  # fmt: skip
async def confirm(call: Call) -> schemas.AutomationShape:
    """Take over an automation, so that it goes on under the caller's rights."""
    found = await service.confirm(call.context, by=call.actor, code=call.path["code"], name=call.path["automation"])
    return schemas.shape(found, address=_address(call, found))


@routes.post(
    ONE + "/secret", access=signed_in(), answer=schemas.AutomationShape, operation_id="renewAutomationSecret",
    errors=UNKNOWN,
)  # fmt: skip
async def renew_secret(call: Call) -> schemas.AutomationShape:
    """Make new secrets of an automation; the old ones stop working."""
    made = await service.renew_secret(call.context, by=call.actor, code=call.path["code"], name=call.path["automation"])
    return schemas.saved(made, _address(call, made.automation))


@routes.delete(ONE, access=signed_in(), status=204, operation_id="deleteAutomation", errors=(UnknownRegistry,))
async def delete_automation(call: Call) -> None:
    """Delete an automation with its results."""
    await service.delete(call.context, by=call.actor, code=call.path["code"], name=call.path["automation"])


@routes.post(
    ONE + "/run", access=signed_in(), status=202, answer=schemas.AutomationShape, operation_id="runAutomation",
    errors=(*UNKNOWN, AutomationPaused),
)  # fmt: skip
async def run_automation(call: Call) -> schemas.AutomationShape:
    """Let an automation go through all records that fit now."""
    found = await service.start(call.context, by=call.actor, code=call.path["code"], name=call.path["automation"])
    return schemas.shape(found, address=_address(call, found))


@routes.get(
    ONE + "/results", access=signed_in(), query=ResultQuery, answer=schemas.ResultList,
    operation_id="listAutomationResults", errors=UNKNOWN,
)  # fmt: skip
async def list_results(call: Call) -> schemas.ResultList:
    """List what became of each record, newest first."""
    found, more = await service.results(
        call.context, by=call.actor, code=call.path["code"], name=call.path["automation"],
        state=schemas.state(call.query.state), before=call.query.after, size=call.query.size,
    )  # fmt: skip
    return schemas.results(found, more=more)


@routes.post(
    ONE + "/results/{result}/retry", access=signed_in(), status=204, operation_id="retryAutomationResult",
    errors=UNKNOWN,
)  # fmt: skip
async def retry(call: Call) -> None:
    """Try a record again that failed or was given up."""
    await service.again(
        call.context, by=call.actor, code=call.path["code"], name=call.path["automation"], result=call.path["result"]
    )


def _address(call: Call, one: Automation) -> str:
    return service.address(call.context, one)

"""Management of the services of a version (DRS-31)."""

from __future__ import annotations

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.offering import schemas, service
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(tags=("services",))
SERVICES = "/registries/{code}/versions/{version}/services"


@routes.get(
    SERVICES, access=signed_in(), answer=schemas.ServiceAnswers, operation_id="listServices", errors=(UnknownRegistry,)
)
async def list_services(call: Call) -> schemas.ServiceAnswers:
    """List the services of a version with their state and how often they were used."""
    for part in await design.definition(call.context, by=call.actor, key=call.path["code"]):
        if part.version == call.path["version"]:
            return schemas.ServiceAnswers([schemas.answer(one) for one in part.service_list])
    raise UnknownRegistry


@routes.put(
    SERVICES + "/{name}/state", access=signed_in(), body=schemas.StateRequest, answer=schemas.ServiceAnswer,
    operation_id="setServiceState", errors=(UnknownRegistry, UnknownService),
)  # fmt: skip
async def set_state(call: Call, body: schemas.StateRequest) -> schemas.ServiceAnswer:
    """Hide, disable, delete or show again a service."""
    changed = await service.set_state(
        call.context, by=call.actor, code=call.path["code"], version=call.path["version"], name=call.path["name"],
        state=body.state,
    )  # fmt: skip
    return schemas.answer(changed)


@routes.put(
    SERVICES + "/{name}", access=signed_in(), body=schemas.CustomRequest, answer=schemas.ServiceAnswer,
    operation_id="putCustomService", errors=(UnknownRegistry,),
)  # fmt: skip
async def put_custom(call: Call, body: schemas.CustomRequest) -> schemas.ServiceAnswer:
    """Add a custom service that only reads, or change it."""
    wanted = schemas.custom(call.path["name"], body)
    made = await service.put_custom(
        call.context, by=call.actor, code=call.path["code"], version=call.path["version"], service=wanted
    )
    return schemas.answer(made)


@routes.post(
    SERVICES + "/{name}/copy", access=signed_in(), body=schemas.CopyRequest, answer=schemas.ServiceAnswer,
    operation_id="copyService", errors=(UnknownRegistry, UnknownService),
)  # fmt: skip
async def copy_service(call: Call, body: schemas.CopyRequest) -> schemas.ServiceAnswer:
    """Copy a service that reads under another name."""
    made = await service.copy(
        call.context, by=call.actor, code=call.path["code"], version=call.path["version"], name=call.path["name"],
        copy_name=body.name,
    )  # fmt: skip
    return schemas.answer(made)

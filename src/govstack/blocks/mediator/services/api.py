"""Services over HTTP: register, read, change, switch, take out (I8, I9)."""

from __future__ import annotations

from typing import TypedDict

from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember, UnknownService
from govstack.blocks.mediator.directory.model import Service
from govstack.blocks.mediator.services import service
from govstack.blocks.mediator.services.errors import (
    AddressRefused,
    ApplicationNotConnected,
    DocumentInvalid,
    DocumentMissing,
    DocumentNotFetched,
    ReservedCode,
    UnknownEndpoint,
)
from govstack.blocks.mediator.services.schemas import (
    ChangeService,
    RegisterService,
    ServiceAnswer,
    ServiceCatalogue,
    SwitchEndpoints,
    document_text,
)
from govstack.kernel.routing import Answer, Call, Routes, by_policy, public

routes = Routes(tags=("services",))
SERVICES = "/api/v1/members/{memberClass}/{memberCode}/applications/{applicationCode}/services"
SERVICE = SERVICES + "/{serviceCode}"
OWN = by_policy("the application's administrators")
UNKNOWN = (UnknownMember, UnknownApplication, UnknownService)
REGISTRATION_BYTES_MAX = 3_000_000


class Provider(TypedDict):
    """The parts of an address that name an application of this instance."""

    member_class: str
    member_code: str
    application_code: str


@routes.put(
    SERVICE,
    access=OWN,
    body=RegisterService,
    body_bytes_max=REGISTRATION_BYTES_MAX,
    answer=ServiceAnswer,
    answers={201: ServiceAnswer},
    errors=(
        *UNKNOWN,
        DocumentInvalid,
        DocumentMissing,
        DocumentNotFetched,
        AddressRefused,
        ReservedCode,
        ApplicationNotConnected,
    ),
    operation_id="registerService",
    summary="Register a service with its OpenAPI document, or replace it",
)
async def register_service(call: Call, body: RegisterService) -> Answer:
    """Sending the same again changes nothing; endpoints that were switched off stay off."""
    found, new = await service.register(
        call.context,
        by=call.actor,
        **_provider(call),
        offer=body.offer(call.path["serviceCode"]),
        document=document_text(body.spec),
    )
    return Answer(value=_answer(call, found), status=201 if new else 200)


@routes.get(
    SERVICES,
    access=public(),
    answer=ServiceCatalogue,
    errors=UNKNOWN[:2],
    operation_id="listServices",
    summary="List the services of an application",
)
async def list_services(call: Call) -> ServiceCatalogue:
    """Everybody sees what can be called; what is switched off is seen by its administrators."""
    found = await service.services(call.context, by=call.actor, **_provider(call))
    return ServiceCatalogue([_answer(call, one) for one in found])


@routes.get(
    SERVICE,
    access=public(),
    answer=ServiceAnswer,
    errors=UNKNOWN,
    operation_id="readService",
    summary="Read a service",
)
async def read_service(call: Call) -> ServiceAnswer:
    """Its OpenAPI document is read with getOpenAPI."""
    found = await service.service(call.context, by=call.actor, **_provider(call), code=call.path["serviceCode"])
    return _answer(call, found)


@routes.patch(
    SERVICE,
    access=OWN,
    body=ChangeService,
    answer=ServiceAnswer,
    errors=(*UNKNOWN, AddressRefused),
    operation_id="changeService",
    summary="Change a service's address, limits or state",
)
async def change_service(call: Call, body: ChangeService) -> ServiceAnswer:
    """A service that is switched off answers as if it were not there."""
    code = call.path["serviceCode"]
    found = await service.change(call.context, by=call.actor, **_provider(call), code=code, offer=body.offer(code))
    return _answer(call, found)


@routes.patch(
    SERVICE + "/endpoints",
    access=OWN,
    body=SwitchEndpoints,
    answer=ServiceAnswer,
    errors=(*UNKNOWN, UnknownEndpoint),
    operation_id="switchEndpoints",
    summary="Switch endpoints of a service on or off",
)
async def switch_endpoints(call: Call, body: SwitchEndpoints) -> ServiceAnswer:
    """An endpoint that is switched off answers as if it were not there."""
    found = await service.switch_endpoints(
        call.context, by=call.actor, **_provider(call), code=call.path["serviceCode"], endpoints=body.wanted()
    )
    return _answer(call, found)


@routes.delete(
    SERVICE,
    access=OWN,
    status=204,
    errors=UNKNOWN[:2],
    operation_id="removeService",
    summary="Take a service out with all rights to it",
)
async def remove_service(call: Call) -> None:
    """Taking it out twice is a success."""
    await service.remove(call.context, by=call.actor, **_provider(call), code=call.path["serviceCode"])


def _provider(call: Call) -> Provider:
    path = call.path
    return Provider(
        member_class=path["memberClass"], member_code=path["memberCode"], application_code=path["applicationCode"]
    )


def _answer(call: Call, one: Service) -> ServiceAnswer:
    return ServiceAnswer.of(one, private=service.sees_all(call.actor, one.application))

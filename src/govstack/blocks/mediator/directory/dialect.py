"""The directory as published clients call it: no version in the address, callers unproven, lists that never refuse."""

from __future__ import annotations

from govstack.blocks.mediator.directory import service
from govstack.blocks.mediator.directory.errors import MalformedAddress, UnknownAddress, as_text
from govstack.blocks.mediator.directory.schemas import (
    DialectClientList,
    DialectServiceList,
    DocumentQuery,
    Provider,
    claimed_client,
    provider_of,
    wanted,
)
from govstack.kernel.routing import Call, Routes, public

routes = Routes(face="dialect", tags=("directory",))

# Shares its shape with much else: the routing table prefers addresses with more fixed parts (IM-D1).
PROVIDER = "/{GovStackInstance}/{memberClass}/{memberCode}/{applicationCode}"


@routes.get(
    "/listClients",
    access=public(),
    answer=DialectClientList,
    error_body=as_text,
    operation_id="listClientsUnprefixed",
    summary="List the applications",
)
async def list_clients(call: Call) -> DialectClientList:
    """The filters that clients send name nothing that is registered, so they are not looked at (IM-D3)."""
    _, applications = await service.clients(call.context)
    return DialectClientList.of(applications)


@routes.get(
    PROVIDER + "/listMethods",
    access=public(),
    answer=DialectServiceList,
    error_body=as_text,
    operation_id="listMethodsUnprefixed",
    summary="List the services of an application",
)
async def list_methods(call: Call) -> DialectServiceList:
    """An unknown application has no services; that is no error here (IM-D5)."""
    provider = _provider(call)
    found = await service.offered(call.context, **provider) if provider else None
    return DialectServiceList.of(found or [])


@routes.get(
    PROVIDER + "/allowedMethods",
    access=public(),
    answer=DialectServiceList,
    error_body=as_text,
    operation_id="allowedMethodsUnprefixed",
    summary="List the services of an application that the caller may use",
)
async def allowed_methods(call: Call) -> DialectServiceList:
    """Whatever stands in the address, a client without rights is answered with an empty list (IM-D6, IM-D7)."""
    provider = _provider(call)
    client = claimed_client(call.headers)
    found = await service.allowed(call.context, client=client, **provider) if provider else None
    return DialectServiceList.of(found or [])


@routes.get(
    PROVIDER + "/getOpenAPI",
    access=public(),
    query=DocumentQuery,
    answer=str,
    error_body=as_text,
    operation_id="getOpenAPIUnprefixed",
    summary="Read the OpenAPI document of a service",
)
async def get_openapi(call: Call) -> str:
    """Strict, unlike the lists: every part must be an identifier of something offered (IM-D8, IM-D9)."""
    provider = provider_of(call.path)
    found = await service.document(
        call.context, **provider, service_code=wanted(call.query.service_code, required=True)
    )
    if found is None:
        raise UnknownAddress
    return found.text


def _provider(call: Call) -> Provider | None:
    try:
        return provider_of(call.path)
    except MalformedAddress:
        return None

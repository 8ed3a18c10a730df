"""The published directory API under /r1: strict about addresses and about who asks."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.mediator.directory import service
from govstack.blocks.mediator.directory.errors import (
    ClientDiffers,
    ClientNotNamed,
    ClientNotProven,
    MalformedAddress,
    UnknownAddress,
    as_text,
)
from govstack.blocks.mediator.directory.model import NAME_PATTERN, Document, Power, is_client, may
from govstack.blocks.mediator.directory.schemas import (
    ClientList,
    DocumentQuery,
    InstanceQuery,
    ServiceList,
    ServiceQuery,
    claimed_client,
    provider_of,
    wanted,
)
from govstack.kernel.routing import Answer, Call, Routes, by_policy, public

routes = Routes(tags=("directory",))

PROVIDER = "/r1/{instanceId}/{memberClass}/{memberCode}/{applicationCode}"
CLIENT_HEADERS = {"X-GovStack-Client": "The calling application as INSTANCE/CLASS/MEMBER/APPLICATION"}
YAML_TYPE = "text/yaml; charset=utf-8"
YAML_NAMES = ("text/yaml", "application/yaml", "application/x-yaml")


@routes.get(
    "/listClients",
    access=public(),
    query=InstanceQuery,
    answer=ClientList,
    error_body=as_text,
    operation_id="listClients",
    summary="List members and their applications",
)
async def list_clients(call: Call) -> ClientList:
    """Everybody may see who is connected."""
    instance = call.query.instance_id
    if instance and not NAME_PATTERN.fullmatch(instance):
        raise MalformedAddress
    return ClientList.of(*await service.clients(call.context, instance=instance))


@routes.get(
    "/r1/listClients",
    access=public(),
    query=InstanceQuery,
    answer=ClientList,
    error_body=as_text,
    operation_id="listClientsVersioned",
    summary="List members and their applications",
)
async def list_clients_versioned(call: Call) -> ClientList:
    """The specification's text writes listClients with the version in front."""
    return await list_clients(call)


@routes.get(
    PROVIDER + "/listMethods",
    access=public(),
    query=ServiceQuery,
    answer=ServiceList,
    error_body=as_text,
    headers=CLIENT_HEADERS,
    operation_id="listMethods",
    summary="List the services of an application",
)
async def list_methods(call: Call) -> ServiceList:
    """Everybody may see what is offered, so that developers find what they need (I9, I11)."""
    provider = provider_of(call.path)
    await named_client(call)
    found = await service.offered(call.context, **provider, service_code=wanted(call.query.service_id))
    if found is None:
        raise UnknownAddress
    return ServiceList.of(found)


@routes.get(
    PROVIDER + "/allowedMethods",
    access=by_policy("proven client"),
    query=ServiceQuery,
    answer=ServiceList,
    error_body=as_text,
    headers=CLIENT_HEADERS,
    operation_id="allowedMethods",
    summary="List the services of an application that the caller may use",
)
async def allowed_methods(call: Call) -> ServiceList:
    """Who may call what is shown to the application itself and to its administrators."""
    provider = provider_of(call.path)
    client = await named_client(call)
    if not await service.proven_application(call.context, call.actor):
        own = client.startswith(f"{call.context.settings.text('INSTANCE')}/")
        if not may(call.actor, Power.READ, application=client.partition("/")[2] if own else ""):
            raise ClientDiffers if call.actor.signed_in else ClientNotProven
    found = await service.allowed(call.context, client=client, **provider, service_code=wanted(call.query.service_id))
    if found is None:
        raise UnknownAddress
    return ServiceList.of(found)


@routes.get(
    PROVIDER + "/getOpenAPI",
    access=public(),
    query=DocumentQuery,
    answer=str,
    error_body=as_text,
    headers=CLIENT_HEADERS,
    operation_id="getOpenAPI",
    summary="Read the OpenAPI document of a service",
)
async def get_openapi(call: Call) -> Answer:
    """The document comes as its provider wrote it: as YAML text when asked for, else inside a JSON string."""
    provider = provider_of(call.path)
    await named_client(call)
    code = wanted(call.query.service_code, required=True)
    found = await service.document(call.context, **provider, service_code=code)
    if found is None:
        raise UnknownAddress
    return document_answer(found, call.headers)


@routes.get(
    PROVIDER + "/getOpenApi",
    access=public(),
    query=DocumentQuery,
    answer=str,
    error_body=as_text,
    headers=CLIENT_HEADERS,
    operation_id="getOpenApi",
    summary="Read the OpenAPI document of a service",
    hidden=True,
)
async def get_openapi_as_spelt_in_the_text(call: Call) -> Answer:
    """The specification's text spells getOpenAPI this way."""
    return await get_openapi(call)


async def named_client(call: Call) -> str:
    """Return the caller that the header names; raises when it is no identifier or not the proven caller's."""
    client = claimed_client(call.headers)
    if not is_client(client):
        raise ClientNotNamed
    proven = await service.proven_application(call.context, call.actor)
    if proven and proven != client:
        raise ClientDiffers
    return client


def document_answer(document: Document, headers: Mapping[str, str]) -> Answer:
    """Return a document in the form that the caller accepts."""
    accept = headers.get("accept", "").lower()
    if any(name in accept for name in YAML_NAMES):
        return Answer(body=document.text.encode(), media_type=YAML_TYPE)
    return Answer(value=document.text)

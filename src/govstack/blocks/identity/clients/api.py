"""Client management as published, and the registration of the country's own applications and pages."""

from __future__ import annotations

from govstack.blocks.identity.clients import service
from govstack.blocks.identity.clients.schemas import (
    ClientId,
    ClientRequest,
    ClientResponse,
    OwnClientAnswer,
    OwnClientBody,
    own_client,
)
from govstack.blocks.identity.frame.schemas import check_moment, refusal
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("clients",))


@routes.post(
    "/client-mgmt/oidc-client",
    access=needs("add_oidc_client"),
    body=ClientRequest,
    answer=ClientResponse,
    error_body=refusal,
    operation_id="clientCreate",
)
async def create_client(call: Call, body: ClientRequest) -> ClientResponse:
    """Register a relying party."""
    check_moment(body.request_time)
    made = await service.register(call.context, by=call.actor, asked=body.request.asked(), request=call.body_bytes)
    return ClientResponse(ClientId(made.id))


@routes.put(
    "/client-mgmt/oidc-client/{client_id}",
    access=needs("update_oidc_client"),
    body=ClientRequest,
    answer=ClientResponse,
    error_body=refusal,
    operation_id="clientUpdate",
)
async def update_client(call: Call, body: ClientRequest) -> ClientResponse:
    """Change a relying party; its key stays."""
    check_moment(body.request_time)
    client_id = call.path["client_id"]
    made = await service.change(
        call.context, by=call.actor, client_id=client_id, asked=body.request.asked(client_id=client_id)
    )
    return ClientResponse(ClientId(made.id))


@routes.put(
    "/api/v1/clients",
    access=needs("identity:administer"),
    body=OwnClientBody,
    answer=OwnClientAnswer,
    operation_id="machineClientPut",
)
async def put_own_client(call: Call, body: OwnClientBody) -> OwnClientAnswer:
    """Register or replace an application or the pages of a package."""
    made = await service.register_own(
        call.context,
        by=call.actor,
        client_id=body.client_id,
        secret=body.secret,
        application=body.application,
        scopes=body.scopes,
        redirect_uris=body.redirect_uris,
        backchannel_logout_uri=body.backchannel_logout_uri,
    )
    return own_client(made)

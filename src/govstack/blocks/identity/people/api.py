"""Registering somebody who can sign in."""

from __future__ import annotations

from govstack.blocks.identity.people import service
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.people.schemas import PersonBody
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("people",))


@routes.put(
    "/api/v1/people", access=needs("identity:administer"), body=PersonBody, answer=PersonBody, operation_id="personPut"
)
async def put_person(call: Call, body: PersonBody) -> PersonBody:
    """Register or replace somebody who can sign in."""
    claims = {"name": body.name, **body.claims}
    await service.register(
        call.context,
        by=call.actor,
        attributes=tuple(Attribute(name, value) for name, value in claims.items() if value),
        subject=body.id,
        roles=body.roles,
        scopes=body.scopes,
        facts=body.attributes,
        listed=body.listed,
        position=body.position,
    )
    return body

"""Registering somebody who can sign in."""

from __future__ import annotations

from govstack.blocks.identity.people import service
from govstack.blocks.identity.people.errors import Ended, WrongAttribute
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.people.schemas import PersonBody
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("people",))


@routes.put(
    "/api/v1/people", access=needs("identity:administer"), body=PersonBody, answer=PersonBody,
    errors=(WrongAttribute, Ended), operation_id="personPut",
)  # fmt: skip
async def put_person(call: Call, body: PersonBody) -> PersonBody:
    """Register somebody who can sign in, or put all of this in the place of what is there."""
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

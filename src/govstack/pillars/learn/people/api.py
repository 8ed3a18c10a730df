"""The operations on organisations and people."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.people import schemas, service
from govstack.pillars.learn.people.errors import (
    BelowItself,
    NotTheirManager,
    NumberTaken,
    UnknownOrganisation,
    UnknownPerson,
)
from govstack.pillars.learn.people.model import Organisation, Person

routes = Routes(tags=("People",))


@routes.put(
    "/organisations/{organisationId}", access=needs(ADMINISTER), body=schemas.OrganisationGiven, answer=Organisation,
    operation_id="putOrganisation", errors=(UnknownOrganisation, BelowItself, BadId),
)  # fmt: skip
async def put_organisation(call: Call, body: schemas.OrganisationGiven) -> Organisation:
    """Enter an organisation or change it."""
    return await service.put_organisation(
        call.context, by=call.actor, organisation=body.organisation(chosen_id(call, "organisationId"))
    )


@routes.get(
    "/organisations", access=signed_in(), answer=schemas.OrganisationList, operation_id="listOrganisations"
)  # fmt: skip
async def list_organisations(call: Call) -> schemas.OrganisationList:
    """List ministries, agencies and their parts."""
    return schemas.OrganisationList(list((await service.tree(call.context)).by_id.values()))


@routes.put(
    "/people/{learnerId}", access=needs(ADMINISTER), body=schemas.PersonGiven, answer=Person, operation_id="putPerson",
    errors=(UnknownOrganisation, NotTheirManager, NumberTaken, UnknownPerson, BadId),
)  # fmt: skip
async def put_person(call: Call, body: schemas.PersonGiven) -> Person:
    """Enter a person or change what is known of them."""
    entered = await service.put(call.context, by=call.actor, people=[body.person(chosen_id(call, "learnerId"))])
    return entered[0]


@routes.get(
    "/people", access=needs(PLAN), query=schemas.PeopleQuery, answer=schemas.PersonList, operation_id="listPeople"
)  # fmt: skip
async def list_people(call: Call) -> schemas.PersonList:
    """List people, all or those of an organisation with its parts."""
    asked = call.query
    below = (await service.tree(call.context)).below(asked.organisation) if asked.organisation else None
    found = await service.listed(call.context, organisations=below, after=asked.after, limit=asked.limit)
    return schemas.PersonList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(
    "/people/{learnerId}", access=needs(PLAN), answer=Person, operation_id="readPerson", errors=(UnknownPerson,)
)
async def read_person(call: Call) -> Person:
    """Read what is known of a person."""
    return await service.person(call.context, person_id=call.path["learnerId"])


@routes.delete(
    "/people/{learnerId}", access=needs(ADMINISTER), operation_id="erasePerson", status=204, errors=(UnknownPerson,)
)  # fmt: skip
async def erase_person(call: Call) -> Answer:
    """Erase a person: what tells who they are is taken away, figures stay."""
    await service.erase(call.context, by=call.actor, person_id=call.path["learnerId"])
    return Answer(status=204)


@routes.get("/me", access=signed_in(), answer=Person, operation_id="readMe")
async def read_me(call: Call) -> Person:
    """Read what is known of whoever signed in."""
    return await service.me(call.context, by=call.actor)


@routes.put("/me", access=signed_in(), body=schemas.SelfGiven, answer=Person, operation_id="describeMe")
async def describe_me(call: Call, body: schemas.SelfGiven) -> Person:
    """Change where messages reach whoever signed in, and the language that they are written in."""
    return await service.describe_oneself(call.context, by=call.actor, contact=body.contact, language=body.language)

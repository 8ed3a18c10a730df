"""The published operations on people, which organisations call under /config/ and under /service/ alike."""

from __future__ import annotations

from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.schemas import PartQuery
from govstack.blocks.consent.evidence.service import part
from govstack.blocks.consent.individuals import service
from govstack.blocks.consent.individuals.errors import Taken
from govstack.blocks.consent.individuals.schemas import IndividualAnswer, IndividualList, IndividualRequest
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("Individuals",))
ORGANISATION = needs("consent:configure")


@routes.post(
    "/config/individual/", access=ORGANISATION, body=IndividualRequest, answer=IndividualAnswer,
    operation_id="configIndividualCreate", errors=(Taken,),
)  # fmt: skip
async def create_configured(call: Call, body: IndividualRequest) -> IndividualAnswer:
    """Enter a person."""
    return await _create(call, body)


@routes.post(
    "/service/individual/", access=ORGANISATION, body=IndividualRequest, answer=IndividualAnswer,
    operation_id="serviceIndividualCreate", errors=(Taken,),
)  # fmt: skip
async def create(call: Call, body: IndividualRequest) -> IndividualAnswer:
    """Enter a person, also one whose identifier is not known yet."""
    return await _create(call, body)


@routes.get(
    "/config/individual/{individualId}/", access=ORGANISATION, answer=IndividualAnswer,
    operation_id="configIndividualRead", errors=(Unknown,),
)  # fmt: skip
async def read_configured(call: Call) -> IndividualAnswer:
    """Read a person."""
    return await _read(call)


@routes.get(
    "/service/individual/{individualId}/", access=ORGANISATION, answer=IndividualAnswer,
    operation_id="serviceIndividualRead", errors=(Unknown,),
)  # fmt: skip
async def read(call: Call) -> IndividualAnswer:
    """Read a person."""
    return await _read(call)


@routes.put(
    "/service/individual/{individualId}/", access=ORGANISATION, body=IndividualRequest, answer=IndividualAnswer,
    operation_id="serviceIndividualUpdate", errors=(Unknown, Taken),
)  # fmt: skip
async def change(call: Call, body: IndividualRequest) -> IndividualAnswer:
    """Change what is known of a person."""
    individual = body.individual.individual()
    changed = await service.change(
        call.context, by=call.actor, individual_id=call.path["individualId"], individual=individual
    )
    return IndividualAnswer(changed)


@routes.get(
    "/config/individuals/", access=ORGANISATION, query=PartQuery, answer=IndividualList,
    operation_id="configIndividualList",
)  # fmt: skip
async def list_configured(call: Call) -> IndividualList:
    """List people."""
    return await _list(call)


@routes.get(
    "/service/individuals/", access=ORGANISATION, query=PartQuery, answer=IndividualList,
    operation_id="serviceIndividualList",
)  # fmt: skip
async def list_all(call: Call) -> IndividualList:
    """List people."""
    return await _list(call)


async def _create(call: Call, body: IndividualRequest) -> IndividualAnswer:
    individual = body.individual.individual()
    return IndividualAnswer(await service.create(call.context, by=call.actor, individual=individual))


async def _read(call: Call) -> IndividualAnswer:
    return IndividualAnswer(await service.read(call.context, by=call.actor, individual_id=call.path["individualId"]))


async def _list(call: Call) -> IndividualList:
    wanted = part(call.query.offset, call.query.limit)
    return IndividualList(await service.listed(call.context, by=call.actor, part=wanted))

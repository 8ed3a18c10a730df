"""Operations on services of enrolment, for administrators."""

from __future__ import annotations

from govstack.blocks.identity.frame.presenters import ADMINISTER
from govstack.blocks.identity.stations import service
from govstack.blocks.identity.stations.errors import StationInvalid, StationRevoked, StationTaken, UnknownStation
from govstack.blocks.identity.stations.schemas import (
    PAGE_SIZE_MAX,
    StationAnswer,
    StationBody,
    StationList,
    StationQuery,
    answer,
)
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("enrolment services",))
ADMINISTRATORS = needs(ADMINISTER)


@routes.post(
    "/enrollment-services", access=ADMINISTRATORS, body=StationBody, answer=StationAnswer, status=201,
    errors=(StationInvalid, StationTaken), operation_id="enrolmentServiceRegister",
)  # fmt: skip
async def register(call: Call, body: StationBody) -> StationAnswer:
    """Register a service of enrolment, which waits to be approved."""
    return answer(await service.register(call.context, by=call.actor, wish=body.wish()))


@routes.get(
    "/enrollment-services", access=ADMINISTRATORS, query=StationQuery, answer=StationList,
    operation_id="enrolmentServiceList",
)  # fmt: skip
async def listed(call: Call) -> StationList:
    """List services of enrolment."""
    found = await service.listed(call.context, limit=PAGE_SIZE_MAX, offset=call.query.start)
    return StationList([answer(one) for one in found])


@routes.get(
    "/enrollment-services/{serviceId}", access=ADMINISTRATORS, answer=StationAnswer, errors=(UnknownStation,),
    operation_id="enrolmentServiceRead",
)  # fmt: skip
async def read(call: Call) -> StationAnswer:
    """Read a service of enrolment."""
    return answer(await service.station(call.context, station_id=call.path["serviceId"]))


@routes.post(
    "/enrollment-services/{serviceId}/approve", access=ADMINISTRATORS, answer=StationAnswer,
    errors=(UnknownStation, StationRevoked), operation_id="enrolmentServiceApprove",
)  # fmt: skip
async def approve(call: Call) -> StationAnswer:
    """Let a service of enrolment send packets."""
    return answer(await service.approve(call.context, by=call.actor, station_id=call.path["serviceId"]))


@routes.post(
    "/enrollment-services/{serviceId}/revoke", access=ADMINISTRATORS, answer=StationAnswer,
    errors=(UnknownStation,), operation_id="enrolmentServiceRevoke",
)  # fmt: skip
async def revoke(call: Call) -> StationAnswer:
    """Take nothing more from a service of enrolment."""
    return answer(await service.revoke(call.context, by=call.actor, station_id=call.path["serviceId"]))

"""The operations of the excellence centre beside its records."""

from __future__ import annotations

from dataclasses import asdict

from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.knowing.excellence import schemas, service
from govstack.pillars.learn.knowing.excellence.errors import NoAgency, RequestOpen, UnknownRequest
from govstack.pillars.learn.knowing.excellence.model import RequestGiven
from govstack.pillars.learn.records.errors import ChangedMeanwhile, IdTaken, Unfit

routes = Routes(tags=("Excellence centre",))
OWN = by_policy("whoever filed the request")


@routes.get("/my/expert-requests", access=signed_in(), answer=schemas.MyRequests, operation_id="listMyExpertRequests")
async def list_mine(call: Call) -> schemas.MyRequests:
    """List the requests that whoever signed in filed."""
    return schemas.MyRequests([schemas.my_request(one) for one in await service.mine(call.context, by=call.actor)])


@routes.put(
    "/my/expert-requests/{requestId}", access=signed_in(), body=RequestGiven, answer=schemas.MyRequest,
    operation_id="fileExpertRequest", errors=(NoAgency, IdTaken, BadId, Unfit),
)  # fmt: skip
async def file(call: Call, body: RequestGiven) -> schemas.MyRequest:
    """File a request for the agency of whoever signed in; sent again it is the same request."""
    made = await service.file(call.context, by=call.actor, request_id=call.path["requestId"], given=body)
    return schemas.my_request(made)


@routes.get(
    "/my/expert-requests/{requestId}", access=OWN, answer=schemas.MyRequest, operation_id="readMyExpertRequest",
    errors=(UnknownRequest,),
)  # fmt: skip
async def read(call: Call) -> schemas.MyRequest:
    """Read a request of one's own."""
    found = await service.one_of_mine(call.context, by=call.actor, request_id=call.path["requestId"])
    return schemas.my_request(found)


@routes.put(
    "/my/expert-requests/{requestId}/satisfaction", access=OWN, body=schemas.Satisfaction, answer=schemas.MyRequest,
    operation_id="judgeExpertRequest", errors=(UnknownRequest, RequestOpen, ChangedMeanwhile),
)  # fmt: skip
async def judge(call: Call, body: schemas.Satisfaction) -> schemas.MyRequest:
    """Say how satisfied one is with a request that is done."""
    made = await service.judge(
        call.context, by=call.actor, request_id=call.path["requestId"], satisfaction=body.satisfaction
    )
    return schemas.my_request(made)


@routes.get(
    "/excellence/indicators", access=by_policy("learn:advise or learn:lead"), answer=schemas.IndicatorsShown,
    operation_id="readExcellenceIndicators",
)  # fmt: skip
async def indicators(call: Call) -> schemas.IndicatorsShown:
    """Read what the centre achieves."""
    return schemas.IndicatorsShown(**asdict(await service.indicators(call.context, by=call.actor)))

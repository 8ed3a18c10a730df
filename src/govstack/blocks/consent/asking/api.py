"""Operations on requests, beside the published ones: ask, follow, take back, and what one is asked oneself."""

from __future__ import annotations

from govstack.blocks.consent.agreements.errors import NotActive
from govstack.blocks.consent.asking import schemas, service
from govstack.blocks.consent.asking.errors import AnsweredAlready, AskedAlready, NothingToSign, TooManyAsked
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.schemas import PartQuery
from govstack.blocks.consent.evidence.service import part
from govstack.blocks.consent.individuals.errors import NobodyNamed, NotIdentified, NotYours
from govstack.blocks.consent.individuals.schemas import CONCERNED, WHOM_HEADERS, WhomQuery, whom
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("Consent requests",))
POLICY = by_policy("askers with consent:ask")
HERE = "/service/consent-request"


@routes.post(
    f"{HERE}/", access=POLICY, body=schemas.RequestToAsk, answer=schemas.RequestAnswer,
    operation_id="serviceConsentRequestCreate",
    errors=(BadRequest, Unknown, NotActive, AskedAlready, NothingToSign, TooManyAsked),
)  # fmt: skip
async def ask(call: Call, body: schemas.RequestToAsk) -> schemas.RequestAnswer:
    """Ask a person to agree, or to sign a record too; the same request again is the same request."""
    told = await service.ask(call.context, by=call.actor, asked=body.consent_request.asked())
    return schemas.RequestAnswer(schemas.request(told.request, told.notice))


@routes.get(
    f"{HERE}/{{consentRequestId}}/", access=POLICY, answer=schemas.RequestAnswer,
    operation_id="serviceConsentRequestRead", errors=(Unknown,),
)  # fmt: skip
async def read(call: Call) -> schemas.RequestAnswer:
    """Read where one's own request stands."""
    found = await service.read(call.context, by=call.actor, request_id=call.path["consentRequestId"])
    return schemas.RequestAnswer(schemas.request(found))


@routes.delete(
    f"{HERE}/{{consentRequestId}}/", access=POLICY, answer=schemas.RequestAnswer,
    operation_id="serviceConsentRequestTakeBack", errors=(Unknown, AnsweredAlready),
)  # fmt: skip
async def take_back(call: Call) -> schemas.RequestAnswer:
    """Take one's own request back, as long as nobody answered it."""
    found = await service.take_back(call.context, by=call.actor, request_id=call.path["consentRequestId"])
    return schemas.RequestAnswer(schemas.request(found))


@routes.get(
    "/service/consent-requests/", access=POLICY, query=PartQuery, answer=schemas.RequestList,
    operation_id="serviceConsentRequestList",
)  # fmt: skip
async def list_own(call: Call) -> schemas.RequestList:
    """List one's own requests, the newest first."""
    wanted = part(call.query.offset, call.query.limit)
    found = await service.listed(call.context, by=call.actor, part=wanted)
    return schemas.RequestList([schemas.request(one.request) for one in found])


@routes.get(
    "/service/individual/record/consent-requests/", access=CONCERNED, query=WhomQuery,
    answer=schemas.AskedOfYouList, operation_id="serviceIndividualConsentRequestList", headers=WHOM_HEADERS,
    errors=(NobodyNamed, NotIdentified, NotYours, Unknown),
)  # fmt: skip
async def list_asked(call: Call) -> schemas.AskedOfYouList:
    """List what a person is asked and has not answered."""
    stated = whom(call.headers, call.query.individual_id)
    found = await service.asked_of(call.context, by=call.actor, stated=stated)
    return schemas.AskedOfYouList([schemas.asked_of_you(one) for one in found])

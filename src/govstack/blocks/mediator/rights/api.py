"""The published rights API, and requests for access: the consumer asks, the provider decides."""

from __future__ import annotations

from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember, UnknownService
from govstack.blocks.mediator.directory.schemas import Reason
from govstack.blocks.mediator.rights import service
from govstack.blocks.mediator.rights.errors import (
    AlreadyDecided,
    NoEndpoint,
    RightsNotYours,
    UnknownParty,
    UnknownRequest,
)
from govstack.blocks.mediator.rights.model import RequestState
from govstack.blocks.mediator.rights.schemas import (
    RequestAccess,
    RequestAnswer,
    RequestList,
    RequestQuery,
    RightsPage,
    RightsQuery,
    ServiceAccessRightsList,
    listed,
    wishes,
)
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("rights",))
READERS = by_policy("scope read:rights, or the provider's administrators")
WRITERS = by_policy("scope write:rights, or the provider's administrators")
BOTH_SIDES = by_policy("the provider's and the consumer's administrators, and the consumer itself")
RIGHTS_BYTES_MAX = 4_000_000
REQUEST = "/api/v1/access-requests/{requestId}"


@routes.get(
    "/api/v1/rights/allow",
    access=READERS,
    query=RightsQuery,
    answer=RightsPage,
    errors=(RightsNotYours,),
    operation_id="getAllowed",
    summary="List who may use which service, page by page",
)
async def get_allowed(call: Call) -> RightsPage:
    """Pages count pairs of a service and an application; tokens stay good while rights change."""
    page = await service.allow_list(
        call.context,
        by=call.actor,
        wanted=call.query.filter(),
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return RightsPage(listed(page.grants), page.next_page_token)


@routes.patch(
    "/api/v1/rights/allow",
    access=WRITERS,
    body=ServiceAccessRightsList,
    body_bytes_max=RIGHTS_BYTES_MAX,
    errors=(RightsNotYours, UnknownParty, NoEndpoint),
    operation_id="setAllowed",
    summary="Allow applications to use services",
)
async def set_allowed(call: Call, body: ServiceAccessRightsList) -> None:
    """All of the list or nothing; giving a right twice changes nothing."""
    await service.allow(call.context, by=call.actor, wishes=wishes(body))


@routes.patch(
    "/api/v1/rights/deny",
    access=WRITERS,
    body=ServiceAccessRightsList,
    body_bytes_max=RIGHTS_BYTES_MAX,
    errors=(RightsNotYours, UnknownParty, NoEndpoint),
    operation_id="setDenied",
    summary="Take the right to use services away",
)
async def set_denied(call: Call, body: ServiceAccessRightsList) -> None:
    """All of the list or nothing; taking a right twice changes nothing."""
    await service.deny(call.context, by=call.actor, wishes=wishes(body))


@routes.post(
    "/api/v1/access-requests",
    access=BOTH_SIDES,
    body=RequestAccess,
    answer=RequestAnswer,
    status=201,
    errors=(UnknownMember, UnknownApplication, UnknownService, UnknownParty, NoEndpoint),
    operation_id="requestAccess",
    summary="Ask a provider for access to a service",
)
async def request_access(call: Call, body: RequestAccess) -> RequestAnswer:
    """The consumer names what it found in the directory, and what for."""
    found = await service.request_access(call.context, by=call.actor, wish=body.wish(), agreement=body.agreement)
    return RequestAnswer.of(found)


@routes.get(
    "/api/v1/access-requests",
    access=BOTH_SIDES,
    query=RequestQuery,
    answer=RequestList,
    errors=(RightsNotYours,),
    operation_id="listAccessRequests",
    summary="List requests for access",
)
async def list_requests(call: Call) -> RequestList:
    """Administrators of one application name it as provider or as consumer."""
    page = await service.requests(
        call.context,
        by=call.actor,
        state=call.query.state,
        provider=call.query.provider,
        consumer=call.query.consumer,
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return RequestList([RequestAnswer.of(one) for one in page.requests], page.next_page_token)


@routes.get(
    REQUEST,
    access=BOTH_SIDES,
    answer=RequestAnswer,
    errors=(UnknownRequest,),
    operation_id="readAccessRequest",
    summary="Read a request for access",
)
async def read_request(call: Call) -> RequestAnswer:
    """Its two sides may read it."""
    found = await service.request(call.context, by=call.actor, request_id=call.path["requestId"])
    return RequestAnswer.of(found)


@routes.post(
    REQUEST + "/approve",
    access=WRITERS,
    answer=RequestAnswer,
    errors=(UnknownRequest, AlreadyDecided),
    operation_id="approveAccessRequest",
    summary="Approve a request: the application joins the allow list",
)
async def approve_request(call: Call) -> RequestAnswer:
    """Granting access is the provider's decision."""
    return await _decide(call, RequestState.APPROVED)


@routes.post(
    REQUEST + "/reject",
    access=WRITERS,
    body=Reason,
    answer=RequestAnswer,
    errors=(UnknownRequest, AlreadyDecided),
    operation_id="rejectAccessRequest",
    summary="Reject a request, with the reason",
)
async def reject_request(call: Call, body: Reason) -> RequestAnswer:
    """The consumer reads the reason and may ask anew."""
    return await _decide(call, RequestState.REJECTED, body.reason)


@routes.delete(
    REQUEST,
    access=BOTH_SIDES,
    answer=RequestAnswer,
    errors=(UnknownRequest, AlreadyDecided),
    operation_id="withdrawAccessRequest",
    summary="Withdraw a request",
)
async def withdraw_request(call: Call) -> RequestAnswer:
    """The consumer no longer wants it."""
    return await _decide(call, RequestState.WITHDRAWN)


async def _decide(call: Call, state: RequestState, reason: str = "") -> RequestAnswer:
    found = await service.decide_request(
        call.context, by=call.actor, request_id=call.path["requestId"], state=state, reason=reason
    )
    return RequestAnswer.of(found)

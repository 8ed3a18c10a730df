"""Membership over HTTP: apply, read, change, decide (I3, I6)."""

from __future__ import annotations

from govstack.blocks.mediator.applications.errors import MalformedIdentifier, NotPossible, ReasonMissing, Taken
from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.directory.errors import UnknownMember
from govstack.blocks.mediator.directory.model import Member
from govstack.blocks.mediator.directory.schemas import Reason, StateQuery
from govstack.blocks.mediator.membership import service
from govstack.blocks.mediator.membership.schemas import (
    ApplyForMembership,
    ChangeMember,
    MemberAnswer,
    MemberList,
)
from govstack.kernel.routing import Call, Routes, by_policy, public, signed_in

routes = Routes(tags=("membership",))
MEMBER = "/api/v1/members/{memberClass}/{memberCode}"
REGISTRARS = by_policy("administrators who register")


@routes.post(
    "/api/v1/members",
    access=signed_in(),
    body=ApplyForMembership,
    answer=MemberAnswer,
    status=201,
    errors=(MalformedIdentifier, Taken),
    operation_id="applyForMembership",
    summary="Apply for membership",
)
async def apply_for_membership(call: Call, body: ApplyForMembership) -> MemberAnswer:
    """An organisation applies with its details; an administrator verifies them."""
    found = await service.apply_member(
        call.context,
        by=call.actor,
        member_class=body.member_class,
        code=body.member_code,
        name=body.name,
        contact_name=body.contact.name,
        contact_email=body.contact.email,
        agreement=body.agreement,
    )
    return _answer(call, found)


@routes.get(
    "/api/v1/members",
    access=public(),
    query=StateQuery,
    answer=MemberList,
    operation_id="listMembers",
    summary="List members and, for administrators, those who want to be one",
)
async def list_members(call: Call) -> MemberList:
    """Everybody sees who is connected; who has applied is seen by administrators."""
    page = await service.members(
        call.context,
        by=call.actor,
        state=call.query.state,
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return MemberList([_answer(call, one) for one in page.members], page.next_page_token)


@routes.get(
    MEMBER,
    access=public(),
    answer=MemberAnswer,
    errors=(UnknownMember,),
    operation_id="readMember",
    summary="Read a member",
)
async def read_member(call: Call) -> MemberAnswer:
    """Everybody may read a connected member."""
    found = await service.member(
        call.context, by=call.actor, member_class=call.path["memberClass"], code=call.path["memberCode"]
    )
    return _answer(call, found)


@routes.patch(
    MEMBER,
    access=by_policy("the member's administrators"),
    body=ChangeMember,
    answer=MemberAnswer,
    errors=(UnknownMember,),
    operation_id="changeMember",
    summary="Change a member's details",
)
async def change_member(call: Call, body: ChangeMember) -> MemberAnswer:
    """The member's own administrators keep its details."""
    found = await service.change_member(
        call.context,
        by=call.actor,
        member_class=call.path["memberClass"],
        code=call.path["memberCode"],
        name=body.name,
        contact_name=body.contact.name if body.contact else None,
        contact_email=body.contact.email if body.contact else None,
        agreement=body.agreement,
    )
    return _answer(call, found)


@routes.post(
    MEMBER + "/accept",
    access=REGISTRARS,
    answer=MemberAnswer,
    errors=(UnknownMember, NotPossible),
    operation_id="acceptMember",
    summary="Accept a member after verifying its application",
)
async def accept_member(call: Call) -> MemberAnswer:
    """From now on its applications can be connected."""
    return await _decide(call, Decision.ACCEPT)


@routes.post(
    MEMBER + "/reject",
    access=REGISTRARS,
    body=Reason,
    answer=MemberAnswer,
    errors=(UnknownMember, NotPossible, ReasonMissing),
    operation_id="rejectMember",
    summary="Reject an application for membership, with the reason",
)
async def reject_member(call: Call, body: Reason) -> MemberAnswer:
    """The applicant reads the reason and may apply again."""
    return await _decide(call, Decision.REJECT, body.reason)


@routes.post(
    MEMBER + "/suspend",
    access=REGISTRARS,
    body=Reason,
    answer=MemberAnswer,
    errors=(UnknownMember, NotPossible, ReasonMissing),
    operation_id="suspendMember",
    summary="Stop all traffic of a member for now, with the reason",
)
async def suspend_member(call: Call, body: Reason) -> MemberAnswer:
    """Its applications, services and rights stay registered and rest."""
    return await _decide(call, Decision.SUSPEND, body.reason)


@routes.post(
    MEMBER + "/reinstate",
    access=REGISTRARS,
    answer=MemberAnswer,
    errors=(UnknownMember, NotPossible),
    operation_id="reinstateMember",
    summary="Let a suspended member take part again",
)
async def reinstate_member(call: Call) -> MemberAnswer:
    """Everything it had registered works again."""
    return await _decide(call, Decision.REINSTATE)


@routes.delete(
    MEMBER,
    access=REGISTRARS,
    answer=MemberAnswer,
    errors=(UnknownMember, NotPossible),
    operation_id="removeMember",
    summary="Take a member out with all its applications, services and rights",
)
async def remove_member(call: Call) -> MemberAnswer:
    """Its entry stays as removed, so that old messages can still be read."""
    return await _decide(call, Decision.REMOVE)


async def _decide(call: Call, decision: Decision, reason: str = "") -> MemberAnswer:
    found = await service.decide_member(
        call.context,
        by=call.actor,
        member_class=call.path["memberClass"],
        code=call.path["memberCode"],
        decision=decision,
        reason=reason,
    )
    return _answer(call, found)


def _answer(call: Call, member: Member) -> MemberAnswer:
    return MemberAnswer.of(member, private=service.sees_member(call.actor, member))

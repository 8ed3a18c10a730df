"""The operations on onboarding."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.pillars.learn.knowing.communities.errors import (
    CommunityClosed,
    CommunityFull,
    LeadersOnly,
    MembersOnly,
    NotInRegion,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.onboarding import schemas, service
from govstack.pillars.learn.knowing.onboarding.errors import (
    ApplicationStep,
    CallAhead,
    CallTooEarly,
    CallTooFar,
    MemberAlready,
    NoGroup,
    OwnApplication,
    TooManyWait,
    UnknownApplication,
)
from govstack.pillars.learn.knowing.onboarding.model import Letter

routes = Routes(tags=("Onboarding",))
GROUP = "/communities/{recordId}"
ONE = "/group-applications/{applicationId}"
SEEING = by_policy("members, facilitators, and whoever the community is open to")
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
WRITER = by_policy("whoever wrote the application")
CONCERNED = by_policy("whoever wrote the application, and facilitators of the group")


@routes.post(
    f"{GROUP}/applications", access=SEEING, body=Letter, answer=schemas.GroupApplication, status=201,
    operation_id="applyToGroup",
    errors=(UnknownCommunity, NoGroup, CommunityClosed, MemberAlready, NotInRegion, TooManyWait),
)  # fmt: skip
async def apply(call: Call, body: Letter) -> Answer:
    """Ask to join a group; whoever waits already changes what they wrote."""
    made = await service.apply(call.context, by=call.actor, community_id=call.path["recordId"], letter=body)
    return Answer(schemas.told(made), status=201)


@routes.get(
    f"{GROUP}/applications", access=LEADERS, query=schemas.WaitingQuery, answer=schemas.GroupApplications,
    operation_id="listApplicants", errors=(UnknownCommunity, MembersOnly, LeadersOnly),
)  # fmt: skip
async def waiting(call: Call) -> schemas.GroupApplications:
    """List who waits for a group."""
    found = await service.waiting(
        call.context, by=call.actor, community_id=call.path["recordId"], after=call.query.after, limit=call.query.limit
    )
    shown = [schemas.told(one, name) for one, name in found]
    return schemas.GroupApplications(shown, shown[-1].id if len(shown) == call.query.limit else "")


@routes.get(
    "/group-applications", access=signed_in(), answer=schemas.GroupApplications, operation_id="listMyGroupApplications"
)
async def mine(call: Call) -> schemas.GroupApplications:
    """List one's own applications to groups."""
    return schemas.GroupApplications([schemas.told(one) for one in await service.mine(call.context, by=call.actor)])


@routes.get(
    ONE, access=CONCERNED, answer=schemas.GroupApplication, operation_id="readGroupApplication",
    errors=(UnknownApplication,),
)  # fmt: skip
async def read(call: Call) -> schemas.GroupApplication:
    """Read an application."""
    one, _own, _leads = await service.read(
        call.context, by=call.actor, application_id=call.path["applicationId"]
    )  # fmt: skip
    return schemas.told(one)


@routes.put(
    f"{ONE}/call", access=LEADERS, body=schemas.PlannedCall, answer=schemas.GroupApplication,
    operation_id="planGroupCall",
    errors=(UnknownApplication, LeadersOnly, OwnApplication, CallTooEarly, CallTooFar, ApplicationStep),
)  # fmt: skip
async def plan_call(call: Call, body: schemas.PlannedCall) -> schemas.GroupApplication:
    """Plan the call with somebody who waits, or move it."""
    made = await service.call(
        call.context, by=call.actor, application_id=call.path["applicationId"], at=body.at, link=body.link
    )
    return schemas.told(made)


@routes.put(
    f"{ONE}/decision", access=LEADERS, body=schemas.ApplicationDecision, answer=schemas.GroupApplication,
    operation_id="decideGroupApplication",
    errors=(
        UnknownApplication, LeadersOnly, OwnApplication, ApplicationStep, CallAhead, NotInRegion, CommunityClosed,
        CommunityFull,
    ),
)  # fmt: skip
async def decide(call: Call, body: schemas.ApplicationDecision) -> schemas.GroupApplication:
    """Invite somebody who was called, who is a member from then on, or decline."""
    made = await service.decide(
        call.context, by=call.actor, application_id=call.path["applicationId"], invited=body.invited,
        answer=body.answer.strip(),
    )  # fmt: skip
    return schemas.told(made)


@routes.delete(
    ONE, access=WRITER, answer=schemas.GroupApplication, operation_id="withdrawGroupApplication",
    errors=(UnknownApplication, ApplicationStep),
)  # fmt: skip
async def withdraw(call: Call) -> schemas.GroupApplication:
    """Want to join no more."""
    return schemas.told(await service.withdraw(call.context, by=call.actor, application_id=call.path["applicationId"]))


@routes.get(
    f"{GROUP}/channels", access=MEMBERS, answer=schemas.Channels, operation_id="readGroupChannels",
    errors=(UnknownCommunity, MembersOnly),
)  # fmt: skip
async def channels(call: Call) -> schemas.Channels:
    """Read where a group talks."""
    _room, told = await service.channels(call.context, by=call.actor, community_id=call.path["recordId"])
    return schemas.Channels(told)


@routes.put(
    f"{GROUP}/channels", access=LEADERS, body=schemas.Channels, status=204, operation_id="putGroupChannels",
    errors=(UnknownCommunity, MembersOnly, LeadersOnly, CommunityClosed),
)  # fmt: skip
async def put_channels(call: Call, body: schemas.Channels) -> Answer:
    """Write down where a group talks."""
    await service.put_channels(
        call.context, by=call.actor, community_id=call.path["recordId"], channels=body.channels.strip()
    )
    return Answer(status=204)

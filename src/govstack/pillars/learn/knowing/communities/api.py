"""The operations on communities beside their records: membership, charters, reviews."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.knowing.communities import schemas, service
from govstack.pillars.learn.knowing.communities.errors import (
    ByApplication,
    CharterStep,
    CommentTimeRuns,
    CommunityClosed,
    CommunityFull,
    LeadersOnly,
    MembersOnly,
    NotInRegion,
    NotUnderReview,
    OwnCharter,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.communities.model import ACTIVE, DRAFT, Member
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record

routes = Routes(tags=("Communities",))
ONE = "/communities/{recordId}"
SEEING = by_policy("members, facilitators, and whoever the community is open to")
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
READERS = by_policy("learn:facilitate, learn:plan or learn:lead")


@routes.get("/me/communities", access=signed_in(), answer=schemas.MyCommunities, operation_id="listMyCommunities")
async def list_mine(call: Call) -> schemas.MyCommunities:
    """List the communities of whoever signed in."""
    found = await service.mine(call.context, by=call.actor)
    return schemas.MyCommunities([await _standing(call, record, member, False) for record, member in found])


@routes.get(
    f"{ONE}/standing", access=SEEING, answer=schemas.CommunityStanding, operation_id="readCommunityStanding",
    errors=(UnknownCommunity,),
)  # fmt: skip
async def standing(call: Call) -> schemas.CommunityStanding:
    """Read a community as a member, or as somebody who may join it."""
    found = await service.room(call.context, by=call.actor, community_id=call.path["recordId"])
    return await _standing(call, found.record, found.member, found.leads)


@routes.put(
    f"{ONE}/membership", access=SEEING, body=schemas.Joining, answer=schemas.CommunityStanding,
    operation_id="joinCommunity", errors=(UnknownCommunity, CommunityClosed, NotInRegion, CommunityFull, ByApplication),
)  # fmt: skip
async def join(call: Call, body: schemas.Joining) -> schemas.CommunityStanding:
    """Join a community."""
    await service.join(call.context, by=call.actor, community_id=call.path["recordId"], country=body.country)
    return await standing(call)


@routes.delete(
    f"{ONE}/membership", access=SEEING, status=204, operation_id="leaveCommunity", errors=(UnknownCommunity,)
)
async def leave(call: Call) -> Answer:
    """Leave a community."""
    await service.leave(call.context, by=call.actor, community_id=call.path["recordId"])
    return Answer(status=204)


@routes.get(
    f"{ONE}/members", access=MEMBERS, query=schemas.MembersQuery, answer=schemas.CommunityMembers,
    operation_id="listCommunityMembers", errors=(UnknownCommunity, MembersOnly),
)  # fmt: skip
async def members(call: Call) -> schemas.CommunityMembers:
    """List who belongs to a community: name, role and country alone."""
    found = await service.members(
        call.context, by=call.actor, community_id=call.path["recordId"], after=call.query.after, limit=call.query.limit
    )
    shown = [schemas.CommunityMember(one.person_id, name, one.role, one.country, one.joined_at) for one, name in found]
    return schemas.CommunityMembers(shown, shown[-1].person_id if len(shown) == call.query.limit else "")


@routes.get(
    f"{ONE}/participation", access=MEMBERS, answer=schemas.CommunityParticipation,
    operation_id="readCommunityParticipation", errors=(UnknownCommunity, MembersOnly),
)  # fmt: skip
async def participation(call: Call) -> schemas.CommunityParticipation:
    """Count the members of each country, and the rounds of review of the community that it took part in."""
    _room, found = await service.participation(call.context, by=call.actor, community_id=call.path["recordId"])
    return schemas.CommunityParticipation(
        {one.country: one.members for one in found if one.members},
        {one.country: one.reviews for one in found if one.reviews},
    )


@routes.get(
    "/country-participation", access=READERS, answer=schemas.CountriesParticipation,
    operation_id="readCountryParticipation",
)  # fmt: skip
async def countries(call: Call) -> schemas.CountriesParticipation:
    """Count what each country takes part in: groups, their members, and rounds of review."""
    return schemas.CountriesParticipation(
        [
            schemas.CountryParticipation(one.country, one.groups, one.members, one.reviews)
            for one in await service.countries(call.context, by=call.actor)
        ]
    )


@routes.put(
    f"{ONE}/members/{{learnerId}}", access=LEADERS, body=schemas.Appointment, status=204,
    operation_id="appointCommunityMember",
    errors=(UnknownCommunity, LeadersOnly, UnknownPerson, CommunityClosed, NotInRegion, CommunityFull),
)  # fmt: skip
async def appoint(call: Call, body: schemas.Appointment) -> Answer:
    """Make somebody a member, representative or facilitator."""
    await service.appoint(
        call.context, by=call.actor, community_id=call.path["recordId"], person_id=call.path["learnerId"],
        role=body.role, country=body.country,
    )  # fmt: skip
    return Answer(status=204)


@routes.delete(
    f"{ONE}/members/{{learnerId}}", access=LEADERS, status=204, operation_id="removeCommunityMember",
    errors=(UnknownCommunity, LeadersOnly),
)  # fmt: skip
async def remove(call: Call) -> Answer:
    """Take somebody out of a community."""
    await service.leave(
        call.context, by=call.actor, community_id=call.path["recordId"], person_id=call.path["learnerId"]
    )
    return Answer(status=204)


@routes.post(
    "/community-charters/{recordId}/submission", access=LEADERS, answer=schemas.CharterStanding,
    operation_id="submitCharter", errors=(UnknownRecord, LeadersOnly, CharterStep),
)  # fmt: skip
async def submit(call: Call) -> schemas.CharterStanding:
    """Put a charter forward for review."""
    return _charter(await service.submit_charter(call.context, by=call.actor, charter_id=call.path["recordId"]))


@routes.put(
    "/community-charters/{recordId}/decision", access=needs(FACILITATE), body=schemas.CharterDecision,
    answer=schemas.CharterStanding, operation_id="decideCharter",
    errors=(UnknownRecord, LeadersOnly, OwnCharter, CharterStep, CommentTimeRuns),
)  # fmt: skip
async def decide(call: Call, body: schemas.CharterDecision) -> schemas.CharterStanding:
    """Approve a charter for a year, or decline it."""
    charter_id = call.path["recordId"]
    return _charter(
        await service.decide_charter(
            call.context, by=call.actor, charter_id=charter_id, approved=body.approved, reason=body.reason
        )
    )


@routes.put(
    f"{ONE}/review", access=needs(FACILITATE), body=schemas.ReviewDecision, answer=schemas.CommunityStanding,
    operation_id="reviewCommunity", errors=(UnknownCommunity, NotUnderReview),
)  # fmt: skip
async def review(call: Call, body: schemas.ReviewDecision) -> schemas.CommunityStanding:
    """Revive a community under review, or dissolve it."""
    await service.decide_review(
        call.context, by=call.actor, community_id=call.path["recordId"], revive=body.revive, reason=body.reason
    )
    return await standing(call)


def _charter(record: Record) -> schemas.CharterStanding:
    told = record.content
    return schemas.CharterStanding(
        record.id, told.get("state", DRAFT), told.get("submittedOn", ""), told.get("approvedOn", ""),
        told.get("expiresOn", ""),
    )  # fmt: skip


async def _standing(call: Call, record: Record, member: Member | None, leads: bool) -> schemas.CommunityStanding:
    told = record.content
    return schemas.CommunityStanding(
        id=record.id, name=told["name"], aim=told["aim"], opportunities=told["opportunities"],
        state=told.get("state", ACTIVE), next_event=told.get("nextEvent", ""),
        members=await service.size(call.context, community_id=record.id), role=member.role.value if member else "",
        leads=leads or (member is not None and member.role == "facilitator"),
    )  # fmt: skip

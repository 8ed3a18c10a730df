"""The operations on contributions."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.knowing.communities.errors import (
    CommunityClosed,
    LeadersOnly,
    MembersOnly,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.opportunities import schemas, service
from govstack.pillars.learn.knowing.opportunities.errors import (
    ContributionStep,
    DueTooSoon,
    OwnContribution,
    TooManyContributions,
    UnknownContribution,
    UnknownOpportunity,
)

routes = Routes(tags=("Contributions",))
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
CONCERNED = by_policy("whoever does it, and facilitators of the community")


@routes.post(
    "/communities/{recordId}/contributions", access=MEMBERS, body=schemas.Volunteering, status=201,
    answer=schemas.ContributionShown, operation_id="volunteer",
    errors=(
        UnknownCommunity, MembersOnly, CommunityClosed, UnknownOpportunity, DueTooSoon, TooManyContributions,
    ),
)  # fmt: skip
async def volunteer(call: Call, body: schemas.Volunteering) -> schemas.ContributionShown:
    """Take on an opportunity of a community."""
    made = await service.volunteer(
        call.context, by=call.actor, community_id=call.path["recordId"], number=body.number, role=body.role,
        effort_hours=body.effort_hours, due_on=body.due_on,
    )  # fmt: skip
    return schemas.shown(made)


@routes.get(
    "/communities/{recordId}/contributions", access=LEADERS, query=schemas.ContributionsQuery,
    answer=schemas.Contributions, operation_id="listCommunityContributions", errors=(UnknownCommunity, LeadersOnly),
)  # fmt: skip
async def list_all(call: Call) -> schemas.Contributions:
    """List what members do for a community."""
    asked = call.query
    found = await service.of_community(
        call.context, by=call.actor, community_id=call.path["recordId"], after=asked.after, limit=asked.limit
    )
    more = found[-1][0].id if len(found) == asked.limit else ""
    return schemas.Contributions([schemas.shown(one) for one, _ in found], more)


@routes.get("/me/contributions", access=signed_in(), answer=schemas.Contributions, operation_id="listMyContributions")
async def list_mine(call: Call) -> schemas.Contributions:
    """List the contributions of whoever signed in."""
    return schemas.Contributions([schemas.shown(one) for one in await service.mine(call.context, by=call.actor)])


@routes.get(
    "/me/contributions/file", access=signed_in(), query=FileQuery, answer_type="application/octet-stream",
    operation_id="exportMyContributions",
)  # fmt: skip
async def export_mine(call: Call) -> Answer:
    """Take one's contributions out as a file."""
    found = await service.mine(call.context, by=call.actor)
    lines = at_once([schemas.line(one) for one in found])
    return table_answer("contributions", Format(call.query.format), schemas.COLUMNS, lines)


@routes.put(
    "/contributions/{contributionId}/state", access=CONCERNED, body=schemas.ContributionChange,
    answer=schemas.ContributionShown, operation_id="changeContribution",
    errors=(UnknownContribution, LeadersOnly, OwnContribution, ContributionStep),
)  # fmt: skip
async def change(call: Call, body: schemas.ContributionChange) -> schemas.ContributionShown:
    """Say that a contribution is done or withdrawn, confirm it, or give it back."""
    made = await service.change(
        call.context, by=call.actor, contribution_id=call.path["contributionId"], state=body.state, note=body.note
    )
    return schemas.shown(made)

"""The operations on badges that courses, offerings and communities earn."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.earning import schemas, service
from govstack.pillars.learn.earning.errors import (
    NoRuleOfCommunity,
    NoRuleOfCourse,
    NoRuleOfOffering,
    NotOffered,
    TooManyBadges,
)
from govstack.pillars.learn.earning.model import Link, Place, Source
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.knowing.communities.errors import (
    CommunityClosed,
    LeadersOnly,
    MembersOnly,
    UnknownCommunity,
)
from govstack.pillars.learn.learning.achievements.errors import UnknownAchievement
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.response.offerings.errors import UnknownOffering

routes = Routes(tags=("Badges",))
OF_COURSE = "/courses/{courseId}/badges"
OF_OFFERING = "/offerings/{offeringId}/badges"
OF_COMMUNITY = "/communities/{recordId}/badges"
ONE = "/{achievementId}"
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")


def _course(call: Call) -> Place:
    return Place(Source.COURSE, call.path["courseId"])


def _offering(call: Call) -> Place:
    return Place(Source.OFFERING, call.path["offeringId"])


def _community(call: Call) -> Place:
    return Place(Source.COMMUNITY, call.path["recordId"])


@routes.get("/me/badges-ahead", access=signed_in(), answer=schemas.BadgesAhead, operation_id="listBadgesAhead")
async def list_ahead(call: Call) -> schemas.BadgesAhead:
    """List the badges that whoever signed in can earn next, by what they began."""
    return schemas.to_come(await service.ahead(call.context, by=call.actor))


@routes.get(
    OF_COURSE, access=signed_in(), answer=schemas.CourseBadges, operation_id="listCourseBadges", errors=(UnknownCourse,)
)
async def listed(call: Call) -> schemas.CourseBadges:
    """List the badges that the completion of a course earns."""
    return schemas.CourseBadges(
        schemas.plain(await service.shown(call.context, by=call.actor, place=_course(call)))
    )  # fmt: skip


@routes.put(
    OF_COURSE + ONE, access=needs(TEACH), answer=schemas.CourseBadges, operation_id="linkCourseBadge",
    errors=(UnknownCourse, UnknownAchievement, NoRuleOfCourse, TooManyBadges),
)  # fmt: skip
async def link(call: Call) -> schemas.CourseBadges:
    """Let the completion of a course earn a badge under its rule."""
    one = Link(call.path["achievementId"])
    return schemas.CourseBadges(
        schemas.plain(await service.link(call.context, by=call.actor, place=_course(call), one=one))
    )


@routes.delete(
    OF_COURSE + ONE, access=needs(TEACH), answer=schemas.CourseBadges, operation_id="unlinkCourseBadge",
    errors=(UnknownCourse,),
)  # fmt: skip
async def unlink(call: Call) -> schemas.CourseBadges:
    """Let the completion of a course earn a badge no more."""
    found = await service.unlink(
        call.context, by=call.actor, place=_course(call), achievement_id=call.path["achievementId"]
    )
    return schemas.CourseBadges(schemas.plain(found))


@routes.get(
    OF_OFFERING, access=signed_in(), answer=schemas.OfferingBadges, operation_id="listOfferingBadges",
    errors=(UnknownOffering,),
)  # fmt: skip
async def list_of_offering(call: Call) -> schemas.OfferingBadges:
    """List the badges that the certificate of an offering earns."""
    return schemas.OfferingBadges(
        schemas.plain(await service.shown(call.context, by=call.actor, place=_offering(call)))
    )


@routes.put(
    OF_OFFERING + ONE, access=needs(PLAN), answer=schemas.OfferingBadges, operation_id="linkOfferingBadge",
    errors=(UnknownOffering, UnknownAchievement, NoRuleOfOffering, TooManyBadges),
)  # fmt: skip
async def link_to_offering(call: Call) -> schemas.OfferingBadges:
    """Let the certificate of an offering earn a badge under its rule on result and attendance."""
    one = Link(call.path["achievementId"])
    return schemas.OfferingBadges(
        schemas.plain(await service.link(call.context, by=call.actor, place=_offering(call), one=one))
    )


@routes.delete(
    OF_OFFERING + ONE, access=needs(PLAN), answer=schemas.OfferingBadges, operation_id="unlinkOfferingBadge",
    errors=(UnknownOffering,),
)  # fmt: skip
async def unlink_from_offering(call: Call) -> schemas.OfferingBadges:
    """Let the certificate of an offering earn a badge no more."""
    found = await service.unlink(
        call.context, by=call.actor, place=_offering(call), achievement_id=call.path["achievementId"]
    )
    return schemas.OfferingBadges(schemas.plain(found))


@routes.get(
    OF_COMMUNITY, access=MEMBERS, answer=schemas.CommunityBadges, operation_id="listCommunityBadges",
    errors=(UnknownCommunity, MembersOnly),
)  # fmt: skip
async def list_of_community(call: Call) -> schemas.CommunityBadges:
    """List the badges that contributions to a community earn, and how many it takes."""
    return schemas.counted(await service.shown(call.context, by=call.actor, place=_community(call)))


@routes.put(
    OF_COMMUNITY + ONE, access=LEADERS, body=schemas.ContributionsCounted, answer=schemas.CommunityBadges,
    operation_id="linkCommunityBadge", errors=(
        UnknownCommunity, MembersOnly, LeadersOnly, CommunityClosed, UnknownAchievement, NoRuleOfCommunity, NotOffered,
        TooManyBadges,
    ),
)  # fmt: skip
async def link_to_community(call: Call, body: schemas.ContributionsCounted) -> schemas.CommunityBadges:
    """Let contributions to a community earn a badge: of one kind or of any, so many as are named."""
    one = Link(call.path["achievementId"], body.task, body.times)
    return schemas.counted(await service.link(call.context, by=call.actor, place=_community(call), one=one))


@routes.delete(
    OF_COMMUNITY + ONE, access=LEADERS, answer=schemas.CommunityBadges, operation_id="unlinkCommunityBadge",
    errors=(UnknownCommunity, MembersOnly, LeadersOnly),
)  # fmt: skip
async def unlink_from_community(call: Call) -> schemas.CommunityBadges:
    """Let contributions to a community earn a badge no more."""
    found = await service.unlink(
        call.context, by=call.actor, place=_community(call), achievement_id=call.path["achievementId"]
    )
    return schemas.counted(found)

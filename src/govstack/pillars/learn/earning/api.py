"""The operations on badges that courses earn."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.achievements.errors import UnknownAchievement
from govstack.pillars.learn.courses.errors import UnknownCourse
from govstack.pillars.learn.earning import schemas, service
from govstack.pillars.learn.earning.errors import NoRuleOfCourse, TooManyBadges
from govstack.pillars.learn.frame.model import TEACH

routes = Routes(tags=("Badges",))
ALL = "/courses/{courseId}/badges"
ONE = ALL + "/{achievementId}"


@routes.get(
    ALL, access=signed_in(), answer=schemas.CourseBadges, operation_id="listCourseBadges", errors=(UnknownCourse,)
)
async def listed(call: Call) -> schemas.CourseBadges:
    """List the badges that the completion of a course earns."""
    return schemas.CourseBadges(
        await service.shown(call.context, by=call.actor, course_id=call.path["courseId"])
    )  # fmt: skip


@routes.put(
    ONE, access=needs(TEACH), answer=schemas.CourseBadges, operation_id="linkCourseBadge",
    errors=(UnknownCourse, UnknownAchievement, NoRuleOfCourse, TooManyBadges),
)  # fmt: skip
async def link(call: Call) -> schemas.CourseBadges:
    """Let the completion of a course earn a badge under its rule."""
    return schemas.CourseBadges(
        await service.link(
            call.context, by=call.actor, course_id=call.path["courseId"], achievement_id=call.path["achievementId"]
        )
    )


@routes.delete(
    ONE, access=needs(TEACH), answer=schemas.CourseBadges, operation_id="unlinkCourseBadge", errors=(UnknownCourse,)
)
async def unlink(call: Call) -> schemas.CourseBadges:
    """Let the completion of a course earn a badge no more."""
    return schemas.CourseBadges(
        await service.unlink(
            call.context, by=call.actor, course_id=call.path["courseId"], achievement_id=call.path["achievementId"]
        )
    )

"""The way out of the workshop for a course that moves to another learning site."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.handover import schemas, service
from govstack.pillars.learn.learning.handover.model import Standard
from govstack.pillars.learn.learning.handover.presenters import rows, words_of
from govstack.web.answers import Page

routes = Routes(tags=("pages of courses",))


@routes.page("/workshop/{courseId}/handover", access=needs(TEACH), operation_id="courseHandoverPage")
async def ask(call: Call) -> Page:
    """Show what of a course goes along to another learning site, and what stays here as a link."""
    found = await service.leaving(call.context, by=call.actor, course_id=call.path["courseId"])
    values = {"one": found.course, "rows": rows(found, Words(call.language))}
    return framed(call, "workshop", "workshop_handover.html", values)


@routes.page(
    "/workshop/{courseId}/package", access=needs(TEACH), query=schemas.PackageQuery, operation_id="coursePackageFile"
)
async def export(call: Call) -> Answer:
    """Hand a published course out as a package."""
    standard, course_id = Standard(call.query.standard), call.path["courseId"]
    made = await service.handed_over(
        call.context, by=call.actor, course_id=course_id, standard=standard, words=words_of
    )
    return schemas.package_answer(made, course_id, standard)

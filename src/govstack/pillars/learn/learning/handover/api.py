"""The operation of handing a course over."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.handover import schemas, service
from govstack.pillars.learn.learning.handover.model import Standard
from govstack.pillars.learn.learning.handover.presenters import words_of

routes = Routes(tags=("Courses",))


@routes.get(
    "/courses/{courseId}/package", access=needs(TEACH), query=schemas.PackageQuery, answer=bytes,
    answer_type="application/zip", operation_id="exportCoursePackage", errors=(UnknownCourse,),
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take a published course out as a SCORM 2004 or cmi5 package."""
    standard, course_id = Standard(call.query.standard), call.path["courseId"]
    made = await service.handed_over(
        call.context, by=call.actor, course_id=course_id, standard=standard, words=words_of
    )
    return schemas.package_answer(made, course_id, standard)

"""The operations on courses for everybody."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, public
from govstack.pillars.learn.learning.reading import schemas, service
from govstack.pillars.learn.learning.reading.errors import NotForAll

routes = Routes(tags=("Courses for everybody",))


@routes.get(
    "/open-courses", access=public(), query=schemas.OpenQuery, answer=schemas.OpenCourses,
    operation_id="listOpenCourses",
)  # fmt: skip
async def listed(call: Call) -> schemas.OpenCourses:
    """List the courses that everybody may read."""
    asked = call.query
    found = await service.listed(call.context, language=asked.language, after=asked.after, limit=asked.limit)
    told = [schemas.OpenCourse(one.id, one.title, one.language) for one in found]
    return schemas.OpenCourses(told, found[-1].id if len(found) == asked.limit else "")


@routes.get(
    "/open-courses/{courseId}", access=public(), answer=schemas.OpenVersion, operation_id="readOpenCourse",
    errors=(NotForAll,),
)  # fmt: skip
async def read(call: Call) -> schemas.OpenVersion:
    """Read a course that everybody may read."""
    return schemas.OpenVersion.of(await service.course(call.context, course_id=call.path["courseId"]))

"""The operation of structures: a cmi5 package as a course that is launched."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.learning.launches.errors import NotACourse
from govstack.pillars.learn.learning.launches.schemas import CourseShown
from govstack.pillars.learn.learning.packages.errors import PackageNotReady, UnknownPackage
from govstack.pillars.learn.learning.structures import service

routes = Routes(tags=("Launches (cmi5)",))


@routes.post(
    "/packages/{packageId}/course", access=signed_in(), answer=CourseShown, operation_id="enterPackageCourse",
    errors=(UnknownPackage, PackageNotReady, NotACourse),
)  # fmt: skip
async def enter(call: Call) -> CourseShown:
    """Enter the course of a cmi5 package, or find the one that was entered; its id is that of the package."""
    return CourseShown.of(await service.course_of(call.context, by=call.actor, package_id=call.path["packageId"]))

"""The way from the page of a cmi5 package to its course."""

from __future__ import annotations

from urllib.parse import quote

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.learning.structures import service
from govstack.web.answers import Redirect

routes = Routes(tags=("pages of launches",))


@routes.form("/packages/{packageId}/course", access=signed_in(), operation_id="packageCourseForm")
async def enter(call: Call) -> Redirect:
    """Lead to the course of a cmi5 package, from whose page its units are opened."""
    course = await service.course_of(call.context, by=call.actor, package_id=call.path["packageId"])
    return Redirect(f"/launches/{quote(course.id)}")

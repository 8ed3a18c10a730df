"""Pages from which a learner opens courses that run elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.kernel.wire import policy_leading_to
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.learning.launches import presenters, schemas, service
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of launches",))


@routes.page("/launches", access=signed_in(), query=schemas.CoursesQuery, operation_id="launchesPage")
async def courses(call: Call) -> Page:
    """List the courses that whoever signed in may open."""
    mine = await service.mine(call.context, by=call.actor)
    known = {one.course.id for one in mine}
    found = await service.courses(call.context, after=call.query.after, limit=call.query.limit, open_only=True)
    words = Words(call.language)
    values = {
        "mine": [(one.course.id, presenters.title(one, call.language), _far(one, words)) for one in mine],
        "others": [(one.id, in_language(one.structure.titles, call.language)) for one in found if one.id not in known],
        "next": f"/launches?after={quote(found[-1].id)}" if len(found) == call.query.limit else "",
    }
    return framed(call, "record", "launches.html", values)


def _far(standing: service.Standing, words: Words) -> str:
    done = standing.registration is not None and standing.registration.satisfied_at is not None
    return presenters.whole(words, done=done)


@routes.page("/launches/{courseId}", access=signed_in(), operation_id="launchCoursePage")
async def course(call: Call) -> Page:
    """Show the units of a course, how far one is, and open them."""
    standing = await service.standing(call.context, by=call.actor, course_id=call.path["courseId"])
    origins = " ".join(service.origins(call.context, standing.course))
    values = {
        "id": standing.course.id,
        "name": presenters.title(standing, call.language),
        "units": presenters.lines(standing, Words(call.language)),
    }
    shown = framed(call, "record", "launch_course.html", values)
    return Page(shown.template, shown.values, headers=policy_leading_to(origins))


@routes.form("/launches/{courseId}/{unitId}/open", access=signed_in(), operation_id="openUnitForm")
async def open_unit(call: Call) -> Redirect:
    """Open a unit; the course leads back to its page here."""
    course_id = call.path["courseId"]
    back = f"{call.context.public_url}/launches/{quote(course_id)}"
    address = await service.launch(
        call.context, by=call.actor, course_id=course_id, unit_id=call.path["unitId"], back=back
    )
    return Redirect(address)

"""The operations of launches: courses, registrations, opening a unit, and the address that units fetch from (cmi5)."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.learning.callers.api import SHARED, preflight
from govstack.pillars.learn.learning.launches import schemas, service
from govstack.pillars.learn.learning.launches.errors import (
    NotACourse,
    UnitsKept,
    UnknownCourse,
    UnknownRegistration,
)
from govstack.pillars.learn.learning.packages.errors import UnknownPackage
from govstack.pillars.learn.people.errors import UnknownPerson

routes = Routes(tags=("Launches (cmi5)",))


@routes.put(
    "/cmi5/courses/{courseId}", access=needs(TEACH), body=schemas.CourseGiven, answer=schemas.CourseShown,
    operation_id="putLaunchCourse", errors=(NotACourse, UnitsKept, UnknownPackage, BadId),
)  # fmt: skip
async def put_course(call: Call, body: schemas.CourseGiven) -> schemas.CourseShown:
    """Enter a course that can be launched, or change it."""
    return schemas.CourseShown.of(
        await service.put_course(
            call.context, by=call.actor, course_id=chosen_id(call, "courseId"), structure=body.structure, open=body.open
        )
    )


@routes.get("/cmi5/courses", access=needs(TEACH), query=schemas.CoursesQuery, answer=schemas.CourseList,
            operation_id="listLaunchCourses")  # fmt: skip
async def list_courses(call: Call) -> schemas.CourseList:
    """List courses that can be launched."""
    found = await service.courses(call.context, after=call.query.after, limit=call.query.limit)
    shown = [schemas.CourseShown.of(one) for one in found]
    return schemas.CourseList(shown, found[-1].id if len(found) == call.query.limit else "")


@routes.post(
    "/cmi5/courses/{courseId}/registrations", access=needs(PLAN), body=schemas.Learner,
    answer=schemas.RegistrationShown, operation_id="registerForLaunch", errors=(UnknownCourse, UnknownPerson),
)  # fmt: skip
async def register(call: Call, body: schemas.Learner) -> schemas.RegistrationShown:
    """Register a learner in a course; the same again changes nothing."""
    found = await service.register(
        call.context, by=call.actor, course_id=call.path["courseId"], learner_id=body.learner_id
    )
    return await _shown(call, found.id)


@routes.get(
    "/cmi5/registrations/{registrationId}", access=needs(PLAN), answer=schemas.RegistrationShown,
    operation_id="readLaunchRegistration", errors=(UnknownRegistration,),
)  # fmt: skip
async def read_registration(call: Call) -> schemas.RegistrationShown:
    """Read how far a learner is in a course."""
    return await _shown(call, call.path["registrationId"])


async def _shown(call: Call, registration_id: str) -> schemas.RegistrationShown:
    found, parts = await service.progress(call.context, registration_id=registration_id)
    return schemas.RegistrationShown(
        found.id, found.course_id, found.learner_id, found.satisfied_at, [schemas.UnitProgress.of(one) for one in parts]
    )


@routes.post(
    "/cmi5/registrations/{registrationId}/units/{unitId}/waive", access=needs(PLAN), body=schemas.Waiving, status=204,
    operation_id="waiveUnit", errors=(UnknownRegistration, UnknownCourse),
)  # fmt: skip
async def waive(call: Call, body: schemas.Waiving) -> Answer:
    """Let a unit count as satisfied without work."""
    await service.waive(
        call.context, by=call.actor, registration_id=call.path["registrationId"], unit_id=call.path["unitId"],
        reason=body.reason,
    )  # fmt: skip
    return Answer(status=204)


@routes.post(
    "/cmi5/courses/{courseId}/units/{unitId}/launch", access=signed_in(), body=schemas.Opening,
    answer=schemas.UnitOpened, operation_id="launchUnit", errors=(UnknownCourse,),
)  # fmt: skip
async def launch(call: Call, body: schemas.Opening) -> schemas.UnitOpened:
    """Open a unit for whoever signed in; the address works once."""
    address = await service.launch(
        call.context, by=call.actor, course_id=call.path["courseId"], unit_id=call.path["unitId"], mode=body.mode,
        back=body.return_url,
    )  # fmt: skip
    return schemas.UnitOpened(address)


@routes.post(
    "/cmi5/fetch/{once}", access=by_policy("whoever holds the address of a launch, once"), answer=dict[str, str],
    operation_id="fetchLaunchCredential",
)  # fmt: skip
async def fetch(call: Call) -> Answer:
    """Hand a launched unit its credential, once (cmi5 section 8.2)."""
    token = await service.fetch(call.context, secret=call.path["once"])
    if token is None:
        told = {"error-code": "1", "error-text": "This address was used before, or its launch is over."}
        return Answer(value=told, headers=SHARED)
    return Answer(value={"auth-token": token}, headers=SHARED)


preflight(routes, "/cmi5/fetch/{once}", "askFetch")

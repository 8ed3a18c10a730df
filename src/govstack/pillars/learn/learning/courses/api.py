"""The operations of authors and reviewers on courses."""

from __future__ import annotations

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import ADMINISTER, TEACH
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.learning.courses import schemas, service
from govstack.pillars.learn.learning.courses.errors import (
    BadPage,
    ChangedSince,
    InReview,
    NotComplete,
    NotInReview,
    SecondPerson,
    UnknownCourse,
)
from govstack.pillars.learn.learning.courses.model import (
    Course,
    QualityItem,
    Report,
    Sheet,
    Version,
    for_learners,
)
from govstack.pillars.learn.response.materials.errors import LicenceMissing, NoSelling, UnknownMaterial
from govstack.pillars.learn.stages import schemas as stages
from govstack.pillars.learn.stages.errors import ArtefactMissing, ArtefactsFull, StageLeft
from govstack.pillars.learn.stages.model import Artefact

routes = Routes(tags=("Courses",))
ONE = "/courses/{courseId}"
MATERIAL = (UnknownMaterial, LicenceMissing, NoSelling)


@routes.post(
    "/courses", access=needs(TEACH), body=schemas.CourseGiven, answer=Course, operation_id="createCourse",
    body_bytes_max=schemas.BODY_BYTES_MAX, errors=(BadPage, *MATERIAL),
)  # fmt: skip
async def create(call: Call, body: schemas.CourseGiven) -> Course:
    """Begin a course as a draft."""
    return await service.create(call.context, by=call.actor, sheet=body.sheet, pages=body.pages)


@routes.get(
    "/courses", access=signed_in(), query=schemas.CoursesQuery, answer=schemas.CourseList, operation_id="listCourses"
)  # fmt: skip
async def listed(call: Call) -> schemas.CourseList:
    """List courses; those that are being written only for those who teach."""
    asked = call.query
    published = not (asked.all and service.teaches(call.actor))
    found = await service.listed(
        call.context, published=published, language=asked.language, after=asked.after, limit=asked.limit
    )
    return schemas.CourseList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(ONE, access=signed_in(), answer=schemas.CourseShown, operation_id="readCourse", errors=(UnknownCourse,))
async def read(call: Call) -> schemas.CourseShown:
    """Read a course as it is published, with its pages."""
    one = await service.course(call.context, by=call.actor, course_id=call.path["courseId"])
    found = await service.version(call.context, course_id=one.id, number=one.published_version or one.draft_version)
    # The reader of a page gets its questions; a program that reads the course must not get their answers either.
    return schemas.CourseShown(one, found if service.teaches(call.actor) else for_learners(found))


@routes.get(
    ONE + "/draft", access=needs(TEACH), answer=schemas.CourseShown, operation_id="readCourseDraft",
    errors=(UnknownCourse,),
)  # fmt: skip
async def draft(call: Call) -> schemas.CourseShown:
    """Read the version that is being written."""
    return schemas.CourseShown(*await service.draft(call.context, by=call.actor, course_id=call.path["courseId"]))


@routes.put(
    ONE + "/sheet", access=needs(TEACH), body=Sheet, answer=Version, operation_id="putSheetOfCourse",
    errors=(UnknownCourse, InReview, *MATERIAL),
)  # fmt: skip
async def put_sheet(call: Call, body: Sheet) -> Version:
    """Change what a course says of itself."""
    return await service.put_sheet(call.context, by=call.actor, course_id=call.path["courseId"], sheet=body)


@routes.put(
    ONE + "/pages", access=needs(TEACH), body=schemas.PagesGiven, answer=Version, operation_id="putCoursePages",
    body_bytes_max=schemas.BODY_BYTES_MAX, errors=(UnknownCourse, InReview, BadPage),
)  # fmt: skip
async def put_pages(call: Call, body: schemas.PagesGiven) -> Version:
    """Change the pages of a course, all at once."""
    return await service.put_pages(call.context, by=call.actor, course_id=call.path["courseId"], pages=body.pages)


@routes.get(ONE + "/artefacts", access=needs(TEACH), answer=stages.ArtefactList, operation_id="listCourseArtefacts")
async def artefacts(call: Call) -> stages.ArtefactList:
    """List what the states of a course have brought forth."""
    return stages.ArtefactList(await service.artefacts(call.context, course_id=call.path["courseId"]))


@routes.post(
    ONE + "/artefacts", access=needs(TEACH), body=stages.ArtefactGiven, answer=Artefact,
    operation_id="addCourseArtefact", errors=(UnknownCourse, StageLeft, ArtefactsFull),
)  # fmt: skip
async def add_artefact(call: Call, body: stages.ArtefactGiven) -> Artefact:
    """Keep what the present state of a course has brought forth."""
    return await service.add_artefact(
        call.context, by=call.actor, course_id=call.path["courseId"], words=body.words, stage=body.stage
    )  # fmt: skip


@routes.put(
    ONE + "/stage", access=needs(TEACH), body=stages.StageGiven, answer=Course, operation_id="advanceCourse",
    errors=(UnknownCourse, ArtefactMissing),
)  # fmt: skip
async def advance(call: Call, body: stages.StageGiven) -> Course:
    """Bring a course into its next state of design."""
    return await service.advance(call.context, by=call.actor, course_id=call.path["courseId"], to=body.stage)


@routes.get("/quality-items", access=needs(TEACH), answer=schemas.ItemList, operation_id="listQualityItems")
async def checklist(call: Call) -> schemas.ItemList:
    """List the quality checklist."""
    return schemas.ItemList(await service.checklist(call.context))


@routes.put(
    "/quality-items/{itemId}", access=needs(ADMINISTER), body=schemas.ItemGiven, answer=QualityItem,
    operation_id="putQualityItem", errors=(BadId,),
)  # fmt: skip
async def put_item(call: Call, body: schemas.ItemGiven) -> QualityItem:
    """Change a line of the quality checklist, or add one."""
    item = QualityItem(id=chosen_id(call, "itemId"), **msgspec.structs.asdict(body))
    return await service.put_item(call.context, by=call.actor, item=item)


@routes.put(
    ONE + "/checks", access=needs(TEACH), body=schemas.Checks, status=204, operation_id="putCourseChecks",
    errors=(UnknownCourse,),
)  # fmt: skip
async def put_checks(call: Call, body: schemas.Checks) -> Answer:
    """Say which lines of the checklist the version meets that is being written."""
    await service.put_checks(call.context, by=call.actor, course_id=call.path["courseId"], notes=body.notes)
    return Answer(status=204)


@routes.get(ONE + "/report", access=needs(TEACH), answer=Report, operation_id="readCourseReport")
async def report(call: Call) -> Report:
    """Read what stands in the way of publishing, and how easy the course is to read."""
    return await service.looked_at(call.context, course_id=call.path["courseId"])


@routes.post(
    ONE + "/submit", access=needs(TEACH), answer=Course, operation_id="submitCourse",
    errors=(UnknownCourse, NotComplete),
)  # fmt: skip
async def submit(call: Call) -> Course:
    """Give a course to review."""
    return await service.submit(call.context, by=call.actor, course_id=call.path["courseId"])


@routes.post(
    ONE + "/review", access=needs(TEACH), body=schemas.Decision, answer=Course, operation_id="reviewCourse",
    errors=(UnknownCourse, NotInReview, SecondPerson, ChangedSince, NotComplete),
)  # fmt: skip
async def decide(call: Call, body: schemas.Decision) -> Course:
    """Approve a version, which publishes it, or send it back; whoever wrote on it cannot."""
    return await service.decide(
        call.context,
        by=call.actor,
        course_id=call.path["courseId"],
        approved=body.approved,
        words=body.words,
        read=body.changed_at,
    )


@routes.get(ONE + "/reviews", access=needs(TEACH), answer=schemas.ReviewList, operation_id="listCourseReviews")
async def reviews(call: Call) -> schemas.ReviewList:
    """List what reviewers said of a course."""
    return schemas.ReviewList(await service.reviews(call.context, course_id=call.path["courseId"]))


@routes.post(ONE + "/withdraw", access=needs(TEACH), answer=Course, operation_id="withdrawCourse")
async def withdraw(call: Call) -> Course:
    """Take a course out of the catalogue, or back from review."""
    return await service.withdraw(call.context, by=call.actor, course_id=call.path["courseId"])

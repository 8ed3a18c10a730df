"""The operations of learners on courses, and of those who look at their work."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.studying import schemas, service
from govstack.pillars.learn.learning.studying.errors import NotBegun, NotDoneSo, OwnWork, UnknownHandIn
from govstack.pillars.learn.learning.studying.model import Figures, Progress, Work
from govstack.pillars.learn.people.errors import UnknownPerson

routes = Routes(tags=("Learning with courses",))
ONE = "/courses/{courseId}"
PAGE = ONE + "/pages/{pageId}"


@routes.post(ONE + "/start", access=signed_in(), answer=Progress, operation_id="startCourse", errors=(UnknownCourse,))
async def start(call: Call) -> Progress:
    """Begin a course, or go on with it."""
    return await service.begin(call.context, by=call.actor, course_id=call.path["courseId"])


@routes.get(
    ONE + "/progress", access=signed_in(), answer=Progress, operation_id="readCourseProgress", errors=(NotBegun,)
)  # fmt: skip
async def progress(call: Call) -> Progress:
    """Read how far whoever signed in has come."""
    return await service.standing(call.context, by=call.actor, course_id=call.path["courseId"])


@routes.post(
    PAGE + "/done", access=signed_in(), answer=Progress, operation_id="finishCoursePage",
    errors=(NotBegun, UnknownCourse, NotDoneSo),
)  # fmt: skip
async def done(call: Call) -> Progress:
    """Say that a page was read."""
    return await service.read(call.context, by=call.actor, course_id=call.path["courseId"], page_id=call.path["pageId"])


@routes.post(
    PAGE + "/answers", access=signed_in(), body=schemas.Answers, answer=schemas.Answered,
    operation_id="answerCourseQuiz", errors=(NotBegun, UnknownCourse, NotDoneSo),
)  # fmt: skip
async def answer(call: Call, body: schemas.Answers) -> schemas.Answered:
    """Answer a quiz; the page is done when every answer is right."""
    _asked, right, how = await service.answer(
        call.context, by=call.actor, course_id=call.path["courseId"], page_id=call.path["pageId"],
        answers=dict(enumerate(body.answers)),
    )  # fmt: skip
    return schemas.Answered(right, how)


@routes.post(
    PAGE + "/assignments", access=signed_in(), body=schemas.WorkGiven, answer=Work, operation_id="handInWork",
    errors=(NotBegun, UnknownCourse, NotDoneSo, UnknownPerson),
)  # fmt: skip
async def hand_in(call: Call, body: schemas.WorkGiven) -> Work:
    """Hand work in."""
    return await service.hand_in(
        call.context, by=call.actor, course_id=call.path["courseId"], page_id=call.path["pageId"], words=body.words
    )


@routes.get(
    ONE + "/my-work", access=signed_in(), answer=schemas.WorkList, operation_id="listMyWork", errors=(NotBegun,)
)
async def my_work(call: Call) -> schemas.WorkList:
    """List what whoever signed in handed in, with what was said about it."""
    return schemas.WorkList(await service.my_work(call.context, by=call.actor, course_id=call.path["courseId"]))


@routes.get(ONE + "/assignments", access=needs(TEACH), answer=schemas.WorkList, operation_id="listWaitingWork")
async def waiting(call: Call) -> schemas.WorkList:
    """List work that nobody has looked at."""
    return schemas.WorkList(await service.waiting(call.context, course_id=call.path["courseId"]))


@routes.post(
    "/assignments/{workId}/judgement", access=needs(TEACH), body=schemas.Judgement, answer=Work,
    operation_id="judgeWork", errors=(UnknownHandIn, OwnWork, UnknownPerson),
)  # fmt: skip
async def judge(call: Call, body: schemas.Judgement) -> Work:
    """Accept work or return it with a remark."""
    return await service.judge(
        call.context, by=call.actor, work_id=call.path["workId"], accepted=body.accepted, remark=body.remark
    )


@routes.get(ONE + "/figures", access=needs(TEACH), answer=Figures, operation_id="readCourseFigures")
async def figures(call: Call) -> Figures:
    """Read how many began and completed a course, without names."""
    return await service.figures(call.context, course_id=call.path["courseId"])


@routes.get("/my-courses", access=signed_in(), answer=schemas.MyCourses, operation_id="listMyCourses")
async def mine(call: Call) -> schemas.MyCourses:
    """List the courses that whoever signed in began."""
    return schemas.MyCourses(
        [schemas.Studied(one, how) for one, how in await service.mine(call.context, by=call.actor)]
    )


@routes.get(
    "/my-course-list", access=signed_in(), query=FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportMyCourses",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take the courses that whoever signed in began out as CSV, spreadsheet or JSON."""
    return schemas.file_answer(Format(call.query.format), await service.mine(call.context, by=call.actor))

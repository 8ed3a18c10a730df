"""The operations on questions to helpdesks of courses."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.helpdesk import schemas, service
from govstack.pillars.learn.learning.helpdesk.errors import (
    Answered,
    NoHelpdesk,
    NoWords,
    OwnQuestion,
    TooManyWaiting,
    UnknownQuestion,
)
from govstack.pillars.learn.learning.helpdesk.model import Question

routes = Routes(tags=("Helpdesk of courses",))


@routes.post(
    "/courses/{courseId}/questions", access=signed_in(), body=schemas.WordsGiven, answer=Question, status=201,
    operation_id="askHelpdesk", errors=(UnknownCourse, NoHelpdesk, NoWords, TooManyWaiting),
)  # fmt: skip
async def ask(call: Call, body: schemas.WordsGiven) -> Answer:
    """Ask the helpdesk of a course; it is due after the hours in which the course promises an answer."""
    found = await service.ask(call.context, by=call.actor, course_id=call.path["courseId"], words=body.words)
    return Answer(found, status=201)


@routes.get(
    "/my-course-questions", access=signed_in(), query=schemas.MineQuery, answer=schemas.Questions,
    operation_id="listMyCourseQuestions",
)  # fmt: skip
async def list_mine(call: Call) -> schemas.Questions:
    """List what whoever signed in asked, newest first."""
    return schemas.Questions(await service.mine(call.context, by=call.actor, course_id=call.query.course))


@routes.get(
    "/course-questions", access=needs(TEACH), query=schemas.QuestionsQuery, answer=schemas.Questions,
    operation_id="listCourseQuestions", errors=(UnknownQuestion,),
)  # fmt: skip
async def list_all(call: Call) -> schemas.Questions:
    """List questions without who asked: all, or those that wait, what is due first in front."""
    asked = call.query
    find = service.waiting if asked.show == "waiting" else service.listed
    found = await find(call.context, course_id=asked.course, after=asked.after, limit=asked.limit)
    return schemas.Questions(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(
    "/course-questions/{questionId}", access=needs(TEACH), answer=Question, operation_id="readCourseQuestion",
    errors=(UnknownQuestion,),
)  # fmt: skip
async def read(call: Call) -> Question:
    """Read a question, without who asked."""
    return await service.question(call.context, question_id=call.path["questionId"])


@routes.put(
    "/course-questions/{questionId}/answer", access=needs(TEACH), body=schemas.WordsGiven, answer=Question,
    operation_id="answerCourseQuestion", errors=(UnknownQuestion, NoWords, OwnQuestion, Answered),
)  # fmt: skip
async def answer(call: Call, body: schemas.WordsGiven) -> Question:
    """Answer a question, once; whoever asked reads it at their course."""
    return await service.answer(call.context, by=call.actor, question_id=call.path["questionId"], words=body.words)


@routes.get(
    "/helpdesk-figures", access=needs(TEACH), query=schemas.FiguresQuery, answer=schemas.Figures,
    operation_id="readHelpdeskFigures",
)  # fmt: skip
async def figures(call: Call) -> schemas.Figures:
    """Count, course by course, what was answered in time, late or not yet."""
    asked = call.query
    found = await service.figures(call.context, course_id=asked.course, after=asked.after, limit=asked.limit)
    return schemas.Figures(found, found[-1].course_id if len(found) == asked.limit else "")

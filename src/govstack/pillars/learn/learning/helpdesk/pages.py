"""Pages of helpdesks: ask about a course and read the answers; and, for those who answer, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import Course
from govstack.pillars.learn.learning.helpdesk import presenters, schemas, service
from govstack.pillars.learn.learning.helpdesk.model import WORDS_CHARACTERS_MAX, State
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of helpdesks",))
HELP = "/courses/{courseId}/help"
PAGE_ROWS = 50


@routes.page(HELP, access=signed_in(), operation_id="courseHelpPage")
async def show(call: Call) -> Page:
    """Show what the reader asked about a course, with the answers, and let them ask."""
    return await _show(call, "", {})


async def _show(call: Call, told: str, errors: Mapping[str, str], *, status: int | None = None) -> Page:
    course_id, words = call.path["courseId"], Words(call.language)
    one, sheet = await service.desk(call.context, by=call.actor, course_id=course_id)
    mine = await service.mine(call.context, by=call.actor, course_id=course_id)
    values = {
        "one": one,
        "sheet": sheet,
        "questions": [presenters.shown(words, each) for each in mine],
        "told": told,
        "errors": errors,
        "maximum": WORDS_CHARACTERS_MAX,
    }
    return framed(call, "courses", "course_help.html", values, status=status)


@routes.form(HELP, access=signed_in(), operation_id="courseHelpForm")
async def ask(call: Call) -> Page | Redirect:
    """Ask the helpdesk of a course."""
    course_id, told = call.path["courseId"], call.form.get("words", "")
    try:
        await service.ask(call.context, by=call.actor, course_id=course_id, words=told)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _show(call, told, {"words": problem.title}, status=problem.status)
    return Redirect(f"/courses/{course_id}/help", notice=_("Your question was sent. You will find the answer here."))


@routes.page("/my-question-list", access=signed_in(), query=FileQuery, operation_id="myQuestionsFile")
async def export(call: Call) -> Answer:
    """Hand what the reader asked out as a file."""
    return schemas.file_answer(Format(call.query.format), await service.mine(call.context, by=call.actor))


@routes.page("/helpdesk", access=needs(TEACH), query=schemas.DeskQuery, operation_id="helpdeskPage")
async def waiting(call: Call) -> Page:
    """Show what waits for an answer, and how the helpdesks keep to their time."""
    words, asked = Words(call.language), call.query
    found = await service.waiting(call.context, after=asked.after, limit=PAGE_ROWS)
    kept = await service.figures(call.context, after=asked.course, limit=PAGE_ROWS)
    titles = await _titles(call, {one.course_id for one in found} | {one.course_id for one in kept})
    values = {
        "waiting": presenters.waiting(words, found, titles),
        "figures": presenters.figures(words, kept, titles),
        "first": "/helpdesk" if asked.after else "",
        "next": f"/helpdesk?after={found[-1].id}" if len(found) == PAGE_ROWS else "",
        "first_courses": "/helpdesk" if asked.course else "",
        "next_courses": f"/helpdesk?course={kept[-1].course_id}" if len(kept) == PAGE_ROWS else "",
    }
    return framed(call, "workshop", "helpdesk.html", values)


async def _titles(call: Call, course_ids: Iterable[str]) -> dict[str, Course]:
    return {one: await courses.titled(call.context, course_id=one) for one in course_ids}


@routes.page("/helpdesk/{questionId}", access=needs(TEACH), operation_id="helpdeskQuestionPage")
async def read(call: Call) -> Page:
    """Show a question, and let those who teach answer it."""
    return await _read(call, "", {})


async def _read(call: Call, told: str, errors: Mapping[str, str], *, status: int | None = None) -> Page:
    words = Words(call.language)
    one = await service.question(call.context, question_id=call.path["questionId"])
    course = await courses.titled(call.context, course_id=one.course_id)
    values = {
        "one": presenters.shown(words, one),
        "course": course,
        "here": f"/helpdesk/{one.id}",
        "open": one.state in {State.WAITING, State.OVERDUE},
        "told": told,
        "errors": errors,
        "maximum": WORDS_CHARACTERS_MAX,
    }
    return framed(call, "workshop", "helpdesk_question.html", values, status=status)


@routes.form("/helpdesk/{questionId}", access=needs(TEACH), operation_id="helpdeskAnswerForm")
async def answer(call: Call) -> Page | Redirect:
    """Answer a question."""
    told = call.form.get("words", "")
    try:
        await service.answer(call.context, by=call.actor, question_id=call.path["questionId"], words=told)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _read(call, told, {"words": problem.title}, status=problem.status)
    return Redirect("/helpdesk", notice=_("The answer was kept. Whoever asked reads it at their course."))

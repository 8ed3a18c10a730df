"""The workshop: where courses are written, checked and given to a second person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import msgspec

from govstack.kernel import ids
from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH, line_given
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.frame.schemas import misfits
from govstack.pillars.learn.learning.courses import presenters, schemas, service
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.courses.model import (
    TITLE_CHARACTERS_MAX,
    Course,
    CoursePage,
    PageKind,
    Sheet,
    State,
    Version,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.offerings.model import channels_of
from govstack.pillars.learn.stages import presenters as stages
from govstack.pillars.learn.stages.pages import went_on
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import languages
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of courses",))
ONE = "/workshop/{courseId}"
PAGE_COURSES = 50
SHEET_FIELDS = (
    "title", "summary", "language", "minutes", "paid", "open", "helpdesk", "answer_hours", "channels", "materials",
    "competencies",
)  # fmt: skip
PAGE_FIELDS = ("kind", "title", "body", "reference", "required", "stale")
NOT_WHOLE = _("Write a whole number, such as 12.")
TOO_MANY = _("These are too many.")
MISFITS = {
    "title": _("Enter a title of at most 200 characters."), "language": _("Write a language code, such as fr."),
    "minutes": NOT_WHOLE, "answerHours": NOT_WHOLE, "materials": TOO_MANY, "competencies": TOO_MANY,
    "channels": _("Write at most ten channels, such as Phone: 555 0100, each on a line."),
}  # fmt: skip
FIELDS = {"answerHours": "answer_hours"}
PAGE_MISFITS = {"title": _("Give the page a title."), "kind": _("Choose one of the words offered.")}


@routes.page("/workshop", access=needs(TEACH), query=schemas.CoursesQuery, operation_id="workshopPage")
async def workshop(call: Call) -> Page:
    """List courses, those that are being written as well."""
    found = await service.listed(call.context, published=False, after=call.query.after, limit=PAGE_COURSES)
    values = {
        "rows": presenters.rows(Words(call.language), found),
        "first": "/workshop" if call.query.after else "",
        "next": f"/workshop?after={found[-1].id}" if len(found) == PAGE_COURSES else "",
    }
    return framed(call, "workshop", "workshop.html", values)


@routes.page("/workshop/new", access=needs(TEACH), operation_id="newCoursePage")
async def ask(call: Call) -> Page:
    """Ask what a new course is about."""
    return await _sheet_page(call, "/workshop/new", "/workshop", {"language": call.language}, {})


@routes.form("/workshop/new", access=needs(TEACH), operation_id="newCourseForm")
async def create(call: Call) -> Page | Redirect:
    """Begin a course."""
    words = Words(call.language)
    try:
        made = await service.create(call.context, by=call.actor, sheet=_sheet(call.form))
    except msgspec.ValidationError:
        return await _sheet_page(call, "/workshop/new", "/workshop", call.form, _sheet_faults(call))
    except Problem as problem:
        return await _sheet_page(call, "/workshop/new", "/workshop", call.form, {"materials": words(problem.detail)})
    return Redirect(f"/workshop/{made.id}")


def course_page(sections: Callable[[Call, str], Awaitable[list[str]]]) -> Routes:
    """Return the page of a course; `sections` gives what its specification has and it lacks, by the outline's id."""
    made = Routes(tags=("pages of courses",))

    @made.page(ONE, access=needs(TEACH), operation_id="workshopCoursePage")
    async def show(call: Call) -> Page:
        """Show where a course stands and what it lacks."""
        one = await service.course(call.context, by=call.actor, course_id=call.path["courseId"])
        return await _shown(call, {}, await sections(call, one.outline_id) if one.outline_id else [])

    return made


async def _shown(
    call: Call, errors: Mapping[str, str], new_sections: Sequence[str] = (), given: str = ""
) -> Page:  # fmt: skip
    words = Words(call.language)
    one, draft = await service.draft(call.context, by=call.actor, course_id=call.path["courseId"])
    found = await service.looked_at(call.context, course_id=one.id)
    said = await service.reviews(call.context, course_id=one.id)
    known = await people.people(call.context, person_ids=[review.reviewer for review in said])
    me = await people.me(call.context, by=call.actor)
    values = {
        "one": one,
        "draft": draft,
        "standing": presenters.state(words, one),
        **stages.shown(words, one.stage, await service.artefacts(call.context, course_id=one.id), given=given),
        "pages": presenters.pages(words, one, draft),
        "missing": [words(text) for text in found.missing],
        "unchecked": len(found.unchecked),
        "faults": presenters.faults(words, found),
        "score": presenters.score(words, found),
        "long_sentences": found.readability.long_sentences,
        "long_words": words.listed(found.readability.long_words),
        "whole": found.whole,
        "reviews": presenters.reviews(words, said, {key: person.name for key, person in known.items()}),
        "waits": one.state is State.REVIEW,
        "may_decide": me.id not in draft.editors,
        "errors": errors,
        "new_sections": new_sections,
    }
    return framed(call, "workshop", "workshop_course.html", values, status=400 if errors else 200)


@routes.page(ONE + "/sheet", access=needs(TEACH), operation_id="courseSheetPage")
async def ask_sheet(call: Call) -> Page:
    """Ask what a course says of itself."""
    one, draft = await service.draft(call.context, by=call.actor, course_id=call.path["courseId"])
    here = f"/workshop/{one.id}"
    return await _sheet_page(call, f"{here}/sheet", here, presenters.sheet_form(draft.sheet), {})


@routes.form(ONE + "/sheet", access=needs(TEACH), operation_id="courseSheetForm")
async def take_sheet(call: Call) -> Page | Redirect:
    """Take in what a course says of itself."""
    words, here = Words(call.language), f"/workshop/{call.path['courseId']}"
    try:
        sheet = _sheet(call.form)
        await service.put_sheet(call.context, by=call.actor, course_id=call.path["courseId"], sheet=sheet)
    except msgspec.ValidationError:
        return await _sheet_page(call, f"{here}/sheet", here, call.form, _sheet_faults(call))
    except UnknownCourse:
        raise
    except Problem as problem:
        return await _sheet_page(call, f"{here}/sheet", here, call.form, {"materials": words(problem.detail)})
    return Redirect(here, notice=_("The change was saved."))


def _sheet(form: Mapping[str, str]) -> Sheet:
    """Return what a form says; raises msgspec.ValidationError."""
    return msgspec.convert(_sheet_given(form), Sheet, strict=False)


def _sheet_faults(call: Call) -> dict[str, str]:
    """Return what is wrong with the form of a sheet, by field."""
    words, given = Words(call.language), _sheet_given(call.form)
    found = misfits(given, Sheet, MISFITS, whole={"title": "x"})
    return {FIELDS.get(name, name): words(text) for name, text in found.items()}


def _sheet_given(form: Mapping[str, str]) -> dict[str, object]:
    told = {name: form.get(name, "").strip() for name in ("title", "summary", "language", "helpdesk")}
    lists = {name: line_given(form.get(name, "")) for name in ("materials", "competencies")}
    return {
        **told, **lists, "minutes": form.get("minutes", "").strip() or "0", "paid": form.get("paid") == "yes",
        "open": form.get("open") == "yes",
        "answerHours": form.get("answer_hours", "").strip() or "0",
        "channels": channels_of(form.get("channels", "")),
    }  # fmt: skip


async def _sheet_page(call: Call, here: str, back: str, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    spoken = await vocabularies.languages(call.context)
    values = {
        "here": here, "back": back, "form": dict.fromkeys(SHEET_FIELDS, "") | dict(form), "errors": errors,
        "fresh": here == "/workshop/new", "languages": languages(spoken, call.language, [form.get("language", "")]),
    }  # fmt: skip
    return framed(call, "workshop", "workshop_sheet.html", values, status=400 if errors else 200)


@routes.page(ONE + "/pages/{pageId}", access=needs(TEACH), operation_id="workshopPagePage")
async def ask_page(call: Call) -> Page:
    """Ask for a page of a course; `new` is one that is not there yet."""
    one, draft = await service.draft(call.context, by=call.actor, course_id=call.path["courseId"])
    page = draft.page(call.path["pageId"])
    if page is None and call.path["pageId"] != "new":
        raise NotFound
    form = presenters.page_form(page) if page else {"kind": PageKind.TEXT.value, "required": "yes"}
    return _page_page(call, one, page, form, {})


@routes.form(ONE + "/pages/{pageId}", access=needs(TEACH), operation_id="workshopPageForm")
async def take_page(call: Call) -> Page | Redirect:
    """Take a page of a course in, move it, or take it out."""
    words = Words(call.language)
    one, draft = await service.draft(call.context, by=call.actor, course_id=call.path["courseId"])
    before, act = draft.page(call.path["pageId"]), call.form.get("act", "save")
    if before is None and call.path["pageId"] != "new":
        raise NotFound
    try:
        page = _page(call.form, before)
        await service.write(
            call.context, by=call.actor, course_id=one.id, change=lambda now: (now.sheet, _moved(now, page, act))
        )
    except (msgspec.ValidationError, ValueError):
        whole = {"id": "x", "title": "x"}
        found = misfits(_page_given(call.form, before), CoursePage, PAGE_MISFITS, whole=whole)
        if len(call.form.get("title", "").strip()) > TITLE_CHARACTERS_MAX:
            found["title"] = MISFITS["title"]
        return _page_page(call, one, before, call.form, {name: words(text) for name, text in found.items()})
    except Problem as problem:
        return _page_page(call, one, before, call.form, {"body": words(problem.detail)})
    return Redirect(f"/workshop/{one.id}", notice=_("The change was saved."))


def _page(form: Mapping[str, str], before: CoursePage | None) -> CoursePage:
    return msgspec.convert(_page_given(form, before), CoursePage)


def _page_given(form: Mapping[str, str], before: CoursePage | None) -> dict[str, object]:
    given = {name: form.get(name, "").replace("\r\n", "\n") for name in ("kind", "title", "body", "reference")}
    return {
        **given, "title": given["title"].strip(), "reference": given["reference"].strip(),
        "id": before.id if before else ids.new_id(), "required": form.get("required") == "yes",
        "cites": before.cites if before else "", "stale": bool(before and before.stale and form.get("stale") == "yes"),
    }  # fmt: skip


def _moved(now: Version, page: CoursePage, act: str) -> list[CoursePage]:
    """Return the pages with one of them saved, moved or taken out."""
    pages = list(now.pages)
    at = next((place for place, one in enumerate(pages) if one.id == page.id), None)
    if at is None:
        return [*pages, page]
    pages.pop(at)
    if act == "remove":
        return pages
    place = at - 1 if act == "up" else at + 1 if act == "down" else at
    pages.insert(max(0, place), page)
    return pages


def _page_page(
    call: Call, one: Course, page: CoursePage | None, form: Mapping[str, str], errors: Mapping[str, str]
) -> Page:
    values = {
        "one": one, "page": page, "here": f"/workshop/{one.id}/pages/{page.id if page else 'new'}",
        "form": dict.fromkeys(PAGE_FIELDS, "") | dict(form), "kinds": presenters.kinds(Words(call.language)),
        "errors": errors,
    }  # fmt: skip
    return framed(call, "workshop", "workshop_page.html", values, status=400 if errors else 200)


@routes.page(ONE + "/checklist", access=needs(TEACH), operation_id="courseChecklistPage")
async def ask_checks(call: Call) -> Page:
    """Ask which lines of the quality checklist a course meets."""
    one, draft = await service.draft(call.context, by=call.actor, course_id=call.path["courseId"])
    values = {
        "one": one,
        "items": presenters.questions_of(await service.checklist(call.context), call.language),
        "met": await service.checks(call.context, course_id=one.id, number=draft.version),
    }
    return framed(call, "workshop", "workshop_checklist.html", values)


@routes.form(ONE + "/checklist", access=needs(TEACH), operation_id="courseChecklistForm")
async def take_checks(call: Call) -> Redirect:
    """Take the quality checklist in."""
    notes = dict.fromkeys(call.form_lists.get("met", []), "")
    await service.put_checks(call.context, by=call.actor, course_id=call.path["courseId"], notes=notes)
    return Redirect(f"/workshop/{call.path['courseId']}", notice=_("The change was saved."))


@routes.form(ONE + "/stage", access=needs(TEACH), operation_id="courseStageForm")
async def advance(call: Call) -> Page | Redirect:
    """Keep what a state has brought forth, and bring the course into the next one."""
    course_id = call.path["courseId"]
    add = partial(service.add_artefact, call.context, by=call.actor, course_id=course_id)
    go = partial(service.advance, call.context, by=call.actor, course_id=course_id)
    errors, given = await went_on(call, add=add, advance=go)
    if errors:
        return await _shown(call, errors, given=given)
    return Redirect(f"/workshop/{course_id}", notice=_("The change was saved."))


@routes.form(ONE + "/review", access=needs(TEACH), operation_id="courseReviewForm")
async def review(call: Call) -> Page | Redirect:
    """Give a course to review, take it back, approve it, or send it back."""
    act, course_id, said = call.form.get("act", ""), call.path["courseId"], call.form.get("remark", "").strip()
    try:
        if act == "submit":
            await service.submit(call.context, by=call.actor, course_id=course_id)
        elif act == "withdraw":
            await service.withdraw(call.context, by=call.actor, course_id=course_id)
        else:
            approved = act == "approve"
            read = call.form.get("read", "")
            await service.decide(
                call.context, by=call.actor, course_id=course_id, approved=approved, words=said, read=read
            )
    except UnknownCourse:
        raise
    except Problem as problem:
        return await _shown(call, {"": Words(call.language)(problem.title)})
    return Redirect(f"/workshop/{course_id}", notice=_("The change was saved."))

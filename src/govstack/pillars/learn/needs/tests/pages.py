"""Pages for those who make tests, and for those who take them: one question a page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from govstack.kernel import ids
from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.frame.model import EVALUATE, TEACH
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, repeated, spoken
from govstack.pillars.learn.frame.schemas import RETURN_CHARACTERS_MAX, way_back
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.presenters import called_by_id
from govstack.pillars.learn.needs.items.model import LABEL_CHARACTERS_MAX, Kind
from govstack.pillars.learn.needs.items.presenters import LANGUAGES
from govstack.pillars.learn.needs.items.schemas import FILE_BYTES_MAX
from govstack.pillars.learn.needs.tests import presenters, schemas, service
from govstack.pillars.learn.needs.tests.errors import (
    BadAnswer,
    BadTest,
    FormAssembled,
    ItemsLacking,
    NoAttemptLeft,
    TestChanged,
    TestNotOpen,
    UnknownTest,
)
from govstack.pillars.learn.needs.tests.model import Part, State, Test
from govstack.pillars.learn.needs.tests.service import Sheet
from govstack.pillars.learn.people import service as people
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of tests",))
PAGE_TESTS = 100
TEXTS = (
    "language",
    "title",
    "introduction",
    "blueprint",
    "minutes",
    "attempts",
    "pass_percent",
    "paired",
    "shows_answers",
)


class BackQuery(msgspec.Struct, frozen=True, rename={"back": "return"}):
    """Where whoever takes a test goes on afterwards."""

    back: Annotated[str, Meta(max_length=RETURN_CHARACTERS_MAX)] = ""
    lang: Annotated[str, Meta(max_length=12)] = ""


@routes.page("/tests", access=signed_in(), operation_id="testsPage")
async def tests(call: Call) -> Page:
    """Show what can be taken, what one has taken, and to authors all tests."""
    words = Words(call.language)
    me = await people.me(call.context, by=call.actor)
    found = await service.listed(call.context, limit=PAGE_TESTS)
    mine = await service.attempts(call.context, person_id=me.id)
    makes = call.actor.may(TEACH)
    values = {
        "open": [(presenters.title(one, words), f"/tests/{one.id}") for one in found if one.open_part],
        "mine": presenters.mine(mine, {one.id: one for one in found}, words),
        "makes": makes,
        "managed": presenters.managed(found, words) if makes else [],
    }
    return framed(call, "tests", "tests.html", values)


@routes.page("/tests/new", access=needs(TEACH), operation_id="newTestPage")
async def ask_new(call: Call) -> Page:
    """Ask for a new test."""
    cells = {"language": call.language, "attempts": "1", "minutes": "0", "pass_percent": "60", "shows_answers": "yes"}
    return _form(call, None, cells, {})


@routes.form("/tests/new", access=needs(TEACH), operation_id="newTestForm")
async def enter(call: Call) -> Page | Redirect:
    """Enter a test."""
    return await _write(call, None)


@routes.page("/tests/{testId}/change", access=needs(TEACH), operation_id="changeTestPage")
async def ask_change(call: Call) -> Page:
    """Show a test for changing."""
    found = await service.read(call.context, test_id=call.path["testId"])
    return _form(call, found, schemas.test_cells(found, call.language), {})


@routes.form("/tests/{testId}/change", access=needs(TEACH), operation_id="changeTestForm")
async def change(call: Call) -> Page | Redirect:
    """Change a test."""
    return await _write(call, await service.read(call.context, test_id=call.path["testId"]))


@routes.page("/tests/{testId}/manage", access=needs(TEACH), operation_id="manageTestPage")
async def manage(call: Call) -> Page:
    """Show a test to those who make it: blueprint, forms, state."""
    return await _managed(call, {})


@routes.form("/tests/{testId}/assemble", access=needs(TEACH), operation_id="assembleForm")
async def assemble(call: Call) -> Page | Redirect:
    """Assemble the forms."""
    try:
        await service.assemble(call.context, by=call.actor, test_id=call.path["testId"])
    except ItemsLacking as problem:
        return await _managed(call, {"": Words(call.language)(problem.title)})
    return Redirect(_manage(call), notice=Words(call.language)(_("The forms were assembled.")))


@routes.form("/tests/{testId}/state", access=needs(TEACH), operation_id="testStateForm")
async def set_state(call: Call) -> Page | Redirect:
    """Open a test, open its form after learning, or close it."""
    asked, words = call.form.get("state", ""), Words(call.language)
    state = State(asked) if asked in set(State) else State.CLOSED
    shown = call.form.get("at", "")
    seen = State(shown) if shown in set(State) else None
    try:
        await service.set_state(call.context, by=call.actor, test_id=call.path["testId"], state=state, seen=seen)
    except (TestChanged, TestNotOpen, BadTest) as problem:
        return await _managed(call, {"": words(problem.detail)})
    return Redirect(_manage(call), notice=words(_("The state was changed.")))


@routes.page(
    "/tests/{testId}/results", access=needs(EVALUATE), query=schemas.ResultsFileQuery, operation_id="resultsFile"
)  # fmt: skip
async def results(call: Call) -> Answer:
    """Hand out the results of a form, with names."""
    asked = call.query
    return await schemas.results_file(
        call.context, test_id=call.path["testId"], part=Part(asked.part), kind=Format(asked.format)
    )


@routes.page("/tests/{testId}/papers", access=needs(EVALUATE), operation_id="papersPage")
async def ask_papers(call: Call) -> Page:
    """Ask for a file of attempts on paper."""
    return await _papers(call, {})


@routes.form(
    "/tests/{testId}/papers", access=needs(EVALUATE), body_bytes_max=FILE_BYTES_MAX + 10_000, operation_id="papersForm"
)  # fmt: skip
async def take_papers(call: Call) -> Page:
    """Enter attempts on paper from a file, and show what became of each row."""
    words, upload = Words(call.language), call.files.get("file")
    kind = format_of(media_type=upload.media_type, file_name=upload.name) if upload and upload.name else None
    if upload is None or kind is None:
        return await _papers(call, {"file": words(_("Choose a file in CSV, XLSX or JSON"))})
    try:
        taken = await schemas.take_results(
            call.context, by=call.actor, test_id=call.path["testId"], content=upload.content, kind=kind
        )
    except Problem as problem:
        return await _papers(call, {"file": words.said(problem.detail)})
    faults = [(str(one.row), words(one.fault)) for one in taken.refused]
    values = {"taken": taken, "faults": faults, "test_id": call.path["testId"]}
    return framed(call, "tests", "papers_taken.html", values)


@routes.page("/tests/{testId}", access=signed_in(), query=BackQuery, operation_id="testPage")
async def test(call: Call) -> Page:
    """Show what a test is about to whoever may take it."""
    words, found = Words(call.language), await service.read(call.context, test_id=call.path["testId"])
    me = await people.me(call.context, by=call.actor)
    earlier = await service.attempts(call.context, person_id=me.id, test_id=found.id)
    extra = await service.extra_time(call.context, person_id=me.id)
    going = any(not one.submitted_at for one in earlier)
    part = found.open_part
    if part is None and not earlier and not call.actor.may(TEACH):
        raise UnknownTest
    taken = sum(one.part is part and not one.on_paper for one in earlier)
    forms = {form.part: form for form, _items in await service.forms(call.context, test_id=found.id)}
    values = {
        "test": found, "name": presenters.title(found, words), "going": going,
        "written_in": spoken(found.titles, call.language),
        "introduction": [one for one in in_language(found.introductions, call.language).split("\n") if one],
        "questions": len(forms[part].places) if part in forms else 0,
        "minutes": round(found.minutes * (100 + extra) / 100), "left": max(0, found.attempts - taken) if part else 0,
        "back_to": way_back(call.query.back), "makes": call.actor.may(TEACH),
        "mine": presenters.mine(earlier, {found.id: found}, words),
    }  # fmt: skip
    return framed(call, "tests", "test.html", values)


@routes.form("/tests/{testId}/start", access=signed_in(), operation_id="startTestForm")
async def start(call: Call) -> Page | Redirect:
    """Begin an attempt, or go on with the one begun."""
    me = await people.me(call.context, by=call.actor)
    back = way_back(call.form.get("return", ""))
    try:
        attempt = await service.take(call.context, by=call.actor, person_id=me.id, test_id=call.path["testId"])
    except (NoAttemptLeft, TestNotOpen) as problem:
        return Redirect(f"/tests/{call.path['testId']}{_with(back)}", notice=Words(call.language)(problem.title))
    return Redirect(f"/attempts/{attempt.id}/1{_with(back)}")


@routes.page("/attempts/{attemptId}/check", access=signed_in(), query=BackQuery, operation_id="checkAttemptPage")
async def check(call: Call) -> Page | Redirect:
    """Show which questions are answered before the attempt is handed in."""
    sheet, back = await _mine(call), way_back(call.query.back)
    if sheet.attempt.submitted_at:
        return Redirect(f"/attempts/{sheet.attempt.id}/result{_with(back)}")
    words = Words(call.language)
    rows = [(key, text, f"{href}{_with(back)}", hidden) for key, text, href, hidden in presenters.checked(sheet, words)]
    values = {
        "rows": rows, "open": sum(not sheet.answers.get(at) for at in range(1, len(sheet.items) + 1)),
        "attempt": sheet.attempt, "name": presenters.title(sheet.test, words), "back_to": back,
    }  # fmt: skip
    return framed(call, "tests", "test_check.html", values)


@routes.form("/attempts/{attemptId}/submit", access=signed_in(), operation_id="submitAttemptForm")
async def submit(call: Call) -> Redirect:
    """Hand an attempt in."""
    me = await people.me(call.context, by=call.actor)
    attempt_id = call.path["attemptId"]
    await service.submit(call.context, by=call.actor, person_id=me.id, attempt_id=attempt_id)
    return Redirect(f"/attempts/{attempt_id}/result{_with(way_back(call.form.get('return', '')))}")


@routes.page("/attempts/{attemptId}/result", access=signed_in(), query=BackQuery, operation_id="resultPage")
async def result(call: Call) -> Page | Redirect:
    """Show what an attempt came to."""
    sheet, words, back = await _mine(call), Words(call.language), way_back(call.query.back)
    if not sheet.attempt.submitted_at:
        return Redirect(f"/attempts/{sheet.attempt.id}/check{_with(back)}")
    percent = sheet.attempt.percent or 0.0
    values = {
        "name": presenters.title(sheet.test, words), "percent": percent / 100, "test": sheet.test,
        "passed": percent >= sheet.test.pass_percent, "back_to": back,
        "outcomes": presenters.outcomes(sheet, words) if sheet.test.shows_answers else [],
    }  # fmt: skip
    return framed(call, "tests", "test_result.html", values)


@routes.page("/attempts/{attemptId}/{position}", access=signed_in(), query=BackQuery, operation_id="questionPage")
async def question(call: Call) -> Page | Redirect:
    """Show a question."""
    return await _question(call, way_back(call.query.back), {})


@routes.form("/attempts/{attemptId}/{position}", access=signed_in(), operation_id="questionForm")
async def answer(call: Call) -> Page | Redirect:
    """Keep an answer and go on to the next question."""
    me = await people.me(call.context, by=call.actor)
    sheet, position = await _mine(call), schemas.number(call.path["position"])
    back = way_back(call.form.get("return", ""))
    if not 1 <= position <= len(sheet.items):
        raise NotFound
    if sheet.attempt.submitted_at:
        return Redirect(f"/attempts/{sheet.attempt.id}/result{_with(back)}")
    given = schemas.answer_of(sheet.items[position - 1], call.form, call.form_lists)
    try:
        await service.answer(call.context, person_id=me.id, attempt_id=sheet.attempt.id, position=position, given=given)
    except BadAnswer:
        words, kind = Words(call.language), sheet.items[position - 1].kind
        told = {
            Kind.TEXT: words(_("Write at most {number} characters."), number=LABEL_CHARACTERS_MAX),
            Kind.ORDER: words(_("Give each option a place of its own")),
        }
        return await _question(call, back, {"answer": told.get(kind, words(BadAnswer.title))}, given)
    following = str(position + 1) if position < len(sheet.items) else "check"
    return Redirect(f"/attempts/{sheet.attempt.id}/{following}{_with(back)}")


def _with(back: str) -> str:
    return f"?{urlencode({'return': back})}" if back else ""


def _manage(call: Call) -> str:
    return f"/tests/{call.path['testId']}/manage"


async def _mine(call: Call) -> Sheet:
    me = await people.me(call.context, by=call.actor)
    return await service.sheet(call.context, person_id=me.id, attempt_id=call.path["attemptId"])


async def _question(
    call: Call, back: str, errors: dict[str, str], given: tuple[str, ...] | None = None
) -> Page | Redirect:  # fmt: skip
    sheet, position = await _mine(call), schemas.number(call.path["position"])
    if sheet.attempt.submitted_at:
        return Redirect(f"/attempts/{sheet.attempt.id}/result{_with(back)}")
    if not 1 <= position <= len(sheet.items):
        raise NotFound
    attempt, words = sheet.attempt, Words(call.language)
    values = {
        **presenters.question(sheet, position, call.language, given), "position": position, "total": len(sheet.items),
        "attempt": attempt, "name": presenters.title(sheet.test, words), "back_to": back, "errors": errors,
        "before": f"/attempts/{attempt.id}/{position - 1}{_with(back)}" if position > 1 else "",
        "check": f"/attempts/{attempt.id}/check{_with(back)}",
    }  # fmt: skip
    return framed(call, "tests", "test_question.html", values, status=400 if errors else 200)


async def _managed(call: Call, errors: dict[str, str]) -> Page:
    words, found = Words(call.language), await service.read(call.context, test_id=call.path["testId"])
    forms = await service.forms(call.context, test_id=found.id)
    lacking = [] if forms else await service.lacking(call.context, test_id=found.id)
    asked = {cell.competency_id for cell in found.blueprint} | {
        item.competency_id for _f, items in forms for item in items
    }
    called = called_by_id(await frameworks.by_ids(call.context, competency_ids=asked), call.language)
    values = {
        "test": found, "name": presenters.title(found, words), "state": presenters.state(found.state, words),
        "blueprint": presenters.blueprint(found, lacking, called, words), "errors": errors,
        "forms_made": [
            (words(presenters.PARTS[form.part]), str(form.part), presenters.form_rows(form, items, called, words))
            for form, items in forms
        ],
        "evaluates": call.actor.may(EVALUATE),
    }  # fmt: skip
    return framed(call, "tests", "test_manage.html", values, status=422 if errors else 200)


async def _papers(call: Call, errors: dict[str, str]) -> Page:
    found = await service.read(call.context, test_id=call.path["testId"])
    values = {"name": presenters.title(found, Words(call.language)), "test_id": found.id, "errors": errors}
    return framed(call, "tests", "papers.html", values, status=400 if errors else 200)


async def _write(call: Call, before: Test | None) -> Page | Redirect:
    words = Words(call.language)
    cells = {name: call.form.get(name, "") for name in TEXTS}
    test, errors = schemas.test_of(before.id if before else ids.new_id(), cells, before)
    if test is None:
        return _form(call, before, cells, {name: words(text) for name, text in errors.items()})
    named = {one.competency_id: await frameworks.named(call.context, text=one.competency_id) for one in test.blueprint}
    unknown = [text for text, one in named.items() if one is None]
    if unknown:
        told = words(_("No competency has the id, or alone the code: {names}"), names=repeated(unknown, words))
        return _form(call, before, cells, {"blueprint": told})
    meant = {text: one.id for text, one in named.items() if one is not None}
    blueprint = tuple(msgspec.structs.replace(one, competency_id=meant[one.competency_id]) for one in test.blueprint)
    test = msgspec.structs.replace(test, blueprint=blueprint)
    try:
        await service.put(call.context, by=call.actor, test=test, seen=before)
    except TestChanged as problem:
        return _form(call, before, cells, {"title": words(problem.title)})
    except (BadTest, FormAssembled) as problem:
        return _form(call, before, cells, {"blueprint": words(problem.detail)})
    return Redirect(f"/tests/{test.id}/manage", notice=words(_("The test was saved.")))


def _form(call: Call, before: Test | None, cells: dict[str, str], errors: dict[str, str]) -> Page:
    values = {
        "test": before, "cells": {**dict.fromkeys(TEXTS, ""), **cells}, "errors": errors, "languages": LANGUAGES,
        "action": f"/tests/{before.id}/change" if before else "/tests/new",
    }  # fmt: skip
    return framed(call, "tests", "test_form.html", values, status=400 if errors else 200)

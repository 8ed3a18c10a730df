"""Pages of whoever keeps a session: its people, the code in the room, paper lists; and checking in."""

from __future__ import annotations

import io
from datetime import date
from typing import Annotated

import msgspec
import segno
from msgspec import Meta

from govstack.kernel import clock, i18n
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.attendance import presenters, schemas, service
from govstack.pillars.learn.response.attendance.errors import NotADay
from govstack.pillars.learn.response.attendance.model import Sheet, Taken
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.model import ENROLMENTS_MAX
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("attendance pages",))
FILE_BYTES_MAX = 5_000_000
PAGE_NUMBERS = frozenset(str(number) for number in range(1, 1_001))
CHOOSE_FILE = _("Choose a file: CSV or a spreadsheet (.xlsx).")


class DayQuery(msgspec.Struct, frozen=True):
    """Which day; today where none is named."""

    day: Annotated[str, Meta(max_length=10)] = ""


class SheetQuery(msgspec.Struct, frozen=True):
    """Which day and which page of people."""

    day: Annotated[str, Meta(max_length=10)] = ""
    page: Annotated[int, Meta(ge=1, le=1_000)] = 1


class CodeQuery(msgspec.Struct, frozen=True):
    """The code that was scanned."""

    code: Annotated[str, Meta(max_length=2_000)] = ""


@routes.page("/teach", access=needs(TEACH), operation_id="taughtSessionsPage")
async def taught(call: Call) -> Page:
    """List the sessions that whoever signed in teaches."""
    found = await service.taught(call.context, by=call.actor)
    values = {"rows": presenters.taught(found, Words(call.language))}
    return framed(call, "teach", "taught_sessions.html", values)


@routes.page("/teach/{runId}", access=signed_in(), operation_id="taughtSessionPage")
async def one(call: Call) -> Page:
    """Show who takes part in a session, and what they have reached, to whoever keeps it."""
    words, session_id = Words(call.language), call.path["runId"]
    people_in = await enrolment.of_session(call.context, by=call.actor, session_id=session_id)
    session = await offerings.session(call.context, session_id=session_id)
    offering = await offerings.offering(call.context, by=call.actor, offering_id=session.offering_id)
    tree = await people.tree(call.context)
    values = {
        "session": session,
        "begun": session.starts <= clock.now() and not session.cancelled,
        "back": f"/desk/sessions/{session_id}" if call.actor.may(PLAN) else "/teach",
        "title": in_language(offering.titles, call.language),
        "cut": ENROLMENTS_MAX if len(people_in) == ENROLMENTS_MAX else 0,
        "members": presenters.members(people_in, await service.outcomes(call.context, people_in), tree, words),
    }
    return framed(call, "teach", "taught_session.html", values)


@routes.page("/teach/{runId}/register", access=signed_in(), query=SheetQuery, operation_id="attendanceSheetPage")
async def ask_sheet(call: Call) -> Page:
    """Ask who was there on a day, and what came of their tests."""
    day = _day(call.query.day) if call.query.day else None
    found = await service.sheet(
        call.context, by=call.actor, session_id=call.path["runId"], day=day, page=call.query.page
    )
    return _sheet(call, found, {})


@routes.form("/teach/{runId}/register", access=signed_in(), operation_id="attendanceSheetForm")
async def keep_sheet(call: Call) -> Page | Redirect:
    """Note who was there on a day, and what came of their tests; what nobody touched stays as it is."""
    session_id, page = call.path["runId"], call.form.get("page", "1")
    given = _day(call.form["day"]) if call.form.get("day") else None
    found = await service.sheet(
        call.context, by=call.actor, session_id=session_id, day=given, page=int(page) if page in PAGE_NUMBERS else 1
    )
    changes, errors = schemas.changes_sent(found, call.form)
    if errors:
        return _sheet(call, found, errors, status=400)
    await service.keep_sheet(call.context, by=call.actor, session_id=session_id, day=found.day, changes=changes)
    day = f"day={found.day.isoformat()}&" if found.day else ""
    return Redirect(f"/teach/{session_id}/register?{day}page={found.page}", notice=_("Saved."))


def _sheet(call: Call, found: Sheet, errors: dict[str, str], *, status: int | None = None) -> Page:
    values = {
        "session": found.session,
        "course": in_language(found.offering.titles, call.language),
        "days": [(one.isoformat(), i18n.format_date(call.language, one)) for one in found.session.held_on],
        "day": found.day.isoformat() if found.day else "",
        "people": presenters.sheet(found, call.form, Words(call.language)),
        "page": found.page,
        "pages": found.pages,
        "errors": errors,
    }
    return framed(call, "teach", "attendance_sheet.html", values, status=status)


@routes.page("/teach/{runId}/code", access=signed_in(), query=DayQuery, operation_id="attendanceCodePage")
async def show_code(call: Call) -> Page:
    """Show the code of a day, for people in the room to scan; it is renewed by reloading the page."""
    session_id = call.path["runId"]
    await service.keeper(call.context, by=call.actor, session_id=session_id)
    session = await offerings.session(call.context, session_id=session_id)
    day = _day(call.query.day)
    days = [(one.isoformat(), i18n.format_date(call.language, one)) for one in session.held_on]
    picture, address = "", ""
    if day in session.held_on:
        code = await service.code(call.context, by=call.actor, session_id=session_id, day=day)
        address = f"{call.context.public_url}/check-in?code={code}"
        target = io.BytesIO()
        segno.make(address, error="m", micro=False).save(
            target, kind="svg", scale=5, xmldecl=False, svgns=True, title=Words(call.language)(_("Code to check in"))
        )
        picture = target.getvalue().decode()
    values = {
        "session": session, "days": days, "day": day.isoformat(), "picture": picture, "address": address,
        "minutes": call.context.settings.number(service.CODE_SECONDS) // 60,
    }  # fmt: skip
    return framed(call, "teach", "attendance_code.html", values)


def _day(text: str) -> date:
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay from error


@routes.page("/check-in", access=signed_in(), query=CodeQuery, operation_id="checkInPage")
async def ask(call: Call) -> Page:
    """Ask whether whoever scanned a code is there."""
    return await _check_in(call, call.query.code, {})


@routes.form("/check-in", access=signed_in(), operation_id="checkInForm")
async def check_in(call: Call) -> Page | Redirect:
    """Note that whoever signed in is there."""
    try:
        await service.check_in(call.context, by=call.actor, text=call.form.get("code", ""))
    except Problem as problem:
        return await _check_in(call, call.form.get("code", ""), {"": problem.title}, status=problem.status)
    return Redirect("/my/learning", notice=_("We noted that you are here."))


async def _check_in(call: Call, code: str, errors: dict[str, str], *, status: int | None = None) -> Page:
    course, day = "", ""
    if not errors:
        try:
            found = service.read_code(call.context, code)
            session = await offerings.session(call.context, session_id=found.session_id)
            offering = await offerings.offering(call.context, by=call.actor, offering_id=session.offering_id)
            course = in_language(offering.titles, call.language)
            day = i18n.format_date(call.language, found.day)
        except Problem as problem:
            errors, status = {"": problem.title}, problem.status
    values = {"code": code, "course": course, "day": day, "errors": errors}
    return framed(call, "mine", "check_in.html", values, status=status)


@routes.page("/teach/{runId}/list", access=signed_in(), operation_id="attendanceListPage")
async def ask_list(call: Call) -> Page:
    """Ask for a paper list."""
    await service.keeper(call.context, by=call.actor, session_id=call.path["runId"])
    await offerings.session(call.context, session_id=call.path["runId"])
    return _list(call, {}, None)


@routes.form(
    "/teach/{runId}/list", access=signed_in(), operation_id="attendanceListForm", body_bytes_max=FILE_BYTES_MAX
)  # fmt: skip
async def take_list(call: Call) -> Page:
    """Take a paper list in and say what became of each row."""
    upload = call.files.get("file")
    if upload is None or not upload.content:
        return _list(call, {"file": CHOOSE_FILE}, None)
    try:
        kind = schemas.format_sent(upload.media_type, upload.name)
        taken = await service.take_list(
            call.context, by=call.actor, session_id=call.path["runId"], kind=kind, content=upload.content
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        return _list(call, {"file": Words(call.language).said(problem.detail)}, None, status=problem.status)
    return _list(call, {}, taken)


def _list(call: Call, errors: dict[str, str], taken: Taken | None, *, status: int | None = None) -> Page:
    words = Words(call.language)
    faults = [({"number": one.row}, words(one.why)) for one in taken.faults] if taken else []
    values = {"session_id": call.path["runId"], "taken": taken, "faults": faults, "errors": errors}
    return framed(call, "teach", "attendance_list.html", values, status=status)


@routes.form("/teach/{runId}/close", access=signed_in(), operation_id="closeSessionForm")
async def close(call: Call) -> Redirect:
    """Say who completed a session and issue certificates."""
    session_id = call.path["runId"]
    await service.close(call.context, by=call.actor, session_id=session_id)
    place = "desk/sessions" if call.actor.may(PLAN) else "teach"
    return Redirect(f"/{place}/{session_id}", notice=_("Results and certificates follow the rule of the course."))

"""Pages of learners and managers: ask for a place, my learning, my team."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, lasting
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.schemas import calendar_answer
from govstack.pillars.learn.response.enrolment import presenters, service
from govstack.pillars.learn.response.enrolment.errors import UnknownEnrolment
from govstack.pillars.learn.response.enrolment.model import NEEDS_CHARACTERS_MAX
from govstack.pillars.learn.response.enrolment.schemas import COLUMNS, row
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import UnknownOffering, UnknownSession
from govstack.pillars.learn.response.offerings.model import Wanted
from govstack.pillars.learn.response.offerings.presenters import calendar, location
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of learners",))
OWNS = by_policy("the learner or the training unit")
MANAGES = by_policy("their manager or the training unit")
COURSES_CHOSEN_FROM = 200
TOO_LONG = _("Write at most 500 characters.")
CHOOSE = _("Choose at least one person.")


@routes.page("/sessions/{runId}/enrol", access=signed_in(), operation_id="enrolPage")
async def ask(call: Call) -> Page:
    """Ask what somebody needs in order to take part."""
    return await _enrol(call, {}, {})


@routes.form("/sessions/{runId}/enrol", access=signed_in(), operation_id="enrolForm")
async def enrol(call: Call) -> Page | Redirect:
    """Ask for a place."""
    needs = call.form.get("needs", "").strip()
    if len(needs) > NEEDS_CHARACTERS_MAX:
        return await _enrol(call, call.form, {"needs": TOO_LONG})
    try:
        await service.enrol(call.context, by=call.actor, session_id=call.path["runId"], needs=needs)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _enrol(call, call.form, {"": problem.title}, status=problem.status)
    return Redirect("/my/learning", notice=_("We have your request. You see below where it stands."))


async def _enrol(
    call: Call, values: Mapping[str, str], errors: Mapping[str, str], *, status: int | None = None
) -> Page:
    session = await offerings.session(call.context, session_id=call.path["runId"])
    try:
        offering = await offerings.offering(call.context, by=call.actor, offering_id=session.offering_id)
    except UnknownOffering as error:
        raise UnknownSession from error
    shown = {
        "session": session, "location": location(session, Words(call.language)),
        "course": in_language(offering.titles, call.language), "offering": offering,
        "values": values, "errors": errors, "free": max(session.seats - session.taken, 0),
    }  # fmt: skip
    return framed(call, "catalogue", "enrol.html", shown, status=status)


@routes.page("/my/learning", access=signed_in(), operation_id="myLearningPage")
async def mine(call: Call) -> Page:
    """Show one's own courses of all audiences."""
    words = Words(call.language)
    found = await service.mine(call.context, by=call.actor)
    certificates = await attendance.certificates(call.context, found)
    values = {
        "rows": presenters.my_rows(found, words, certificates),
        "reminders": await notices.wanted(call.context, by=call.actor),
        "named": await trainers.choice(call.context, by=call.actor),
    }
    return framed(call, "mine", "my_learning.html", values)


@routes.page("/my/learning/file", access=signed_in(), query=FileQuery, operation_id="myLearningFile")
async def file(call: Call) -> Answer:
    """Take one's own courses out as a file."""
    found = await service.mine(call.context, by=call.actor)
    return table_answer("my-courses", Format(call.query.format), COLUMNS, at_once([row(one) for one in found]))


@routes.page("/my/learning/calendar", access=signed_in(), operation_id="myLearningCalendar")
async def days(call: Call) -> Answer:
    """Hand out the sessions that one has a place in or teaches for one's calendar."""
    found = await attendance.joined(call.context, by=call.actor)
    return calendar_answer(calendar(found, Words(call.language), call.context.public_url, joining=True))


@routes.page("/my/learning/{enrolmentId}/certificate", access=OWNS, operation_id="courseCertificatePage")
async def certificate(call: Call) -> Page:
    """Show a certificate, to be printed."""
    found = await service.own(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"])
    issued = (await attendance.certificates(call.context, [found])).get(found.enrolment.id)
    if issued is None:
        raise UnknownEnrolment
    person = await people.person(call.context, person_id=found.enrolment.person_id)
    values = {
        "course": in_language(found.offering.titles, call.language), "name": person.name or person.number or person.id,
        "number": issued[0], "at": issued[1], "one": found,
        "length": lasting(found.offering.hours, Words(call.language)),
    }  # fmt: skip
    return framed(call, "mine", "course_certificate.html", values)


@routes.form("/my/learning/messages", access=signed_in(), operation_id="courseMessagesForm")
async def choose(call: Call) -> Redirect:
    """Choose whether messages about courses are sent."""
    wanted = call.form.get("wanted") == "yes"
    await notices.choose(call.context, by=call.actor, wanted=wanted)
    return Redirect("/my/learning", notice=_("You get messages.") if wanted else _("You get no more messages."))


@routes.page("/my/learning/{enrolmentId}/cancel", access=OWNS, operation_id="cancelPage")
async def ask_cancel(call: Call) -> Page:
    """Ask whether a place is given back."""
    found = await service.own(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"])
    values = {"one": found, "course": in_language(found.offering.titles, call.language)}
    return framed(call, "mine", "cancel.html", values)


@routes.form("/my/learning/{enrolmentId}/cancel", access=OWNS, operation_id="cancelForm")
async def cancel(call: Call) -> Redirect:
    """Give a place back."""
    await service.cancel(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"])
    return Redirect("/my/learning", notice=_("Your place was given back."))


@routes.page("/my/team-courses", access=signed_in(), operation_id="teamCoursesPage")
async def team(call: Call) -> Page:
    """Show the courses of one's team, and what waits for the manager."""
    return await _team(call, {})


async def _team(call: Call, errors: Mapping[str, str], *, status: int | None = None) -> Page:
    words = Words(call.language)
    found = await service.of_team(call.context, by=call.actor)
    me = await people.me(call.context, by=call.actor)
    reports = await people.reports(call.context, manager_id=me.id)
    listed = await offerings.catalogue(call.context, wanted=Wanted(), limit=COURSES_CHOSEN_FROM)
    now = clock.now()
    open_ones = [(one.offering, held) for one in listed for held in one.sessions if held.registers_at(now)]
    values = {
        "rows": presenters.team_rows(found, words),
        "waiting": presenters.waiting_for_manager(found, words),
        "reports": [(one.id, one.name or one.number or one.id) for one in reports],
        "sessions": presenters.session_choices(open_ones, words),
        "values": call.form,
        "errors": errors,
    }
    return framed(call, "mine", "team_courses.html", values, status=status)


@routes.form("/my/team-courses/decide", access=MANAGES, operation_id="decideForm")
async def decide(call: Call) -> Page | Redirect:
    """Agree to what members of the team asked for, or decline."""
    chosen = call.form_lists.get("chosen", [])
    if not chosen:
        return await _team(call, {"chosen": CHOOSE})
    accept = call.form.get("answer") == "accept"
    for enrolment_id in chosen:
        await service.decide(call.context, by=call.actor, enrolment_id=enrolment_id, accept=accept)
    return Redirect("/my/team-courses", notice=_("You agreed.") if accept else _("You declined."))


@routes.form("/my/team-courses/nominate", access=MANAGES, operation_id="nominateForm")
async def nominate(call: Call) -> Page | Redirect:
    """Put a member of the team forward."""
    person_id, session_id = call.form.get("person", ""), call.form.get("session", "")
    if not person_id or not session_id:
        fault = {"person": _("Choose a person.")} if not person_id else {"session": _("Choose a course.")}
        return await _team(call, fault)
    try:
        await service.nominate(call.context, by=call.actor, session_id=session_id, person_id=person_id)
    except Problem as problem:
        return await _team(call, {"person": problem.title}, status=problem.status)
    return Redirect("/my/team-courses", notice=_("You put this person forward. The training unit decides next."))

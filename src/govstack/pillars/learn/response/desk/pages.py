"""Pages of a training unit: sessions, one session with all that belongs to it, and figures by type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.attendance import presenters as attended
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.desk import presenters, schemas, service
from govstack.pillars.learn.response.desk.model import marked_lines
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import OwnPlace
from govstack.pillars.learn.response.enrolment.model import NEEDS_CHARACTERS_MAX, OPEN, State
from govstack.pillars.learn.response.enrolment.presenters import name_of
from govstack.pillars.learn.response.enrolment.schemas import MEMBER_COLUMNS, member_row
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import BadSession
from govstack.pillars.learn.response.offerings.model import Item, Need, Session
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.seating import presenters as quota_presenters
from govstack.pillars.learn.seating.model import Quota
from govstack.pillars.learn.seating.schemas import with_quota, without_quota
from govstack.pillars.learn.splits import service as splits
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("training desk pages",))
UNIT = needs(PLAN)
PAGE_SESSIONS = 50
YEAR = timedelta(days=365)
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")


class LinesQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: Annotated[str, Meta(max_length=100)] = ""


class ReportQuery(msgspec.Struct, frozen=True):
    """Between which days, as what."""

    since: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    until: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    format: Literal["", "csv", "xlsx", "json"] = ""


@routes.page("/desk", access=UNIT, query=LinesQuery, operation_id="deskPage")
async def sessions(call: Call) -> Page:
    """Show the sessions that have not ended, and everything that is offered."""
    words, after = Words(call.language), call.query.after
    found = await service.lines(call.context, after=after, limit=PAGE_SESSIONS)
    offered = await offerings.all_offerings(call.context) if not after else []
    values = {
        "rows": presenters.lines(found, words),
        "offered": presenters.offering_rows(offered, words),
        "forbidden": presenters.forbidden(await offerings.sold_unlawfully(call.context, found=offered), words),
        "first": "/desk" if after else "",
        "next": f"/desk?after={found[-1].session.id}" if len(found) == PAGE_SESSIONS else "",
    }
    return framed(call, "desk", "desk.html", values)


@routes.page("/desk/begun", access=UNIT, query=LinesQuery, operation_id="begunSessionsPage")
async def begun(call: Call) -> Page:
    """Show the sessions that have begun, whose attendance and results can still be put right."""
    found = await service.lines(call.context, begun=True, after=call.query.after, limit=PAGE_SESSIONS)
    values = {
        "rows": presenters.begun(found, Words(call.language)),
        "first": "/desk/begun" if call.query.after else "",
        "next": f"/desk/begun?after={found[-1].session.id}" if len(found) == PAGE_SESSIONS else "",
    }
    return framed(call, "desk", "desk_begun.html", values)


@routes.page("/desk/sessions/{runId}", access=UNIT, operation_id="deskSessionPage")
async def session(call: Call) -> Page:
    """Show a session: seats, who waits, checklist with costs, trainers, attendance."""
    return await _session(call, {})


async def _session(call: Call, errors: Mapping[str, str], *, status: int | None = None) -> Page:
    words, session_id = Words(call.language), call.path["runId"]
    found = await offerings.session(call.context, session_id=session_id)
    offering = await offerings.offering(call.context, by=call.actor, offering_id=found.offering_id)
    people_in = await enrolment.of_session(call.context, by=call.actor, session_id=session_id)
    teaching = (await trainers.of_sessions(call.context, session_ids=[session_id])).get(session_id, [])
    able = [one.learner_id for one in await trainers.of_offering(call.context, offering_id=offering.id)]
    names, tree = await people.people(call.context, person_ids=[*teaching, *able]), await people.tree(call.context)
    taken = await enrolment.taken(call.context, session_id=found.id)
    values = {
        "session": found,
        "title": in_language(offering.titles, call.language),
        "seats": presenters.seats(found, words),
        "members": attended.members(people_in, await attendance.outcomes(call.context, people_in), tree, words),
        "to_decide": presenters.to_decide(people_in, tree, words),
        "leaving": [(one.enrolment.id, name_of(one)) for one in people_in if one.enrolment.state in OPEN],
        "unmet": [
            (one.enrolment.id, f"{name_of(one)}: {one.enrolment.needs}")
            for one in people_in
            if one.enrolment.needs and not one.enrolment.needs_met
        ],
        "checklist": presenters.checklist(found, words),
        "line_choices": presenters.line_choices(found, words),
        "costs": presenters.costs(found, words),
        "quotas": quota_presenters.rows(found.quotas, taken, tree, words),
        "quota_choices": quota_presenters.choices(tree, words),
        "kept_choices": quota_presenters.kept(found.quotas, tree, words),
        "need_choices": [(str(need), words(label)) for need, label in presenters.NEEDS.items()],
        "trainers": [(one, names[one].name or one) for one in teaching if one in names],
        "able": [(one, names[one].name or one) for one in dict.fromkeys(able) if one in names and one not in teaching],
        "attended": presenters.attended_tables(
            await service.attended(call.context, by=call.actor, session=found), await splits.terms(call.context), words
        ),
        "least": splits.smallest(call.context),
        "begun": found.starts <= clock.now(),
        "values": call.form,
        "errors": errors,
    }
    return framed(call, "desk", "desk_session.html", values, status=status)


@routes.page("/desk/sessions/{runId}/file", access=UNIT, query=FileQuery, operation_id="deskSessionFile")
async def file(call: Call) -> Answer:
    """Take the list of a session out as a file."""
    found = await enrolment.everybody(call.context, by=call.actor, session_id=call.path["runId"])
    return table_answer(
        "participants", Format(call.query.format), MEMBER_COLUMNS, at_once([member_row(one) for one in found])
    )


@routes.page("/desk/sessions/{runId}/groups", access=UNIT, query=FileQuery, operation_id="sessionGroupsFile")
async def attended_file(call: Call) -> Answer:
    """Hand out who had a place in a session that is over and who was there, told apart, as a file."""
    found = await offerings.session(call.context, session_id=call.path["runId"])
    rows = schemas.attended_rows(await service.attended(call.context, by=call.actor, session=found))
    return table_answer("session-groups", Format(call.query.format), schemas.ATTENDED_COLUMNS, at_once(rows))


@routes.form("/desk/sessions/{runId}/decide", access=UNIT, operation_id="deskDecideForm")
async def decide(call: Call) -> Page | Redirect:
    """Give seats to those whom their managers agreed to, or decline."""
    chosen, accept = call.form_lists.get("chosen", []), call.form.get("answer") == "accept"
    if not chosen:
        return await _session(call, {"chosen": _("Choose at least one person.")})
    waits = 0
    try:
        for enrolment_id in chosen:
            one = await enrolment.decide(call.context, by=call.actor, enrolment_id=enrolment_id, accept=accept)
            waits += one.state is State.WAITING
    except OwnPlace as problem:
        return await _session(call, {"chosen": problem.title}, status=problem.status)
    notice = _("You agreed.") if accept else _("You declined.")
    if waits:
        notice = Words(call.language).count(
            "{count} person waits: the session is full, or a quota leaves no seat.",
            "{count} people wait: the session is full, or a quota leaves no seat.", waits,
        )  # fmt: skip
    return Redirect(f"/desk/sessions/{call.path['runId']}", notice=notice)


@routes.form("/desk/sessions/{runId}/people", access=UNIT, operation_id="deskNominateForm")
async def nominate(call: Call) -> Page | Redirect:
    """Put somebody forward, who is named by their number; a seat is given in the next step."""
    session_id, number = call.path["runId"], call.form.get("number", "").strip()
    needs = call.form.get("needs", "").strip()
    known = await people.found(call.context, texts=[number]) if number else {}
    if number not in known:
        said = _("Nobody has this number.") if number else _("Enter a number.")
        return await _session(call, {"number": said}, status=400)
    if len(needs) > NEEDS_CHARACTERS_MAX:
        said = Words(call.language)(_("Write at most {number} characters."), number=NEEDS_CHARACTERS_MAX)
        return await _session(call, {"needs": said}, status=400)
    try:
        await enrolment.nominate(
            call.context, by=call.actor, session_id=session_id, person_id=known[number], needs=needs
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _session(call, {"number": problem.title}, status=problem.status)
    return Redirect(f"/desk/sessions/{session_id}", notice=_("They were put forward."))


@routes.form("/desk/sessions/{runId}/given-back", access=UNIT, operation_id="deskGiveBackForm")
async def give_back(call: Call) -> Page | Redirect:
    """Give places back for people who cannot come; those who wait move up."""
    session_id, chosen = call.path["runId"], call.form_lists.get("leaving", [])
    there = await enrolment.of_session(call.context, by=call.actor, session_id=session_id)
    leaving = [one.enrolment.id for one in there if one.enrolment.id in chosen]
    if not leaving:
        return await _session(call, {"leaving": _("Choose at least one person.")}, status=400)
    for enrolment_id in leaving:
        await enrolment.cancel(call.context, by=call.actor, enrolment_id=enrolment_id)
    notice = _("Their places were given back. Whoever waited moved up.")
    return Redirect(f"/desk/sessions/{session_id}", notice=notice)


@routes.form("/desk/sessions/{runId}/needs", access=UNIT, operation_id="deskNeedsForm")
async def meet_needs(call: Call) -> Page | Redirect:
    """Note what is arranged of what people need."""
    for enrolment_id in call.form_lists.get("arranged", []):
        await enrolment.meet_needs(call.context, by=call.actor, enrolment_id=enrolment_id, met=True)
    return Redirect(f"/desk/sessions/{call.path['runId']}", notice=_("We noted what is arranged."))


@routes.form("/desk/sessions/{runId}/checklist", access=UNIT, operation_id="deskChecklistForm")
async def add_item(call: Call) -> Page | Redirect:
    """Add a line to the checklist of a session."""
    need, note, cost = (call.form.get(name, "").strip() for name in ("need", "note", "cost"))
    errors: dict[str, str] = {}
    if need not in set(Need):
        errors["need"] = _("Choose what is needed.")
    if not AMOUNT.fullmatch(cost or "0"):
        errors["cost"] = _("Enter an amount such as 1200 or 1200.50.")
    if len(note) > 500:
        errors["note"] = _("Write at most 500 characters.")
    if errors:
        return await _session(call, errors)
    found = await offerings.session(call.context, session_id=call.path["runId"])
    item = Item(need=Need(need), note=note, cost=cost or "0", done=call.form.get("done") == "yes")
    changed: Session = msgspec.structs.replace(found, logistics=(*found.logistics, item))
    await offerings.put_session(call.context, by=call.actor, session=changed)
    return Redirect(f"/desk/sessions/{found.id}", notice=_("The line was added."))


@routes.form("/desk/sessions/{runId}/checklist/lines", access=UNIT, operation_id="deskLinesForm")
async def mark_lines(call: Call) -> Page | Redirect:
    """Note that lines of the checklist are done or not, or remove them."""
    chosen, act = call.form_lists.get("lines", []), call.form.get("act", "")
    if not chosen or act not in {"done", "open", "remove"}:
        return await _session(call, {"lines": _("Choose at least one line.")}, status=400)
    found = await offerings.session(call.context, session_id=call.path["runId"])
    changed = msgspec.structs.replace(found, logistics=marked_lines(found.logistics, chosen, act))
    await offerings.put_session(call.context, by=call.actor, session=changed)
    return Redirect(f"/desk/sessions/{found.id}", notice=_("It was saved."))


@routes.form("/desk/sessions/{runId}/quotas", access=UNIT, operation_id="deskQuotaForm")
async def put_quota(call: Call) -> Page | Redirect:
    """Keep seats of a session for a ministry or a gender, or give them no more than so many."""
    found = await offerings.session(call.context, session_id=call.path["runId"])
    offered = [one for one, _label in quota_presenters.choices(await people.tree(call.context), Words(call.language))]
    quotas, errors = with_quota(found.quotas, call.form, offered=offered)
    return await _session(call, errors, status=400) if errors else await _with_quotas(call, found, quotas)


@routes.form("/desk/sessions/{runId}/quotas/remove", access=UNIT, operation_id="deskNoQuotaForm")
async def remove_quota(call: Call) -> Page | Redirect:
    """Take a quota of a session away."""
    found = await offerings.session(call.context, session_id=call.path["runId"])
    quotas, errors = without_quota(found.quotas, call.form)
    return await _session(call, errors, status=400) if errors else await _with_quotas(call, found, quotas)


async def _with_quotas(call: Call, found: Session, quotas: tuple[Quota, ...]) -> Page | Redirect:
    changed = msgspec.structs.replace(found, quotas=quotas)
    try:
        await offerings.put_session(call.context, by=call.actor, session=changed)
    except BadSession:
        return await _session(call, {"least": quota_presenters.CROSSED}, status=400)
    return Redirect(f"/desk/sessions/{found.id}", notice=_("The quotas were saved."))


@routes.form("/desk/sessions/{runId}/trainers", access=UNIT, operation_id="deskTrainerForm")
async def assign(call: Call) -> Page | Redirect:
    """Let a certified trainer teach a session."""
    session_id, person_id = call.path["runId"], call.form.get("trainer", "")
    try:
        await trainers.assign(call.context, by=call.actor, session_id=session_id, person_id=person_id)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _session(call, {"trainer": problem.title}, status=problem.status)
    return Redirect(f"/desk/sessions/{session_id}", notice=_("The trainer was assigned."))


@routes.form("/desk/sessions/{runId}/trainers/release", access=UNIT, operation_id="deskReleaseForm")
async def release(call: Call) -> Page | Redirect:
    """Let a trainer teach a session no more; what they kept of it stays."""
    session_id, person_id = call.path["runId"], call.form.get("released", "")
    teaching = await trainers.of_sessions(call.context, session_ids=[session_id])
    if person_id not in teaching.get(session_id, ()):
        return await _session(call, {"released": _("Choose a person.")}, status=400)
    await trainers.release(call.context, by=call.actor, session_id=session_id, person_id=person_id)
    return Redirect(f"/desk/sessions/{session_id}", notice=_("The trainer was taken off the session."))


@routes.page("/desk/types", access=UNIT, query=ReportQuery, operation_id="typeReportPage")
async def report(call: Call) -> Page | Answer:
    """Show seats, spend, completions and gap closure by type, or take them out as a file."""
    words, today = Words(call.language), clock.today()
    since, until = _day(call.query.since, today - YEAR), _day(call.query.until, today + YEAR)
    figures = await service.report(call.context, since=since, until=until)
    known = await typologies.vocabulary(call.context)
    if call.query.format:
        rows = presenters.file_rows(figures, known, call.language)
        return table_answer("training-types", Format(call.query.format), presenters.COLUMNS, at_once(rows))
    values = {
        "rows": presenters.report_rows(figures, known, call.language),
        "figure": presenters.chart(figures, known, words),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "groups": presenters.group_tables(
            await service.groups(call.context, since=since, until=until), known, await splits.terms(call.context), words
        ),
        "least": splits.smallest(call.context),
    }
    return framed(call, "desk", "type_report.html", values)


@routes.page("/desk/types/groups", access=UNIT, query=ReportQuery, operation_id="typeGroupsFile")
async def groups(call: Call) -> Answer:
    """Hand out who took seats and who completed, by type and told apart, as a file."""
    words, today = Words(call.language), clock.today()
    since, until = _day(call.query.since, today - YEAR), _day(call.query.until, today + YEAR)
    found = await service.groups(call.context, since=since, until=until)
    known, terms = await typologies.vocabulary(call.context), await splits.terms(call.context)
    rows = presenters.group_file(found, known, terms, words)
    kind = Format(call.query.format or Format.CSV)
    return table_answer("training-types-groups", kind, presenters.GROUP_COLUMNS, at_once(rows))


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise

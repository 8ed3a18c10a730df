"""Pages of the excellence centre: file a request and see what became of it; the desk with what is overdue."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import ids
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.excellence import presenters, service
from govstack.pillars.learn.knowing.excellence.errors import NoAgency
from govstack.pillars.learn.knowing.excellence.model import (
    AREA,
    DAYS_SETTING,
    DONE,
    SATISFACTION_MAX,
    SECTION,
    RequestGiven,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled, offered
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of the excellence centre",))
OWN = by_policy("whoever filed the request")
AREAS_SHOWN = 200
SUBJECT_CHARACTERS_MAX = 300
NEED_CHARACTERS_MAX = 10_000


@routes.page("/my/requests", access=signed_in(), operation_id="myRequestsPage")
async def mine(call: Call) -> Page:
    """Show the requests that whoever signed in filed."""
    terms = await vocabularies.terms(call.context, vocabularies=["request-state"])
    states = labelled(terms["request-state"], call.language)
    found = await service.mine(call.context, by=call.actor)
    return framed(call, "requests", "my_requests.html", {"rows": presenters.mine(found, states, call.language)})


@routes.page("/my/requests/new", access=signed_in(), operation_id="newRequestPage")
async def new(call: Call) -> Page:
    """Ask what is needed."""
    return await _asked(call, {}, {})


@routes.form("/my/requests/new", access=signed_in(), operation_id="newRequestForm")
async def file(call: Call) -> Page | Redirect:
    """File a request."""
    form, errors = call.form, {}
    subject, need, line = (form.get(name, "").strip() for name in ("subject", "need", "serviceLine"))
    if not 1 <= len(subject) <= SUBJECT_CHARACTERS_MAX:
        errors["subject"] = _("Say in a few words what it is about.")
    if not 1 <= len(need) <= NEED_CHARACTERS_MAX:
        errors["need"] = _("Say what you need, and what for.")
    if not line:
        errors["serviceLine"] = _("Choose a service.")
    if errors:
        return await _asked(call, form, errors)
    given = RequestGiven(subject=subject, need=need, service_line=line, area=form.get("area", ""))
    try:
        made = await service.file(call.context, by=call.actor, request_id=ids.new_id(), given=given)
    except NoAgency as problem:
        return await _asked(call, form, {"subject": problem.title}, status=problem.status)
    except Problem as problem:
        return await _asked(call, form, {"serviceLine": problem.title}, status=problem.status)
    return Redirect(f"/my/requests/{made.id}", notice=_("Your request was filed."))


@routes.page("/my/requests/{requestId}", access=OWN, operation_id="myRequestPage")
async def show(call: Call) -> Page:
    """Show a request with its service, its day, its experts and its outcome."""
    return await _one(call, {})


@routes.form("/my/requests/{requestId}/satisfaction", access=OWN, operation_id="judgeRequestForm")
async def judge(call: Call) -> Page | Redirect:
    """Take in how satisfied the person is."""
    request_id, said = call.path["requestId"], call.form.get("satisfaction", "")
    if said not in {str(number) for number in range(1, SATISFACTION_MAX + 1)}:
        return await _one(call, {"satisfaction": _("Choose a number from 1 to 5.")})
    await service.judge(call.context, by=call.actor, request_id=request_id, satisfaction=int(said))
    return Redirect(f"/my/requests/{request_id}", notice=_("Your answer was kept."))


@routes.page("/excellence", access=by_policy("learn:advise or learn:lead"), operation_id="excellencePage")
async def centre(call: Call) -> Page:
    """Show what the centre achieves and which requests are overdue."""
    words, found = Words(call.language), await service.indicators(call.context, by=call.actor)
    values = {
        "found": found,
        "indicators": presenters.rows(found, words),
        "figure": presenters.chart(found, words),
        "late": presenters.late(await service.overdue(call.context, by=call.actor), call.language),
        "days": call.context.settings.number(DAYS_SETTING),
    }
    return framed(call, SECTION, "excellence.html", values)


async def _asked(call: Call, form: Mapping[str, str], errors: dict[str, str], *, status: int | None = None) -> Page:
    terms = await vocabularies.terms(call.context, vocabularies=["service-line"])
    values = {
        "values": form,
        "errors": errors,
        "lines": offered(terms["service-line"], call.language),
        "areas": await records.titled(call.context, by=call.actor, kind=AREA, limit=AREAS_SHOWN),
        "days": call.context.settings.number(DAYS_SETTING),
    }
    return framed(call, "requests", "request_form.html", values, status=status)


async def _one(call: Call, errors: dict[str, str]) -> Page:
    found = await service.one_of_mine(call.context, by=call.actor, request_id=call.path["requestId"])
    terms = await vocabularies.terms(call.context, vocabularies=["service-line", "request-state"])
    experts = await people.people(call.context, person_ids=found.content.get("experts", ()))
    values = {
        "request": found,
        "line": labelled(terms["service-line"], call.language).get(found.content["serviceLine"], ""),
        "state": labelled(terms["request-state"], call.language).get(found.content["state"], ""),
        "experts": Words(call.language).listed(one.name or one.id for one in experts.values()),
        "done": found.content["state"] == DONE,
        "errors": errors,
    }
    return framed(call, "requests", "my_request.html", values)

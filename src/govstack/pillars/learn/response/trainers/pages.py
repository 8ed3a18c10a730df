"""Pages of trainers: certify one, who may teach what, and by whose word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Cell, Words, framed
from govstack.pillars.learn.frame.schemas import day_fields, day_given
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.trainers import presenters, schemas, service
from govstack.pillars.learn.response.trainers.errors import NotCertified
from govstack.pillars.learn.response.trainers.model import AUTHORITY_CHARACTERS_MAX, Certification, CertificationGiven
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("trainer pages",))
UNIT = needs(PLAN)
PAGE_CERTIFICATIONS = 50


@routes.page("/desk/trainers", access=UNIT, query=schemas.CertificationQuery, operation_id="trainersPage")
async def listed(call: Call) -> Page:
    """List who may teach what."""
    found = await service.listed(call.context, after=call.query.after, limit=PAGE_CERTIFICATIONS)
    values = {
        "rows": await _rows(call, found, linked=True),
        "first": "/desk/trainers" if call.query.after else "",
        "next": f"/desk/trainers?after={found[-1].id}" if len(found) == PAGE_CERTIFICATIONS else "",
    }
    return framed(call, "desk", "trainers.html", values)


@routes.page("/desk/trainers/new", access=UNIT, operation_id="newTrainerPage")
async def new(call: Call) -> Page:
    """Ask who is certified for which course."""
    return await _new(call, {})


@routes.form("/desk/trainers/new", access=UNIT, operation_id="newTrainerForm")
async def certify(call: Call) -> Page | Redirect:
    """Certify a trainer for a course."""
    given, errors = await _given(call)
    if given is None:
        return await _new(call, errors)
    try:
        made = await service.certify(call.context, by=call.actor, given=given)
    except NotCertified:
        return await _new(
            call, {"certified_by": _("This person has no certification for the course that holds on the first day.")}
        )
    except Problem as problem:
        return await _new(call, {"offering": problem.title})
    return Redirect(f"/desk/trainers/{made.id}", notice=_("The trainer was certified."))


async def _given(call: Call) -> tuple[CertificationGiven | None, dict[str, str]]:
    """Read a certification from the form; None with what is wrong, by field."""
    form = {name: text.strip() for name, text in call.form.items()}
    numbers = {name: form.get(name, "") for name in ("number", "certified_by")}
    found = {name: await _person(call, number) for name, number in numbers.items() if number}
    errors = {name: _("Nobody has this number.") for name, one in found.items() if one is None}
    if not numbers["number"]:
        errors["number"] = _("Enter a number.")
    authority, offering_id = form.get("authority", ""), form.get("offering", "")
    if not offering_id:
        errors["offering"] = _("Choose a course.")
    if not numbers["certified_by"] and not authority:
        errors["certified_by"] = _("Name the trainer or the authority that certifies.")
    elif "certified_by" in found and found["certified_by"] == found.get("number", ""):
        errors["certified_by"] = _("Nobody certifies themselves.")
    if len(authority) > AUTHORITY_CHARACTERS_MAX:
        errors["authority"] = _("Write at most 200 characters.")
    since, until = day_given(form, "since"), day_given(form, "until")
    errors |= _days_fault(since, until)
    learner = found.get("number")
    if errors or learner is None or since is None or until is None:
        return None, errors
    given = CertificationGiven(
        learner_id=learner, offering_id=offering_id, certified_by=found.get("certified_by"), authority=authority,
        since=since, until=until,
    )  # fmt: skip
    return given, {}


def _days_fault(since: date | None, until: date | None) -> dict[str, str]:
    days = {"since": since, "until": until}
    if since and until and until < since:
        return {"until": _("A certification ends after it begins.")}
    return {name: _("Enter a day, such as 27 3 2026.") for name, day in days.items() if day is None}


async def _person(call: Call, number: str) -> str | None:
    found = await people.by_number(call.context, number=number)
    return None if found is None or found.erased else found.id


async def _new(call: Call, errors: Mapping[str, str]) -> Page:
    values = {
        "courses": presenters.choices(await offerings.all_offerings(call.context), call.language),
        "since": day_fields(call.form, "since", clock.today()),
        "until": day_fields(call.form, "until"),
        "values": call.form,
        "errors": errors,
    }
    return framed(call, "desk", "trainer_form.html", values, status=400 if errors else 200)


@routes.page("/desk/trainers/{certificationId}", access=UNIT, operation_id="trainerChainPage")
async def chain(call: Call) -> Page:
    """Show who certified whom, from a trainer up to the authority."""
    found = await service.chain_of(call.context, certification_id=call.path["certificationId"])
    values = {"one": found[0], "rows": await _rows(call, found, linked=False)}
    return framed(call, "desk", "trainer_chain.html", values)


@routes.form("/desk/trainers/{certificationId}/end", access=UNIT, operation_id="endTrainerForm")
async def end(call: Call) -> Redirect:
    """End a certification now."""
    certification_id = call.path["certificationId"]
    await service.finish(call.context, by=call.actor, certification_id=certification_id)
    return Redirect(f"/desk/trainers/{certification_id}", notice=_("The certification was ended."))


@routes.form("/my/learning/trainer-name", access=signed_in(), operation_id="trainerNameForm")
async def choose_named(call: Call) -> Redirect:
    """Agree to be named on the pages of training centres, or no longer."""
    named = await service.choose_named(call.context, by=call.actor, named=call.form.get("named") == "yes")
    told = _("Training centres name you to everybody now.") if named else _("Training centres no longer name you.")
    return Redirect("/my/learning", notice=told)


async def _rows(call: Call, found: list[Certification], *, linked: bool) -> list[tuple[Cell, ...]]:
    ids = {each for one in found for each in (one.learner_id, one.certified_by) if each}
    people_known = await people.people(call.context, person_ids=ids)
    names = {one.id: one.name or one.number or one.id for one in people_known.values()}
    courses = await offerings.known(call.context, offering_ids={one.offering_id for one in found})
    return presenters.rows(found, names, courses, Words(call.language), clock.today(), linked=linked)

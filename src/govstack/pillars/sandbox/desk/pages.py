"""The officer's pages: find, verify, decide, enrol; beside each, the messages it really caused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from govstack.kernel import clock
from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.desk import presenters, service
from govstack.pillars.sandbox.desk.model import NOTE_CHARACTERS_MAX, SEARCH_RESULTS_MAX
from govstack.pillars.sandbox.desk.presenters import in_language
from govstack.pillars.sandbox.live import presenters as live_presenters
from govstack.pillars.sandbox.live import service as live
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("desk",))
OFFICER = needs("sandbox:enrol")
SEARCHED = ("personalIdCode", "lastName", "lastNameLatin")
BORN = "dateOfBirth"


@routes.page("/services/{service_id}", access=OFFICER, operation_id="deskHome")
async def home(call: Call) -> Page:
    """Show the desk of a service: what it is for, and the officer's cases."""
    found = cases.load(call.path["service_id"])
    mine = await service.my_cases(call.context, by=call.actor, service_id=found.id)
    values = {
        "title": in_language(found.title, call.language),
        "summary": in_language(found.summary, call.language),
        "service_id": found.id,
        "rows": presenters.case_rows(mine, call.language),
        "steps": [
            (in_language(step.title, call.language), in_language(step.summary, call.language), step.delivered)
            for step in found.steps
        ],
    }
    return Page("desk_home.html", values)


@routes.page("/services/{service_id}/find", access=OFFICER, operation_id="deskFind")
async def find(call: Call) -> Page:
    """Ask whom the officer looks for."""
    return _find_page(call, {}, {})


@routes.form("/services/{service_id}/find", access=OFFICER, operation_id="deskSearch")
async def search(call: Call) -> Page:
    """Show the people found; what was searched for stays out of the address."""
    wanted = {name: call.form.get(name, "") for name in SEARCHED}
    parts = {part: call.form.get(f"{BORN}-{part}", "").strip() for part in ("year", "month", "day")}
    born = _date(parts)
    errors = {}
    if not any(value.strip() for value in wanted.values()):
        errors["personalIdCode"] = _("Enter a personal id code or a last name.")
    if born is None:
        errors[BORN] = _("Date of birth must be a real date")
    if errors:
        return _find_page(call, {**wanted, BORN: parts}, errors, status=400)
    if born:
        wanted[BORN] = born
    found = await service.find(call.context, by=call.actor, service_id=call.path["service_id"], wanted=wanted)
    country = countries.load()
    values = {
        "service_id": call.path["service_id"],
        "people": presenters.found_people(found, country, call.language),
        "more": len(found) == SEARCH_RESULTS_MAX,
        **await _live(call),
    }
    return Page("desk_found.html", values)


@routes.form("/services/{service_id}/cases", access=OFFICER, operation_id="deskOpen")
async def open_case(call: Call) -> Redirect:
    """Open the case of the person chosen."""
    case = await service.open_case(
        call.context, by=call.actor, service_id=call.path["service_id"], person_id=call.form.get("person", "")
    )
    return Redirect(f"/cases/{case.id}")


@routes.page("/cases/{case_id}", access=OFFICER, operation_id="deskCase")
async def show(call: Call) -> Page:
    """Show what the registers say and the rules decide about one candidate, now."""
    return await _case_page(call, {})


@routes.form("/cases/{case_id}/mismatch", access=OFFICER, operation_id="deskMismatch")
async def mismatch(call: Call) -> Page | Redirect:
    """Note what the officer found out about records that disagree."""
    finding, note = call.form.get("finding", ""), call.form.get("note", "")
    errors = {}
    if finding not in {"same", "other"}:
        errors["finding"] = _("Choose what you found out.")
    if len(note) > NOTE_CHARACTERS_MAX:
        errors["note"] = _("The note is too long. Shorten it.")
    if errors:
        return await _case_page(call, errors, status=400)
    await service.clear_mismatch(
        call.context,
        by=call.actor,
        case_id=call.path["case_id"],
        same_person=finding == "same",
        note=note,
    )
    return Redirect(f"/cases/{call.path['case_id']}")


@routes.form("/cases/{case_id}/check", access=OFFICER, operation_id="deskCheckAnswers")
async def check_answers(call: Call) -> Page:
    """Show what will be written before it is."""
    code, told = call.form.get("packageCode", ""), call.form.get("told", "")
    errors = {}
    if not code:
        errors["packageCode"] = _("Choose a package.")
    if not told:
        errors["told"] = _("Tell the person first.")
    if errors:
        return await _case_page(call, errors, status=400, chosen=code)
    examined = await service.examine(call.context, by=call.actor, case_id=call.path["case_id"])
    found = cases.load(examined.case.service_id)
    package = found.package(code)
    values = {
        "case_id": examined.case.id,
        "name": presenters.full_name(examined.person),
        "package_code": code,
        "package": in_language(package.name, call.language),
        "amount": package.amount,
        "currency": countries.load().currency.code,
    }
    return Page("desk_check.html", values)


@routes.form("/cases/{case_id}/enrol", access=OFFICER, operation_id="deskEnrol")
async def enrol(call: Call) -> Page:
    """Enrol, and show that it is done."""
    code = call.form.get("packageCode", "")
    try:
        examined = await service.enrol(call.context, by=call.actor, case_id=call.path["case_id"], package_code=code)
    except Conflict as conflict:
        return await _case_page(call, {"": conflict.detail}, status=conflict.status)
    found = cases.load(examined.case.service_id)
    values = {
        "case_id": examined.case.id,
        "service_id": found.id,
        "name": presenters.full_name(examined.person),
        "package": in_language(found.package(code).name, call.language),
        **await _live(call),
    }
    return Page("desk_enrolled.html", values)


async def _case_page(call: Call, errors: Mapping[str, str], *, status: int = 200, chosen: str = "") -> Page:
    examined = await service.examine(call.context, by=call.actor, case_id=call.path["case_id"])
    found, country = cases.load(examined.case.service_id), countries.load()
    today = clock.today().isoformat()
    values = {
        "case": presenters.case_view(examined, found, country, call.language, today),
        "service_id": found.id,
        "service_title": in_language(found.title, call.language),
        "currency": country.currency.code,
        "year": country.incomes.year,
        "choices": presenters.grantable(examined, found, call.language),
        "chosen": chosen,
        "errors": dict(errors),
        **await _live(call),
    }
    return Page("desk_case.html", values, status=status)


def _find_page(call: Call, values: Mapping[str, object], errors: Mapping[str, str], *, status: int = 200) -> Page:
    shown = {
        "service_id": call.path["service_id"],
        "values": {name: values.get(name, "") for name in (*SEARCHED, BORN)},
        "errors": dict(errors),
    }
    return Page("desk_find.html", shown, status=status)


def _date(parts: Mapping[str, str]) -> str | None:
    """Return year, month and day as ISO 8601, an empty text when none is given, None when they are no date."""
    if not any(parts.values()):
        return ""
    try:
        return date(*(int(parts[part]) for part in ("year", "month", "day"))).isoformat()
    except (ValueError, OverflowError):
        return None


async def _live(call: Call) -> Mapping[str, object]:
    """Return the diagram of the calls this very page made."""
    country = countries.load()
    settings = next(iter(country.services.values()))
    caller = f"{settings.caller.member}/{settings.caller.application}"
    messages = await live.behind_page(call.context, application=caller, correlation_id=call.correlation_id)
    drawn = live_presenters.diagram(messages, country, call.language, linked=False) if messages else None
    return {"live": drawn, "live_known": messages is not None}

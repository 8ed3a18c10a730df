"""Pages of training centres: enter and change them, their rooms, and the gates of their set-up."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps

import msgspec

from govstack.kernel import clock, i18n, ids
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.frame.schemas import day_fields, day_given, whole_given
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import ID_CHARACTERS_MAX
from govstack.pillars.learn.response.centres import presenters, schemas, service
from govstack.pillars.learn.response.centres.errors import CentreChanged, GateClosed, NoCohort, NoTrainer
from govstack.pillars.learn.response.centres.model import (
    CAPACITY_MAX,
    EVIDENCE_MAX,
    MATERIALS_MAX,
    ROOMS_MAX,
    SEATS_MAX,
    TRAINERS_MAX,
    Accreditation,
    Centre,
    Material,
    Passed,
    Room,
)
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import State
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of training centres",))
UNIT = needs(PLAN)
PAGE_CENTRES = 50
VERSION_MAX = 200
TRIES = 20
FIELDS = (
    "title", "institution", "mandate", "country", "accreditor", "accreditation_number", "trainers", "yearly_capacity",
    "site", "issuer", "public",
)  # fmt: skip
LENGTHS = {"institution": 200, "mandate": 500, "accreditor": 200, "accreditation_number": 200}
PATTERNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "country": (re.compile(r"([A-Z]{2})?"), _("A country is two capital letters, such as KE.")),
    "site": (re.compile(r"(https?://\S{1,990})?"), _("Enter an address that begins with https://.")),
    "issuer": (re.compile(r"(did:[a-z0-9]+:\S{1,400})?"), _("Enter a DID, such as did:web:centre.example.")),
}


def again(handler: Callable[[Call], Awaitable[Page | Redirect]]) -> Callable[[Call], Awaitable[Page | Redirect]]:
    """Return a form that is read again where somebody else changed another part of the centre meanwhile."""

    @wraps(handler)
    async def tried(call: Call) -> Page | Redirect:
        for _time in range(TRIES):
            try:
                return await handler(call)
            except CentreChanged:
                continue
        return await handler(call)

    return tried


@routes.page("/desk/centres", access=UNIT, query=schemas.CentreQuery, operation_id="centresPage")
async def listed(call: Call) -> Page:
    """List training centres."""
    found = await service.listed(call.context, after=call.query.after, limit=PAGE_CENTRES)
    values = {
        "rows": presenters.rows(found, Words(call.language)),
        "first": "/desk/centres" if call.query.after else "",
        "next": f"/desk/centres?after={found[-1].id}" if len(found) == PAGE_CENTRES else "",
    }
    return framed(call, "desk", "centres.html", values)


@routes.page("/desk/centres/new", access=UNIT, operation_id="newCentrePage")
async def new(call: Call) -> Page:
    """Ask what a training centre is."""
    return await _form(call, None, {})


@routes.form("/desk/centres/new", access=UNIT, operation_id="newCentreForm")
async def add(call: Call) -> Page | Redirect:
    """Enter a training centre."""
    return await _put(call, None)


@routes.page("/desk/centres/{centreId}/change", access=UNIT, operation_id="changeCentrePage")
async def ask_change(call: Call) -> Page:
    """Show the details of a centre for changing."""
    return await _form(call, await _centre(call), {})


@routes.form("/desk/centres/{centreId}/change", access=UNIT, operation_id="changeCentreForm")
@again
async def change(call: Call) -> Page | Redirect:
    """Change the details of a centre; rooms, gates and material stay as they are."""
    return await _put(call, await _centre(call))


async def _put(call: Call, before: Centre | None) -> Page | Redirect:
    form = {name: call.form.get(name, "").strip() for name in FIELDS}
    errors = _faults(call.form, form)
    numbers = form["trainers"].split()
    known = await people.found(call.context, texts=numbers[:TRAINERS_MAX])
    unknown = [one for one in numbers if one not in known]
    if unknown:
        errors["trainers"] = Words(call.language)(_("Nobody has the number {number}."), number=unknown[0][:40])
    if errors:
        return await _form(call, before, errors)
    accreditation = None
    if form["accreditor"]:
        until = day_given(call.form, "accredited_until")
        accreditation = Accreditation(body=form["accreditor"], number=form["accreditation_number"], until=until)
    start = before or Centre(id=ids.new_id(), titles={}, institution="")
    one = msgspec.structs.replace(
        start, titles={**start.titles, call.language: form["title"]}, institution=form["institution"],
        mandate=form["mandate"], country=form["country"], accreditation=accreditation,
        trainers=tuple(dict.fromkeys(known[one] for one in numbers)),
        yearly_capacity=int(form["yearly_capacity"] or 0), site=form["site"], issuer=form["issuer"],
        public=form["public"] == "yes",
    )  # fmt: skip
    await service.put(call.context, by=call.actor, centre=one, seen=before)
    return Redirect(f"/desk/centres/{one.id}", notice=_("The training centre was saved."))


def _faults(sent: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    errors = {name: _("Write less: this is too long.") for name, most in LENGTHS.items() if len(form[name]) > most}
    errors |= {name: text for name, (pattern, text) in PATTERNS.items() if not pattern.fullmatch(form[name])}
    if not 1 <= len(form["title"]) <= 200:
        errors["title"] = _("Enter a title of at most 200 characters.")
    if not form["institution"]:
        errors["institution"] = _("Enter the institution that runs the centre.")
    if form["yearly_capacity"] and whole_given(form, "yearly_capacity", most=CAPACITY_MAX) is None:
        errors["yearly_capacity"] = _("Enter how many people the centre can train in a year.")
    told = any(sent.get(f"accredited_until-{part}", "").strip() for part in ("day", "month", "year"))
    if told and day_given(sent, "accredited_until") is None:
        errors["accredited_until"] = _("Enter a day, such as 27 3 2026.")
    if not form["accreditor"] and (told or form["accreditation_number"]):
        errors["accreditor"] = _("Name who accredited the centre.")
    if len(form["trainers"].split()) > TRAINERS_MAX:
        errors["trainers"] = _("Enter at most 500 trainers.")
    return errors


async def _form(call: Call, before: Centre | None, errors: Mapping[str, str]) -> Page:
    known = await people.people(call.context, person_ids=before.trainers) if before else {}
    until = before.accreditation.until if before and before.accreditation else None
    values = {
        "centre": before,
        "given": call.form or presenters.given(before, known, call.language),
        "until": day_fields(call.form, "accredited_until", until),
        "action": f"/desk/centres/{before.id}/change" if before else "/desk/centres/new",
        "errors": errors,
    }
    return framed(call, "desk", "centre_form.html", values, status=400 if errors else 200)


@routes.page("/desk/centres/{centreId}", access=UNIT, operation_id="centrePage")
async def show(call: Call) -> Page:
    """Show a centre, its gates, its use this year and what it was told of newer material."""
    return await _show(call, {})


@routes.form("/desk/centres/{centreId}/rooms", access=UNIT, operation_id="addRoomForm")
@again
async def add_room(call: Call) -> Page | Redirect:
    """Add a room to a centre, or change one by its name."""
    one, name = await _centre(call), call.form.get("room", "").strip()
    seats = whole_given(call.form, "seats", least=1, most=SEATS_MAX)
    errors = {}
    if not 1 <= len(name) <= 200:
        errors["room"] = _("Enter the name of the room, in at most 200 characters.")
    if seats is None:
        errors["seats"] = _("Enter how many seats there are.")
    others = tuple(room for room in one.rooms if room.name != name)
    if len(others) >= ROOMS_MAX:
        errors["room"] = _("This centre has as many rooms as it can have.")
    if errors or seats is None:
        return await _show(call, errors)
    room = Room(name=name, capacity=seats, accessible=call.form.get("accessible") == "yes")
    await _keep(call, one, rooms=(*others, room))
    return Redirect(f"/desk/centres/{one.id}", notice=_("The room was saved."))


@routes.form("/desk/centres/{centreId}/rooms/remove", access=UNIT, operation_id="removeRoomForm")
@again
async def remove_room(call: Call) -> Page | Redirect:
    """Take a room away from a centre."""
    one, name = await _centre(call), call.form.get("gone", "")
    left = tuple(room for room in one.rooms if room.name != name)
    if len(left) == len(one.rooms):
        return await _show(call, {"gone": _("Choose a room.")})
    await _keep(call, one, rooms=left)
    return Redirect(f"/desk/centres/{one.id}", notice=_("The room was removed."))


@routes.form("/desk/centres/{centreId}/materials", access=UNIT, operation_id="takeUpMaterialForm")
@again
async def take_up(call: Call) -> Page | Redirect:
    """Let a centre work with material, or with another version of it."""
    one, material_id = await _centre(call), call.form.get("material", "").strip()
    version, errors = call.form.get("version", "").strip(), {}
    known = await materials.named(call.context, material_ids=[material_id[:ID_CHARACTERS_MAX]])
    if not known or known[0].id != material_id or known[0].state is not State.PUBLISHED:
        errors["material"] = _("No published material has this id.")
    elif not version and not known[0].version:
        errors["version"] = _("Enter the version: its authors have not named one.")
    if len(version) > VERSION_MAX:
        errors["version"] = _("Write less: this is too long.")
    others = tuple(each for each in one.materials if each.material_id != material_id)
    if len(others) >= MATERIALS_MAX:
        errors["material"] = _("This centre works with as much material as it can.")
    if errors:
        return await _show(call, errors)
    taken = Material(material_id=material_id, version=version or known[0].version)
    await _keep(call, one, materials=(*others, taken))
    return Redirect(f"/desk/centres/{one.id}", notice=_("The material was taken up."))


@routes.form("/desk/centres/{centreId}/materials/release", access=UNIT, operation_id="releaseMaterialForm")
@again
async def release(call: Call) -> Page | Redirect:
    """Let a centre no longer work with material."""
    one, material_id = await _centre(call), call.form.get("released", "")
    left = tuple(each for each in one.materials if each.material_id != material_id)
    if len(left) == len(one.materials):
        return await _show(call, {"released": _("Choose material.")})
    await _keep(call, one, materials=left)
    return Redirect(f"/desk/centres/{one.id}", notice=_("The material was released."))


@routes.form("/desk/centres/{centreId}/gates", access=UNIT, operation_id="passGateForm")
@again
async def pass_gate(call: Call) -> Page | Redirect:
    """Pass the gate of the set-up that comes next."""
    one, evidence = await _centre(call), call.form.get("evidence", "").strip()
    day, errors = day_given(call.form, "on"), {}
    if not 1 <= len(evidence) <= EVIDENCE_MAX:
        errors["evidence"] = _("Say what shows it, in at most 500 characters.")
    if day is None:
        errors["on"] = _("Enter a day, such as 27 3 2026.")
    elif day > clock.today():
        errors["on"] = _("This day has not come yet.")
    # The gate stands in the form, so that a page that is out of date passes no other one.
    if one.next_gate is None or call.form.get("gate", "") != one.next_gate:
        errors = {"on": _("This gate was passed meanwhile. Look at the page again.")}
    if errors or day is None or one.next_gate is None:
        return await _show(call, errors)
    passed = Passed(gate=one.next_gate, on=day, evidence=evidence)
    try:
        await _keep(call, one, gates=(*one.gates, passed))
    except GateClosed:
        return await _show(call, {"on": _("This day comes before that of an earlier gate.")})
    except (NoTrainer, NoCohort) as problem:
        return await _show(call, {"on": problem.title})
    return Redirect(f"/desk/centres/{one.id}", notice=_("The gate was passed."))


async def _keep(call: Call, one: Centre, **part: object) -> None:
    """Change a part of a centre, unless somebody else changed it since it was read."""
    await service.put(call.context, by=call.actor, centre=msgspec.structs.replace(one, **part), seen=one)


async def _centre(call: Call) -> Centre:
    return await service.centre(call.context, centre_id=call.path["centreId"])


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    words, one = Words(call.language), await _centre(call)
    use = await service.use(call.context, found=one, year=clock.now().year)
    told = await service.notices(call.context, centre_id=one.id)
    known = await materials.named(call.context, material_ids=[each.material_id for each in one.materials])
    published = {each.id: each.version for each in known if each.version and each.state is State.PUBLISHED}
    newest = published | await service.newest(call.context, found=one)
    titles = {each.id: each.title for each in known}
    values = {
        "title": in_language(one.titles, call.language),
        "centre": one,
        "card": presenters.card(one, words),
        "gates": presenters.gates(one, words),
        "passed": presenters.passed(one, words),
        "next_gate": (str(one.next_gate), words(presenters.GATES[one.next_gate])) if one.next_gate else None,
        "on": day_fields(call.form, "on", clock.today()),
        "use": use,
        "share": i18n.format_percent(call.language, use.percent / 100) if use.percent is not None else "",
        "rooms": presenters.rooms(one, words),
        "room_choices": [(room.name, room.name) for room in one.rooms],
        "materials": presenters.materials(one, newest, titles, words),
        "material_choices": presenters.material_choices(one, titles),
        "notices": presenters.notices(one, told, newest, titles),
        "values": call.form,
        "errors": errors,
    }
    return framed(call, "desk", "centre.html", values, status=400 if errors else 200)

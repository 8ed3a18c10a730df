"""Pages of learning paths: read them, and write them step by step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import NoReturn

import msgspec

from govstack.kernel import clock, ids
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, public
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.frame.schemas import day_fields, day_given, whole_given
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.pages import posts
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.paths import presenters, schemas, service
from govstack.pillars.learn.response.paths.errors import BadPath, PathChanged
from govstack.pillars.learn.response.paths.model import (
    ARTEFACTS_MAX,
    ROLES_MAX,
    SLOT_DAYS_MAX,
    SLOTS_MAX,
    STEP_AFTER_MAX,
    STEP_OFFERINGS_MAX,
    STEPS_MAX,
    WEEKDAYS,
    Every,
    Path,
    Slot,
    Step,
    with_slot,
    with_step,
)
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of learning paths",))
UNIT = needs(PLAN)
ONE = "/paths/{pathId}"
TITLE_MAX, TEXT_MAX, STAGE_MAX, PLACE_MAX = 200, 500, 200, 200
# With more courses than this, those who write a path name them by id.
COURSES_SHOWN = 300
QUARTER_MONTHS, YEAR_MONTHS = 3, 12
TRIES = 20
FAULTS: Mapping[str, tuple[str, str]] = {
    "after": ("after", _("Other steps come after this one. Change them first.")),
    "ring": ("after", _("The steps would lead in a ring: this one would come before a step that it needs.")),
    "offerings": ("offerings", _("One of these courses is not known.")),
    "double": ("title", _("This step stands twice. Look at the page again.")),
}


def again(handler: Callable[[Call], Awaitable[Page | Redirect]]) -> Callable[[Call], Awaitable[Page | Redirect]]:
    """Return a form that is read again where somebody else changed another part of the path meanwhile."""

    @wraps(handler)
    async def tried(call: Call) -> Page | Redirect:
        for _time in range(TRIES):
            try:
                return await handler(call)
            except PathChanged:
                continue
        return await handler(call)

    return tried


@routes.page("/paths", access=public(), operation_id="pathsPage")
async def listed(call: Call) -> Page:
    """List learning paths, those of one's own posts to whoever signed in."""
    if call.actor.signed_in:
        found = await service.mine(call.context, by=call.actor)
    else:
        found = await service.listed(call.context)
    return framed(
        call,
        "paths",
        "paths.html",
        {
            "rows": presenters.rows(
                found, await posts(call, [role for one in found for role in one.roles]), Words(call.language)
            ),
            "writes": call.actor.may(PLAN),
        },
    )


@routes.page("/paths/{pathId}", access=public(), operation_id="pathPage")
async def show(call: Call) -> Page:
    """Show a path, its steps in order, and where whoever signed in stands."""
    words = Words(call.language)
    path = await service.path(call.context, path_id=call.path["pathId"])
    placed = await service.standing(call.context, by=call.actor, found=path)
    known = {one.id: one for one in await offerings.open_offerings(call.context)}
    values = {
        "path": path,
        "title": in_language(path.titles, call.language),
        "written_in": spoken(path.titles, call.language),
        "words": marked(path.words, call.language) if path.words else "",
        "steps": presenters.steps(placed, known, words),
        "slots": presenters.slots(path, words),
        "writes": call.actor.may(PLAN),
    }
    return framed(call, "paths", "path.html", values)


@routes.page("/paths/{pathId}/calendar", access=public(), operation_id="pathCalendar")
async def calendar(call: Call) -> Answer:
    """Give out the slots of a path as iCalendar."""
    path = await service.path(call.context, path_id=call.path["pathId"])
    return Answer(body=schemas.calendar(path, call.language), media_type="text/calendar; charset=utf-8")


@routes.page("/paths/new", access=UNIT, operation_id="newPathPage")
async def new(call: Call) -> Page:
    """Ask what a path is for, and where it begins."""
    return await _form(call, None, {})


@routes.form("/paths/new", access=UNIT, operation_id="newPathForm")
async def add(call: Call) -> Page | Redirect:
    """Write a path with its first step."""
    given, errors = await _given(call)
    first = call.form.get("step", "").strip()
    if not 1 <= len(first) <= TITLE_MAX:
        errors["step"] = _("Enter a title of at most 200 characters.")
    if errors:
        return await _form(call, None, errors)
    step = Step(id=ids.new_id(), titles={call.language: first})
    path = _written(call, Path(id=ids.new_id(), titles={}, steps=(step,)), given)
    await service.put(call.context, by=call.actor, path=path)
    return Redirect(
        f"/paths/{path.id}/steps/{step.id}", notice=_("The path was saved. Say which courses its step has.")
    )


@routes.page(f"{ONE}/change", access=UNIT, operation_id="changePathPage")
async def ask_change(call: Call) -> Page:
    """Show what a path is for changing, with its steps and slots."""
    return await _form(call, await _path(call), {})


@routes.form(f"{ONE}/change", access=UNIT, operation_id="changePathForm")
@again
async def change(call: Call) -> Page | Redirect:
    """Change what a path is."""
    path = await _path(call)
    given, errors = await _given(call)
    if errors:
        return await _form(call, path, errors)
    return await _saved(call, _written(call, path, given), seen=path)


@routes.form(f"{ONE}/retire", access=UNIT, operation_id="retirePathForm")
@again
async def retire(call: Call) -> Page | Redirect:
    """Take a path out of use."""
    seen = await _path(call)
    path = msgspec.structs.replace(seen, retired=True, shipped=False)
    await service.put(call.context, by=call.actor, path=path, seen=seen)
    return Redirect("/paths", notice=_("The path was taken out of use."))


@routes.page(f"{ONE}/steps/new", access=UNIT, operation_id="newStepPage")
async def new_step(call: Call) -> Page:
    """Ask for a further step."""
    return await _step(call, await _path(call), None, {})


@routes.form(f"{ONE}/steps/new", access=UNIT, operation_id="newStepForm")
@again
async def add_step(call: Call) -> Page | Redirect:
    """Add a step to a path."""
    path = await _path(call)
    if len(path.steps) >= STEPS_MAX:
        return await _step(call, path, None, {"title": _("This path has as many steps as it can have.")})
    return await _put_step(call, path, None)


@routes.page(f"{ONE}/steps/{{stepId}}", access=UNIT, operation_id="stepPage")
async def ask_step(call: Call) -> Page:
    """Show a step for changing."""
    path = await _path(call)
    return await _step(call, path, _step_of(call, path), {})


@routes.form(f"{ONE}/steps/{{stepId}}", access=UNIT, operation_id="stepForm")
@again
async def change_step(call: Call) -> Page | Redirect:
    """Change a step: its courses, what it comes after, and its place."""
    path = await _path(call)
    return await _put_step(call, path, _step_of(call, path))


@routes.form(f"{ONE}/steps/{{stepId}}/remove", access=UNIT, operation_id="removeStepForm")
@again
async def remove_step(call: Call) -> Page | Redirect:
    """Take a step out of a path."""
    path = await _path(call)
    step = _step_of(call, path)
    if len(path.steps) == 1:
        return await _step(call, path, step, {"title": _("A path has at least one step. Take the path out of use.")})
    left = msgspec.structs.replace(path, steps=tuple(one for one in path.steps if one.id != step.id))
    try:
        return await _saved(call, left, seen=path)
    except BadPath as problem:
        return await _step(call, path, step, _fault(problem))


@routes.page(f"{ONE}/slots/new", access=UNIT, operation_id="newSlotPage")
async def new_slot(call: Call) -> Page:
    """Ask for days that are kept for learning again and again."""
    return _slot(call, await _path(call), None, {})


@routes.form(f"{ONE}/slots/new", access=UNIT, operation_id="newSlotForm")
@again
async def add_slot(call: Call) -> Page | Redirect:
    """Add days that are kept for learning again and again."""
    path = await _path(call)
    if len(path.slots) >= SLOTS_MAX:
        return _slot(call, path, None, {"title": _("This path has as many such days as it can have.")})
    return await _put_slot(call, path, None)


@routes.page(f"{ONE}/slots/{{slotId}}", access=UNIT, operation_id="slotPage")
async def ask_slot(call: Call) -> Page:
    """Show days that are kept again and again, for changing."""
    path = await _path(call)
    return _slot(call, path, _slot_of(call, path), {})


@routes.form(f"{ONE}/slots/{{slotId}}", access=UNIT, operation_id="slotForm")
@again
async def change_slot(call: Call) -> Page | Redirect:
    """Change days that are kept again and again."""
    path = await _path(call)
    return await _put_slot(call, path, _slot_of(call, path))


@routes.form(f"{ONE}/slots/{{slotId}}/remove", access=UNIT, operation_id="removeSlotForm")
@again
async def remove_slot(call: Call) -> Page | Redirect:
    """Keep some days no more."""
    path = await _path(call)
    gone = _slot_of(call, path)
    left = msgspec.structs.replace(path, slots=tuple(one for one in path.slots if one.id != gone.id))
    return await _saved(call, left, seen=path)


async def _path(call: Call) -> Path:
    return await service.path(call.context, path_id=call.path["pathId"])


def _step_of(call: Call, path: Path) -> Step:
    return next((one for one in path.steps if one.id == call.path["stepId"]), None) or _gone()


def _slot_of(call: Call, path: Path) -> Slot:
    return next((one for one in path.slots if one.id == call.path["slotId"]), None) or _gone()


def _gone() -> NoReturn:
    raise NotFound


async def _saved(call: Call, path: Path, *, seen: Path) -> Redirect:
    await service.put(call.context, by=call.actor, path=msgspec.structs.replace(path, shipped=False), seen=seen)
    return Redirect(f"/paths/{path.id}/change", notice=_("The path was saved."))


def _fault(problem: BadPath) -> dict[str, str]:
    field, text = FAULTS.get(problem.fields.get("steps", ""), ("title", BadPath.title))
    return {field: text}


async def _given(call: Call) -> tuple[dict[str, str], dict[str, str]]:
    form = {name: call.form.get(name, "").strip() for name in ("title", "words", "roles", "source")}
    errors: dict[str, str] = {}
    if not 1 <= len(form["title"]) <= TITLE_MAX:
        errors["title"] = _("Enter a title of at most 200 characters.")
    errors |= {name: _("Write at most 500 characters.") for name in ("words", "source") if len(form[name]) > TEXT_MAX}
    roles = form["roles"].split()
    known = await profiles.by_ids(call.context, profile_ids=roles[:ROLES_MAX])
    if len(roles) > ROLES_MAX or any(one not in known for one in roles):
        errors["roles"] = _("One of these profiles is not known.")
    return form, errors


def _written(call: Call, path: Path, form: Mapping[str, str]) -> Path:
    told = {one: text for one, text in path.words.items() if one != call.language}
    return msgspec.structs.replace(
        path, titles={**path.titles, call.language: form["title"]},
        words={**told, call.language: form["words"]} if form["words"] else told,
        roles=tuple(dict.fromkeys(form["roles"].split())), source=form["source"],
    )  # fmt: skip


async def _form(call: Call, path: Path | None, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "path": path,
        "given": {**presenters.given(path, call.language), **call.form},
        "steps": presenters.written_steps(path, words) if path else [],
        "slots": presenters.written_slots(path, words) if path else [],
        "errors": errors,
    }
    return framed(call, "paths", "path_form.html", values, status=400 if errors else 200)


async def _put_step(call: Call, path: Path, before: Step | None) -> Page | Redirect:
    form = {name: call.form.get(name, "").strip() for name in ("title", "stage", "phase")}
    chosen = _ids(call.form_lists.get("offerings", []))
    after = tuple(call.form_lists.get("after", []))
    errors: dict[str, str] = {}
    if not 1 <= len(form["title"]) <= TITLE_MAX:
        errors["title"] = _("Enter a title of at most 200 characters.")
    errors |= {name: _("Write at most 200 characters.") for name in ("stage", "phase") if len(form[name]) > STAGE_MAX}
    artefacts = tuple(dict.fromkeys(one.strip() for one in call.form.get("artefacts", "").splitlines() if one.strip()))
    if len(artefacts) > ARTEFACTS_MAX or any(len(one) > TITLE_MAX for one in artefacts):
        errors["artefacts"] = _("Name at most 30 artefacts, one a line, each in at most 200 characters.")
    if len(chosen) > STEP_OFFERINGS_MAX:
        errors["offerings"] = _("Choose at most 20 courses.")
    if len(after) > STEP_AFTER_MAX or (before is not None and before.id in after):
        errors["after"] = _("Choose at most 20 other steps.")
    place = whole_given(call.form, "place", least=1, most=STEPS_MAX)
    if place is None:
        errors["place"] = _("Enter a whole number, 1 for the first step.")
    if errors or place is None:
        return await _step(call, path, before, errors)
    personas = tuple(one for one in call.form_lists.get("personas", []) if one in presenters.PERSONAS)
    start = before or Step(id=ids.new_id(), titles={})
    step = msgspec.structs.replace(
        start, titles={**start.titles, call.language: form["title"]}, stage=form["stage"], phase=form["phase"],
        artefacts=artefacts, offerings=chosen, after=after, personas=personas,
    )  # fmt: skip
    try:
        return await _saved(call, with_step(path, step, place), seen=path)
    except BadPath as problem:
        return await _step(call, path, before, _fault(problem))


def _ids(sent: Sequence[str]) -> tuple[str, ...]:
    """Return the ids that boxes or lines of a field give."""
    return tuple(dict.fromkeys(one for text in sent for one in text.split()))


async def _step(call: Call, path: Path, before: Step | None, errors: Mapping[str, str]) -> Page:
    words, sent = Words(call.language), bool(call.form)
    lists = call.form_lists if sent else {
        "offerings": list(before.offerings) if before else [], "after": list(before.after) if before else [],
        "personas": list(before.personas) if before else [],
    }  # fmt: skip
    chosen = _ids(lists.get("offerings", []))
    known = {one.id: one for one in await offerings.open_offerings(call.context)}
    known |= await offerings.known(call.context, offering_ids=chosen[:STEP_OFFERINGS_MAX])
    others = [
        (one.id, in_language(one.titles, call.language)) for one in path.steps if before is None or one.id != before.id
    ]
    values = {
        "path": path,
        "step": before,
        "course_of": in_language(path.titles, call.language),
        "given": {**presenters.step_given(path, before, call.language), **call.form},
        "courses": presenters.courses(known.values(), call.language) if len(known) <= COURSES_SHOWN else [],
        "by_id": len(known) > COURSES_SHOWN,
        "chosen": chosen,
        "others": others,
        "after": lists.get("after", []),
        "personas": presenters.labelled(presenters.PERSONAS, words),
        "meant": lists.get("personas", []),
        "action": f"/paths/{path.id}/steps/{before.id if before else 'new'}",
        "errors": errors,
    }
    return framed(call, "paths", "path_step.html", values, status=400 if errors else 200)


async def _put_slot(call: Call, path: Path, before: Slot | None) -> Page | Redirect:
    form = {name: call.form.get(name, "").strip() for name in ("title", "every", "weekday", "week", "place")}
    errors: dict[str, str] = {}
    if not 1 <= len(form["title"]) <= TITLE_MAX:
        errors["title"] = _("Enter a title of at most 200 characters.")
    choices = (("every", set(Every)), ("weekday", set(WEEKDAYS)), ("week", set(presenters.WEEKS)))
    errors |= {name: _("Choose one.") for name, known in choices if form[name] not in known}
    days = whole_given(call.form, "days", least=1, most=SLOT_DAYS_MAX)
    if days is None:
        errors["days"] = _("Enter a whole number of days from 1 to 31.")
    months = QUARTER_MONTHS if form["every"] == Every.QUARTER else YEAR_MONTHS
    month = whole_given(call.form, "month", least=1, most=months)
    if month is None:
        errors["month"] = _("Enter the number of the month: 1 to 3 within a quarter, 1 to 12 within a year.")
    since = day_given(call.form, "since")
    if since is None:
        errors["since"] = _("Enter a day, such as 27 3 2026.")
    if len(form["place"]) > PLACE_MAX:
        errors["place"] = _("Write at most 200 characters.")
    if errors or days is None or month is None or since is None:
        return _slot(call, path, before, errors)
    titles = {**(before.titles if before else {}), call.language: form["title"]}
    slot = Slot(
        id=before.id if before else ids.new_id(), titles=titles, every=Every(form["every"]), weekday=form["weekday"],
        week=int(form["week"]), month=month, days=days, since=since, place=form["place"],
    )  # fmt: skip
    return await _saved(call, with_slot(path, slot), seen=path)


def _slot(call: Call, path: Path, before: Slot | None, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "path": path,
        "slot": before,
        "course_of": in_language(path.titles, call.language),
        "given": {**presenters.slot_given(before, call.language), **call.form},
        "since": day_fields(call.form, "since", before.since if before else clock.today()),
        "rhythms": presenters.labelled(presenters.RHYTHMS, words),
        "weekdays": presenters.labelled(presenters.DAY_NAMES, words),
        "weeks": presenters.labelled(presenters.WEEKS, words),
        "action": f"/paths/{path.id}/slots/{before.id if before else 'new'}",
        "errors": errors,
    }
    return framed(call, "paths", "path_slot.html", values, status=400 if errors else 200)

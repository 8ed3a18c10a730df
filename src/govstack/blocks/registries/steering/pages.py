"""Automations on pages: listed, made question by question, tried out, watched, paused and deleted (DRS-19)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.registries.automations import service
from govstack.blocks.registries.automations.errors import AutomationPaused, BadAutomation
from govstack.blocks.registries.automations.model import METHODS, Automation, State, TriggerKind
from govstack.blocks.registries.browsing import service as browsing
from govstack.blocks.registries.criteria.presenters import ROWS, operators
from govstack.blocks.registries.criteria.presenters import places as comparable
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import Registry, may_see_definition
from govstack.blocks.registries.frame.presenters import Words, in_registry, manages
from govstack.blocks.registries.handling import service as handling
from govstack.blocks.registries.handling.model import Rehearsal
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.blocks.registries.steering import presenters, schemas
from govstack.blocks.registries.steering.schemas import CHECK, QUESTIONS
from govstack.kernel.errors import Forbidden, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("automation pages",))
WATCHERS = by_policy("administrators, analysts, auditors and stewards of the registry")
STEWARDS = by_policy("administrators and stewards of the registry")
REGISTRY = "/registry/{code}"
LIST = REGISTRY + "/automations"
ONE = LIST + "/{automation}"
ACTS: Mapping[str, str] = {
    "pause": _("The automation is paused. What changes meanwhile is caught up with."),
    "resume": _("The automation is on."),
    "run": _("The automation goes through all records that fit now."),
    "confirm": _("The automation goes on under your rights."),
}


class ResultQuery(msgspec.Struct, frozen=True):
    """Which results to show: of one state, after the last of the page before."""

    state: str = ""
    after: str = ""
    lang: str = ""


@routes.page(LIST, access=WATCHERS, operation_id="automationsPage")
async def automations(call: Call) -> Page:
    """List what a registry does by itself."""
    words, registry = Words(call.language), await _seen(call)
    found = await service.listed(call.context, by=call.actor, code=registry.code)
    values = {"rows": presenters.rows(words, registry, found), "manages": manages(call.actor, registry)}
    return in_registry(call, registry, "automations", "automations.html", values)


@routes.page(REGISTRY + "/new-automation", access=STEWARDS, operation_id="newAutomationPage")
async def ask_new(call: Call) -> Page:
    """Ask the first question about a new automation."""
    return await _question_page(call, await _managed(call), "what", {}, {})


@routes.form(REGISTRY + "/new-automation", access=STEWARDS, operation_id="newAutomationForm")
async def answer_new(call: Call) -> Page:
    """Take the answer to one question and ask the next; at the end show all answers, then save."""
    registry = await _managed(call)
    if call.form.get("at", "what") == "what":
        known = await service.listed(call.context, by=call.actor, code=registry.code)
        if any(one.code == call.form.get("code", "").strip() for one in known):
            taken = Words(call.language)(_("Another automation has this code"))
            return await _question_page(call, registry, "what", call.form_lists, {"code": taken})
    return await _answered(call, registry)


@routes.page(ONE, access=WATCHERS, operation_id="automationPage")
async def automation(call: Call) -> Page:
    """Show one automation and how far it came."""
    registry = await _seen(call)
    return _one_page(call, registry, await _found(call, registry), {})


@routes.form(ONE, access=STEWARDS, operation_id="automationForm")
async def act(call: Call) -> Page | Redirect:
    """Pause an automation, let it go on, start it now, take it over, or make new secrets."""
    words, registry = Words(call.language), await _managed(call)
    found, asked = await _found(call, registry), call.form.get("act", "")
    by, code, name = call.actor, registry.code, found.code
    if asked == "secret":
        return _saved_page(call, registry, await service.renew_secret(call.context, by=by, code=code, name=name))
    if asked not in ACTS:
        return _one_page(call, registry, found, {})
    try:
        if asked == "run":
            await service.start(call.context, by=by, code=code, name=name)
        elif asked == "confirm":
            await service.confirm(call.context, by=by, code=code, name=name)
        else:
            await service.set_enabled(call.context, by=by, code=code, name=name, enabled=asked == "resume")
    except (AutomationPaused, BadAutomation) as problem:
        return _one_page(call, registry, found, {"": words.said(problem.detail)})
    return Redirect(f"/registry/{registry.code}/automations/{found.code}", notice=words(ACTS[asked]))


@routes.page(ONE + "/change", access=STEWARDS, operation_id="changeAutomationPage")
async def ask_change(call: Call) -> Page:
    """Show all answers of an automation, each to be changed."""
    registry = await _managed(call)
    found = await _found(call, registry)
    form, lists = schemas.form_of(found.definition, found.code)
    return _check_page(call, registry, form, lists, {})


@routes.form(ONE + "/change", access=STEWARDS, operation_id="changeAutomationForm")
async def answer_change(call: Call) -> Page:
    """Take changed answers, and save them."""
    registry = await _managed(call)
    await _found(call, registry)
    call.form["code"] = call.path["automation"]
    call.form_lists["code"] = [call.path["automation"]]
    return await _answered(call, registry)


@routes.page(ONE + "/try", access=WATCHERS, operation_id="tryAutomationPage")
async def ask_record(call: Call) -> Page:
    """Ask on which record to try an automation."""
    registry = await _seen(call)
    return _try_page(call, registry, await _found(call, registry), None, {})


@routes.form(ONE + "/try", access=WATCHERS, operation_id="tryAutomationForm")
async def rehearse(call: Call) -> Page:
    """Tell what would happen to a record; that it was looked at is logged."""
    words, registry = Words(call.language), await _seen(call)
    found, record = await _found(call, registry), call.form.get("record", "").strip()
    if not record or len(record) > 200:
        return _try_page(call, registry, found, None, {"record": words(_("Enter the id or the key of a record"))})
    try:
        told = await handling.rehearse(call.context, by=call.actor, code=registry.code, name=found.code, record=record)
    except NoRecord:
        return _try_page(call, registry, found, None, {"record": words(_("There is no such record"))})
    except Problem as problem:
        return _try_page(call, registry, found, None, {"record": words.said(problem.detail)})
    return _try_page(call, registry, found, told, {})


@routes.page(ONE + "/results", access=WATCHERS, query=ResultQuery, operation_id="automationResultsPage")
async def results(call: Call) -> Page:
    """Show what became of each record."""
    words, registry = Words(call.language), await _seen(call)
    found, asked = await _found(call, registry), call.query.state
    chosen = State(asked) if asked in tuple(State) else None
    items, more = await service.results(
        call.context, by=call.actor, code=registry.code, name=found.code, state=chosen, before=call.query.after
    )
    names = await browsing.names(
        call.context, by=call.actor, registry=registry, uuids=sorted({one.record for one in items})
    )
    base = f"/registry/{registry.code}/automations/{found.code}"
    kept = f"state={chosen}&" if chosen else ""
    values = {
        "automation": found, "base": base, "rows": presenters.results(words, registry, items, names),
        "states": [(one.value, words(label)) for one, (label, _sign) in presenters.STATES.items()],
        "state": asked, "manages": manages(call.actor, registry), "above": _above(call, registry, found),
        "first": f"{base}/results?{kept}" if call.query.after else "",
        "next": f"{base}/results?{kept}after={items[-1].id}" if more else "",
    }  # fmt: skip
    return in_registry(call, registry, "automations", "automation_results.html", values)


@routes.form(ONE + "/results", access=STEWARDS, operation_id="retryAutomationForm")
async def again(call: Call) -> Redirect:
    """Try a record again that failed."""
    words, registry = Words(call.language), await _managed(call)
    name = call.path["automation"]
    await service.again(call.context, by=call.actor, code=registry.code, name=name, result=call.form.get("result", ""))
    notice = words(_("The record will be tried again."))
    return Redirect(f"/registry/{registry.code}/automations/{name}/results", notice=notice)


@routes.page(ONE + "/delete", access=STEWARDS, operation_id="deleteAutomationPage")
async def ask_delete(call: Call) -> Page:
    """Ask whether an automation is to be deleted."""
    registry = await _managed(call)
    found = await _found(call, registry)
    values = {"automation": found, "above": _above(call, registry, found)}
    return in_registry(call, registry, "automations", "automation_delete.html", values)


@routes.form(ONE + "/delete", access=STEWARDS, operation_id="deleteAutomationForm")
async def delete(call: Call) -> Redirect:
    """Delete an automation with its results."""
    registry = await _managed(call)
    await service.delete(call.context, by=call.actor, code=registry.code, name=call.path["automation"])
    notice = Words(call.language)(_("The automation was deleted."))
    return Redirect(f"/registry/{registry.code}/automations", notice=notice)


async def _answered(call: Call, registry: Registry) -> Page:
    asked, at = call.form.get("step", ""), call.form.get("at", "what")
    if asked in QUESTIONS and at == CHECK:
        return await _question_page(call, registry, asked, call.form_lists, {})
    if at in QUESTIONS:
        errors = await _wrong(call, registry, at)
        if errors:
            return await _question_page(call, registry, at, call.form_lists, errors)
    question = schemas.following(at, call.form) if at in QUESTIONS else CHECK
    while question != CHECK and question in _before(call):
        question = schemas.following(question, call.form)
    if question != CHECK:
        return await _question_page(call, registry, question, call.form_lists, {})
    for name in schemas.asked(call.form):
        if wrong := await _wrong(call, registry, name):
            return await _question_page(call, registry, name, call.form_lists, wrong)
    if asked != "send":
        return _check_page(call, registry, call.form, call.form_lists, {})
    return await _save(call, registry)


async def _wrong(call: Call, registry: Registry, question: str) -> Mapping[str, str]:
    """Return what is wrong with the answers to one question, so that nobody learns it only at the end."""
    words, name = Words(call.language), call.form.get("code", "").strip()
    if errors := schemas.wrong(words, question, call.form, call.form_lists, registry):
        return errors
    wanted = schemas.definition(words, call.form, call.form_lists, registry)
    found = await service.wrong_parts(call.context, by=call.actor, registry=registry, name=name, definition=wanted)
    return _told(call, {part: why for part, why in found.items() if schemas.ASKED[part] == question})


def _told(call: Call, found: Mapping[str, str]) -> dict[str, str]:
    """Return what to do about the parts that the service refuses, each beside the input that asks about it."""
    errors: dict[str, str] = {}
    for part, why in found.items():
        text, name = presenters.advice(Words(call.language), why)
        place = schemas.place(call.form, part, name)
        # Where nothing may be called as, there is nothing to choose.
        calls = part != "application" or service.rules(call.context).applications
        errors[place if calls else "target"] = text
    return errors


async def _save(call: Call, registry: Registry) -> Page:
    words = Words(call.language)
    wanted = schemas.definition(words, call.form, call.form_lists, registry)
    try:
        saved = await service.put(
            call.context, by=call.actor, code=registry.code, name=call.form["code"].strip(), definition=wanted
        )
    except BadAutomation as problem:
        wrong = _told(call, problem.fields)
        question = schemas.ASKED.get(next(iter(problem.fields), ""), CHECK)
        if question == CHECK:
            return _check_page(call, registry, call.form, call.form_lists, wrong)
        return await _question_page(call, registry, question, call.form_lists, wrong)
    return _saved_page(call, registry, saved)


def _before(call: Call) -> set[str]:
    """Return the questions that were answered before, as the pages note them along the way."""
    return set(call.form.get("answered", "").split())


async def _seen(call: Call) -> Registry:
    """Return the newest version of a registry whose definition somebody may see."""
    registry = (await design.definition(call.context, by=call.actor, key=call.path["code"]))[0]
    if not may_see_definition(call.actor, registry.stewards):
        raise Forbidden
    if not registry.version:
        raise UnknownRegistry
    return registry


async def _managed(call: Call) -> Registry:
    registry = await _seen(call)
    if not manages(call.actor, registry):
        raise Forbidden
    return registry


async def _found(call: Call, registry: Registry) -> Automation:
    return await service.one(call.context, by=call.actor, code=registry.code, name=call.path["automation"])


def _above(call: Call, registry: Registry, found: Automation | None = None) -> list[tuple[str, str]]:
    base = f"/registry/{registry.code}/automations"
    links = [(Words(call.language)(_("Automations")), base)]
    return [*links, (found.definition.name, f"{base}/{found.code}")] if found else links


def _target(call: Call) -> tuple[str, str]:
    """Return where the form is sent, and where giving up leads."""
    base = f"/registry/{call.path['code']}"
    if name := call.path.get("automation", ""):
        return f"{base}/automations/{name}/change", f"{base}/automations/{name}"
    return f"{base}/new-automation", f"{base}/automations"


def _one_page(call: Call, registry: Registry, found: Automation, errors: Mapping[str, str]) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}/automations/{found.code}"
    values = {
        "automation": found, "base": base, "state": presenters.state(words, found),
        "details": presenters.details(words, registry, found.definition),
        "figures": presenters.figures(words, found, base), "because": words.said(found.paused_because),
        "address": service.address(call.context, found) if _is_called(found) else "",
        "secrets": _is_called(found) or found.signing_key is not None, "manages": manages(call.actor, registry),
        "errors": dict(errors), "above": _above(call, registry),
    }  # fmt: skip
    return in_registry(call, registry, "automations", "automation.html", values, status=400 if errors else 200)


def _is_called(found: Automation) -> bool:
    return found.definition.trigger.kind is TriggerKind.WEBHOOK


async def _question_page(
    call: Call, registry: Registry, question: str, lists: Mapping[str, list[str]], errors: Mapping[str, str]
) -> Page:
    words, (action, cancel) = Words(call.language), _target(call)
    answered = _before(call) | ({call.form["at"]} if call.form.get("at") in QUESTIONS and not errors else set())
    asked = schemas.asked(call.form)
    target = await service.target_registry(
        call.context, schemas.definition(words, call.form, call.form_lists, registry)
    )
    known = await design.everything(call.context) if question == "where" else []
    values = {
        "question": question, "form": {**schemas.empty(), **call.form}, "lists": lists,
        "carried": schemas.carried(lists, question), "errors": dict(errors), "action": action, "cancel": cancel,
        "answered": " ".join(name for name in QUESTIONS if name in answered),
        "number": asked.index(question) + 1, "count": len(asked), "fixed": "automation" in call.path,
        "triggers": presenters.choices(words, presenters.TRIGGERS),
        "repeats": presenters.choices(words, presenters.REPEATS),
        "targets": presenters.choices(words, presenters.TARGETS),
        "operations": presenters.choices(words, presenters.OPERATIONS), "methods": [(one, one) for one in METHODS],
        "applications": [(one, one) for one in service.rules(call.context).applications],
        "hosts": words.named(service.rules(call.context).destinations.hosts),
        "conversions": presenters.conversions(words),
        "registries": presenters.registries(known),
        "places_there": presenters.places(target, call.language) if target else [],
        "sources": presenters.places(registry, call.language), "places": comparable(registry, call.language),
        "operators": operators(words), "rows": ROWS, "lines": schemas.LINES, "above": _above(call, registry),
    }  # fmt: skip
    return in_registry(call, registry, "automations", "automation_question.html", values, status=400 if errors else 200)


def _check_page(
    call: Call,
    registry: Registry,
    form: Mapping[str, str],
    lists: Mapping[str, list[str]],
    errors: Mapping[str, str],
) -> Page:
    words, (action, cancel) = Words(call.language), _target(call)
    wanted = schemas.definition(words, form, lists, registry)
    values = {
        "details": presenters.details(words, registry, wanted), "carried": schemas.carried(lists, ""),
        "answered": " ".join(QUESTIONS), "action": action, "cancel": cancel, "errors": dict(errors),
        "owner": call.actor.name or call.actor.id, "above": _above(call, registry),
    }  # fmt: skip
    return in_registry(call, registry, "automations", "automation_check.html", values, status=400 if errors else 200)


def _saved_page(call: Call, registry: Registry, saved: service.Saved) -> Page:
    found = saved.automation
    values = {
        "automation": found, "base": f"/registry/{registry.code}/automations/{found.code}", "secret": saved.secret,
        "signing_key": saved.signing_key, "above": _above(call, registry),
        "address": service.address(call.context, found) if _is_called(found) else "",
    }  # fmt: skip
    return in_registry(call, registry, "automations", "automation_saved.html", values)


def _try_page(
    call: Call, registry: Registry, found: Automation, told: Rehearsal | None, errors: Mapping[str, str]
) -> Page:
    values = {
        "automation": found, "base": f"/registry/{registry.code}/automations/{found.code}",
        "record": call.form.get("record", ""), "errors": dict(errors), "above": _above(call, registry, found),
        "told": presenters.told(Words(call.language), told) if told else None,
    }  # fmt: skip
    return in_registry(call, registry, "automations", "automation_try.html", values, status=400 if errors else 200)

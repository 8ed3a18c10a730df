"""Giving a right on a registry: one question a page, then a check of all answers (DRS-6)."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.registries.access import presenters, service
from govstack.blocks.registries.access.errors import BadGrant
from govstack.blocks.registries.access.model import ALWAYS, NOT_PERSONAL, PERSONAL, Effect
from govstack.blocks.registries.criteria.presenters import ROWS, condition_form, operators, places
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, pointer, walk
from govstack.blocks.registries.frame.presenters import Words, in_registry, manages, name_label
from govstack.blocks.registries.giving import schemas
from govstack.blocks.registries.giving.schemas import CHECK, QUESTIONS
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("rights pages",))
STEWARDS = by_policy("administrators and stewards of the registry")
GIVE = "/registry/{code}/rights/give"


@routes.page(GIVE, access=STEWARDS, operation_id="giveRightPage")
async def ask_who(call: Call) -> Page:
    """Ask who gets a right."""
    return _question_page(call, await _registry(call), "who", {})


@routes.form(GIVE, access=STEWARDS, operation_id="giveRightForm")
async def answer(call: Call) -> Page | Redirect:
    """Take the answer to one question and ask the next; at the end show all answers, then give the right."""
    registry, words = await _registry(call), Words(call.language)
    asked, at = call.form.get("step", ""), call.form.get("at", "who")
    if asked in QUESTIONS and at == CHECK:
        return _question_page(call, registry, asked, {})
    if at in QUESTIONS:
        errors = schemas.wrong(words, at, call.form, call.form_lists, registry)
        if errors:
            return _question_page(call, registry, at, errors)
    question = schemas.following(at) if at in QUESTIONS else CHECK
    # Whoever came back from the check to change one answer goes on to the next one that is still missing.
    while question != CHECK and not schemas.wrong(words, question, call.form, call.form_lists, registry):
        if question not in _answered(call):
            break
        question = schemas.following(question)
    if question != CHECK:
        return _question_page(call, registry, question, {})
    for name in QUESTIONS:
        if wrong := schemas.wrong(words, name, call.form, call.form_lists, registry):
            return _question_page(call, registry, name, wrong)
    if asked != "send":
        return _check_page(call, registry, {})
    return await _give(call, registry)


async def _give(call: Call, registry: Registry) -> Page | Redirect:
    words = Words(call.language)
    wanted = schemas.grant(words, call.form, call.form_lists, registry)
    try:
        given = await service.give(call.context, by=call.actor, code=registry.code, grant=wanted)
    except BadGrant as problem:
        return _check_page(call, registry, {"": words.said(problem.detail)})
    text = _("The right holds from now on: {who}.") if given.effect is Effect.ALLOW else _("Denied from now on: {who}.")
    notice = words(text, who=presenters.subject(words, given.subject))
    return Redirect(f"/registry/{registry.code}/rights", notice=notice)


def _answered(call: Call) -> set[str]:
    """Return the questions that were answered before, as the pages note them along the way."""
    return set(call.form.get("answered", "").split())


async def _registry(call: Call) -> Registry:
    """Return the newest version of a registry that somebody manages, or its draft; raises Forbidden."""
    registry = (await design.definition(call.context, by=call.actor, key=call.path["code"]))[0]
    if not manages(call.actor, registry):
        raise Forbidden
    return registry


def _question_page(call: Call, registry: Registry, question: str, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    answered = _answered(call) | ({call.form["at"]} if call.form.get("at") in QUESTIONS and not errors else set())
    values = {
        "question": question,
        "form": {**_defaults(), **call.form},
        "lists": call.form_lists,
        "carried": schemas.carried(call.form_lists, question),
        "answered": " ".join(name for name in QUESTIONS if name in answered),
        "errors": dict(errors),
        "number": list(QUESTIONS).index(question) + 1,
        "count": len(QUESTIONS),
        **_choices(call, registry, question),
        "above": [(words(_("Rights")), f"/registry/{registry.code}/rights")],
    }
    return in_registry(call, registry, "rights", f"give_{question}.html", values, status=400 if errors else 200)


def _defaults() -> dict[str, str]:
    empty = dict.fromkeys((name for names in QUESTIONS.values() for name in names), "")
    return {**empty, **condition_form(ALWAYS), "effect": Effect.ALLOW.value, "scope": "all", "records": "all"}


def _choices(call: Call, registry: Registry, question: str) -> dict[str, object]:
    words = Words(call.language)
    if question == "who":
        return {
            "subjects": [(kind, words(label)) for kind, (label, _example) in presenters.SUBJECTS.items()],
            "examples": {kind: example for kind, (_label, example) in presenters.SUBJECTS.items() if example},
        }
    if question == "services":
        return {"families": presenters.service_choices(words, registry)}
    if question == "fields":
        fields = [
            (pointer(path), name_label(registry, pointer(path), call.language))
            for path, one in walk(registry.fields)
            if not one.fields
        ]
        scopes = [
            ("all", words(_("All fields"))),
            (NOT_PERSONAL, words(_("All that are not personal"))),
            (PERSONAL, words(_("All personal ones"))),
            ("some", words(_("Only these:"))),
        ]
        return {"fields": fields, "scopes": scopes}
    if question == "records":
        own = words(_("Only records about the person who calls or is called for"))
        scopes = [
            ("all", words(_("All records"))),
            *([("own", own)] if registry.person_path else []),
            ("some", words(_("Only records that meet a condition"))),
        ]
        return {
            "scopes": scopes,
            "places": places(registry, call.language),
            "operators": operators(words),
            "rows": ROWS,
        }
    return {}


def _check_page(call: Call, registry: Registry, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    wanted = schemas.grant(words, call.form, call.form_lists, registry)
    told = presenters.told(words, wanted, registry)
    effect = words(_("Takes away")) if told.denies else words(_("Gives"))
    rows = [
        ("who", words(_("Who")), told.who),
        ("services", words(_("What")), f"{effect}: {told.services}"),
        ("fields", words(_("Fields")), told.fields),
        ("records", words(_("Records")), told.records),
        ("reason", words(_("Reason and time")), words(_("; ")).join(told.notes) or words(_("None given"))),
    ]
    values = {
        "rows": rows,
        "carried": schemas.carried(call.form_lists, ""),
        "answered": " ".join(QUESTIONS),
        "version": registry.version,
        "off": [] if told.denies else presenters.switched_off(words, wanted.services, registry),
        "open": told.who if wanted.subject == "anyone" and not told.denies else "",
        "errors": dict(errors),
        "above": [(words(_("Rights")), f"/registry/{registry.code}/rights")],
    }
    return in_registry(call, registry, "rights", "give_check.html", values, status=400 if errors else 200)

"""Links of a field to other records, and the triggers that fill and form its values (DRS-2, DRS-17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from govstack.blocks.registries.design.model import DeleteRule, Field, LinkKind, Path, Registry, Trigger
from govstack.blocks.registries.drafting import schemas, service
from govstack.blocks.registries.drafting.errors import UnknownField
from govstack.blocks.registries.drafting.model import Draft, changed
from govstack.blocks.registries.drafting.presenters import may_link
from govstack.blocks.registries.fields.model import Gate
from govstack.blocks.registries.frame.presenters import Words, in_registry, label_of, options, path_label
from govstack.blocks.registries.wiring import presenters
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("schema designer",))
STEWARDS = by_policy("administrators and stewards of the registry")
FIELD = "/registry/{code}/fields/{number}"
NEW = "new"


class LinkQuery(msgspec.Struct, frozen=True):
    """Which registry to link to; 0 while it is not chosen."""

    registry: int = 0
    lang: str = ""


@routes.page(FIELD + "/links/add", access=STEWARDS, query=LinkQuery, operation_id="addLinkPage")
async def ask_link(call: Call) -> Page:
    """Ask which registry a field links to, then which of its fields and how."""
    draft, path, one = await _opened(call)
    if not may_link(path, one, draft.now):
        raise UnknownField
    known = await service.registries_to_link(call.context, draft=draft)
    target = next((registry for registry in known if registry.id == call.query.registry), None)
    if target is None:
        shown = {"registries": [(str(registry.id), _named(call, registry, draft)) for registry in known]}
        return _page(call, draft, path, one, "link_registry.html", shown)
    return _link_page(call, draft, path, one, target, {}, {})


@routes.form(FIELD + "/links/add", access=STEWARDS, operation_id="addLinkForm")
async def add_link(call: Call) -> Page | Redirect:
    """Add a link to a field."""
    words = Words(call.language)
    draft, path, one = await _opened(call)
    known = await service.registries_to_link(call.context, draft=draft)
    target = next((registry for registry in known if str(registry.id) == call.form.get("registry", "")), None)
    if target is None or not may_link(path, one, draft.now):
        raise UnknownField
    link, errors = schemas.read_link(words, call.form, target)
    if errors:
        return _link_page(call, draft, path, one, target, call.form, errors)
    links = tuple(dict.fromkeys((*one.links, link)))
    return await _kept(call, draft, replace(one, links=links), "links")


@routes.form(FIELD + "/links/{place}/remove", access=STEWARDS, operation_id="removeLinkForm")
async def remove_link(call: Call) -> Redirect:
    """Take a link away from a field of the draft."""
    draft, _path, one = await _opened(call)
    place = _place(call, len(one.links))
    return await _kept(call, draft, replace(one, links=(*one.links[:place], *one.links[place + 1 :])), "links")


@routes.page(FIELD + "/triggers/{place}", access=STEWARDS, operation_id="triggerPage")
async def ask_trigger(call: Call) -> Page:
    """Ask when a field is filled in, and with what."""
    draft, path, one = await _opened(call)
    trigger = _trigger(call, one)
    return _trigger_page(call, draft, path, one, schemas.trigger_form(trigger), {})


@routes.form(FIELD + "/triggers/{place}", access=STEWARDS, operation_id="triggerForm")
async def keep_trigger(call: Call) -> Page | Redirect:
    """Keep a rule that fills a field in, or take it away."""
    words = Words(call.language)
    draft, path, one = await _opened(call)
    _trigger(call, one)
    before: tuple[Trigger, ...] = one.triggers
    after: tuple[Trigger, ...] = ()
    if call.path["place"] != NEW:
        place = int(call.path["place"]) - 1
        before, after = one.triggers[:place], one.triggers[place + 1 :]
    if call.form.get("step") == "remove":
        return await _kept(call, draft, replace(one, triggers=(*before, *after)), "triggers")
    known = frozenset({0, *(number for number, _name in presenters.places(draft.now, call.language))})
    made, errors = schemas.read_trigger(words, call.form, known)
    if errors:
        return _trigger_page(call, draft, path, one, call.form, errors)
    return await _kept(call, draft, replace(one, triggers=(*before, made, *after)), "triggers")


async def _opened(call: Call) -> tuple[Draft, Path, Field]:
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    return (draft, *service.field(draft, call.path["number"]))


def _place(call: Call, count: int) -> int:
    text = call.path["place"]
    if not text.isdecimal() or len(text) > 4 or int(text) >= count:
        raise UnknownField
    return int(text)


def _trigger(call: Call, one: Field) -> Trigger:
    """Return the trigger that an address names, an empty one for a new one; raises UnknownField."""
    if call.path["place"] == NEW:
        return Trigger()
    text = call.path["place"]
    if not text.isdecimal() or len(text) > 4 or not 0 < int(text) <= len(one.triggers):
        raise UnknownField
    return one.triggers[int(text) - 1]


def _named(call: Call, registry: Registry, draft: Draft) -> str:
    name = f"{registry.name or registry.code} ({registry.code})"
    return Words(call.language)(_("{name}, this registry"), name=name) if registry.id == draft.now.id else name


async def _kept(call: Call, draft: Draft, made: Field, anchor: str) -> Redirect:
    fields = changed(draft.now.fields, made.number, lambda _field: made)
    await service.save(call.context, by=call.actor, draft=draft, fields=fields)
    notice = Words(call.language)(_("The draft was changed."))
    return Redirect(f"/registry/{draft.now.code}/fields/{made.number}#{anchor}", notice=notice)


def _link_page(  # noqa: PLR0917 (a link between a field and a registry, and its form)
    call: Call,
    draft: Draft,
    path: Path,
    one: Field,
    target: Registry,
    form: Mapping[str, str],
    errors: Mapping[str, str],
) -> Page:
    words = Words(call.language)
    values = {
        "target": target,
        "target_name": _named(call, target, draft),
        "fields": presenters.linkable(words, target),
        "kinds": options(words, presenters.LINK_KINDS),
        "rules": options(words, presenters.DELETE_RULES),
        "form": {"field": "", "kind": LinkKind.STRICT.value, "on_delete": DeleteRule.RESTRICT.value, **form},
        "errors": dict(errors),
    }
    return _page(call, draft, path, one, "link_add.html", values, status=400 if errors else 200)


def _trigger_page(  # noqa: PLR0917 (one field, and the form of its trigger)
    call: Call, draft: Draft, path: Path, one: Field, form: Mapping[str, str], errors: Mapping[str, str]
) -> Page:
    words = Words(call.language)
    places = [
        (str(number), words(_("this field")) if number == one.number else name)
        for number, name in presenters.places(draft.now, call.language)
    ]
    values = {
        "places": places,
        "own": str(one.number),
        "logics": [(key.value, words(label)) for key, label in presenters.LOGICS.items()],
        "gates": [(key.value, words(label)) for key, label in presenters.GATES.items()],
        "acts": [(key.value, words(label)) for key, label in presenters.ACTIONS.items()],
        "form": {**schemas.trigger_form(Trigger()), **form},
        "first_gate": Gate.AND.value,
        "count": schemas.PARTS_SHOWN,
        "place": call.path["place"],
        "errors": dict(errors),
    }
    return _page(call, draft, path, one, "trigger.html", values, status=400 if errors else 200)


def _page(  # noqa: PLR0917 (one field, and the page about it)
    call: Call, draft: Draft, path: Path, one: Field, template: str, values: Mapping[str, object], *, status: int = 200
) -> Page:
    base = f"/registry/{draft.now.code}/fields"
    shown = {
        "field": one,
        "field_label": path_label(draft.now, path, call.language),
        "field_href": f"{base}/{one.number}",
        "above": [(Words(call.language)(_("Fields")), base), (label_of(one, call.language), f"{base}/{one.number}")],
        **values,
    }
    return in_registry(call, draft.now, "fields", template, shown, status=status)

"""The designer of a registry's schema: its fields, one field, and what is to be said of it (DRS-3, DRS-17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.blocks.registries.contents.model import FILE_TYPES
from govstack.blocks.registries.design.errors import BadDefinition
from govstack.blocks.registries.design.model import Field, FieldType, Path, pointer, reachable
from govstack.blocks.registries.drafting import presenters, schemas, service
from govstack.blocks.registries.drafting.errors import UnknownField
from govstack.blocks.registries.drafting.model import NESTING, Draft, added, changed, ordered, removed, siblings
from govstack.blocks.registries.fields.model import DEPTH_MAX
from govstack.blocks.registries.frame.presenters import Words, in_registry, label_of, manages, path_label, refused
from govstack.kernel.i18n import LANGUAGES, NAMES, _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("schema designer",))
WATCHERS = by_policy("administrators, analysts, auditors and stewards of the registry")
STEWARDS = by_policy("administrators and stewards of the registry")
FIELDS = "/registry/{code}/fields"
FIELD = FIELDS + "/{number}"


class InsideQuery(msgspec.Struct, frozen=True):
    """In which group of fields something is to happen; 0 for none."""

    inside: int = 0
    lang: str = ""


@routes.page(FIELDS, access=WATCHERS, operation_id="fieldsPage")
async def fields(call: Call) -> Page:
    """List the fields of the draft, or of the newest version when nothing is drafted."""
    words = Words(call.language)
    draft = await service.watched(call.context, by=call.actor, code=call.path["code"])
    values = {
        "lines": presenters.lines(words, draft.now, draft),
        "problems": presenters.problems(words, draft),
        "draft": draft,
        "manages": manages(call.actor, draft.now),
    }
    return in_registry(call, draft.now if draft.newest is None else draft.newest, "fields", "fields.html", values)


@routes.page(FIELDS + "/add", access=STEWARDS, query=InsideQuery, operation_id="addFieldPage")
async def ask_field(call: Call) -> Page:
    """Ask for the name and type of a new field."""
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    return _add_page(call, draft, _group(draft, str(call.query.inside)), {"type": "string"}, {})


@routes.form(FIELDS + "/add", access=STEWARDS, operation_id="addFieldForm")
async def add_field(call: Call) -> Page | Redirect:
    """Add a field to the draft, and go on to its rules."""
    words = Words(call.language)
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    above = _group(draft, call.form.get("inside", "0"))
    name, errors = schemas.read_name(words, call.form, siblings(draft.now.fields, above))
    kind, wrong = schemas.read_kind(words, call.form)
    errors |= wrong
    if errors:
        return _add_page(call, draft, above, call.form, errors)
    made = Field(name, 0, kind, required=call.form.get("required") == "yes")
    inside = draft.now.by_path[above].number if above else 0
    try:
        saved = await service.save(
            call.context, by=call.actor, draft=draft, fields=added(draft.now.fields, made, inside)
        )
    except BadDefinition as problem:
        return _add_page(call, draft, above, call.form, refused(words, problem, "name"))
    number = saved.by_path[*above, name].number
    if kind is FieldType.CATALOGUE:
        notice = words(_("The field {name} was added to the draft. Now write the entries of its catalogue."), name=name)
        return Redirect(f"/registry/{draft.now.code}/fields/{number}/rules", notice=notice)
    return _to_field(call, number, words(_("The field {name} was added to the draft."), name=name))


@routes.page(FIELDS + "/order", access=STEWARDS, query=InsideQuery, operation_id="orderFieldsPage")
async def ask_order(call: Call) -> Page:
    """Ask for the order of the fields."""
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    return _order_page(call, draft, _group(draft, str(call.query.inside)), {}, {})


@routes.form(FIELDS + "/order", access=STEWARDS, operation_id="orderFieldsForm")
async def order_fields(call: Call) -> Page | Redirect:
    """Put the fields in the order of the numbers that were sent."""
    words = Words(call.language)
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    above = _group(draft, call.form.get("inside", "0"))
    places: dict[int, float] = {}
    errors: dict[str, str] = {}
    for one in siblings(draft.now.fields, above):
        text = call.form.get(f"place-{one.number}", "").strip()
        if text.isdecimal() and len(text) < 7:
            places[one.number] = float(text)
        else:
            errors[f"place-{one.number}"] = words(_("Enter a number for {name}"), name=one.name)
    if errors:
        return _order_page(call, draft, above, call.form, errors)
    made = ordered(draft.now.fields, places, above)
    await service.save(call.context, by=call.actor, draft=draft, fields=made)
    if above:
        return _to_field(call, draft.now.by_path[above].number, words(_("The order was changed.")))
    return Redirect(f"/registry/{draft.now.code}/fields", notice=words(_("The order was changed.")))


@routes.page(FIELD, access=WATCHERS, operation_id="fieldPage")
async def one_field(call: Call) -> Page:
    """Show everything about one field."""
    words = Words(call.language)
    draft = await service.watched(call.context, by=call.actor, code=call.path["code"])
    path, one = service.field(draft, call.path["number"])
    known = await service.registries_to_link(call.context, draft=draft) if one.links else []
    inner = [line for line in presenters.lines(words, draft.now, draft) if _is_inside(draft, line.number, path)]
    values = {
        "about": presenters.about(words, one),
        "rules": presenters.rules(words, one),
        "protection": presenters.protection(words, one),
        "links": presenters.link_rows(words, one, known, draft.now),
        "links_possible": presenters.may_link(path, one, draft.now),
        "triggers": presenters.trigger_texts(words, one, draft.now),
        "triggers_possible": bool(schemas.offered(path, one, draft.now) & {"unique", "default"}),
        "nests": one.type in NESTING,
        "inner": inner,
        "manages": manages(call.actor, draft.now),
        "marks": presenters.marks(words, one),
    }
    return _field_page(call, draft, path, one, "field.html", values)


def _is_inside(draft: Draft, number: int, path: Path) -> bool:
    found = next(found for found, one in draft.now.by_path.items() if one.number == number)
    return len(found) > len(path) and found[: len(path)] == path


@routes.page(FIELD + "/about", access=STEWARDS, operation_id="aboutFieldPage")
async def ask_about(call: Call) -> Page:
    """Ask what a field is: name, type, description, labels, an example."""
    draft, path, one = await _opened(call)
    return _about_page(call, draft, path, one, schemas.about_form(one), {})


@routes.form(FIELD + "/about", access=STEWARDS, operation_id="aboutFieldForm")
async def keep_about(call: Call) -> Page | Redirect:
    """Keep what a field is."""
    words = Words(call.language)
    draft, path, one = await _opened(call)
    others = [other for other in siblings(draft.now.fields, path[:-1]) if other.number != one.number]
    made, errors = schemas.read_about(words, call.form, one, others)
    if errors:
        return _about_page(call, draft, path, one, {**schemas.about_form(one), **call.form}, errors)
    return await _kept(call, draft, (*path[:-1], made.name), made)


@routes.page(FIELD + "/rules", access=STEWARDS, operation_id="fieldRulesPage")
async def ask_rules(call: Call) -> Page:
    """Ask for the rules that values of a field follow."""
    draft, path, one = await _opened(call)
    return _rules_page(call, draft, path, one, schemas.rules_form(one), {})


@routes.form(FIELD + "/rules", access=STEWARDS, operation_id="fieldRulesForm")
async def keep_rules(call: Call) -> Page | Redirect:
    """Keep the rules of a field."""
    draft, path, one = await _opened(call)
    files = call.form_lists.get("file_types", [])
    made, errors = schemas.read_rules(Words(call.language), call.form, path, one, draft.now, files=files)
    if errors:
        return _rules_page(call, draft, path, one, {**call.form, "file_types": "\n".join(files)}, errors)
    return await _kept(call, draft, path, made)


@routes.page(FIELD + "/protection", access=STEWARDS, operation_id="protectFieldPage")
async def ask_protection(call: Call) -> Page:
    """Ask how a field is protected: personal, identifying, encrypted, masked."""
    draft, path, one = await _opened(call)
    return _protection_page(call, draft, path, one, schemas.protection_form(one), {})


@routes.form(FIELD + "/protection", access=STEWARDS, operation_id="protectFieldForm")
async def keep_protection(call: Call) -> Page | Redirect:
    """Keep how a field is protected."""
    draft, path, one = await _opened(call)
    made, errors = schemas.read_protection(Words(call.language), call.form, path, one, draft.now)
    if errors:
        return _protection_page(call, draft, path, one, call.form, errors)
    return await _kept(call, draft, path, made)


@routes.page(FIELD + "/remove", access=STEWARDS, operation_id="removeFieldPage")
async def ask_removal(call: Call) -> Page:
    """Ask whether a field is to go."""
    draft, path, one = await _opened(call)
    values = {"published": not draft.is_new(path), "inner": len(one.fields)}
    return _field_page(call, draft, path, one, "field_remove.html", values)


@routes.form(FIELD + "/remove", access=STEWARDS, operation_id="removeFieldForm")
async def remove_field(call: Call) -> Redirect:
    """Take a field out of the draft."""
    draft, _path, one = await _opened(call)
    await service.save(call.context, by=call.actor, draft=draft, fields=removed(draft.now.fields, one.number))
    notice = Words(call.language)(_("The field {name} was removed from the draft."), name=one.name)
    return Redirect(f"/registry/{draft.now.code}/fields", notice=notice)


@routes.page("/registry/{code}/numbering", access=STEWARDS, operation_id="numberingPage")
async def ask_numbering(call: Call) -> Page:
    """Ask how records are numbered, what is unique together, and where free search looks."""
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    return _numbering_page(call, draft, schemas.numbering_form(draft.now), {})


@routes.form("/registry/{code}/numbering", access=STEWARDS, operation_id="numberingForm")
async def keep_numbering(call: Call) -> Page | Redirect:
    """Keep the rules for the whole registry in the draft."""
    words = Words(call.language)
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    searched = call.form_lists.get("full_text", [])
    known = [path for path in searched if draft.now.field(path) is not None]
    made, errors = schemas.read_numbering(words, call.form, known, draft.now)
    if errors:
        return _numbering_page(call, draft, {**call.form, "full_text": "\n".join(known)}, errors)
    await service.save(
        call.context, by=call.actor, draft=draft, number_format=made.number_format, uniques=made.uniques, tags=made.tags
    )
    return Redirect(f"/registry/{draft.now.code}/fields", notice=words(_("The draft was changed.")))


def _group(draft: Draft, number: str) -> Path:
    """Return the path of the group that a form is about, the empty one for none; raises UnknownField."""
    if number in {"", "0"}:
        return ()
    path, one = service.field(draft, number)
    if one.type not in NESTING or len(path) >= DEPTH_MAX:
        raise UnknownField
    return path


async def _opened(call: Call) -> tuple[Draft, Path, Field]:
    draft = await service.opened(call.context, by=call.actor, code=call.path["code"])
    return (draft, *service.field(draft, call.path["number"]))


async def _kept(call: Call, draft: Draft, path: Path, made: Field) -> Redirect:
    """Keep one changed field and show it; a renamed one has a new number."""
    fields_now: Sequence[Field] = changed(draft.now.fields, made.number, lambda _field: made)
    saved = await service.save(call.context, by=call.actor, draft=draft, fields=fields_now)
    return _to_field(call, saved.by_path[path].number, Words(call.language)(_("The draft was changed.")))


def _to_field(call: Call, number: int, notice: str) -> Redirect:
    return Redirect(f"/registry/{call.path['code']}/fields/{number}", notice=notice)


def _field_page(  # noqa: PLR0917 (one field, and the page about it)
    call: Call, draft: Draft, path: Path, one: Field, template: str, values: Mapping[str, object], *, status: int = 200
) -> Page:
    base = f"/registry/{draft.now.code}/fields"
    language = call.language
    chain = [draft.now.by_path[path[:length]] for length in range(1, len(path))]
    above = [(Words(language)(_("Fields")), base)]
    above += [(label_of(group, language), f"{base}/{group.number}") for group in chain]
    if template != "field.html":
        above.append((label_of(one, language), f"{base}/{one.number}"))
    shown = {
        "field": one,
        "field_label": path_label(draft.now, path, language),
        "field_href": f"{base}/{one.number}",
        "above": above,
        **values,
    }
    return in_registry(call, draft.now, "fields", template, shown, status=status)


def _add_page(call: Call, draft: Draft, above: Path, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words, base = Words(call.language), f"/registry/{draft.now.code}/fields"
    group = draft.now.by_path[above] if above else None
    trail = [(words(_("Fields")), base)]
    trail += [(label_of(group, call.language), f"{base}/{group.number}")] if group else []
    values = {
        "form": {"name": "", "type": "", "required": "", **form},
        "errors": dict(errors),
        "types": presenters.types_offered(words, deep=len(above) + 1 >= DEPTH_MAX),
        "inside": group.number if group else 0,
        "above": trail,
    }
    return in_registry(call, draft.now, "fields", "field_add.html", values, status=400 if errors else 200)


def _order_page(call: Call, draft: Draft, above: Path, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    base = f"/registry/{draft.now.code}/fields"
    rows = [
        (
            one.number,
            path_label(draft.now, (*above, one.name), call.language),
            form.get(f"place-{one.number}", str(10 * place)),
        )
        for place, one in enumerate(siblings(draft.now.fields, above), start=1)
    ]
    values = {
        "rows": rows,
        "inside": draft.now.by_path[above].number if above else 0,
        "errors": dict(errors),
        "above": [(Words(call.language)(_("Fields")), base)],
    }
    return in_registry(call, draft.now, "fields", "field_order.html", values, status=400 if errors else 200)


def _about_page(  # noqa: PLR0917 (one field, and its form)
    call: Call, draft: Draft, path: Path, one: Field, form: Mapping[str, str], errors: Mapping[str, str]
) -> Page:
    words = Words(call.language)
    labels = [(language, NAMES[language]) for language in LANGUAGES]
    values = {
        "form": {**dict.fromkeys(("name", "type", "multiple", "description", "example"), ""), **form},
        "labels": [(f"label-{language}", name, language) for language, name in labels],
        "errors": dict(errors),
        "types": presenters.types_offered(words, deep=len(path) >= DEPTH_MAX),
        "published": not draft.is_new(path),
    }
    return _field_page(call, draft, path, one, "field_about.html", values, status=400 if errors else 200)


def _rules_page(  # noqa: PLR0917 (one field, and its form)
    call: Call, draft: Draft, path: Path, one: Field, form: Mapping[str, str], errors: Mapping[str, str]
) -> Page:
    values = {
        "form": {**dict.fromkeys(schemas.rules_form(one), ""), **form},
        "errors": dict(errors),
        "offered": schemas.offered(path, one, draft.now),
        "kinds": [(kind, kind) for kind in sorted(FILE_TYPES)],
    }
    return _field_page(call, draft, path, one, "field_rules.html", values, status=400 if errors else 200)


def _protection_page(  # noqa: PLR0917 (one field, and its form)
    call: Call, draft: Draft, path: Path, one: Field, form: Mapping[str, str], errors: Mapping[str, str]
) -> Page:
    other = draft.now.person_path
    values = {
        "form": {**dict.fromkeys(schemas.protection_form(one), ""), **form},
        "errors": dict(errors),
        "offered": schemas.protectable(path, one, draft.now),
        "other": path_label(draft.now, other, call.language) if other and other != path else "",
    }
    return _field_page(call, draft, path, one, "field_protection.html", values, status=400 if errors else 200)


def _numbering_page(call: Call, draft: Draft, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    searchable = [
        (pointer(path), path_label(draft.now, path, call.language))
        for path, one in reachable(draft.now.fields)
        if one.comparable and one.type is FieldType.TEXT and not one.blinded
    ]
    values = {
        "form": {**schemas.numbering_form(draft.now), **form},
        "errors": dict(errors),
        "searchable": searchable,
        "key": label_of(draft.now.key_field, call.language) if draft.now.key_field else "",
    }
    return in_registry(call, draft.now, "overview", "registry_numbering.html", values, status=400 if errors else 200)

"""Starting a registry, from nothing, a template or a document; its details, and its definition out and in (DRS-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import msgspec

from govstack.blocks.registries.blueprints import presenters, schemas, service
from govstack.blocks.registries.blueprints.model import CODE_PATTERN, TITLE_CHARACTERS_MAX
from govstack.blocks.registries.design import schemas as design_schemas
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import ADMINISTER, Registry
from govstack.blocks.registries.drafting import service as drafting
from govstack.blocks.registries.frame.presenters import (
    CLASSIFICATIONS,
    STORAGES,
    Words,
    framed,
    in_registry,
    options,
    refused,
)
from govstack.blocks.registries.offering import service as offering
from govstack.blocks.registries.overview.service import is_taken
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("definition pages",))
CREATORS = needs(ADMINISTER)
STEWARDS = by_policy("administrators and stewards of the registry")
WATCHERS = by_policy("administrators, analysts, auditors and stewards of the registry")
REGISTRY = "/registry/{code}"


class FormatQuery(msgspec.Struct, frozen=True):
    """In which notation a definition is wanted."""

    format: Literal["json", "yaml"] = "json"
    lang: str = ""


@routes.page("/new", access=CREATORS, operation_id="newRegistryPage")
async def choose_start(call: Call) -> Page:
    """Ask how a registry is to start."""
    kept = await service.templates(call.context, by=call.actor)
    return framed(call, "registries", "new.html", {"templates": len(kept)})


@routes.page("/new/details", access=CREATORS, operation_id="newDetailsPage")
async def ask_new(call: Call) -> Page:
    """Ask for the description of a new registry."""
    return _new_page(call, {"code": "", **presenters.details_form(None)}, {})


@routes.form("/new/details", access=CREATORS, operation_id="newDetailsForm")
async def create(call: Call) -> Page | Redirect:
    """Create a registry without fields."""
    words = Words(call.language)
    code, errors = presenters.read_code(words, call.form)
    details, wrong = presenters.read_details(words, call.form, code)
    errors |= wrong
    if "code" not in errors and await is_taken(call.context, code=code):
        errors |= presenters.taken(words)
    if errors:
        return _new_page(call, call.form, errors)
    await design.upsert_definition(call.context, by=call.actor, definition=presenters.with_defaults(details))
    return Redirect(f"/registry/{code}/fields", notice=words(_("The registry was created. Add its fields.")))


@routes.page("/new/template", access=CREATORS, operation_id="newFromTemplatePage")
async def ask_template(call: Call) -> Page:
    """Ask which template a registry starts from."""
    return await _template_page(call, {}, {})


@routes.form("/new/template", access=CREATORS, operation_id="newFromTemplateForm")
async def use_template(call: Call) -> Page | Redirect:
    """Start a registry from a template."""
    words = Words(call.language)
    code, errors = presenters.read_code(words, call.form)
    chosen = call.form.get("template", "")
    kept = {one.code: one for one in await service.templates(call.context, by=call.actor)}
    if chosen not in kept:
        errors["template"] = words(_("Choose a template"))
    if "code" not in errors and await is_taken(call.context, code=code):
        errors |= presenters.taken(words)
    if not errors:
        document = {**kept[chosen].document, "name": call.form.get("name", "").strip() or code}
        errors = await _started(call, code, document)
    if errors:
        return await _template_page(call, call.form, errors)
    return Redirect(f"/registry/{code}/fields", notice=words(_("The registry was created from the template.")))


@routes.page("/new/import", access=CREATORS, operation_id="newFromDocumentPage")
async def ask_document(call: Call) -> Page:
    """Ask for the document that a registry starts from."""
    return _import_page(call, {}, {})


@routes.form("/new/import", access=CREATORS, operation_id="newFromDocumentForm")
async def import_new(call: Call) -> Page | Redirect:
    """Create a registry from a document."""
    words = Words(call.language)
    code, errors = presenters.read_code(words, call.form)
    if "code" not in errors and await is_taken(call.context, code=code):
        errors |= presenters.taken(words)
    document, wrong = _document(call)
    errors |= wrong
    errors = errors or await _started(call, code, document)
    if errors:
        return _import_page(call, call.form, errors)
    return Redirect(f"/registry/{code}/fields", notice=words(_("The registry was created from the document.")))


@routes.page(REGISTRY + "/import", access=STEWARDS, operation_id="importDefinitionPage")
async def ask_import(call: Call) -> Page:
    """Ask for the document that replaces the draft."""
    draft = await drafting.opened(call.context, by=call.actor, code=call.path["code"])
    return _import_page(call, {}, {}, draft.now)


@routes.form(REGISTRY + "/import", access=STEWARDS, operation_id="importDefinitionForm")
async def import_draft(call: Call) -> Page | Redirect:
    """Replace the draft by what a document says; nothing is published."""
    draft = await drafting.opened(call.context, by=call.actor, code=call.path["code"])
    document, errors = _document(call)
    errors = errors or await _started(call, draft.now.code, document)
    if errors:
        return _import_page(call, call.form, errors, draft.now)
    notice = Words(call.language)(_("The draft was taken from the document."))
    return Redirect(f"/registry/{draft.now.code}/fields", notice=notice)


@routes.page(REGISTRY + "/export/{version}", access=WATCHERS, query=FormatQuery, operation_id="exportDefinitionFile")
async def export(call: Call) -> Answer:
    """Hand out a version's definition (`draft` for what waits) as a file."""
    found = await service.export(call.context, by=call.actor, code=call.path["code"], version=call.path["version"])
    name = f"{found['code']}-{found.get('version', 'draft')}.{call.query.format}"
    body = presenters.as_yaml(found) if call.query.format == "yaml" else presenters.as_json(found)
    kind = "application/yaml" if call.query.format == "yaml" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(body=body, media_type=f"{kind}; charset=utf-8", headers=headers)


@routes.page(REGISTRY + "/template", access=CREATORS, operation_id="keepTemplatePage")
async def ask_keeping(call: Call) -> Page:
    """Ask under which name a definition is kept as a template."""
    return await _keep_page(call, {}, {})


@routes.form(REGISTRY + "/template", access=CREATORS, operation_id="keepTemplateForm")
async def keep_template(call: Call) -> Page | Redirect:
    """Keep a definition as the next version of a template."""
    words, errors = Words(call.language), dict[str, str]()
    code, title = call.form.get("template", "").strip(), call.form.get("title", "").strip()
    if not CODE_PATTERN.fullmatch(code):
        errors["template"] = words(_("Enter a code of small letters, digits and dashes, such as civil-registry"))
    if not 0 < len(title) <= TITLE_CHARACTERS_MAX:
        errors["title"] = words(_("Enter what the template is for"))
    if errors:
        return await _keep_page(call, call.form, errors)
    content = await service.export(call.context, by=call.actor, code=call.path["code"], version=await _newest(call))
    kept = await service.keep(call.context, by=call.actor, code=code, title=title, content=content)
    notice = words(_("Version {number} of the template was kept."), number=words.number(kept.version))
    return Redirect(f"/registry/{call.path['code']}", notice=notice)


@routes.page(REGISTRY + "/details", access=STEWARDS, operation_id="registryDetailsPage")
async def ask_details(call: Call) -> Page:
    """Show the description of a registry for changing."""
    draft = await drafting.opened(call.context, by=call.actor, code=call.path["code"])
    return _details_page(call, draft.now, presenters.details_form(draft.now), {})


@routes.form(REGISTRY + "/details", access=STEWARDS, operation_id="registryDetailsForm")
async def keep_details(call: Call) -> Page | Redirect:
    """Keep the description of a registry; it holds for all versions at once."""
    words = Words(call.language)
    draft = await drafting.opened(call.context, by=call.actor, code=call.path["code"])
    details, errors = presenters.read_details(words, call.form, draft.now.code)
    if errors:
        return _details_page(call, draft.now, call.form, errors)
    await drafting.save_details(call.context, by=call.actor, draft=draft, details=details)
    return Redirect(f"/registry/{draft.now.code}", notice=words(_("The details were changed.")))


async def _newest(call: Call) -> str:
    parts = await design.definition(call.context, by=call.actor, key=call.path["code"])
    return parts[0].version or "draft"


def _document(call: Call) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the document of a form: the file that was chosen, else the text that was pasted."""
    words, upload = Words(call.language), call.files.get("file")
    if upload is None or not upload.content:
        return presenters.read_document(words, call.form.get("document", ""))
    try:
        text = upload.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return {}, {"file": words(_("The file is not text in UTF-8"))}
    found, errors = presenters.read_document(words, text)
    return found, {"file": errors["document"]} if errors else {}


async def _started(call: Call, code: str, document: Mapping[str, Any]) -> dict[str, str]:
    """Make the draft that a document describes; returns what is wrong."""
    words = Words(call.language)
    try:
        wanted = design_schemas.definition(code, schemas.request_of(dict(document)))
        custom = schemas.custom_services_of(dict(document))
        for one in custom:
            offering.refuse_unfit(one, Registry(0, code, "", wanted.fields))
        await design.upsert_definition(call.context, by=call.actor, definition=replace(wanted, custom_services=custom))
    except Problem as problem:
        if problem.status in {401, 403}:
            raise
        return refused(words, problem, "document")
    return {}


def _new_page(call: Call, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "form": {"code": "", **presenters.details_form(None), **form},
        "errors": dict(errors),
        "classifications": options(words, CLASSIFICATIONS),
        "storages": options(words, STORAGES),
    }
    return framed(call, "registries", "new_details.html", values, status=400 if errors else 200)


async def _template_page(call: Call, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    kept = [
        (one.code, one.title, words(_("{code}, version {number}"), code=one.code, number=words.number(one.version)))
        for one in await service.templates(call.context, by=call.actor)
    ]
    values = {"templates": kept, "form": {"template": "", "code": "", "name": "", **form}, "errors": dict(errors)}
    return framed(call, "registries", "new_template.html", values, status=400 if errors else 200)


def _import_page(
    call: Call, form: Mapping[str, str], errors: Mapping[str, str], registry: Registry | None = None
) -> Page:
    shown = {"form": {"code": "", "document": "", **form}, "errors": dict(errors)}
    status = 400 if errors else 200
    if registry is None:
        return framed(call, "registries", "new_import.html", shown, status=status)
    return in_registry(call, registry, "fields", "registry_import.html", shown, status=status)


async def _keep_page(call: Call, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    parts = await design.definition(call.context, by=call.actor, key=call.path["code"])
    suggested = {"template": parts[0].code.lower().replace("_", "-"), "title": parts[0].name}
    values = {"form": {**suggested, **form}, "errors": dict(errors)}
    return in_registry(call, parts[0], "overview", "registry_template.html", values, status=400 if errors else 200)


def _details_page(call: Call, now: Registry, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "form": {**presenters.details_form(None), **form},
        "errors": dict(errors),
        "classifications": options(words, CLASSIFICATIONS),
        "storages": options(words, STORAGES),
    }
    return in_registry(call, now, "overview", "registry_details.html", values, status=400 if errors else 200)

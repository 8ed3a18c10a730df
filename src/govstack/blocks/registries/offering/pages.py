"""Services of a version: their state, copies, and services of one's own that only read (DRS-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.blocks.registries.criteria.presenters import ROWS, operators, places
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.design.model import CUSTOM_KINDS, Registry, Service, ServiceState
from govstack.blocks.registries.frame.presenters import SERVICE_STATES, Words, in_registry, manages, options
from govstack.blocks.registries.offering import presenters, service
from govstack.kernel.errors import BadRequest, Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("service pages",))
WATCHERS = by_policy("administrators, analysts, auditors and stewards of the registry")
STEWARDS = by_policy("administrators and stewards of the registry")
REGISTRY = "/registry/{code}"
SERVICE = REGISTRY + "/services/{version}/{name}"
# The parts of a service as refusals name them, and the inputs of the form.
PLACES: Mapping[str, str] = {
    "name": "name",
    "kind": "kind",
    "fields": "fields",
    "title": "title",
    "condition": "condition",
    "consentPurpose": "consent_purpose",
}


class VersionQuery(msgspec.Struct, frozen=True):
    """Which version's services to list; the newest without one."""

    version: str = ""
    lang: str = ""


@routes.page(REGISTRY + "/services", access=WATCHERS, query=VersionQuery, operation_id="servicesPage")
async def services(call: Call) -> Page:
    """List the services of a version with their state and uses."""
    words = Words(call.language)
    parts, registry = await _registry(call, call.query.version)
    values = {
        "version": registry.version,
        "versions": [(one.version, one.version) for one in parts if one.version],
        "rows": presenters.rows(words, registry, custom=False),
        "custom": presenters.rows(words, registry, custom=True),
        "manages": manages(call.actor, registry),
    }
    return in_registry(call, parts[0], "services", "services.html", values)


@routes.page(REGISTRY + "/new-service/{version}", access=STEWARDS, operation_id="newServicePage")
async def ask_service(call: Call) -> Page:
    """Ask for a service of one's own."""
    _parts, registry = await _managed(call)
    return _custom_page(call, registry, None, presenters.custom_form(None), [], {})


@routes.form(REGISTRY + "/new-service/{version}", access=STEWARDS, operation_id="newServiceForm")
async def add_service(call: Call) -> Page | Redirect:
    """Add a service of one's own."""
    _parts, registry = await _managed(call)
    return await _put(call, registry, None)


@routes.page(SERVICE, access=WATCHERS, operation_id="servicePage")
async def one_service(call: Call) -> Page:
    """Show one service."""
    parts, registry = await _registry(call, call.path["version"])
    return _service_page(call, parts[0], registry, _service(registry, call), {})


@routes.form(SERVICE, access=STEWARDS, operation_id="serviceStateForm")
async def set_state(call: Call) -> Page | Redirect:
    """Offer, hide, switch off or remove a service."""
    words = Words(call.language)
    parts, registry = await _managed(call)
    one, asked = _service(registry, call), call.form.get("state", "")
    if asked not in tuple(ServiceState):
        return _service_page(call, parts[0], registry, one, {"state": words(_("Choose how it stands"))})
    made = await service.set_state(
        call.context,
        by=call.actor,
        code=registry.code,
        version=registry.version,
        name=one.name,
        state=ServiceState(asked),
    )
    notice = words(_("{name}: {state}."), name=presenters.title(words, one), state=words(SERVICE_STATES[made.state][0]))
    return Redirect(f"/registry/{registry.code}/services?version={registry.version}", notice=notice)


@routes.page(SERVICE + "/copy", access=STEWARDS, operation_id="copyServicePage")
async def ask_copy(call: Call) -> Page:
    """Ask for the name of a copy."""
    parts, registry = await _managed(call)
    return _copy_page(call, parts[0], registry, _service(registry, call), {})


@routes.form(SERVICE + "/copy", access=STEWARDS, operation_id="copyServiceForm")
async def copy_service(call: Call) -> Page | Redirect:
    """Copy a service, so that the copy can be narrowed."""
    words = Words(call.language)
    parts, registry = await _managed(call)
    one, name = _service(registry, call), call.form.get("name", "").strip()
    if any(other.name == name for other in registry.service_list):
        taken = words(_("Another service has this name"))
        return _copy_page(call, parts[0], registry, one, {"name": taken})
    try:
        await service.copy(
            call.context, by=call.actor, code=registry.code, version=registry.version, name=one.name, copy_name=name
        )
    except BadRequest as problem:
        return _copy_page(call, parts[0], registry, one, _wrong(words, problem))
    address = f"/registry/{registry.code}/services/{registry.version}/{name}/change"
    return Redirect(address, notice=words(_("The service was copied. Narrow the copy.")))


@routes.page(SERVICE + "/change", access=STEWARDS, operation_id="changeServicePage")
async def ask_change(call: Call) -> Page:
    """Show a service of one's own for changing."""
    _parts, registry = await _managed(call)
    one = _custom(registry, call)
    return _custom_page(call, registry, one, presenters.custom_form(one), presenters.chosen_fields(one, registry), {})


@routes.form(SERVICE + "/change", access=STEWARDS, operation_id="changeServiceForm")
async def change_service(call: Call) -> Page | Redirect:
    """Change a service of one's own."""
    _parts, registry = await _managed(call)
    return await _put(call, registry, _custom(registry, call))


async def _put(call: Call, registry: Registry, before: Service | None) -> Page | Redirect:
    words, fields = Words(call.language), call.form_lists.get("fields", [])
    made, errors = presenters.read_custom(words, call.form, fields, registry, before)
    if before is None and any(one.name == made.name for one in registry.service_list):
        errors["name"] = words(_("Another service has this name"))
    if not errors:
        try:
            await service.put_custom(
                call.context, by=call.actor, code=registry.code, version=registry.version, service=made
            )
        except BadRequest as problem:
            errors = _wrong(words, problem)
    if errors:
        return _custom_page(call, registry, before, call.form, fields, errors)
    notice = words(_("The service {name} answers from now on."), name=made.title or made.name)
    return Redirect(presenters.href(registry, made), notice=notice)


def _wrong(words: Words, problem: BadRequest) -> dict[str, str]:
    labels = {
        "name": words(_("The name")), "kind": words(_("What it does")), "fields": words(_("The fields")),
        "title": words(_("The title")), "condition": words(_("The condition")),
        "consent_purpose": words(_("Data agreement")),
    }  # fmt: skip
    return {
        PLACES.get(where, "name"): words.fault(labels[PLACES.get(where, "name")], why)
        for where, why in problem.fields.items()
    }


async def _registry(call: Call, version: str) -> tuple[tuple[Registry, ...], Registry]:
    """Return all parts of a registry and the version that is asked for; raises UnknownRegistry."""
    parts = await design.definition(call.context, by=call.actor, key=call.path["code"])
    found = next((one for one in parts if one.version and version in {"", one.version}), None)
    if found is None:
        raise UnknownRegistry
    return parts, found


async def _managed(call: Call) -> tuple[tuple[Registry, ...], Registry]:
    parts, registry = await _registry(call, call.path["version"])
    if not manages(call.actor, registry):
        raise Forbidden
    return parts, registry


def _service(registry: Registry, call: Call) -> Service:
    one = next((one for one in registry.service_list if one.name == call.path["name"]), None)
    if one is None:
        raise UnknownService
    return one


def _custom(registry: Registry, call: Call) -> Service:
    one = _service(registry, call)
    if not one.custom:
        raise UnknownService
    return one


def _above(call: Call, registry: Registry) -> list[tuple[str, str]]:
    return [(Words(call.language)(_("Services")), f"/registry/{registry.code}/services?version={registry.version}")]


def _service_page(call: Call, newest: Registry, registry: Registry, one: Service, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "service": one,
        "name": presenters.title(words, one),
        "details": presenters.details(words, registry, one),
        "states": options(words, presenters.CHOICES),
        "href": presenters.href(registry, one),
        "version": registry.version,
        "copies": one.kind in CUSTOM_KINDS,
        "manages": manages(call.actor, registry),
        "errors": dict(errors),
        "above": _above(call, registry),
    }
    return in_registry(call, newest, "services", "service.html", values, status=400 if errors else 200)


def _copy_page(call: Call, newest: Registry, registry: Registry, one: Service, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "name": presenters.title(words, one),
        "given": call.form.get("name", ""),
        "href": presenters.href(registry, one),
        "errors": dict(errors),
        "above": _above(call, registry),
    }
    return in_registry(call, newest, "services", "service_copy.html", values, status=400 if errors else 200)


def _custom_page(  # noqa: PLR0917 (one service, and its form)
    call: Call,
    registry: Registry,
    one: Service | None,
    form: Mapping[str, str],
    fields: Sequence[str],
    errors: Mapping[str, str],
) -> Page:
    words = Words(call.language)
    values = {
        "service": one,
        "form": {**presenters.custom_form(None), **form},
        "chosen": list(fields),
        "fields": presenters.field_choices(words, registry),
        "kinds": presenters.kinds(words),
        "places": places(registry, call.language),
        "operators": operators(words),
        "rows": ROWS,
        "action": f"{presenters.href(registry, one)}/change"
        if one
        else f"/registry/{registry.code}/new-service/{registry.version}",
        "cancel": presenters.href(registry, one)
        if one
        else f"/registry/{registry.code}/services?version={registry.version}",
        "errors": dict(errors),
        "above": _above(call, registry),
    }
    return in_registry(call, registry, "services", "service_custom.html", values, status=400 if errors else 200)

"""What a version of a registry offers: services hidden, disabled, deleted, copied, and custom ones (DRS-5, DRS-31)."""

from __future__ import annotations

import re
from dataclasses import replace

from govstack.blocks.registries.access.model import consent_fault
from govstack.blocks.registries.conditions.model import ConditionError, check, kinds_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.design.model import (
    CUSTOM_KINDS,
    Registry,
    Service,
    ServiceKind,
    ServiceState,
    service_text,
)
from govstack.blocks.registries.offering import store
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest

NAME_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,63}")
CUSTOM_SERVICES_MAX = 50
TITLE_CHARACTERS_MAX = 200
MASK_CHARACTERS_MAX = 100


async def set_state(context: Context, *, by: Actor, code: str, version: str, name: str, state: ServiceState) -> Service:
    """Hide, disable, delete or show again a service of a version; a deleted custom one is gone."""
    async with context.database.transaction() as tx:
        stored, found = await design.managed(tx, by, code)
        registry = _version(found, version)
        service = _service(registry, name)
        if service.custom and state is ServiceState.DELETED:
            await store.drop_custom(tx, registry.id, version, name)
        elif service.state is not state:
            await store.set_state(tx, registry.id, version, name, state)
        if service.state is not state:
            detail = {"version": version, "service": name, "state": state.value}
            await design.tell(tx, by, "service-changed", stored.row, detail)
        tx.after_commit(lambda: design.forget(context))
    return replace(service, state=state)


async def put_custom(context: Context, *, by: Actor, code: str, version: str, service: Service) -> Service:
    """Add a custom read-only service to a version, or change it; raises BadRequest when it does not fit the schema."""
    async with context.database.transaction() as tx:
        stored, found = await design.managed(tx, by, code)
        registry = _version(found, version)
        refuse_unfit(service, registry)
        await store.put_custom(tx, registry.id, version, service, service_text(service))
        detail = {"version": version, "service": service.name, "kind": service.kind.value}
        await design.tell(tx, by, "service-defined", stored.row, detail)
        tx.after_commit(lambda: design.forget(context))
    return _service(await design.published(context, code=code, version=version), service.name)


async def copy(context: Context, *, by: Actor, code: str, version: str, name: str, copy_name: str) -> Service:
    """Copy a service that reads under another name, so that the copy can be narrowed; raises UnknownService."""
    original = _service(await design.published(context, code=code, version=version), name)
    made = replace(original, name=copy_name, custom=True, title=original.title or f"Copy of {name}")
    return await put_custom(context, by=by, code=code, version=version, service=made)


async def write_uses(context: Context) -> None:
    """Write the uses counted since the last time."""
    counts: dict[tuple[int, str, str], int] = context.memory.pop(design.USES, {})
    if counts:
        async with context.database.transaction() as tx:
            await store.add_uses(tx, counts)


def _version(found: tuple[Registry, ...], version: str) -> Registry:
    registry = next((one for one in found if one.version == version), None)
    if registry is None:
        raise UnknownRegistry
    return registry


def _service(registry: Registry, name: str) -> Service:
    service = next((one for one in registry.service_list if one.name == name), None)
    if service is None:
        raise UnknownService
    return service


def unasked(consent_purpose: str, registry: Registry) -> str:
    """Return why a service could not rest on consent to some data agreements, or nothing."""
    if registry.person_field is None or registry.person_field.secret:
        return "needs a field that identifies the person, and is not secret"
    return consent_fault(consent_purpose)


def refuse_unfit(service: Service, registry: Registry) -> None:
    """Refuse a custom service that does not only read, or does not fit the fields of a version."""
    wrong: dict[str, str] = {}
    standard = {kind.value for kind in ServiceKind}
    if not NAME_PATTERN.fullmatch(service.name) or service.name in standard:
        wrong["name"] = "has small letters, digits and -, and is not the name of a standard service"
    if service.kind not in CUSTOM_KINDS:
        wrong["kind"] = f"is one of {', '.join(sorted(CUSTOM_KINDS))}: custom services only read"
    unknown = sorted(name for name in (*(service.fields or ()), *service.masks) if registry.field(name) is None)
    if unknown:
        wrong["fields"] = f"{unknown[0]} is no field of this version"
    longest = max(map(len, service.masks.values()), default=0)
    if len(service.title) > TITLE_CHARACTERS_MAX or longest > MASK_CHARACTERS_MAX:
        wrong["title"] = "is too long"
    names = {one.name for one in registry.service_list if one.custom}
    if service.name not in names and len(names) >= CUSTOM_SERVICES_MAX:
        wrong["name"] = f"is one too many: a version has at most {CUSTOM_SERVICES_MAX} custom services"
    if service.consent_purpose and (fault := unasked(service.consent_purpose, registry)):
        wrong["consentPurpose"] = fault
    try:
        if service.condition is not None:
            check(service.condition, kinds_of(registry.fields))
    except ConditionError as error:
        wrong["condition"] = str(error)
    if wrong:
        where, why = next(iter(wrong.items()))
        raise BadRequest(f"{where}: {why}.", fields=wrong)

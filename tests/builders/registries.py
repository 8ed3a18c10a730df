"""Builders for digital registries: definitions, published registries on a database, rights, and the block running."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.access.model import Grant
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Definition, Field, FieldType, Registry, ServiceKind
from govstack.blocks.registries.manifest import MANIFEST
from govstack.blocks.registries.offering import service as offering
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import Keyring
from govstack.kernel.settings import load
from tests.builders.running import Bench, bench
from tests.databases import Databases

ADMINISTRATOR = Actor("person", "administrator", "Ada Administrator", scopes=frozenset({"registries:administer"}))
ANALYST = Actor("person", "analyst", "Ann Analyst", scopes=frozenset({"registries:analyse"}))
CLERK = Actor("person", "clerk", "Cleo Clerk", roles=frozenset({"clerk"}))
DESK = Actor("application", "demo/GOV/7001/desk", "Desk", application="demo/GOV/7001/desk")
SECRET = "a-secret-that-only-tests-know-0123456789"
_codes = count(1)


def field(name: str, kind: FieldType = FieldType.TEXT, **rules: Any) -> Field:
    """A field without a number: the registry gives it one."""
    return Field(name, 0, kind, **rules)


def people_fields() -> tuple[Field, ...]:
    """Fields of a register of people: an identifier, names, a birth date, an income and a secret note."""
    return (
        field("ID", person_identifier=True, personal=True, required=True, length_max=40, example="EE1"),
        field("FirstName", personal=True, length_max=100, example="Ada"),
        field("LastName", personal=True, indexed=True, length_max=100),
        field("BirthDate", FieldType.DATE, personal=True),
        field("Income", FieldType.NUMBER, minimum=0),
        field("Region"),
        field("Note", secret=True),
    )


def definition(code: str = "", fields: Iterable[Field] | None = None, **rest: Any) -> Definition:
    """A definition that can be published as it is."""
    return Definition(code or f"registry{next(_codes)}", tuple(people_fields() if fields is None else fields), **rest)


async def running(databases: Databases, **settings: str) -> Bench:
    """The block running on a fresh database, for tests over HTTP and of services."""
    return bench(MANIFEST, await databases.migrated("registries", MANIFEST.root / "migrations"), **settings)


async def bare_context(databases: Databases) -> Context:
    """A context on a fresh database without anything around it: for services that call nobody."""
    database = await databases.migrated("registries", MANIFEST.root / "migrations")
    settings = load({}, extra=MANIFEST.settings, packages=["registries"])
    return Context("registries", settings, database, Keyring(SECRET, package="registries"), None)  # type: ignore[arg-type]


async def published(
    context: Context, given: Definition | None = None, *, by: Actor = ADMINISTRATOR, version: str = "", **rest: Any
) -> Registry:
    """A published registry; keyword arguments go into its definition."""
    wanted = replace(given, **rest) if given else definition(**rest)
    await design.upsert_definition(context, by=by, definition=wanted)
    registry, _ = await design.publish(context, by=by, code=wanted.code, version=version, accept_breaking=True)
    return registry


async def granted(
    context: Context,
    registry: Registry,
    subject: str,
    *services: ServiceKind,
    by: Actor = ADMINISTRATOR,
    **rest: Any,
) -> Grant:
    """A right on a registry, to all services unless some are named."""
    grant = Grant("", subject, frozenset(services or ServiceKind), **rest)
    return await access.give(context, by=by, code=registry.code, grant=grant)


async def closed(context: Context, registry: Registry, *, by: Actor = ADMINISTRATOR) -> None:
    """Take away the default right of whoever is signed in."""
    await access.revoke(context, by=by, code=registry.code, grant_id="default")


async def uses(context: Context, code: str) -> dict[str, int]:
    """How often each service of the newest version of a registry was used, by its name."""
    await offering.write_uses(context)
    parts = await design.definition(context, by=ADMINISTRATOR, key=code)
    return {one.name: one.used_count for one in parts[0].service_list}

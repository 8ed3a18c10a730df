"""Wire shapes of what can be found out about a registry."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.discovery.model import Known, base, call_of
from govstack.blocks.registries.notation.model import Schema, write_schema

Document = Annotated[dict[str, Any], Meta(description="An OpenAPI 3.1 document")]


class OfferedService(msgspec.Struct, omit_defaults=True):
    """A service the caller may use: what it does, and how it is called."""

    name: str
    kind: str
    method: str
    path: str
    title: str = ""


class SchemaAnswer(msgspec.Struct, rename="camel"):
    """The schema of a version, and its services."""

    id: int
    code: str
    name: str
    version: str
    description: str
    institution: str
    schema: Annotated[dict[str, Any], Meta(description="DatabaseSchema")]
    services: list[OfferedService]


class ServicesAnswer(msgspec.Struct):
    """The services of a version that the caller may use."""

    services: list[OfferedService]


class OfferedRegistry(msgspec.Struct, rename="camel"):
    """A version of a registry the caller may know of."""

    id: int
    code: str
    name: str
    version: str
    lifecycle: str
    services: list[OfferedService]


class OfferedList(msgspec.Struct):
    """All versions of all registries the caller may know of."""

    registries: list[OfferedRegistry]


def services(known: Known) -> list[OfferedService]:
    """Return the services a caller may use, with their addresses."""
    found = []
    for one in known.services:
        method, place = call_of(one)
        if method:
            found.append(OfferedService(one.name, one.kind.value, method, base(known.registry) + place, one.title))
    return found


def schema(known: Known) -> SchemaAnswer:
    """Return a schema as it is written."""
    one = known.registry
    return SchemaAnswer(
        one.id, one.code, one.name, one.version, one.description, one.institution,
        write_schema(Schema(one.fields, one.increment_index)), services(known),
    )  # fmt: skip


def offered(known: Known) -> OfferedRegistry:
    """Return a version as it is listed."""
    one = known.registry
    return OfferedRegistry(one.id, one.code, one.name, one.version, one.lifecycle.value, services(known))

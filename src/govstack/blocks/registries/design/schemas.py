"""Wire shapes of definitions in our own management API."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.design.errors import BadDefinition
from govstack.blocks.registries.design.model import (
    NUMBER_FORMAT,
    Catalogue,
    Classification,
    Definition,
    Registry,
    SchemaTag,
    Service,
    Storage,
)
from govstack.blocks.registries.notation.model import NotationError, Schema, read_schema, write_schema
from govstack.blocks.registries.versions.model import Change
from govstack.kernel.errors import Problem

REGISTRIES_MAX = 10_000

Code = Annotated[str, Meta(min_length=1, max_length=64, description="Short code, unique in any letter case")]
SchemaObject = Annotated[
    dict[str, Any], Meta(description="DatabaseSchema: {type: object, properties: {field: …}, required, incrementIndex}")
]


class Tag(msgspec.Struct, omit_defaults=True, rename="camel"):
    """A label on a field's path, such as /Child/Citizenship."""

    name: str
    path: str
    is_fulltext: bool = False


class DefinitionRequest(msgspec.Struct, rename="camel"):
    """A registry to create or change; what is left out stays as it is."""

    schema: SchemaObject
    name: str | None = None
    description: str | None = None
    group_name: str | None = None
    catalog_name: str | None = None
    institution: str | None = None
    domain: str | None = None
    retention_days: int | None = None
    classification: Classification | None = None
    storage: Storage | None = None
    default_index: str | None = None
    default_grant: bool | None = None
    stewards: list[str] | None = None
    number_format: str = NUMBER_FORMAT
    fields_uniques: list[list[str]] = []
    schema_tags: list[Tag] = []
    schema_flags: list[Tag] = []


class ServiceShape(msgspec.Struct, omit_defaults=True, rename="camel", kw_only=True):
    """One service of one version."""

    id: int
    name: str
    kind: str
    state: str
    used_count: int = msgspec.field(default=0)
    custom: bool = False
    title: str = ""


class RegistryShape(msgspec.Struct, omit_defaults=True, rename="camel", kw_only=True):
    """A registry with one of its versions, or its draft."""

    id: int
    code: str
    name: str
    version: str = ""
    lifecycle: str
    description: str = ""
    catalogue_id: int = 0
    institution: str = ""
    domain: str = ""
    retention_days: int | None = None
    classification: str
    storage: str
    default_index: str = ""
    default_grant: bool
    stewards: tuple[str, ...] = ()
    number_format: str
    schema: SchemaObject
    fields_uniques: tuple[tuple[str, ...], ...] = ()
    schema_tags: tuple[Tag, ...] = ()
    schema_flags: tuple[Tag, ...] = ()
    services: tuple[ServiceShape, ...] = ()
    published_at: str = ""
    published_by: str = ""
    modified_at: str = ""
    versions: tuple[str, ...] = ()
    has_draft: bool


class RegistryList(msgspec.Struct, rename="camel"):
    """Registries, each with its newest version or its draft."""

    registries: list[RegistryShape]


class CatalogueShape(msgspec.Struct, rename="camel"):
    """A catalogue of registries."""

    id: int
    name: str
    code: str
    group_id: int
    group_name: str
    order: int


class CatalogueList(msgspec.Struct, rename="camel"):
    """Catalogues in their order."""

    catalogues: list[CatalogueShape]


class ChangeShape(msgspec.Struct, rename="camel"):
    """One difference between two versions, in plain words."""

    path: str
    kind: str
    breaking: bool
    text: str


class PublishRequest(msgspec.Struct, rename="camel"):
    """How to publish: whether breaking changes are accepted, and the number of the version if it is to be another."""

    accept_breaking: bool = False
    version: str = ""


class PublishAnswer(msgspec.Struct, rename="camel"):
    """What was published and what changed."""

    registry: RegistryShape
    changes: list[ChangeShape]


class PreviewAnswer(msgspec.Struct, rename="camel"):
    """What publishing would change, whether that breaks callers, and what stands in its way."""

    changes: list[ChangeShape]
    breaking: bool
    problems: dict[str, str]


def definition(code: str, request: DefinitionRequest) -> Definition:
    """Return the definition a request describes; raises BadDefinition."""
    schema = schema_of(request.schema)
    return Definition(
        code=code, fields=schema.fields, name=request.name, description=request.description,
        catalogue=request.catalog_name, group=request.group_name, institution=request.institution,
        domain=request.domain, retention_days=request.retention_days, classification=request.classification,
        storage=request.storage, default_index=request.default_index, default_grant=request.default_grant,
        stewards=None if request.stewards is None else tuple(request.stewards), number_format=request.number_format,
        increment_index=schema.increment_index, uniques=uniques_of(request.fields_uniques),
        tags=tags_of(request.schema_tags), flags=tags_of(request.schema_flags),
    )  # fmt: skip


def schema_of(schema: dict[str, Any]) -> Schema:
    """Return a schema as read from the published notation; raises BadDefinition."""
    try:
        return read_schema(schema)
    except NotationError as error:
        raise BadDefinition(str(error), fields={"schema": str(error)}) from error


def uniques_of(given: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the unique combinations that name fields; the published sample has one of an empty name."""
    return tuple(names for one in given if (names := tuple(name for name in one if name)))


def tags_of(given: list[Tag]) -> tuple[SchemaTag, ...]:
    """Return schema tags or flags."""
    return tuple(SchemaTag(one.name, one.path, one.is_fulltext) for one in given)


def tags(given: tuple[SchemaTag, ...]) -> tuple[Tag, ...]:
    """Return schema tags or flags as they are written."""
    return tuple(Tag(one.name, one.path, one.full_text) for one in given)


def service(one: Service) -> ServiceShape:
    """Return a service as it is written."""
    return ServiceShape(
        id=one.id, name=one.name, kind=one.kind.value, state=one.state.value, used_count=one.used_count,
        custom=one.custom, title=one.title,
    )  # fmt: skip


def registry(parts: tuple[Registry, ...], shown: Registry | None = None) -> RegistryShape:
    """Return a registry as it is written: the first of its parts, or another of them."""
    one = shown or parts[0]
    return RegistryShape(
        id=one.id, code=one.code, name=one.name, version=one.version, lifecycle=one.lifecycle.value,
        description=one.description, catalogue_id=one.catalogue_id, institution=one.institution, domain=one.domain,
        retention_days=one.retention_days, classification=one.classification.value, storage=one.storage.value,
        default_index=one.default_index, default_grant=one.default_grant, stewards=one.stewards,
        number_format=one.number_format, schema=write_schema(Schema(one.fields, one.increment_index)),
        fields_uniques=one.uniques, schema_tags=tags(one.tags), schema_flags=tags(one.flags),
        services=tuple(service(item) for item in one.service_list), published_at=one.published_at,
        published_by=one.published_by, modified_at=one.modified_at,
        versions=tuple(part.version for part in parts if part.version),
        has_draft=any(not part.version for part in parts),
    )  # fmt: skip


def catalogue(one: Catalogue) -> CatalogueShape:
    """Return a catalogue as it is written."""
    return CatalogueShape(one.id, one.name, one.code, one.group_id, one.group_name, one.position)


def change(one: Change) -> ChangeShape:
    """Return a change as it is written."""
    return ChangeShape(one.path, one.kind, one.breaking, one.text)


def error_body(problem: Problem) -> dict[str, object]:
    """Return the documented shape of refusals: `detail`, and our additions where there is more to say."""
    body: dict[str, object] = {"detail": problem.detail}
    if problem.fields:
        body["fields"] = problem.fields
    return {**body, **problem.extra}

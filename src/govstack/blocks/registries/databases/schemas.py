"""Wire shapes of the published Database API, in the document's spelling and in that of its published clients."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.databases.model import Shelf
from govstack.blocks.registries.design.model import NUMBER_FORMAT, Definition, Lifecycle, Registry, ServiceState
from govstack.blocks.registries.design.schemas import Tag, schema_of, tags_of, uniques_of
from govstack.blocks.registries.notation.model import Schema, write_schema
from govstack.kernel.errors import BadRequest

SchemaObject = Annotated[
    dict[str, Any], Meta(description="DatabaseSchema: {type: object, properties: {field: …}, required, incrementIndex}")
]

CLIENT_PATTERN = re.compile(r"[\w.-]{1,200}(?:/[\w.-]{1,200}){3}", re.ASCII)


class GenericService(msgspec.Struct, rename="camel"):
    """A service of a database."""

    service_id: int
    name: str
    is_visible: bool
    used_count: int


class SchemaTag(msgspec.Struct, rename="camel"):
    """A tag on a field's path."""

    name: str
    path: str
    is_fulltext: bool


class SchemaFlag(msgspec.Struct):
    """A flag on a field's path."""

    name: str
    path: str


class DatabaseInfo(msgspec.Struct, rename="camel", kw_only=True):
    """A version of a database, as the published document spells it."""

    id: int
    version: str
    name: str
    description: str
    institution: str
    number_format: str
    schema: SchemaObject
    schema_tags: list[SchemaTag]
    schema_flags: list[SchemaFlag]
    fields_uniques: list[list[str]]
    is_draft: bool
    is_disabled: bool
    is_archived: bool
    modified_at: str
    by_user_name: str
    by_user_auth_id: int
    by_on_behalf_of_user_auth_id: int
    by_on_behalf_of_user_name: str
    generic_services: list[GenericService]
    data_index_increment: int
    has_logo: bool


class Databases(msgspec.Struct, rename="camel"):
    """A catalogue with the databases there are."""

    id: int
    name: str
    code: str
    databases: list[DatabaseInfo]
    group_id: int
    order: int
    data_index_increment: int


class DialectService(msgspec.Struct):
    """A service of a database, as published clients spell it."""

    service_id: int
    name: str
    is_visible: bool
    used_count: int


class DialectTag(msgspec.Struct):
    """A tag on a field's path, as published clients spell it."""

    name: str
    path: str
    is_fulltext: bool


class DialectInfo(msgspec.Struct, kw_only=True):
    """A version of a database, as published clients spell it."""

    id: int
    version: str
    name: str
    description: str
    institution: str
    number_format: str
    schema: SchemaObject
    schema_tags: list[DialectTag]
    schema_flags: list[SchemaFlag]
    fields_uniques: list[list[str]]
    is_draft: bool
    is_disabled: bool
    is_archived: bool
    modified_at: str
    by_user_name: str
    by_user_auth_id: int
    by_on_behalf_of_user_auth_id: int
    by_on_behalf_of_user_name: str | None
    generic_services: list[DialectService]
    data_index_increment: int
    has_logo: bool


class DialectDatabases(msgspec.Struct):
    """A catalogue with the databases there are: exactly these seven keys, for clients refuse any other."""

    id: int
    name: str
    code: str
    databases: list[DialectInfo]
    group_id: int
    order: int
    data_index_increment: int


class ModifyRequest(msgspec.Struct, rename="camel"):
    """A database to create or change, by its code; both spellings of each name are read."""

    code: Annotated[str, Meta(description="Short code of the database", examples=["MCR"])]
    schema: SchemaObject
    group_name: str = ""
    catalog_name: str = ""
    group_name_snake: Annotated[str, Meta(description="groupName as some clients spell it")] = msgspec.field(
        name="group_name", default=""
    )
    catalog_name_snake: Annotated[str, Meta(description="catalogName as some clients spell it")] = msgspec.field(
        name="catalog_name", default=""
    )
    name: str | None = None
    description: str | None = None
    institution: str | None = None
    number_format: str | None = None
    fields_uniques: list[list[str]] = []
    schema_tags: list[Tag] = []
    publish: Annotated[bool, Meta(description="Publish at once, unless that breaks callers")] = False


def definition(request: ModifyRequest) -> Definition:
    """Return the definition a request describes; raises BadDefinition."""
    schema = schema_of(request.schema)
    return Definition(
        request.code, schema.fields, name=request.name, description=request.description,
        catalogue=request.catalog_name or request.catalog_name_snake or None,
        group=request.group_name or request.group_name_snake or None, institution=request.institution,
        increment_index=schema.increment_index, uniques=uniques_of(request.fields_uniques),
        tags=tags_of(request.schema_tags), number_format=request.number_format or NUMBER_FORMAT,
    )  # fmt: skip


def schema_object(registry: Registry) -> dict[str, object]:
    """Return a registry's schema in the published notation."""
    return write_schema(Schema(registry.fields, registry.increment_index))


def info(one: Registry) -> DatabaseInfo:
    """Return a version of a database in the document's spelling."""
    listed = [service for service in one.service_list if service.state is not ServiceState.DELETED]
    return DatabaseInfo(
        id=one.id, version=one.version, name=one.name, description=one.description, institution=one.institution,
        number_format=one.number_format, schema=schema_object(one),
        schema_tags=[SchemaTag(tag.name, tag.path, tag.full_text) for tag in one.tags],
        schema_flags=[SchemaFlag(tag.name, tag.path) for tag in one.flags],
        fields_uniques=[list(names) for names in one.uniques], is_draft=one.lifecycle is Lifecycle.DRAFT,
        is_disabled=bool(listed) and not any(service.state.works for service in listed),
        is_archived=one.lifecycle is Lifecycle.ARCHIVED, modified_at=one.published_at or one.modified_at,
        by_user_name=one.by_user_name, by_user_auth_id=one.by_user_auth_id, by_on_behalf_of_user_auth_id=0,
        by_on_behalf_of_user_name=one.by_on_behalf_of_user_name,
        generic_services=[
            GenericService(service.id, service.name, service.state is ServiceState.VISIBLE, service.used_count)
            for service in listed
        ],
        data_index_increment=one.data_index_increment, has_logo=False,
    )  # fmt: skip


def databases(shelf: Shelf) -> Databases:
    """Return a catalogue and its databases in the document's spelling."""
    one = shelf.catalogue
    return Databases(
        one.id, one.name, one.code, [info(registry) for registry in shelf.registries], one.group_id, one.position,
        one.data_index_increment,
    )  # fmt: skip


def dialect_info(one: Registry) -> DialectInfo:
    """Return a version of a database in the clients' spelling."""
    told = msgspec.structs.asdict(info(one))
    services = [DialectService(**msgspec.structs.asdict(service)) for service in told.pop("generic_services")]
    tags = [DialectTag(**msgspec.structs.asdict(tag)) for tag in told.pop("schema_tags")]
    name = told.pop("by_on_behalf_of_user_name") or None
    return DialectInfo(**told, generic_services=services, schema_tags=tags, by_on_behalf_of_user_name=name)


def dialect_databases(shelf: Shelf) -> DialectDatabases:
    """Return a catalogue and its databases in the clients' spelling."""
    one = shelf.catalogue
    return DialectDatabases(
        one.id, one.name, one.code, [dialect_info(registry) for registry in shelf.registries], one.group_id,
        one.position, one.data_index_increment,
    )  # fmt: skip


def refuse_malformed_caller(headers: Mapping[str, str]) -> None:
    """Refuse a caller that names itself in another form than the mediator's; who calls is proved by its token."""
    client = headers.get("information-mediator-client", "")
    if client and not CLIENT_PATTERN.fullmatch(client):
        raise BadRequest("Information-Mediator-Client has the form INSTANCE/CLASS/MEMBER/SUBSYSTEM.")


def database_id(text: str) -> int:
    """Return a database id from a path; raises BadRequest when it is no whole number."""
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 40:
        raise BadRequest("A database id is a whole number.", fields={"id": "must be a whole number"})
    return int(text)

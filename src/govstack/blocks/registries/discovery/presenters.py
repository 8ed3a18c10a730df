"""The OpenAPI 3.1 document of one version of a registry, made from its schema and services as they are now (DRS-34)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.blocks.registries.design.model import Field, FieldType, Registry, Service, ServiceKind
from govstack.blocks.registries.discovery.model import Known, base, call_of, example
from govstack.blocks.registries.notation.model import example_of

VERSION = "3.1.0"
RECORD = {"$ref": "#/components/schemas/Record"}
PART = {"$ref": "#/components/schemas/PartOfRecord"}
REFUSAL = {"$ref": "#/components/schemas/Refusal"}
_JSON_TYPES = {
    FieldType.NUMBER: "number", FieldType.INTEGER: "integer", FieldType.BOOLEAN: "boolean", FieldType.FILE: "object",
    FieldType.GEOPOINT: "object", FieldType.GEOSHAPE: "object", FieldType.GROUP: "object",
}  # fmt: skip
_FORMATS = {FieldType.DATE: "date", FieldType.TIME: "time", FieldType.DATETIME: "date-time"}
_SUMMARIES = {
    ServiceKind.LIST: "Search, filter, order and page through records",
    ServiceKind.READ: "Read one matching record",
    ServiceKind.READ_VALUE: "Read one field of a record",
    ServiceKind.EXISTS: "Tell whether a matching record exists",
    ServiceKind.CREATE: "Create a record",
    ServiceKind.BULK: "Create several records at once",
    ServiceKind.UPDATE: "Change one matching record",
    ServiceKind.UPDATE_MANY: "Change every matching record",
    ServiceKind.UPSERT: "Change the matching record, or create it",
    ServiceKind.DELETE: "Delete a record",
    ServiceKind.SCHEMA: "Read the schema and the list of services",
}


def document(known: Known, *, server: str) -> dict[str, Any]:
    """Return the document of what the caller may use of a version."""
    registry = known.registry
    shown = example(registry.fields, known.sample)
    paths: dict[str, Any] = {}
    for one in known.services:
        method, place = call_of(one)
        if method:
            paths.setdefault(base(registry) + place, {})[method.lower()] = _operation(one, registry, shown)
    return {
        "openapi": VERSION,
        "info": {
            "title": registry.name or registry.code,
            "version": registry.version,
            "description": registry.description or f"Services of the registry {registry.code}.",
        },
        "servers": [{"url": server}],
        "security": [{"bearer": []}, {}],
        "paths": paths,
        "components": {
            "schemas": {
                "Record": record_schema(registry.fields, shown),
                "PartOfRecord": record_schema(registry.fields, shown, partial=True),
                "Refusal": {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}},
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def record_schema(fields: tuple[Field, ...], shown: Mapping[str, object], *, partial: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of a record's content, or of a part of it, with an example."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {one.name: field_schema(one, shown.get(one.name)) for one in fields},
    }
    required = [one.name for one in fields if one.required and not one.read_only]
    if required and not partial:
        schema["required"] = required
    return {**schema, "examples": [dict(shown)]}


def field_schema(one: Field, shown: object = None) -> dict[str, Any]:
    """Return the JSON Schema of a field, always with a description and an example."""
    schema = _value_schema(one)
    if one.multiple and one.type is not FieldType.LIST:
        schema = {"type": "array", "items": schema}
    schema["description"] = one.description or f"{one.name} ({one.type.value})"
    schema["examples"] = [shown if shown is not None else example_of(one)]
    if one.read_only:
        schema["readOnly"] = True
    if one.default is not None:
        schema["default"] = one.default
    return schema


def _value_schema(one: Field) -> dict[str, Any]:
    if one.type is FieldType.LIST:
        return {"type": "array", "items": record_schema(one.fields, example(one.fields, {})) if one.fields else {}}
    if one.type is FieldType.GROUP:
        return record_schema(one.fields, example(one.fields, {}))
    if one.type is FieldType.JSON:
        return {}
    schema: dict[str, Any] = {"type": _JSON_TYPES.get(one.type, "string")}
    choices = list(one.choices or one.catalogue)
    limits = {
        "format": _FORMATS.get(one.type), "minimum": one.minimum, "maximum": one.maximum, "minLength": one.length_min,
        "maxLength": one.length_max, "pattern": one.pattern or None, "enum": choices or None,
    }  # fmt: skip
    return {**schema, **{name: value for name, value in limits.items() if value is not None}}


def _operation(service: Service, registry: Registry, shown: Mapping[str, object]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{service.name}-{registry.code}",
        "summary": service.title or _SUMMARIES[service.kind],
        "parameters": _custom_parameters(registry) if service.custom else _parameters(service.kind, registry),
        "responses": {**_answers(service.kind), **_REFUSALS},
    }
    body = _body(service.kind, shown)
    if body is not None and not service.custom:
        described["requestBody"] = {"required": True, "content": {"application/json": body}}
    return described


def _parameters(kind: ServiceKind, registry: Registry) -> list[dict[str, Any]]:
    if kind is ServiceKind.LIST:
        names = ["search", "filter", "ordering", *(f"query.{one.name}" for one in registry.fields if one.comparable)]
        text = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]
        pages = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("page", "pageSize")]
        return text + pages
    places = {ServiceKind.DELETE: ("id",), ServiceKind.READ_VALUE: ("uuid", "field", "ext")}.get(kind, ())
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in places]


def _custom_parameters(registry: Registry) -> list[dict[str, Any]]:
    single = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("uuid", "field")]
    return [*_parameters(ServiceKind.LIST, registry), *single]


def _body(kind: ServiceKind, shown: Mapping[str, object]) -> dict[str, Any] | None:
    content = {"content": dict(shown)}
    part = {"content": dict(list(shown.items())[:1])}
    written, asked = _wrapped("write", RECORD), _wrapped("query", PART)
    change = {"type": "object", "required": ["write"], "properties": {**asked["properties"], **written["properties"]}}
    bodies = {
        ServiceKind.CREATE: (written, {"write": content}),
        ServiceKind.BULK: (_wrapped("write", RECORD, many=True), {"write": [content]}),
        ServiceKind.READ: (asked, {"query": part}),
        ServiceKind.EXISTS: (asked, {"query": part}),
        ServiceKind.UPDATE: (change, {"query": part, "write": content}),
        ServiceKind.UPDATE_MANY: (change, {"query": part, "write": part}),
        ServiceKind.UPSERT: (change, {"query": part, "write": content}),
    }
    if kind not in bodies:
        return None
    schema, sample = bodies[kind]
    return {"schema": schema, "example": sample}


def _wrapped(word: str, content: Mapping[str, Any], *, many: bool = False) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "object", "required": ["content"], "properties": {"content": content}}
    return {
        "type": "object", "required": [word],
        "properties": {word: {"type": "array", "items": inner} if many else inner},
    }  # fmt: skip


def _answers(kind: ServiceKind) -> dict[str, Any]:
    if kind is ServiceKind.DELETE:
        return {"204": {"description": "Deleted, or not there"}}
    if kind in {ServiceKind.UPDATE, ServiceKind.UPDATE_MANY}:
        return {"200": {"description": "Changed, where something matched"}}
    record = {"type": "object", "required": ["content"], "properties": {"content": RECORD}}
    shapes: dict[ServiceKind, dict[str, Any]] = {
        ServiceKind.LIST: {
            "type": "object", "required": ["count", "results"],
            "properties": {
                "count": {"type": "integer"}, "next": {"type": "string"}, "previous": {"type": "string"},
                "results": {"type": "array", "items": RECORD},
            },
        },
        ServiceKind.EXISTS: {
            "type": "object", "required": ["answer"],
            "properties": {"answer": {"type": "object", "required": ["status"], "properties": {
                "status": {"type": "boolean"}, "message": {"type": "string"},
            }}},
        },
        ServiceKind.BULK: {
            "type": "object", "required": ["receive"], "properties": {"receive": {"type": "array", "items": record}},
        },
        ServiceKind.READ_VALUE: {},
        ServiceKind.SCHEMA: {"type": "object"},
    }  # fmt: skip
    status = "201" if kind is ServiceKind.BULK else "200"
    return {status: {"description": "Done", "content": {"application/json": {"schema": shapes.get(kind, record)}}}}


_REFUSALS: dict[str, Any] = {
    status: {"description": words, "content": {"application/json": {"schema": REFUSAL}}}
    for status, words in (
        ("400", "The request is malformed"), ("401", "Nobody is signed in"), ("403", "Not allowed"),
        ("404", "No such registry, version or record"), ("409", "Contradicts what is stored"),
    )
}  # fmt: skip

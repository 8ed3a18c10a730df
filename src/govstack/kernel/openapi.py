"""The OpenAPI 3.1 document of a package, made from its declared operations, so that it cannot differ from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from govstack.kernel.errors import (
    BadRequest,
    Forbidden,
    GatewayTimeout,
    HeadersTooLarge,
    Internal,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Operation

VERSION = "3.1.0"
REFERENCE = "#/components/schemas/{name}"
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "description": "Stable name of the refusal"},
        "detail": {"type": "string", "description": "What happened and what to do next"},
        "correlationId": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_CREDENTIAL = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that this service gave out itself, for these operations alone",
}
_ALWAYS: tuple[type[Problem], ...] = (
    BadRequest,
    NotFound,
    HeadersTooLarge,
    TooMany,
    Internal,
    Unavailable,
    GatewayTimeout,
)
_FIELD = re.compile(r"\{(\w+)\*?\}")


def document(manifest: Manifest, operations: Iterable[Operation], *, prefix: str, server: str) -> dict[str, Any]:
    """Return the document of the operations that machines call; pages are not part of it."""
    shown = [operation for operation in operations if operation.kind in {"api", "raw"} and not operation.hidden]
    types = _types(shown)
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE) if types else ((), {})
    by_type = dict(zip(map(_key, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for operation in shown:
        path = _FIELD.sub(r"{\1}", prefix + operation.path)
        methods = ("get", "post", "put", "patch", "delete") if operation.method == "*" else (operation.method.lower(),)
        for method in methods:
            described = _operation(operation, method, by_type, manifest)
            described["parameters"] += _query_parameters(operation, by_type, components)
            described["parameters"] += _header_parameters(operation)
            paths.setdefault(path, {})[method] = described
    return {
        "openapi": VERSION,
        "info": {
            "title": manifest.title,
            "version": manifest.spec_version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server or "/"}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM_SCHEMA},
            "securitySchemes": {
                "machine": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token by OAuth 2.0 client credentials, or the mediator's own token",
                },
                **({"credential": _CREDENTIAL} if any(operation.access.own for operation in shown) else {}),
            },
        },
    }


def _types(operations: Iterable[Operation]) -> list[Any]:
    found: dict[str, Any] = {}
    for operation in operations:
        for shape in (operation.body, operation.answer, operation.query, *operation.answers.values()):
            if shape is not None:
                found[_key(shape)] = shape
    return list(found.values())


def _key(shape: Any) -> str:
    return f"{getattr(shape, '__module__', '')}.{shape!r}"


def _operation(operation: Operation, method: str, by_type: Mapping[str, Any], manifest: Manifest) -> dict[str, Any]:
    suffix = f"_{method}" if operation.method == "*" else ""
    described: dict[str, Any] = {
        "operationId": operation.operation_id + suffix,
        "summary": operation.summary,
        "parameters": _path_parameters(operation),
        "responses": _responses(operation, by_type, manifest),
        "x-access": str(operation.access),
    }
    if operation.description:
        described["description"] = operation.description
    if operation.tags:
        described["tags"] = list(operation.tags)
    if operation.body is not None and method in {"post", "put", "patch", "delete"}:
        schema = by_type[_key(operation.body)]
        described["requestBody"] = {
            "required": True,
            "content": {media: {"schema": schema} for media in operation.body_types},
        }
    if operation.access.kind == "public":
        described["security"] = []
    elif operation.access.own:
        described["security"] = [{"credential": []}]
    elif operation.access.kind == "policy":
        described["security"] = [{"machine": []}, {}]
    else:
        described["security"] = [{"machine": []}]
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _FIELD.findall(operation.path)
    ]


def _query_parameters(
    operation: Operation, by_type: Mapping[str, Any], components: Mapping[str, Any]
) -> list[dict[str, Any]]:
    if not operation.query.__struct_fields__:
        return []
    # Two shapes of one name are called by their modules as well, so the shape is found by what refers to it.
    shape = components[by_type[_key(operation.query)]["$ref"].removeprefix(REFERENCE.format(name=""))]
    required = shape.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": {key: value for key, value in schema.items() if key != "description"},
            **({"description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in shape["properties"].items()
    ]


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": False, "description": line, "schema": {"type": "string"}}
        for name, line in operation.headers.items()
    ]


def _responses(operation: Operation, by_type: Mapping[str, Any], manifest: Manifest) -> dict[str, Any]:
    answers = {operation.status: operation.answer, **operation.answers}
    responses: dict[str, Any] = {
        str(status): _response(_WORDS.get(status, "Done"), None if shape is None else by_type[_key(shape)], operation)
        for status, shape in answers.items()
    }
    own_shape = operation.error_body or manifest.error_body
    schema: dict[str, Any] = {} if own_shape else {"$ref": "#/components/schemas/Problem"}
    for problem in _problems(operation):
        responses.setdefault(
            str(problem.status),
            {"description": problem.title, "content": {"application/json": {"schema": schema}}},
        )
    if operation.kind == "raw":
        responses["default"] = {"description": "Whatever the provider answers"}
    return responses


def _problems(operation: Operation) -> list[type[Problem]]:
    found = [*operation.errors, *_ALWAYS]
    if operation.access.kind != "public":
        found += [Unauthenticated, Forbidden]
    if operation.body is not None:
        found += [TooLarge, Unsupported]
    return [*found, Unauthenticated, MethodNotAllowed, TooLarge]


def _response(description: str, schema: Any, operation: Operation) -> dict[str, Any]:
    if schema is None:
        return {"description": description}
    if isinstance(operation.answer_type, str):
        return {"description": description, "content": {operation.answer_type: {"schema": schema}}}
    # Of several, JSON is a document of its own and not the bytes of the others.
    content = {one: {"schema": {} if one == "application/json" else schema} for one in operation.answer_type}
    return {"description": description, "content": content}


_WORDS = {200: "Done", 201: "Created", 202: "Accepted; the work has begun", 204: "Done, nothing to return"}

"""What the pages of the directory show: rows of lists, and an OpenAPI document laid out for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec

from govstack.blocks.mediator.directory.model import Document
from govstack.blocks.mediator.directory.presenters import Words, on_off, state
from govstack.blocks.mediator.explorer.model import ApplicationRow, MemberRow, Search, ServiceRow
from govstack.kernel.documents import read_yaml
from govstack.kernel.i18n import _

OPERATIONS_SHOWN_MAX = 200
FIELDS_SHOWN_MAX = 60
CHOICES_SHOWN_MAX = 12
STEPS_MAX = 10
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
COLOURS: Mapping[str, str] = {"GET": "teal", "POST": "green", "PUT": "yellow", "PATCH": "yellow", "DELETE": "red"}

Tree = Mapping[str, Any]
Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a request or a body carries."""

    name: str
    place: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body of one media type: its fields where it is an object, and its schema as written."""

    media: str
    kind: str
    fields: Sequence[Parameter]
    schema: object


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation may answer."""

    status: str
    text: str
    contents: Sequence[Content]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service."""

    anchor: str
    method: str
    colour: str
    path: str
    summary: str
    text: str
    parameters: Sequence[Parameter]
    body: Sequence[Content]
    replies: Sequence[Reply]


@dataclass(frozen=True, slots=True)
class Described:
    """An OpenAPI document laid out for reading."""

    title: str
    version: str
    text: str
    operations: Sequence[Operation]
    left: int


def member_rows(
    words: Words, found: Sequence[MemberRow], *, base: str = "/members", private: bool = True
) -> list[Cells]:
    """Return members as rows; the public list leaves out where a registration stands."""
    return [
        (
            {"text": row.name, "href": f"{base}/{row.subject}"},
            {"code": row.subject},
            *([state(words, row.state)] if private else []),
            {"number": row.applications},
            {"number": row.services},
        )
        for row in found
    ]


def application_rows(
    words: Words, found: Sequence[ApplicationRow], *, public: bool = False, with_member: bool = True
) -> list[Cells]:
    """Return applications as rows."""
    return [
        (
            {"text": row.name, "href": application_path(row.subject, public=public)},
            *([row.member_name] if with_member else []),
            {"code": row.subject},
            *([] if public else [state(words, row.state)]),
            {"number": row.services},
            *([] if public else [{"number": row.uses}]),
        )
        for row in found
    ]


def service_rows(
    words: Words, found: Sequence[ServiceRow], *, public: bool = False, with_member: bool = True
) -> list[Cells]:
    """Return services as rows."""
    return [
        (
            {"text": row.title, "href": service_path(row.subject, public=public)},
            *([row.member_name] if with_member else []),
            {"code": row.subject},
            row.version,
            {"number": row.endpoints - row.endpoints_off},
            *([] if public else [{"number": row.clients}, on_off(words, row.enabled)]),
        )
        for row in found
    ]


def application_path(subject: str, *, public: bool = False) -> str:
    """Return the address of an application's page."""
    if public:
        return f"/directory/{subject}"
    member, _slash, code = subject.rpartition("/")
    return f"/members/{member}/applications/{code}"


def service_path(subject: str, *, public: bool = False) -> str:
    """Return the address of a service's page."""
    if public:
        return f"/directory/{subject}"
    application, _slash, code = subject.rpartition("/")
    return f"{application_path(application)}/services/{code}"


def chosen(path: str, search: Search, labels: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the filters in use as (text, address without it); `labels` maps fields to (query name, text)."""
    used = {field: str(getattr(search, field)) for field in labels if getattr(search, field)}
    return [
        (labels[field][1], address(path, {labels[other][0]: used[other] for other in used if other != field}))
        for field in used
    ]


def address(path: str, query: Mapping[str, str]) -> str:
    """Return a path with a query, leaving out what is empty."""
    query = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def described(document: Document) -> Described:
    """Lay out a document that was checked when it was registered; what it refers to inside itself is looked up."""
    root = _content(document)
    info = _map(root.get("info"))
    operations = [
        _operation(root, _resolved(root, item), path, method)
        for path, item in _map(root.get("paths")).items()
        for method in METHODS
        if method in _resolved(root, item)
    ]
    return Described(
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        text=str(info.get("description", "")).strip(),
        operations=operations[:OPERATIONS_SHOWN_MAX],
        left=max(len(operations) - OPERATIONS_SHOWN_MAX, 0),
    )


def _content(document: Document) -> Tree:
    if document.format == "json":
        return _map(msgspec.json.decode(document.text))
    return _map(read_yaml(document.text))


def _operation(root: Tree, item: Tree, path: str, method: str) -> Operation:
    said = _map(item[method])
    parameters = [_resolved(root, one) for one in (*_list(item.get("parameters")), *_list(said.get("parameters")))]
    body = _resolved(root, said.get("requestBody"))
    return Operation(
        anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        colour=COLOURS.get(method.upper(), "grey"),
        path=path,
        summary=str(said.get("summary", "") or said.get("operationId", "")),
        text=str(said.get("description", "")).strip(),
        parameters=[_parameter(root, one) for one in parameters],
        body=_contents(root, body),
        replies=[
            Reply(
                str(status), str(_resolved(root, reply).get("description", "")), _contents(root, _resolved(root, reply))
            )
            for status, reply in _map(said.get("responses")).items()
        ],
    )


def _parameter(root: Tree, said: Tree) -> Parameter:
    return Parameter(
        name=str(said.get("name", "")),
        place=str(said.get("in", "")),
        kind=_kind(root, said.get("schema")),
        required=bool(said.get("required")),
        text=str(said.get("description", "")),
    )


def _contents(root: Tree, said: Tree) -> list[Content]:
    return [
        Content(str(media), _kind(root, _map(one).get("schema")), _fields(root, one), _map(one).get("schema") or {})
        for media, one in _map(said.get("content")).items()
    ]


def _fields(root: Tree, content: object) -> list[Parameter]:
    schema = _resolved(root, _map(content).get("schema"))
    if schema.get("type") == "array":
        schema = _resolved(root, schema.get("items"))
    parts = [schema, *(_resolved(root, part) for part in _list(schema.get("allOf")))]
    required = {str(name) for part in parts for name in _list(part.get("required"))}
    fields = [(str(name), one) for part in parts for name, one in _map(part.get("properties")).items()]
    return [
        Parameter(name, "", _kind(root, one), name in required, str(_resolved(root, one).get("description", "")))
        for name, one in fields[:FIELDS_SHOWN_MAX]
    ]


def _kind(root: Tree, schema: object, depth: int = 0) -> str:
    """Name the kind of a value as its schema does: string (date), array of object, one of a, b."""
    found = _resolved(root, schema)
    choices = _list(found.get("enum"))
    if choices:
        return " | ".join(str(one) for one in choices[:CHOICES_SHOWN_MAX])
    kind = found.get("type", "object" if "properties" in found or "allOf" in found else "")
    plain = " | ".join(str(one) for one in kind) if isinstance(kind, list) else str(kind)
    if plain == "array" and depth < STEPS_MAX:
        return f"array<{_kind(root, found.get('items'), depth + 1)}>"
    return f"{plain} ({found['format']})" if found.get("format") else plain


def _resolved(root: Tree, node: object) -> Tree:
    """Follow references inside the document, as far as they go; one that leads nowhere or in circles is empty."""
    found = _map(node)
    for _step in range(STEPS_MAX):
        reference = found.get("$ref")
        if not isinstance(reference, str):
            return found
        if not reference.startswith("#/"):
            return {}
        target: object = root
        for part in reference[2:].split("/"):
            target = _map(target).get(part.replace("~1", "/").replace("~0", "~"))
        found = _map(target)
    return {}


def _map(value: object) -> Tree:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def places(words: Words) -> Iterator[tuple[str, str]]:
    """Yield where a parameter stands, in words."""
    yield from (
        ("path", words(_("in the address"))),
        ("query", words(_("in the query"))),
        ("header", words(_("in a header"))),
        ("cookie", words(_("in a cookie"))),
    )

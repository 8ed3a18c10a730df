"""Declared routes: method, path, shapes and access stand together, and nothing is reachable without them."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias, TypeVar
from urllib.parse import unquote

import msgspec

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest, Problem

SEGMENTS_MAX = 24
PATH_CHARACTERS_MAX = 4_000
# The first and the last segment of a path, each empty where it is a field.
Ends: TypeAlias = tuple[str, str]
_FIELD = re.compile(r"\{(\w+)(\*?)\}")


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call: everybody, anyone proven, holders of a scope, or as a named policy of the service decides.

    With `own` the service reads `Authorization` itself, and the kernel proves nobody by it.
    """

    kind: Literal["public", "signed-in", "scope", "policy"]
    name: str = ""
    own: bool = False

    def __str__(self) -> str:
        """Return the access as documents show it."""
        return f"{self.kind} {self.name}".strip()


def public() -> Access:
    """Let everybody call; for discovery, health, sign-in and open data only."""
    return Access("public")


def signed_in() -> Access:
    """Let any proven person or application call."""
    return Access("signed-in")


def needs(scope: str) -> Access:
    """Let holders of a scope call."""
    return Access("scope", scope)


def by_policy(name: str) -> Access:
    """Let the service decide by a named policy over its own data, such as rights per registry; it denies by default."""
    return Access("policy", name)


def by_credential(name: str) -> Access:
    """Let the service prove the caller by a credential of its own that it gave out; it denies by default.

    No other token counts there: `Authorization` is left to the service, and the caller is anonymous to the kernel.
    """
    return Access("policy", name, own=True)


class NoQuery(msgspec.Struct, frozen=True):
    """No query parameters."""


@dataclass(slots=True)
class Call:
    """One request as a handler sees it: parsed, bounded, with a proven actor."""

    context: Context
    actor: Actor
    method: str
    path: Mapping[str, str]
    url_path: str
    mount: str
    headers: Mapping[str, str]
    raw_query: str
    correlation_id: str
    language: str
    operation: Operation
    query: Any = None
    form: dict[str, str] = field(default_factory=dict)
    form_lists: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    body_bytes: bytes = b""
    session: Mapping[str, Any] = field(default_factory=dict)
    client_address: str = ""
    content_type: str = ""
    raw_path: str = ""
    stream: Callable[[], Awaitable[Mapping[str, Any]]] | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent with a form: its name as the sender gave it, its declared type, and its bytes."""

    name: str
    media_type: str
    content: bytes


class Answer(msgspec.Struct, frozen=True):
    """A ready answer: bytes or a value to encode, with its own status, type and headers.

    One that `asks_on` answers a form that has changed nothing yet: the same form, sent again, is worked on again.
    """

    value: object = None
    status: int | None = None
    body: bytes | None = None
    media_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = {}
    stream: Any = None
    cookies: tuple[str, ...] = ()
    asks_on: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One declared operation of a package."""

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    access: Access
    operation_id: str
    summary: str
    kind: Literal["api", "page", "form", "raw"] = "api"
    face: Literal["canonical", "dialect"] = "canonical"
    body: Any = None
    query: type[msgspec.Struct] = NoQuery
    answer: Any = None
    status: int = 200
    answers: Mapping[int, Any] = field(default_factory=dict)
    errors: tuple[type[Problem], ...] = ()
    error_body: Callable[[Problem], object] | None = None
    body_bytes_max: int | None = None
    # Asked by the head of a request, before its body is read, how many of so many bytes to read; raises its refusal.
    admits: Callable[[Call, int], Awaitable[int]] | None = None
    body_types: tuple[str, ...] = ("application/json",)
    # One media type, or those that the caller chooses from, such as the formats of a file.
    answer_type: str | tuple[str, ...] = "application/json"
    tags: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    # What every answer of it says, refusals too, whoever makes them.
    says: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    # Its form holds what no page may show again, such as a key.
    secret: bool = False
    description: str = ""


Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])


class Routes:
    """The declared operations of one module (api, dialect or pages) of a package."""

    def __init__(self, *, face: Literal["canonical", "dialect"] = "canonical", tags: tuple[str, ...] = ()) -> None:
        self.operations: list[Operation] = []
        self._face = face
        self._tags = tags

    def operation(self, method: str, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare an operation; see Operation for what may be declared."""

        def add(handler: Handler) -> Handler:
            declared.setdefault("operation_id", handler.__name__)
            declared.setdefault("summary", (handler.__doc__ or handler.__name__).strip().splitlines()[0])
            declared.setdefault("tags", self._tags)
            declared.setdefault("face", self._face)
            self.operations.append(Operation(method, path, handler, access, **declared))
            return handler

        return add

    def get(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a GET operation (HEAD is answered too)."""
        return self.operation("GET", path, access=access, **declared)

    def post(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a POST operation."""
        return self.operation("POST", path, access=access, **declared)

    def put(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a PUT operation."""
        return self.operation("PUT", path, access=access, **declared)

    def patch(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a PATCH operation."""
        return self.operation("PATCH", path, access=access, **declared)

    def delete(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a DELETE operation."""
        return self.operation("DELETE", path, access=access, **declared)

    def page(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a page for people."""
        return self.operation("GET", path, access=access, kind="page", answer_type="text/html", **declared)

    def form(self, path: str, *, access: Access, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare where a page's form is sent; the kernel checks its token before the handler runs."""
        return self.operation("POST", path, access=access, kind="form", answer_type="text/html", **declared)


class Table:
    """Finds the operation of a method and path: fixed segments win over fields, declared order breaks ties."""

    def __init__(self, operations: list[Operation], *, prefix: str = "") -> None:
        self._fixed: dict[str, dict[str, Operation]] = {}
        self._shaped: dict[int, list[tuple[re.Pattern[str], tuple[int, ...], Ends, dict[str, Operation]]]] = {}
        self._tails: list[tuple[re.Pattern[str], dict[str, Operation]]] = []
        self._known: dict[re.Pattern[str], dict[str, Operation]] = {}
        self._starts: set[str] = set()
        self._endings: set[str] = set()
        self._candidates: dict[tuple[int, Ends], list[tuple[re.Pattern[str], dict[str, Operation]]]] = {}
        self.operations = list(operations)
        for operation in operations:
            self.add(operation, prefix)

    def add(self, operation: Operation, prefix: str = "") -> None:
        """Enter one operation under a prefix."""
        self._candidates.clear()
        path = prefix + operation.path
        if not _FIELD.search(path):
            self._enter(self._fixed.setdefault(path, {}), operation)
            return
        pattern = _pattern(path)
        known = self._known.get(pattern)
        if known is not None:
            self._enter(known, operation)
            return
        methods = self._known[pattern] = {}
        self._enter(methods, operation)
        if path.endswith("*}"):
            self._tails.append((pattern, methods))
            return
        rank = tuple(1 if _FIELD.search(segment) else 0 for segment in path.split("/"))
        ends = ("" if rank[1] else path.split("/", 2)[1], "" if rank[-1] else path.rpartition("/")[2])
        self._starts.add(ends[0])
        self._endings.add(ends[1])
        insort(self._shaped.setdefault(path.count("/"), []), (pattern, rank, ends, methods), key=lambda row: row[1])

    def _near(self, path: str) -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
        """Return what a path may fit, in order: of many operations, few have its length and its outer segments."""
        count, start, ending = path.count("/"), path.split("/", 2)[1] if "/" in path else "", path.rpartition("/")[2]
        ends = (start if start in self._starts else "", ending if ending in self._endings else "")
        near = self._candidates.get((count, ends))
        if near is None:
            rows = self._shaped.get(count, ())
            fitting = [row for row in rows if row[2][0] in {"", ends[0]} and row[2][1] in {"", ends[1]}]
            near = self._candidates[count, ends] = [(row[0], row[3]) for row in fitting] + self._tails
        return near

    @staticmethod
    def _enter(methods: dict[str, Operation], operation: Operation) -> None:
        methods.setdefault(operation.method, operation)
        if operation.method == "GET":
            methods.setdefault("HEAD", operation)

    def find(self, method: str, raw_path: str) -> tuple[Operation | None, dict[str, str], frozenset[str]]:
        """Return the operation and its path values; else the methods this path does answer (empty: unknown path)."""
        path, key = raw_path, raw_path
        if "%" in raw_path:
            # Each segment is decoded once, after splitting (SD-5); a slash inside a segment stays inside it.
            path = "/".join(_decoded(part).replace("/", "\x01") for part in raw_path.split("/"))
            key = path
        allowed: set[str] = set()
        fixed = self._fixed.get(key)
        if fixed is not None:
            if method in fixed:
                return fixed[method], {}, frozenset()
            allowed.update(fixed)
        for pattern, methods in self._near(path):
            found = pattern.fullmatch(path)
            if found is None:
                continue
            operation = methods.get(method) or methods.get("*")
            if operation is not None:
                fields = found.groupdict()
                if path is not raw_path:
                    fields = {name: text.replace("\x01", "/") for name, text in fields.items()}
                return operation, fields, frozenset()
            allowed.update(methods)
        return None, {}, frozenset(allowed)


def _decoded(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequest("The address is not UTF-8.") from error


@cache
def _pattern(path: str) -> re.Pattern[str]:
    # Of declared paths alone, which are as many as the code has: each package has two tables of them.
    parts: list[str] = []
    position = 0
    for field_ in _FIELD.finditer(path):
        parts.append(re.escape(path[position : field_.start()]))
        # The last of two fields in a segment holds no dot: `{field}.{ext}` splits at the last one.
        rest = "[^/.]+" if path[field_.start() - 1] == "." else "[^/]+"
        parts.append(f"(?P<{field_[1]}>{'.*' if field_[2] else rest})")
        position = field_.end()
    parts.append(re.escape(path[position:]))
    return re.compile("".join(parts), re.DOTALL)


class PageRenderer(Protocol):
    """Turns what page handlers return into HTML; the host gives the kernel the one from govstack.web."""

    def page(self, page: Any, call: Call) -> Answer:
        """Return a page as an answer."""

    def problem(self, problem: Problem, call: Call) -> Answer:
        """Return a refusal as a page."""

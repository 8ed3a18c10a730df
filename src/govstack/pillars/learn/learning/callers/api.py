"""How a resource of xAPI is asked: by its methods or by a form that names one, in a version; and what answers say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias, get_type_hints
from urllib.parse import urlencode

import msgspec

from govstack.kernel import wire
from govstack.kernel.context import Context
from govstack.kernel.errors import MethodNotAllowed, NotFound, Problem
from govstack.kernel.routing import Access, Answer, Call, NoQuery, Routes, by_policy
from govstack.pillars.learn.learning.callers import model, service
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.xapi.errors import NotAStatement, NotYours, WrongVersion
from govstack.pillars.learn.learning.xapi.model import VERSION

SPEAKERS = by_policy("systems that hold learn:statements, and launched courses about their own learner")
BROWSERS = by_policy("browsers that ask whether a course from elsewhere may call")
STRAYS = by_policy("whoever asks for what is not there is told so")
READERS = by_policy("everybody, by a form that asks for what everybody may read")
SENT = {"X-Experience-API-Version": "1.0.3, or another version that begins with 1.0"}
FORM = "application/x-www-form-urlencoded"
# What is read of a form whose sender has not proven anything yet: the credential may stand within it.
UNPROVEN_BYTES_MAX = 1_000_000
# Courses run in browsers, from other origins. No cookie proves anything here, so any origin may ask.
SHARED = {
    "X-Experience-API-Version": VERSION,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"
    ),
}
ASKED_BEFORE = {
    **SHARED,
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version, Accept-Language"
    ),
    "Access-Control-Max-Age": "3600",
}
CONSISTENT = "X-Experience-API-Consistent-Through"
WORD = "In place of another method: send a form with its header fields, its parameters and its content by name"
Handler: TypeAlias = Callable[..., Awaitable[Answer]]
# Until when all that was stored is there to be read (part three, section 2.1.1.2: X-Experience-API-Consistent-Through).
Through: TypeAlias = Callable[[Context], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """One method of a resource: who answers, which parameters there are, and with which status it is answered."""

    handler: Handler
    query: type[msgspec.Struct]
    status: int


class Resource:
    """One resource of xAPI. Every method that it has may also be asked for by a form that is sent to it."""

    def __init__(
        self, routes: Routes, path: str, title: str, *, access: Access = SPEAKERS, versioned: bool = True,
        through: Through | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self.ways: dict[str, Way] = {}
        self._routes, self._title, self._access = routes, title, access
        self._versioned, self._through = versioned, through
        self._posted: dict[str, Any] = {}

    @property
    def methods(self) -> frozenset[str]:
        """Return the methods that it answers."""
        return frozenset(self.ways) | {"POST", "OPTIONS"} | ({"HEAD"} if "GET" in self.ways else set())

    def operation(
        self, method: str, *, query: type[msgspec.Struct] = NoQuery, status: int = 200, **declared: Any
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        """Declare a method of this resource."""

        def add(handler: Handler) -> Handler:
            way = self.ways[method] = Way(handler, query, status)
            declared.setdefault("summary", (handler.__doc__ or "").strip().splitlines()[0])
            if method == "POST":
                self._posted = declared
                return handler

            async def answer(call: Call) -> Answer:
                return await self._answer(call, way)

            self._declare(method, answer, query=query, status=status, **declared)
            return handler

        return add

    def close(self) -> None:
        """Declare what every resource has: POST, for forms too, and the answer to browsers that ask first."""
        own = self.ways.get("POST")
        declared = {"operation_id": f"askBy{self._title}", "summary": "Ask by a form that names the method"}
        shape = _loosened(own.query if own else NoQuery, self._title)
        self._declare("POST", self._post, query=shape, status=own.status if own else 200, **declared | self._posted)
        access, name = BROWSERS, f"ask{self._title}"
        self._routes.operation("OPTIONS", self.path, access=access, operation_id=name, status=204, hidden=True)(asked)

    def _declare(self, method: str, handler: Handler, **declared: Any) -> None:
        headers = {**(SENT if self._versioned else {}), **declared.pop("headers", {})}
        access = READERS if method == "POST" and self._access.kind == "public" else self._access
        types = {"body_types": (*declared.pop("body_types", ()), FORM)} if method == "POST" else {}
        if method in {"POST", "PUT", "DELETE"}:
            declared["admits"] = self._admitted
        self._routes.operation(
            method, self.path, access=access, headers=headers, says=SHARED, **declared, **types
        )(handler)  # fmt: skip

    async def _admitted(self, call: Call, most: int) -> int:
        """Return how much of a body is read: nothing of who may not speak, little of a form that is yet to say who."""
        try:
            if self._versioned:
                await self._speaker(call)
                return most
        except Problem as problem:
            if not _is_form(call):
                problem.headers.update(await self._consistent(call))
                raise
        return min(most, UNPROVEN_BYTES_MAX)

    async def _speaker(self, call: Call) -> Caller:
        return await service.caller(call.context, by=call.actor, authorization=call.headers.get("authorization", ""))

    async def _post(self, call: Call) -> Answer:
        if "method" in {name for name, _ in wire.query_pairs(call.raw_query)}:
            return await self._asked_by_form(call)
        way = self.ways.get("POST")
        if way is None:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(self.methods))})
        call.query, _text = wire.read_query(call.raw_query.encode("latin-1"), way.query)
        return await self._answer(call, way)

    async def _asked_by_form(self, call: Call) -> Answer:
        """Answer as if the method, header fields, parameters and content of the form had been sent as such."""
        pairs = wire.query_pairs(call.raw_query)
        if len(pairs) != 1 or not _is_form(call):
            raise NotAStatement("A form that asks in place of a method is sent to ?method= and nothing else.")
        method = pairs[0][1]
        way = self.ways.get("GET" if method == "HEAD" else method)
        if way is None:
            raise NotAStatement("The method that is named is none of this resource.")
        form = model.written(call.form_lists)
        if form.content is None and method in {"PUT", "POST"}:
            raise NotAStatement("The form needs a field `content`.")
        raw = urlencode(form.parameters)
        meant = replace(
            call, method=method, headers=model.headed(call.headers, form), raw_query=raw,
            query=wire.read_query(raw.encode("latin-1"), way.query)[0], form={}, form_lists={},
            body_bytes=(form.content or "").encode(), content_type=form.headers.get("content-type", ""),
        )  # fmt: skip
        found = await self._answer(meant, way)
        found = msgspec.structs.replace(found, status=found.status or way.status)
        return found if method != "HEAD" else msgspec.structs.replace(found, value=None, body=b"")

    async def _answer(self, call: Call, way: Way) -> Answer:
        """Check version and parameters, find out who speaks, and answer."""
        # Asked for before anything is read, so that all that was stored until then is in what is read.
        before = await self._consistent(call) if way is self.ways.get("GET") else {}
        try:
            _refuse_unknown(call, way.query)
            if not self._versioned:
                return await way.handler(call)
            sent = call.headers.get("x-experience-api-version", "")
            if sent != "1.0" and not sent.startswith("1.0."):
                raise WrongVersion
            found = await way.handler(call, await self._speaker(call))
        except Problem as problem:
            problem.headers.update({**(before or await self._consistent(call)), **problem.headers})
            raise
        return msgspec.structs.replace(found, headers={**(before or await self._consistent(call)), **found.headers})

    async def _consistent(self, call: Call) -> dict[str, str]:
        return {CONSISTENT: await self._through(call.context)} if self._through else {}


def _is_form(call: Call) -> bool:
    return call.method == "POST" and call.content_type.partition(";")[0].strip().lower() == FORM


def _loosened(shape: type[msgspec.Struct], title: str) -> type[msgspec.Struct]:
    """Return the parameters of a POST, none of them needed, for a form names them in its fields."""
    known = get_type_hints(shape, include_extras=True)
    fields = [(name, known[name] | None, None) for name in shape.__struct_fields__]
    method = Annotated[str, msgspec.Meta(description=WORD)] | None
    return msgspec.defstruct(f"{title}FormQuery", [*fields, ("method", method, None)], frozen=True)


def _refuse_unknown(call: Call, shape: type[msgspec.Struct]) -> None:
    """Refuse parameters that the resource does not know: a typing error must not widen what is found."""
    names = [name for name, _ in wire.query_pairs(call.raw_query)]
    strange = set(names) - set(shape.__struct_encode_fields__)
    if strange or len(set(names)) != len(names):
        raise NotAStatement("The query names a parameter that is not known here, or one twice.")


async def asked(_call: Call) -> Answer:
    """Let courses from other origins call."""
    return Answer(status=204, headers=ASKED_BEFORE)


def preflight(routes: Routes, path: str, operation_id: str) -> None:
    """Declare the answer to a browser that asks whether a course from elsewhere may call."""
    routes.operation("OPTIONS", path, access=BROWSERS, operation_id=operation_id, status=204, hidden=True)(asked)


def elsewhere(routes: Routes, resources: Iterable[Resource]) -> None:
    """Declare what is answered below /xapi to whoever asks for no resource, or by a method that it has not."""
    known = {one.path: one.methods for one in resources}

    @routes.operation(
        "*", "/xapi/{rest*}", access=STRAYS, kind="raw", operation_id="strayFromXapi", hidden=True, says=SHARED
    )
    async def stray(call: Call) -> Answer:
        """Tell that nothing is there, or not by this method."""
        methods = known.get(f"/xapi/{call.path['rest']}")
        raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(methods))}) if methods else NotFound()


REFUSALS = (NotAStatement, WrongVersion, NotYours)

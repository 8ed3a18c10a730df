"""A package's HTTP application: every request passes the same limits, identity, access, log and error writer."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from govstack.kernel import auth, clock, forms, i18n, ids, log, metrics, sessions, wire
from govstack.kernel.actor import ANONYMOUS
from govstack.kernel.auth import Authenticator
from govstack.kernel.context import Context
from govstack.kernel.errors import (
    BadRequest,
    FormExpired,
    GatewayTimeout,
    HeadersTooLarge,
    Internal,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooMany,
)
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Answer, Call, Operation, PageRenderer, Table, public
from govstack.kernel.sessions import Sessions

CORRELATION_PATTERN = re.compile(r"[A-Za-z0-9._:-]{1,64}")
CALLERS_REMEMBERED_MAX = 10_000
RATE_BURST_SECONDS = 2.0
FORM_EXPIRED = _("The form has expired. Go back, reload the page and send it again.")
_BODY_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
_CLIENT_GONE = 499


class Application:
    """An ASGI application for one package under one profile."""

    def __init__(
        self,
        context: Context,
        manifest: Manifest,
        *,
        authenticator: Authenticator,
        browser_sessions: Sessions,
        renderer: PageRenderer,
        operations: list[Operation],
        table: Table,
    ) -> None:
        self.context = context
        self.manifest = manifest
        self.operations = operations
        self._table = table
        self._authenticator = authenticator
        self._sessions = browser_sessions
        self._renderer = renderer
        self._rate = Rate(context.settings.number("RATE_PER_SECOND"))
        self._body_bytes_max = context.settings.number("BODY_BYTES_MAX")
        self._seconds_max = context.settings.number("REQUEST_SECONDS_MAX")
        self._access_log = log.AccessLog(manifest.name)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request; `scope["mount"]` names the path this package is mounted at."""
        started = clock.monotonic()
        headers, fit = wire.read_headers(scope)
        correlation_id = _correlation(headers)
        mark = log.CORRELATION.set(correlation_id)
        unknown = _UNKNOWN_PAGE if "text/html" in headers.get("accept", "") else _UNKNOWN
        call = Call(
            self.context, ANONYMOUS, scope["method"], {}, scope["path"], scope.get("mount", ""), headers, "",
            correlation_id, i18n.DEFAULT, unknown,
        )  # fmt: skip
        try:
            answer = await self._answer(call, scope, receive, fit=fit)
        except Problem as problem:
            answer = self._refusal(problem, call)
        except ConnectionResetError:
            return
        except Exception as error:  # noqa: BLE001 (the one place that turns the unforeseen into an answer)
            log.logger(self.manifest.name).error(
                "request.failed", operation=call.operation.operation_id, error=type(error).__name__, at=log.place(error)
            )
            answer = self._refusal(Internal(), call)
        status = answer.status or _CLIENT_GONE
        try:
            await self._send(answer, call, send)
        except (ConnectionError, asyncio.CancelledError):
            status = _CLIENT_GONE
            raise
        finally:
            log.CORRELATION.reset(mark)
            self._account(call, status, clock.monotonic() - started)

    async def _answer(self, call: Call, scope: Mapping[str, Any], receive: Any, *, fit: bool) -> Answer:
        operation = call.operation = await self._found(call, scope, fit=fit)
        visit = await self._identify(call, scope)
        self._rate.take(self._share(call))
        auth.check(operation.access, call.actor)
        if "%00" in call.raw_path:
            raise BadRequest(_("The address holds a NUL character."))
        if operation.kind == "raw":
            call.raw_query = scope["query_string"].decode("latin-1")
            call.stream = receive
        else:
            call.query, call.raw_query = wire.read_query(scope["query_string"], operation.query)
        arguments: list[Any] = [call]
        if operation.kind != "raw" and call.method in _BODY_METHODS:
            await self._read(call, scope, receive)
            if operation.kind == "form" and not self._sessions.form_token_fits(
                call.form.get("csrf_token", ""), visit, call.actor
            ):
                raise FormExpired(FORM_EXPIRED)
            if operation.body is not None:
                arguments.append(wire.decode_body(call, operation))
        if operation.kind == "raw":
            result = await operation.handler(call)
        else:
            try:
                async with asyncio.timeout(self._seconds_max):
                    if operation.kind == "form":
                        return await forms.once(call, lambda: self._worked(call))
                    result = await operation.handler(*arguments)
            except TimeoutError as error:
                raise GatewayTimeout("This took longer than allowed and was stopped.") from error
        return self._shaped(result, call)

    async def _found(self, call: Call, scope: Mapping[str, Any], *, fit: bool) -> Operation:
        """Return what is asked for; raises MethodNotAllowed, NotFound, and HeadersTooLarge unless the headers `fit`."""
        call.content_type = call.headers.get("content-type", "")
        call.client_address = (scope.get("client") or ("",))[0]
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        call.raw_path = raw_path.partition("?")[0]
        try:
            operation, call.path, allowed = self._table.find(call.method, call.raw_path)
        except Problem:
            call.language = _language(call, scope["query_string"])
            raise
        if operation is not None and fit:
            return operation
        call.operation, call.raw_query = operation or call.operation, scope["query_string"].decode("latin-1")
        call.language = _language(call, scope["query_string"])
        if not fit:
            # Not before it is known what was asked for: a page is refused as a page.
            raise HeadersTooLarge
        if call.operation is _UNKNOWN_PAGE:
            # Whoever followed a broken link is signed in as before.
            await self._identify(call, scope)
        raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(allowed))}) if allowed else NotFound()

    def _share(self, call: Call) -> str:
        """Return whose share of calls this is: the caller's own, or that of an address for those who are not known."""
        if call.actor.signed_in:
            return call.actor.id
        known = self.manifest.caller(call.context, call.headers) if self.manifest.caller else ""
        return known or call.client_address

    async def _worked(self, call: Call) -> Answer:
        return self._shaped(await call.operation.handler(call), call)

    async def _identify(self, call: Call, scope: Mapping[str, Any]) -> str:
        """Prove the caller: by session on pages, by token or certificate elsewhere; returns the visit id of pages."""
        operation = call.operation
        if operation.kind in {"page", "form"}:
            call.language = _language(call, scope["query_string"])
            cookies = sessions.parse_cookies(call.headers.get("cookie", ""))
            person, session = self._sessions.actor(cookies)
            if person is not None and not await sessions.has_ended(call.context, session):
                call.actor, call.session = person, session
            visit = cookies.get(sessions.VISIT_COOKIE, "")
            cookie = ""
            # With a form from elsewhere the browser sends no cookies: a new one would take the place of its own.
            if not visit and operation.kind == "page" and call.method not in _BODY_METHODS:
                visit, cookie = self._sessions.new_visit()
            call.session = {
                **call.session,
                "visit_cookie": cookie,
                "csrf_token": self._sessions.form_token(visit, call.actor),
            }
            return visit
        if operation.access.own:
            return ""
        tls = scope.get("extensions", {}).get("tls", {})
        call.actor = await self._authenticator.actor(call.headers, str(tls.get("client_fingerprint", "")))
        return ""

    async def _read(self, call: Call, scope: Mapping[str, Any], receive: Any) -> None:
        operation = call.operation
        most = operation.body_bytes_max or self._body_bytes_max
        if operation.admits is not None:
            most = await operation.admits(call, most)
        call.body_bytes = await wire.read_body(scope, receive, most=most, headers=call.headers)
        media = call.content_type.partition(";")[0].strip().lower()
        if operation.kind == "form" or (media in wire.FORM_TYPES and media in operation.body_types):
            await wire.read_form(call, part_bytes_max=most)

    def _shaped(self, result: Any, call: Call) -> Answer:
        if isinstance(result, Answer):
            answer = result
        elif hasattr(result, "template") or hasattr(result, "location"):
            answer = self._renderer.page(result, call)
        else:
            answer = Answer(value=result)
        if answer.status is None:
            answer = replace(answer, status=call.operation.status)
        return answer

    def _refusal(self, problem: Problem, call: Call) -> Answer:
        if problem.status in {401, 403}:
            metrics.SECURITY.labels(self.manifest.name, problem.code).inc()
        if problem.status in {401, 403} and not problem.logged:
            facts = {"operation": call.operation.operation_id, "code": problem.code}
            log.security(self.manifest.name, "access.refused", actor=call.actor.id, outcome="refused", **facts)
        if call.operation.kind in {"page", "form"}:
            return self._renderer.problem(problem, call)
        headers = problem.headers
        if problem.status == 401 and "WWW-Authenticate" not in headers:
            # RFC 6750 section 3: what is missing, or that what was sent is wrong.
            sent = call.headers.get("authorization")
            headers = {**headers, "WWW-Authenticate": 'Bearer error="invalid_token"' if sent else "Bearer"}
        shape = call.operation.error_body or self.manifest.error_body
        body = shape(problem) if shape else problem_body(problem, call.correlation_id)
        return Answer(value=body, status=problem.status, headers=headers)

    async def _send(self, answer: Answer, call: Call, send: Any) -> None:
        page = call.operation.kind in {"page", "form"} or answer.media_type.startswith("text/html")
        if call.operation.says:
            answer = replace(answer, headers={**call.operation.says, **answer.headers})
        body = None if answer.stream is not None else wire.encode(answer)
        headers = wire.header_pairs(answer, body, call.correlation_id, page=page)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if body is not None:
            await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else body})
            return
        async for chunk in answer.stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _account(self, call: Call, status: int, seconds: float) -> None:
        operation = call.operation.operation_id
        metrics.REQUESTS.count(self.manifest.name, operation, status, seconds)
        self._access_log.line(
            actor=call.actor, correlation_id=call.correlation_id, operation=operation, status=status, seconds=seconds
        )


class Rate:
    """A token bucket per caller, in bounded memory."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Take one request from a caller's share; raises TooMany when it is used up."""
        if not self._per_second:
            return
        now, burst = clock.monotonic(), self._per_second * RATE_BURST_SECONDS
        left, at = self._buckets.pop(caller, (burst, now))
        left = min(burst, left + (now - at) * self._per_second)
        self._buckets[caller] = (max(left - 1, 0.0), now)
        if len(self._buckets) > CALLERS_REMEMBERED_MAX:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooMany(headers={"Retry-After": "1"})


def problem_body(problem: Problem, correlation_id: str) -> dict[str, object]:
    """Return the error shape of operations whose contract names none."""
    body: dict[str, object] = {"code": problem.code, "detail": problem.detail, "correlationId": correlation_id}
    if problem.fields:
        body["fields"] = problem.fields
    return {**body, **problem.extra}


async def _no_handler(_: Call) -> None:
    raise NotFound


_UNKNOWN = Operation("GET", "", _no_handler, public(), "unknown", "", kind="api")
_UNKNOWN_PAGE = Operation("GET", "", _no_handler, public(), "unknown", "", kind="page")


def _correlation(headers: Mapping[str, str]) -> str:
    given = headers.get("x-correlation-id", "")
    if given and CORRELATION_PATTERN.fullmatch(given):
        return given
    trace = headers.get("traceparent", "").split("-")
    if len(trace) == 4 and CORRELATION_PATTERN.fullmatch(trace[1]):
        return trace[1]
    return ids.new_id()


def _language(call: Call, raw_query: bytes) -> str:
    asked = ""
    if b"lang=" in raw_query:
        asked = dict(wire.query_pairs(raw_query.decode("latin-1"))).get("lang", "")
    cookie = sessions.parse_cookies(call.headers.get("cookie", "")).get(i18n.COOKIE, "")
    return i18n.choose_language(query=asked, cookie=cookie, accept=call.headers.get("accept-language", ""))

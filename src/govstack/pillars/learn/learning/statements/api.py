"""The statement resources of xAPI 1.0.3, below /xapi: statements, activities, agents and about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import msgspec

from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.routing import Answer, Call, Routes, by_policy, public
from govstack.kernel.wire import query_pairs
from govstack.pillars.learn.learning.statements import model, presenters, schemas, service
from govstack.pillars.learn.learning.statements.model import PAGE_STATEMENTS_MAX, Caller, Wanted
from govstack.pillars.learn.learning.xapi.errors import (
    NotAStatement,
    NotYours,
    OtherContent,
    UnknownStatement,
    WrongVersion,
)
from govstack.pillars.learn.learning.xapi.model import VERSION, VERSIONS, moment

routes = Routes(tags=("Learning records (xAPI 1.0.3)",))
SPEAKERS = by_policy("systems that hold learn:statements, and launched courses about their own learner")
BROWSERS = by_policy("browsers that ask whether a course from elsewhere may call")
SENT = {"X-Experience-API-Version": "1.0.3, or another version that begins with 1.0"}
BODY_BYTES_MAX = 5_000_000
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
Handler = Callable[..., Awaitable[Answer]]


def spoken(handler: Callable[..., Awaitable[Answer]]) -> Handler:
    """Check version and parameters, find out who speaks, and put the headers of xAPI on whatever is answered."""

    @wraps(handler)
    async def answer(call: Call, *body: Any) -> Answer:
        try:
            sent = call.headers.get("x-experience-api-version", "")
            if sent != "1.0" and not sent.startswith("1.0."):
                raise WrongVersion
            _refuse_unknown(call)
            by = await service.caller(call.context, by=call.actor, authorization=call.headers.get("authorization", ""))
            found = await handler(call, by, *body)
        except Problem as problem:
            problem.headers.update({**SHARED, **problem.headers})
            raise
        return msgspec.structs.replace(found, headers={**SHARED, **found.headers})

    return answer


def _refuse_unknown(call: Call) -> None:
    """Refuse parameters that the resource does not know: a typing error must not widen what is found."""
    names = [name for name, _ in query_pairs(call.raw_query)]
    strange = set(names) - set(call.operation.query.__struct_encode_fields__)
    if strange or len(set(names)) != len(names):
        raise NotAStatement("The query names a parameter that is not known here, or one twice.")


@routes.operation(
    "PUT", "/xapi/statements", access=SPEAKERS, query=schemas.PutQuery, body=msgspec.Raw, status=204, headers=SENT,
    operation_id="putStatement", body_bytes_max=BODY_BYTES_MAX,
    errors=(NotAStatement, WrongVersion, OtherContent, NotYours),
)  # fmt: skip
@spoken
async def put_statement(call: Call, by: Caller, body: msgspec.Raw) -> Answer:
    """Store one statement under an id; the same again changes nothing."""
    await service.keep(call.context, by=by, body=bytes(body), statement_id=call.query.statementId.lower())
    return Answer(status=204)


@routes.post(
    "/xapi/statements", access=SPEAKERS, body=msgspec.Raw, answer=list[str], operation_id="postStatements",
    headers=SENT, body_bytes_max=BODY_BYTES_MAX, errors=(NotAStatement, WrongVersion, OtherContent, NotYours),
)  # fmt: skip
@spoken
async def post_statements(call: Call, by: Caller, body: msgspec.Raw) -> Answer:
    """Store one statement or a list of up to 1,000, all or none; answers their ids."""
    return Answer(value=await service.keep(call.context, by=by, body=bytes(body)))


@routes.get(
    "/xapi/statements", access=SPEAKERS, query=schemas.StatementsQuery, answer=schemas.StatementResult,
    operation_id="getStatements", headers=SENT, errors=(NotAStatement, WrongVersion, UnknownStatement, NotYours),
)  # fmt: skip
@spoken
async def get_statements(call: Call, by: Caller) -> Answer:
    """Find statements, or read one by its id."""
    asked: schemas.StatementsQuery = call.query
    # Statements are visible in the order of their positions, all of them: see `statement_head`.
    consistent = {"X-Experience-API-Consistent-Through": clock.timestamp()}
    single = asked.statementId or asked.voidedStatementId
    if single:
        others = {name for name, _ in query_pairs(call.raw_query)} - {"format", "attachments"}
        if len(others) != 1:
            raise NotAStatement("A statement is read by its id alone, with format and attachments at most.")
        voided = asked.voidedStatementId is not None
        body = await service.one(call.context, by=by, statement_id=single, voided=voided)
        return _answer(asked, (await _shown(call, [body]))[0], consistent)
    wanted = _wanted(call, asked)
    bodies, last = await service.listed(call.context, by=by, wanted=wanted)
    more = "" if last is None else _more(call, last)
    return _answer(asked, presenters.result(await _shown(call, bodies), more), consistent)


def _wanted(call: Call, asked: schemas.StatementsQuery) -> Wanted:
    try:
        after = None if asked.since is None else model.position_of(moment(asked.since))
        before = None if asked.until is None else model.position_of(moment(asked.until)) + 1
    except ValueError as error:
        raise NotAStatement(f"since or until: {error}.") from error
    if asked.beyond is not None and asked.ascending:
        after = max(int(asked.beyond), after or 0)
    elif asked.beyond is not None:
        before = int(asked.beyond) if before is None else min(int(asked.beyond), before)
    agents = () if asked.agent is None else service.prints(call.context, service.party(asked.agent).key)
    return Wanted(
        agents=agents, related_agents=asked.related_agents, verb=asked.verb or "", activity=asked.activity or "",
        related_activities=asked.related_activities, registration=(asked.registration or "").lower(), after=after,
        before=before, ascending=asked.ascending, limit=min(asked.limit or PAGE_STATEMENTS_MAX, PAGE_STATEMENTS_MAX),
    )  # fmt: skip


def _more(call: Call, last: int) -> str:
    pairs = [(name, value) for name, value in query_pairs(call.raw_query) if name != "beyond"]
    return f"{call.mount}{call.url_path}?{urlencode([*pairs, ('beyond', str(last))])}"


async def _shown(call: Call, bodies: list[bytes]) -> list[bytes]:
    """Return statements in the format that was asked for."""
    asked: schemas.StatementsQuery = call.query
    if asked.format == "exact":
        return bodies
    read = [msgspec.json.decode(body, type=dict[str, Any]) for body in bodies]
    if asked.format == "ids":
        return [msgspec.json.encode(presenters.ids_only(one)) for one in read]
    activities = {activity for one in read for activity in presenters.activities_of(one)}
    known = await service.definitions(call.context, activities=activities)
    tongues = presenters.languages(call.headers.get("accept-language", ""))
    return [msgspec.json.encode(presenters.canonical(one, known, tongues)) for one in read]


def _answer(asked: schemas.StatementsQuery, body: bytes, headers: dict[str, str]) -> Answer:
    if not asked.attachments:
        return Answer(body=body, headers=headers)
    parts, media = presenters.multipart(body)
    return Answer(body=parts, media_type=media, headers=headers)


@routes.get(
    "/xapi/activities", access=SPEAKERS, query=schemas.ActivityQuery, answer=dict[str, Any],
    operation_id="getActivity", headers=SENT, errors=(NotAStatement, WrongVersion),
)  # fmt: skip
@spoken
async def get_activity(call: Call, _by: Caller) -> Answer:
    """Return an activity with all that statements told of it."""
    return Answer(value=await service.definition(call.context, activity=call.query.activityId))


@routes.get(
    "/xapi/agents", access=SPEAKERS, query=schemas.AgentQuery, answer=dict[str, Any], operation_id="getAgent",
    headers=SENT, errors=(NotAStatement, WrongVersion, NotYours),
)  # fmt: skip
@spoken
async def get_agent(call: Call, by: Caller) -> Answer:
    """Return a person by one identifier. Identifiers are not joined here: nobody is traced from system to system."""
    found = service.party(call.query.agent)
    if by.grant is not None and found.key != service.learner(call.context, by.grant.learner_id).key:
        raise NotYours
    known = msgspec.to_builtins(found)
    lists = {name: [known[name]] for name in ("name", "mbox", "mbox_sha1sum", "openid", "account") if name in known}
    return Answer(value={"objectType": "Person", **lists})


@routes.get("/xapi/about", access=public(), answer=schemas.About, operation_id="getAbout")
async def get_about(_call: Call) -> Answer:
    """Tell which versions of xAPI are spoken here."""
    return Answer(value=schemas.About(list(VERSIONS)), headers=SHARED)


def preflight(path: str, operation_id: str) -> None:
    """Declare the answer to a browser that asks whether a course from elsewhere may call."""

    @routes.operation("OPTIONS", path, access=BROWSERS, operation_id=operation_id, status=204, hidden=True)
    async def asked(_call: Call) -> Answer:
        """Let courses from other origins call."""
        return Answer(status=204, headers=ASKED_BEFORE)


for _name in ("statements", "activities", "agents", "about"):
    preflight(f"/xapi/{_name}", f"ask{_name.title()}")

"""The statement resources of xAPI 1.0.3, below /xapi: statements, activities, agents and about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec

from govstack.kernel import wire
from govstack.kernel.errors import TooLarge
from govstack.kernel.routing import Answer, Call, Routes, public
from govstack.pillars.learn.learning.attachments import model as files
from govstack.pillars.learn.learning.attachments.model import Part
from govstack.pillars.learn.learning.callers.api import Resource
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.order.errors import OutOfOrder
from govstack.pillars.learn.learning.statements import model, presenters, schemas, service
from govstack.pillars.learn.learning.statements.model import PAGE_STATEMENTS_MAX, Wanted
from govstack.pillars.learn.learning.xapi.errors import (
    NotAStatement,
    NotYours,
    OtherContent,
    UnknownStatement,
    WrongVersion,
)
from govstack.pillars.learn.learning.xapi.model import VERSIONS, moment

routes = Routes(tags=("Learning records (xAPI 1.0.3)",))
JSON_BYTES_MAX = 5_000_000
BODY_BYTES_MAX = files.PARTS_BYTES_MAX + JSON_BYTES_MAX
JSON, MIXED = "application/json", "multipart/mixed"
WRITING: dict[str, Any] = {
    "body_bytes_max": BODY_BYTES_MAX,
    "errors": (NotAStatement, WrongVersion, OtherContent, NotYours, OutOfOrder, TooLarge),
    "description": (
        "The body is application/json, or multipart/mixed: first the statements as application/json, then each "
        "attached file with Content-Type, Content-Transfer-Encoding: binary and X-Experience-API-Hash, its SHA-2."
    ),
}
statements = Resource(routes, "/xapi/statements", "Statements", through=service.through)
activities = Resource(routes, "/xapi/activities", "Activities")
agents = Resource(routes, "/xapi/agents", "Agents")
about = Resource(routes, "/xapi/about", "About", access=public(), versioned=False)
RESOURCES = (statements, activities, agents, about)


@statements.operation("PUT", query=schemas.PutQuery, status=204, operation_id="putStatement", **WRITING)
async def put_statement(call: Call, by: Caller) -> Answer:
    """Store one statement under an id; the same again changes nothing."""
    body, parts = _sent(call)
    await service.keep(call.context, by=by, body=body, parts=parts, statement_id=call.query.statementId.lower())
    return Answer(status=204)


@statements.operation("POST", answer=list[str], operation_id="postStatements", **WRITING)
async def post_statements(call: Call, by: Caller) -> Answer:
    """Store one statement or a list of up to 1,000, all or none; answers their ids."""
    body, parts = _sent(call)
    return Answer(value=await service.keep(call.context, by=by, body=body, parts=parts))


def _sent(call: Call) -> tuple[bytes, dict[str, Part]]:
    """Return the statements of a request, strict JSON, and the files that came with them by their hash."""
    media = call.content_type.partition(";")[0].strip().lower()
    if media == MIXED:
        body, parts = files.read(call.content_type, call.body_bytes)
    elif media in {JSON, ""}:
        body, parts = call.body_bytes, {}
    else:
        raise NotAStatement("Statements are sent as application/json, or as multipart/mixed with their files.")
    if len(body) > JSON_BYTES_MAX:
        raise TooLarge(f"Statements are larger than {JSON_BYTES_MAX} bytes.")
    wire.read_json(body, msgspec.Raw)
    return body, parts


@statements.operation(
    "GET", query=schemas.StatementsQuery, answer=schemas.StatementResult, operation_id="getStatements",
    errors=(NotAStatement, WrongVersion, UnknownStatement, NotYours),
)  # fmt: skip
async def get_statements(call: Call, by: Caller) -> Answer:
    """Find statements, or read one by its id; with their files as multipart/mixed when attachments are asked for."""
    asked: schemas.StatementsQuery = call.query
    single = asked.statementId or asked.voidedStatementId
    if single:
        others = {name for name, _ in wire.query_pairs(call.raw_query)} - {"format", "attachments"}
        if len(others) != 1:
            raise NotAStatement("A statement is read by its id alone, with format and attachments at most.")
        voided = asked.voidedStatementId is not None
        found = await service.one(
            call.context, by=by, statement_id=single, voided=voided, with_files=asked.attachments
        )  # fmt: skip
        changed = {"Last-Modified": presenters.last_modified(found.bodies[0])}
        return _answer(asked, (await _shown(call, found.bodies))[0], found.files, changed)
    found = await service.listed(call.context, by=by, wanted=_wanted(call, asked))
    more = "" if found.last is None else _more(call, found.last)
    return _answer(asked, presenters.result(await _shown(call, found.bodies), more), found.files, {})


def _wanted(call: Call, asked: schemas.StatementsQuery) -> Wanted:
    try:
        after = None if asked.since is None else model.position_of(moment(asked.since))
        before = None if asked.until is None else model.position_of(moment(asked.until)) + 1
    except ValueError as error:
        raise NotAStatement(f"since or until: {error}.") from error
    if asked.beyond is not None:
        place = min(int(asked.beyond), model.POSITION_MAX)
        after = max(place, after or 0) if asked.ascending else after
        before = before if asked.ascending else min(place, place if before is None else before)
    agents = () if asked.agent is None else service.prints(call.context, service.party(asked.agent).key)
    return Wanted(
        agents=agents, related_agents=asked.related_agents, verb=asked.verb or "", activity=asked.activity or "",
        related_activities=asked.related_activities, registration=(asked.registration or "").lower(), after=after,
        before=before, ascending=asked.ascending, limit=min(asked.limit or PAGE_STATEMENTS_MAX, PAGE_STATEMENTS_MAX),
        with_files=asked.attachments,
    )  # fmt: skip


def _more(call: Call, last: int) -> str:
    pairs = [(name, value) for name, value in wire.query_pairs(call.raw_query) if name != "beyond"]
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


def _answer(asked: schemas.StatementsQuery, body: bytes, parts: list[Part], headers: dict[str, str]) -> Answer:
    if not asked.attachments:
        return Answer(body=body, headers=headers)
    content, media = presenters.multipart(body, parts)
    return Answer(body=content, media_type=media, headers=headers)


@activities.operation(
    "GET", query=schemas.ActivityQuery, answer=dict[str, Any], operation_id="getActivity",
    errors=(NotAStatement, WrongVersion),
)  # fmt: skip
async def get_activity(call: Call, _by: Caller) -> Answer:
    """Return an activity with all that statements told of it."""
    return Answer(value=await service.definition(call.context, activity=call.query.activityId))


@agents.operation(
    "GET", query=schemas.AgentQuery, answer=dict[str, Any], operation_id="getAgent",
    errors=(NotAStatement, WrongVersion, NotYours),
)  # fmt: skip
async def get_agent(call: Call, by: Caller) -> Answer:
    """Return a person by one identifier. Identifiers are not joined here: nobody is traced from system to system."""
    found = service.party(call.query.agent)
    if by.grant is not None and found.key != service.learner(call.context, by.grant.learner_id).key:
        raise NotYours
    known = msgspec.to_builtins(found)
    lists = {name: [known[name]] for name in ("name", "mbox", "mbox_sha1sum", "openid", "account") if name in known}
    return Answer(value={"objectType": "Person", **lists})


@about.operation("GET", answer=schemas.About, operation_id="getAbout")
async def get_about(_call: Call) -> Answer:
    """Tell which versions of xAPI are spoken here."""
    return Answer(value=schemas.About(list(VERSIONS)))


for _resource in RESOURCES:
    _resource.close()

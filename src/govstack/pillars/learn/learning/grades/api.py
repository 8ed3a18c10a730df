"""The services for tools (LTI Assignment and Grade Services 2.0, 1EdTech security framework 1.0 section 4)."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from govstack.kernel.errors import BadGateway
from govstack.kernel.routing import Answer, Call, Routes, by_credential, by_policy
from govstack.pillars.learn.learning.grades import schemas, service
from govstack.pillars.learn.learning.grades.errors import (
    InvalidTool,
    LineKept,
    LinesFull,
    NotAScore,
    NotGranted,
    NoToken,
    OlderScore,
    TokenRefused,
    UnknownLine,
    UnknownSubject,
    token_body,
)
from govstack.pillars.learn.learning.grades.model import PAGE_MAX, TOKEN_SECONDS, Caller, LineGiven, Score
from govstack.pillars.learn.learning.platforms.errors import UnknownLink

routes = Routes(tags=("Grades of tools (LTI AGS 2.0)",))
TOOLS = by_credential("tools that hold a token of the token endpoint, about what is theirs")
LINES = "/lti/lineitems"
PROVED = by_policy("tools that send an assertion signed by their key")
ONE = LINES + "/{lineId}"
FORM = "application/x-www-form-urlencoded"
BODY_BYTES_MAX = 100_000
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@routes.post(
    "/lti/token", access=PROVED, body=schemas.ToolTokenAsked, answer=schemas.ToolToken, body_types=(FORM,),
    answers={401: schemas.ToolTokenRefusal}, error_body=token_body, operation_id="giveToolToken",
    body_bytes_max=BODY_BYTES_MAX, errors=(TokenRefused, InvalidTool, BadGateway),
)  # fmt: skip
async def token(call: Call, body: schemas.ToolTokenAsked) -> Answer:
    """Give a tool a token that it asks for with an assertion signed by its key."""
    secret, scopes = await service.grant(
        call.context, grant_type=body.grant_type, assertion_type=body.client_assertion_type,
        assertion=body.client_assertion, scope=body.scope,
    )  # fmt: skip
    return Answer(value=schemas.ToolToken(secret, "Bearer", TOKEN_SECONDS, " ".join(scopes)), headers=NEVER_KEPT)


async def _caller(call: Call) -> Caller:
    return await service.caller(call.context, authorization=call.headers.get("authorization", ""))


def _page(call: Call, value: object, media_type: str, after: str) -> Answer:
    """Return a page of a list; what comes next stands in the header Link (RFC 8288)."""
    told = {**msgspec.structs.asdict(call.query), "after": after}
    address = (
        f"{call.context.public_url}{call.url_path}?{urlencode({name: text for name, text in told.items() if text})}"
    )
    headers = {"Link": f'<{address}>; rel="next"'} if after else {}
    return Answer(value=value, media_type=media_type, headers=headers)


@routes.get(
    LINES, access=TOOLS, query=schemas.LinesQuery, answer=list[schemas.LineItem], answer_type=schemas.LINES_TYPE,
    operation_id="listLineItems", errors=(NoToken, NotGranted),
)  # fmt: skip
async def lines(call: Call) -> Answer:
    """List what a tool grades."""
    asked: schemas.LinesQuery = call.query
    found, after = await service.lines(
        call.context, by=await _caller(call), link_id=asked.resource_link_id, resource_id=asked.resource_id,
        tag=asked.tag, after=asked.after, limit=min(asked.limit, PAGE_MAX),
    )  # fmt: skip
    shown = [schemas.LineItem.of(one, call.context.public_url) for one in found]
    return _page(call, shown, schemas.LINES_TYPE, after)


@routes.post(
    LINES, access=TOOLS, body=LineGiven, answer=schemas.LineItem, body_types=(schemas.LINE_TYPE,), status=201,
    answer_type=schemas.LINE_TYPE, operation_id="addLineItem", body_bytes_max=BODY_BYTES_MAX,
    errors=(NoToken, NotGranted, NotAScore, LinesFull, UnknownLink),
)  # fmt: skip
async def add_line(call: Call, body: LineGiven) -> Answer:
    """Add a line item for a tool, beside those of its links."""
    one = await service.add_line(call.context, by=await _caller(call), given=body)
    return Answer(value=schemas.LineItem.of(one, call.context.public_url), media_type=schemas.LINE_TYPE)


@routes.get(
    ONE, access=TOOLS, answer=schemas.LineItem, answer_type=schemas.LINE_TYPE, operation_id="readLineItem",
    errors=(NoToken, NotGranted, UnknownLine),
)  # fmt: skip
async def line(call: Call) -> Answer:
    """Read a line item."""
    one = await service.line(call.context, by=await _caller(call), line_id=call.path["lineId"])
    return Answer(value=schemas.LineItem.of(one, call.context.public_url), media_type=schemas.LINE_TYPE)


@routes.put(
    ONE, access=TOOLS, body=LineGiven, answer=schemas.LineItem, body_types=(schemas.LINE_TYPE,),
    answer_type=schemas.LINE_TYPE, operation_id="putLineItem", body_bytes_max=BODY_BYTES_MAX,
    errors=(NoToken, NotGranted, UnknownLine, LineKept, NotAScore),
)  # fmt: skip
async def put_line(call: Call, body: LineGiven) -> Answer:
    """Change a line item that the tool added."""
    one = await service.put_line(call.context, by=await _caller(call), line_id=call.path["lineId"], given=body)
    return Answer(value=schemas.LineItem.of(one, call.context.public_url), media_type=schemas.LINE_TYPE)


@routes.delete(
    ONE, access=TOOLS, status=204, operation_id="removeLineItem", errors=(NoToken, NotGranted, UnknownLine, LineKept)
)  # fmt: skip
async def remove_line(call: Call) -> Answer:
    """Take away a line item that the tool added, with its scores."""
    await service.remove_line(call.context, by=await _caller(call), line_id=call.path["lineId"])
    return Answer(status=204)


@routes.post(
    ONE + "/scores", access=TOOLS, body=Score, body_types=(schemas.SCORE_TYPE,), status=204,
    operation_id="sendToolScore",
    body_bytes_max=BODY_BYTES_MAX, errors=(NoToken, NotGranted, UnknownLine, UnknownSubject, NotAScore, OlderScore),
)  # fmt: skip
async def score(call: Call, body: Score) -> Answer:
    """Take a score of a learner, unless a newer one is kept; the same again changes nothing."""
    await service.score(call.context, by=await _caller(call), line_id=call.path["lineId"], given=body)
    return Answer(status=204)


@routes.get(
    ONE + "/results", access=TOOLS, query=schemas.ResultsQuery, answer=list[schemas.ToolResult],
    answer_type=schemas.RESULTS_TYPE, operation_id="listToolResults", errors=(NoToken, NotGranted, UnknownLine),
)  # fmt: skip
async def results(call: Call) -> Answer:
    """List what the learners of a tool have in a line item."""
    asked: schemas.ResultsQuery = call.query
    found, after = await service.results(
        call.context, by=await _caller(call), line_id=call.path["lineId"], subject=asked.user_id, after=asked.after,
        limit=min(asked.limit, PAGE_MAX),
    )  # fmt: skip
    shown = [schemas.ToolResult.of(one, call.context.public_url) for one in found]
    return _page(call, shown, schemas.RESULTS_TYPE, after)

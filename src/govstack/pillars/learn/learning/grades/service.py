"""Use cases of grades: give a tool a token, let it keep lines and send scores, and show learners what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.learning.grades import model, store
from govstack.pillars.learn.learning.grades.errors import (
    INVALID_REQUEST,
    UNSUPPORTED_GRANT,
    InvalidTool,
    LineKept,
    LinesFull,
    NoToken,
    OlderScore,
    TokenRefused,
    UnknownLine,
    UnknownSubject,
)
from govstack.pillars.learn.learning.grades.model import Caller, Grade, Kept, Line, LineGiven, Score
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.errors import NotSigned, UnknownLink, UnknownTool
from govstack.pillars.learn.learning.platforms.model import (
    CLOCK_SKEW_SECONDS,
    LINES,
    RESULTS_READ,
    SCORES,
    Tool,
    claimed_client,
)
from govstack.pillars.learn.people import service as people

SCORED = "learn.tool.scored"
COMMENT = "lti-comment"


async def grant(
    context: Context, *, grant_type: str, assertion_type: str, assertion: str, scope: str
) -> tuple[str, tuple[str, ...]]:
    """Return a token for a tool that proves itself by its key, and what it is given for (RFC 6749 4.4, RFC 7523 2.2).

    Raises TokenRefused, InvalidTool, and BadGateway where the tool's keys cannot be had.
    """
    if grant_type != model.GRANT_TYPE:
        raise TokenRefused(UNSUPPORTED_GRANT, f"Use grant_type {model.GRANT_TYPE}.")
    if assertion_type != model.ASSERTION_TYPE or not assertion:
        raise TokenRefused(INVALID_REQUEST, f"Send client_assertion_type {model.ASSERTION_TYPE} and the assertion.")
    tool, proof, ends = await _proved(context, assertion)
    scopes = model.granted(tool, scope)
    secret, now = ids.new_secret(), clock.now()
    async with context.database.transaction() as tx:
        await store.tidy(tx, before=clock.timestamp(now))
        if not await store.add_proof(tx, hash=proof, expires_at=ends):
            raise InvalidTool
        await store.add_token(
            tx, hash=crypto.digest(secret.encode()), tool_id=tool.id, scopes=scopes,
            expires_at=clock.timestamp(now + timedelta(seconds=model.TOKEN_SECONDS)),
        )  # fmt: skip
        await audit.record(tx, by=_actor(tool), action="learn.tool.token", subject=f"tool/{tool.id}")
    return secret, scopes


async def _proved(context: Context, assertion: str) -> tuple[Tool, str, str]:
    """Return the tool that an assertion proves, as what it is remembered, and until when."""
    audiences = (f"{context.public_url}/api/v1/lti/token", context.public_url)
    try:
        tool = await platforms.tool_of_client(context, client_id=claimed_client(assertion))
        said = await platforms.said_by(context, tool=tool, token=assertion, audiences=audiences)
    except (UnknownTool, NotSigned) as error:
        raise InvalidTool from error
    if said.get("sub") != tool.client_id:
        raise InvalidTool
    told = said.get("jti")
    name = f"{tool.id}|{told}" if isinstance(told, str) and told else assertion
    ends = datetime.fromtimestamp(float(said["exp"]) + 2 * CLOCK_SKEW_SECONDS, UTC)
    return tool, crypto.digest(name.encode("utf-8", "surrogatepass")), clock.timestamp(ends)


def _actor(tool: Tool) -> Actor:
    return Actor("application", f"tool:{tool.id}")


async def caller(context: Context, *, authorization: str) -> Caller:
    """Return the tool whose token is sent, with what it may still do; raises NoToken."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NoToken
    hashed = crypto.digest(secret.strip().encode("utf-8", "surrogateescape"))
    async with context.database.reading(one_statement=True) as tx:
        known = await store.token(tx, hash=hashed, now=clock.timestamp())
    if known is None:
        raise NoToken
    try:
        tool = await platforms.tool(context, tool_id=known[0])
    except UnknownTool as error:
        raise NoToken from error
    left = tuple(scope for scope in known[1] if scope in tool.card.scopes)
    if not left:
        raise NoToken
    return Caller(tool, left)


async def lines(
    context: Context, *, by: Caller, link_id: str, resource_id: str, tag: str, after: str, limit: int
) -> tuple[Sequence[Line], str]:
    """Return a page of the lines of a tool, and after which the next one begins; raises NotGranted."""
    by.check_reads_lines()
    async with context.database.reading(one_statement=True) as tx:
        found = await store.lines(
            tx, by.tool.id, link_id=link_id, resource_id=resource_id, tag=tag, after=after, limit=limit + 1
        )
    return model.page_of(found, limit)


async def line(context: Context, *, by: Caller, line_id: str) -> Line:
    """Return a line of a tool; raises NotGranted and UnknownLine."""
    by.check_reads_lines()
    async with context.database.reading(one_statement=True) as tx:
        return await _line(tx, by, line_id)


async def _line(tx: Transaction, by: Caller, line_id: str) -> Line:
    found = await store.line(tx, line_id)
    if found is None or found.tool_id != by.tool.id:
        raise UnknownLine
    return found


async def add_line(context: Context, *, by: Caller, given: LineGiven) -> Line:
    """Add a line for a tool; raises NotGranted, NotAScore, LinesFull, and UnknownLink for one that is not its own."""
    by.check(LINES)
    one = model.line_of(ids.new_id(), by.tool, given)
    if one.link_id and (await platforms.link(context, link_id=one.link_id)).tool.id != by.tool.id:
        raise UnknownLink
    async with context.database.transaction() as tx:
        if await store.own_lines(tx, by.tool.id) >= model.LINES_OF_TOOL_MAX:
            raise LinesFull
        await store.put_line(tx, one)
        await audit.record(tx, by=_actor(by.tool), action="learn.tool.line-put", subject=f"tool-line/{one.id}")
    return one


async def put_line(context: Context, *, by: Caller, line_id: str, given: LineGiven) -> Line:
    """Change a line that a tool added; raises NotGranted, UnknownLine, LineKept and NotAScore."""
    by.check(LINES)
    async with context.database.transaction() as tx:
        before = await _own(tx, by, line_id)
        # Which link a line belongs to is said once (section 3.2.8).
        one = model.line_of(before.id, by.tool, given)
        await store.put_line(tx, one)
        await audit.record(tx, by=_actor(by.tool), action="learn.tool.line-put", subject=f"tool-line/{one.id}")
        return await _line(tx, by, line_id)


async def remove_line(context: Context, *, by: Caller, line_id: str) -> None:
    """Take away a line that a tool added, with its scores; raises NotGranted, UnknownLine and LineKept."""
    by.check(LINES)
    async with context.database.transaction() as tx:
        found = await _own(tx, by, line_id)
        if await store.remove_line(tx, found.id):
            await audit.record(
                tx, by=_actor(by.tool), action="learn.tool.line-removed", subject=f"tool-line/{found.id}"
            )


async def _own(tx: Transaction, by: Caller, line_id: str) -> Line:
    found = await _line(tx, by, line_id)
    if found.coupled:
        raise LineKept
    return found


async def score(context: Context, *, by: Caller, line_id: str, given: Score) -> None:
    """Keep a score, unless a newer one is kept; the same again changes nothing.

    Raises NotGranted, UnknownLine, UnknownSubject, NotAScore, and OlderScore.
    """
    by.check(SCORES)
    at, told = model.scored_at(given, clock.now()), model.print_of(given)
    async with context.database.transaction() as tx:
        found = await _line(tx, by, line_id)
        learner_id = await platforms.learner_of(tx, by.tool, given.user_id)
        if not learner_id:
            raise UnknownSubject
        bound = f"{found.id}/{learner_id}"
        sealed = context.keys.seal(COMMENT, given.comment.encode(), bound_to=bound) if given.comment else None
        if not await store.put_score(tx, found.id, learner_id, given, sealed=sealed, print=told, at=at):
            if not await store.is_kept(tx, found.id, learner_id, print=told, at=at):
                raise OlderScore
            return
        await audit.record(tx, by=_actor(by.tool), action="learn.tool.scored", subject=f"tool-line/{found.id}")
        if found.coupled:
            # What a course makes of it belongs to another room, which hears of it.
            data = {"linkId": found.link_id, "learnerId": learner_id}
            await events.publish(tx, type=SCORED, subject=f"tool-link/{found.link_id}", data=data)


async def results(
    context: Context, *, by: Caller, line_id: str, subject: str, after: str, limit: int
) -> tuple[list[Grade], str]:
    """Return a page of what learners have in a line, and after whom the next begins; raises NotGranted, UnknownLine."""
    by.check(RESULTS_READ)
    async with context.database.reading() as tx:
        found = await _line(tx, by, line_id)
        kept = await store.scores(tx, found.id, subject=subject, after=after, limit=limit + 1)
    grades = [_grade(context, found, one) for one in kept[:limit]]
    return grades, grades[-1].subject if len(kept) > limit else ""


def _grade(context: Context, line: Line, kept: Kept) -> Grade:
    bound = f"{line.id}/{kept.learner_id}"
    comment = context.keys.open(COMMENT, kept.comment_sealed, bound_to=bound).decode() if kept.comment_sealed else ""
    return Grade(line, kept.subject, kept.given, kept.maximum, kept.activity, kept.grading, comment, kept.scored_at)


async def my_grade(context: Context, *, by: Actor, link_id: str) -> Grade | None:
    """Return what whoever signed in has for what a tool offers, if it is graded and a score came."""
    me = await people.me(context, by=by)
    return await grade_of(context, link_id=link_id, learner_id=me.id)


async def grade_of(context: Context, *, link_id: str, learner_id: str) -> Grade | None:
    """Return what a learner has for what a tool offers, if it is graded and a score came."""
    async with context.database.reading() as tx:
        found = await store.line(tx, link_id)
        kept = await store.score(tx, link_id, learner_id) if found and found.coupled else None
    return _grade(context, found, kept) if found and kept else None


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away the grades of a person who is erased."""
    await store.forget(tx, person_id)

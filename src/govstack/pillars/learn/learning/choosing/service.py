"""Use cases of choosing content in a tool: send an author there, take the tool's answer, and decide about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from govstack.kernel import audit, clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.learning.choosing import model, store
from govstack.pillars.learn.learning.choosing.errors import ChoosesNothing, NotAChoice, UnknownChoice
from govstack.pillars.learn.learning.choosing.model import Choice, Found
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.errors import NotOurLaunch, NotSigned, UnknownTool
from govstack.pillars.learn.learning.platforms.model import (
    CLAIM,
    CLOCK_SKEW_SECONDS,
    LAUNCH_SECONDS,
    TEACHER,
    Asked,
    Tool,
    check_asked,
    claimed_client,
    course_claim,
    login_address,
)
from govstack.pillars.learn.learning.platforms.service import Message
from govstack.pillars.learn.people import service as people

RETURN, PAGE = "/tools/chosen", "/tool-choices"


async def begin(context: Context, *, by: Actor, tool_id: str, course_id: str) -> str:
    """Send an author to a tool to choose for a course, or for none; return where their browser goes.

    Raises UnknownTool, UnknownCourse, and ChoosesNothing.
    """
    author = await people.me(context, by=by)
    tool = await platforms.tool(context, tool_id=tool_id)
    if not tool.card.choosing_url:
        raise ChoosesNothing
    await platforms.title_of_course(context, course_id)
    now = clock.now()
    async with context.database.transaction() as tx:
        await store.tidy(tx, before=clock.timestamp(now))
        subject = await platforms.subject_of(tx, tool, author.id)
        ends = clock.timestamp(now + timedelta(seconds=LAUNCH_SECONDS))
        one = Choice(ids.new_id(), tool.id, author.id, subject, course_id, "", ends, Found())
        await store.add(tx, one)
        await audit.record(tx, by=by, action="learn.tool.choosing", subject=f"tool/{tool.id}")
    return login_address(
        tool, target=tool.card.choosing_url, subject=subject, hint=one.id, issuer=context.public_url
    )  # fmt: skip


async def message(context: Context, *, by: Actor, asked: Asked, language: str) -> Message:
    """Return the signed message for a tool that asks who comes, to choose or to do what it offers, once for each time.

    Raises NotOurLaunch.
    """
    now = clock.now()
    async with context.database.reading(one_statement=True) as tx:
        one = await store.choice(tx, asked.lti_message_hint, now=clock.timestamp(now))
    if one is None:
        return await platforms.message(context, by=by, asked=asked, language=language)
    author = await people.me(context, by=by)
    tool = await platforms.any_tool(context, tool_id=one.tool_id)
    if one.person_id != author.id:
        raise NotOurLaunch
    check_asked(asked, tool, one.subject)
    data = ids.new_secret()
    async with context.database.transaction() as tx:
        ends = clock.timestamp(now + timedelta(seconds=model.KEPT_SECONDS))
        told_now = await store.tell(
            tx, one.id, data_hash=_hash(data), language=language, expires_at=ends, now=clock.timestamp(now)
        )
        if not told_now:
            raise NotOurLaunch
        await audit.record(tx, by=by, action="learn.tool.told", subject=f"tool/{tool.id}")
    told = platforms.teller(context, language).claims(
        tool, asked=asked, subject=one.subject, role=TEACHER, kind=model.REQUEST, target=tool.card.choosing_url
    )
    told[f"{model.DEEP}/deep_linking_settings"] = model.settings(back=f"{context.public_url}{RETURN}", data=data)
    told[f"{CLAIM}/custom"] = tool.card.custom
    told.update(course_claim(one.course_id, await platforms.title_of_course(context, one.course_id)))
    if tool.card.share_names and author.name:
        told["name"] = author.name
    return Message(asked.redirect_uri, await platforms.signed(context, told), asked.state, tool)


def _hash(text: str) -> str:
    return crypto.digest(text.encode("utf-8", "surrogatepass"))


async def answer(context: Context, *, token: str) -> str:
    """Keep what a tool says was chosen, once; return the address at which whoever asked decides about it.

    Raises NotSigned, NotAChoice, and BadGateway where the tool's keys cannot be had.
    """
    try:
        tool = await platforms.tool_of_client(context, client_id=claimed_client(token))
    except UnknownTool as error:
        raise NotSigned from error
    said = await platforms.said_by(context, tool=tool, token=token, audiences=(context.public_url,))
    nonce, data = model.checked(said, tool)
    now = clock.timestamp()
    ends = datetime.fromtimestamp(float(said["exp"]) + 2 * CLOCK_SKEW_SECONDS, UTC)
    page = ids.new_secret()
    async with context.database.transaction() as tx:
        await store.tidy(tx, before=now)
        fresh = await store.add_nonce(tx, hash=_hash(f"{tool.id}|{nonce}"), expires_at=clock.timestamp(ends))
        one = await store.awaited(tx, data_hash=_hash(data), tool_id=tool.id, now=now) if fresh else None
        if one is None:
            raise NotAChoice
        found = model.found(said, tool, one, fresh=ids.new_id, plain=context.settings.profile == "sandbox")
        if not await store.answer(tx, one.id, page=page, found=found):
            raise NotAChoice
        actor = Actor("application", f"tool:{tool.id}")
        await audit.record(tx, by=actor, action="learn.tool.chosen", subject=f"tool/{tool.id}")
    return f"{PAGE}/{page}"


async def choice(context: Context, *, by: Actor, page: str) -> tuple[Choice, Tool]:
    """Return what whoever signed in chose, and in which tool; raises UnknownChoice."""
    author = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        one = await _answered(tx, author.id, page)
    return one, await platforms.any_tool(context, tool_id=one.tool_id)


async def _answered(tx: Transaction, person_id: str, page: str) -> Choice:
    found = await store.answered(tx, page=page, person_id=person_id, now=clock.timestamp())
    if found is None:
        raise UnknownChoice
    return found


async def take(context: Context, *, by: Actor, page: str) -> Choice:
    """Enter the links that were chosen, all or none; raises UnknownChoice."""
    author = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        one = await _answered(tx, author.id, page)
        if not await store.drop(tx, one.id):
            raise UnknownChoice
        for link in one.found.links:
            await platforms.enter_link(tx, by=by, link_id=link.id, card=link.card)
        await audit.record(tx, by=by, action="learn.tool.choice-taken", subject=f"tool/{one.tool_id}")
    return one


async def discard(context: Context, *, by: Actor, page: str) -> Choice:
    """Forget what was chosen; raises UnknownChoice."""
    author = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        one = await _answered(tx, author.id, page)
        if not await store.drop(tx, one.id):
            raise UnknownChoice
        await audit.record(tx, by=by, action="learn.tool.choice-discarded", subject=f"tool/{one.tool_id}")
    return one


async def tidy(context: Context) -> None:
    """Forget choices whose day is over."""
    async with context.database.transaction() as tx:
        await store.tidy(tx, before=clock.timestamp())


async def forget(context: Context, *, person_id: str) -> None:
    """Forget the choices of somebody who was erased."""
    async with context.database.transaction() as tx:
        await store.forget(tx, person_id=person_id)

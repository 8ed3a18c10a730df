"""Use cases of tools: enter one, send a learner there, and sign the message that tells who comes.

The keys are RSA keys of this pillar's own, since LTI asks for RS256 and the keys that the platform derives are not RSA.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import signed_token
from govstack.kernel.db import Transaction
from govstack.kernel.destinations import Rules
from govstack.kernel.errors import BadGateway
from govstack.kernel.rules import ALLOWED_HOSTS
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.platforms import gateways, model, store
from govstack.pillars.learn.learning.platforms.errors import NotOurLaunch, NotSigned, UnknownLink, UnknownTool
from govstack.pillars.learn.learning.platforms.model import Asked, Card, Launch, Link, LinkCard, Teller, Tool
from govstack.pillars.learn.learning.platforms.store import Key
from govstack.pillars.learn.people import service as people

SEAL = "lti-key"
HOSTS = "LEARN_TOOL_HOSTS"
SETTINGS = (
    Setting(
        HOSTS,
        "",
        "Hosts that keys of tools may be fetched from; empty means any of the public network, and on a sandbox this "
        "machine too",
        ALLOWED_HOSTS,
    ),
)
KEYS_LAST_SECONDS = 3_600
KEYS_REFRESH_SECONDS_MIN = 10
KEYS_OF_TOOLS_MAX = 200
_KEYS = "platforms.keys"


@dataclass(frozen=True, slots=True)
class Message:
    """What the learner's browser hands to the tool."""

    redirect_uri: str
    id_token: str
    state: str
    tool: Tool


async def put_tool(context: Context, *, by: Actor, tool_id: str, card: Card) -> Tool:
    """Enter a tool or change it; raises NotATool and KeysMissing."""
    model.check_card(card, plain=context.settings.profile == "sandbox")
    async with context.database.transaction() as tx:
        await store.put_tool(tx, Tool(tool_id, ids.new_id(), card), created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.tool.put", subject=f"tool/{tool_id}")
        # Whoever entered it first gave it its client id, which stays.
        kept = await store.tool(tx, tool_id)
    assert kept is not None
    return kept


async def retire(context: Context, *, by: Actor, tool_id: str) -> None:
    """Use a tool no more; raises UnknownTool."""
    async with context.database.transaction() as tx:
        if await store.tool(tx, tool_id) is None:
            raise UnknownTool
        if await store.retire(tx, tool_id, at=clock.timestamp()):
            await audit.record(tx, by=by, action="learn.tool.retired", subject=f"tool/{tool_id}")


async def tools(context: Context) -> list[Tool]:
    """Return the tools, those used no more too."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.tools(tx)


async def put_link(context: Context, *, by: Actor, link_id: str, card: LinkCard) -> Link:
    """Enter a link or change it; raises UnknownTool, UnknownCourse and NotATool."""
    model.check_addresses(card.target, plain=context.settings.profile == "sandbox")
    await title_of_course(context, card.course_id)
    async with context.database.transaction() as tx:
        tool = await store.tool(tx, card.tool_id)
        if tool is None:
            raise UnknownTool
        await enter_link(tx, by=by, link_id=link_id, card=card)
    return Link(link_id, card, tool)


async def enter_link(tx: Transaction, *, by: Actor, link_id: str, card: LinkCard) -> None:
    """Enter a link to a tool, of which all is known to be there."""
    await store.put_link(tx, link_id, card, created_at=clock.timestamp())
    await audit.record(tx, by=by, action="learn.tool.link-put", subject=f"tool-link/{link_id}")


async def title_of_course(context: Context, course_id: str) -> str:
    """Return the title of the course of a link, "" where it has none; raises UnknownCourse."""
    return (await courses.titled(context, course_id=course_id)).title if course_id else ""


async def links(context: Context) -> list[Link]:
    """Return the links to tools that are used."""
    async with context.database.reading(one_statement=True) as tx:
        return [one for one in await store.links(tx) if not one.tool.retired]


async def all_links(context: Context) -> list[Link]:
    """Return the links to all tools, those used no more too."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.links(tx)


async def link(context: Context, *, link_id: str) -> Link:
    """Return a link with its tool, used or not any more; raises UnknownLink."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.link(tx, link_id)
    if found is None:
        raise UnknownLink
    return found


async def is_in_course(context: Context, *, tool: Tool, course_id: str, link_id: str = "") -> bool:
    """Tell whether a tool has a link in a course, or this very one where it is named."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.is_in_course(tx, tool_id=tool.id, course_id=course_id, link_id=link_id)


async def any_tool(context: Context, *, tool_id: str) -> Tool:
    """Return a tool, used or not any more; raises UnknownTool."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.tool(tx, tool_id)
    if found is None:
        raise UnknownTool
    return found


async def tool(context: Context, *, tool_id: str) -> Tool:
    """Return a tool that is used; raises UnknownTool."""
    found = await any_tool(context, tool_id=tool_id)
    if found.retired:
        raise UnknownTool
    return found


async def tool_of_client(context: Context, *, client_id: str) -> Tool:
    """Return the tool that knows this platform by an id, if it is used; raises UnknownTool."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.tool_of_client(tx, client_id)
    if found is None or found.retired:
        raise UnknownTool
    return found


async def begin(context: Context, *, by: Actor, link_id: str) -> str:
    """Send whoever signed in to a tool; return where their browser goes. Raises UnknownLink."""
    learner = await people.me(context, by=by)
    now = clock.now()
    async with context.database.transaction() as tx:
        link = await store.link(tx, link_id)
        if link is None or link.tool.retired:
            raise UnknownLink
        ends = clock.timestamp(now + timedelta(seconds=model.LAUNCH_SECONDS))
        subject = await subject_of(tx, link.tool, learner.id)
        launch = Launch(ids.new_id(), link_id, learner.id, subject, ends)
        await store.tidy(tx, before=clock.timestamp(now))
        await store.add_launch(tx, launch)
        await audit.record(tx, by=by, action="learn.tool.opened", subject=f"tool-link/{link_id}")
    return model.login_address(
        link.tool, target=link.card.target, subject=subject, hint=launch.id, issuer=context.public_url
    )


async def subject_of(tx: Transaction, tool: Tool, learner_id: str) -> str:
    """Return by which name a tool knows a person: another one for each tool, and never the person's id."""
    return await store.subject(tx, tool.id, learner_id, fresh=ids.new_secret(16))


async def learner_of(tx: Transaction, tool: Tool, subject: str) -> str:
    """Return the person whom a tool knows by a name, "" when it knows nobody by it."""
    return await store.learner(tx, tool.id, subject)


async def message(context: Context, *, by: Actor, asked: Asked, language: str) -> Message:
    """Return the signed message for a tool that asks who comes, once for each launch. Raises NotOurLaunch."""
    learner = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        launch = await store.launch(tx, asked.lti_message_hint)
        link = await store.link(tx, launch.link_id) if launch else None
        if launch is None or link is None or launch.learner_id != learner.id:
            raise NotOurLaunch
        model.check_asked(asked, link.tool, launch.subject)
        if not await store.use(tx, launch.id, at=clock.timestamp()):
            raise NotOurLaunch
        await audit.record(tx, by=by, action="learn.tool.told", subject=f"tool-link/{link.id}")
    told = model.claims(
        teller(context, language), link, asked=asked, subject=launch.subject, name=learner.name,
        teaches=by.may(TEACH), course=await title_of_course(context, link.card.course_id),
    )  # fmt: skip
    return Message(asked.redirect_uri, await signed(context, told), asked.state, link.tool)


def teller(context: Context, language: str) -> Teller:
    """Return who tells tools something from here, now."""
    now = int(clock.now().timestamp())
    return Teller(context.public_url, context.settings.text("INSTANCE"), language, now)


async def signed(context: Context, told: Mapping[str, object]) -> str:
    """Return what a tool is told, signed with the newest key."""
    key = await _signing_key(context)
    header = {"alg": model.ALGORITHM, "kid": key.kid, "typ": "JWT"}
    return jwt.encode(header, dict(told), key, algorithms=[model.ALGORITHM])


async def said_by(context: Context, *, tool: Tool, token: str, audiences: Collection[str]) -> Mapping[str, Any]:
    """Return what a tool signed for this platform, here and now; raises NotSigned, and BadGateway without its keys."""
    if len(token) > model.TOKEN_CHARACTERS_MAX or not tool.card.keys_url:
        raise NotSigned
    for fresh in (False, True):
        keys = await _keys_of(context, tool.card.keys_url, fresh=fresh)
        try:
            said = signed_token(token, keys, algorithms=model.TOOL_ALGORITHMS).claims
            break
        except ValueError as error:
            # A key that this process has not seen may be a new one: look once more, then refuse.
            if fresh:
                raise NotSigned from error
    model.check_signed(said, tool, audiences=audiences, now=clock.now().timestamp())
    return said


async def _keys_of(context: Context, address: str, *, fresh: bool) -> KeySet:
    known: OrderedDict[str, tuple[float, KeySet | None]] = context.memory.setdefault(_KEYS, OrderedDict())
    at, keys = known.get(address, (0.0, None))
    lasts = KEYS_REFRESH_SECONDS_MIN if fresh or keys is None else KEYS_LAST_SECONDS
    if address not in known or clock.monotonic() - at > lasts:
        # Without an answer the keys of before still count, and the tool is not asked again at once.
        with suppress(BadGateway):
            keys = await gateways.keys(context, address, rules=_rules(context))
        known[address] = (clock.monotonic(), keys)
        known.move_to_end(address)
        if len(known) > KEYS_OF_TOOLS_MAX:
            known.popitem(last=False)
    if keys is None:
        raise BadGateway
    return keys


def _rules(context: Context) -> Rules:
    sandbox = context.settings.profile == "sandbox"
    listed = tuple(part.strip() for part in context.settings.text(HOSTS).split(",") if part.strip())
    return Rules(listed or ("*",), plain=sandbox, reach="machine" if sandbox else "public")


async def public_keys(context: Context) -> list[dict[str, Any]]:
    """Return the keys that messages are checked with."""
    await _signing_key(context)
    async with context.database.reading(one_statement=True) as tx:
        return [msgspec.json.decode(key.public) for key in await store.keys(tx)]


async def rotate(context: Context, *, by: Actor) -> str:
    """Sign with a new key from now on; the two before stay published. Returns its id."""
    key = await _made(context)
    async with context.database.transaction() as tx:
        await store.add_key(tx, key, created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.tool.key-rotated", subject=f"tool-key/{key.id}")
    return key.id


async def forget(context: Context, *, learner_id: str) -> None:
    """Forget the launches of somebody who was erased, and the names by which tools know them."""
    async with context.database.transaction() as tx:
        await store.forget(tx, learner_id=learner_id)


async def _signing_key(context: Context) -> RSAKey:
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.keys(tx)
    if not kept:
        key = await _made(context)
        async with context.database.transaction() as tx:
            # Two at once: both keys are published, and the newest signs.
            await store.add_key(tx, key, created_at=clock.timestamp())
        kept = [key]
    private = msgspec.json.decode(context.keys.open(SEAL, kept[0].private_sealed, bound_to=kept[0].id))
    return RSAKey.import_key(private)


async def _made(context: Context) -> Key:
    # Making a key takes a good part of a second, which nobody else should wait for.
    made = await asyncio.to_thread(RSAKey.generate_key, model.KEY_BITS, private=True, auto_kid=True)
    told = {"use": "sig", "alg": model.ALGORITHM, "kid": made.kid}
    public = msgspec.json.encode({**made.as_dict(private=False), **told}).decode()
    private = msgspec.json.encode({**made.as_dict(private=True), **told})
    key_id = str(made.kid)
    return Key(key_id, public, context.keys.seal(SEAL, private, bound_to=key_id))

"""Use cases of tools: enter one, send a learner there, and sign the message that tells who comes.

The keys are RSA keys of this pillar's own, since LTI asks for RS256 and the keys that the platform derives are not RSA.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.platforms import model, store
from govstack.pillars.learn.learning.platforms.errors import NotOurLaunch, UnknownLink, UnknownTool
from govstack.pillars.learn.learning.platforms.model import Asked, Card, Launch, Link, LinkCard, Tool
from govstack.pillars.learn.learning.platforms.store import Key
from govstack.pillars.learn.people import service as people

SEAL = "lti-key"


@dataclass(frozen=True, slots=True)
class Message:
    """What the learner's browser hands to the tool."""

    redirect_uri: str
    id_token: str
    state: str
    link: Link


async def put_tool(context: Context, *, by: Actor, tool_id: str, card: Card) -> Tool:
    """Enter a tool or change it; raises NotATool."""
    plain = context.settings.profile == "sandbox"
    model.check_addresses(card.login_url, *card.redirect_uris, plain=plain)
    async with context.database.transaction() as tx:
        known = await store.tool(tx, tool_id)
        tool = Tool(tool_id, known.client_id if known else ids.new_id(), card)
        await store.put_tool(tx, tool, created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.tool.put", subject=f"tool/{tool_id}")
    return tool


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
    """Enter a link or change it; raises UnknownTool and NotATool."""
    model.check_addresses(card.target, plain=context.settings.profile == "sandbox")
    async with context.database.transaction() as tx:
        tool = await store.tool(tx, card.tool_id)
        if tool is None:
            raise UnknownTool
        await store.put_link(tx, link_id, card, created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.tool.link-put", subject=f"tool-link/{link_id}")
    return Link(link_id, card, tool)


async def links(context: Context) -> list[Link]:
    """Return the links to tools that are used."""
    async with context.database.reading(one_statement=True) as tx:
        return [one for one in await store.links(tx) if not one.tool.retired]


async def begin(context: Context, *, by: Actor, link_id: str) -> str:
    """Send whoever signed in to a tool; return where their browser goes. Raises UnknownLink."""
    learner = await people.me(context, by=by)
    now = clock.now()
    async with context.database.transaction() as tx:
        link = await store.link(tx, link_id)
        if link is None or link.tool.retired:
            raise UnknownLink
        ends = clock.timestamp(now + timedelta(seconds=model.LAUNCH_SECONDS))
        launch = Launch(ids.new_id(), link_id, learner.id, ends)
        await store.tidy(tx, before=clock.timestamp(now))
        await store.add_launch(tx, launch)
        await audit.record(tx, by=by, action="learn.tool.opened", subject=f"tool-link/{link_id}")
    return model.login_address(link.tool, link, launch, context.public_url)


async def message(context: Context, *, by: Actor, asked: Asked, language: str) -> Message:
    """Return the signed message for a tool that asks who comes, once for each launch. Raises NotOurLaunch."""
    learner = await people.me(context, by=by)
    key = await _signing_key(context)
    async with context.database.transaction() as tx:
        launch = await store.launch(tx, asked.lti_message_hint)
        link = await store.link(tx, launch.link_id) if launch else None
        if launch is None or link is None:
            raise NotOurLaunch
        model.check_asked(asked, link.tool, launch, learner.id)
        if not await store.use(tx, launch.id, at=clock.timestamp()):
            raise NotOurLaunch
        told = model.claims(
            link, launch, asked=asked, issuer=context.public_url, now=int(clock.now().timestamp()), name=learner.name,
            teaches=by.may(TEACH), language=language, platform=context.settings.text("INSTANCE"),
            title=link.card.title(language),
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.tool.told", subject=f"tool-link/{link.id}")
    header = {"alg": model.ALGORITHM, "kid": key.kid, "typ": "JWT"}
    token = jwt.encode(header, dict(told), key, algorithms=[model.ALGORITHM])
    return Message(asked.redirect_uri, token, asked.state, link)


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
    """Forget the launches of somebody who was erased."""
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

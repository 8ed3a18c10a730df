"""Rows of tools, links, launches and keys; private keys are sealed before they get here."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.platforms.model import KEYS_PUBLISHED_MAX, Card, Launch, Link, LinkCard, Tool

SQL = queries(__file__)
LISTED_MAX = 500


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a row holds it."""

    id: str
    public: str
    private_sealed: bytes


async def put_tool(tx: Transaction, tool: Tool, *, created_at: str) -> None:
    """Enter a tool or change it; the id by which it knows us stays."""
    card = msgspec.json.encode(tool.card).decode()
    await SQL.put_tool(tx, id=tool.id, client_id=tool.client_id, card=card, created_at=created_at)


async def tool(tx: Transaction, tool_id: str) -> Tool | None:
    """Return a tool."""
    row = await SQL.tool(tx, id=tool_id)
    return None if row is None else _tool(row["id"], row["client_id"], row["card"], row["retired_at"])


async def tool_of_client(tx: Transaction, client_id: str) -> Tool | None:
    """Return the tool that knows this platform by an id."""
    row = await SQL.tool_of_client(tx, client_id=client_id)
    return None if row is None else _tool(row["id"], row["client_id"], row["card"], row["retired_at"])


async def tools(tx: Transaction) -> list[Tool]:
    """Return the tools."""
    rows = await SQL.tools(tx, limit=LISTED_MAX)
    return [_tool(row["id"], row["client_id"], row["card"], row["retired_at"]) for row in rows]


def _tool(tool_id: str, client_id: str, card: str, retired_at: str | None) -> Tool:
    return Tool(tool_id, client_id, msgspec.json.decode(card, type=Card), retired=retired_at is not None)


async def retire(tx: Transaction, tool_id: str, *, at: str) -> bool:
    """Use a tool no more; false when it was not used before."""
    return bool(await SQL.retire(tx, id=tool_id, at=at))


async def put_link(tx: Transaction, link_id: str, card: LinkCard, *, created_at: str) -> None:
    """Enter a link or change it, and with it the line that is graded, which has its id."""
    text = msgspec.json.encode(card).decode()
    await SQL.put_link(tx, id=link_id, tool_id=card.tool_id, course_id=card.course_id, card=text, created_at=created_at)
    if card.graded is None:
        await SQL.uncouple(tx, id=link_id)
        return
    await SQL.put_line(
        tx, id=link_id, tool_id=card.tool_id, label=card.title("en"), maximum=card.graded.maximum,
        pass_percent=card.graded.pass_percent, resource_id=card.graded.resource_id, tag=card.graded.tag,
    )  # fmt: skip


async def link(tx: Transaction, link_id: str) -> Link | None:
    """Return a link with its tool."""
    row = await SQL.link(tx, id=link_id)
    return None if row is None else _link(row)


async def is_in_course(tx: Transaction, *, tool_id: str, course_id: str, link_id: str) -> bool:
    """Tell whether a tool has a link in a course, or this very one where it is named."""
    return await SQL.link_in_course(tx, tool_id=tool_id, course_id=course_id, id=link_id) is not None


async def links(tx: Transaction) -> list[Link]:
    """Return the links with their tools."""
    return [_link(row) for row in await SQL.links(tx, limit=LISTED_MAX)]


def _link(row: Row) -> Link:
    found = _tool(row["tool_id"], row["client_id"], row["tool_card"], row["retired_at"])
    return Link(row["id"], msgspec.json.decode(row["card"], type=LinkCard), found)


async def add_launch(tx: Transaction, launch: Launch) -> None:
    """Note that a learner is on the way, and forget those that were long ago."""
    await SQL.add_launch(
        tx, id=launch.id, link_id=launch.link_id, learner_id=launch.learner_id, expires_at=launch.expires_at
    )


async def launch(tx: Transaction, launch_id: str) -> Launch | None:
    """Return a learner's way to a tool."""
    row = await SQL.launch(tx, id=launch_id)
    return None if row is None else msgspec.convert(row, Launch, strict=False)


async def use(tx: Transaction, launch_id: str, *, at: str) -> bool:
    """Note that the tool was told who comes; false when it was told before, or too late."""
    return bool(await SQL.use(tx, id=launch_id, at=at))


async def tidy(tx: Transaction, *, before: str) -> None:
    """Forget launches of before a moment."""
    await SQL.tidy(tx, before=before)


async def subject(tx: Transaction, tool_id: str, learner_id: str, *, fresh: str) -> str:
    """Return by which name a tool knows a learner; the `fresh` one where it knew none."""
    await SQL.name_subject(tx, tool_id=tool_id, learner_id=learner_id, subject=fresh)
    row = await SQL.subject(tx, tool_id=tool_id, learner_id=learner_id)
    return str(row["subject"]) if row else fresh


async def learner(tx: Transaction, tool_id: str, subject: str) -> str:
    """Return the learner whom a tool knows by a name, "" when there is none."""
    row = await SQL.learner(tx, tool_id=tool_id, subject=subject)
    return "" if row is None else str(row["learner_id"])


async def forget(tx: Transaction, *, learner_id: str) -> None:
    """Forget the launches of a learner, and by which names tools know them."""
    await SQL.forget(tx, learner_id=learner_id)
    await SQL.forget_subject(tx, learner_id=learner_id)


async def keys(tx: Transaction) -> list[Key]:
    """Return the newest keys, the one that signs first."""
    return msgspec.convert(await SQL.keys(tx, limit=KEYS_PUBLISHED_MAX), list[Key], strict=False)


async def add_key(tx: Transaction, key: Key, *, created_at: str) -> None:
    """Add a key, which signs from now on."""
    await SQL.add_key(tx, id=key.id, public=key.public, private_sealed=key.private_sealed, created_at=created_at)

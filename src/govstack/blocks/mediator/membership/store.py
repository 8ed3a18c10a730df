"""Rows of members as membership writes them."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from govstack.blocks.mediator.directory.model import Member
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
_MEMBER_KEYS = ("instance", "member_class", "code")


async def insert_member(tx: Transaction, member: Member) -> None:
    """Add a member."""
    await SQL.insert_member(tx, **asdict(member))


async def update_member(tx: Transaction, member: Member) -> None:
    """Write everything about a member but its identity."""
    await SQL.update_member(tx, **{name: value for name, value in asdict(member).items() if name not in _MEMBER_KEYS})


async def members(
    tx: Transaction, *, instance: str, state: str, everything: bool, viewer: str, after: tuple[str, str], limit: int
) -> list[Member]:
    """Return members in order of class and code: all of them, or those that are accepted or the viewer's own."""
    rows = await SQL.members(
        tx,
        instance=instance,
        state=state,
        everything=everything,
        viewer=viewer,
        after_class=after[0],
        after_code=after[1],
        limit=limit,
    )
    return msgspec.convert(rows, list[Member], strict=False)


async def clear(tx: Transaction) -> None:
    """Remove every member of every instance, with all that is theirs."""
    await SQL.clear(tx)

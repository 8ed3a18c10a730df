"""Rows of choices, and of what told messages of tools from one another."""

from __future__ import annotations

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.choosing.model import Choice, Found

SQL = queries(__file__)


async def add(tx: Transaction, one: Choice) -> None:
    """Note that somebody is on the way to choose."""
    await SQL.add(
        tx, id=one.id, tool_id=one.tool_id, person_id=one.person_id, subject=one.subject, course_id=one.course_id,
        expires_at=one.expires_at,
    )  # fmt: skip


async def choice(tx: Transaction, choice_id: str, *, now: str) -> Choice | None:
    """Return somebody's way to a tool, while it lasts."""
    return _choice(await SQL.choice(tx, id=choice_id, now=now))


async def tell(
    tx: Transaction, choice_id: str, *, data_hash: str, language: str, expires_at: str, now: str
) -> bool:  # fmt: skip
    """Note that the tool was told; false when it was before, or too late."""
    return bool(
        await SQL.tell(tx, id=choice_id, data_hash=data_hash, language=language, expires_at=expires_at, now=now)
    )


async def awaited(tx: Transaction, *, data_hash: str, tool_id: str, now: str) -> Choice | None:
    """Return the choice that a tool has not answered yet."""
    return _choice(await SQL.awaited(tx, data_hash=data_hash, tool_id=tool_id, now=now))


async def answer(tx: Transaction, choice_id: str, *, page: str, found: Found) -> bool:
    """Keep what was chosen; false when the tool answered before."""
    return bool(await SQL.answer(tx, id=choice_id, page=page, found=msgspec.json.encode(found).decode()))


async def answered(tx: Transaction, *, page: str, person_id: str, now: str) -> Choice | None:
    """Return what somebody chose, by the address of its page."""
    return _choice(await SQL.answered(tx, page=page, person_id=person_id, now=now))


def _choice(row: Row | None) -> Choice | None:
    if row is None:
        return None
    found = msgspec.json.decode(row["found"], type=Found) if row["found"] else Found()
    return Choice(**{**row, "found": found})


async def drop(tx: Transaction, choice_id: str) -> bool:
    """Take a choice away; false when it was gone."""
    return bool(await SQL.drop(tx, id=choice_id))


async def add_nonce(tx: Transaction, *, hash: str, expires_at: str) -> bool:  # noqa: A002
    """Remember what told a message from others; false when it was used before."""
    return bool(await SQL.add_nonce(tx, hash=hash, expires_at=expires_at))


async def tidy(tx: Transaction, *, before: str) -> None:
    """Forget what ended before a moment."""
    await SQL.tidy(tx, before=before)
    await SQL.tidy_nonces(tx, before=before)


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Forget the choices of a person."""
    await SQL.forget(tx, person_id=person_id)

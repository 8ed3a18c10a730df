"""Rows of discussions."""

from __future__ import annotations

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.discussions.model import ANSWERS_MAX, Question, Reply

SQL = queries(__file__)
# Ids are letters and digits; this comes after each of them.
LAST = "~"


async def ask(tx: Transaction, question: Question) -> None:
    """Add a question."""
    await SQL.ask(
        tx, id=question.id, community_id=question.community_id, person_id=question.person_id, title=question.title,
        body=question.body, at=question.created_at,
    )  # fmt: skip


async def asked_since(tx: Transaction, *, person_id: str, since: str) -> int:
    """Return how much somebody asked since a moment."""
    return int(await SQL.asked_since(tx, person_id=person_id, since=since))


async def by_id(tx: Transaction, discussion_id: str) -> Question | None:
    """Return a question."""
    row = await SQL.by_id(tx, id=discussion_id)
    return None if row is None else msgspec.convert(row, Question, strict=False)


async def hold(tx: Transaction, discussion_id: str) -> tuple[bool, int]:
    """Return whether a question is closed, and how many answers it has; both stay until the transaction ends."""
    row = await SQL.hold(tx, id=discussion_id)
    return (bool(row["closed"]), int(row["answers"])) if row else (True, 0)


async def listed(tx: Transaction, *, community_id: str, before: str, hidden: bool, limit: int) -> list[Question]:
    """Return questions, the newest first."""
    rows = await SQL.listed(tx, community_id=community_id, before=before or LAST, hidden=int(hidden), limit=limit)
    return msgspec.convert(rows, list[Question], strict=False)


async def answer(tx: Transaction, reply: Reply) -> None:
    """Add an answer, and the time of the first one to its question."""
    await SQL.answer(
        tx, id=reply.id, discussion_id=reply.discussion_id, person_id=reply.person_id, body=reply.body,
        at=reply.created_at,
    )  # fmt: skip
    await SQL.answered(tx, id=reply.discussion_id, person_id=reply.person_id, at=reply.created_at)


async def answers(tx: Transaction, *, question: Question) -> list[Reply]:
    """Return the answers to a question, promoted ones first."""
    rows = await SQL.answers(
        tx, discussion_id=question.id, community_id=question.community_id, limit=ANSWERS_MAX
    )  # fmt: skip
    return msgspec.convert(rows, list[Reply], strict=False)


async def hide(tx: Transaction, *, discussion_id: str, answer_id: str, reason: str) -> bool:
    """Hide a question, or one of its answers; without a reason a question or answer is shown again."""
    if answer_id:
        return bool(await SQL.hide_answer(tx, id=answer_id, discussion_id=discussion_id, reason=reason))
    return bool(await SQL.hide(tx, id=discussion_id, reason=reason))


async def close(tx: Transaction, *, discussion_id: str, closed: bool) -> None:
    """Close a discussion, or open it again."""
    await SQL.close(tx, id=discussion_id, closed=int(closed))


async def promote(tx: Transaction, *, discussion_id: str, answer_id: str, promoted: bool) -> bool:
    """Put an answer first, or back into its place; false when it is hidden or unknown."""
    return bool(await SQL.promote(tx, id=answer_id, discussion_id=discussion_id, promoted=int(promoted)))


async def keep(tx: Transaction, *, answer_id: str, item_id: str) -> bool:
    """Write which item was made of an answer; false when one was made before, or the answer is hidden."""
    return bool(await SQL.kept(tx, id=answer_id, item_id=item_id))


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Take a person's name from what they wrote."""
    await SQL.forget(tx, person_id=person_id)
    await SQL.forget_answers(tx, person_id=person_id)

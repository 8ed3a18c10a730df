"""Rows of proposals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.proposals.model import Proposal, Said, State, Subject

SQL = queries(__file__)


async def add(tx: Transaction, proposal: Proposal) -> bool:
    """Enter a proposal; false for a claim of whoever waits for this topic already."""
    said = proposal.said
    return bool(
        await SQL.add(
            tx, id=proposal.id, subject=said.subject.value, about_id=said.about_id or None,
            person_id=proposal.person_id, name=said.name, text=said.text, sources="\n".join(said.sources),
            created_at=proposal.created_at,
        )
    )  # fmt: skip


async def proposed_since(tx: Transaction, *, person_id: str, since: str) -> int:
    """Count what somebody proposed since a moment."""
    return int(await SQL.proposed_since(tx, person_id=person_id, since=since))


async def granted(tx: Transaction, *, person_id: str) -> list[str]:
    """Return the topics that were given to somebody."""
    return [row["record_id"] for row in await SQL.granted(tx, person_id=person_id)]


async def by_id(tx: Transaction, proposal_id: str) -> Proposal | None:
    """Return a proposal."""
    row = await SQL.by_id(tx, id=proposal_id)
    return None if row is None else _proposal(row)


async def of_person(tx: Transaction, *, person_id: str, before: str, limit: int) -> list[Proposal]:
    """Return what somebody proposed, the newest first."""
    return [_proposal(row) for row in await SQL.of_person(tx, person_id=person_id, before=before, limit=limit)]


async def waiting(tx: Transaction, *, subjects: Collection[Subject], after: str, limit: int) -> list[Proposal]:
    """Return what waits of some subjects, what came first first; claims wait with topics."""
    wanted = {one.value: int(one in subjects) for one in Subject if one is not Subject.CLAIM}
    return [_proposal(row) for row in await SQL.waiting(tx, **wanted, after=after, limit=limit)]


async def count_waiting(tx: Transaction, *, subjects: Collection[Subject]) -> int:
    """Count what waits of some subjects."""
    wanted = {one.value: int(one in subjects) for one in Subject if one is not Subject.CLAIM}
    return int(await SQL.count_waiting(tx, **wanted))


async def own_claim(tx: Transaction, *, topic_id: str, person_id: str) -> str:
    """Return the claim of a topic by which somebody waits, "" for none."""
    return str(await SQL.own_claim(tx, about_id=topic_id, person_id=person_id) or "")


async def rivals(tx: Transaction, topic_id: str) -> list[Proposal]:
    """Return the claims of a topic that wait."""
    return [_proposal(row) for row in await SQL.rivals(tx, about_id=topic_id)]


async def withdraw(tx: Transaction, proposal_id: str, *, person_id: str) -> bool:
    """Delete what somebody proposed while it waits; false where it was decided on."""
    return bool(await SQL.withdraw(tx, id=proposal_id, person_id=person_id))


async def decide(
    tx: Transaction, proposal_id: str, *, state: State, reason: str, record_id: str, by: str, at: str
) -> bool:
    """Write what became of a proposal; false where it was decided on."""
    return bool(
        await SQL.decide(
            tx, id=proposal_id, state=state.value, reason=reason, record_id=record_id or None, decided_by=by, at=at
        )
    )  # fmt: skip


async def let_go(tx: Transaction, *, before: str) -> int:
    """Delete what was decided before a moment; return how much that was."""
    return int(await SQL.let_go(tx, before=before))


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Take away what somebody proposed that waits, and their name from the rest."""
    await SQL.forget_waiting(tx, person_id=person_id)
    await SQL.forget(tx, person_id=person_id)


def _proposal(row: Mapping[str, Any]) -> Proposal:
    sources = str(row["sources"]).split("\n") if row["sources"] else []
    said = Said(Subject(row["subject"]), row["name"], row["text"], sources, row["about_id"] or "")
    return Proposal(
        row["id"], said, row["person_id"], row["created_at"], State(row["state"]), row["reason"],
        row["record_id"] or "", row["decided_at"] or "",
    )  # fmt: skip

"""Rows of candidates."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.deduplication.model import Decision
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate as it is kept; the reason is sealed."""

    id: str
    person_id: str
    score: int
    decision: Decision
    reason: bytes | None
    decided_by: str
    decided_at: str


async def add(tx: Transaction, *, candidate_id: str, enrolment_id: str, person_id: str, score: int) -> None:
    """Add a candidate; of one who was found before, only another score is news, and nothing is decided then."""
    await SQL.add_candidate(tx, id=candidate_id, enrolment_id=enrolment_id, person_id=person_id, score=score)


async def candidates(tx: Transaction, *, enrolment_id: str) -> list[Row]:
    """Return the candidates of an enrolment, the likeliest first."""
    return msgspec.convert(await SQL.candidates_of(tx, enrolment_id=enrolment_id), list[Row], strict=False)


async def decide(
    tx: Transaction, *, enrolment_id: str, candidate_id: str, decision: Decision, reason: bytes, by: str, at: str
) -> bool:
    """Write what was decided; false when there is no such candidate."""
    return bool(
        await SQL.decide_candidate(
            tx, id=candidate_id, enrolment_id=enrolment_id, decision=decision.value, reason=reason, decided_by=by, at=at
        )
    )

"""Candidates of an enrolment and the pure decision what follows from what an officer said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.blocks.identity.deduplication.errors import ReasonMissing, SeveralSame

REASON_CHARACTERS_MAX = 1_000


class Decision(StrEnum):
    """What an officer said of a candidate."""

    UNDECIDED = "undecided"
    SAME = "same"
    DIFFERENT = "different"
    LOOK = "look"


class Verdict(StrEnum):
    """What follows for the enrolment."""

    CLEAR = "clear"
    HELD = "held"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody registered who may be the person of an enrolment; the score goes to 100."""

    id: str
    person_id: str
    score: int
    decision: Decision = Decision.UNDECIDED
    reason: str = ""
    decided_by: str = ""
    decided_at: str = ""


def verdict(candidates: Sequence[Candidate]) -> Verdict:
    """Return what follows: one who is the same settles it, one who is not yet told apart holds it up."""
    decisions = {one.decision for one in candidates}
    if Decision.SAME in decisions:
        return Verdict.SAME
    return Verdict.HELD if decisions & {Decision.UNDECIDED, Decision.LOOK} else Verdict.CLEAR


def check_decision(candidates: Sequence[Candidate], *, candidate_id: str, decision: Decision, reason: str) -> None:
    """Refuse a decision without a reason, and a second person to be the same as."""
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX:
        raise ReasonMissing(fields={"reason": ReasonMissing.title})
    others = [one for one in candidates if one.decision is Decision.SAME and one.id != candidate_id]
    if decision is Decision.SAME and others:
        raise SeveralSame(fields={"decision": SeveralSame.title})

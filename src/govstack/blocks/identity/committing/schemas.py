"""Wire shapes of decisions about duplicates and of what came of an enrolment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.blocks.identity.committing.model import Outcome
from govstack.blocks.identity.committing.service import Compared
from govstack.blocks.identity.deduplication.model import REASON_CHARACTERS_MAX, Decision


class DecisionBody(msgspec.Struct, frozen=True):
    """Who a candidate is, and why."""

    decision: Literal["same", "different", "look"]
    reason: Annotated[str, Meta(min_length=1, max_length=REASON_CHARACTERS_MAX)]


class CandidateAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody registered who may be the person of the enrolment."""

    id: str
    score: int
    name: str
    birthdate: str
    gender: str
    decision: Decision
    reason: str
    decided_by: str
    decided_at: str


class CandidateList(msgspec.Struct, frozen=True):
    """Candidates, the likeliest first."""

    candidates: list[CandidateAnswer]


class OutcomeAnswer(msgspec.Struct, frozen=True):
    """The number to hand to the person, empty where none was given, and whether a message went to them."""

    vid: str
    told: bool


def candidates(found: Sequence[Compared]) -> CandidateList:
    """Return candidates as the API shows them."""
    return CandidateList(
        [
            CandidateAnswer(
                one.candidate.id, one.candidate.score, one.person.display_name,
                one.person.claim("birthdate"), one.person.claim("gender"), one.candidate.decision, one.candidate.reason,
                one.candidate.decided_by, one.candidate.decided_at,
            )
            for one in found
        ]
    )  # fmt: skip


def outcome(made: Outcome | None) -> OutcomeAnswer:
    """Return what came of an enrolment."""
    return OutcomeAnswer(made.vid, made.told) if made else OutcomeAnswer("", told=False)

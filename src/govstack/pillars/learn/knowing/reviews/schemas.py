"""Wire shapes of reviews."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.knowing.reviews.model import Comment, Decision, Times


class Interest(msgspec.Struct, frozen=True):
    """The interest that a reviewer declares; nothing declares that there is none."""

    conflict: Comment = ""


class DecisionGiven(msgspec.Struct, frozen=True):
    """What a reviewer decides, and why."""

    decision: Decision
    comment: Comment = ""


class VoiceShown(msgspec.Struct, frozen=True, rename="camel"):
    """What a reviewer said."""

    reviewer: str
    conflict: str
    decision: str
    comment: str
    at: str


class Voices(msgspec.Struct, frozen=True):
    """What was said in a round, and what it comes to."""

    voices: list[VoiceShown]
    outcome: str
    open: bool


class ChallengeTime(msgspec.Struct, frozen=True):
    """A challenge, how many days it is open or was, and whether it was resolved."""

    id: str
    challenge: str
    days: int
    resolved: bool


class ChallengeTimes(msgspec.Struct, frozen=True, rename="camel"):
    """Challenges with their days, and the median of those resolved (none without any)."""

    challenges: list[ChallengeTime]
    median_days: float | None

    @classmethod
    def of(cls, found: Times) -> ChallengeTimes:
        """Return times as they are answered."""
        told = [
            ChallengeTime(one.id, str(one.content["challenge"]), days, resolved)
            for resolved, part in ((False, found.open), (True, found.resolved))
            for one, days in part
        ]
        return cls(told, found.median)

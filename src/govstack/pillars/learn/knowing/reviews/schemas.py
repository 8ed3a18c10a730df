"""Wire shapes of reviews."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.knowing.reviews.model import Comment, Decision


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

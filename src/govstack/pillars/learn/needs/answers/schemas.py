"""Wire shapes of answers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.answers.model import BATCH_MAX, Attendee, Response, Taken, Taking
from govstack.pillars.learn.needs.answers.service import Spoken
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.scoring.model import Mark


class Batch(msgspec.Struct, frozen=True):
    """Responses to be taken in."""

    responses: Annotated[tuple[Response, ...], Meta(min_length=1, max_length=BATCH_MAX)]


class TakenAnswer(msgspec.Struct, frozen=True):
    """What became of a response; `fields` say what was wrong with which answer."""

    id: str
    outcome: Taking
    fields: dict[str, str] = {}


class BatchAnswer(msgspec.Struct, frozen=True):
    """What became of each response, in the order they were sent."""

    responses: list[TakenAnswer]

    @classmethod
    def of(cls, taken: list[Taken]) -> BatchAnswer:
        """Return what became of responses."""
        return cls([TakenAnswer(one.id, one.taking, dict(one.fields)) for one in taken])


class SpokenAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A response as it was given."""

    id: str
    rater: Rater
    answered_at: str
    confidence: str
    meeting: str
    answers: dict[str, Mark]
    texts: dict[str, str]
    evidence: dict[str, str]
    notes: str
    attendance: list[Attendee]


class AboutAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """Everything that was said about somebody in a campaign, newest first."""

    campaign_id: str
    responses: list[SpokenAnswer]


class AskAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """Something that somebody is asked to rate; `state` is open, begun or answered."""

    campaign_id: str
    member_id: str
    rater: Rater
    about: str
    state: str
    closes_on: str


class AskList(msgspec.Struct, frozen=True):
    """What somebody is asked to rate."""

    asks: list[AskAnswer]


def spoken(one: Spoken) -> SpokenAnswer:
    """Return a response as it is answered."""
    return SpokenAnswer(
        one.kept.id, one.kept.rater, one.kept.answered_at, one.kept.confidence, one.kept.meeting, one.kept.marks,
        one.said.texts, one.said.evidence, one.said.notes, list(one.attendance),
    )  # fmt: skip

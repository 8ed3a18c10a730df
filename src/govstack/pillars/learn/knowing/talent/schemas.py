"""Wire shapes of the talent archive."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.talent import model

Word = Annotated[str, Meta(max_length=100)]


class Expert(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Somebody who was found, with what they show."""

    learner_id: str
    name: str
    organisation_id: str
    languages: list[str]
    clearance: str
    availability: str
    level: int | None
    rater_type: str
    rated_on: str


class Experts(msgspec.Struct, frozen=True):
    """Experts, the highest level first, 100 at most."""

    experts: list[Expert]


class SearchQuery(msgspec.Struct, frozen=True):
    """What somebody looks for on a page; `search` tells that they looked."""

    search: Word = ""
    competency: Annotated[str, Meta(max_length=200)] = ""
    level: Word = ""
    evidence: Word = ""
    language: Word = ""
    clearance: Word = ""
    availability: Word = ""


def expert(one: model.Expert) -> Expert:
    """Return an expert as sent."""
    return Expert(
        learner_id=one.person_id, name=one.name, organisation_id=one.organisation_id, languages=list(one.languages),
        clearance=one.clearance, availability=one.availability, level=one.level, rater_type=one.rater_type,
        rated_on=one.rated_on,
    )  # fmt: skip

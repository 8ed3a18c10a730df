"""Use cases of outcomes: a scored test, an issued badge and answers about people become ratings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Kept, marks_of
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.model import Instrument
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.errors import RatingRefused
from govstack.pillars.learn.needs.ratings.model import RatingGiven
from govstack.pillars.learn.outcomes.model import (
    RATERS,
    level_of,
    of_answers,
    of_badge,
    of_test,
)

BY = Actor.system("outcomes")
_log = structlog.get_logger(__name__)


async def take_test(context: Context, *, event: dict[str, Any]) -> None:
    """Keep what a test says of a competency; a competency that is not known here, or not rated, is left alone."""
    competency = (await frameworks.by_ids(context, competency_ids=[event["competencyId"]])).get(event["competencyId"])
    scale = (await frameworks.scales(context)).get(competency.scale_id) if competency else None
    rating = of_test(event, competency, scale) if competency and scale else None
    if rating:
        await _rate(context, [rating])


async def take_badge(context: Context, *, event: dict[str, Any]) -> None:
    """Keep what a badge proves, where it says a level of a competency that is known here."""
    if not event["level"] or not event["competencyCode"]:
        return
    async with context.database.reading() as tx:
        found = await frameworks.aligned_in(tx, framework=event["framework"], code=event["competencyCode"])
    able = (one for one, scale in found or () if one.allows(scale, event["level"]))
    competency = next(able, None)
    if competency:
        await _rate(context, [of_badge(event, competency, on=clock.today().isoformat())])


async def take_answers(context: Context, *, event: dict[str, Any]) -> None:
    """Keep what responses to a campaign say of the competencies of people, each with the day it was answered.

    Told again, or in another order, the ratings are the same: each has its id from the response, and one that a newer
    response of the same rater has replaced says nothing any more. What is said of organisations is no rating.
    """
    campaign = await campaigns.campaign(context, campaign_id=event["campaignId"])
    if not campaign.personal or not campaign.frozen.rating:
        return
    rated = await instruments.rateable(context, instrument=campaign.frozen)
    kept = await answers.standing(context, campaign_id=campaign.id, response_ids=event.get("responseIds", []))
    given = [
        rating for response, person_id in kept if response.rater in RATERS
        for rating in _of_response(campaign.frozen, response, person_id, rated)
    ]  # fmt: skip
    known = await ratings.known(context, rating_ids=[one.id for one in given])
    new = [one for one in given if one.id not in known]
    wrong = await ratings.faults(context, ratings=new)
    if wrong:
        _log.info("answers-not-rated", faults=len(wrong))
    right = [one for place, one in enumerate(new) if place not in wrong]
    if right:
        # Whoever was erased in this moment lets the whole batch be refused: it is taken up again without them.
        await ratings.rate(context, by=BY, ratings=right)


def _of_response(
    instrument: Instrument, kept: Kept, person_id: str, rated: Mapping[str, tuple[Competency, Scale]]
) -> list[RatingGiven]:  # fmt: skip
    said: dict[str, list[tuple[int, str]]] = {}
    named: dict[str, Competency] = {}
    marks = marks_of(kept.answers)
    for item in instrument.rating:
        if item.id in rated and item.id in marks:
            competency, scale = rated[item.id]
            level = level_of(marks[item.id].choice, instrument.scale_of(item), competency, scale)
            if level is not None:
                said.setdefault(competency.id, []).append((level, marks[item.id].confidence))
                named[competency.id] = competency
    return [of_answers(kept, person_id, named[one], levels) for one, levels in said.items()]


async def _rate(context: Context, given: list[Any]) -> None:
    try:
        await ratings.rate(context, by=BY, ratings=given)
    except RatingRefused as error:
        # The person was erased meanwhile, or the competency has no such level: there is nobody to tell.
        _log.info("outcome-not-rated", faults=len(error.fields))

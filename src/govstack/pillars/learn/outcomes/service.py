"""Use cases of outcomes: a scored test and an issued badge become ratings."""

from __future__ import annotations

from typing import Any

import structlog

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.frameworks import service as frameworks
from govstack.pillars.learn.outcomes.model import of_badge, of_test
from govstack.pillars.learn.ratings import service as ratings
from govstack.pillars.learn.ratings.errors import RatingRefused

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
    known = await frameworks.competencies(context, framework_id=event["framework"])
    competency = next((one for one in known if one.code == event["competencyCode"]), None)
    if competency:
        await _rate(context, [of_badge(event, competency, on=clock.timestamp()[:10])])


async def _rate(context: Context, given: list[Any]) -> None:
    try:
        await ratings.rate(context, by=BY, ratings=given)
    except RatingRefused as error:
        # The person was erased meanwhile, or the competency has no such level: there is nobody to tell.
        _log.info("outcome-not-rated", faults=len(error.fields))

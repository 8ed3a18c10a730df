"""The operations on ratings."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.needs.ratings import schemas, service
from govstack.pillars.learn.needs.ratings.errors import NotYoursToRate, NotYoursToSee, RatingRefused, RatingTaken

routes = Routes(tags=("Ratings",))


@routes.post(
    "/ratings", access=by_policy("rates oneself or those who report to one, or enters for the training unit"),
    body=schemas.RatingsGiven, answer=schemas.RatingList, status=201, operation_id="addRatings",
    errors=(NotYoursToRate, RatingRefused, RatingTaken),
)  # fmt: skip
async def add_ratings(call: Call, body: schemas.RatingsGiven) -> schemas.RatingList:
    """Add ratings beside those that are there; sent again under the same ids they change nothing."""
    return schemas.RatingList(await service.rate_as(call.context, by=call.actor, ratings=body.ratings))


@routes.get(
    "/people/{learnerId}/ratings", access=by_policy("is the person, their manager or the training unit"),
    query=schemas.RatingsQuery, answer=schemas.RatingList, operation_id="listRatings", errors=(NotYoursToSee,),
)  # fmt: skip
async def list_ratings(call: Call) -> schemas.RatingList:
    """List all that was said of a person, the last first."""
    found = await service.of_person(
        call.context, by=call.actor, person_id=call.path["learnerId"], competency_id=call.query.competency
    )
    return schemas.RatingList(found)

"""From what was proven to a level."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from govstack.pillars.learn.frameworks.model import Competency, Scale
from govstack.pillars.learn.ratings.model import Confidence, RaterType, RatingGiven

# Ours: with fewer items a result says little.
SURE_ITEMS_MIN = 5


def of_test(event: Mapping[str, Any], competency: Competency, scale: Scale) -> RatingGiven | None:
    """Return the rating that a test comes to: the levels of the competency share the way to 100 % evenly (ours).

    None where nothing was right.
    """
    levels = competency.offered(scale)
    place = ceil(event["percent"] / 100 * len(levels))
    if not place:
        return None
    sure = event["items"] >= SURE_ITEMS_MIN
    return RatingGiven(
        id=f"test-{event['attemptId']}-{competency.id}"[:100], person_id=event["personId"],
        competency_id=competency.id, level=levels[place - 1].ordinal, rater_type=RaterType.TEST,
        confidence=Confidence.HIGH if sure else Confidence.LOW, rated_on=event["at"][:10],
        source=f"test/{event['testId']}",
    )  # fmt: skip


def of_badge(event: Mapping[str, Any], competency: Competency, *, on: str) -> RatingGiven:
    """Return the rating that a badge comes to."""
    return RatingGiven(
        id=f"badge-{event['badgeId']}"[:100], person_id=event["personId"], competency_id=competency.id,
        level=event["level"], rater_type=RaterType.CREDENTIAL, confidence=Confidence.HIGH, rated_on=on,
        source=f"badge/{event['badgeId']}",
    )  # fmt: skip

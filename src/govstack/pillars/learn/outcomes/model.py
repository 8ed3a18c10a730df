"""From what was proven to a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from govstack.kernel import clock, crypto
from govstack.pillars.learn.needs.answers.model import Kept
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.frameworks.model import NONE_YET, Competency, Scale
from govstack.pillars.learn.needs.instruments.model import ChoiceKind, same_scale
from govstack.pillars.learn.needs.instruments.model import Scale as Asked
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType, RatingGiven

# A group rates organisations; what it says is of no person.
RATERS = {
    Rater.SELF: RaterType.SELF, Rater.MANAGER: RaterType.MANAGER, Rater.TEST: RaterType.TEST,
    Rater.EVIDENCE: RaterType.EVIDENCE,
}  # fmt: skip
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
        confidence=Confidence.HIGH if sure else Confidence.LOW, rated_on=clock.day(event["at"]).isoformat(),
        source=f"test/{event['testId']}",
    )  # fmt: skip


def level_of(choice_id: str, asked: Asked, competency: Competency, scale: Scale) -> int | None:
    """Return the level of a competency that a choice says, None where it says none.

    Only a scale that is the one of the competency says anything: no level is ever converted into another.
    """
    if not same_scale(asked, competency, scale):
        return None
    choice = next((one for one in asked.choices if one.id == choice_id), None)
    if choice is None or choice.kind not in {ChoiceKind.LEVEL, ChoiceKind.ABSENT}:
        return None
    ordinals = {one.code: one.ordinal for one in scale.levels}
    level = NONE_YET if choice.kind is ChoiceKind.ABSENT else ordinals[choice.id]
    return level if competency.allows(scale, level) else None


def lower_middle(levels: Sequence[int]) -> int:
    """Return the lower middle one of levels, as where instruments are scored; levels are never averaged."""
    return sorted(levels)[(len(levels) - 1) // 2]


def of_answers(
    kept: Kept, person_id: str, competency: Competency, said: Sequence[tuple[int, str]]
) -> RatingGiven:  # fmt: skip
    """Return the rating that a response comes to for one competency; `said` are levels, each with how sure it is.

    The least sure answer says how sure the rating is, the response itself where no answer does.
    """
    sure = [Confidence(confidence) for _level, confidence in said if confidence]
    least = min(sure, key=list(Confidence).index) if sure else Confidence(kept.confidence or Confidence.MEDIUM)
    return RatingGiven(
        id=f"answer-{crypto.digest(f'{kept.id}/{competency.id}'.encode())}", person_id=person_id,
        competency_id=competency.id, level=lower_middle([level for level, _confidence in said]),
        rater_type=RATERS[kept.rater], confidence=least, rated_on=clock.day(kept.answered_at).isoformat(),
        source=f"campaign/{kept.campaign_id}", rater_id=kept.rater_id or "",
    )  # fmt: skip


def of_badge(event: Mapping[str, Any], competency: Competency, *, on: str) -> RatingGiven:
    """Return the rating that a badge comes to."""
    return RatingGiven(
        id=f"badge-{event['badgeId']}"[:100], person_id=event["personId"], competency_id=competency.id,
        level=event["level"], rater_type=RaterType.CREDENTIAL, confidence=Confidence.HIGH, rated_on=on,
        source=f"badge/{event['badgeId']}",
    )  # fmt: skip

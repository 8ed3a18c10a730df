"""What tests and badges say becomes ratings, once, and only where it can be said."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.frameworks import service as frameworks
from govstack.pillars.learn.gaps import service as gaps
from govstack.pillars.learn.outcomes import service
from govstack.pillars.learn.ratings import service as ratings
from govstack.pillars.learn.ratings.model import Confidence, RaterType
from tests.builders.learning import OFFICER, Learn, civil_servant, learn
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await frameworks.install(made.context)
    await civil_servant(made.context, "p-1")
    return made


async def a_competency(pillar: Learn) -> Any:
    """Return a competency that people are rated on."""
    scales = await frameworks.scales(pillar.context)
    for one in await frameworks.competencies(pillar.context):
        if one.scale_id in scales and len(one.offered(scales[one.scale_id])) > 1:
            return one
    raise AssertionError("No competency is rated.")


def scored(competency_id: str, percent: float, **more: Any) -> dict[str, Any]:
    return {
        "attemptId": "a-1", "testId": "t-1", "part": "post", "personId": "p-1", "competencyId": competency_id,
        "percent": percent, "at": clock.timestamp(), "items": 10, **more,
    }  # fmt: skip


@pytest.mark.requirement("F1.2", "F6.1")
@pytest.mark.parametrize(("percent", "place"), [(100, -1), (1, 0)])
async def test_a_test_becomes_one_rating_however_often_it_is_told(pillar: Learn, percent: float, place: int) -> None:
    competency = await a_competency(pillar)
    levels = competency.offered((await frameworks.scales(pillar.context))[competency.scale_id])

    for _ in range(2):
        await service.take_test(pillar.context, event=scored(competency.id, percent))
    found = await ratings.of_person(pillar.context, by=OFFICER, person_id="p-1")

    assert [(one.level, one.rater_type, one.source) for one in found] == [
        (levels[place].ordinal, RaterType.TEST, "test/t-1")
    ]


async def test_nothing_right_few_items_and_unknown_competencies_say_little_or_nothing(pillar: Learn) -> None:
    competency = await a_competency(pillar)

    await service.take_test(pillar.context, event=scored(competency.id, 0))
    await service.take_test(pillar.context, event=scored("unheard-of", 100))
    await service.take_test(pillar.context, event=scored(competency.id, 100, personId="nobody", attemptId="a-3"))
    await service.take_test(pillar.context, event=scored(competency.id, 100, items=2, attemptId="a-4"))
    found = await ratings.of_person(pillar.context, by=OFFICER, person_id="p-1")

    assert [one.confidence for one in found] == [Confidence.LOW]


async def test_a_badge_with_a_level_is_the_proof_that_counts_first(pillar: Learn) -> None:
    competency = await a_competency(pillar)
    level = competency.offered((await frameworks.scales(pillar.context))[competency.scale_id])[0].ordinal
    badge = {
        "badgeId": "b-1", "personId": "p-1", "achievementId": "x", "framework": competency.framework_id,
        "competencyCode": competency.code, "level": level,
    }  # fmt: skip

    await service.take_badge(pillar.context, event=badge)
    await service.take_badge(pillar.context, event={**badge, "badgeId": "b-2", "level": 0})
    await service.take_badge(pillar.context, event={**badge, "badgeId": "b-3", "competencyCode": "Z.9"})
    found = await ratings.of_person(pillar.context, by=OFFICER, person_id="p-1")

    assert [(one.id, one.level, one.rater_type) for one in found] == [("badge-b-1", level, RaterType.CREDENTIAL)]
    assert await gaps.gaps_of(pillar.context, person_ids=["p-1"]) == {"p-1": []}

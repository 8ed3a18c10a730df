"""What tests, badges and answers about people say becomes ratings, once, and only where it can be said."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.manifest import FORGETTING
from govstack.pillars.learn.needs.answers.service import ANSWERED
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType
from govstack.pillars.learn.outcomes import service
from govstack.pillars.learn.outcomes.tasks import SUBSCRIPTIONS
from tests.builders.campaigns import answered, campaign, document, response, today
from tests.builders.learning import OFFICER, Learn, civil_servant, heard, learn, ministry, page
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

    written = {**badge, "framework": competency.framework_id.upper()}
    await service.take_badge(pillar.context, event=written)
    await service.take_badge(pillar.context, event={**badge, "badgeId": "b-2", "level": 0})
    await service.take_badge(pillar.context, event={**badge, "badgeId": "b-3", "competencyCode": "Z.9"})
    found = await ratings.of_person(pillar.context, by=OFFICER, person_id="p-1")

    assert [(one.id, one.level, one.rater_type) for one in found] == [("badge-b-1", level, RaterType.CREDENTIAL)]
    assert await gaps.gaps_of(pillar.context, person_ids=["p-1"]) == {"p-1": []}


TOPIC = {"framework": "govstack-topics", "code": "agile"}
LEVELS = ("knowledge", "comprehension", "application")
Said = tuple[int, RaterType, str, str]


def asking(scale_id: str = "bloom", levels: tuple[str, ...] = LEVELS, **more: Any) -> dict[str, Any]:
    """Return what an instrument is made of that asks twice about one topic, and once about none."""
    choices: list[dict[str, Any]] = [{"id": one, "titles": {"en": one.title()}} for one in levels]
    choices += [
        {"id": "none", "kind": "absent", "titles": {"en": "None yet"}},
        {"id": "not-assessed", "kind": "unassessed", "titles": {"en": "Not assessed"}},
    ]
    items = [
        {"id": name, "section": "work", "scale": scale_id, "texts": {"en": f"How well do you {name}?"}, **named}
        for name, named in (("plan", {"competency": TOPIC}), ("talk", {"competency": TOPIC}), ("rules", {}))
    ]
    return {"scales": [{"id": scale_id, "choices": choices}], "items": items, **more}


def given(plan: str, talk: str = "", **more: Any) -> Any:
    """Return answers about p-1."""
    return response(given={"plan": plan, "talk": talk, "rules": plan}, **more)


async def rated(pillar: Learn) -> list[Said]:
    """Let outcomes hear of answers, and return the ratings of p-1 as level, rater, confidence and day."""
    await heard(pillar.context, ANSWERED, SUBSCRIPTIONS[ANSWERED])
    found = await ratings.of_person(pillar.context, by=OFFICER, person_id="p-1", competency_id="topics:agile")
    assert {one.source for one in found} <= {"campaign/spring"}
    return sorted((one.level, one.rater_type, str(one.confidence), one.rated_on) for one in found)


@pytest.mark.requirement("F1.2")
@pytest.mark.parametrize(
    ("answers", "level"),
    [
        (("application", ""), [3]),
        (("application", "knowledge"), [1]),
        (("none", ""), [0]),
        (("not-assessed", ""), []),
    ],
)
async def test_an_answer_about_a_competency_is_one_rating_of_the_person(
    pillar: Learn, answers: tuple[str, str], level: list[int]
) -> None:
    await campaign(pillar.context, **asking())
    await answered(pillar.context, given(*answers))

    found = [await rated(pillar), await rated(pillar)]

    assert [[one[0] for one in each] for each in found] == [level, level]


@pytest.mark.requirement("F1.2", "F5.1")
async def test_raters_stand_beside_each_other_with_the_day_and_how_sure_they_were(pillar: Learn) -> None:
    await campaign(pillar.context, raters=(Rater.SELF, Rater.MANAGER, Rater.TEST, Rater.EVIDENCE), **asking())
    await answered(
        pillar.context,
        given("knowledge", answered_at=f"{today(-5)}T09:00:00Z", confidence="low"),
        given("comprehension", rater=Rater.MANAGER),
        given("application", rater=Rater.TEST, confidence="high"),
        given("none", rater=Rater.EVIDENCE),
    )

    assert await rated(pillar) == [
        (0, RaterType.EVIDENCE, "medium", today()), (1, RaterType.SELF, "low", today(-5)),
        (2, RaterType.MANAGER, "medium", today()), (3, RaterType.TEST, "high", today()),
    ]  # fmt: skip


async def test_of_two_answers_of_one_rater_the_newer_counts_in_whatever_order_they_come(pillar: Learn) -> None:
    await campaign(pillar.context, **asking())
    await answered(pillar.context, given("application", answered_at=f"{today(-2)}T10:00:00Z"))
    first = await rated(pillar)
    await answered(pillar.context, given("knowledge", answered_at=f"{today(-2)}T09:00:00Z"))
    later = await rated(pillar)

    assert [one[0] for one in first] == [3]
    assert later == first


async def test_answers_that_come_in_late_are_rated_on_the_day_they_were_given(pillar: Learn) -> None:
    await campaign(pillar.context, **asking())
    with clock.fixed(clock.parse(f"{today(25)}T12:00:00Z")):
        await campaigns.close_overdue(pillar.context)
        await answered(pillar.context, given("application", answered_at=f"{today(-25 - 5)}T09:00:00Z"))
        day = today(-25 - 5)
        found = await rated(pillar)

    assert found == [(3, RaterType.SELF, "medium", day)]


@pytest.mark.parametrize(
    "other",
    [
        asking("capacity"),
        asking("bloom", ("basic", "moderate", "high")),
        {"items": [{**one, "competency": {**TOPIC, "code": "unheard-of"}} for one in asking()["items"]]},
    ],
)
async def test_no_answer_is_converted_from_another_scale_and_the_page_of_the_instrument_says_so(
    pillar: Learn, other: dict[str, Any]
) -> None:
    made = {**asking(), **other}
    await campaign(pillar.context, **made)
    await answered(pillar.context, given(made["scales"][0]["choices"][2]["id"]))
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/instruments/skills")

    assert await rated(pillar) == []
    assert "is not known here, or has another scale" in shown


async def test_answers_of_groups_and_about_organisations_are_ratings_of_nobody(pillar: Learn) -> None:
    await ministry(pillar.context)
    await civil_servant(pillar.context, "p-1", organisation_id="finance")
    unnamed = [{**one, "competency": None} for one in asking()["items"]]
    with pytest.raises(FaultyInstrument) as wrong:
        instruments.checked(document(**asking(unit="organisation")))
    await campaign(pillar.context, raters=(Rater.GROUP,), **asking())
    await answered(pillar.context, given("application", rater=Rater.GROUP))
    found = await rated(pillar)
    organisations = asking(unit="organisation", items=unnamed, id="readiness")
    await campaign(pillar.context, "autumn", raters=(Rater.SELF,), **organisations)
    about = response(about="finance", given={"plan": "application", "talk": "none", "rules": "none"})
    taken = await answered(pillar.context, about, campaign_id="autumn")

    assert "items.plan" in wrong.value.fields
    assert [one.taking for one in taken] == ["added"]
    assert (found, await rated(pillar)) == ([], [])


async def test_an_item_that_is_not_answered_by_choosing_rates_nothing(pillar: Learn) -> None:
    text = {"id": "why", "section": "work", "kind": "text", "texts": {"en": "Why?"}, "competency": TOPIC}

    with pytest.raises(FaultyInstrument) as wrong:
        instruments.checked(document(**asking(items=[*asking()["items"], text])))

    assert list(wrong.value.fields) == ["items.why"]


async def test_whoever_was_erased_is_rated_no_more_and_the_others_of_the_batch_are(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-2")
    await campaign(pillar.context, **asking())
    await answered(pillar.context, given("application"), given("knowledge", about="p-2"))
    async with pillar.context.database.transaction() as tx:
        for forget in FORGETTING:
            await forget(tx, "p-2")

    assert [one[0] for one in await rated(pillar)] == [3]
    assert await ratings.of_person(pillar.context, by=OFFICER, person_id="p-2") == []


async def test_whoever_answers_is_told_that_answers_become_ratings(pillar: Learn) -> None:
    person = await civil_servant(pillar.context)
    await campaign(pillar.context, **asking())
    found = await campaigns.members(
        pillar.context, campaign=await campaigns.campaign(pillar.context, campaign_id="spring"), named=[person.id]
    )
    async with pillar.browser(person_id=str(person.number)) as client:
        shown = await page(client, f"/assessments/{found[person.id].id}/self")

    assert "Some of these answers become ratings of skills." in shown


async def test_the_capacity_assessment_that_comes_along_rates_the_topics_of_its_framework(pillar: Learn) -> None:
    frame = await instruments.instrument(pillar.context, instrument_id="capacity-frame")

    rates = await instruments.rateable(pillar.context, instrument=frame)

    assert len(rates) == 16
    assert {one.id for one in frame.rating} == set(rates)

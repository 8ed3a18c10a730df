"""Indicators of learning together: how each is made, what it rests on, and whom it must not tell of."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.change.evaluation.model import RESULT
from govstack.pillars.learn.learning.analytics import model as analytics
from govstack.pillars.learn.learning.analytics import service
from govstack.pillars.learn.learning.analytics.model import (
    Cell,
    Figures,
    Split,
    Tally,
    Traits,
    figures,
    indicators,
    sized,
)
from govstack.pillars.learn.learning.indicators.model import (
    Made,
    Measure,
    Measured,
    Part,
    Shares,
    indicator,
    mean,
    risen,
    widest,
)
from govstack.pillars.learn.needs.items.model import Bloom
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType, Rating, Rule, order_of
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Cell as Place
from govstack.pillars.learn.needs.tests.model import State, Test
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import Unfit
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings.model import Item, Need, Raise
from tests.builders import skills, testing
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page
from tests.databases import Databases

PEOPLE = 6
RULE = Rule(order_of(""), "2026-01-01")
WHOLE = ["reach", "completion", "gain", "transfer", "gap-closed", "cost-per-level"]
COMPARED = ["completion", "reach", "gain", "transfer", "gap-closed", "cost-per-level"]
NAMES = [*WHOLE, *(f"{name} {by}" for name in COMPARED for by in ("gender", "organisation", "place"))]


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def held(pillar: Learn, people: int = PEOPLE, *, women: int | None = None) -> None:
    """Hold a course that raises a competency and costs something; half of those who complete it rise by two levels.

    Where only so many are women, these rise all, and of the men the first two.
    """
    context = pillar.context
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    before = (begin - timedelta(days=30)).date().isoformat()
    await skills.enter(context, skills.competency("change"))
    await skills.profile(context, change=3)
    await course(context, track="citizens", raises=(Raise(competency_id="change", from_level=1, to_level=3),))
    costs = (Item(need=Need.VENUE, cost="300"),)
    await session(context, seats=people, starts=begin, ends=begin + timedelta(hours=9), logistics=costs)
    known = await staff(context, people, roles=("clerk",))
    risen_too = {number for number in range(people) if number % 2}
    if women is not None:
        risen_too = set(range(women + 2))
        for one in known[women:]:
            await civil_servant(context, one.id, roles=("clerk",), gender=Gender.MALE)
    for number, person in enumerate(known):
        await skills.rate(context, person.id, "change", 1, rated_on=before)
        one = await enrolment.enrol(context, by=signed_in(person), session_id="s-1")
        await attendance.note(context, by=OFFICER, enrolment_id=one.id, day=begin.date())
        await skills.rate(context, person.id, "change", 3 if number in risen_too else 1)
    await attendance.close(context, by=OFFICER, session_id="s-1")


async def took_tests(pillar: Learn, *, men: int) -> None:
    """Let five women take the tests before and after; each gets all right afterwards, and half of it before.

    The men get all of it right before and after.
    """
    context = pillar.context
    await testing.bank(context, *(testing.item(f"i-{number}", anchor=True) for number in range(2)))
    await testing.open_test(context, paired=True, blueprint=(Place("A.1", Bloom.KNOWLEDGE, 2, 2),))
    group = await testing.group(context, 5 + men)
    for person in group[5:]:
        await civil_servant(context, person, gender=Gender.MALE)
    for person in group:
        await testing.taken(context, person, "t-1", [("A",) if person in group[:5] else ("B",), ("B",)])
    await tests.set_state(context, by=OFFICER, test_id="t-1", state=State.AFTER)
    for person in group:
        await testing.taken(context, person, "t-1", [("B",), ("B",)])


async def followed_up(pillar: Learn, **changed: Any) -> None:
    """Write down what people do at work, before and after."""
    told = {
        "plan": "law", "level": 3, "seenBy": "manager", "indicator": "Letters answered in time", "on": "2026-11-02",
        "before": 40, "after": 55, "unit": "%", "people": 20, **changed,
    }  # fmt: skip
    await records.put(pillar.context, by=OFFICER, kind=RESULT, draft=Draft(told))


async def read(pillar: Learn) -> dict[str, dict[str, Any]]:
    """Take the figures and return the indicators by name."""
    await service.refresh(pillar.context)
    async with pillar.officer("learn:lead") as client:
        answer = await client.get(f"{API}/figures/indicators")
    assert answer.status_code == 200, answer.text
    return {f"{one['measure']} {one['by']}".strip(): one for one in answer.json()["indicators"]}


@pytest.mark.requirement("F31.3")
async def test_indicators_stand_together_with_what_each_rests_on(pillar: Learn) -> None:
    await held(pillar)
    await took_tests(pillar, men=0)
    await followed_up(pillar)
    await followed_up(pillar, before=10, after=5, people=5, on="2026-11-09")
    await followed_up(pillar, unit="days", before=9, after=3)
    await followed_up(pillar, level=2)

    found = await read(pillar)

    told = {name: (one["value"], one["unit"], one["people"], one["things"]) for name, one in found.items()}
    assert list(told) == NAMES
    # Twenty people rose by fifteen points, five sank by five: each counts once.
    assert told["transfer"] == (11.0, "points", 25, 2)
    assert found["transfer"]["on"] == "2026-11-09"
    assert told["gap-closed"] == (50.0, "percent", 6, 6)
    # 300 for three people who rose by two levels each; three stayed where they were.
    assert told["cost-per-level"] == (50.0, "USD", 6, 1)
    assert told["gain"] == (50.0, "points", 5, 1)
    # Six of the twelve who are known had a seat, and all of them completed; tests alone reach nobody.
    assert (told["reach"], told["completion"]) == ((50.0, "percent", 6, 12), (100.0, "percent", 6, 6))
    assert {one["on"] for name, one in found.items() if name != "transfer"} == {clock.timestamp()[:10]}


def of_groups(found: Figures, measure: Measure, by: str) -> dict[str, tuple[float | None, int | None]]:
    """Return what an indicator comes to for groups, with the people behind it."""
    return {
        one.value: (one.result, one.people) for one in analytics.groups(found) if (one.measure, one.by) == (measure, by)
    }


@pytest.mark.requirement("F31.3", "F32.3")
async def test_groups_are_compared_in_gain_transfer_gaps_closed_and_cost_of_a_level(pillar: Learn) -> None:
    await held(pillar, people=12, women=6)
    await took_tests(pillar, men=6)
    await ministry(pillar.context, "tax")
    await ministry(pillar.context, "customs", parent_id="tax", kind="unit")
    await followed_up(pillar, people=30)
    await followed_up(pillar, gender="female", before=40, after=65, people=10)
    await followed_up(pillar, gender="female", before=40, after=50, people=5)
    await followed_up(pillar, gender="male", before=40, after=45, people=10)
    await followed_up(pillar, organisation="tax", before=0, after=10, people=8)
    await followed_up(pillar, organisation="customs", before=0, after=40, people=8)

    found = await service.refresh(pillar.context)
    told = await read(pillar)
    async with pillar.browser("learn:lead") as client:
        shown = await page(client, "/figures/indicators")

    assert of_groups(found, Measure.GAIN, "gender") == {"female": (50.0, 5), "male": (0.0, 6)}
    # Fifteen women: ten rose by 25, five by ten.
    assert of_groups(found, Measure.TRANSFER, "gender") == {"female": (20.0, 15), "male": (5.0, 10)}
    assert of_groups(found, Measure.TRANSFER, "organisation") == {"tax": (25.0, 16)}
    assert of_groups(found, Measure.CLOSED, "gender") == {"female": (100.0, 6), "male": (33.33, 6)}
    # 300 for twelve people: 150 for twelve levels of women, 150 for four of men.
    assert of_groups(found, Measure.COST, "gender") == {"female": (12.5, 6), "male": (37.5, 6)}
    apart = {name: (one["value"], one["unit"], one["things"]) for name, one in told.items() if one["by"] == "gender"}
    assert apart == {
        "completion gender": (0.0, "points", 2), "reach gender": (apart["reach gender"][0], "points", 2),
        "gain gender": (50.0, "points", 2), "transfer gender": (15.0, "points", 2),
        "gap-closed gender": (66.67, "points", 2), "cost-per-level gender": (25.0, "USD", 2),
    }  # fmt: skip
    # What is told of groups is no part of the whole, which was told by itself.
    assert (told["transfer"]["value"], told["transfer"]["people"]) == (15.0, 30)
    assert "US$37.50 (6)" in shown
    table = shown[shown.index("How far groups lie apart") : shown.index("Groups side by side")]
    cells = " ".join(re.sub(r"<[^>]+>", " ", table).split())
    assert "Gain in tests (percentage points) By gender 50" in cells
    assert "Cost of a level gained (USD) By gender 25" in cells


@pytest.mark.requirement("F31.3", "F32.3")
def test_groups_of_few_people_are_hidden_and_with_one_of_them_one_more() -> None:
    kinds = {"f": ("female", 20), "m": ("male", 9), "o": ("other", 2)}
    traits = {f"{kind}{one}": Traits(gender) for kind, (gender, size) in kinds.items() for one in range(size)}
    shares = Shares(Measure.GAIN, "points", {one: Made(over=10, under=1) for one in traits})
    told = {("gender", "female"): [Part(5, 4)], ("gender", "male"): [Part(9, 30)], ("gender", "other"): [Part(1, 40)]}
    measured = Measured([], [shares], told)

    found = analytics.compared(measured, lambda one: traits.get(one, Traits()), by=Split.GENDER, smallest=5)

    told_of = {(one.measure, one.value): (one.result, one.people) for one in found}
    assert told_of == {
        (Measure.GAIN, "female"): (10.0, 20), (Measure.GAIN, "male"): (None, None),
        (Measure.GAIN, "other"): (None, None),
        (Measure.TRANSFER, "female"): (None, None), (Measure.TRANSFER, "male"): (None, None),
        (Measure.TRANSFER, "other"): (1.0, 40),
    }  # fmt: skip


@pytest.mark.requirement("F31.3", "F32.3")
@pytest.mark.parametrize(
    ("whole", "parts", "shown"),
    [
        # The same three people in two results do not look like six.
        (99, {"female": [Part(10, 3), Part(-20, 3)], "male": [Part(1, 50)]}, {"female": None, "male": 1.0}),
        # Twenty in all and seventeen men tell what three women come to.
        (20, {"male": [Part(12, 17)]}, {"male": None}),
        (30, {"male": [Part(12, 17)]}, {"male": 12.0}),
        (17, {"male": [Part(12, 17)]}, {"male": 12.0}),
    ],
)
def test_results_of_groups_tell_nothing_of_a_few_people(
    whole: int, parts: dict[str, list[Part]], shown: dict[str, float | None]
) -> None:
    of_all = indicator(Measure.TRANSFER, 10.0, unit="points", people=whole, things=1, on="2026-11-01", smallest=5)
    told = {("gender", value): listed for value, listed in parts.items()}

    found = analytics.compared(Measured([of_all], [], told), lambda _one: Traits(), by=Split.GENDER, smallest=5)

    assert {one.value: one.result for one in found} == shown


@pytest.mark.requirement("F31.3", "F32.3")
def test_groups_by_what_people_say_of_themselves_do_not_tell_who_came_in_between() -> None:
    def told(people: int) -> list[tuple[str, float | None, int | None]]:
        traits = {f"p-{one}": Traits(disability="with" if one < people else "without") for one in range(20)}
        of = {one: Made(over=10.4, under=1) for one in traits}
        measured = Measured([], [Shares(Measure.GAIN, "points", of)], {})
        found = analytics.compared(measured, lambda one: traits[one], by=Split.DISABILITY, smallest=5)
        return sorted((one.value, one.result, one.people) for one in found)

    assert told(6) == told(7) == [("with", 10, 5), ("without", 10, 10)]


@pytest.mark.requirement("F31.3")
async def test_a_test_that_is_not_made_yet_stops_no_figures(pillar: Learn) -> None:
    await testing.bank(pillar.context, *(testing.item(f"i-{number}", anchor=True) for number in range(4)))
    paired = Test(id="t", titles={"en": "t"}, paired=True, blueprint=(Place("A.1", Bloom.KNOWLEDGE, 1, 1),))
    await tests.put(pillar.context, by=OFFICER, test=paired)

    assert (await read(pillar))["gain"]["value"] is None


@pytest.mark.requirement("F31.3", "F32.3")
def test_a_share_of_nothing_is_not_said_to_be_hidden() -> None:
    cells = [Cell("male", 40, 0, 0, 80), Cell("female", None, None, None), Cell("other", 30, 3, 3)]
    found = Figures("2026-11-01T00:00:00Z", 5, 200, 70, 0, 3, 3, {Split.GENDER: cells})

    told = {(one.measure, one.value): (one.people, one.result) for one in analytics.groups(found)}

    assert told == {
        (Measure.COMPLETION, "male"): (40, None), (Measure.REACH, "male"): (40, 50),
        (Measure.COMPLETION, "female"): (None, None), (Measure.REACH, "female"): (None, None),
        (Measure.COMPLETION, "other"): (30, 100), (Measure.REACH, "other"): (None, None),
    }  # fmt: skip


@pytest.mark.requirement("F31.3")
async def test_a_result_is_told_of_one_group_alone(pillar: Learn) -> None:
    await course(pillar.context)
    with pytest.raises(Unfit) as problem:
        await followed_up(pillar, gender="female", place="North")

    assert list(problem.value.fields) == ["place"]


@pytest.mark.requirement("F31.3")
async def test_indicators_of_few_people_are_hidden(pillar: Learn) -> None:
    await held(pillar, people=4)
    await followed_up(pillar, people=4)

    found = await read(pillar)

    for name in ("transfer", "gap-closed", "cost-per-level"):
        assert (found[name]["value"], found[name]["people"], found[name]["hidden"]) == (None, None, True), name
    assert (found["gain"]["value"], found["gain"]["hidden"]) == (None, False)


@pytest.mark.requirement("F31.3")
async def test_indicators_are_read_and_taken_out_by_everybody_where_a_country_says_so(
    sqlite_databases: Databases,
) -> None:
    pillar = await learn(sqlite_databases, LEARN_FIGURES_OPEN="yes")
    await held(pillar)
    await service.refresh(pillar.context)

    async with pillar.nobody() as client:
        shown = await page(client, "/figures/indicators")
        files = {kind: await client.get(f"/figures/indicators/file?format={kind}") for kind in ("csv", "xlsx", "json")}
        answer = await client.get(f"{API}/figures/indicators")
    async with pillar.browser("learn:plan") as officer:
        figures = await page(officer, "/figures/learning")

    assert "US$50.00" in shown
    assert "who was not rated did not stand at nought" in shown
    assert "Nothing to take it from yet" in shown
    assert "cost-per-level,,50.0,USD,6,1," in files["csv"].text
    assert files["json"].json() == answer.json()
    assert files["xlsx"].content.startswith(b"PK")
    assert "/figures/indicators" in figures


@pytest.mark.requirement("F31.3")
async def test_indicators_are_not_read_by_everybody_where_a_country_does_not_say_so(
    sqlite_databases: Databases,
) -> None:
    pillar = await learn(sqlite_databases)
    await service.refresh(pillar.context)

    async with pillar.person() as client:
        answers = [
            await client.get(f"{API}/figures/indicators"), await client.get("/figures/indicators"),
            await client.get("/figures/indicators/file"),
        ]  # fmt: skip

    assert [one.status_code for one in answers] == [404, 404, 404]


@pytest.mark.parametrize("language", ["fr", "es", "ar", "sw"])
async def test_the_page_of_indicators_is_good_in_every_language(sqlite_databases: Databases, language: str) -> None:
    pillar = await learn(sqlite_databases)
    await service.refresh(pillar.context)

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, f"/figures/indicators?lang={language}")

    assert [one for one in ("How each is made", "Rests on", "Cost of a level", "How far groups") if one in shown] == []


def rating(level: int, rated_on: str, kind: RaterType = RaterType.TEST, scale_id: str = "five") -> Rating:
    """Return a rating."""
    return Rating(
        id=f"{level}{rated_on}{kind}", person_id="p", competency_id="c", scale_id=scale_id, level=level,
        rater_type=kind, rater_id="", confidence=Confidence.HIGH, source="", rated_on=rated_on, created_at=rated_on,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ratings", "levels"),
    [
        ([rating(1, "2026-02-01"), rating(3, "2026-04-01")], 2),
        ([rating(3, "2026-02-01"), rating(1, "2026-04-01")], 0),
        ([rating(3, "2026-04-01")], None),
        ([rating(1, "2026-02-01")], None),
        ([rating(1, "2026-02-01", scale_id="three"), rating(3, "2026-04-01")], None),
        # What was proven before goes on before what is said of oneself afterwards.
        ([rating(2, "2026-02-01"), rating(4, "2026-04-01", RaterType.SELF)], 0),
    ],
)
def test_a_level_gained_is_one_that_was_rated_before_and_after(ratings: list[Rating], levels: int | None) -> None:
    assert risen(ratings, RULE, "2026-03-01") == levels


def test_a_mean_counts_each_person_once_and_a_difference_needs_two_groups() -> None:
    assert mean([Part(10, 1), Part(0, 9)]) == 1.0
    assert mean([]) is None
    assert (widest([80, 55, 60]), widest([80]), widest([])) == (25, None, None)


@pytest.mark.requirement("F31.3")
def test_groups_that_are_hidden_or_not_known_are_not_compared() -> None:
    cells = [Cell("female", 20, 20, 15), Cell("male", 30, 20, 10), Cell("other", None, None, None), Cell("", 9, 9, 0)]
    found = Figures(
        taken_at="2026-11-22T00:00:00.000000Z", smallest=5, known=100, reached=59, active=9, started=49, completed=25,
        splits={Split.GENDER: cells},
    )  # fmt: skip

    told = {(one.measure, one.by): one for one in analytics.indicators(found)}

    assert (told[Measure.COMPLETION, "gender"].value, told[Measure.COMPLETION, "gender"].people) == (25.0, 50)
    assert (told[Measure.COMPLETION, "place"].value, told[Measure.COMPLETION, "place"].hidden) == (None, False)
    assert told[Measure.REACH, ""].value == 59.0


def test_nobody_at_all_is_not_few_people() -> None:
    given = {"unit": "percent", "things": 0, "on": "2026-11-22", "smallest": 5}

    assert indicator(Measure.REACH, 0.0, people=0, **given).value == 0.0
    assert indicator(Measure.REACH, 4.0, people=4, **given).hidden


@pytest.mark.requirement("F31.3")
def test_reach_is_split_by_group_and_says_where_nobody_was_reached() -> None:
    traits = {f"f{one}": Traits("female", "finance", "North") for one in range(20)}
    traits |= {f"m{one}": Traits("male", "health", "North") for one in range(10)}
    traits |= {f"s{one}": Traits("male", "sports", "South") for one in range(10)}
    reached = [*(f"f{one}" for one in range(10)), *(f"m{one}" for one in range(5))]
    tallies = [Tally(actor, "course:a", 1, 2, 0, None) for actor in reached]

    found = figures(tallies, traits, taken_at="2026-11-22T00:00:00.000000Z", smallest=5, active_since=0, active_days=30)
    told = {(one.measure, one.by): one for one in indicators(found)}

    cells = {cell.value: (cell.people, cell.known, cell.reach) for cell in found.splits[Split.ORGANISATION]}
    assert cells == {"finance": (10, 20, 50), "health": (5, 10, 50), "sports": (0, 10, 0)}
    assert told[Measure.REACH, "gender"].value == 25
    assert (told[Measure.REACH, "organisation"].value, told[Measure.REACH, "organisation"].things) == (50, 3)
    assert {cell.known for cell in found.splits[Split.ACTIVITY]} == {None}


@pytest.mark.requirement("F31.3")
def test_the_size_of_a_group_is_hidden_where_few_of_it_are_not_reached_and_cannot_be_worked_out() -> None:
    cells = [Cell("a", 18, 18, 9), Cell("b", 30, 30, 9), Cell("c", 40, 40, 9)]

    shown = sized(cells, {"a": 20, "b": 40, "c": 50}, 5)

    assert [one.known for one in shown] == [None, None, 50]


@pytest.mark.requirement("F31.3", "F32.3")
def test_the_order_of_groups_tells_nothing_of_those_that_are_hidden() -> None:
    def order(sizes: dict[str, int]) -> list[tuple[list[str], list[str]]]:
        people = [(f"{value}{one}", value) for value, size in sizes.items() for one in range(size)]
        traits = {name: Traits(organisation=value) for name, value in people}
        made = {name: Made(over=1, under=1) for name in traits}
        measured = Measured([], [Shares(Measure.GAIN, "points", made)], {})
        groups = analytics.compared(measured, lambda one: traits[one], by=Split.ORGANISATION, smallest=5)
        tallies = [Tally(name, "course", place, place, 1, None) for place, name in enumerate(traits)]
        cells = analytics.split(tallies, Split.ORGANISATION, traits, 5)
        return [([one.value for one in groups], [one.value for one in cells])]

    assert order({"a": 2, "b": 4, "c": 9}) == order({"a": 4, "b": 2, "c": 9}) == [(["c", "a", "b"], ["c", "a", "b"])]

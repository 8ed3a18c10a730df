"""Evaluation: planned backwards before a course opens, followed up, and careful in what it claims."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.change.evaluation import service as plans
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN, PARTS, Claim, Reason, Said, claim
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.model import Mark
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.followups import service
from govstack.pillars.learn.response.followups.model import FollowUp, Held, Run, State, runs
from tests.builders.courses import course, session, staff
from tests.builders.learning import API, OFFICER, Learn, learn, page
from tests.databases import Databases

EVALUATOR = ("learn:evaluate", "learn:plan")


def level(number: int, without: str = "") -> dict[str, str]:
    """Return a whole level of a plan, or all of it but one part."""
    return {f"l{number}{part.title()}": f"{part} {number}" for part in PARTS if part != without}


WHOLE: dict[str, Any] = {"name": "Project management", "ended": "2026-01-01"}
for _number in (4, 3, 2, 1):
    WHOLE |= level(_number)


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def put(pillar: Learn, path: str, content: dict[str, Any]) -> Any:
    async with pillar.officer(*EVALUATOR) as client:
        return await client.put(f"{API}/{path}", json={"content": content})


@pytest.mark.requirement("F29.1")
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (level(2), "l2Question"),
        ({**level(4), **level(1)}, "l1Question"),
        (level(4, without="owner"), "l4Owner"),
        ({**level(4), **level(3)}, ""),
        ({**level(4), **level(3), **level(2), **level(1)}, ""),
    ],
)
async def test_levels_four_and_three_are_planned_first(pillar: Learn, content: dict[str, str], fault: str) -> None:
    answer = await put(pillar, "evaluation-plans/pm", {"name": "Project management", **content})

    assert list(answer.json().get("fields", {})) == ([fault] if fault else [])


@pytest.mark.requirement("F29.1")
async def test_an_offering_can_open_when_all_four_levels_are_planned(pillar: Learn) -> None:
    before = await plans.is_planned(pillar.context, offering_id="pm")
    await put(pillar, "evaluation-plans/pm", {"name": "Project management", **level(4), **level(3)})
    half = await plans.is_planned(pillar.context, offering_id="pm")
    await put(pillar, "evaluation-plans/pm", WHOLE)
    whole = await plans.is_planned(pillar.context, offering_id="pm")
    async with pillar.officer(*EVALUATOR) as client:
        await client.delete(f"{API}/evaluation-plans/pm")
    gone = await plans.is_planned(pillar.context, offering_id="pm")

    assert (before, half, whole, gone) == (False, False, True, False)


@pytest.mark.requirement("F29.2")
@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        (date(2026, 1, 1), []),
        (date(2026, 4, 1), [(1, "learner"), (2, "test")]),
        (date(2026, 4, 2), [(1, "learner"), (2, "test"), (3, "learner"), (3, "manager")]),
        (date(2027, 1, 2), [(1, "learner"), (2, "test"), (3, "learner"), (3, "manager"), (4, "service")]),
    ],
)
async def test_a_follow_up_is_overdue_after_its_last_day(
    pillar: Learn, today: date, overdue: list[tuple[int, str]]
) -> None:
    await put(pillar, "evaluation-plans/pm", WHOLE)
    with clock.fixed(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        async with pillar.browser(*EVALUATOR) as browser:
            shown = await page(browser, "/follow-ups")
            late = await _late(pillar)

    assert [(one.window.level, one.window.seen_by) for one in late] == overdue
    assert ("</svg>Overdue</strong>" in shown) is bool(overdue)


@pytest.mark.requirement("F29.2")
async def test_level_three_needs_learner_and_manager_in_time(pillar: Learn) -> None:
    await put(pillar, "evaluation-plans/pm", WHOLE)
    seen = {"plan": "pm", "level": 3, "indicator": "Plans projects", "after": 4}
    await put(pillar, "evaluation-results/early", {**seen, "seenBy": "manager", "on": "2026-01-15"})
    await put(pillar, "evaluation-results/learner", {**seen, "seenBy": "learner", "on": "2026-03-15"})

    with clock.fixed(datetime(2026, 5, 1, 12, tzinfo=UTC)):
        late = await _late(pillar)

    assert (3, "manager") in [(one.window.level, one.window.seen_by) for one in late]
    assert (3, "learner") not in [(one.window.level, one.window.seen_by) for one in late]


async def _held(pillar: Learn, session_id: str, ended: date, **more: Any) -> None:
    end = datetime(ended.year, ended.month, ended.day, 16, tzinfo=UTC)
    day = timedelta(days=1)
    await session(
        pillar.context, session_id, registration_starts=end - 9 * day, registration_ends=end - 3 * day,
        starts=end - day, ends=end, **more,
    )  # fmt: skip


async def _late(pillar: Learn) -> list[FollowUp]:
    found = await service.open_ones(pillar.context, by=_evaluator(), states=frozenset({State.OVERDUE}))
    return [one for _plan, one in found]


@pytest.mark.requirement("F29.2")
async def test_each_session_that_was_held_is_followed_up_without_a_day_that_somebody_types(pillar: Learn) -> None:
    await course(pillar.context)
    await _held(pillar, "first", date(2026, 1, 1))
    await _held(pillar, "second", date(2026, 3, 1))
    await _held(pillar, "cancelled", date(2026, 1, 5), cancelled=True)
    await _held(pillar, "coming", date(2026, 9, 1))
    seen = {"plan": "law", "level": 3, "indicator": "Cites the law", "after": 4}
    # Between day 60 after the first and day 60 after the second: it tells of the first.
    await put(pillar, "evaluation-results/one", {**seen, "seenBy": "learner", "on": "2026-03-20"})
    await put(pillar, "evaluation-results/two", {**seen, "seenBy": "manager", "on": "2026-05-20", "session": "first"})

    with clock.fixed(datetime(2026, 6, 15, 12, tzinfo=UTC)):
        late = [(one.run.session_id, one.window.seen_by) for one in await _late(pillar) if one.window.level == 3]
        async with pillar.browser(*EVALUATOR) as browser:
            shown = await page(browser, "/follow-ups")

    assert late == [("second", "learner"), ("second", "manager")]
    assert ">second<" in shown
    assert ">cancelled<" not in shown
    assert ">coming<" not in shown


@pytest.mark.requirement("F29.2")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (None, [Run(date(2026, 1, 2), "a"), Run(date(2026, 3, 2), "b")]),
        (date(2026, 1, 9), [Run(date(2026, 1, 9), "a"), Run(date(2026, 3, 2), "b")]),
        (date(2026, 3, 1), [Run(date(2026, 1, 2), "a"), Run(date(2026, 3, 1), "b")]),
        (date(2025, 12, 1), [Run(date(2025, 12, 1)), Run(date(2026, 1, 2), "a"), Run(date(2026, 3, 2), "b")]),
    ],
)
def test_a_day_that_was_typed_is_the_end_of_the_session_that_had_begun(typed: date | None, expected: list[Run]) -> None:
    held = [Held("b", date(2026, 3, 1), date(2026, 3, 2)), Held("a", date(2026, 1, 1), date(2026, 1, 2))]

    assert runs(held, typed) == expected


@pytest.mark.requirement("F29.2")
async def test_programs_read_what_is_due_and_overdue_and_take_it_out(pillar: Learn) -> None:
    await course(pillar.context)
    await _held(pillar, "first", date(2026, 1, 1))
    with clock.fixed(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        async with pillar.officer(*EVALUATOR) as client, pillar.person() as person:
            all_ = (await client.get(f"{API}/follow-ups")).json()
            part = (await client.get(f"{API}/follow-ups", params={"state": "due", "limit": 1, "offset": 1})).json()
            files = [
                await client.get(f"{API}/follow-ups/export", params={"format": one}) for one in ("csv", "xlsx", "json")
            ]
            refused = [(await person.get(f"{API}/follow-ups{one}")).status_code for one in ("", "/export")]

    assert [(one["level"], one["seenBy"], one["state"]) for one in all_["followUps"]] == [
        (1, "learner", "overdue"), (2, "test", "overdue"), (3, "learner", "due"), (3, "manager", "due"),
    ]  # fmt: skip
    assert part == {"followUps": [all_["followUps"][3]], "total": 2}
    assert part["followUps"][0] == {
        "planId": "law", "name": "law", "sessionId": "first", "ended": "2026-01-01", "level": 3, "seenBy": "manager",
        "opens": "2026-03-02", "closes": "2026-04-01", "state": "due",
    }  # fmt: skip
    assert [one.status_code for one in files] == [200, 200, 200]
    assert "law,law,first,2026-01-01,1,learner,2026-01-01,2026-01-01,overdue" in files[0].text
    assert len(files[2].json()) == 4
    assert refused == [403, 403]


@pytest.mark.requirement("F29.2")
async def test_a_country_sets_when_follow_ups_are_due(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases, LEARN_BEHAVIOUR_DAYS="10-20", LEARN_RESULTS_DAYS="30-40")
    await put(pillar, "evaluation-plans/pm", WHOLE)

    found = await service.standing(pillar.context, by=_evaluator(), plan_id="pm")

    assert [(one.window.level, one.opens, one.closes) for one in found.follow_ups[2:]] == [
        (3, date(2026, 1, 11), date(2026, 1, 21)),
        (3, date(2026, 1, 11), date(2026, 1, 21)),
        (4, date(2026, 1, 31), date(2026, 2, 10)),
    ]


@pytest.mark.requirement("F29.3")
def test_the_plan_has_the_fields_of_the_newer_model() -> None:
    assert {
        "l1Engagement", "l1Relevance", "l2Confidence", "l2Commitment", "l3Drivers", "l4Leading"
    } <= set(EVALUATION_PLAN.by_name)  # fmt: skip


DAYS: dict[str, Any] = {
    "plan": "pm", "level": 4, "seenBy": "service", "indicator": "Days until payment", "on": "2026-09-01",
    "before": 21, "after": 3, "unit": "days",
}  # fmt: skip
BESIDE = {"aim": "lower", "comparedBefore": 20, "comparedAfter": 14}


@pytest.mark.requirement("F29.4")
@pytest.mark.parametrize(
    ("comparison", "figures", "said", "reason"),
    [
        (False, {}, "contribution", "not-compared"),
        (True, {}, "contribution", "no-figures"),
        (True, BESIDE, "cause", "ahead"),
        (True, {**BESIDE, "comparedAfter": 2}, "contribution", "not-ahead"),
        # The other way than is wanted, and further that way than without training.
        (True, {**BESIDE, "aim": "higher"}, "nothing", "not-better"),
        (False, {"aim": "higher"}, "nothing", "not-better"),
        (False, {"aim": "lower", "after": 21}, "nothing", "not-better"),
        (False, {"seenBy": "learner"}, "nothing", "not-measured"),
        # The same change with and without training: what binary fractions leave over is no difference.
        (True, {**BESIDE, "before": 0.3, "after": 0.1, "comparedBefore": 0.7, "comparedAfter": 0.5},
         "contribution", "not-ahead"),
        (True, {**BESIDE, "level": 3}, "nothing", "not-measured"),
    ],
)  # fmt: skip
def test_cause_is_said_only_where_the_trained_went_further_than_a_group_with_figures(
    comparison: bool, figures: dict[str, Any], said: str, reason: str
) -> None:
    found = claim({"comparison": comparison}, [{**DAYS, **figures}])

    assert (found.said, found.reason) == (said, reason)


@pytest.mark.requirement("F29.4")
def test_nothing_is_claimed_of_a_service_whose_figures_before_nobody_knows() -> None:
    alone = {name: value for name, value in DAYS.items() if name != "before"}
    worse = {**DAYS, "aim": "higher", "indicator": "Complaints"}

    untold = claim({}, [alone])
    mixed = claim({}, [{**DAYS, "aim": "lower"}, worse])

    assert (untold.said, untold.reason) == ("nothing", "not-told")
    assert (mixed.said, mixed.reason, mixed.indicators) == ("contribution", "mixed", ("Days until payment",))


@pytest.mark.requirement("F29.4", "F31.3")
async def test_a_result_of_one_group_says_nothing_of_everybody(pillar: Learn) -> None:
    worse = {**DAYS, "after": 25, "aim": "lower"}
    women = {**DAYS, **BESIDE, "gender": "female", "on": "2026-09-02"}

    assert claim({"comparison": True}, [worse, women]) == claim({"comparison": True}, [worse])
    assert claim({"comparison": True}, [women]).reason is Reason.NOT_MEASURED


@pytest.mark.requirement("F29.4")
async def test_which_way_is_better_is_said_without_a_group_to_compare_with(pillar: Learn) -> None:
    await put(pillar, "evaluation-plans/pm", WHOLE)

    assert (await put(pillar, "evaluation-results/days", {**DAYS, "aim": "lower"})).status_code == 200


@pytest.mark.requirement("F29.4")
def test_the_newest_figures_of_an_indicator_count_and_one_that_lags_holds_the_claim_back() -> None:
    early = {**DAYS, **BESIDE, "on": "2026-08-01", "comparedAfter": 2}
    lags = {**DAYS, **BESIDE, "indicator": "Complaints", "comparedAfter": 1}

    newest = claim({}, [{**DAYS, **BESIDE}, early])
    both = claim({}, [{**DAYS, **BESIDE}, lags])

    assert newest == Claim(Said.CAUSE, Reason.AHEAD, ("Days until payment",))
    assert both == Claim(Said.CONTRIBUTION, Reason.NOT_AHEAD, ("Complaints",))


@pytest.mark.requirement("F29.4")
@pytest.mark.parametrize(
    ("without", "status"), [("aim", 400), ("before", 400), ("comparedBefore", 400), ("comparedAfter", 400), ("", 200)]
)
async def test_a_comparison_has_all_its_figures(pillar: Learn, without: str, status: int) -> None:
    await put(pillar, "evaluation-plans/pm", WHOLE)
    content = {name: value for name, value in {**DAYS, **BESIDE}.items() if name != without}

    answer = await put(pillar, "evaluation-results/days", content)

    assert answer.status_code == status
    assert list(answer.json().get("fields", {})) == ([without] if without else [])


@pytest.mark.requirement("F29.4")
@pytest.mark.parametrize(
    ("figures", "said", "beside"),
    [({}, "contributed to the change", False), (BESIDE, "can be put down to the training", True)],
)
async def test_the_page_shows_how_figures_compare_and_says_no_more_than_they_bear(
    pillar: Learn, figures: dict[str, Any], said: str, beside: bool
) -> None:
    await put(pillar, "evaluation-plans/pm", {**WHOLE, "comparison": True})
    await put(pillar, "evaluation-results/days", {**DAYS, **figures})
    async with pillar.browser(*EVALUATOR) as browser:
        shown = await page(browser, "/evaluation-plans/pm/results")

    assert said in shown
    assert "caused" not in shown
    assert "-18" in shown
    assert ("Further than without training" in shown) is beside
    assert (">-12<" in shown) is beside


@pytest.mark.requirement("F29.2")
@pytest.mark.requirement("F29.4")
@pytest.mark.requirement("F29.5")
async def test_programs_read_where_a_plan_stands(pillar: Learn) -> None:
    await put(pillar, "programmes/p", {"name": "P", "challenge": "C", "currency": "usd"})
    await put(pillar, "mel-checks/one", {"programme": "p", "check": "goals", "met": True, "evidence": "Page 12"})
    await put(pillar, "evaluation-plans/pm", {**WHOLE, "programme": "p"})
    await put(pillar, "evaluation-results/days", {**DAYS, **BESIDE})
    await put(pillar, "evaluation-plans/bare", {"name": "Bare"})
    async with pillar.officer(*EVALUATOR) as client, pillar.person() as person:
        said = (await client.get(f"{API}/evaluation-plans/pm/standing")).json()
        bare = (await client.get(f"{API}/evaluation-plans/bare/standing")).json()
        unknown = await client.get(f"{API}/evaluation-plans/nothing/standing")
        refused = await person.get(f"{API}/evaluation-plans/pm/standing")

    assert said["levels"][0] == {"level": 4, "planned": True, "results": 1}
    assert said["whole"] is True
    assert len(said["followUps"]) == 5
    assert said["checks"] == {
        "met": ["goals"], "missing": ["indicators", "resources", "sharing", "strategy"], "total": 5
    }  # fmt: skip
    assert said["comparisons"] == [{
        "resultId": "days", "indicator": "Days until payment", "level": 4, "aim": "lower", "trained": -18.0,
        "untrained": -6.0, "difference": -12.0, "ahead": True,
    }]  # fmt: skip
    assert (said["claim"]["said"], said["claim"]["reason"]) == ("cause", "ahead")
    assert "put down to the training" in said["claim"]["text"]
    assert (bare["whole"], bare["followUps"], bare["checks"]) == (False, [], None)
    assert (unknown.status_code, refused.status_code) == (404, 403)


@pytest.mark.requirement("F29.5")
async def test_five_checks_are_met_by_evidence_only(pillar: Learn) -> None:
    programme = {"name": "P", "challenge": "C", "currency": "usd"}
    await put(pillar, "programmes/p", programme)
    check = {"programme": "p", "check": "goals", "met": True}

    bare = await put(pillar, "mel-checks/one", check)
    shown = await put(pillar, "mel-checks/one", {**check, "evidence": "Strategy 2026, page 12"})
    async with pillar.nobody() as client:
        terms = (await client.get(f"{API}/vocabularies/mel-check")).json()["terms"]

    twice = await put(pillar, "mel-checks/two", {**check, "met": False})
    await put(pillar, "programmes/q", programme)
    elsewhere = await put(pillar, "mel-checks/three", {**check, "programme": "q", "met": False})
    await put(pillar, "evaluation-plans/pm", {**WHOLE, "programme": "p"})
    async with pillar.browser(*EVALUATOR) as browser:
        listed = await page(browser, "/evaluation-plans/pm/results")

    assert (bare.status_code, list(bare.json()["fields"])) == (400, ["evidence"])
    assert [one.status_code for one in (shown, twice, elsewhere)] == [200, 400, 200]
    assert list(twice.json()["fields"]) == ["check"]
    assert "There are enough people and money for it" in listed
    assert "Strategy 2026, page 12" in listed
    assert listed.count("Not yet") == 4
    assert 'href="/mel-checks/new?to=p"' in listed
    assert len(terms) == 5


async def test_results_are_written_by_evaluators_and_read_by_the_training_unit(pillar: Learn) -> None:
    async with pillar.officer("learn:plan") as planner, pillar.person() as person:
        written = await planner.put(f"{API}/evaluation-plans/pm", json={"content": WHOLE})
        read = await planner.get(f"{API}/evaluation-plans")
        nobody = await person.get(f"{API}/evaluation-plans")

    assert [written.status_code, read.status_code, nobody.status_code] == [403, 200, 403]


def _evaluator() -> Any:
    from govstack.kernel.actor import Actor

    return Actor("person", "evaluator", scopes=frozenset(EVALUATOR))


@pytest.mark.requirement("F29.2", "F29.4")
@pytest.mark.parametrize(
    ("result", "fields"),
    [
        ({"session": "first"}, []),
        ({}, []),
        ({"session": "nothing"}, ["session"]),
        ({"session": "of-another"}, ["session"]),
        ({"session": 5}, ["content.session"]),
        ({"plan": "nothing", "session": "first"}, ["plan", "session"]),
    ],
)
async def test_a_result_tells_of_a_session_of_its_own_offering(
    pillar: Learn, result: dict[str, Any], fields: list[str]
) -> None:
    await course(pillar.context)
    await course(pillar.context, "another")
    await _held(pillar, "first", date(2026, 1, 1))
    await _held(pillar, "of-another", date(2026, 1, 1), offering_id="another")
    told = {
        "plan": "law",
        "level": 4,
        "seenBy": "service",
        "indicator": "Days a case takes",
        "after": 8,
        "unit": "days",
    }

    answer = await put(pillar, "evaluation-results/one", {**told, "on": "2026-07-01", **result})
    async with pillar.browser(*EVALUATOR) as browser:
        shown = await page(browser, "/evaluation-results/one", 404 if fields else 200)

    assert sorted(answer.json().get("fields", {})) == fields
    assert ("Law (31 December 2025)" in shown) is (result == {"session": "first"})


@pytest.mark.requirement("F29.2")
async def test_a_session_that_nobody_came_to_is_not_followed_up(pillar: Learn) -> None:
    await course(pillar.context)
    for session_id in ("empty", "half", "unmarked"):
        await _held(pillar, session_id, date(2026, 1, 1), seats=5)
    await staff(pillar.context, 2)
    with clock.fixed(datetime(2025, 12, 25, 12, tzinfo=UTC)):
        places = {
            (session_id, person_id): (
                await enrolment.nominate(pillar.context, by=OFFICER, session_id=session_id, person_id=person_id)
            ).id
            for session_id in ("empty", "half", "unmarked")
            for person_id in ("p-01", "p-02")
        }
        async with pillar.officer("learn:plan", "learn:teach", "learn:administer") as client:
            for enrolment_id in places.values():
                await client.post(f"{API}/enrolments/{enrolment_id}/decision", json={"accept": True})
    for (session_id, person_id), enrolment_id in places.items():
        if session_id == "empty" or (session_id, person_id) == ("half", "p-01"):
            for day in (date(2025, 12, 31), date(2026, 1, 1)):
                await attendance.note(
                    pillar.context, by=OFFICER, enrolment_id=enrolment_id, day=day, mark=Mark.ABSENT
                )  # fmt: skip

    with clock.fixed(datetime(2026, 6, 15, 12, tzinfo=UTC)):
        found = await service.standing(pillar.context, by=_evaluator(), plan_id="law")
        late = {one.run.session_id for one in await _late(pillar)}

    assert {one.run.session_id for one in found.follow_ups} == late == {"half", "unmarked"}

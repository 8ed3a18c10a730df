"""Evaluation: planned backwards before a course opens, followed up, and careful in what it claims."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.change.evaluation import service
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN, PARTS
from tests.builders.learning import API, Learn, learn, page
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
    before = await service.is_planned(pillar.context, offering_id="pm")
    await put(pillar, "evaluation-plans/pm", {"name": "Project management", **level(4), **level(3)})
    half = await service.is_planned(pillar.context, offering_id="pm")
    await put(pillar, "evaluation-plans/pm", WHOLE)
    whole = await service.is_planned(pillar.context, offering_id="pm")

    assert (before, half, whole) == (False, False, True)


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
            late = await service.overdue(pillar.context, by=_evaluator())

    assert [(one.window.level, one.window.seen_by) for _, one in late] == overdue
    assert ("Project management" in shown) is bool(overdue)


@pytest.mark.requirement("F29.2")
async def test_level_three_needs_learner_and_manager_in_time(pillar: Learn) -> None:
    await put(pillar, "evaluation-plans/pm", WHOLE)
    seen = {"plan": "pm", "level": 3, "indicator": "Plans projects", "after": 4}
    await put(pillar, "evaluation-results/early", {**seen, "seenBy": "manager", "on": "2026-01-15"})
    await put(pillar, "evaluation-results/learner", {**seen, "seenBy": "learner", "on": "2026-03-15"})

    with clock.fixed(datetime(2026, 5, 1, 12, tzinfo=UTC)):
        late = await service.overdue(pillar.context, by=_evaluator())

    assert (3, "manager") in [(one.window.level, one.window.seen_by) for _, one in late]
    assert (3, "learner") not in [(one.window.level, one.window.seen_by) for _, one in late]


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


@pytest.mark.requirement("F29.4")
@pytest.mark.parametrize(
    ("comparison", "said"), [(False, "contributed to the change"), (True, "can be put down to the training")]
)
async def test_a_report_says_contribution_unless_there_was_a_group_to_compare_with(
    pillar: Learn, comparison: bool, said: str
) -> None:
    await put(pillar, "evaluation-plans/pm", {**WHOLE, "comparison": comparison})
    result = {
        "plan": "pm", "level": 4, "seenBy": "service", "indicator": "Days until payment", "on": "2026-09-01",
        "before": 21, "after": 3, "unit": "days",
    }  # fmt: skip
    await put(pillar, "evaluation-results/days", result)
    async with pillar.browser(*EVALUATOR) as browser:
        shown = await page(browser, "/evaluation-plans/pm/results")

    assert said in shown
    assert "caused" not in shown
    assert "-18" in shown


@pytest.mark.requirement("F29.5")
async def test_five_checks_are_met_by_evidence_only(pillar: Learn) -> None:
    programme = {"name": "P", "challenge": "C", "currency": "usd"}
    await put(pillar, "programmes/p", programme)
    check = {"programme": "p", "check": "goals", "met": True}

    bare = await put(pillar, "mel-checks/one", check)
    shown = await put(pillar, "mel-checks/one", {**check, "evidence": "Strategy 2026, page 12"})
    async with pillar.nobody() as client:
        terms = (await client.get(f"{API}/vocabularies/mel-check")).json()["terms"]

    assert (bare.status_code, list(bare.json()["fields"])) == (400, ["evidence"])
    assert shown.status_code == 200
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

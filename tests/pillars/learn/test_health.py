"""The panel of a community: what it counts, whom it is for, and when it warns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import Act
from govstack.pillars.learn.knowing.health.model import Panel, dropped
from tests.builders.learning import API, Learn, civil_servant, learn, page
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community, joined

EMPTY = Panel(
    active=0, active_before=0, contributors=0, contributors_before=0, asked=0, answered=0, hours_to_answer=None,
    resolved=0, hours_to_resolve=None,
    reused=0, attendance=(),
)  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await community(made)
    return made


async def act(pillar: Learn, person_id: str, what: Act, reference: str, days_ago: int) -> None:
    """Note that somebody did something in the community some days ago."""
    with clock.fixed(clock.now() - timedelta(days=days_ago)):
        async with pillar.context.database.transaction() as tx:
            await communities.note(tx, community_id="open-data", person_id=person_id, act=what, reference=reference)


@pytest.mark.requirement("F20.5")
@pytest.mark.parametrize(
    ("before", "now", "falls"), [(10, 6, True), (10, 7, False), (0, 0, False), (1, 0, True), (10, 11, False)]
)
def test_a_drop_of_forty_per_cent_is_a_warning(before: int, now: int, falls: bool) -> None:
    assert dropped(before, now, 40) is falls


@pytest.mark.requirement("F20.5")
def test_attendance_is_held_against_the_three_events_before() -> None:
    days = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")
    panel = {name: getattr(EMPTY, name) for name in EMPTY.__slots__}

    steady = Panel(**{**panel, "attendance": tuple(zip(days, (100, 10, 10, 10, 7), strict=True))})
    fell = Panel(**{**panel, "attendance": tuple(zip(days, (100, 10, 10, 10, 6), strict=True))})

    assert steady.warnings(40) == ()
    assert fell.warnings(40) == ("attendance",)
    assert EMPTY.warnings(40) == ()


@pytest.mark.requirement("F20.5")
async def test_the_panel_counts_people_answers_reuse_and_events(pillar: Learn) -> None:
    for number in range(5):
        await civil_servant(pillar.context, f"m-{number}")
        await act(pillar, f"m-{number}", Act.ANSWERED, f"old-{number}", 120)
    await act(pillar, "m-0", Act.ANSWERED, "new", 10)
    await act(pillar, "m-1", Act.ATTENDED, "event", 5)
    await act(pillar, "m-2", Act.REUSED, "answer", 5)

    async with pillar.officer(*FACILITATOR) as client:
        told = (await client.get(f"{API}/communities/open-data/health")).json()

    assert (told["active"], told["activeBefore"]) == (3, 5)
    assert (told["contributors"], told["contributorsBefore"], told["reused"]) == (1, 5, 1)
    assert told["attendance"] == []
    assert told["warnings"] == ["active", "contributors"]


@pytest.mark.requirement("F20.5")
async def test_questions_count_by_their_first_answer(pillar: Learn) -> None:
    client = await joined(pillar)
    async with client:
        asked = await client.post(
            f"{API}/communities/open-data/discussions", json={"title": "Which licence?", "body": "For maps"}
        )
        await client.post(f"{API}/communities/open-data/discussions", json={"title": "Where?", "body": "To publish"})
        answers = f"{API}/discussions/{asked.json()['id']}/answers"
        await client.post(answers, json={"body": "I ask myself"})
    async with await joined(pillar, "liam") as other:
        await other.post(answers, json={"body": "CC BY"})
    async with pillar.officer(*FACILITATOR) as client:
        told = (await client.get(f"{API}/communities/open-data/health")).json()

    assert (told["asked"], told["answered"], told["answeredPercent"], told["hoursToAnswer"]) == (2, 1, 50, 0.0)


@pytest.mark.requirement("F20.5")
async def test_the_panel_is_for_those_who_lead(pillar: Learn) -> None:
    for number in range(5):
        await civil_servant(pillar.context, f"m-{number}")
        await act(pillar, f"m-{number}", Act.ANSWERED, f"old-{number}", 120)
    client = await joined(pillar)
    async with client:
        refused = await client.get(f"{API}/communities/open-data/health")
    async with pillar.browser(*FACILITATOR, subject="facilitator") as browser:
        shown = await page(browser, "/communities/open-data/health")

    assert refused.status_code in {403, 404}
    assert "Far fewer members are active than before." in shown


@pytest.mark.requirement("F21.3", "F20.5")
async def test_the_panel_shows_how_long_it_takes_until_a_question_is_resolved(pillar: Learn) -> None:
    asked_at = clock.now() - timedelta(hours=10)
    async with await joined(pillar) as client, pillar.officer(*FACILITATOR) as lead:
        for number, (hours, accepted) in enumerate([(2, True), (6, True), (9, False)]):
            with clock.fixed(asked_at):
                given = {"title": f"Question {number}", "body": "For maps"}
                asked = await client.post(f"{API}/communities/open-data/discussions", json=given)
            path = f"{API}/discussions/{asked.json()['id']}/answers"
            with clock.fixed(asked_at + timedelta(hours=1)):
                await client.post(path, json={"body": "Not yet"})
            with clock.fixed(asked_at + timedelta(hours=hours)):
                told = await client.post(path, json={"body": "CC BY"})
            answer_id = told.json()["answers"][-1]["id"]
            if accepted:
                put = await lead.put(f"{path}/{answer_id}/promoted", json={"promoted": True})
                assert put.status_code < 300, put.text
        panel = (await lead.get(f"{API}/communities/open-data/health")).json()
    async with pillar.browser(*FACILITATOR, subject="facilitator") as browser:
        shown = await page(browser, "/communities/open-data/health")

    assert (panel["resolved"], panel["hoursToResolve"]) == (2, 4.0)
    assert "Hours until the accepted answer, median" in shown

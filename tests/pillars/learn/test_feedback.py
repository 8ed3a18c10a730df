"""Policy feedback: insights go to policies, responses come back with reasons, everybody follows the trace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.knowing.feedback.model import State, state
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases

INSIGHT = {
    "name": "Forms ask for what registers know",
    "insight": "In nine of ten services people type what a register holds already.",
    "origin": "community",
    "source": "Community of service designers",
    "themes": ["useful-services"],
    "document": "standard",
    "proposal": "Ask once: a service reads the register instead.",
    "due": "2026-12-31",
}
RESPONSE = {
    "insight": "ask-once", "answer": "accept", "reason": "It saves two million entries a year.",
    "body": "Office of standards", "answered": "2026-12-01", "change": "Service standard, point 4",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    async with made.officer("learn:facilitate") as client:
        document = {"name": "Service standard", "body": "Office of standards", "version": "3"}
        for path, content in (("policy-documents/standard", document), ("policy-insights/ask-once", INSIGHT)):
            answer = await client.put(f"{API}/{path}", json={"content": content})
            assert answer.status_code == 200, answer.text
    return made


@pytest.mark.requirement("F25.1")
async def test_an_insight_without_a_policy_document_is_refused(pillar: Learn) -> None:
    content = {name: value for name, value in INSIGHT.items() if name != "document"}
    async with pillar.officer("learn:facilitate") as client:
        answer = await client.put(f"{API}/policy-insights/other", json={"content": content})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["document"])


@pytest.mark.requirement("F25.1")
@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"reason": ""}, "reason"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "defer"}, "until"),
        ({"answer": "defer", "until": "2026-11-01"}, "until"),
    ],
)
async def test_a_response_is_one_of_three_and_has_a_reason(pillar: Learn, changed: dict[str, str], wrong: str) -> None:
    async with pillar.officer("learn:lead") as client:
        answer = await client.put(f"{API}/policy-responses/r", json={"content": {**RESPONSE, **changed}})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [wrong])


@pytest.mark.requirement("F25.1")
async def test_whoever_brings_insights_does_not_respond_to_them(pillar: Learn) -> None:
    async with pillar.officer("learn:facilitate") as client:
        answer = await client.put(f"{API}/policy-responses/r", json={"content": RESPONSE})
        trace = (await client.get(f"{API}/policy-feedback/ask-once")).json()

    assert (answer.status_code, trace["responses"], trace["state"]) == (403, [], "waiting")


@pytest.mark.requirement("F25.1")
async def test_everybody_follows_an_insight_from_its_origin_to_the_response(pillar: Learn) -> None:
    async with pillar.nobody() as client, pillar.officer("learn:lead") as leader:
        before = (await client.get(f"{API}/policy-feedback/ask-once")).json()
        await leader.put(f"{API}/policy-responses/r", json={"content": RESPONSE})
    with clock.fixed(datetime(2027, 6, 1, tzinfo=UTC)):
        async with pillar.nobody() as client:
            after = (await client.get(f"{API}/policy-feedback/ask-once")).json()
    async with pillar.nobody() as client:
        unknown = await client.get(f"{API}/policy-feedback/none")

    assert (before["state"], before["responses"], before["document"]) == ("waiting", [], "Service standard")
    assert after["state"] == "accept"
    assert after["responses"] == [{name: value for name, value in RESPONSE.items() if name != "insight"}]
    assert unknown.status_code == 404


async def test_an_insight_that_was_taken_out_of_use_is_public_no_more(pillar: Learn) -> None:
    async with pillar.officer("learn:facilitate") as client, pillar.browser() as browser, pillar.nobody() as nobody:
        before = await nobody.get(f"{API}/policy-feedback/ask-once")
        await client.delete(f"{API}/policy-insights/ask-once")
        after = await nobody.get(f"{API}/policy-feedback/ask-once")
        await page(browser, "/policy-feedback/ask-once", 404)

    assert (before.status_code, after.status_code) == (200, 404)


@pytest.mark.requirement("F25.1")
async def test_an_insight_whose_day_has_passed_is_shown_as_overdue(pillar: Learn) -> None:
    with clock.fixed(datetime(2027, 1, 1, tzinfo=UTC)):
        async with pillar.nobody() as client:
            found = (await client.get(f"{API}/policy-feedback")).json()["traces"]
            shown = await page(client, "/policy-feedback")

    assert [one["state"] for one in found] == ["overdue"]
    assert "Response is overdue" in shown


@pytest.mark.parametrize(
    ("responses", "today", "expected"),
    [
        ([], "2026-12-31", State.WAITING),
        ([], "2027-01-01", State.OVERDUE),
        # Of two on one day the later one counts, and one of a day to come does not count yet.
        ([{"answer": "reject", "answered": "2026-12-01"}, {"answer": "accept", "answered": "2026-12-01"}],
         "2026-12-01", State.ACCEPTED),
        ([{"answer": "reject", "answered": "2026-12-01"}, {"answer": "accept", "answered": "2031-12-01"}],
         "2026-12-02", State.REJECTED),
        ([{"answer": "defer", "answered": "2026-12-01", "until": "2027-02-01"}], "2027-02-01", State.DEFERRED),
        ([{"answer": "defer", "answered": "2026-12-01", "until": "2027-02-01"}], "2027-02-02", State.OVERDUE),
        (
            [
                {"answer": "reject", "answered": "2027-02-02"},
                {"answer": "defer", "answered": "2026-12-01", "until": "2027-02-01"},
            ],
            "2027-03-01", State.REJECTED,
        ),
        ([{"answer": "accept", "answered": "2026-12-01"}], "2028-01-01", State.ACCEPTED),
    ],
)  # fmt: skip
def test_the_last_response_says_where_an_insight_stands(
    responses: list[dict[str, str]], today: str, expected: State
) -> None:
    assert state(INSIGHT, responses, today=today) == expected


@pytest.mark.requirement("F25.2")
async def test_three_guiding_questions_are_standing_themes_that_narrow_the_list(pillar: Learn) -> None:
    async with pillar.nobody() as client, pillar.officer() as officer:
        terms = (await officer.get(f"{API}/vocabularies/policy-theme")).json()["terms"]
        lists = [(await client.get(f"{API}/policy-feedback?theme={term['code']}")).json() for term in terms]
        shown = await page(client, "/policy-feedback?theme=openness")

    assert [term["code"] for term in terms] == ["openness", "open-data", "useful-services"]
    chosen = [[one["insightId"] for one in part["traces"]] for part in lists]
    assert chosen == [[], [], ["ask-once"]]
    assert "Openness and sensitive data" in shown
    assert "No insight was routed" in shown


async def test_insights_beyond_one_part_of_the_list_are_listed_too(pillar: Learn) -> None:
    async with pillar.officer("learn:facilitate") as client, pillar.nobody() as nobody:
        for number in range(3):
            await client.put(f"{API}/policy-insights/b{number}", json={"content": INSIGHT})
        first = (await nobody.get(f"{API}/policy-feedback?limit=2")).json()
        rest = (await nobody.get(f"{API}/policy-feedback?limit=2&after={first['next']}")).json()

    listed = [one["insightId"] for part in (first, rest) for one in part["traces"]]
    assert listed == ["ask-once", "b0", "b1", "b2"]


@pytest.mark.requirement("F25.1")
async def test_the_pages_lead_from_an_insight_to_its_response(pillar: Learn) -> None:
    async with pillar.browser("learn:lead") as leader, pillar.nobody() as nobody:
        trace = await page(leader, "/policy-feedback/ask-once")
        form = await page(leader, "/policy-responses/new?to=ask-once")
        told: dict[str, Any] = {
            "insight": "ask-once", "answer": "reject", "reason": "Too early.", "body": "Office",
            "answered-day": "1", "answered-month": "12", "answered-year": "2026",
        }  # fmt: skip
        made = await send(leader, form, "/policy-responses/new", **told)
        shown = await page(nobody, "/policy-feedback/ask-once")
        missing = await nobody.get("/policy-feedback/none")

    assert "/policy-responses/new?to=ask-once" in trace
    assert made.status_code == 303
    assert "Rejected by Office" in shown
    assert "Too early." in shown
    assert "Respond" not in shown
    assert missing.status_code == 404

"""Technical review: interests declared, authors without a voice, challenges with their time, decisions on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.knowing.reviews import service
from govstack.pillars.learn.knowing.reviews.model import Voice, outcome
from govstack.pillars.learn.people import service as people
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.databases import Databases

EXPERT = "learn:advise"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    async with made.bench.person("author", EXPERT, attributes={"person_id": "N-a"}) as client:
        await civil_servant(made.context, "author", number="N-a")
        await client.get(f"{API}/me")
        deliverable = {
            "name": "Payments 2.0", "version": "2.0", "group": "Payments", "authors": ["author"], "milestone": "M2"
        }  # fmt: skip
        put = await client.put(f"{API}/deliverables/payments", json={"content": deliverable})
        assert put.status_code == 200, put.text
        today = clock.now().date()
        await open_round(made, opens=today, closes=today + timedelta(days=7))
    return made


async def open_round(pillar: Learn, *, opens: date, closes: date) -> None:
    content = {
        "deliverable": "payments", "name": "Round 1", "opens": opens.isoformat(), "closes": closes.isoformat()
    }  # fmt: skip
    async with pillar.officer(EXPERT) as client:
        answer = await client.put(f"{API}/review-rounds/one", json={"content": content})
        assert answer.status_code == 200, answer.text


def reviewer(pillar: Learn, name: str = "reviewer") -> object:
    return pillar.bench.person(name, EXPERT, name=name.title())


VOICES = f"{API}/review-rounds/one/voices"


@pytest.mark.requirement("F21.1")
async def test_a_reviewer_declares_interests_before_deciding(pillar: Learn) -> None:
    async with reviewer(pillar) as client:  # type: ignore[attr-defined]
        early = await client.put(f"{VOICES}/decision", json={"decision": "approve"})
        await client.put(f"{VOICES}/interest", json={})
        decided = await client.put(f"{VOICES}/decision", json={"decision": "approve-with-changes", "comment": "Ids"})
        again = await client.put(f"{VOICES}/decision", json={"decision": "approve"})

    assert (early.status_code, early.json()["code"]) == (400, "interest-undeclared")
    assert decided.json()["outcome"] == "approve-with-changes"
    assert (again.json()["outcome"], len(again.json()["voices"])) == ("approve", 1)


@pytest.mark.requirement("F21.2")
async def test_whoever_wrote_a_part_does_not_vote(pillar: Learn) -> None:
    async with pillar.bench.person("author", EXPERT, attributes={"person_id": "N-a"}) as client:
        await client.put(f"{VOICES}/interest", json={"conflict": "I wrote it"})
        vote = await client.put(f"{VOICES}/decision", json={"decision": "approve"})

    assert (vote.status_code, vote.json()["code"]) == (403, "author-may-not-vote")


@pytest.mark.requirement("F21.1")
@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ([("none", "approve"), ("none", "reject")], "reject"),
        ([("none", "approve"), ("I sell it", "reject")], "approve"),
        ([("none", "approve"), ("none", "approve-with-changes")], "approve-with-changes"),
        ([("none", "")], ""),
    ],
)
def test_voices_with_an_interest_do_not_count(said: list[tuple[str, str]], comes_to: str) -> None:
    voices = [Voice(str(number), conflict, decision, "", "") for number, (conflict, decision) in enumerate(said)]

    assert outcome(voices) == comes_to


@pytest.mark.requirement("F21.2")
def test_the_voice_of_somebody_who_became_an_author_does_not_count() -> None:
    voices = [Voice("a", "none", "approve", "", ""), Voice("b", "none", "approve-with-changes", "", "")]

    assert outcome(voices) == "approve-with-changes"
    assert outcome(voices, authors=["b"]) == "approve"
    assert outcome(voices, authors=["a", "b"]) == ""


async def test_a_round_takes_decisions_between_its_days_only(pillar: Learn) -> None:
    today = clock.now().date()
    await open_round(pillar, opens=today - timedelta(days=9), closes=today - timedelta(days=1))
    async with reviewer(pillar) as client:  # type: ignore[attr-defined]
        late = await client.put(f"{VOICES}/interest", json={})
    async with pillar.officer(EXPERT) as client:
        content = {"deliverable": "payments", "name": "R", "opens": "2026-02-01", "closes": "2026-01-01"}
        backwards = await client.post(f"{API}/review-rounds", json={"content": content})

    assert (late.status_code, late.json()["code"]) == (409, "round-closed")
    assert list(backwards.json()["fields"]) == ["closes"]


@pytest.mark.requirement("F21.3")
async def test_it_is_told_how_long_challenges_take(pillar: Learn) -> None:
    challenge = {
        "challenge": "Ids clash", "solution": "One registry of ids", "escalated": "governance",
        "alsoTold": ["working-group"], "raised": "2026-03-01",
    }  # fmt: skip
    async with pillar.officer("learn:advise") as client, pillar.browser("learn:advise") as browser:
        empty = (await client.get(f"{API}/challenge-times")).json()
        for number, ended in enumerate(("2026-03-11", "2026-03-05", "")):
            content = challenge | ({"resolved": ended} if ended else {})
            await client.put(f"{API}/challenges/c{number}", json={"content": content})
        with clock.fixed(datetime(2026, 3, 31, 12, tzinfo=UTC)):
            told = (await client.get(f"{API}/challenge-times")).json()
        shown = await page(browser, "/challenge-times")
        led = await page(browser, "/expertise")
    async with pillar.person() as stranger:
        refused = await stranger.get(f"{API}/challenge-times")

    assert empty == {"challenges": [], "medianDays": None}
    assert [(one["id"], one["days"], one["resolved"]) for one in told["challenges"]] == [
        ("c2", 30, False), ("c0", 10, True), ("c1", 4, True)
    ]  # fmt: skip
    assert told["medianDays"] == 7
    assert "took at most 7 days" in shown
    assert 'href="/challenge-times"' in led
    assert refused.status_code == 403


@pytest.mark.requirement("F21.3")
async def test_challenges_are_told_on_and_their_time_is_known(pillar: Learn) -> None:
    challenge = {
        "challenge": "Ids clash", "solution": "One registry of ids", "escalated": "governance", "raised": "2026-03-01"
    }  # fmt: skip
    async with pillar.officer(EXPERT) as client:
        made = await client.post(f"{API}/challenges", json={"content": {**challenge, "resolved": "2026-03-11"}})
        backwards = await client.post(f"{API}/challenges", json={"content": {**challenge, "resolved": "2026-02-01"}})
        untold = await client.post(f"{API}/challenges", json={"content": {**challenge, "escalated": "friends"}})

    assert made.status_code == 201
    assert made.status_code == 201
    assert list(backwards.json()["fields"]) == ["resolved"]
    assert list(untold.json()["fields"]) == ["escalated"]


@pytest.mark.requirement("F21.4")
async def test_advice_is_a_decision_on_record_that_can_be_replaced(pillar: Learn) -> None:
    decision = {
        "decision": "Specifications are written in Markdown", "context": "Word files part", "reason": "Versions",
        "decided": "2026-01-05",
    }  # fmt: skip
    async with pillar.officer(EXPERT) as client:
        first = await client.put(f"{API}/decision-records/d1", json={"content": decision, "audience": "public"})
        second = await client.put(f"{API}/decision-records/d2", json={"content": {**decision, "replaces": "d1"}})
    async with pillar.nobody() as nobody:
        read = await nobody.get(f"{API}/decision-records")

    assert [first.status_code, second.status_code] == [200, 200]
    assert [one["id"] for one in read.json()["records"]] == ["d1"]


async def test_a_reviewer_works_on_pages(pillar: Learn) -> None:
    async with pillar.browser(EXPERT, subject="reviewer") as client:
        start = await page(client, "/review-rounds/one/voices")
        unsaid = await send(client, start, "/voices/declare", has="yes")
        endless = await send(client, start, "/voices/declare", has="yes", conflict="c" * 5_001)
        await send(client, start, "/voices/declare", has="no")
        ready = await page(client, "/review-rounds/one/voices")
        silent = await send(client, ready, "/voices/decide", decision="reject")
        long = await send(client, ready, "/voices/decide", decision="reject", comment="c" * 5_001)
        assert [(one.status_code, "c" * 5_001 in one.text) for one in (endless, long)] == [(400, True)] * 2
        await send(client, ready, "/voices/decide", decision="reject", comment="Ids clash")
        after = await page(client, "/review-rounds/one/voices")

    assert "Say what your interest is." in unsaid.text
    assert "Say what has to change." in silent.text
    assert "So far this round comes to: Reject" in after


async def test_an_erased_reviewer_leaves_a_decision_without_words(pillar: Learn) -> None:
    async with reviewer(pillar) as client:  # type: ignore[attr-defined]
        me = (await client.get(f"{API}/me")).json()["id"]
        await client.put(f"{VOICES}/interest", json={"conflict": "My brother sells it"})
        await client.put(f"{VOICES}/decision", json={"decision": "reject", "comment": "Amina was here"})
    await people.erase(pillar.context, by=OFFICER, person_id=me)
    async with pillar.context.database.transaction() as tx:
        await service.forget(tx, me)
    async with pillar.officer(EXPERT) as client:
        left = (await client.get(VOICES)).json()

    assert [(one["conflict"], one["decision"], one["comment"]) for one in left["voices"]] == [
        ("declared", "reject", "")
    ]
    assert left["outcome"] == ""

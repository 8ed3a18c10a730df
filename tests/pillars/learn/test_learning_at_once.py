"""Courses that several people write, judge and take at the same moment: nothing is lost, and nobody gets past."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses import store as course_rows
from govstack.pillars.learn.learning.studying import store as study_rows
from govstack.pillars.learn.people import service as people
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.builders.mediator import trail
from tests.builders.written_courses import PAGES, SHEET, author, begun, published, ready, reviewer
from tests.databases import Databases

TEXTS = [PAGES[0], {**PAGES[0], "id": "two", "title": "And then"}]


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await courses.install(made.context)
    return made


def slow(monkeypatch: pytest.MonkeyPatch, where: object, name: str, *, after: bool = True) -> None:
    """Let a function of a module take so long that what runs beside it comes in between."""
    real: Callable[..., Awaitable[Any]] = getattr(where, name)

    async def slowly(*given: Any, **named: Any) -> Any:
        if not after:
            await asyncio.sleep(0.2)
        found = await real(*given, **named)
        if after:
            await asyncio.sleep(0.2)
        return found

    monkeypatch.setattr(where, name, slowly)


@pytest.mark.requirement("F14.4")
async def test_the_last_two_pages_that_are_read_at_the_same_moment_complete_a_course(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    course_id = await published(pillar, pages=TEXTS)
    where = f"{API}/courses/{course_id}"
    slow(monkeypatch, study_rows, "do")
    async with pillar.person() as learner:
        await learner.post(f"{where}/start")
        sent = await asyncio.gather(*(learner.post(f"{where}/pages/{one['id']}/done") for one in TEXTS))
        told = (await learner.get(f"{where}/progress")).json()

    assert [one.status_code for one in sent] == [200, 200]
    assert told["start"]["completedAt"]


@pytest.mark.requirement("F14.4")
async def test_two_authors_who_save_at_once_both_keep_their_text_and_neither_may_approve_it(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with author(pillar) as first, reviewer(pillar) as second:
        course_id = await begun(first)
        await second.get(f"{API}/me")
        slow(monkeypatch, course_rows, "version")
        await asyncio.gather(
            first.put(f"{API}/courses/{course_id}/sheet", json={**SHEET, "minutes": 30}),
            second.put(f"{API}/courses/{course_id}/pages", json={"pages": TEXTS}),
        )
    _one, draft = await courses.draft(pillar.context, by=OFFICER, course_id=course_id)

    assert (draft.sheet.minutes, [one.id for one in draft.pages]) == (30, ["one", "two"])
    assert len(draft.editors) == 2


@pytest.mark.requirement("F14.4")
async def test_no_text_changes_while_it_is_in_review(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    async with author(pillar) as client:
        course_id = await begun(client)
        await ready(client, course_id)
        slow(monkeypatch, course_rows, "put_version", after=False)

        async def submitted() -> httpx.Response:
            await asyncio.sleep(0.1)
            return await client.post(f"{API}/courses/{course_id}/submit")

        written, given = await asyncio.gather(
            client.put(f"{API}/courses/{course_id}/sheet", json={**SHEET, "minutes": 30}), submitted()
        )
    lines = [
        (await trail(pillar.context, action))[-1].number
        for action in ("learn.course.written", "learn.course.submitted")
    ]

    assert (written.status_code, given.status_code) == (200, 200)
    assert lines == sorted(lines)


@pytest.mark.requirement("F14.4")
async def test_an_approval_is_of_the_text_that_was_read(pillar: Learn) -> None:
    async with author(pillar) as client:
        course_id = await begun(client)
        await ready(client, course_id)
        read = (await client.post(f"{API}/courses/{course_id}/submit")).json()["changedAt"]
        async with pillar.browser("learn:teach", subject="reviewer") as desk:
            shown = await page(desk, f"/workshop/{course_id}")
            await client.post(f"{API}/courses/{course_id}/withdraw")
            await client.put(f"{API}/courses/{course_id}/sheet", json={**SHEET, "minutes": 30})
            now = (await client.post(f"{API}/courses/{course_id}/submit")).json()["changedAt"]
            late = await send(desk, shown, f"/workshop/{course_id}/review", act="approve", remark="Good")
    async with reviewer(pillar) as other:
        where = f"{API}/courses/{course_id}/review"
        refused = await other.post(where, json={"approved": True, "changedAt": read})
        taken = await other.post(where, json={"approved": True, "changedAt": now})

    assert "This course was changed after you read it." in late.text
    assert (refused.status_code, refused.json()["code"]) == (409, "course-changed-since")
    assert (taken.status_code, taken.json()["state"]) == (200, "published")


@pytest.mark.requirement("F14.4")
async def test_nothing_is_handed_in_or_judged_of_somebody_who_was_erased_meanwhile(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    course_id = await published(pillar)
    where = f"{API}/courses/{course_id}"
    async with pillar.person("amina") as amina, pillar.person("liam") as liam, reviewer(pillar) as judge:
        ids = [(await client.get(f"{API}/me")).json()["id"] for client in (amina, liam)]
        for client in (amina, liam):
            await client.post(f"{where}/start")
        handed = (await liam.post(f"{where}/pages/three/assignments", json={"words": "We met."})).json()
        monkeypatch.setattr(people, "present", _nobody)
        late = await amina.post(f"{where}/pages/three/assignments", json={"words": "Of me."})
        judged = await judge.post(f"{API}/assignments/{handed['id']}/judgement", json={"accepted": True, "remark": "x"})
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT learner_id, state FROM course_handin")

    assert (late.status_code, judged.status_code) == (404, 404)
    assert [(row["learner_id"], row["state"]) for row in rows] == [(ids[1], "handed")]


async def _nobody(tx: object, person_ids: object) -> frozenset[str]:
    return frozenset()

"""Courses that everybody may read: without an account, on small pages, and nothing is kept of who reads."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.kernel.i18n import LANGUAGES
from tests.builders import written_courses as courses
from tests.builders.learning import API, Learn, learn, learn_in_demo, page, send
from tests.databases import Databases

QUIZ = "? What do you keep?\n+ The number\n- My password\n! With it you can ask."


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F10.1")
async def test_a_citizen_reads_an_open_course_and_tries_its_quiz_without_an_account(pillar: Learn) -> None:
    pages: list[dict[str, Any]] = [
        {"id": "p1", "title": "Say why", "body": "People follow a change when they know why."},
        {"id": "q1", "kind": "quiz", "title": "One question", "body": QUIZ},
        {"id": "w1", "kind": "assignment", "title": "Your letter", "body": "Write one."},
    ]
    course_id = await courses.published(pillar, pages=pages, open=True)
    async with pillar.nobody() as client:
        listed = await page(client, "/read")
        cover = await page(client, f"/read/{course_id}")
        read = await page(client, f"/read/{course_id}/p1")
        quiz = await page(client, f"/read/{course_id}/q1")
        wrong = await send(client, quiz, f"/read/{course_id}/q1", q0="1")
        right = await send(client, quiz, f"/read/{course_id}/q1", q0="0")
        odd = await send(client, quiz, f"/read/{course_id}/q1", q0="x", q99999="0")
        work = await page(client, f"/read/{course_id}/w1")
        absent = await client.get(f"/read/{course_id}/none")
        told = (await client.get(f"{API}/open-courses/{course_id}")).json()
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT * FROM course_start")

    assert f'href="/read/{course_id}"' in listed
    assert f'href="/read/{course_id}/q1"' in cover
    assert "People follow a change" in read
    assert ("Not right yet" in wrong.text, "Right" in right.text, "Not right yet" in odd.text) == (True, True, True)
    assert "With it you can ask." in right.text
    assert "This part is for people who signed in" in work
    assert absent.status_code == 404
    assert [one["id"] for one in told["pages"]] == ["p1", "q1", "w1"]
    assert "The number" in told["pages"][1]["body"]
    assert "+" not in told["pages"][1]["body"]
    assert kept == []


@pytest.mark.requirement("F10.1")
async def test_no_other_course_is_read_without_an_account(pillar: Learn) -> None:
    closed = await courses.published(pillar)
    async with pillar.officer("learn:teach") as client:
        draft = await courses.begun(client, open=True)
        paid = await courses.begun(client, open=True, paid=True)
        report = (await client.get(f"{API}/courses/{paid}/report")).json()
    async with pillar.nobody() as client:
        answers = [(await client.get(f"{API}/open-courses/{one}")).status_code for one in (closed, draft, paid, "none")]
        listed = (await client.get(f"{API}/open-courses")).json()
        pages = [(await client.get(f"/read/{one}")).status_code for one in (closed, draft, paid, "none")]

    assert "A course that people pay for cannot be open to everybody." in report["missing"]
    assert answers == pages == [404] * 4
    assert listed == {"courses": [], "next": ""}


@pytest.mark.requirement("F10.1", "F32.1")
async def test_the_demo_country_has_a_course_for_citizens_in_every_language(sqlite_databases: Databases) -> None:
    pillar = await learn_in_demo(sqlite_databases)
    async with pillar.nobody() as client:
        open_ = {one["language"]: one["id"] for one in (await client.get(f"{API}/open-courses")).json()["courses"]}
        sizes = [
            len(await page(client, f"/read/{course_id}/{part}?lang={language}"))
            for language, course_id in open_.items()
            for part in ("find", "password", "questions")
        ]
        offered = await page(client, "/catalogue/digital-basics")

    assert set(open_) == set(LANGUAGES)
    assert max(sizes) < 200_000
    assert 'href="/read/first-steps-online"' in offered

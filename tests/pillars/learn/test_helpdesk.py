"""The helpdesk of courses: asked without a name, answered once, counted against the time that each course promises."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.helpdesk import model, service
from govstack.pillars.learn.manifest import KEEPING, MANIFEST
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.retention import service as retention
from tests.builders.learning import API, OFFICER, PAGES, Learn, heard, learn, page, send
from tests.builders.written_courses import author, begun, published
from tests.databases import Databases
from tests.page_lint import lint

QUESTION = "Who signs the minutes?"
ANSWER = "Whoever led the meeting."


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await materials.install(made.context)
    await courses.install(made.context)
    return made


async def asked(pillar: Learn, course_id: str, words: str = QUESTION, *, status: int = 201) -> httpx.Response:
    """Ask as a learner."""
    async with pillar.person() as learner:
        answer = await learner.post(f"{API}/courses/{course_id}/questions", json={"words": words})
    assert answer.status_code == status, answer.text
    return answer


async def answered(pillar: Learn, question_id: str, words: str = ANSWER) -> httpx.Response:
    """Answer as somebody who teaches."""
    async with author(pillar) as client:
        return await client.put(f"{API}/course-questions/{question_id}/answer", json={"words": words})


@pytest.mark.requirement("F33.2")
async def test_a_question_is_due_after_the_hours_that_its_course_promises_and_is_answered_once(pillar: Learn) -> None:
    course_id = await published(pillar)

    one = (await asked(pillar, course_id)).json()
    again = (await asked(pillar, course_id, f" {QUESTION} ")).json()
    first = await answered(pillar, one["id"])
    same = await answered(pillar, one["id"])
    other = await answered(pillar, one["id"], "Nobody.")
    async with pillar.person() as learner:
        mine = (await learner.get(f"{API}/my-course-questions", params={"course": course_id})).json()["questions"]
        elsewhere = (await learner.get(f"{API}/my-course-questions", params={"course": "another"})).json()["questions"]

    waited = clock.parse(one["dueAt"]) - clock.parse(one["askedAt"])
    assert waited == timedelta(hours=24)
    assert again["id"] == one["id"]
    assert (one["state"], first.json()["state"]) == ("waiting", "in-time")
    assert same.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "question-answered")
    assert [(each["words"], each["answer"]) for each in mine] == [(QUESTION, ANSWER)]
    assert elsewhere == []


@pytest.mark.requirement("F33.2")
async def test_what_is_late_and_what_is_overdue_is_counted_at_each_course(pillar: Learn) -> None:
    course_id = await published(pillar)
    await answered(pillar, (await asked(pillar, course_id)).json()["id"])
    late, missing = [(await asked(pillar, course_id, words)).json()["id"] for words in ("When?", "Where?")]
    with clock.fixed(clock.now() + timedelta(hours=25)):
        await answered(pillar, late)
        await asked(pillar, course_id, "Why?")
        async with author(pillar) as client:
            figures = (await client.get(f"{API}/helpdesk-figures")).json()["courses"]
            waiting = (await client.get(f"{API}/course-questions", params={"show": "waiting"})).json()["questions"]
            after = await client.get(
                f"{API}/course-questions", params={"show": "waiting", "after": missing, "limit": 1}
            )  # fmt: skip
            listed = (await client.get(f"{API}/course-questions", params={"course": course_id})).json()["questions"]
            shown = await page(pillar.browser("learn:teach", subject="author"), "/helpdesk")

    assert figures == [{"courseId": course_id, "asked": 4, "waiting": 1, "overdue": 1, "inTime": 1, "late": 1}]
    assert [(one["words"], one["state"]) for one in waiting] == [("Where?", "overdue"), ("Why?", "waiting")]
    assert [one["words"] for one in after.json()["questions"]] == ["Why?"]
    assert {one["state"] for one in listed} == {"waiting", "overdue", "in-time", "late"}
    assert "33 %" in shown or "33\u00a0%" in shown


@pytest.mark.parametrize(
    ("kept", "percent"),
    [((5, 2, 1, 1, 1), 33), ((2, 2, 0, 0, 0), None), ((1, 0, 1, 0, 0), 0), ((3, 0, 0, 3, 0), 100)],
)
def test_what_still_has_time_is_not_judged(kept: tuple[int, int, int, int, int], percent: int | None) -> None:
    asked, waiting, overdue, in_time, late = kept
    one = model.Kept(course_id="a", asked=asked, waiting=waiting, overdue=overdue, in_time=in_time, late=late)
    assert one.percent == percent


@pytest.mark.requirement("F33.2")
async def test_nobody_but_who_teaches_reads_or_answers_what_others_asked(pillar: Learn) -> None:
    course_id = await published(pillar)
    question_id = (await asked(pillar, course_id)).json()["id"]

    async with pillar.person("other") as other:
        theirs = (await other.get(f"{API}/my-course-questions")).json()["questions"]
        refused = [
            (await other.get(f"{API}/course-questions")).status_code,
            (await other.get(f"{API}/course-questions/{question_id}")).status_code,
            (await other.get(f"{API}/helpdesk-figures")).status_code,
            (await other.put(f"{API}/course-questions/{question_id}/answer", json={"words": "x"})).status_code,
        ]
    async with pillar.nobody() as nobody:
        stranger = await nobody.post(f"{API}/courses/{course_id}/questions", json={"words": QUESTION})
    async with author(pillar) as client:
        read = await client.get(f"{API}/course-questions/{question_id}")
        me = (await client.post(f"{API}/courses/{course_id}/questions", json={"words": "Mine"})).json()["id"]
        own = await client.put(f"{API}/course-questions/{me}/answer", json={"words": "Mine too"})

    assert theirs == []
    assert refused == [403] * 4
    assert stranger.status_code == 401
    assert "amina" not in read.text.lower()
    assert (own.status_code, own.json()["code"]) == (409, "own-question")


@pytest.mark.requirement("F33.2")
async def test_questions_are_refused_where_nobody_answers_and_without_end(pillar: Learn) -> None:
    course_id = await published(pillar)
    async with author(pillar) as client:
        draft_id = await begun(client)

    await asked(pillar, draft_id, status=404)
    await asked(pillar, "nothing", status=404)
    blank = await asked(pillar, course_id, "   ", status=400)
    await asked(pillar, course_id, "x" * 4_001, status=400)
    for number in range(model.WAITING_MAX):
        await asked(pillar, course_id, f"Question {number}")
    full = await asked(pillar, course_id, "One more", status=409)

    assert blank.json()["code"] == "no-words"
    assert full.json()["code"] == "too-many-questions"
    assert (await answered(pillar, "nothing")).status_code == 404


@pytest.mark.requirement("F33.2")
async def test_one_question_sent_twice_at_once_is_there_once_and_has_one_answer(pillar: Learn) -> None:
    course_id = await published(pillar)
    await asked(pillar, course_id, "First of all")

    sent = await asyncio.gather(*(asked(pillar, course_id) for _ in range(4)))
    question_id = sent[0].json()["id"]
    given = await asyncio.gather(*(answered(pillar, question_id, f"Answer {number}") for number in range(4)))

    assert {one.json()["id"] for one in sent} == {question_id}
    assert sorted(one.status_code for one in given) == [200, 409, 409, 409]


@pytest.mark.requirement("F33.2")
async def test_a_learner_asks_and_reads_the_answer_on_pages(pillar: Learn) -> None:
    course_id = await published(pillar)
    learner, teacher = pillar.browser(), pillar.browser("learn:teach", subject="author")
    course = await page(learner, f"/courses/{course_id}")
    empty = await page(learner, f"/courses/{course_id}/help")
    wrong = await send(learner, empty, "/help", words=" ")
    sent = await send(learner, empty, "/help", words=QUESTION)
    waits = await page(learner, f"/courses/{course_id}/help")
    desk = await page(teacher, "/helpdesk")
    question_id = (await service.waiting(pillar.context))[0].id
    shown = await page(teacher, f"/helpdesk/{question_id}")
    bare = await send(teacher, shown, question_id, words="")
    given = await send(teacher, shown, question_id, words=ANSWER)
    told = await page(learner, f"/courses/{course_id}/help")
    done = await page(teacher, f"/helpdesk/{question_id}")
    late = await send(teacher, shown, question_id, words="Another one")
    file = await learner.get(f"{PAGES}/my-question-list?format=csv")
    all_of_them = await teacher.get(f"{PAGES}/exports/course-questions?format=json")

    assert f'/courses/{course_id}/help"' in course
    assert [one.status_code for one in (wrong, sent, bare, given, late)] == [400, 303, 400, 303, 409]
    assert lint(wrong.text) == lint(bare.text) == lint(late.text) == []
    assert "Waits for an answer" in waits
    assert QUESTION in desk
    assert ANSWER in told
    assert "Answered in time" in told
    assert "<textarea" not in done
    assert QUESTION in file.text
    assert [one["answer"] for one in all_of_them.json()] == [ANSWER]


@pytest.mark.requirement("F33.2", "F31.2")
async def test_what_an_erased_learner_asked_goes_and_what_was_answered_still_counts(pillar: Learn) -> None:
    course_id = await published(pillar)
    await answered(pillar, (await asked(pillar, course_id)).json()["id"])
    await asked(pillar, course_id, "And then?")
    async with pillar.person() as learner:
        me = (await learner.get(f"{API}/me")).json()["id"]
    await people.erase(pillar.context, by=OFFICER, person_id=me)
    await heard(pillar.context, people.ERASED, MANIFEST.subscriptions[people.ERASED])

    kept = await service.figures(pillar.context)
    listed = await service.listed(pillar.context)

    assert [(one.asked, one.in_time, one.waiting) for one in kept] == [(1, 1, 0)]
    assert listed == []


@pytest.mark.requirement("F33.2", "F31.2")
async def test_old_questions_are_cut_from_their_words_and_still_count(pillar: Learn) -> None:
    course_id = await published(pillar)
    question_id = (await asked(pillar, course_id)).json()["id"]
    await answered(pillar, question_id)
    await asked(pillar, course_id, "Still open")
    with clock.fixed(clock.now() + timedelta(days=731)):
        gone = await retention.let_go(pillar.context, by=SYSTEM, keepings=KEEPING)
        again = await retention.let_go(pillar.context, by=SYSTEM, keepings=KEEPING)
        left = await service.listed(pillar.context)
        figures = await service.figures(pillar.context)

    assert gone["LEARN_QUESTION_DAYS"] == 1
    assert "LEARN_QUESTION_DAYS" not in again
    assert [one.words for one in left] == ["Still open"]
    assert [(one.asked, one.in_time, one.overdue) for one in figures] == [(2, 1, 1)]

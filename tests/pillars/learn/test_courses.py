"""Courses: written in steps, checked, published by two people, read on slow lines, completed, and handed over."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import httpx
import pytest
from defusedxml import ElementTree as Xml

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.pillars.learn.learning.courses import model
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.plainness.model import accessible, readability, rendered
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.learning.studying import tasks
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from tests.builders import packages as made
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.builders.written_courses import PAGES, QUIZ, SHEET, author, begun, published, ready, reviewer
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made_one = await learn(databases)
    await materials.install(made_one.context)
    await courses.install(made_one.context)
    return made_one


@pytest.mark.requirement("F14.3")
async def test_a_course_goes_on_only_with_what_its_state_must_bring_forth(pillar: Learn) -> None:
    async with author(pillar) as client:
        course_id = await begun(client)
        bare = await client.put(f"{API}/courses/{course_id}/stage", json={"stage": "design"})
        await client.post(f"{API}/courses/{course_id}/artefacts", json={"words": "Forty clerks write no minutes."})
        leap = await client.put(f"{API}/courses/{course_id}/stage", json={"stage": "development"})
        moved = await client.put(f"{API}/courses/{course_id}/stage", json={"stage": "design"})
        again = await client.put(f"{API}/courses/{course_id}/stage", json={"stage": "development"})
        kept = await client.get(f"{API}/courses/{course_id}/artefacts")

    assert [one.status_code for one in (bare, leap, moved, again)] == [409, 409, 200, 409]
    assert bare.json()["code"] == "artefact-missing"
    assert [(one["stage"], one["words"]) for one in kept.json()["artefacts"]] == [
        ("analysis", "Forty clerks write no minutes.")
    ]


@pytest.mark.requirement("F14.4", "F33.2", "F33.3")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"channels": SHEET["channels"][:1]}, "two channels"),  # type: ignore[index]
        ({"helpdesk": ""}, "helpdesk"),
        ({"answerHours": 0}, "helpdesk"),
        ({"summary": ""}, "few words"),
        ({"pages": []}, "no pages"),
        ({"pages": [{"id": "a", "title": "A", "body": "![](data:image/png;base64,AAAA)"}]}, "picture"),
        ({"pages": [{"id": "a", "title": "A", "body": "# One\n\n### Three"}]}, "jumps"),
        ({"pages": [{"id": "a", "title": "A", "body": "[here](https://a.test)"}]}, "where it leads"),
        ({"pages": [{"id": "a", "title": "A", "kind": "video", "reference": "https://a.test/v"}]}, "no words to read"),
    ],
)
async def test_what_is_missing_is_named_and_keeps_a_course_back(
    pillar: Learn, change: dict[str, Any], words: str
) -> None:
    async with author(pillar) as client:
        course_id = await begun(client, **change)
        await ready(client, course_id)
        answer = await client.post(f"{API}/courses/{course_id}/submit")

    assert (answer.status_code, answer.json()["code"]) == (409, "course-not-complete")
    assert any(words in text for text in answer.json()["fields"].values())


@pytest.mark.requirement("F14.4")
async def test_an_open_line_of_the_checklist_keeps_a_course_back(pillar: Learn) -> None:
    async with author(pillar) as client:
        course_id = await begun(client)
        await ready(client, course_id)
        await client.put(f"{API}/courses/{course_id}/checks", json={"notes": {"reason": "", "unknown": ""}})
        answer = await client.post(f"{API}/courses/{course_id}/submit")
        found = (await client.get(f"{API}/courses/{course_id}/report")).json()

    assert answer.status_code == 409
    assert "reason" not in found["unchecked"]
    assert "tried" in found["unchecked"]


@pytest.mark.requirement("F14.4")
async def test_whoever_wrote_a_version_cannot_publish_it(pillar: Learn) -> None:
    async with author(pillar) as first, reviewer(pillar) as second:
        course_id = await begun(first)
        await ready(first, course_id)
        early = await second.post(f"{API}/courses/{course_id}/review", json={"approved": True})
        await second.put(f"{API}/courses/{course_id}/sheet", json={**SHEET, "minutes": 30})
        await first.post(f"{API}/courses/{course_id}/submit")
        locked = await first.put(f"{API}/courses/{course_id}/sheet", json=SHEET)
        alone = [
            await client.post(f"{API}/courses/{course_id}/review", json={"approved": True})
            for client in (first, second)
        ]
        async with pillar.bench.person("third", "learn:teach") as third:
            back = await third.post(f"{API}/courses/{course_id}/review", json={"approved": False, "words": "Too long"})
            said = await third.get(f"{API}/courses/{course_id}/reviews")
        async with pillar.person() as learner:
            unseen = await learner.get(f"{API}/courses/{course_id}")

    assert (early.json()["code"], locked.json()["code"]) == ("course-not-in-review", "course-in-review")
    assert [one.json()["code"] for one in alone] == ["second-person-needed"] * 2
    assert (back.json()["state"], said.json()["reviews"][0]["words"]) == ("draft", "Too long")
    assert unseen.status_code == 404


@pytest.mark.requirement("F13.2")
async def test_a_paid_course_cannot_hold_material_that_must_not_be_sold(pillar: Learn) -> None:
    async with author(pillar) as client:
        entered = await client.post(
            f"{API}/materials",
            json={
                "content": {"title": "Budget game", "licenceId": "CC-BY-NC-4.0"},
                "decision": {"choice": "create", "reason": "New"},
            },
        )
        sheet = {**SHEET, "materials": [entered.json()["id"]]}
        free = await client.post(f"{API}/courses", json={"sheet": sheet})
        paid = await client.put(f"{API}/courses/{free.json()['id']}/sheet", json={**sheet, "paid": True})

    assert (free.status_code, paid.json()["code"]) == (200, "licence-forbids-selling")


@pytest.mark.requirement("F33.1")
@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        ("en", "The cat sat on the mat. It was warm. ", "Organisational interoperability necessitates coordination. "),
        ("fr", "Le chat dort. Il a chaud. ", "L’interopérabilité nécessite inévitablement une reconfiguration. "),
        ("es", "El gato duerme. Hace sol. ", "La interoperabilidad necesita inevitablemente reconfiguración. "),
    ],
)  # fmt: skip
def test_an_easy_text_scores_higher_than_a_hard_one(language: str, easy: str, hard: str) -> None:
    light, heavy = readability([easy * 15], language), readability([hard * 15], language)

    assert light.score is not None
    assert heavy.score is not None
    assert light.score > 80 > 40 > heavy.score
    assert heavy.long_words


@pytest.mark.requirement("F33.1")
def test_a_language_without_a_measure_has_no_score_and_long_sentences_are_shown() -> None:
    found = readability(["كلمة " * 30 + "."], "ar")
    short = readability(["Two words."], "en")

    assert (found.score, len(found.long_sentences), short.score) == (None, 1, None)


def test_the_flesch_score_of_a_known_text() -> None:
    # 60 sentences of 3 words, 3 syllables each: 206.835 - 1.015 * 3 - 84.6 * 1.
    assert readability(["The cat sat. " * 60], "en").score == 100.0
    assert readability(["Seven clever monkeys borrow yellow paper. " * 20], "en").score == pytest.approx(31.5, abs=0.1)


@pytest.mark.requirement("F33.1")
async def test_the_score_is_shown_before_publishing_and_kept_with_the_version(pillar: Learn) -> None:
    pages = [{"id": "one", "title": "Why", "body": "People forget. Minutes do not. " * 20}]
    course_id = await published(pillar, pages=pages)
    async with author(pillar) as client:
        shown = (await client.get(f"{API}/courses/{course_id}")).json()
    async with pillar.browser("learn:teach") as client:
        text = await page(client, f"/workshop/{course_id}")

    assert shown["version"]["readability"]["score"] > 50
    assert "of 100:" in text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("# A\n\n#### B", '<h3 class="govuk-heading-s">B</h3>'),
        ("![A map](https://a.test/m.png)", '<a href="https://a.test/m.png" class="govuk-link">A map</a>'),
        ("| a |\n|---|\n| b |", "govuk-table__cell"),
    ],
)
def test_markdown_becomes_safe_html(text: str, wanted: str) -> None:
    assert wanted in rendered(text)
    assert "<script" not in rendered(text)


def test_an_accessible_page_has_no_faults() -> None:
    assert accessible("p", "# A\n\n## B\n\n[The law on data](https://a.test) ![A map](data:image/png;base64,AA)") == []


@pytest.mark.parametrize("text", ["", "no question", "? A\n+ yes", "? A\n- yes\n- no", "+ first\n? A"])
def test_a_quiz_that_cannot_be_answered_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        model.questions(text)


async def test_a_learner_goes_on_where_they_were_and_completes_once(pillar: Learn) -> None:
    course_id = await published(pillar)
    where = f"{API}/courses/{course_id}"
    async with pillar.person() as learner, author(pillar) as client:
        early = await learner.get(f"{where}/progress")
        start = (await learner.post(f"{where}/start")).json()
        read = (await learner.post(f"{where}/pages/one/done")).json()
        cheat = await learner.post(f"{where}/pages/two/done")
        half = (await learner.post(f"{where}/pages/two/answers", json={"answers": [[0], [0]]})).json()
        whole = (await learner.post(f"{where}/pages/two/answers", json={"answers": [[0], [0, 1]]})).json()
        handed = [
            (await learner.post(f"{where}/pages/three/assignments", json={"words": "We met."})).json() for _ in range(2)
        ]
        waiting = (await client.get(f"{where}/assignments")).json()["work"]
        returned = await client.post(
            f"{API}/assignments/{waiting[0]['id']}/judgement", json={"accepted": False, "remark": "When?"}
        )
        better = (await learner.post(f"{where}/pages/three/assignments", json={"words": "We met on Monday."})).json()
        accepted = [
            (await client.post(f"{API}/assignments/{better['id']}/judgement", json={"accepted": True})).json()
            for _ in range(2)
        ]
        after = (await learner.get(f"{where}/progress")).json()
        mine = (await learner.get(f"{where}/my-work")).json()["work"]
        figures = (await client.get(f"{where}/figures")).json()

    assert (early.json()["code"], start["next"], read["next"]) == ("course-not-begun", "one", "two")
    assert (cheat.json()["code"], half["right"], whole["right"]) == ("page-not-done-so", [True, False], [True, True])
    assert handed[0]["id"] == handed[1]["id"]
    assert (len(waiting), returned.json()["state"]) == (1, "returned")
    assert [one["state"] for one in accepted] == ["accepted", "accepted"]
    assert (after["percent"], after["next"], bool(after["start"]["completedAt"])) == (100, "", True)
    assert [(one["words"], one["remark"]) for one in mine] == [("We met on Monday.", ""), ("We met.", "When?")]
    assert figures == {"begun": 1, "completed": 1, "waiting": 0}


@pytest.mark.parametrize("name", ["a%0D%0AX-A:b", "%F0%9F%8E%89", "a%20b", "%5C%5Cevil.example"])
async def test_a_move_to_another_page_holds_what_an_address_may_hold(pillar: Learn, name: str) -> None:
    async with pillar.browser() as browser:
        answer = await browser.get(f"/courses/{name}/pages/x")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/courses/{name}")


@pytest.mark.requirement("F14.3")
async def test_a_learner_who_reads_a_course_gets_its_questions_and_not_their_answers(pillar: Learn) -> None:
    course_id = await published(pillar)
    async with pillar.person() as learner, author(pillar) as client:
        read = await learner.get(f"{API}/courses/{course_id}")
        whole = (await client.get(f"{API}/courses/{course_id}")).json()["version"]

    quiz = read.json()["version"]["pages"][1]["body"].splitlines()
    assert quiz == [
        "? What is in minutes?", "- Decisions", "- Jokes", "? Who reads them?", "- All", "- Later staff", "- Nobody",
    ]  # fmt: skip
    assert "Jokes are forgotten" not in read.text
    assert (read.json()["version"]["editors"], read.json()["version"]["approvedBy"]) == ([], "")
    assert (whole["pages"][1]["body"], len(whole["editors"])) == (QUIZ, 1)


@pytest.mark.requirement("F14.3")
@pytest.mark.parametrize("place", ["q²", "q" + "9" * 5_000])
async def test_an_answer_to_a_question_that_is_none_is_no_answer(pillar: Learn, place: str) -> None:
    course_id = await published(pillar)
    async with pillar.browser() as browser:
        await send(browser, await page(browser, f"/courses/{course_id}"), f"/courses/{course_id}")
        shown = await page(browser, f"/courses/{course_id}/pages/two")
        answer = await send(browser, shown, f"/courses/{course_id}/pages/two", **{place: "1", "q0": "²"})

    assert answer.status_code == 200
    assert "What is in minutes?" in answer.text


async def outbox(context: Context, kind: str) -> list[dict[str, Any]]:
    """Return the data of the events of a kind that wait to be told."""
    import msgspec

    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job ORDER BY number")
    told = [msgspec.json.decode(row["payload"]) for row in rows]
    return [one["data"] for one in told if one.get("type") == kind]


async def test_completion_is_told_once_with_ids_only(pillar: Learn) -> None:
    course_id = await published(pillar, pages=PAGES[:1])
    async with pillar.person() as learner:
        await learner.post(f"{API}/courses/{course_id}/start")
        for _ in range(2):
            await learner.post(f"{API}/courses/{course_id}/pages/one/done")
        me = (await learner.get(f"{API}/me")).json()["id"]

    assert await outbox(pillar.context, studying.COMPLETED) == [{"courseId": course_id, "learnerId": me, "version": 1}]


async def test_nobody_judges_their_own_work(pillar: Learn) -> None:
    course_id = await published(pillar)
    async with author(pillar) as client:
        await client.post(f"{API}/courses/{course_id}/start")
        handed = await client.post(f"{API}/courses/{course_id}/pages/three/assignments", json={"words": "Mine"})
        answer = await client.post(f"{API}/assignments/{handed.json()['id']}/judgement", json={"accepted": True})

    assert answer.json()["code"] == "own-work"


async def test_who_began_a_version_stays_with_it_while_the_next_is_written(pillar: Learn) -> None:
    course_id = await published(pillar, pages=PAGES[:1])
    async with pillar.person() as learner, author(pillar) as client:
        await learner.post(f"{API}/courses/{course_id}/start")
        await client.put(f"{API}/courses/{course_id}/pages", json={"pages": [{"id": "new", "title": "New"}]})
        before = (await learner.get(f"{API}/courses/{course_id}")).json()["version"]
        await ready_again(client, course_id)
        async with reviewer(pillar) as second:
            await second.post(f"{API}/courses/{course_id}/review", json={"approved": True})
        after = (await learner.get(f"{API}/courses/{course_id}")).json()["version"]
        how = (await learner.post(f"{API}/courses/{course_id}/start")).json()
    async with pillar.browser() as browser:
        shown = await page(browser, f"/courses/{course_id}")

    assert ([one["id"] for one in before["pages"]], before["version"]) == (["one"], 1)
    assert ([one["id"] for one in after["pages"]], after["version"]) == (["new"], 2)
    assert (how["start"]["version"], how["next"]) == (1, "one")
    assert "There is a newer version" in shown


async def ready_again(client: httpx.AsyncClient, course_id: str) -> None:
    """Check the next version of a course and give it to review."""
    items = (await client.get(f"{API}/quality-items")).json()["items"]
    await client.put(f"{API}/courses/{course_id}/checks", json={"notes": {one["id"]: "" for one in items}})
    assert (await client.post(f"{API}/courses/{course_id}/submit")).status_code == 200


async def test_a_test_that_was_taken_and_a_package_that_was_done_do_their_pages(pillar: Learn) -> None:
    async with author(pillar) as client:
        package = (await client.post(f"{API}/packages", content=made.PDF)).json()["id"]
    pages = [
        {"id": "t", "title": "Test", "kind": "test", "reference": "test-1"},
        {"id": "p", "title": "Guide", "kind": "package", "reference": package, "body": "Read the guide."},
    ]
    course_id = await published(pillar, pages=pages)
    async with pillar.person() as learner, pillar.browser() as browser:
        await learner.post(f"{API}/courses/{course_id}/start")
        me = (await learner.get(f"{API}/me")).json()["id"]
        job = Job("j", "k", {"data": {"personId": me, "testId": "test-1"}}, 1, "")
        await tasks.test_taken(pillar.context, job)
        half = (await learner.get(f"{API}/courses/{course_id}/progress")).json()
        await send(browser, await page(browser, f"/packages/{package}/play/0"), "/play/0")
        done = Job("j", "k", {"data": {"learnerId": me, "packageId": package, "itemId": "file"}}, 1, "")
        await tasks.package_done(pillar.context, done)
        whole = (await learner.get(f"{API}/courses/{course_id}/progress")).json()

    assert (half["done"], half["percent"]) == (["t"], 50)
    assert (whole["done"], whole["percent"]) == (["t", "p"], 100)


async def test_what_an_erased_person_wrote_is_gone_and_figures_stay(pillar: Learn) -> None:
    course_id = await published(pillar)
    async with pillar.person() as learner, author(pillar) as client:
        await learner.post(f"{API}/courses/{course_id}/start")
        await learner.post(f"{API}/courses/{course_id}/pages/three/assignments", json={"words": "Secret"})
        me = (await learner.get(f"{API}/me")).json()["id"]
        await people.erase(pillar.context, by=OFFICER, person_id=me)
        async with pillar.context.database.transaction() as tx:
            await studying.forget(tx, me)
        left = (await client.get(f"{API}/courses/{course_id}/assignments")).json()["work"]
        figures = (await client.get(f"{API}/courses/{course_id}/figures")).json()

    assert [one["words"] for one in left] == [""]
    assert figures["begun"] == 1


@pytest.mark.requirement("F14.1")
@pytest.mark.parametrize("standard", ["scorm2004", "cmi5"])
async def test_a_course_goes_out_as_a_package_that_is_taken_in_again(pillar: Learn, standard: str) -> None:
    course_id = await published(pillar)
    async with author(pillar) as client:
        answer = await client.get(f"{API}/courses/{course_id}/package", params={"standard": standard})
        again = await client.get(f"{API}/courses/{course_id}/package", params={"standard": standard})
        back = (await client.post(f"{API}/packages", content=answer.content)).json()

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        quiz = archive.read("page-002.html").decode()
        manifest = Xml.fromstring(archive.read("imsmanifest.xml" if standard == "scorm2004" else "cmi5.xml"))
    assert answer.content == again.content
    assert {"page-001.html", "page-002.html", "page-003.html", "course.js", "course.css"} <= names
    assert manifest.tag.endswith("manifest" if standard == "scorm2004" else "courseStructure")
    assert "&quot;right&quot;:[&quot;o0&quot;,&quot;o1&quot;]" in quiz
    assert (back["kind"], [one["title"] for one in back["items"]]) == (standard, ["Why", "Check", "Do it"])


@pytest.mark.requirement("F32.2")
async def test_pages_of_a_course_are_small_and_need_no_script(pillar: Learn) -> None:
    course_id = await published(pillar)
    async with pillar.browser() as client:
        shown = await page(client, f"/courses/{course_id}")
        first = await send(client, shown, f"/courses/{course_id}")
        reader = await page(client, first.headers["location"])
        second = await send(client, reader, "/pages/one")
        quiz = await page(client, second.headers["location"])
        wrong = await send(client, quiz, "/pages/two", q0="1", q1=["0"])
        right = await send(client, quiz, "/pages/two", q0="0", q1=["0", "1"])
        work = await page(client, right.headers["location"])
        empty = await send(client, work, "/pages/three", words=" ")
        handed = await send(client, work, "/pages/three", words="We met.")
        after = await page(client, f"/courses/{course_id}/pages/three")
        listed = await page(client, "/courses")
        files = [await client.get("/my-course-list", params={"format": kind}) for kind in ("csv", "xlsx", "json")]
    async with pillar.browser("learn:teach", subject="reviewer") as client:
        waiting = await page(client, f"/workshop/{course_id}/assignments")
        judged = await send(
            client, waiting, re.findall(r'action="([^"]+/assignments/[^"]+)"', waiting)[0], act="accept", remark="Fine"
        )

    assert judged.status_code == 303
    assert "desk@learn.test" in shown
    assert "555 0100" in shown
    assert "It answers within 24 hours." in shown
    assert (wrong.status_code, empty.status_code, handed.status_code) == (200, 400, 303)
    assert "Not right yet" in wrong.text
    assert "We met." in after
    assert "66 %" in listed
    assert [one.status_code for one in files] == [200, 200, 200]
    assert files[2].json()[0]["percent"] == 66
    assert "We met." in waiting
    assert max(len(text.encode()) for text in (shown, reader, quiz, work)) < 200_000


async def test_the_workshop_leads_from_nothing_to_a_published_course(pillar: Learn) -> None:
    async with pillar.browser("learn:teach", subject="author") as client:
        ask = await page(client, "/workshop/new")
        wrong = await send(client, ask, "/workshop/new", title="", language="en")
        odd = await send(
            client, ask, "/workshop/new", title="Minutes", language="English", minutes="-5", answer_hours="soon",
        )  # fmt: skip
        begun_one = await send(
            client, ask, "/workshop/new", title="Minutes", language="en", summary="About minutes", helpdesk="Desk",
            answer_hours="8", channels="Phone: 1\nMail: a@b.test",
        )  # fmt: skip
        where = begun_one.headers["location"]
        new = await page(client, f"{where}/pages/new")
        added = await send(
            client, new, "/pages/new", kind="text", title="Why", body="# Why\n\nSo.", required="yes", act="save"
        )
        long = await send(client, new, "/pages/new", kind="text", title="x" * 201, body="x" * 100_001, act="save")
        bad = await send(client, new, "/pages/new", kind="quiz", title="Quiz", body="nothing", act="save")
        for _ in range(3):
            shown = await page(client, where)
            await send(client, shown, "/stage", words="Done", act="advance")
        checks = await page(client, f"{where}/checklist")
        items = [one.id for one in await courses.checklist(pillar.context)]
        await send(client, checks, "/checklist", met=items)
        shown = await page(client, where)
        submitted = await send(client, shown, "/review")
        own = await page(client, where)
        sheet = await page(client, f"{where}/sheet")
    async with pillar.browser("learn:teach", subject="reviewer") as client:
        decided = await send(client, await page(client, where), "/review", act="approve", remark="Good")
        listed = await page(client, "/workshop")
        arabic = await page(client, f"{where}?lang=ar")
        done = await page(client, where)

    assert (wrong.status_code, begun_one.status_code, added.status_code, bad.status_code) == (400, 303, 303, 400)
    assert (submitted.status_code, decided.status_code) == (303, 303)
    assert re.findall(r'<a href="#([a-z_]+)">', wrong.text) == ["title"]
    assert re.findall(r'<a href="#([a-z_]+)">', odd.text) == ["language", "minutes", "answer_hours"]
    assert re.findall(r'<a href="#([a-z_]+)">', long.text) == ["title", "body"]
    assert '<span lang="en" dir="auto">Why</span>' in arabic
    assert re.search(r'<h1[^>]* lang="en" dir="auto">Minutes</h1>', arabic)
    assert "You wrote on this version" in own
    assert "Phone: 1" in sheet
    assert "Published" in listed
    assert "Good" in done


async def test_the_eleven_modules_come_as_drafts_and_stay_as_a_country_writes_them(pillar: Learn) -> None:
    by = Actor("person", "author", "Author", scopes=frozenset({"learn:teach"}))
    _course, draft = await courses.draft(pillar.context, by=by, course_id="module-03")
    sheet = model.Sheet(title="Ours")
    await courses.put_sheet(pillar.context, by=by, course_id="module-03", sheet=sheet)

    again = await courses.install(pillar.context)
    found = await courses.listed(pillar.context, published=False)
    async with pillar.person() as learner:
        unseen = await learner.get(f"{API}/courses/module-03")

    assert (again, len(found), len(draft.pages)) == (0, 11, 3)
    assert next(one.title for one in found if one.id == "module-03") == "Ours"
    assert unseen.status_code == 404


@pytest.mark.requirement("F14.1")
async def test_languages_are_chosen_by_name_among_those_of_the_country(pillar: Learn) -> None:
    async with pillar.officer("learn:administer") as client:
        labels = {"labels": {"en": "Wolof"}, "position": 9}
        added = await client.put(f"{API}/vocabularies/language/wo", json=labels)
    async with pillar.browser("learn:teach") as author:
        forms = [await page(author, path) for path in ("/workshop/new", "/materials/new", "/courses", "/materials")]
        unknown = await page(author, "/courses?language=pt")

    assert added.status_code == 200
    assert ['<option value="wo">Wolof</option>' in form for form in forms] == [True] * 4
    assert '<option value="pt" selected>' in unknown

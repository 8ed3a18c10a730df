"""Outlines that are drafted from specifications, approved by people, and stale when what they cite changes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from govstack.pillars.learn.learning.courses import model as course_model
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.outlines.model import drafted, from_markdown, from_yaml, revised
from govstack.pillars.learn.learning.outlines.presenters import words_of
from govstack.pillars.learn.learning.plainness.model import accessible
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases

SPECIFICATION = """# 2 Description

The consent block records agreements. It keeps them for years.

# 3 Terminology

| Term | Description |
|---|---|
| Individual | The person whose data is processed |
| Controller | The organisation that decides why data is processed |

- **Processor**: One who processes data for a controller

# 4 Key functionalities

## 4.1 Recording

```
# not a heading
```
Agreements are recorded with their version.

# 5 Empty
"""
NEXT = SPECIFICATION.replace("for years", "for ten years").replace("# 5 Empty", "# 5 Interfaces\n\nThere is an API.")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def made(client: httpx.AsyncClient, text: str = SPECIFICATION, **more: Any) -> httpx.Response:
    """Draft an outline."""
    given = {"name": "Consent", "version": "1.2", "text": text, **more}
    return await client.post(f"{API}/outlines", json=given)


def test_sections_and_terms_of_markdown_are_found() -> None:
    found = from_markdown(SPECIFICATION)

    assert [one.title for one in found.sections] == ["2 Description", "3 Terminology", "4.1 Recording"]
    assert dict(found.terms) == {
        "Individual": "The person whose data is processed",
        "Controller": "The organisation that decides why data is processed",
        "Processor": "One who processes data for a controller",
    }


def test_sections_and_terms_of_a_document_are_found() -> None:
    value = {
        "description": "It records.",
        "terminology": [
            {"term": "Individual", "definition": "A person"},
            {"term": "Controller", "definition": "An office"},
        ],
        "apis": {"read": "Returns one"},
        "nothing": None,
    }
    found = from_yaml(value)

    assert [one.title for one in found.sections] == ["description", "terminology", "apis"]
    assert found.terms == (("Controller", "An office"), ("Individual", "A person"))


@pytest.mark.requirement("F15.1")
async def test_each_lesson_cites_specification_version_and_section(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        lessons = (await made(client)).json()["lessons"]

    assert [one["page"]["cites"] for one in lessons] == [
        "Consent 1.2, 2 Description", "Consent 1.2, 3 Terminology", "Consent 1.2, 4.1 Recording",
        "Consent 1.2, What the terms mean",
    ]  # fmt: skip
    assert "Source: Consent 1.2, 2 Description" in lessons[0]["page"]["body"]
    assert "The consent block records agreements." in lessons[0]["page"]["body"]


def test_the_quiz_asks_each_term_and_has_one_right_answer_at_places_that_vary() -> None:
    lessons = drafted(from_markdown(SPECIFICATION), name="Consent", version="1", words=words_of("en"), prefix="x")
    asked = course_model.questions(lessons[-1].page.body)
    terms = dict(from_markdown(SPECIFICATION).terms)

    assert [one.text for one in asked] == [f"What does “{term}” mean?" for term in sorted(terms)]
    assert [one.options[one.right[0]] for one in asked] == [terms[term] for term in sorted(terms)]
    assert len({one.right for one in asked}) == 3


@pytest.mark.requirement("F15.1", "F14.4")
def test_what_is_drafted_passes_the_check_that_a_course_is_published_by() -> None:
    lessons = drafted(from_markdown(SPECIFICATION), name="Consent", version="1", words=words_of("en"), prefix="x")

    assert [accessible(one.page.title, one.page.body) for one in lessons] == [[]] * len(lessons)


@pytest.mark.requirement("F15.2")
async def test_nothing_that_was_drafted_reaches_learners_without_approval(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        outline = (await made(client)).json()
        before = (await client.get(f"{API}/courses", params={"all": "true"})).json()["courses"]
        approved = await client.post(f"{API}/outlines/{outline['id']}/approve")
        twice = await client.post(f"{API}/outlines/{outline['id']}/approve")
        draft = (await client.get(f"{API}/courses/{approved.json()['id']}/draft")).json()
        early = await client.post(f"{API}/courses/{approved.json()['id']}/submit")
    async with pillar.person() as learner:
        unseen = [
            await learner.get(f"{API}/courses/{approved.json()['id']}"),
            await learner.get(f"{API}/outlines/{outline['id']}"),
        ]

    assert outline["state"] == "draft"
    assert not any(one["outlineId"] for one in before)
    assert (approved.json()["state"], twice.json()["code"], early.status_code) == ("draft", "outline-decided", 409)
    assert "A machine drafted this lesson" in draft["version"]["pages"][0]["body"]
    assert [one.status_code for one in unseen] == [404, 403]


@pytest.mark.requirement("F15.2")
async def test_a_rejected_outline_becomes_no_course(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        outline = (await made(client)).json()
        rejected = await client.post(f"{API}/outlines/{outline['id']}/reject")
        late = await client.post(f"{API}/outlines/{outline['id']}/approve")

    assert (rejected.status_code, late.status_code) == (204, 409)
    assert await courses.of_outline(pillar.context, outline_id=outline["id"]) == []


@pytest.mark.requirement("F15.1")
async def test_a_new_version_makes_the_lessons_stale_that_cite_what_changed(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        outline = (await made(client)).json()
        course = (await client.post(f"{API}/outlines/{outline['id']}/approve")).json()["id"]
        same = await client.put(
            f"{API}/outlines/{outline['id']}/specification", json={"version": "1.3", "text": SPECIFICATION}
        )
        after = await client.put(f"{API}/outlines/{outline['id']}/specification", json={"version": "2.0", "text": NEXT})
        draft = (await client.get(f"{API}/courses/{course}/draft")).json()["version"]
        report = (await client.get(f"{API}/courses/{course}/report")).json()

    assert not any(one["stale"] for one in same.json()["lessons"])
    assert [(one["section"], one["stale"]) for one in after.json()["lessons"]] == [
        ("description", True), ("terminology", False), ("recording", False), ("glossary", False), ("interfaces", False)
    ]  # fmt: skip
    assert (draft["pages"][0]["title"], draft["pages"][0]["stale"]) == ("2 Description", True)
    assert sum(one["stale"] for one in draft["pages"]) == 1
    assert any("stale" in text for text in report["missing"])


@pytest.mark.requirement("F15.1", "F15.2")
async def test_a_new_section_reaches_an_approved_course_when_its_author_takes_it_in(pillar: Learn) -> None:
    later = NEXT.replace("There is an API.", "There are two APIs.")
    async with pillar.officer("learn:teach") as client:
        outline = (await made(client)).json()
        course = (await client.post(f"{API}/outlines/{outline['id']}/approve")).json()["id"]
        for number, text in (("2.0", NEXT), ("2.1", later)):
            revised_one = (
                await client.put(
                    f"{API}/outlines/{outline['id']}/specification", json={"version": number, "text": text}
                )
            ).json()
        before = (await client.get(f"{API}/courses/{course}/draft")).json()["version"]["pages"]
        lessons = f"{API}/outlines/{outline['id']}/lessons"
        unknown = await client.post(lessons, json={"sections": ["description"]})
        taken = (await client.post(lessons, json={"sections": ["interfaces"]})).json()
        again = await client.post(lessons, json={"sections": ["interfaces"]})
        after = (await client.get(f"{API}/courses/{course}/draft")).json()["version"]["pages"]

    assert [one["section"] for one in revised_one["lessons"] if one.get("new")] == ["interfaces"]
    assert [one["section"] for one in taken["lessons"] if one.get("new")] == []
    assert after[: len(before)] == before
    assert [(one["title"], one["cites"]) for one in after[len(before) :]] == [
        ("5 Interfaces", "Consent 2.1, 5 Interfaces")
    ]  # fmt: skip
    assert "There are two APIs." in after[-1]["body"]
    assert "A machine drafted this lesson" in after[-1]["body"]
    assert (unknown.json()["code"], again.json()["code"]) == ("nothing-new", "nothing-new")


@pytest.mark.requirement("F15.1", "F15.2")
async def test_the_author_reads_which_sections_are_new_and_drafts_lessons_about_them_on_pages(pillar: Learn) -> None:
    async with pillar.browser("learn:teach") as client, pillar.officer("learn:teach") as api:
        outline = (await made(api)).json()
        course = (await api.post(f"{API}/outlines/{outline['id']}/approve")).json()["id"]
        await api.put(f"{API}/outlines/{outline['id']}/specification", json={"version": "2.0", "text": NEXT})
        told = await page(client, f"/workshop/{course}")
        here = f"/outlines/{outline['id']}"
        shown = await page(client, here)
        nothing = await send(client, shown, f"{here}/lessons")
        taken = await send(client, await page(client, here), f"{here}/lessons", sections="interfaces")
        after = await page(client, f"/workshop/{course}")

    assert "has new sections" in told
    assert "5 Interfaces" in told
    assert (nothing.headers["location"], taken.headers["location"]) == (here, f"/workshop/{course}")
    assert "Consent 2.0, 5 Interfaces" in after
    assert "has new sections" not in after


@pytest.mark.requirement("F15.2")
async def test_an_outline_is_read_as_a_whole_before_anybody_approves_it(pillar: Learn) -> None:
    async with pillar.browser("learn:teach") as client, pillar.officer("learn:teach") as api:
        outline = (await made(api, SPECIFICATION + "\n# 6 Marks\n\n<script>alert(1)</script> A < B")).json()
        here = f"/outlines/{outline['id']}"
        linked = await page(client, here)
        shown = await page(client, f"{here}/preview")
        unsafe = "<script>alert" in (await client.get(f"{here}/preview")).text
        approved = await send(client, shown, here, act="approve")
    async with pillar.browser() as learner:
        refused = await learner.get(f"{here}/preview")

    assert f"{here}/preview" in linked
    assert [shown.count(one) for one in ("The consent block records agreements.", "Agreements are recorded")] == [1, 1]
    assert "What does “Processor” mean?" in shown
    assert not unsafe
    assert shown.index("What does “Controller” mean?") < shown.index("Approve, and make a course of it")
    assert (approved.status_code, refused.status_code) == (303, 403)


def test_a_section_that_only_moved_is_not_stale_and_one_that_is_gone_is() -> None:
    words = words_of("en")
    before = drafted(
        from_markdown("# 1 A\n\nText a\n\n# 2 B\n\nText b"), name="S", version="1", words=words, prefix="x"
    )
    after = drafted(from_markdown("# 1 New\n\nNew\n\n# 2 A\n\nText a"), name="S", version="2", words=words, prefix="x")

    assert [(one.section, one.stale) for one in revised(before, after)] == [("a", False), ("b", True), ("new", False)]


@pytest.mark.parametrize(("text", "kind"), [("no heading", "markdown"), ("[1, 2]", "yaml"), ("a: &x 1\nb: *x", "yaml")])
async def test_what_is_no_specification_is_refused(pillar: Learn, text: str, kind: str) -> None:
    async with pillar.officer("learn:teach") as client:
        answer = await made(client, text, kind=kind)
        kept = (await client.get(f"{API}/outlines")).json()["outlines"]

    assert (answer.status_code, kept) == (400, [])
    assert answer.json()["detail"]


async def test_pages_lead_from_a_specification_to_its_course_and_to_what_is_stale(pillar: Learn) -> None:
    async with pillar.browser("learn:teach") as client:
        ask = await page(client, "/outlines/new")
        empty = await send(client, ask, "/outlines/new", text="", name="")
        drafted_one = await send(
            client, ask, "/outlines/new", name="Consent", version="1.2", language="fr",
            files={"file": ("spec.md", SPECIFICATION.encode())},
        )  # fmt: skip
        where = drafted_one.headers["location"]
        approved = await send(client, await page(client, where), where, act="approve")
        course = await page(client, approved.headers["location"])
        again = await page(client, f"{where}/revise")
        compared = await send(client, again, "/revise", version="2.0", text=NEXT)
        after = await page(client, where)
        marked = await page(client, approved.headers["location"])
        listed = await page(client, "/outlines")

    assert (empty.status_code, approved.status_code, compared.status_code) == (400, 303, 303)
    assert "Consent 1.2, 2 Description" in course
    assert "Stale" not in course
    assert "Stale" in after
    assert "Stale" in marked
    assert "Consent" in listed

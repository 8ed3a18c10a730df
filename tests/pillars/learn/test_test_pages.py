"""Pages on which tests are written, taken and judged."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from govstack.kernel import i18n
from govstack.pillars.learn.frame.schemas import way_back
from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.items.model import Bloom, Kind, State
from govstack.pillars.learn.needs.qti import schemas as qti
from govstack.pillars.learn.needs.tests import model, service
from govstack.pillars.learn.needs.tests.model import Cell, Part
from govstack.pillars.learn.people import service as people
from tests.builders.learning import Learn, civil_servant, learn, page, send
from tests.builders.skills import competency, enter
from tests.builders.testing import TEACHER, bank, group, item, open_test, taken
from tests.databases import Databases

LANGUAGES = i18n.LANGUAGES


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


async def follow(client: httpx.AsyncClient, answer: httpx.Response) -> str:
    """Return the page that a form leads to."""
    assert answer.status_code == 303, answer.text
    return await page(client, answer.headers["location"].removeprefix("/learn"))


async def test_an_author_writes_an_item_translates_it_and_makes_it_ready(pillar: Learn) -> None:
    fields: dict[str, Any] = {
        "language": "en", "competency": "A.1", "bloom": "knowledge", "prompt": "Which block keeps records?",
        "options": "A: Registries\nB: Messaging", "right": "A", "difficulty": "easy", "points": "1", "anchor": "yes",
    }  # fmt: skip
    async with pillar.browser("learn:teach") as client:
        await page(client, "/items/new")
        form = await page(client, "/items/write?kind=choice")
        empty = await send(client, form, "/items/write", language="en")
        wrong = await send(client, form, "/items/write", **{**fields, "right": "Z"})
        many = await send(client, form, "/items/write", **{**fields, "points": "many"})
        shown = await follow(client, await send(client, form, "/items/write", **fields))
        found = (await items.listed(pillar.context))[0]
        other = await page(client, f"/items/{found.id}/change?language=fr")
        await send(
            client, other, f"/items/{found.id}/change",
            **{**fields, "language": "fr", "prompt": "Quel bloc ?", "options": "A: Registres\nB: Messages"},
        )  # fmt: skip
        await follow(client, await send(client, shown, f"/items/{found.id}/state", state="ready"))
        listed = await page(client, "/items?competency=A.1&bloom=knowledge&state=ready")
        nothing = await page(client, "/items?bloom=application")
        file = await client.get("/items-file?format=csv")
    now = await items.item(pillar.context, item_id=found.id)

    assert "Enter the question" in empty.text
    assert "names an option that is not there" in wrong.text
    assert 'href="#points">This part must be a whole number' in many.text
    assert now.prompts == {"en": "Which block keeps records?", "fr": "Quel bloc ?"}
    assert [one.texts["fr"] for one in now.options] == ["Registres", "Messages"]
    assert (now.state, now.anchor, now.version) == (State.READY, True, 2)
    assert ("Which block keeps records?" in listed, "Which block" in nothing) == (True, False)
    assert "Quel bloc" in file.text


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_of_item_has_its_pages_in_every_language(pillar: Learn, kind: Kind, language: str) -> None:
    await bank(pillar.context, item("i-1", kind))
    await open_test(pillar.context, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 1),))

    async with pillar.browser("learn:teach") as client:
        client.cookies.set("govstack_language", language, domain="govstack.test")
        for path in (f"/items/write?kind={kind}", "/items/i-1", "/items/i-1/change", "/tests/t-1", "/items"):
            shown = await page(client, f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert f'lang="{language}"' in shown, path
        begun = await send(client, await page(client, "/tests/t-1"), "/tests/t-1/start")
        path = begun.headers["location"].removeprefix("/learn")
        asked = await page(client, f"{path}?lang={language}")

    texts = item("i-1", kind).prompts
    assert texts.get(language, texts["en"]).splitlines()[0] in asked


async def test_a_learner_takes_a_test_question_by_question_and_comes_back_to_the_course(pillar: Learn) -> None:
    await bank(pillar.context, *(item(str(kind), kind) for kind in Kind))
    await open_test(pillar.context, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 5),), minutes=30)
    right: dict[Kind, dict[str, Any]] = {
        Kind.CHOICE: {"answer": "B"}, Kind.MULTIPLE: {"answer": ["A", "C"]}, Kind.TEXT: {"answer": "x-road"},
        Kind.MATCH: {"answer-A": "X", "answer-B": "Y"}, Kind.ORDER: {"answer-C": "1", "answer-A": "2", "answer-B": "3"},
    }  # fmt: skip
    kinds = [one.kind for one in (await service.forms(pillar.context, test_id="t-1"))[0][1]]

    async with pillar.browser() as client:
        shown = await page(client, "/tests/t-1?return=/courses/c-1")
        answer = await send(client, shown, "/tests/t-1/start")
        for position, kind in enumerate(kinds, start=1):
            shown = await follow(client, answer)
            path = re.search(r'action="[^"]*(/attempts/[^"]+)"', shown)
            assert path is not None
            if kind is Kind.ORDER:
                same: dict[str, Any] = {"answer-A": "1", "answer-B": "1", "answer-C": "2"}
                twice = await send(client, shown, path[1], **same)
                assert (twice.status_code, "a place of its own" in twice.text) == (400, True)
            answer = await send(client, shown, path[1], **right[kind])
            following = f"/{position + 1}?" if position < len(kinds) else "/check?"
            assert following in answer.headers["location"]
        check = await follow(client, answer)
        action = re.search(r'action="[^"]*(/attempts/[^"]+/submit)"', check)
        assert action is not None
        answer = await send(client, check, action[1])
        result = await follow(client, answer)
        again = await follow(client, await client.get(answer.headers["location"].replace("/result", "/1")))
        mine = await page(client, "/tests")
    async with pillar.browser(subject="somebody-else") as client:
        await page(client, answer.headers["location"].removeprefix("/learn"), 404)

    assert "Not answered" not in check
    assert ("Passed" in result, "100%" in result) == (True, True)
    assert "/courses/c-1" in result
    assert "Your result" in again
    assert "Basics" in mine


async def test_a_question_left_out_is_told_before_the_attempt_is_handed_in(pillar: Learn) -> None:
    await bank(pillar.context, item("a"), item("b"))
    await open_test(pillar.context, shows_answers=False)

    async with pillar.browser() as client:
        begun = await send(client, await page(client, "/tests/t-1"), "/tests/t-1/start")
        attempt = begun.headers["location"].removeprefix("/learn").removesuffix("/1")
        early = await follow(client, await client.get(f"{attempt}/result"))
        await page(client, f"{attempt}/9", 404)
        answer = await send(client, early, f"{attempt}/submit")
        result = await follow(client, answer)
        closed = await client.get("/tests/t-1")

    assert "2 questions are not answered." in early
    assert ("Not passed" in result, "Right answer" in result) == (True, False)
    assert closed.status_code == 200


@pytest.mark.requirement("F6.1")
async def test_a_blueprint_names_competencies_by_the_codes_that_pages_show(pillar: Learn) -> None:
    fields = {"language": "en", "title": "Change", "minutes": "0", "attempts": "1", "pass_percent": "70"}
    async with pillar.browser("learn:teach") as client:
        form = await page(client, "/tests/new")
        await follow(client, await send(client, form, "/tests/new", **fields, blueprint="E.7, knowledge, 3"))
    (test,) = await service.listed(pillar.context)

    assert [(one.competency_id, one.items) for one in test.blueprint] == [("e-cf:E.7", 3)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/courses/c-1?step=2", "/courses/c-1?step=2"), ("https://evil.example", ""), ("//evil.example", ""),
        ("/\\evil.example", ""), ("/a/../../x", ""), ("javascript:alert(1)", ""), ("", ""), ("/a//b", ""),
        ("/~/learn", "/~/learn"),
    ],
)  # fmt: skip
def test_nobody_is_led_away_by_a_way_back(given: str, kept: str) -> None:
    assert way_back(given) == kept


async def test_an_author_plans_a_test_and_learns_what_the_bank_lacks(pillar: Learn) -> None:
    fields: dict[str, Any] = {
        "language": "en", "title": "Basics", "blueprint": "A.1, knowledge, 3, 1", "minutes": "0", "attempts": "1",
        "pass_percent": "70", "paired": "yes", "shows_answers": "yes",
    }  # fmt: skip
    await enter(pillar.context, competency("A.1"))
    async with pillar.browser("learn:teach") as client:
        form = await page(client, "/tests/new")
        empty = await send(client, form, "/tests/new", language="en", minutes="many")
        stray = await send(client, form, "/tests/new", **{**fields, "blueprint": "ZZ.9, knowledge, 3, 1"})
        alone = await send(client, form, "/tests/new", **{**fields, "paired": ""})
        raised = await send(client, form, "/tests/new", **{**fields, "blueprint": "A.1, knowledge, ²"})
        managed = await follow(client, await send(client, form, "/tests/new", **fields))
        test = (await service.listed(pillar.context))[0]
        lacking = await send(client, managed, f"/tests/{test.id}/assemble")
        await bank(pillar.context, *(item(f"i-{number}", anchor=number == 0) for number in range(5)))
        changed = await page(client, f"/tests/{test.id}/change")
        await send(client, changed, f"/tests/{test.id}/change", **{**fields, "language": "fr", "title": "Bases"})
        done = await follow(client, await send(client, managed, f"/tests/{test.id}/assemble"))
        await follow(client, await send(client, done, f"/tests/{test.id}/state", state="open"))
        refused = await send(
            client, changed, f"/tests/{test.id}/change", **{**fields, "blueprint": "A.1, knowledge, 2, 1"}
        )
        await page(client, "/tests")
    now = await service.read(pillar.context, test_id=test.id)

    assert (stray.status_code, "ZZ.9" in stray.text) == (400, True)
    assert ("Enter a title" in empty.text, "Enter a whole number" in empty.text) == (True, True)
    assert "shares no items" in alone.text
    assert (lacking.status_code, "0 of 1 shared items are there" in lacking.text) == (422, True)
    assert (now.titles, now.state, now.pass_percent) == ({"en": "Basics", "fr": "Bases"}, model.State.OPEN, 70)
    assert {len(form.places) for form, _items in await service.forms(pillar.context, test_id=test.id)} == {3}
    assert raised.status_code == 400
    assert "blueprint cannot change" in refused.text


@pytest.mark.requirement("F6.2")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_statistics_are_shown_once_there_are_enough_answers(sqlite_databases: Databases, language: str) -> None:
    pillar = await learn(sqlite_databases, LEARN_ITEM_RESPONSES_MIN="3")
    await bank(pillar.context, item("a"), item("b", Kind.MATCH))
    await open_test(pillar.context)
    kinds = [one.kind for one in (await service.forms(pillar.context, test_id="t-1"))[0][1]]
    answers: dict[Kind, list[tuple[str, ...]]] = {
        Kind.CHOICE: [("B",), ("B",), ("A",)],
        Kind.MATCH: [("A X", "B Y"), ("A X",), ()],
    }

    async with pillar.browser("learn:plan") as client:
        early = await page(client, "/tests/t-1/statistics")
        for number, person in enumerate(await group(pillar.context, 3)):
            await taken(pillar.context, person, "t-1", [answers[kind][number] for kind in kinds])
        shown = await page(client, f"/tests/t-1/statistics?lang={language}")
        file = await client.get("/tests/t-1/statistics-file?format=xlsx")
    async with pillar.browser() as client:
        await page(client, "/tests/t-1/statistics", 403)

    assert "once 3 people have answered" in early
    assert ("<svg" in shown, "KR-20" in shown) == (True, True)
    assert file.content[:2] == b"PK"


@pytest.mark.requirement("F6.3")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_gain_is_shown_with_its_bounds_and_says_when_it_is_indicative(pillar: Learn, language: str) -> None:
    await bank(pillar.context, *(item(f"i-{number}", anchor=number == 0) for number in range(3)))
    await open_test(pillar.context, paired=True, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 2, 1),))
    people_ = await group(pillar.context, 5)

    async with pillar.browser("learn:plan") as client:
        few = await page(client, f"/tests/t-1/gain?lang={language}")
        for number, person in enumerate(people_):
            await taken(pillar.context, person, "t-1", [("A",), ("B",)] if number % 2 else [("A",), ("A",)])
        await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=model.State.AFTER)
        for person in people_:
            await taken(pillar.context, person, "t-1", [("B",), ("B",)])
        shown = await page(client, f"/tests/t-1/gain?lang={language}")
        english = await page(client, "/tests/t-1/gain?lang=en")
        file = await client.get("/tests/t-1/gain-file?format=csv")

    assert "<svg" not in few.partition("<main")[2]
    assert "<svg" in shown.partition("<main")[2]
    assert "Indicative: fewer than 30 people" in english
    assert "shared,5," in file.text


@pytest.mark.requirement("F6.3")
@pytest.mark.parametrize(("least", "is_shown"), [("6", False), ("4", True)])
async def test_a_gain_is_hidden_below_the_number_of_people_that_the_country_sets(
    sqlite_databases: Databases, least: str, is_shown: bool
) -> None:
    pillar = await learn(sqlite_databases, LEARN_SMALL_CELL_MIN=least, LEARN_FIRM_PEOPLE="4")
    await bank(pillar.context, *(item(f"i-{number}", anchor=number == 0) for number in range(3)))
    await open_test(pillar.context, paired=True, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 2, 1),))
    people_ = await group(pillar.context, int(least) - (not is_shown))
    for person in people_:
        await taken(pillar.context, person, "t-1", [("A",), ("B",)])
    await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=model.State.AFTER)
    for person in people_:
        await taken(pillar.context, person, "t-1", [("B",), ("B",)])

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/tests/t-1/gain")
    async with pillar.officer() as client:
        told = (await client.get("/api/v1/tests/t-1/gain")).json()

    assert ("Figures are shown from" in shown) is not is_shown
    assert "Indicative" not in shown
    assert (told["shared"] is not None) is is_shown


async def test_files_of_items_and_packages_come_in_by_pages(pillar: Learn) -> None:
    await bank(pillar.context, item("i-1"))
    package = qti.packed(await items.listed(pillar.context))
    rows = b"id,kind,competency,bloom,language,prompt,right\r\nt-1,text,A.1,knowledge,en,Name it,X\r\n,text,,,,,\r\n"

    async with pillar.browser("learn:teach") as client:
        form = await page(client, "/items-take-in")
        none = await send(client, form, "/items-take-in", files={"file": ("x.png", b"x", "image/png")})
        taken_in = await send(client, form, "/items-take-in", files={"file": ("x.csv", rows, "text/csv")})
        form = await page(client, "/items-qti")
        bad = await send(
            client, form, "/items-qti", files={"file": ("x.zip", b"x", "application/zip")}, bloom="knowledge"
        )
        same = await send(client, form, "/items-qti", files={"file": ("x.zip", package, "application/zip")})
        odd = await send(client, form, "/items-qti", files={"file": ("x.xml", b"<a/>", "application/xml")})
        listed = await page(client, "/items-qti")
        link = re.search(r'href="[^"]*(/items-qti/[0-9a-f]+)"', listed)
        assert link is not None
        kept = await client.get(link[1])
        out = await client.get("/items-qti-file")

    assert (none.status_code, bad.status_code) == (400, 400)
    assert "has no id" in taken_in.text
    assert ("As before" in same.text, "holds a, not an item" in odd.text) == (True, True)
    assert kept.content == b"<a/>"
    assert out.content[:2] == b"PK"


async def test_papers_come_in_by_a_page(pillar: Learn) -> None:
    await bank(pillar.context, item("a"), item("b"))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    rows = b"person,part,taken,1,2\r\np-1,single,2026-03-01,B,A\r\np-9,single,2026-03-01,B,A\r\n"

    async with pillar.browser("learn:evaluate") as client:
        form = await page(client, "/tests/t-1/papers")
        none = await send(client, form, "/tests/t-1/papers")
        shown = await send(client, form, "/tests/t-1/papers", files={"file": ("x.csv", rows, "text/csv")})
        results = await client.get("/tests/t-1/results?format=json")

    assert (none.status_code, shown.status_code) == (400, 200)
    assert "person: is not known" in shown.text
    assert [(one["person"], one["percent"], one["1"]) for one in results.json()] == [("p-1", 50.0, "B")]


async def test_a_test_that_is_not_open_is_not_there_for_learners(pillar: Learn) -> None:
    await bank(pillar.context, item("a"), item("b"))
    await open_test(pillar.context)
    await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=model.State.CLOSED)

    async with pillar.browser() as client:
        await page(client, "/tests/t-1", 404)
        shown = await page(client, "/tests")
        await page(client, "/items", 403)
    async with pillar.browser("learn:teach") as client:
        await page(client, "/tests/t-1")
        await page(client, "/tests/t-1/manage")

    assert "No test is open now." in shown
    assert await people.count(pillar.context) == 1
    assert Part.SINGLE in {form.part for form, _items in await service.forms(pillar.context, test_id="t-1")}


async def test_a_text_that_is_too_long_is_told_so_and_stands_there_to_be_shortened(pillar: Learn) -> None:
    await bank(pillar.context, item("a", Kind.TEXT), item("b", Kind.TEXT))
    await open_test(pillar.context)
    async with pillar.browser() as client:
        shown = await follow(client, await send(client, await page(client, "/tests/t-1"), "/tests/t-1/start"))
        told = await send(client, shown, "/1", answer="x" * 501)
        kept = await send(client, shown, "/1", answer="x" * 500)

    assert (told.status_code, "Write at most 500 characters." in told.text, "x" * 501 in told.text) == (400, True, True)
    assert kept.status_code == 303


async def test_a_state_is_not_changed_from_a_page_that_shows_another_one(pillar: Learn) -> None:
    await bank(pillar.context, item("a"), item("b"))
    await open_test(pillar.context)
    async with pillar.browser("learn:teach") as client:
        await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=model.State.CLOSED)
        old = await page(client, "/tests/t-1/manage")
        for state in (model.State.OPEN, model.State.DRAFT):
            await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=state)
        told = await send(client, old, "/tests/t-1/state")
    now = await service.read(pillar.context, test_id="t-1")

    assert (told.status_code, "Somebody else changed this meanwhile" in told.text) == (422, True)
    assert now.state is model.State.DRAFT


async def test_the_page_of_figures_says_how_many_people_are_left_out(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    pillar = await learn(sqlite_databases, LEARN_ITEM_RESPONSES_MIN="2")
    await bank(pillar.context, item("a"), item("b"))
    await open_test(pillar.context)
    for number, person in enumerate(await group(pillar.context, 3)):
        await taken(pillar.context, person, "t-1", [("AB"[number % 2],), ("B",)])
    async with pillar.browser("learn:plan") as client:
        every = await page(client, "/tests/t-1/statistics")
        monkeypatch.setattr(service, "ATTEMPTS_MAX", 2)
        few = await page(client, "/tests/t-1/statistics")

    assert ("are left out" in every, "people are left out: 1" in few) == (False, True)

"""Content that is not there in the reader's language: the page says so in theirs, at the text, which names its own."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from govstack.kernel.documents import read_yaml
from govstack.kernel.i18n import LANGUAGES, translate
from govstack.pillars.learn.frame.presenters import FOLDER, Words, languages_named, marked, spoken
from govstack.pillars.learn.needs.items.model import Bloom, Kind
from govstack.pillars.learn.needs.tests.model import Cell
from tests.builders import testing
from tests.builders.campaigns import document
from tests.builders.courses import course
from tests.builders.learning import API, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases
from tests.pillars.learn import test_courses, test_knowledge

SENTENCE = "This text is not there in the language that you read. It is shown in {language}."
RIGHTS = ("learn:plan", "learn:teach", "learn:administer")


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


async def a_course(pillar: Learn) -> str:
    """Publish a course and begin it."""
    await test_courses.materials.install(pillar.context)
    await test_courses.courses.install(pillar.context)
    course_id = await test_courses.published(pillar)
    async with pillar.browser() as client:
        await send(client, await page(client, f"/courses/{course_id}"), f"/courses/{course_id}")
    return f"/courses/{course_id}/pages/one"


async def a_quiz(pillar: Learn) -> str:
    """Publish a course and go on to its quiz."""
    read = await a_course(pillar)
    async with pillar.browser() as client:
        await send(client, await page(client, read), "/pages/one")
    return read.replace("/one", "/two")


async def an_item(pillar: Learn) -> str:
    """Open a test of one item and begin it."""
    await testing.bank(pillar.context, testing.item("choice", Kind.CHOICE))
    await testing.open_test(pillar.context, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 1),))
    async with pillar.browser() as client:
        answer = await send(client, await page(client, "/tests/t-1"), "/tests/t-1/start")
    return re.sub(r"^.*(/attempts/)", r"\1", answer.headers["location"])


async def an_instrument(pillar: Learn) -> str:
    """Enter an instrument that has English texts alone."""
    async with pillar.officer() as client:
        answer = await client.post(f"{API}/instruments/skills/versions", json=document())
    assert answer.is_success, answer.text
    return "/instruments/skills"


async def a_playbook_page(_pillar: Learn) -> str:
    """Name a page that is not there in Arabic."""
    return "/playbook/0.9.0/design-and-delivery"


async def an_item_of_knowledge(pillar: Learn) -> str:
    """Publish an item of knowledge."""
    await ministry(pillar.context)
    await civil_servant(pillar.context)
    await test_knowledge.published(pillar)
    return "/library/one"


async def an_offering(pillar: Learn) -> str:
    """Open a course of the catalogue."""
    await course(pillar.context, titles={"en": "Law"}, summaries={"en": "What the law says"})
    return "/catalogue/law"


Made = Callable[[Learn], Awaitable[str]]
CONTENT: tuple[Made, ...] = (
    a_course, a_quiz, an_item, an_instrument, a_playbook_page, an_item_of_knowledge, an_offering,
)  # fmt: skip


@pytest.mark.requirement("F32.1")
@pytest.mark.parametrize("made", CONTENT)
async def test_a_text_in_another_language_than_the_readers_says_so_in_theirs_and_names_its_own(
    pillar: Learn, made: Made
) -> None:
    where = await made(pillar)

    async with pillar.browser(*RIGHTS) as client:
        arabic = await page(client, f"{where}?lang=ar")
        english = await page(client, f"{where}?lang=en")

    note = translate("ar", SENTENCE, folder=FOLDER, language="English")
    assert note != SENTENCE.format(language="English")
    assert note in arabic
    assert re.search(r'<(?!html)(\w+)[^>]* lang="en"', arabic[arabic.index("<main") :])
    assert "not there in the language" not in english


@pytest.mark.requirement("F32.1")
@pytest.mark.parametrize(
    ("texts", "language", "found"),
    [
        ({"en": "Law", "fr": "Droit"}, "fr", "fr"), ({"en": "Law", "fr": "Droit"}, "ar", "en"),
        ({"sw": "Sheria"}, "ar", "sw"), ({"fr": "", "en": "Law"}, "fr", "en"), ({}, "fr", "fr"),
    ],
)  # fmt: skip
def test_a_text_falls_back_to_english_and_then_to_any_language(
    texts: dict[str, str], language: str, found: str
) -> None:
    assert spoken(texts, language) == found
    assert (f'lang="{found}"' in marked(texts, language)) is (found != language)


def test_what_falls_back_is_text_and_never_markup() -> None:
    assert marked({"en": "<b>"}, "fr") == '<span lang="en" dir="auto">&lt;b&gt;</span>'
    assert marked({"fr": "<b>"}, "fr") == "<b>"


def texts(value: object) -> list[dict[str, str]]:
    """Return every text of a document that says what it is in English and in French."""
    if isinstance(value, dict):
        found = [one for part in value.values() for one in texts(part)]
        return [value, *found] if {"en", "fr"} <= {*value} and isinstance(value["en"], str) else found
    return [text for one in value for text in texts(one)] if isinstance(value, list) else []


@pytest.mark.requirement("F32.1")
def test_every_text_that_comes_with_the_product_in_french_comes_in_every_language_of_the_pages() -> None:
    seeds = FOLDER / "seeds"
    written = {
        path.relative_to(seeds).with_suffix("").as_posix(): texts(read_yaml(path.read_text("utf-8")))
        for path in [*seeds.glob("*.yaml"), *seeds.glob("frameworks/*.yaml"), *seeds.glob("instruments/*.yaml")]
    }

    translated = {name for name, found in written.items() if found}
    assert translated >= {
        "paths", "profiles", "quality", "scales", "vocabularies", "vocabulary", "frameworks/e-cf", "instruments/gtmi"
    }  # fmt: skip
    lacking = [(name, one["en"]) for name, found in written.items() for one in found if set(one) != set(LANGUAGES)]
    assert lacking == []


def test_languages_are_told_by_their_own_names() -> None:
    assert languages_named(["en", "fr", "xx"], Words("en")) == "English, Français and xx"

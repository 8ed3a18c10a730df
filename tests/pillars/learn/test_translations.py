"""What records say in further languages: written beside the record, and read by whoever reads in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govstack.kernel import audit, i18n
from govstack.pillars.learn.knowing.showcase.model import PRACTICE
from govstack.pillars.learn.manifest import KINDS, start
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.translations.model import faults
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases

PLAN = "learn:plan"
OURS = {
    "name": "Training on the way", "country": "Demo", "institution": "College", "programme": "Short courses",
    "audiences": "All", "sources": ["Annual report", "Own notes"], "on": "2026-01-01",
}  # fmt: skip
FRENCH = {"name": "Former en chemin", "programme": "Des cours brefs"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def ours(pillar: Learn, audience: str = "public", **more: Any) -> None:
    async with pillar.officer() as client:
        body = {"content": {**OURS, **more}, "audience": audience, "writtenIn": "en"}
        assert (await client.put(f"{API}/practices/ours", json=body)).status_code == 200


async def french(pillar: Learn, texts: Any = None) -> Any:
    async with pillar.officer() as client:
        return await client.put(f"{API}/translations/ours/fr", json={"texts": FRENCH if texts is None else texts})


@pytest.mark.requirement("F32.1")
async def test_a_reader_sees_a_record_in_their_language_and_what_is_not_there_as_it_was_written(pillar: Learn) -> None:
    await ours(pillar)
    await french(pillar)
    async with pillar.nobody() as reader:
        told = await page(reader, "/practices/ours?lang=fr")
        compared = await page(reader, "/practices/compare?one=ours&lang=fr")
        listed = await page(reader, "/practices?lang=fr")
        arabic = await page(reader, "/practices/ours?lang=ar")

    assert "Former en chemin</h1>" in told
    assert "Training on the way" not in told
    assert '<span lang="en" dir="auto">College</span>' in told
    assert "Former en chemin" in compared
    assert "Des cours brefs" in compared
    assert "Former en chemin" in listed
    assert '<h1 class="govuk-heading-l gs-heading" lang="en" dir="auto">Training on the way</h1>' in arabic
    assert "English" in arabic


async def test_what_the_record_says_is_never_overwritten_by_what_it_says_elsewhere(pillar: Learn) -> None:
    await ours(pillar)
    await french(pillar)
    async with pillar.officer() as client:
        kept = (await client.get(f"{API}/practices/ours")).json()
        languages = (await client.get(f"{API}/translations/ours")).json()

    assert (kept["content"]["name"], kept["number"], kept["writtenIn"]) == ("Training on the way", 1, "en")
    assert languages["writtenIn"] == "en"
    assert [(one["language"], one["texts"], one["older"]) for one in languages["translations"]] == [
        ("fr", FRENCH, False)
    ]


async def test_a_translation_of_what_was_said_before_is_told_to_those_who_keep_the_record(pillar: Learn) -> None:
    await ours(pillar)
    await french(pillar)
    await ours(pillar, programme="Long courses")
    async with pillar.officer() as client, pillar.browser(PLAN) as browser:
        (one,) = (await client.get(f"{API}/translations/ours")).json()["translations"]
        shown = await page(browser, "/translations/ours")
        again = await french(pillar, {**FRENCH, "programme": "Des cours longs"})

    assert (one["older"], one["ofNumber"]) == (True, 1)
    assert "There, but the record was changed since" in shown
    assert (again.json()["older"], again.json()["ofNumber"]) == (False, 2)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({}, "name"), ({"programme": "Des cours"}, "name"), ({**FRENCH, "results": "Rien"}, "results"),
        ({**FRENCH, "sources": ["Une seule"]}, "sources"), ({**FRENCH, "nowhere": "x"}, "nowhere"),
        ({**FRENCH, "country": ["x"]}, "country"), ({**FRENCH, "name": "x" * 301}, "name"),
        ({**FRENCH, "on": "2026-01-01"}, "on"),
    ],
)  # fmt: skip
async def test_a_translation_says_what_the_record_says(pillar: Learn, texts: Any, field: str) -> None:
    await ours(pillar)
    answer = await french(pillar, texts)
    async with pillar.officer() as client:
        kept = (await client.get(f"{API}/translations/ours")).json()["translations"]

    assert (answer.status_code, list(answer.json()["fields"]), kept) == (400, [field], [])


@pytest.mark.parametrize(("language", "code"), [("en", "same-language"), ("klingon", "unknown-language")])
async def test_a_language_that_makes_no_sense_is_refused(pillar: Learn, language: str, code: str) -> None:
    await ours(pillar)
    async with pillar.officer() as client:
        answer = await client.put(f"{API}/translations/ours/{language}", json={"texts": FRENCH})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_those_who_keep_a_record_write_its_languages_and_whoever_reads_it_reads_them(pillar: Learn) -> None:
    await ours(pillar, "private")
    await french(pillar)
    async with pillar.nobody() as nobody, pillar.person() as person, pillar.officer() as officer:
        answers = [
            (await nobody.get(f"{API}/translations/ours")).status_code,
            (await person.get(f"{API}/translations/ours")).status_code,
            (await person.put(f"{API}/translations/ours/ar", json={"texts": FRENCH})).status_code,
            (await person.delete(f"{API}/translations/ours/fr")).status_code,
            (await person.get(f"{API}/translations/no-such-record")).status_code,
            (await officer.get(f"{API}/translations/ours")).status_code,
        ]

    assert answers == [404, 404, 404, 404, 404, 200]


async def test_only_those_who_keep_a_record_write_its_languages_also_where_everybody_reads_it(pillar: Learn) -> None:
    await ours(pillar)
    await french(pillar)
    async with pillar.person() as person:
        written = await person.put(f"{API}/translations/ours/ar", json={"texts": FRENCH})
        removed = await person.delete(f"{API}/translations/ours/fr")

    assert (written.status_code, removed.status_code) == (403, 403)


async def test_a_record_of_a_kind_that_somebody_may_not_read_is_unknown_to_them(pillar: Learn) -> None:
    asset = {
        "name": "Open data", "type": "course", "owner": "College", "licence": "cc-by-4.0", "language": "en",
        "format": "document", "reviewed": "2026-03-01",
    }  # fmt: skip
    async with pillar.officer() as officer, pillar.person() as person, pillar.browser() as browser:
        await officer.put(f"{API}/assets/open-data", json={"content": asset})
        there = await person.get(f"{API}/translations/open-data")
        nothing = await person.get(f"{API}/translations/nothing-there")
        shown = await browser.get("/translations/open-data")

    assert (there.status_code, there.json()["code"]) == (nothing.status_code, nothing.json()["code"])
    assert shown.status_code == 404


async def test_languages_are_written_changed_and_taken_away_by_form(pillar: Learn) -> None:
    await ours(pillar)
    async with pillar.browser(PLAN) as browser:
        record = await page(browser, "/practices/ours")
        overview = await page(browser, "/translations/ours")
        empty = await page(browser, "/translations/ours/ar")
        wrong = await send(browser, empty, "/translations/ours/ar", programme="دورات")
        saved = await send(browser, empty, "/translations/ours/ar", name="التدريب", sources="تقرير\nملاحظات")
        full = await page(browser, "/translations/ours/ar")
        arabic = await page(browser, "/practices/ours?lang=ar")
        await browser.get("/practices/ours?lang=en")
        gone = await send(browser, full, "/translations/ours/ar/remove")
        after = await page(browser, "/translations/ours")

    assert 'href="/translations/ours"' in record
    assert "The record itself is written in it" in overview
    assert overview.count("Not there yet") == len(i18n.LANGUAGES) - 1
    assert "Training on the way" in empty
    assert wrong.status_code == 400
    assert "Fill this in." in wrong.text
    assert saved.status_code == 303
    assert 'lang="ar"' in full
    assert "التدريب</h1>" in arabic
    assert gone.status_code == 303
    assert after.count("Not there yet") == len(i18n.LANGUAGES) - 1


@pytest.mark.requirement("F27.1", "F32.1")
@pytest.mark.parametrize("language", [one for one in i18n.LANGUAGES if one != "en"])
async def test_the_practices_of_countries_are_there_in_each_language(pillar: Learn, language: str) -> None:
    await start(pillar.context)
    async with pillar.nobody() as nobody:
        found = (await nobody.get(f"{API}/practices")).json()["records"]
        told = [(await nobody.get(f"{API}/translations/{one['id']}")).json() for one in found]

    wanted = {one.name for one in PRACTICE.translatable} - {"sources"}
    for record, languages in zip(found, told, strict=True):
        (texts,) = [one["texts"] for one in languages["translations"] if one["language"] == language]
        assert set(texts) >= wanted & set(record["content"])


async def test_languages_that_a_country_took_away_or_whose_record_it_changed_do_not_come_again(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.delete(f"{API}/translations/india-metp/fr")
        await client.put(f"{API}/translations/india-metp/ar", json={"texts": {"name": "لنا"}})
    await start(pillar.context)
    async with pillar.officer() as client:
        kept = (await client.get(f"{API}/translations/india-metp")).json()["translations"]
        told = {one["language"]: one["texts"] for one in kept}

    assert "fr" not in told
    assert told["ar"] == {"name": "لنا"}


async def test_a_start_that_brings_nothing_writes_nothing_down(pillar: Learn) -> None:
    async with pillar.officer() as client:
        content = (await client.get(f"{API}/practices/india-metp")).json()["content"]
        await client.put(f"{API}/practices/india-metp", json={"content": {**content, "results": "Ours"}})
    async with pillar.context.database.transaction() as tx:
        await tx.execute("DELETE FROM record_translation WHERE record_id = 'india-metp'")
        before = len(await audit.entries(tx, action="learn.translation"))
    await start(pillar.context)
    async with pillar.context.database.reading() as tx:
        after = len(await audit.entries(tx, action="learn.translation"))

    assert after == before


async def test_every_translation_that_comes_with_the_product_says_what_its_record_says(pillar: Learn) -> None:
    kinds = {one.name: one for one in KINDS}
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT record_id, language, texts, kind FROM record_translation t JOIN record r ON r.id = record_id"
        )

    assert rows
    for row in rows:
        record = await records.read(pillar.context, by=OFFICER, kind=kinds[row["kind"]], record_id=row["record_id"])
        assert (record.written_in, faults(kinds[row["kind"]], record, json.loads(row["texts"]))) == ("en", {}), row


async def test_writing_the_same_again_tells_nothing_new(pillar: Learn) -> None:
    await ours(pillar)
    await french(pillar)
    before = await _told(pillar)
    await french(pillar)

    assert await _told(pillar) == before


async def test_a_record_keeps_its_language_when_whoever_changes_it_says_none(pillar: Learn) -> None:
    kind = next(one for one in KINDS if one.name == "practice")
    await records.put(pillar.context, by=OFFICER, kind=kind, draft=Draft(OURS, written_in="fr"), record_id="ours")
    changed = Draft({**OURS, "results": "Good"})
    record = await records.put(pillar.context, by=OFFICER, kind=kind, draft=changed, record_id="ours")

    assert (record.number, record.written_in) == (2, "fr")


async def _told(pillar: Learn) -> int:
    async with pillar.context.database.reading() as tx:
        return len(await audit.entries(tx, subject="practice/ours"))


@pytest.mark.requirement("F32.1")
async def test_what_a_record_says_no_more_is_told_in_no_language_to_who_reads_it(pillar: Learn) -> None:
    await ours(pillar, results="Badu, who left, said so")
    await french(pillar, {**FRENCH, "results": "Badu, qui est parti, le disait"})
    await ours(pillar)
    async with pillar.nobody() as reader, pillar.officer() as keeper:
        public = (await reader.get(f"{API}/translations/ours")).json()["translations"]
        kept = (await keeper.get(f"{API}/translations/ours")).json()["translations"]

    assert [one["texts"] for one in public] == [FRENCH]
    assert "results" in kept[0]["texts"]

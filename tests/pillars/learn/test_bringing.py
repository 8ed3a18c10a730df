"""What comes with the product reaches installations that are there, and never touches what a country changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from govstack.kernel import audit
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.bringing.service import Part, bring
from govstack.pillars.learn.knowing.showcase import service as showcase
from govstack.pillars.learn.manifest import start
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials import store as materials_store
from govstack.pillars.learn.translations import service as translations
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies import store
from govstack.pillars.learn.vocabularies.model import Term
from tests.builders.learning import API, OFFICER, Learn, learn
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def term(code: str, label: str) -> Term:
    return Term(vocabulary="weather", code=code, labels={"en": label})


async def ship(context: Context, **labels: str) -> int:
    """Start as a product does that ships these words."""
    terms = {code: term(code, label) for code, label in labels.items()}

    async def kept(tx: Transaction, _wanted: Sequence[str]) -> Mapping[str, Term]:
        return {one.code: one for one in await store.terms(tx, ["weather"])}

    return await bring(context, Part("weather", terms, kept, store.put))


async def said(context: Context) -> dict[str, str]:
    found = await vocabularies.terms(context, vocabularies=["weather"])
    return {one.code: one.labels["en"] for one in found["weather"]}


async def test_what_is_new_or_put_right_is_brought_once_and_what_a_country_changed_stays(pillar: Learn) -> None:
    context = pillar.context
    first = await ship(context, rain="Rian", sun="Sun")
    await vocabularies.put(context, by=OFFICER, term=term("sun", "Our sun"))

    later = [await ship(context, rain="Rain", sun="Sunshine", snow="Snow") for _start in range(2)]

    assert (first, later) == (2, [2, 0])
    assert await said(context) == {"rain": "Rain", "sun": "Our sun", "snow": "Snow"}


async def test_what_a_country_changed_stays_over_many_versions_of_the_product(pillar: Learn) -> None:
    await ship(pillar.context, rain="Rian")
    await vocabularies.put(pillar.context, by=OFFICER, term=term("rain", "Our rain"))
    written = [await ship(pillar.context, rain=label) for label in ("Rain", "Rainfall", "Rian")]

    assert written == [0, 0, 0]
    assert await said(pillar.context) == {"rain": "Our rain"}


async def test_what_a_country_took_away_does_not_come_again(pillar: Learn) -> None:
    await ship(pillar.context, rain="Rian", sun="Sun")
    async with pillar.context.database.transaction() as tx:
        await tx.execute("DELETE FROM term WHERE vocabulary = 'weather' AND code = 'rain'")
    await ship(pillar.context, rain="Rain", sun="Sun")

    assert await said(pillar.context) == {"sun": "Sun"}


async def test_what_was_there_before_anything_was_brought_is_the_countrys_own_unless_it_says_the_same(
    pillar: Learn,
) -> None:
    for one in (term("rain", "Our rain"), term("sun", "Sun")):
        await vocabularies.put(pillar.context, by=OFFICER, term=one)
    await ship(pillar.context, rain="Rain", sun="Sun")
    await ship(pillar.context, rain="Rainfall", sun="Sunshine")

    assert await said(pillar.context) == {"rain": "Our rain", "sun": "Sunshine"}


async def test_a_start_that_brings_nothing_writes_nothing_down(pillar: Learn) -> None:
    async def entries() -> int:
        async with pillar.context.database.reading() as tx:
            return len(await audit.entries(tx, action="learn."))

    before = await entries()
    await start(pillar.context)
    assert before
    assert await entries() == before


async def test_every_part_of_the_product_is_known_as_brought(pillar: Learn) -> None:
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT part, COUNT(*) AS things FROM brought WHERE kept <> '' GROUP BY part")
        unsure = await tx.fetch("SELECT part, id FROM brought WHERE kept = '' AND id <> ''")

    assert {row["part"] for row in rows} == {
        "areas", "communities", "frameworks", "instruments", "licences", "matches", "modules", "playbook", "practices",
        "profiles", "quality", "scales", "team-units", "terms", "topics", "translations",
    }  # fmt: skip
    assert unsure == []


@pytest.mark.requirement("F27.1", "F32.1")
async def test_a_record_that_was_put_right_comes_with_its_translations_and_keeps_its_history(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = yaml.safe_load(showcase.SEEDS.read_text(encoding="utf-8"))
    shipped["india-metp"]["results"] = "Put right"
    later = tmp_path / "practices.yaml"
    later.write_text(yaml.safe_dump(shipped, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(showcase, "SEEDS", later)

    await showcase.install(pillar.context)
    await translations.install(pillar.context)

    async with pillar.officer() as client:
        record = (await client.get(f"{API}/practices/india-metp")).json()
        told = (await client.get(f"{API}/translations/india-metp")).json()["translations"]
        history = (await client.get(f"{API}/practices/india-metp/history")).json()
    assert (record["number"], record["content"]["results"]) == (2, "Put right")
    assert {one["ofNumber"] for one in told} == {2}
    assert "Put right" in str(history)


@pytest.mark.requirement("F4.3")
async def test_a_framework_that_was_put_right_is_its_next_revision(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "frameworks"
    folder.mkdir()
    for path in (frameworks.SEEDS / "frameworks").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        if path.stem == "e-cf":
            content["titles"]["en"] = "Put right"
        folder.joinpath(path.name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    tmp_path.joinpath("scales.yaml").write_bytes((frameworks.SEEDS / "scales.yaml").read_bytes())
    monkeypatch.setattr(frameworks, "SEEDS", tmp_path)
    before = await frameworks.framework(pillar.context, framework_id="e-cf")

    await frameworks.install(pillar.context)

    after = await frameworks.framework(pillar.context, framework_id="e-cf")
    assert (after.revision, after.titles["en"]) == (before.revision + 1, "Put right")
    assert after.competencies == before.competencies


@pytest.mark.requirement("F13.5")
async def test_a_topic_that_a_country_took_away_stays_away_at_the_next_start(pillar: Learn) -> None:
    async with pillar.context.database.transaction() as tx:
        kind, subject = (await materials_store.wanted(tx))[0]
        await materials_store.unwant(tx, kind, subject)
    await materials.install(pillar.context)

    async with pillar.context.database.reading() as tx:
        assert (kind, subject) not in await materials_store.wanted(tx)

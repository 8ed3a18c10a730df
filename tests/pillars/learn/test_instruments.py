"""Instruments as versioned documents, and those that come with the product."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Given, Rater
from govstack.pillars.learn.needs.findings import service as findings
from govstack.pillars.learn.needs.instruments import service
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument, UnknownInstrument
from govstack.pillars.learn.needs.instruments.model import ChoiceKind, Family, faults, spoken_in, to_json
from govstack.pillars.learn.needs.scoring.model import categories
from tests.builders.campaigns import answered, document, instrument, response, today
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def test_what_comes_with_the_product_is_sound_and_complete() -> None:
    found = {one.id: one for one in service.seeds()}

    assert {name: (len(one.sections), len(one.items)) for name, one in found.items()} == {
        "adkar-pulse": (5, 5), "capacity-frame": (5, 18), "data-centric-government": (1, 10), "egdi": (3, 3),
        "gtmi": (1, 4),
        "process-cmmi": (4, 20), "process-cobit": (5, 10), "process-itil": (5, 10), "rapid-skills": (8, 8),
        "readiness": (12, 60), "service-interoperability": (3, 9), "staged-services": (1, 14), "three-stages": (1, 5),
        "undp-digital-maturity": (6, 28),
    }  # fmt: skip
    assert {one.scoring.family for one in found.values()} == set(Family)
    assert all(one.ours and one.source and one.licence for one in found.values())
    assert [one.id for one in found["rapid-skills"].scales[0].choices] == [
        "basic", "moderate", "high", "not-in-place", "not-assessed"
    ]  # fmt: skip


@pytest.mark.requirement("F1.6")
@pytest.mark.parametrize(
    ("instrument_id", "family", "levels"),
    [
        (
            "data-centric-government", Family.STAGED,
            ["Initial (e-government)", "Developing (open)", "Defined (data-centric)", "Managed (fully digital)",
             "Optimising (smart)"],
        ),
        (
            "process-cmmi", Family.STAGED,
            ["Initial", "Managed", "Defined", "Quantitatively managed", "Optimizing"],
        ),
        (
            "process-cobit", Family.ORDINAL,
            ["0 Incomplete", "1 Initial", "2 Managed", "3 Defined", "4 Quantitative", "5 Optimizing"],
        ),
        (
            "process-itil", Family.ORDINAL,
            ["Not in place", "1 Initial", "2 Managed", "3 Defined", "4 Quantitatively managed", "5 Optimizing"],
        ),
    ],
)  # fmt: skip
def test_maturity_models_have_the_levels_of_their_publishers_and_say_that_the_questions_are_ours(
    instrument_id: str, family: Family, levels: list[str]
) -> None:
    one = next(one for one in service.seeds() if one.id == instrument_id)
    found = [one.titles["en"] for one in categories(one, one.sections[0].id) if one.titles]
    kinds = {choice.kind for scale in one.scales for choice in scale.choices}

    assert (one.scoring.family, found) == (family, levels)
    assert {ChoiceKind.INAPPLICABLE, ChoiceKind.UNASSESSED} <= kinds
    assert "criteria are ours" in one.ours[0]["en"] or "questions and what is seen" in one.ours[0]["en"]
    assert one.licence == "Names of levels only; the model belongs to its publisher"
    assert all(one.anchors for one in one.items) is (family is Family.ORDINAL)


async def test_a_page_shows_the_stages_and_bands_of_a_model_and_what_is_aimed_at(pillar: Learn) -> None:
    aimed = next(one for one in service.seeds() if one.id == "process-cmmi")
    scoring = msgspec.structs.replace(aimed.scoring, target=3)
    changed = msgspec.structs.replace(aimed, scoring=scoring)
    await service.write(pillar.context, by=OFFICER, instrument_id="process-cmmi", instrument=changed)

    async with pillar.browser("learn:plan") as client:
        staged = await page(client, "/instruments/process-cmmi")
        banded = await page(client, "/instruments/egdi")

    assert "Quantitatively managed" in staged
    assert "What is aimed at" in staged
    assert "Very high" in banded
    assert "75%" in banded
    assert "What is aimed at" not in banded


def test_what_comes_with_the_product_is_written_in_every_language_of_the_pages() -> None:
    lacking = [
        (one.id, texts["en"])
        for one in service.seeds()
        for texts in texts_of(msgspec.to_builtins(one))
        if set(texts) != set(LANGUAGES) or one.languages != LANGUAGES
    ]

    assert lacking == []


def texts_of(part: Any) -> Iterator[dict[str, str]]:
    if isinstance(part, dict) and isinstance(part.get("en"), str):
        yield part
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ():
        yield from texts_of(one)


@pytest.mark.requirement("F1.1")
async def test_a_country_edits_by_writing_the_next_version_and_the_earlier_one_stays(pillar: Learn) -> None:
    changed = document(titles={"en": "Skills of ours"})

    async with pillar.officer() as client:
        answers = [
            await client.post(f"{API}/instruments/skills/versions", json=one)
            for one in (document(), document(), changed)
        ]
        first = await client.get(f"{API}/instruments/skills", params={"version": 1})
        newest = await client.get(f"{API}/instruments/skills")
        missing = await client.get(f"{API}/instruments/skills", params={"version": 9})
        other = await client.post(f"{API}/instruments/else/versions", json=changed)

    assert [one.json()["version"] for one in answers] == [1, 1, 2]
    assert first.json()["titles"] == {"en": "Skills"}
    assert newest.json()["titles"] == {"en": "Skills of ours"}
    assert (missing.status_code, other.json()["code"]) == (404, "other-instrument")


async def test_versions_written_at_once_each_have_a_number_of_their_own(pillar: Learn) -> None:
    made = [instrument(titles={"en": f"Skills {n}"}) for n in range(5)]

    written = await asyncio.gather(
        *(service.write(pillar.context, by=OFFICER, instrument_id="skills", instrument=one) for one in made),
        return_exceptions=True,
    )

    kept = await service.versions(pillar.context, instrument_id="skills")
    assert not [one for one in written if isinstance(one, BaseException)]
    assert sorted(number for number, _at in kept) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"sections": []}, "sections"),
        ({"items": [*document()["items"], document()["items"][0]]}, "items.plan"),
        ({"items": [{**document()["items"][0], "section": "nowhere"}]}, "items.plan"),
        ({"items": [{**document()["items"][0], "scale": "nothing"}]}, "items.plan"),
        ({"items": [{**document()["items"][0], "anchors": {"superb": {"en": "x"}}}]}, "items.plan"),
        ({"items": [{**document()["items"][0], "wieght": 2}]}, "items[0].wieght"),
        ({"languages": ["en", "fr"]}, "titles"),
        ({"scoring": {"family": "weighted-mean"}}, "scales.level"),
        ({"scoring": {"family": "staged", "stages": [{"en": "One"}]}}, "items.plan"),
        ({"scoring": {"family": "z-score"}}, "items"),
        ({"scoring": {"family": "magic"}}, "scoring.family"),
    ],
)
def test_a_document_that_cannot_work_is_refused_with_the_place_of_the_fault(
    changed: dict[str, Any], place: str
) -> None:
    with pytest.raises(FaultyInstrument) as refused:
        service.checked(document(**changed))

    assert place in refused.value.fields


def test_a_sound_document_has_no_fault_and_reads_the_same_as_yaml() -> None:
    assert faults(instrument()) == []
    assert service.read(yaml.safe_dump(document())) == instrument()


async def in_english(pillar: Learn, monkeypatch: pytest.MonkeyPatch, folder: Path, *instrument_ids: str) -> None:
    """Let instruments that come along be there as an earlier product brought them: version 1, in English."""
    for one in service.seeds():
        if one.id in instrument_ids:
            earlier = msgspec.structs.replace(spoken_in(one, ["en"]), ours=())
            folder.joinpath(f"{one.id}.yaml").write_bytes(to_json(earlier))
            async with pillar.context.database.transaction() as tx:
                await tx.execute("DELETE FROM instrument WHERE id = :id", id=one.id)
                await tx.execute("DELETE FROM brought WHERE id = :id", id=one.id)
    with monkeypatch.context() as patched:
        patched.setattr(service, "SEEDS", folder)
        assert await service.install(pillar.context) == len(instrument_ids)


@pytest.mark.requirement("F32.1")
async def test_an_instrument_of_an_earlier_product_gets_its_translations_and_a_campaign_under_way_stays(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    context = pillar.context
    await in_english(pillar, monkeypatch, tmp_path, "capacity-frame")
    await civil_servant(context)
    given = Given(
        titles={"en": "Spring"}, instrument_id="capacity-frame", opens_on=today(-7), closes_on=today(21),
        raters=(Rater.SELF,),
    )  # fmt: skip
    await campaigns.plan(context, by=OFFICER, campaign_id="spring", given=given)
    before = await campaigns.start(context, by=OFFICER, campaign_id="spring")
    asked = (await service.instrument(context, instrument_id="capacity-frame", version=1)).choosing[0]
    nothing = dict.fromkeys(("plan", "talk", "rules"), "")
    await answered(context, response(given={**nothing, asked.id: "knowledge"}))
    found = await findings.report(context, by=OFFICER, campaign_id="spring")

    entered = [await service.install(context) for _start in range(2)]

    newest = await service.instrument(context, instrument_id="capacity-frame")
    shipped = next(one for one in service.seeds() if one.id == "capacity-frame")
    assert entered == [1, 0]
    assert (newest.version, newest.languages) == (2, LANGUAGES)
    assert newest.titles["ar"] == shipped.titles["ar"]
    assert [one.id for one in newest.items] == [one.id for one in before.frozen.items]
    after = await campaigns.campaign(context, campaign_id="spring")
    assert (after.digest, after.instrument) == (before.digest, before.instrument)
    assert await findings.report(context, by=OFFICER, campaign_id="spring") == found


async def test_an_instrument_that_a_country_changed_gets_nothing_of_a_later_product(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await in_english(pillar, monkeypatch, tmp_path, "gtmi", "egdi")
    theirs = msgspec.structs.replace(
        await service.instrument(pillar.context, instrument_id="gtmi"), titles={"en": "Ours"}
    )
    await service.write(pillar.context, by=OFFICER, instrument_id="gtmi", instrument=theirs)

    assert [await service.install(pillar.context) for _start in range(2)] == [1, 0]
    assert (await service.instrument(pillar.context, instrument_id="gtmi")).titles == {"en": "Ours"}
    assert (await service.instrument(pillar.context, instrument_id="egdi")).languages == LANGUAGES


async def test_every_start_brings_what_is_missing_and_leaves_what_a_country_wrote(pillar: Learn) -> None:
    async with pillar.context.database.transaction() as tx:
        await tx.execute("DELETE FROM instrument")
        await tx.execute("DELETE FROM brought WHERE part = 'instruments'")
    await service.write(
        pillar.context, by=OFFICER, instrument_id="gtmi", instrument=instrument(id="gtmi", titles={"en": "Ours"})
    )

    entered = [await service.install(pillar.context) for _ in range(2)]

    assert entered == [len(service.seeds()) - 1, 0]
    assert (await service.instrument(pillar.context, instrument_id="gtmi")).titles == {"en": "Ours"}
    with pytest.raises(UnknownInstrument):
        await service.instrument(pillar.context, instrument_id="nothing")

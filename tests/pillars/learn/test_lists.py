"""Words that a country chooses from, changed on pages."""

from __future__ import annotations

import re

import httpx
import pytest

from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.lists import service
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import RaterType, RatingGiven
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Entry, WordKind
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.model import Role
from tests.builders.courses import course
from tests.builders.learning import OFFICER, PAGES, Learn, civil_servant, learn, page, send
from tests.builders.skills import competency, enter
from tests.databases import Databases

KEEPS = ("learn:administer",)


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F9.5")
async def test_every_list_is_shown_with_its_words_and_each_word_with_its_form(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    async with pillar.browser(*KEEPS) as client:
        index = await page(client, "/lists")
        for one, _count in await service.lists(pillar.context):
            assert f'href="{PAGES}/lists/{one.id}"' in index
            entries = await one.entries(pillar.context)
            shown = await page(client, f"/lists/{one.id}")
            assert all(f"/lists/{one.id}/{entry.id}" in shown for entry in entries)
            await page(client, f"/add-word/{one.id}")
            for entry in entries[:1]:
                form = await page(client, f"/lists/{one.id}/{entry.id}?lang=ar")
                assert next(iter(entry.texts.values())) in form
        unknown = [await client.get(f"{PAGES}/lists/{end}") for end in ("nowhere", "words.nothing", "licences/none")]

    assert [one.status_code for one in unknown] == [404] * 3
    # Every vocabulary is called something: none stands there by its code alone.
    names = [name for name, _count in await vocabularies.vocabularies(pillar.context)]
    assert [name for name in names if f">{name}<" in index] == []


@pytest.mark.requirement("F9.5")
async def test_sending_a_word_as_it_stands_changes_nothing_of_it(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    async with pillar.browser(*KEEPS) as client:
        for one, _count in await service.lists(pillar.context):
            for before in (await one.entries(pillar.context))[:2]:
                here = f"/lists/{one.id}/{before.id}"
                sent = await client.post(f"{PAGES}{here}", data=await filled(client, here))
                after = await service.one_word(pillar.context, one, word_id=before.id)
                assert sent.status_code == 303, sent.text
                # A word that a country kept is its own: what we chose is no default of ours any more.
                kept, now = ({**known.values, "ours": False, "shipped": False} for known in (before, after))
                assert kept == now


async def filled(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    """Return what the form of a page holds, as a browser would send it."""
    shown = await page(client, path)
    form = re.search(rf'<form[^>]*action="[^"]*{re.escape(path)}".*?</form>', shown, re.DOTALL)
    assert form is not None
    held = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            held[name[1]] = value[1] if value else ""
    held |= dict(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        held[name] = chosen[1] if chosen else ""
    return held


@pytest.mark.requirement("F9.5", "F9.1")
async def test_a_country_adds_a_type_of_its_own_and_retires_one_that_courses_keep(pillar: Learn) -> None:
    await course(pillar.context, types=("metp-2",))
    async with pillar.browser(*KEEPS) as client:
        new = await page(client, "/add-word/offerings.type")
        empty = await send(client, new, "/add-word/offerings.type", id="data", parent="metp")
        lost = await send(client, new, "/add-word/offerings.type", **{"id": "data", "titles.en": "D", "parent": "no"})
        known = [one.id for one in (await typologies.vocabulary(pillar.context)).listed(WordKind.TYPOLOGY)]
        told = {"id": "data", "titles.en": "Data skills", "titles.ar": "مهارات البيانات", "parent": known[0]}
        sent = await send(client, new, "/add-word/offerings.type", **told)
        once_more = await page(client, "/add-word/offerings.type")
        again = await send(client, once_more, "/add-word/offerings.type", **told)
        retired = await client.post(
            f"{PAGES}/lists/offerings.type/metp-2",
            data={**await filled(client, "/lists/offerings.type/metp-2"), "retired": "yes"},
        )
        listed = await page(client, "/lists/offerings.type")
    async with pillar.nobody() as client:
        offered = (await client.get(f"{PAGES}/catalogue")).text

    now = await typologies.vocabulary(pillar.context)
    assert [one.status_code for one in (empty, lost, sent, again, retired)] == [400, 400, 303, 400, 303]
    assert now.one(WordKind.TYPE, "data") is not None
    assert "metp-2" not in {one.id for one in now.listed(WordKind.TYPE)}
    assert "No longer offered" in listed
    assert "Law" in offered


@pytest.mark.requirement("F9.5")
async def test_a_word_of_a_vocabulary_keeps_what_this_product_does_at_it(pillar: Learn) -> None:
    names = [name for name, _count in await vocabularies.vocabularies(pillar.context)]
    known = await vocabularies.terms(pillar.context, vocabularies=names)
    name, code = next((one.vocabulary, one.code) for name in names for one in known[name] if one.role is Role.PLAN)
    here = f"/lists/words.{name}/{code}"
    async with pillar.browser(*KEEPS) as client:
        held = await filled(client, here)
        long = await client.post(f"{PAGES}{here}", data={**held, "labels.fr": "x" * 301, "position": "many"})
        sent = await client.post(f"{PAGES}{here}", data={**held, "labels.en": "Our plan", "position": "7"})
    (kept,) = [one for one in (await vocabularies.terms(pillar.context, vocabularies=[name]))[name] if one.code == code]

    assert (long.status_code, sent.status_code) == (400, 303)
    for text in ("Write at most 300 characters.", "Enter a whole number from 0 to 500."):
        assert text in long.text
    assert (kept.labels["en"], kept.position, kept.role, kept.ours) == ("Our plan", 7, Role.PLAN, False)


@pytest.mark.requirement("F9.5")
async def test_audiences_licences_and_the_checklist_are_changed_on_pages(pillar: Learn) -> None:
    async with pillar.browser(*KEEPS) as client:
        track = await filled(client, "/lists/offerings.track/citizens")
        await client.post(
            f"{PAGES}/lists/offerings.track/citizens",
            data={**track, "entry": "signed-in", "tone.en": "Warm", "indicators": "Reached\r\n\r\nStayed"},
        )
        new = await page(client, "/add-word/licences")
        wrong = await send(client, new, "/add-word/licences", id="own-1", name="Ours", url="ftp://x")
        made = await send(client, new, "/add-word/licences", id="own-1", name="Ours", url="", selling="yes")
        line = await page(client, "/add-word/quality")
        await send(client, line, "/add-word/quality", **{"id": "own", "texts.en": "Is it ours?", "active": "yes"})

    citizens = (await typologies.vocabulary(pillar.context)).one(WordKind.TRACK, "citizens")
    licence = (await materials.licences(pillar.context))["own-1"]
    assert citizens is not None
    assert (citizens.entry, citizens.tone["en"], citizens.indicators) == (
        Entry.SIGNED_IN,
        "Warm",
        ("Reached", "Stayed"),
    )
    assert (wrong.status_code, made.status_code) == (400, 303)
    assert (licence.name, licence.selling, licence.adapting) == ("Ours", True, False)
    assert "own" in {one.id for one in await courses.checklist(pillar.context)}


@pytest.mark.requirement("F9.5", "F4.3")
async def test_a_country_adds_a_profile_and_changes_the_words_of_one_without_what_it_requires(pillar: Learn) -> None:
    before = (await profiles.by_ids(pillar.context, profile_ids=["project-manager"]))["project-manager"]
    async with pillar.browser("learn:plan", *KEEPS) as client:
        form = await page(client, "/add-word/profiles")
        assert "/add-word/profiles" in await page(client, "/profiles")
        told = {"id": "harbour-master", "names.en": "Harbour master", "names.sw": "Mkuu wa bandari"}
        wrong = await send(client, form, "/add-word/profiles", **told, category="it", reference="javascript:alert(1)")
        await send(client, form, "/add-word/profiles", **told, category="management", reference="")
        assert "/lists/profiles/project-manager" in await page(client, "/profiles/project-manager")
        held = await filled(client, "/lists/profiles/project-manager")
        await client.post(f"{PAGES}/lists/profiles/project-manager", data={**held, "names.en": "Head of projects"})
        shown = await page(client, "/profiles/harbour-master?lang=sw")
    after = (await profiles.by_ids(pillar.context, profile_ids=["project-manager"]))["project-manager"]

    assert wrong.status_code == 400
    assert "Mkuu wa bandari" in shown
    assert after.names["en"] == "Head of projects"
    assert (after.requirements, after.criticality) == (before.requirements, before.criticality)


@pytest.mark.requirement("F9.5", "F4.2")
async def test_a_country_writes_a_scale_of_its_own_and_no_level_goes_that_is_in_use(pillar: Learn) -> None:
    await enter(pillar.context, competency("a"))
    used = next(iter(await frameworks.competencies(pillar.context))).scale_id
    before = (await frameworks.scales(pillar.context))[used]
    async with pillar.browser(*KEEPS) as client:
        form = await page(client, "/add-word/scales")
        told = {"titles.en": "Ladder", "levels.en": "None\r\nSome\r\nMuch", "levels.fr": "Rien\r\n\r\nBeaucoup"}
        await send(client, form, "/add-word/scales", id="ladder", **told)
        held = await filled(client, f"/lists/scales/{used}")
        await client.post(f"{PAGES}/lists/scales/{used}", data={**held, "titles.en": "Renamed"})
        longer = await filled(client, "/lists/scales/ladder")
        longer["levels.en"] += "\r\nMore"
        await client.post(f"{PAGES}/lists/scales/ladder", data=longer)
        await rated(pillar)
        short = {**held, **{name: "One" for name in held if name.startswith("levels.") and held[name]}}
        refused = await client.post(f"{PAGES}/lists/scales/{used}", data=short)

    scales = await frameworks.scales(pillar.context)
    assert [(one.ordinal, one.code, one.titles) for one in scales["ladder"].levels] == [
        (1, "1", {"en": "None", "fr": "Rien"}), (2, "2", {"en": "Some"}), (3, "3", {"en": "Much", "fr": "Beaucoup"}),
        (4, "4", {"en": "More"}),
    ]  # fmt: skip
    assert scales[used].titles["en"] == "Renamed"
    assert scales[used].levels == before.levels
    assert (refused.status_code, "keeps its levels" in refused.text) == (400, True)


async def rated(pillar: Learn) -> None:
    """Rate somebody at the third level of the competency."""
    await civil_servant(pillar.context, "p-1")
    given = RatingGiven(person_id="p-1", competency_id="a", level=3, rater_type=RaterType.TEST, rated_on="2026-01-05")
    await ratings.rate(pillar.context, by=OFFICER, ratings=[given])


@pytest.mark.requirement("F9.5")
async def test_only_who_administers_changes_words(pillar: Learn) -> None:
    async with pillar.browser("learn:plan", "learn:teach") as client:
        answers = [await client.get(f"{PAGES}{path}") for path in ("/lists", "/lists/licences", "/add-word/licences")]
        posted = await client.post(f"{PAGES}/add-word/licences", data={"id": "x", "name": "X"})

    assert {one.status_code for one in [*answers, posted]} == {403}

"""Frameworks, scales, relations, revisions, and those that come with the package."""

from __future__ import annotations

import asyncio

import pytest

from govstack.kernel import audit
from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.needs.frameworks import service
from govstack.pillars.learn.needs.frameworks.errors import CompetencyTaken, ScaleInUse
from govstack.pillars.learn.needs.frameworks.model import Competency, Kind, Relation, RelationKind
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import CATEGORIES
from govstack.pillars.learn.seeding.service import install
from tests.builders.learning import API, MIGRATIONS, OFFICER, Learn, civil_servant, learn, page
from tests.builders.running import bench
from tests.builders.skills import competency, enter, framework, profile, rate, scale
from tests.databases import Databases

GROUPS = {"management", "service-design", "it", "trainers", "end-users"}

# The taxonomy names no qualification for these.
NOTHING_USUAL = {"government-minister", "ict-operations-supervisor", "product-owner", "end-user"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F4.3")
async def test_the_competence_framework_of_europe_comes_with_its_areas_and_groups(pillar: Learn) -> None:
    again = await service.install(pillar.context)

    found = await service.framework(pillar.context, framework_id="e-cf")
    rated = [one for one in found.competencies if one.kind is not Kind.HEADING]
    counts = {area: sum(one.code.startswith(area) for one in rated) for area in "ABCDE"}

    assert counts == {"A": 10, "B": 6, "C": 5, "D": 11, "E": 9}
    assert all(one.groups and set(one.groups) <= GROUPS for one in rated)
    assert {one.code: one.groups for one in rated}["E.7"] == ("management", "it", "trainers")
    assert (again, found.revision) == (0, 1)


@pytest.mark.requirement("F4.2")
async def test_each_framework_keeps_a_scale_of_its_own(pillar: Learn) -> None:
    await service.install(pillar.context)

    scales = await service.scales(pillar.context)
    used = {one.framework_id: one.scale_id for one in await service.competencies(pillar.context)}

    assert {key: len(scales[key].levels) for key in ("e-cf", "sfia", "digcomp-3.0", "bloom")} == {
        "e-cf": 5, "sfia": 7, "digcomp-3.0": 4, "bloom": 3,
    }  # fmt: skip
    assert (used["e-cf"], used["digcomp-3.0"], used["govstack-topics"]) == ("e-cf", "digcomp-3.0", "bloom")
    assert len(await service.competencies(pillar.context, framework_id="egcf")) == 4


async def shipped(pillar: Learn, framework_id: str) -> dict[str, list[Competency]]:
    """Return the competencies of a framework that comes along by the heading that they stand under."""
    await service.install(pillar.context)
    found = await service.framework(pillar.context, framework_id=framework_id)
    below: dict[str, list[Competency]] = {}
    for one in found.competencies:
        if one.kind is not Kind.HEADING:
            below.setdefault(one.parent_id.partition(":")[2], []).append(one)
    return below


@pytest.mark.requirement("F4.5")
async def test_the_digital_skills_come_in_seven_kinds_and_their_topics_for_five_groups(pillar: Learn) -> None:
    found = await shipped(pillar, "digital-skills")

    assert {heading: len(below) for heading, below in found.items()} == {
        "kinds": 7, "software": 8, "projects-and-design": 5, "infrastructure": 4, "non-technical-focus": 5,
    }  # fmt: skip
    assert {one.groups for below in found.values() for one in below} == {
        ("sponsors", "implementers", "service-design", "trainers", "end-users")
    }


@pytest.mark.requirement("F4.5")
async def test_the_eight_competencies_of_eapc_stand_under_three_vectors(pillar: Learn) -> None:
    found = await shipped(pillar, "eapc")

    assert {heading: [one.titles["en"] for one in below] for heading, below in found.items()} == {
        "individual": ["Self-organisation", "Independent learning", "Creativity"],
        "team": ["Communication", "Teamwork", "Networking"], "organisation": ["Trend capturing", "Risk management"],
    }  # fmt: skip


@pytest.mark.requirement("F4.5")
async def test_the_profile_of_change_management_has_nine_soft_skills_and_activities_at_its_levels(
    pillar: Learn,
) -> None:
    found = await shipped(pillar, "change-management")
    related = await service.relations_of(pillar.context, competency_id="e-cf:E.7")

    assert len(found["soft-skills"]) == 9
    assert {one.titles["en"]: one.levels for one in found["activities"]} == {
        "Technology watching": (5,), "Business plan development": (4,), "Product or project planning": (3,),
        "Risk management": (3,), "Business change management": (4, 5),
    }  # fmt: skip
    assert {one.scale_id for one in found["activities"]} == {"e-cf"}
    assert "change-management:business-change" in {one.from_id for one in related}


@pytest.mark.requirement("F4.5")
async def test_outcomes_of_studies_stand_on_the_eight_levels_of_the_european_qualifications(pillar: Learn) -> None:
    found = await shipped(pillar, "learning-outcomes")
    scale_ = (await service.scales(pillar.context))["eqf"]

    assert [(one.titles["en"], one.scale_id) for one in found[""]] == [
        ("Knowing", "eqf"), ("Understanding", "eqf"), ("Making judgements", "eqf"),
        ("Project group work and communication", "eqf"),
    ]  # fmt: skip
    assert [level.code for level in scale_.levels] == [str(number) for number in range(1, 9)]


@pytest.mark.requirement("F4.5")
async def test_every_framework_that_comes_along_names_source_and_licence_and_shares_no_code(pillar: Learn) -> None:
    await service.install(pillar.context)
    found = await service.frameworks(pillar.context)
    named = [
        one.code for one in await service.competencies(pillar.context) if not one.framework_id.startswith("digcomp")
    ]

    assert [one.id for one in found if not (one.source and one.licence)] == []
    assert len(named) == len(set(named)) == 41 + 3 + 4 + 16 + 8 + 29 + 14 + 4


@pytest.mark.requirement("F4.4")
async def test_what_comes_along_goes_round_by_table_without_a_new_revision(pillar: Learn) -> None:
    await service.install(pillar.context)
    revisions = {}

    async with pillar.officer() as client:
        for one in await service.frameworks(pillar.context):
            table = await client.get(f"{API}/frameworks/{one.id}/table", params={"format": "csv"})
            answer = await client.put(
                f"{API}/frameworks/{one.id}/table", content=table.content, headers={"content-type": "text/csv"}
            )
            revisions[one.id] = answer.json().get("revision", answer.text)

    assert revisions == dict.fromkeys(revisions, 1)


@pytest.mark.requirement("F4.5")
async def test_a_page_says_what_a_framework_is_and_what_is_not_in_it(pillar: Learn) -> None:
    await service.install(pillar.context)

    async with pillar.browser() as client:
        indian = await page(client, "/frameworks/egcf")
        french = await page(client, "/frameworks/digital-skills?lang=fr&group=sponsors")

    assert "19 roles, 8 administrative and 11 technical" in indian
    assert "96 professional skills" in indian
    assert "Parrains, dirigeants et décideurs" in french


@pytest.mark.requirement("F4.1", "F4.2")
async def test_a_competency_relates_to_those_of_other_frameworks_and_no_level_goes_along(pillar: Learn) -> None:
    await enter(pillar.context, competency("a", levels=(2, 3)), competency("b"))
    await service.put_scale(pillar.context, by=OFFICER, scale=scale("three", 3))
    relations = tuple(
        Relation(from_id="c", to_id=other, kind=kind)
        for other, kind in (
            ("a", RelationKind.EXACT), ("b", RelationKind.BROADER), ("https://esco/x", RelationKind.RELATED),
            ("https://esco/y", RelationKind.NARROWER),
        )
    )  # fmt: skip
    await service.put(
        pillar.context, by=OFFICER,
        framework=framework(competency("c", "three"), framework_id="other", relations=relations),
    )  # fmt: skip

    async with pillar.person() as client:
        one = (await client.get(f"{API}/competencies/c")).json()
        other = (await client.get(f"{API}/competencies/a")).json()

    assert {(r["toId"], r["kind"]) for r in one["relations"]} == {(r.to_id, str(r.kind)) for r in relations}
    assert [(r["fromId"], r["kind"]) for r in other["relations"]] == [("c", "exact")]
    assert (one["scale"]["id"], other["scale"]["id"], other["competency"]["levels"]) == ("three", "five", [2, 3])


async def test_a_change_is_a_revision_and_the_one_before_can_be_read(pillar: Learn) -> None:
    await enter(pillar.context, competency("a"), competency("b"))
    same = await enter(pillar.context, competency("a"), competency("b"))
    await civil_servant(pillar.context)
    await rate(pillar.context, "p-1", "b", 2)

    next_one = await enter(pillar.context, competency("a"))
    now = await service.competencies(pillar.context, framework_id="own")
    before = await service.framework(pillar.context, framework_id="own", revision=1)
    retired = await service.competency(pillar.context, competency_id="b")
    async with pillar.context.database.reading() as tx:
        entries = await audit.entries(tx, action="learn.framework.put", subject="framework/own")

    assert (same.revision, next_one.revision) == (1, 2)
    assert [one.id for one in now] == ["a"]
    assert [one.id for one in before.competencies] == ["a", "b"]
    assert retired.retired
    assert len(entries) == 2


async def test_two_who_change_a_framework_at_once_leave_two_revisions(pillar: Learn) -> None:
    await frameworks_scale(pillar)

    made = await asyncio.gather(
        *(
            service.put(pillar.context, by=OFFICER, framework=framework(competency("a"), competency(one)))
            for one in ("b", "c")
        )
    )

    assert {one.revision for one in made} == {1, 2}
    assert len(await service.revisions(pillar.context, framework_id="own")) == 2


async def test_processes_that_start_at_once_bring_everything_once(databases: Databases) -> None:
    first = Learn(bench(MANIFEST, await databases.migrated("learn", MIGRATIONS)))
    second = Learn(bench(MANIFEST, databases.open("learn")))

    await asyncio.gather(*(install(one.context) for one in (first, second)))

    assert len(await service.frameworks(first.context)) == 11
    assert len(await profiles.profiles(second.context)) == 64


async def frameworks_scale(pillar: Learn) -> None:
    await service.put_scale(pillar.context, by=OFFICER, scale=scale())


async def test_a_competency_belongs_to_one_framework(pillar: Learn) -> None:
    await enter(pillar.context, competency("a"))

    with pytest.raises(CompetencyTaken):
        await service.put(pillar.context, by=OFFICER, framework=framework(competency("a"), framework_id="other"))


async def test_a_scale_keeps_levels_that_somebody_stands_on(pillar: Learn) -> None:
    await enter(pillar.context, competency("a"))
    await civil_servant(pillar.context)
    await rate(pillar.context, "p-1", "a", 5)

    with pytest.raises(ScaleInUse):
        await service.put_scale(pillar.context, by=OFFICER, scale=scale("five", 4))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"competencies": [{"id": "a", "titles": {"en": "A"}, "scaleId": "five"}] * 2}, "Two competencies"),
        ({"competencies": [{"id": "a", "titles": {"en": "A"}, "scaleId": "five", "parentId": "x"}]}, "not in this"),
        ({"competencies": [{"id": "a", "titles": {"en": "A"}}]}, "a heading has no scale"),
        ({"competencies": [{"id": "a", "titles": {"en": "A"}, "scaleId": "five", "levels": [9]}]}, "names the level 9"),
        ({"competencies": [{"id": "a", "titles": {"en": "A"}, "kind": "heading", "parentId": "a"}]}, "below itself"),
        ({"competencies": [{"id": "a", "titles": {"en": "A"}, "scaleId": "none"}]}, "scale"),
        ({"relations": [{"fromId": "a", "toId": "b", "kind": "exact"}]}, "A relation begins"),
        ({"id": "another"}, "another id"),
    ],
)  # fmt: skip
async def test_a_framework_that_contradicts_itself_is_refused_with_the_place(
    sqlite_databases: Databases, change: dict[str, object], said: str
) -> None:
    pillar = await learn(sqlite_databases)
    await service.put_scale(pillar.context, by=OFFICER, scale=scale())

    async with pillar.officer() as client:
        answer = await client.put(f"{API}/frameworks/f", json={"id": "f", "titles": {"en": "F"}, **change})

    assert answer.status_code == 400
    assert said in answer.text


async def test_only_administrators_change_frameworks(pillar: Learn) -> None:
    async with pillar.officer("learn:plan") as client:
        answer = await client.put(f"{API}/frameworks/f", json={"id": "f", "titles": {"en": "F"}})
        listed = (await client.get(f"{API}/frameworks")).json()["frameworks"]

    assert (answer.status_code, "f" in {one["id"] for one in listed}) == (403, False)


async def test_competencies_are_listed_in_pages(pillar: Learn) -> None:
    await service.install(pillar.context)

    found: list[str] = []
    after = ""
    async with pillar.person() as client:
        while True:
            answer = (
                await client.get(f"{API}/competencies", params={"framework": "e-cf", "limit": 20, "after": after})
            ).json()
            found += [one["code"] for one in answer["competencies"]]
            after = answer["next"]
            if not after:
                break

    assert (len(found), len(set(found)), found[0]) == (41, 41, "A.1")


async def test_the_64_profiles_require_levels_that_their_competencies_have(pillar: Learn) -> None:
    again = await profiles.install(pillar.context)

    found = await profiles.profiles(pillar.context)
    counts = {category: sum(one.category == category for one in found) for category in CATEGORIES}
    scales = await service.scales(pillar.context)
    known = await service.by_ids(
        pillar.context, competency_ids={r.competency_id for p in found for r in p.requirements}
    )

    assert again == 0
    assert counts == {
        "policy-makers": 1, "top-management": 4, "it": 22, "management": 23, "trainers": 4, "service-design": 9,
        "end-users": 1,
    }  # fmt: skip
    assert all(one.requirements and one.ours for one in found)
    assert all(
        known[r.competency_id].allows(scales[known[r.competency_id].scale_id], r.level)
        for one in found for r in one.requirements
    )  # fmt: skip


async def test_each_of_the_64_profiles_says_what_the_role_is(pillar: Learn) -> None:
    await service.install(pillar.context)
    await profiles.install(pillar.context)
    found = {one.id: one.descriptions for one in await profiles.profiles(pillar.context)}
    async with pillar.browser() as browser:
        shown = await page(browser, "/profiles/chief-information-officer?lang=fr")

    assert [one for one, texts in found.items() if len(texts.get("en", "")) < 80] == []
    assert [one for one, texts in found.items() if set(texts) != set(LANGUAGES)] == []
    assert "Fixe la stratégie numérique" in shown
    assert "Qualifications habituelles" in shown


async def test_each_profile_but_four_says_which_qualifications_are_usual(pillar: Learn) -> None:
    await service.install(pillar.context)
    await profiles.install(pillar.context)
    found = {one.id: one.qualifications for one in await profiles.profiles(pillar.context)}
    told = [words for words in found.values() if words]

    assert {one for one, words in found.items() if not words} == NOTHING_USUAL
    assert {frozenset(words) for words in told} == {frozenset(LANGUAGES)}
    assert len({text for words in told for text in words.values()}) == len(LANGUAGES) * len(told)


async def test_what_a_country_changed_survives_the_next_installation(pillar: Learn) -> None:
    await service.install(pillar.context)
    await profiles.install(pillar.context)

    async with pillar.officer() as client:
        body = {
            "names": {"en": "Minister"},
            "criticality": 5,
            "requirements": [{"competencyId": "e-cf:A.1", "level": 2}],
        }
        changed = await client.put(f"{API}/profiles/government-minister", json=body)
        outside = await client.put(f"{API}/profiles/data-steward", json={"names": {"en": "Data steward"}})
        wrong = await client.put(
            f"{API}/profiles/x", json={"names": {"en": "X"}, "requirements": [{"competencyId": "e-cf:A.1", "level": 6}]}
        )
        heading = await client.put(
            f"{API}/profiles/x", json={"names": {"en": "X"}, "requirements": [{"competencyId": "e-cf:A", "level": 1}]}
        )
        script = await client.put(
            f"{API}/profiles/x", json={"names": {"en": "X"}, "reference": "javascript:alert(document.cookie)"}
        )
    await profiles.install(pillar.context)
    kept = await profiles.profile(pillar.context, profile_id="government-minister")

    assert (changed.status_code, outside.status_code) == (200, 200)
    assert (wrong.json()["code"], heading.json()["code"]) == ("level-not-offered", "competency-not-rated")
    assert script.status_code == 400
    assert (kept.criticality, [(one.level, one.ours) for one in kept.requirements]) == (5, [(2, False)])


async def test_roles_outside_the_model_are_known_by_their_posts(pillar: Learn) -> None:
    await enter(pillar.context, competency("a"))
    await profile(pillar.context, "clerk", a=3)
    await civil_servant(pillar.context, "p-1", roles=("clerk", "night-watch"))

    assert await profiles.outside(pillar.context) == {"night-watch": 1}

"""Pages of competencies, profiles, one's own skills, the team, the matrix, the heat map and the gaps."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from xml.etree import ElementTree

import openpyxl
import pytest
from PIL import Image

from govstack.kernel import clock
from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.ratings import service as ratings
from tests.builders.learning import API, Learn, civil_servant, learn, ministry, page, send
from tests.builders.skills import competency, enter, profile, rate
from tests.databases import Databases

NOVEMBER = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE_BYTES_MAX = 200_000
OFFICE = ("learn:plan", "learn:administer")


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


@pytest.fixture
async def office(pillar: Learn) -> Learn:
    """A ministry with a manager and three clerks: one rated in two ways, one at level 0, one never."""
    context = pillar.context
    await ministry(context, "finance")
    await ministry(context, "tax", parent_id="finance", kind="agency")
    await enter(
        context,
        competency("a", titles={"en": "Accounts"}, descriptors={"3": {"en": "Closes a year alone"}}),
        competency("b", titles={"en": "Budgets"}),
    )
    await profile(context, "clerk", criticality=4, a=3, b=2)
    await civil_servant(context, "boss", number="N-boss", name="Amina Kone", organisation_id="finance")
    for one in ("p-1", "p-2", "p-3"):
        await civil_servant(
            context, one, name=f"Clerk {one}", organisation_id="tax", manager_id="boss", roles=("clerk",)
        )
    with clock.fixed(NOVEMBER):
        await rate(context, "p-1", "a", 1, "test", rated_on="2026-11-20")
        await rate(context, "p-1", "a", 5, "self", rated_on="2026-11-21")
        await rate(context, "p-2", "a", 0, "manager", rated_on="2026-03-01")
    return pillar


@pytest.mark.requirement("F5.1")
async def test_a_cell_shows_level_source_and_age_and_unrated_is_unlike_zero(office: Learn) -> None:
    with clock.fixed(NOVEMBER):
        async with office.browser(*OFFICE) as client:
            shown = await page(client, "/skill-matrix?organisation=finance")

    assert "Level 1 of Level 3. From a test, 20 Nov 2026" in shown
    assert "None yet of Level 3. Said by the manager, 1 Mar 2026, stale" in shown
    assert shown.count("Not rated (Level 3 required)") == 1
    assert shown.count("Not rated (Level 2 required)") == 3
    assert len(shown.encode()) < PAGE_BYTES_MAX


@pytest.mark.requirement("F5.2", "F5.4")
async def test_the_page_of_gaps_shows_distribution_coverage_holders_and_every_factor(office: Learn) -> None:
    with clock.fixed(NOVEMBER):
        async with office.browser(*OFFICE) as client:
            shown = await page(client, "/skill-gaps")
            divided = await page(client, "/skill-gaps?by=organisation&organisation=finance")
            exported = await client.get("/skill-gaps-file?format=csv")

    assert "3 × 4 × 1 + 2 × 4 × 1" in shown
    assert "None yet: 1; Level 1: 1; not rated: 1" in shown
    assert "0 people" in shown
    assert "The formula is our default" in shown
    assert "Tax" in divided
    assert "3 x 4 x 1; 2 x 4 x 1" in exported.text


@pytest.mark.requirement("F5.3")
async def test_the_heat_map_reads_without_colour_and_goes_out_in_four_kinds(office: Learn) -> None:
    with clock.fixed(NOVEMBER):
        async with office.browser(*OFFICE) as client:
            shown = await page(client, "/heat-map?by=organisation&organisation=finance")
            people = await page(client, "/heat-map?by=person")
            files = {
                one: await client.get(f"/heat-map-file?by=person&format={one}") for one in ("csv", "xlsx", "svg", "png")
            }

    assert "<table" in shown
    assert "gs-heat__value" in shown
    assert "Clerk p-2" in people
    lines = files["csv"].text.lstrip("\ufeff").splitlines()
    assert sorted(lines[1:])[1:3] == ["Clerk p-1,2,", "Clerk p-2,3,"]
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).worksheets[0]
    assert ["Clerk p-1", 2, None] in [[cell.value for cell in row] for row in sheet.iter_rows()]
    drawing = ElementTree.fromstring(files["svg"].content)
    told = [one.text for one in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert {"Clerk p-1, a: 2", "Clerk p-3, a: –"} <= set(told)
    assert Image.open(io.BytesIO(files["png"].content)).size[0] >= 640
    assert files["png"].headers["content-type"] == "image/png"


async def test_pictures_are_drawn_in_every_language(office: Learn) -> None:
    async with office.browser(*OFFICE) as client:
        sizes = {
            language: Image.open(
                io.BytesIO((await client.get(f"/heat-map-file?by=category&format=png&lang={language}")).content)
            ).size
            for language in LANGUAGES
        }

    assert len(set(sizes.values())) == 1


async def test_the_whole_matrix_goes_out_and_that_it_did_is_written_down(office: Learn) -> None:
    async with office.browser(*OFFICE) as client:
        texts = [(await client.get(f"/skill-matrix-file?organisation=tax&format={one}")) for one in ("csv", "json")]
    async with office.officer() as client:
        rows = (await client.get(f"{API}/skill-matrix", params={"organisation": "tax"})).json()["rows"]
        again = await client.get(f"{API}/skill-matrix/export", params={"organisation": "tax"})

    assert len(texts[0].text.splitlines()) == 1 + 6
    assert {(one["person"], one["gap"]) for one in texts[1].json() if one["competency"] == "a"} == {
        ("p-1", 2), ("p-2", 3), ("p-3", None)
    }  # fmt: skip
    assert [len(row["gaps"]) for row in rows] == [2, 2, 2]
    assert again.text == texts[0].text


async def test_names_are_for_the_training_unit_alone(office: Learn) -> None:
    async with office.browser("learn:lead", subject="leader") as leader:
        await page(leader, "/skill-matrix", 403)
        hidden = await page(leader, "/skill-gaps")
        await page(leader, "/heat-map?by=person", 403)
    async with office.browser(subject="somebody") as stranger:
        await page(stranger, "/skill-gaps", 403)
        await page(stranger, "/my-team/p-1", 403)

    assert "Too few people" in hidden
    assert "Groups of fewer than 5 people are hidden" in hidden


async def test_i_see_what_my_post_asks_for_and_say_where_i_am(office: Learn) -> None:
    async with office.browser(subject="p-1", person_id="N-p-1") as client:
        before = await page(client, "/my-skills")
        form = await page(client, "/my-skills/b")
        empty = await send(client, form, "/my-skills/b")
        raised = await send(client, form, "/my-skills/b", level="²")
        sent = await send(client, form, "/my-skills/b", level="2", confidence="high")
        after = await page(client, "/my-skills")
        told = await page(client, "/my-skills/a")
        exported = await client.get("/my-skills-file?format=json")

    assert "Clerk" in before
    assert "From a test" in before
    assert (empty.status_code, raised.status_code, sent.status_code) == (400, 400, 303)
    assert "Not rated" in before
    assert "Met" in after
    assert "Closes a year alone" in told
    assert "Said by the person" in told
    assert {(one["competency"], one["existing"], one["gap"]) for one in exported.json()} == {("a", 1, 2), ("b", 2, 0)}
    kept = await ratings.counting(office.context, person_ids=["p-1"])
    assert {(one.competency_id, str(one.confidence), one.rater_id) for one in kept} >= {("b", "high", "p-1")}


async def test_a_manager_sees_the_team_and_rates_them(office: Learn) -> None:
    async with office.browser(subject="boss", person_id="N-boss") as client:
        mine = await page(client, "/my-skills")
        team = await page(client, "/my-team")
        one = await page(client, "/my-team/p-3")
        form = await page(client, "/my-team/p-3/a")
        sent = await send(client, form, "/my-team/p-3/a", level="3")
        figures = await page(client, "/skill-gaps?team=mine")
        heat = await page(client, "/heat-map?team=mine&by=category")
    found = await gaps.required_of(office.context, person_ids=["p-3"])

    assert "My team" in mine
    assert "Clerk p-3" in team
    assert "Not rated" in one
    assert "Where is this person?" in form
    assert sent.status_code == 303
    assert {one.competency_id: one.rater_type for one in found["p-3"]} == {"a": "manager", "b": ""}
    assert "Accounts" in figures
    assert "IT specialists" in heat


async def test_frameworks_and_competencies_are_shown_with_levels_and_relations(pillar: Learn) -> None:
    async with pillar.browser(subject="amina") as client:
        listed = await page(client, "/frameworks")
        one = await page(client, "/frameworks/e-cf?group=trainers")
        skill = await page(client, "/competencies/digcomp-3.0:1.1")
        french = await page(client, "/frameworks/e-cf?lang=fr")
        case = await client.get("/frameworks/e-cf/case")
        table = await client.get("/frameworks/egcf/out?format=csv")
        await page(client, "/frameworks/none", 404)
        await page(client, "/take-in-framework", 403)

    assert "European e-Competence Framework" in listed
    assert "Our choice" in listed
    assert "E.7 Business change management" in one
    assert "B.1 Application development" not in one
    assert "Exact match" in skill
    assert "Highly advanced" in skill
    assert "Gestion du changement" in french
    assert len(case.json()["CFItems"]) == 46
    assert len(table.text.splitlines()) == 5
    assert max(len(text.encode()) for text in (listed, one, skill, french)) < PAGE_BYTES_MAX


async def test_an_administrator_takes_a_framework_in_from_a_file(pillar: Learn) -> None:
    good = ("own.csv", b"id,title:en,scale\nx,Excel,bloom\n", "text/csv")
    bad = ("own.csv", b"id,title:en,scale\n,Excel,bloom\n", "text/csv")

    async with pillar.browser(*OFFICE) as client:
        form = await page(client, "/take-in-framework")
        nothing = await send(client, form, "/take-in-framework", framework_id="own")
        nameless = await send(client, form, "/take-in-framework", files={"file": good}, framework_id="")
        wrong = await send(client, form, "/take-in-framework", files={"file": bad}, framework_id="own")
        sent = await send(client, form, "/take-in-framework", files={"file": good}, framework_id="own", title="Own")
        case = await client.get("/frameworks/own/case")
        again = await send(
            client, form, "/take-in-framework", files={"file": ("own.json", case.content, "application/json")},
            framework_id="",
        )  # fmt: skip

    assert [answer.status_code for answer in (nothing, nameless, wrong, sent, again)] == [400, 400, 400, 303, 303]
    assert "Every row needs an id" in wrong.text
    assert (await frameworks.framework(pillar.context, framework_id="own")).revision == 1


async def test_the_training_unit_changes_what_a_profile_requires(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", roles=("night-watch",))
    async with pillar.browser(*OFFICE) as client:
        listed = await page(client, "/profiles?category=it")
        one = await page(client, "/profiles/data-analyst")
        asked = await page(client, "/profiles/data-analyst/criticality")
        wrong = await send(client, asked, "/criticality", criticality="9")
        critical = await send(client, asked, "/criticality", criticality="5")
        await page(client, "/profiles/data-analyst/add")
        chosen = await client.get("/profiles/data-analyst/add?competency=e-cf:E.7")
        form = await page(client, "/profiles/data-analyst/requirements/e-cf:E.7")
        none = await send(client, form, "e-cf:E.7", level="")
        strange = [await send(client, form, "e-cf:E.7", level=level) for level in ("²", "9" * 5_000)]
        added = await send(client, form, "e-cf:E.7", level="2", criticality="1")
        gone = await send(
            client, await page(client, "/profiles/data-analyst/requirements/e-cf:B.5"), "e-cf:B.5", level="none"
        )
        outside = await send(
            client, await page(client, "/profiles/night-watch/criticality"), "/criticality", criticality="2"
        )
    async with pillar.browser(subject="amina") as client:
        plain = await page(client, "/profiles/data-analyst")
        await page(client, "/profiles/data-analyst/criticality", 403)
    kept = await profiles.profile(pillar.context, profile_id="data-analyst")
    described = await profiles.profile(pillar.context, profile_id="night-watch")

    assert [answer.status_code for answer in strange] == [400, 400]
    assert "night-watch" in listed
    assert "Our default" in one
    assert [answer.status_code for answer in (wrong, critical, chosen, none, added, gone, outside)] == [
        400, 303, 303, 400, 303, 303, 303,
    ]  # fmt: skip
    assert (kept.criticality, kept.ours, described.criticality) == (5, False, 2)
    levels = {item.competency_id: (item.level, item.criticality, item.ours) for item in kept.requirements}
    assert levels["e-cf:E.7"] == (2, 1, False)
    assert "e-cf:B.5" not in levels
    assert levels["e-cf:D.7"] == (3, None, True)
    assert "Add a requirement" not in plain


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
async def test_every_page_is_there_in_every_language(office: Learn, language: str) -> None:
    async with office.browser(*OFFICE) as client:
        shown = [
            await page(client, f"{path}{'&' if '?' in path else '?'}lang={language}")
            for path in (
                "/skill-matrix", "/skill-gaps?by=team", "/heat-map?by=team", "/profiles", "/profiles/clerk",
                "/profiles/clerk/criticality", "/profiles/clerk/add", "/profiles/clerk/requirements/a",
                "/frameworks/own", "/competencies/a", "/take-in-framework", "/my-skills", "/my-team",
            )
        ]  # fmt: skip

    assert all(f'lang="{language}"' in text for text in shown)
    assert not [text for text in shown if "Take all out as" in text or "What posts ask for" in text]


async def test_figures_without_any_requirement_say_so(pillar: Learn) -> None:
    async with pillar.browser(*OFFICE) as client:
        shown = [await page(client, path) for path in ("/skill-matrix", "/skill-gaps", "/heat-map", "/my-skills")]
    async with pillar.officer() as client:
        found = await client.get(f"{API}/gaps/roll-ups")

    assert "Nobody was entered yet." in shown[0]
    assert "No post asks for anything yet." in shown[1]
    assert "No post asks for anything yet." in shown[2]
    assert "No profile is known for this post" in shown[3]
    assert found.json() == {"rollups": [], "total": 0}

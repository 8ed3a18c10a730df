"""Material is made state by state (ADDIE), each with what it must bring forth, and published once it can be used."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.stages import service as stages
from govstack.pillars.learn.stages.model import Artefact, Stage, may_go
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_materials import enter


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await materials.install(made.context)
    return made


async def begun(client: httpx.AsyncClient, **more: Any) -> str:
    """Begin material that is made here."""
    made = await enter(client, "Letters that people read", **{"source": "", **more})
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


def artefact(stage: Stage) -> Artefact:
    """Return what a state has brought forth."""
    return Artefact(id="a", stage=stage, title="", words="w", made_by="p", made_at="2026-11-21")


@pytest.mark.parametrize(
    ("at", "to", "made", "goes"),
    [
        (Stage.ANALYSIS, Stage.DESIGN, [Stage.ANALYSIS], True),
        (Stage.ANALYSIS, Stage.DESIGN, [Stage.DESIGN], False),
        (Stage.ANALYSIS, Stage.DESIGN, [], False),
        (Stage.ANALYSIS, Stage.DEVELOPMENT, [Stage.ANALYSIS], False),
        (Stage.DESIGN, Stage.ANALYSIS, [Stage.DESIGN], False),
        (Stage.EVALUATION, Stage.ANALYSIS, [Stage.EVALUATION], True),
        (Stage.EVALUATION, Stage.ANALYSIS, [], False),
        # In another round each state brings forth something anew.
        (Stage.ANALYSIS, Stage.DESIGN, list(Stage), False),
        (Stage.ANALYSIS, Stage.DESIGN, [*Stage, Stage.ANALYSIS], True),
        (Stage.DESIGN, Stage.DEVELOPMENT, [*Stage, Stage.ANALYSIS], False),
        # What begins at its implementation has nothing before that.
        (Stage.IMPLEMENTATION, Stage.EVALUATION, [Stage.IMPLEMENTATION], True),
    ],
)
def test_a_state_follows_the_one_before_once_that_has_brought_forth_what_it_must(
    at: Stage, to: Stage, made: list[Stage], goes: bool
) -> None:
    assert may_go(at, to, [artefact(one) for one in made]) is goes


@pytest.mark.requirement("F14.3")
async def test_material_that_is_made_here_goes_through_its_states_before_it_is_published(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        material_id = await begun(client)
        path = f"{API}/materials/{material_id}"
        first = (await client.get(path)).json()["stage"]
        skipped = await client.put(f"{path}/stage", json={"stage": "development"})
        empty = await client.put(f"{path}/stage", json={"stage": "design"})
        early = await client.post(f"{path}/publish")
        for stage in ("design", "development", "implementation"):
            kept = await client.post(f"{path}/artefacts", json={"words": f"What comes before {stage}"})
            assert kept.status_code == 200, kept.text
            assert (await client.put(f"{path}/stage", json={"stage": stage})).json()["stage"] == stage
        made = (await client.get(f"{path}/artefacts")).json()["artefacts"]
        published = await client.post(f"{path}/publish")
    async with pillar.person() as client:
        theirs = [
            await client.get(f"{path}/artefacts"), await client.post(f"{path}/artefacts", json={"words": "x"}),
            await client.put(f"{path}/stage", json={"stage": "evaluation"}),
        ]  # fmt: skip

    assert first == "analysis"
    assert [one.json()["code"] for one in (skipped, empty, early)] == [
        "artefact-missing", "artefact-missing", "material-still-made",
    ]  # fmt: skip
    assert [(one["stage"], one["words"]) for one in made] == [
        ("analysis", "What comes before design"), ("design", "What comes before development"),
        ("development", "What comes before implementation"),
    ]  # fmt: skip
    assert (published.json()["state"], published.json()["stage"]) == ("published", "implementation")
    assert [one.status_code for one in theirs] == [403, 403, 403]


@pytest.mark.requirement("F14.3")
async def test_material_from_elsewhere_was_made_there_and_what_is_improved_here_is_not(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        brought = (await enter(client, "A course of another country")).json()
        decision = {
            "choice": "improve", "reason": "Shorter", "of": brought["id"], "seen": [brought["id"]],
            "changeNotes": "Half as long",
        }  # fmt: skip
        content = {"title": "A course of another country, shorter", "licenceId": "CC-BY-4.0"}
        improved = await client.post(f"{API}/materials", json={"content": content, "decision": decision})
        shown = await client.get(f"{API}/materials/module-08")

    assert (brought["stage"], improved.json()["stage"], shown.json()["stage"]) == (
        "implementation", "development", "implementation",
    )  # fmt: skip


@pytest.mark.requirement("F14.3")
async def test_a_page_leads_from_state_to_state(pillar: Learn) -> None:
    async with pillar.browser("learn:teach", subject="author") as client:
        async with pillar.officer("learn:teach") as officer:
            material_id = await begun(officer)
        here = f"/materials/{material_id}"
        before = await page(client, here)
        form = await page(client, f"{here}/making")
        empty = await send(client, form, f"{here}/stage", to="design", words=" ", act="advance")
        nothing = await send(client, form, f"{here}/stage", to="design", words=" ", act="keep")
        long = await send(client, form, f"{here}/stage", to="design", words="x" * 4_001, act="keep")
        await send(client, form, f"{here}/stage", to="design", words="Clerks write letters nobody reads", act="advance")
        after = await page(client, f"{here}/making")
        fact = await page(client, here)
    async with pillar.browser(subject="learner") as client:
        refused = await client.get(f"{here}/making")

    assert f"{here}/making" in before
    assert "Statement of needs" in form
    assert (empty.status_code, "still lacks what it must bring forth" in empty.text) == (400, True)
    assert (nothing.status_code, "Write what this state has brought forth" in nothing.text) == (400, True)
    assert (long.status_code, "at most 4000 characters" in long.text) == (400, True)
    assert "Clerks write letters nobody reads" in after
    assert "Save and go on to: Development" in after
    assert "Design" in fact
    assert refused.status_code == 403


@pytest.mark.requirement("F14.3")
async def test_a_form_that_is_sent_twice_fills_no_other_state(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as officer:
        material_id = await begun(officer)
    here = f"/materials/{material_id}"
    async with pillar.browser("learn:teach", subject="author") as client:
        form = await page(client, f"{here}/making")
        twice = [await send(client, form, f"{here}/stage", words="Needs", act="advance") for _time in range(2)]
        late = await send(client, form, f"{here}/stage", words="Other needs", act="advance")
    async with pillar.officer("learn:teach") as officer:
        made = (await officer.get(f"{API}/materials/{material_id}/artefacts")).json()["artefacts"]
        given = {"words": "Other needs", "stage": "analysis"}
        left = await officer.post(f"{API}/materials/{material_id}/artefacts", json=given)

    assert [one.status_code for one in twice] == [303, 303]
    assert [(one["stage"], one["words"]) for one in made] == [("analysis", "Needs")]
    assert (late.status_code, left.json()["code"]) == (400, "stage-left")
    # What was written is not lost.
    assert ">Other needs</textarea>" in late.text
    assert "another state meanwhile" in late.text


@pytest.mark.requirement("F14.3")
async def test_published_material_stays_so_in_another_round_and_its_states_are_bounded(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pillar.officer("learn:teach") as client:
        material_id = (await enter(client, "A course of another country")).json()["id"]
        path = f"{API}/materials/{material_id}"
        for stage in ("evaluation", "analysis"):
            await client.post(f"{path}/artefacts", json={"words": f"What comes before {stage}"})
            assert (await client.put(f"{path}/stage", json={"stage": stage})).status_code == 200
            published = await client.post(f"{path}/publish")
        bare = await client.put(f"{path}/stage", json={"stage": "design"})
        monkeypatch.setattr(stages, "ARTEFACTS_MAX", 3)
        answers = [await client.post(f"{path}/artefacts", json={"words": one}) for one in ("Needs", "More", "Needs")]
        over = await client.put(f"{path}/stage", json={"stage": "design"})

    assert published.json()["state"] == "published"
    assert bare.json()["code"] == "artefact-missing"
    assert [one.status_code for one in answers] == [200, 409, 200]
    assert over.status_code == 200

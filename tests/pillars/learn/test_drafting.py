"""Drafts of instruments: pages that write the next version part by part, without scripts."""

from __future__ import annotations

import json

import pytest

from govstack.pillars.learn.needs.drafting import model, service
from govstack.pillars.learn.needs.drafting.errors import DraftMoved, PartInUse, UnknownDraft
from govstack.pillars.learn.needs.drafting.model import Draft
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.model import Named
from tests.builders.campaigns import document, instrument, written
from tests.builders.learning import OFFICER, Learn, learn, page, send
from tests.databases import Databases

SCOPES = ("learn:plan", "learn:administer")
HERE = "/instruments/skills/draft"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def drafted(pillar: Learn) -> Draft:
    return await service.draft(pillar.context, instrument_id="skills")


@pytest.mark.requirement("F1.1")
async def test_a_training_officer_writes_the_next_version_by_hand(pillar: Learn) -> None:
    await written(pillar.context)

    async with pillar.browser(*SCOPES) as client:
        shown = await page(client, "/instruments/skills")
        begun = await send(client, shown, HERE)
        overview = await page(client, begun.headers["location"])
        about = await send(
            client, await page(client, f"{HERE}/about"), f"{HERE}/about", **{"titles-en": "Skills of ours"},
            languages="en", source="A test", licence="Apache-2.0", unit="person",
        )  # fmt: skip
        new = await page(client, f"{HERE}/new-section")
        section = await send(client, new, f"{HERE}/new-section", **{"titles-en": "People"}, weight="1", id="people")
        asked = await page(client, f"{HERE}/new-item?section=people")
        added = await send(
            client, asked, f"{HERE}/new-item", **{"texts-en": "How well do you listen?"}, section="people",
            kind="choice", scale="level", weight="2,5", act="another",
        )  # fmt: skip
        listed = await page(client, "/instrument-drafts")
        whole = await page(client, HERE)
        kept = await send(client, whole, f"{HERE}/keep")

    newest = await instruments.instrument(pillar.context, instrument_id="skills")
    assert "Complete" in overview
    assert [one.status_code for one in (about, section, added, kept)] == [303] * 4
    assert added.headers["location"].endswith("/new-item?section=people")
    assert f'href="{HERE}">Skills of ours' in listed
    assert (newest.version, newest.titles) == (2, {"en": "Skills of ours"})
    assert [(one.id, one.weight) for one in newest.items_of("people")] == [("item-1", 2.5)]
    with pytest.raises(UnknownDraft):
        await drafted(pillar)


async def test_a_new_instrument_grows_from_nothing_and_cannot_be_kept_before_it_is_complete(pillar: Learn) -> None:
    base = "/instruments/moods/draft"
    given = {
        "title": "Moods", "language": "en", "id": "moods", "source": "Ours", "licence": "CC0-1.0", "unit": "person",
        "family": "ordinal",
    }  # fmt: skip

    async with pillar.browser(*SCOPES) as client:
        ask = await page(client, "/new-instrument-draft")
        nameless = await send(client, ask, "/new-instrument-draft", **{**given, "title": "", "id": "not good"})
        taken = await send(client, ask, "/new-instrument-draft", **{**given, "id": "readiness"})
        await send(client, ask, "/new-instrument-draft", **given)
        empty = await page(client, base)
        new = await page(client, f"{base}/new-section")
        wordless = await send(client, new, f"{base}/new-section", weight="heavy")
        await send(client, new, f"{base}/new-section", **{"titles-en": "Today"})
        scale = await page(client, f"{base}/new-scale")
        rows = {"titles-0-en": "Low", "kind-0": "level", "titles-1-en": "High", "kind-1": "level"}
        made = await send(client, scale, f"{base}/new-scale", **rows)
        asked = await page(client, f"{base}/new-item?section=section-1")
        await send(
            client, asked, f"{base}/new-item", **{"texts-en": "How are you?"}, section="section-1", kind="choice",
            scale="scale-1", weight="1",
        )  # fmt: skip
        await send(client, await page(client, base), f"{base}/keep")

    newest = await instruments.instrument(pillar.context, instrument_id="moods")
    assert nameless.status_code == taken.status_code == wordless.status_code == 400
    assert 'id="title-error"' in nameless.text
    assert 'id="id-error"' in taken.text
    assert "has nothing in it yet" in empty
    assert f'action="{base}/keep"' not in empty
    assert 'id="weight-error"' in wordless.text
    assert made.headers["location"].endswith("/scales/scale-1")
    assert (newest.version, [one.id for one in newest.scales[0].choices]) == (1, ["choice-1", "choice-2"])


async def test_what_is_wrong_stands_at_its_field_and_the_draft_is_saved_all_the_same(pillar: Learn) -> None:
    await written(pillar.context)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")

    async with pillar.browser(*SCOPES) as client:
        asked = await page(client, f"{HERE}/about")
        await send(
            client, asked, f"{HERE}/about", **{"titles-en": "Skills"}, languages="en fr", source="A", licence="B",
            unit="person",
        )  # fmt: skip
        overview = await page(client, HERE)
        item = await page(client, f"{HERE}/items/plan")
        scale = await page(client, f"{HERE}/scales/level")
        refused = await client.post(
            HERE + "/keep", data={"csrf_token": overview.partition('csrf_token" value="')[2].partition('"')[0]}
        )  # fmt: skip
        half = await send(
            client, item, f"{HERE}/items/plan", **{"texts-fr": "Planifiez-vous bien ?", "texts-en": "Do you plan?"},
            section="work", kind="number", scale="level", weight="1",
        )  # fmt: skip

    now = (await drafted(pillar)).instrument
    assert "What is still to do" in overview
    assert 'href="/instruments/skills/draft/items/plan"' in overview
    assert 'id="texts-fr-error"' in item
    assert 'id="titles-2-fr-error"' in scale
    assert (refused.status_code, half.status_code) == (400, 303)
    assert now.items[0].texts == {"en": "Do you plan?", "fr": "Planifiez-vous bien ?"}
    assert (str(now.items[0].kind), now.items[0].scale) == ("number", None)


@pytest.mark.requirement("F1.2")
async def test_the_competency_that_answers_rate_is_named_changed_and_kept(pillar: Learn) -> None:
    await service.begin(pillar.context, by=OFFICER, instrument_id="capacity-frame")
    here = "/instruments/capacity-frame/draft"
    given = {"texts-en": "How far?", "section": "technical", "kind": "choice", "scale": "bloom", "weight": "1"}

    async with pillar.browser(*SCOPES) as client:
        asked = await page(client, f"{here}/items/agile")
        half = await send(client, asked, f"{here}/items/agile", **given, competency="govstack-topics")
        await send(client, asked, f"{here}/items/agile", **given, competency="govstack-topics/cloud")

    items = {
        one.id: one for one in (await service.draft(pillar.context, instrument_id="capacity-frame")).instrument.items
    }
    assert 'value="govstack-topics/agile"' in asked
    assert (half.status_code, 'id="competency-error"' in half.text) == (400, True)
    assert items["agile"].competency == Named(framework="govstack-topics", code="cloud")


async def test_parts_are_moved_and_removed_but_not_while_others_need_them(pillar: Learn) -> None:
    await written(pillar.context)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")

    async with pillar.browser(*SCOPES) as client:
        overview = await page(client, HERE)
        await send(client, overview, f"{HERE}/move", act="down:work")
        work = await page(client, f"{HERE}/sections/work")
        await send(client, work, f"{HERE}/move", act="up:talk")
        scale = await page(client, f"{HERE}/scales/level")
        same = {f"titles-{n}-en": f"Choice {n}" for n in range(6)} | {f"kind-{n}": "level" for n in range(6)}
        await send(client, scale, f"{HERE}/scales/level", **same, act="up:moderate", **{"remove-5": "yes"})
        law = await page(client, f"{HERE}/items/rules")
        await send(client, law, f"{HERE}/remove")
        emptied = await page(client, f"{HERE}/sections/law")
        await send(client, emptied, f"{HERE}/remove")

    now = (await drafted(pillar)).instrument
    assert [one.id for one in now.sections] == ["work"]
    assert [one.id for one in now.items] == ["talk", "plan"]
    assert [one.id for one in now.scales[0].choices][:3] == ["moderate", "basic", "high"]
    assert len(now.scales[0].choices) == 5
    with pytest.raises(PartInUse):
        model.remove_scale(now, "level")
    with pytest.raises(PartInUse):
        model.remove_section(now, "work")


async def test_two_who_change_a_draft_at_once_do_not_overwrite_each_other(pillar: Learn) -> None:
    await written(pillar.context)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")

    async with pillar.browser(*SCOPES) as client:
        asked = await page(client, f"{HERE}/sections/work")
        first = await send(client, asked, f"{HERE}/sections/work", **{"titles-en": "Work of mine"})
        second = await send(client, asked, f"{HERE}/sections/work", **{"titles-en": "Work of yours"})
        again = await send(client, second.text, f"{HERE}/sections/work", **{"titles-en": "Work of yours"})

    assert (first.status_code, second.status_code, again.status_code) == (303, 400, 303)
    assert "Somebody changed the draft" in second.text
    assert 'value="Work of yours"' in second.text
    assert (await drafted(pillar)).instrument.sections[0].titles == {"en": "Work of yours"}
    with pytest.raises(DraftMoved):
        await service.discard(pillar.context, by=OFFICER, instrument_id="skills", revision=1)


async def test_levels_are_described_and_what_describes_a_choice_goes_with_it(pillar: Learn) -> None:
    await written(pillar.context)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")

    async with pillar.browser(*SCOPES) as client:
        asked = await page(client, f"{HERE}/items/plan/anchors")
        told = {"anchor-0-en": "No plan is there.", "anchor-2-en": "The plan is used."}
        await send(client, asked, f"{HERE}/items/plan/anchors", **told)

    now = (await drafted(pillar)).instrument
    assert now.items[0].anchors == {"basic": {"en": "No plan is there."}, "high": {"en": "The plan is used."}}
    shorter = model.put_scale(
        now, instrument(scales=[{"id": "level", "choices": document()["scales"][0]["choices"][1:]}]).scales[0]
    )
    assert set(shorter.items[0].anchors) == {"high"}


@pytest.mark.parametrize(
    ("family", "form", "place"),
    [
        ("weighted-mean", {"titles-0-en": "Weak", "least-0": "0.2"}, "least-0-error"),
        ("z-score", {"titles-0-en": "Low", "least-0": "0.2"}, "least-0-error"),
        ("staged", {"stage-0-en": "First"}, None),
    ],
)
async def test_bands_and_stages_are_entered_where_the_scoring_needs_them(
    pillar: Learn, family: str, form: dict[str, str], place: str | None
) -> None:
    changed = document(scoring={"family": family, **({"stages": [{"en": "One"}]} if family == "staged" else {})})
    for number, choice in enumerate(changed["scales"][0]["choices"]):
        choice.update(value=number, met=number > 0)
    for item in changed["items"]:
        item["stage"] = 1
    if family == "z-score":
        changed["items"] = [{**one, "kind": "number", "scale": None} for one in changed["items"]]
    await written(pillar.context, **changed)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")

    async with pillar.browser(*SCOPES) as client:
        asked = await page(client, f"{HERE}/scoring")
        await send(client, asked, f"{HERE}/scoring", family=family, target="0.5", **form)
        after = await page(client, f"{HERE}/scoring")
        scale = await page(client, f"{HERE}/scales/level")

    now = (await drafted(pillar)).instrument.scoring
    assert now.target == 0.5
    assert [one.least for one in now.bands] == ([] if family == "staged" else [0.2])
    assert [dict(one) for one in now.stages] == ([{"en": "First"}] if family == "staged" else [])
    assert place is None or f'id="{place}"' in after
    assert ('name="value-0"' in scale, 'name="met-0"' in scale) == (family == "weighted-mean", family == "staged")


async def test_the_document_of_a_draft_can_be_changed_too_and_need_not_be_complete(pillar: Learn) -> None:
    await written(pillar.context)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")
    half = document(items=[])

    async with pillar.browser(*SCOPES) as client:
        asked = await page(client, f"{HERE}/document")
        wrong = await send(client, asked, f"{HERE}/document", document=json.dumps({**half, "wieght": 1}))
        other = await send(client, asked, f"{HERE}/document", document=json.dumps({**half, "id": "else"}))
        kept = await send(client, asked, f"{HERE}/document", document=json.dumps(half))
        shown = await page(client, HERE)
        await send(client, shown, f"{HERE}/discard")
        gone = await client.get(HERE)

    assert "wieght" in wrong.text
    assert "names another instrument" in other.text
    assert kept.status_code == 303
    assert "has nothing in it yet" in shown
    assert gone.status_code == 404


async def test_only_administrators_change_drafts(pillar: Learn) -> None:
    await written(pillar.context)
    await service.begin(pillar.context, by=OFFICER, instrument_id="skills")

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/instruments")
        hidden = await client.get("/instrument-drafts")
        statuses = [(await client.get(f"{HERE}{rest}")).status_code for rest in ("", "/about", "/items/plan")]

    assert "/instrument-drafts" not in shown
    assert hidden.status_code == 403
    assert statuses == [403, 403, 403]


def test_ids_with_points_are_told_apart() -> None:
    given = document()
    given["items"][0]["id"], given["items"][1]["id"] = "a", "a.b"
    given["items"][1]["section"] = "nowhere"
    draft = service.read("skills", json.dumps(given))

    found = instruments.faults(draft)

    assert model.of_part(found, "items", "a", draft.items) == []
    assert [one.field for one in model.of_part(found, "items", "a.b", draft.items)] == ["section"]


@pytest.mark.requirement("F1.1", "F32.1")
async def test_what_is_wrong_is_said_in_the_readers_language_and_not_in_that_of_documents(pillar: Learn) -> None:
    given = {"title": "مسح", "language": "ar", "id": "not good", "source": "x", "licence": "x", "unit": "person"}
    async with pillar.browser(*SCOPES) as client:
        client.cookies.set("govstack_language", "ar", domain="govstack.test")
        ask = await page(client, "/new-instrument-draft")
        told = (await send(client, ask, "/new-instrument-draft", **given, family="ordinal")).text

    assert "هذا الجزء لا يمكن كتابته هكذا" in told
    assert "schema" not in told

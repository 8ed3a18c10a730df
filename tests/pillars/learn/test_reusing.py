"""Gaps beside what there is for them: reuse, improve or create."""

from __future__ import annotations

import csv
import io

import pytest

from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Named
from govstack.pillars.learn.needs.gaps.model import RollUp, Share
from govstack.pillars.learn.response.offerings.model import Raise
from govstack.pillars.learn.response.reusing.model import Answer, Means, Source, matched
from tests.builders.courses import course
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page
from tests.builders.skills import competency, enter, profile, rate, scale
from tests.databases import Databases

ASSET = {
    "name": "Six trainers for accounts", "type": "trainer", "owner": "Civil service college", "licence": "cc-by-4.0",
    "language": "en", "format": "person", "reviewed": "2026-03-01", "competencies": ["A1"], "level": 3,
}  # fmt: skip
SWOT = {"organisation": "finance", "quadrant": "weakness", "statement": "Accounts are closed late", "risk": "Fines"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    """Two people who lack accounts and budgets, and one who needs nothing."""
    found = await learn(databases)
    context = found.context
    await ministry(context, "finance")
    await ministry(context, "health")
    await enter(context, competency("a", code="A1", titles={"en": "Accounts"}), competency("b"), competency("c"))
    await profile(context, "clerk", a=3, b=2)
    for one, place in (("p-1", "finance"), ("p-2", "health")):
        await civil_servant(context, one, organisation_id=place, roles=("clerk",))
        await rate(context, one, "a", 1, "test")
        await rate(context, one, "b", 1, "test")
    return found


async def told(pillar: Learn, path: str = "/gap-answers") -> dict[str, tuple[str, list[tuple[str, bool]]]]:
    async with pillar.officer() as client:
        answer = await client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.text
    return {
        one["competencyId"]: (one["answer"], [(means["id"], means["enough"]) for means in one["means"]])
        for one in answer.json()["answers"]
    }


@pytest.mark.requirement("F3.1")
async def test_a_gap_for_which_there_is_nothing_asks_to_create_and_any_other_to_reuse_or_improve(
    pillar: Learn,
) -> None:
    nothing = await told(pillar)
    await course(pillar.context, "first-steps", raises=(Raise(competency_id="a", from_level=0, to_level=2),))
    short = await told(pillar)
    async with pillar.officer() as client:
        made = await client.put(f"{API}/assets/trainers", json={"content": ASSET})
        assert made.status_code == 200, made.text
    enough = await told(pillar)

    assert nothing == {"a": ("create", []), "b": ("create", [])}
    assert short == {"a": ("improve", [("first-steps", False)]), "b": ("create", [])}
    assert enough["a"] == ("reuse", [("trainers", True), ("first-steps", False)])


@pytest.mark.requirement("F3.1")
async def test_material_counts_once_it_is_published_and_by_the_code_or_id_of_the_competency(pillar: Learn) -> None:
    content = {"title": "Closing a year", "competencies": ["b"], "licenceId": "MIT", "source": "Another country"}
    decision = {"choice": "create", "reason": "Nothing fits", "seen": []}
    async with pillar.officer("learn:teach") as client:
        made = await client.post(f"{API}/materials", json={"content": content, "decision": decision})
        assert made.status_code == 200, made.text
        draft = await told(pillar)
        await client.post(f"{API}/materials/{made.json()['id']}/publish")
    published = await told(pillar)

    assert draft["b"] == ("create", [])
    assert published["b"] == ("reuse", [(made.json()["id"], True)])


@pytest.mark.requirement("F3.1")
async def test_needs_assets_and_swot_stand_side_by_side_and_go_out_as_a_file(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(f"{API}/assets/trainers", json={"content": ASSET})
        entry = await client.put(f"{API}/swot-entries/late", json={"content": SWOT})
        assert entry.status_code == 200, entry.text
        sent = await client.get(f"{API}/gap-answers/export")
        part = await client.get(f"{API}/gap-answers", params={"organisation": "finance"})
    async with pillar.browser("learn:plan") as browser:
        shown = await page(browser, "/needs-and-assets")
        elsewhere = await page(browser, "/needs-and-assets?organisation=health")
        book = await browser.get("/needs-and-assets-file?format=json")
    lines = list(csv.DictReader(io.StringIO(sent.text.lstrip("\ufeff"))))

    assert "Six trainers for accounts" in shown
    assert 'href="/assets/trainers"' in shown
    assert "up to Level 3" in shown
    assert "Accounts are closed late" in shown
    assert "Accounts are closed late" not in elsewhere
    assert [(one["competency"], one["answer"], one["id"]) for one in lines] == [
        ("a", "reuse", "trainers"), ("b", "create", ""),
    ]  # fmt: skip
    assert [one["competency"] for one in book.json()] == ["a", "b"]
    assert [one["lacking"] for one in part.json()["answers"]] == [1, 1]


@pytest.mark.parametrize("scope", ["learn:lead", "learn:teach"])
async def test_whoever_does_not_plan_sees_no_assets_beside_gaps(pillar: Learn, scope: str) -> None:
    async with pillar.officer(scope) as client, pillar.browser(scope) as browser:
        answers = [
            await client.get(f"{API}/gap-answers"), await client.get(f"{API}/gap-answers/export"),
            await browser.get("/needs-and-assets"), await browser.get("/needs-and-assets-file"),
        ]  # fmt: skip

    assert [one.status_code for one in answers] == [403] * 4


async def test_a_code_that_two_competencies_have_means_neither(pillar: Learn) -> None:
    await frameworks.put_scale(pillar.context, by=OFFICER, scale=scale("other"))
    await enter(pillar.context, competency("z", code="A1"), framework_id="further")
    named = Named(await frameworks.competencies(pillar.context))

    assert named.ids(["A1", " z", "a", "z", "nothing"]) == ["z", "a"]


@pytest.mark.parametrize(
    ("scale_now", "level", "answer"),
    [
        ("five", 3, Answer.REUSE), ("five", 2, Answer.IMPROVE), ("five", None, Answer.REUSE),
        # A level of another scale is compared with none: nothing is converted.
        ("ten", 9, Answer.IMPROVE),
    ],
)  # fmt: skip
def test_a_level_counts_inside_its_scale_alone(scale_now: str, level: int | None, answer: Answer) -> None:
    gap = RollUp("", "a", "five", 1, 0, 0, shares=(Share(2, 3, 1),), wanted=3)
    there = Means(Source.COURSE, "law", {"en": "Law"}, "a", level)

    assert matched([gap], [there], {"a": scale_now})[0].answer is answer

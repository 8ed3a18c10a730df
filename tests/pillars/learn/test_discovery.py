"""Discovery: nominations of public goods, and the glossary."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.learning import API, Learn, civil_servant, learn, page
from tests.databases import Databases

FACILITATOR = ("learn:facilitate",)
NOMINATION: dict[str, Any] = {
    "name": "OpenRegistry", "block": "Registration", "url": "https://registry.example", "nominator": "p-1",
    "evidence": ["https://registry.example/tests"], "verdict": "waiting",
}  # fmt: skip
DEFINITION: dict[str, Any] = {
    "term": "Building block", "text": "A part that many services share", "sources": ["GIZ and DPGA 2022"],
    "state": "proposed",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await civil_servant(made.context, "p-1")
    await civil_servant(made.context, "p-2")
    return made


async def put(pillar: Learn, path: str, content: dict[str, Any], audience: str = "private") -> tuple[int, list[str]]:
    """Write a record down; returns the status and the fields at fault."""
    async with pillar.officer(*FACILITATOR) as client:
        answer = await client.put(f"{API}/{path}", json={"content": content, "audience": audience})
    return answer.status_code, sorted(answer.json().get("fields", {}))


@pytest.mark.requirement("F26.1")
async def test_a_nomination_needs_evidence_and_a_verdict_of_somebody_else_with_its_reasons(pillar: Learn) -> None:
    where = "good-nominations/openregistry"
    reviewed = {**NOMINATION, "verdict": "fits", "reviewedOn": "2026-11-20", "reason": "All tests pass"}

    assert await put(pillar, where, {**NOMINATION, "evidence": []}) == (400, ["evidence"])
    assert await put(pillar, where, NOMINATION) == (200, [])
    assert await put(pillar, where, NOMINATION, "public") == (400, ["verdict"])
    assert await put(pillar, where, {**NOMINATION, "verdict": "fits"}) == (400, ["reason", "reviewedOn", "reviewer"])
    assert await put(pillar, where, {**reviewed, "reviewer": "p-1"}) == (400, ["reviewer"])
    assert await put(pillar, where, {**reviewed, "reviewer": "p-2"}, "public") == (200, [])


@pytest.mark.requirement("F26.1")
async def test_reviewed_nominations_are_handed_over_by_the_api_and_others_are_not(pillar: Learn) -> None:
    reviewed = {**NOMINATION, "verdict": "fits", "reviewer": "p-2", "reviewedOn": "2026-11-20", "reason": "Passes"}
    await put(pillar, "good-nominations/openregistry", reviewed, "public")
    await put(pillar, "good-nominations/hidden", {**NOMINATION, "name": "Hidden"})

    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/good-nominations")).json()["records"]
        hidden = await client.get(f"{API}/good-nominations/hidden")

    assert [(one["id"], one["content"]["block"], one["content"]["verdict"]) for one in found] == [
        ("openregistry", "Registration", "fits")
    ]
    assert hidden.status_code == 404


@pytest.mark.requirement("F26.2")
async def test_a_term_is_published_once_it_was_discussed_and_accepted_and_keeps_its_id(pillar: Learn) -> None:
    where = "definitions/building-block"
    decided = {**DEFINITION, "state": "accepted", "decidedOn": "2026-11-20", "reason": "Nobody objects"}

    assert await put(pillar, where, {**DEFINITION, "sources": []}) == (400, ["sources"])
    assert await put(pillar, where, DEFINITION, "public") == (400, ["state"])
    assert await put(pillar, where, DEFINITION) == (200, [])
    assert await put(pillar, where, decided) == (400, ["discussion"])
    assert await put(pillar, where, {**decided, "discussion": "Narrower or wider?"}, "public") == (200, [])
    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/definitions")).json()["records"]
    async with pillar.browser() as browser:
        shown = await page(browser, "/definitions/building-block")

    assert [(one["id"], one["content"]["term"]) for one in found] == [("building-block", "Building block")]
    assert "A part that many services share" in shown


@pytest.mark.requirement("F26.2")
async def test_pages_offer_the_glossary_and_nominations_among_communities(pillar: Learn) -> None:
    async with pillar.browser(*FACILITATOR) as browser:
        section = await page(browser, "/community")
        form = await page(browser, "/definitions/new")

    assert "Glossary" in section
    assert "Nominated public goods" in section
    assert "Proposed definition" in form

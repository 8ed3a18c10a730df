"""Discovery: nominations of public goods, and the glossary."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.kernel import clock
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.databases import Databases

FACILITATOR = ("learn:facilitate",)
NOMINATION: dict[str, Any] = {
    "name": "OpenRegistry", "block": "Registration", "url": "https://registry.example", "nominator": "p-1",
    "evidence": ["https://registry.example/tests"],
}  # fmt: skip
DEFINITION: dict[str, Any] = {
    "term": "Building block", "text": "A part that many services share", "sources": ["GIZ and DPGA 2022"],
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


async def decide(pillar: Learn, path: str, who: str, *scopes: str, **given: Any) -> tuple[int, str]:
    """Decide as somebody who signed in; returns the status and the code of a refusal."""
    body = {"decision": "fits", "reason": "All tests pass", "noInterest": True, **given}
    scopes = scopes or ("learn:advise",)
    async with pillar.bench.person(who, *scopes, attributes={"person_id": f"N-{who}"}) as client:
        answer = await client.put(f"{API}/{path}/decision", json=body)
    return answer.status_code, "" if answer.status_code == 204 else answer.json()["code"]


async def said(pillar: Learn, path: str) -> dict[str, Any]:
    """Return what a record says."""
    async with pillar.officer(*FACILITATOR) as client:
        return dict((await client.get(f"{API}/{path}")).json()["content"])


@pytest.mark.requirement("F26.1")
async def test_a_verdict_is_the_act_of_a_reviewer_who_signed_in_and_nobody_types_it(pillar: Learn) -> None:
    where = "good-nominations/openregistry"
    typed = {"verdict": "fits", "reviewer": "p-2", "reviewedOn": "2026-11-20", "reason": "All tests pass"}

    assert await put(pillar, where, {**NOMINATION, "evidence": []}) == (400, ["evidence"])
    assert await put(pillar, where, {**NOMINATION, **typed}) == (200, [])
    before = await said(pillar, where)
    assert await put(pillar, where, NOMINATION, "public") == (400, ["verdict"])
    refused = [
        await decide(pillar, where, "p-2", "learn:facilitate"),
        await decide(pillar, where, "p-1"),
        await decide(pillar, where, "training-officer", "learn:advise", "learn:facilitate"),
        await decide(pillar, where, "p-2", noInterest=False),
        await decide(pillar, where, "p-2", decision="waiting"),
        await decide(pillar, where, "p-2", decision="unheard-of"),
        await decide(pillar, "good-nominations/none", "p-2"),
    ]
    assert await decide(pillar, where, "p-2", decision="partly") == (204, "")
    assert await decide(pillar, where, "p-2") == (204, "")
    after = await said(pillar, where)
    assert await put(pillar, where, NOMINATION, "public") == (200, [])
    async with pillar.officer(*FACILITATOR) as client:
        past = (await client.get(f"{API}/{where}/history")).json()["revisions"]

    assert before["verdict"] == "waiting"
    assert not {"reviewer", "reviewedOn", "reason"} & set(before)
    assert refused == [
        (403, "forbidden"), (403, "own-work"), (403, "own-work"), (403, "interest-held"), (400, "no-decision"),
        (400, "unfit-record"), (404, "unknown-record"),
    ]  # fmt: skip
    told = {name: after[name] for name in ("verdict", "reviewer", "reviewedOn", "reason")}
    today = clock.now().date().isoformat()
    assert told == {"verdict": "fits", "reviewer": "p-2", "reviewedOn": today, "reason": "All tests pass"}
    assert [one["content"]["verdict"] for one in past] == ["fits", "fits", "partly", "waiting"]


@pytest.mark.requirement("F26.1")
async def test_a_verdict_falls_when_what_was_reviewed_is_changed(pillar: Learn) -> None:
    where = "good-nominations/openregistry"
    await put(pillar, where, NOMINATION)
    await decide(pillar, where, "p-2")
    await put(pillar, where, NOMINATION, "public")
    other = {**NOMINATION, "url": "https://elsewhere.example"}

    assert await put(pillar, where, other, "public") == (400, ["verdict"])
    assert await put(pillar, where, other) == (200, [])
    assert (await said(pillar, where))["verdict"] == "waiting"
    assert "reviewer" not in await said(pillar, where)


@pytest.mark.requirement("F26.1")
async def test_reviewed_nominations_are_handed_over_by_the_api_and_others_are_not(pillar: Learn) -> None:
    await put(pillar, "good-nominations/openregistry", NOMINATION)
    await decide(pillar, "good-nominations/openregistry", "p-2")
    await put(pillar, "good-nominations/openregistry", NOMINATION, "public")
    await put(pillar, "good-nominations/hidden", {**NOMINATION, "name": "Hidden"})

    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/good-nominations")).json()["records"]
        hidden = await client.get(f"{API}/good-nominations/hidden")
        page_hidden = await client.get("/good-nominations/hidden/decision")

    assert [(one["id"], one["content"]["block"], one["content"]["verdict"]) for one in found] == [
        ("openregistry", "Registration", "fits")
    ]
    assert (hidden.status_code, page_hidden.status_code) == (404, 404)


@pytest.mark.requirement("F26.2")
async def test_a_term_is_published_once_it_was_discussed_and_accepted_and_keeps_its_id(pillar: Learn) -> None:
    where = "definitions/building-block"
    accepted = {"decision": "accepted", "reason": "Nobody objects"}

    assert await put(pillar, where, {**DEFINITION, "sources": []}) == (400, ["sources"])
    assert await put(pillar, where, {**DEFINITION, "state": "accepted"}) == (200, [])
    assert await put(pillar, where, DEFINITION, "public") == (400, ["state"])
    assert await decide(pillar, where, "p-2", **accepted) == (400, "unfit-record")
    assert await decide(pillar, where, "p-2", decision="discussion", reason="Ask the groups") == (204, "")
    discussed = {**DEFINITION, "discussion": "Narrower or wider?"}
    assert await put(pillar, where, discussed) == (200, [])
    own = await decide(pillar, where, "training-officer", "learn:advise", "learn:facilitate", **accepted)
    assert own == (403, "own-work")
    assert await decide(pillar, where, "p-2", **accepted) == (204, "")
    assert await put(pillar, where, discussed, "public") == (200, [])
    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/definitions")).json()["records"]
    async with pillar.browser() as browser:
        shown = await page(browser, "/definitions/building-block")

    assert [(one["id"], one["content"]["term"], one["content"]["decidedBy"]) for one in found] == [
        ("building-block", "Building block", "p-2")
    ]
    assert "A part that many services share" in shown


@pytest.mark.requirement("F26.1", "F26.2")
@pytest.mark.parametrize(("kind", "content", "choice"), [
    ("good-nominations", NOMINATION, "fits"),
    ("definitions", {**DEFINITION, "discussion": "Wider?"}, "accepted"),
])  # fmt: skip
async def test_reviewers_decide_on_a_page_and_others_only_read(
    pillar: Learn, kind: str, content: dict[str, Any], choice: str
) -> None:
    await put(pillar, f"{kind}/one", content)
    async with pillar.browser("learn:advise", subject="p-2", person_id="N-p-2") as reviewer:
        assert f"/{kind}/one/decision" in await page(reviewer, f"/{kind}/one")
        form = await page(reviewer, f"/{kind}/one/decision")
        empty = await send(reviewer, form, "/decision")
        biased = await send(reviewer, form, "/decision", interest="yes", decision=choice, reason="It is mine")
        done = await send(reviewer, form, "/decision", interest="no", decision=choice, reason="All agree")
        shown = await page(reviewer, f"/{kind}/one/decision")
    async with pillar.browser("learn:facilitate", subject="training-officer") as facilitator:
        read = await page(facilitator, f"/{kind}/one/decision")
        form = await page(facilitator, f"/{kind}/one/change")
        refused = await facilitator.post(f"/{kind}/one/decision", data={})
    async with pillar.browser("learn:advise", subject="p-1", person_id="N-p-1") as other:
        typed = await page(other, f"/{kind}/one/decision")

    assert [one.status_code for one in (empty, biased, done, refused)] == [400, 403, 303, 403]
    assert "Declare your interests first" in empty.text
    assert "Person p-2" in shown
    assert "<form method" not in read.split("<main", 1)[1]
    assert 'name="verdict"' not in form
    assert 'name="state"' not in form
    assert "Your decision" in typed


@pytest.mark.requirement("F26.2")
async def test_pages_offer_the_glossary_and_nominations_among_communities(pillar: Learn) -> None:
    async with pillar.browser(*FACILITATOR) as browser:
        section = await page(browser, "/community")
        form = await page(browser, "/definitions/new")

    assert "Glossary" in section
    assert "Nominated public goods" in section
    assert "Proposed definition" in form

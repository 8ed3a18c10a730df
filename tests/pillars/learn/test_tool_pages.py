"""The register of tools: administrators enter tools by form, teachers links, and learners see them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from govstack.pillars.learn.learning.platforms import service
from tests.builders.learning import Learn, civil_servant, learn, page, send
from tests.builders.tools import TOOL, entered
from tests.databases import Databases

GIVEN: dict[str, Any] = {
    "title": "Quiz maker", "login": f"{TOOL}/login", "returns": f"{TOOL}/launch\r\n{TOOL}/deep",
    "keys": f"{TOOL}/keys", "grades": "yes",
}  # fmt: skip
LINK: dict[str, Any] = {
    "link": "First quiz",
    "target": f"{TOOL}/quiz/1",
    "graded": "yes",
    "points": "20",
    "percent": "60",
}
ENTER = "/tool-register/enter"


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    pillar = await learn(sqlite_databases)
    await civil_servant(pillar.context, "p-1", number="1985-01", name="Amina Kone")
    return pillar


async def test_a_tool_is_entered_linked_and_seen_by_learners(pillar: Learn) -> None:
    async with pillar.browser("learn:administer") as browser:
        made = await send(browser, await page(browser, ENTER), ENTER, **GIVEN)
        path = re.sub(r"^.*(/tool-register/[^?]+).*$", r"\1", made.headers["location"])
        told = await page(browser, path)
    async with pillar.browser("learn:teach") as teacher:
        linked = await send(teacher, await page(teacher, path), f"{path}/links", **LINK)
        register = await page(teacher, "/tool-register")
        start = await page(teacher, "/tools")
    async with pillar.browser() as learner:
        seen = await page(learner, "/tools")

    (tool,) = await service.tools(pillar.context)
    (link,) = await service.links(pillar.context)
    assert (made.status_code, linked.status_code, path) == (303, 303, f"/tool-register/{tool.id}")
    assert tool.card.redirect_uris == (f"{TOOL}/launch", f"{TOOL}/deep")
    assert (tool.card.grades, tool.card.share_names) == (True, False)
    for value in (tool.client_id, "/tools/authorise", "/api/v1/lti/keys", "/api/v1/lti/token"):
        assert value in told
    assert link.card.graded is not None
    assert (link.card.graded.maximum, link.card.graded.pass_percent) == (20, 60)
    assert "Quiz maker" in register
    assert ("/tool-register" in start, "/tool-register" in seen) == (True, False)
    assert "First quiz" in seen


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title": ""}, "title", "Enter a text."),
        ({"login": "javascript:alert(1)"}, "login", "begin with https://"),
        ({"returns": f"{TOOL}/launch\r\nftp://x"}, "returns", "begin with https://"),
        ({"returns": ""}, "returns", "Enter an address."),
        ({"keys": "nowhere"}, "keys", "begin with https://"),
        ({"keys": ""}, "keys", "Give the address of the tool's keys"),
    ],
)
async def test_a_tool_with_wrong_fields_is_asked_for_again(
    pillar: Learn, change: dict[str, str], field: str, words: str
) -> None:
    given = {**GIVEN, "title": "Typed before", **change}
    async with pillar.browser("learn:administer") as browser:
        answer = await send(browser, await page(browser, ENTER), ENTER, **given)

    fault = re.search(rf'id="{field}-error".*?</p>', answer.text, re.DOTALL)
    assert answer.status_code == 400
    assert fault is not None
    assert words in fault[0].replace("&#39;", "'")
    assert given["title"] in answer.text
    assert change.get("login", "") in answer.text
    assert await service.tools(pillar.context) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [({"target": "javascript:alert(1)"}, "target"), ({"points": "0"}, "points"), ({"percent": "101"}, "percent")],
)
async def test_a_link_with_wrong_fields_is_asked_for_again(pillar: Learn, change: dict[str, str], field: str) -> None:
    await entered(pillar)
    before = await service.all_links(pillar.context)
    async with pillar.browser("learn:teach") as browser:
        path = "/tool-register/quiz"
        answer = await send(browser, await page(browser, path), f"{path}/links", **{**LINK, **change})

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (400, True)
    assert change[field] in answer.text
    assert await service.all_links(pillar.context) == before


async def test_a_change_keeps_other_languages_and_what_the_form_does_not_ask(pillar: Learn) -> None:
    await entered(pillar)
    async with pillar.browser("learn:administer") as browser:
        path = "/tool-register/quiz"
        changed = await send(
            browser, await page(browser, f"{path}?lang=fr"), path, **{**GIVEN, "title": "Faiseur de quiz"}
        )
        card = (await service.any_tool(pillar.context, tool_id="quiz")).card
        retired = await send(browser, await page(browser, path), f"{path}/retire")
        gone = await service.any_tool(pillar.context, tool_id="quiz")
        await send(browser, await page(browser, path), path, **GIVEN)

    assert (changed.status_code, retired.status_code) == (303, 303)
    assert card.titles == {"en": "Quiz maker", "fr": "Faiseur de quiz"}
    assert card.custom == {"level": "1"}
    assert gone.retired
    assert not (await service.any_tool(pillar.context, tool_id="quiz")).retired


async def test_learners_see_no_register_and_teachers_enter_no_tool(pillar: Learn) -> None:
    await entered(pillar)
    async with pillar.browser() as learner:
        for path in ("/tool-register", ENTER, "/tool-register/quiz"):
            await page(learner, path, 403)
    async with pillar.browser("learn:teach") as teacher:
        await page(teacher, ENTER, 403)
        shown = await page(teacher, "/tool-register/quiz")
        posted = [
            (await send(teacher, shown.replace("/quiz/links", f"/{end}"), f"/tool-register/{end}", **GIVEN)).status_code
            for end in ("quiz", "enter", "quiz/retire")
        ]
    async with pillar.browser("learn:administer") as administrator:
        offered = await page(administrator, "/tool-register/quiz")

    assert posted == [403, 403, 403]
    assert ("/quiz/retire" in shown, "/quiz/links" in offered) == (False, False)
    assert not (await service.any_tool(pillar.context, tool_id="quiz")).retired

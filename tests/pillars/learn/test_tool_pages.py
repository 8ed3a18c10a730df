"""The register of tools: administrators enter tools by form, teachers links, and learners see them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from govstack.pillars.learn.learning.platforms import service
from tests.builders.learning import PAGES, Learn, civil_servant, learn, page, send
from tests.builders.tools import CARD, TOOL, entered
from tests.builders.tools import LINK as GIVEN_LINK
from tests.databases import Databases
from tests.pillars.learn.test_courses import published

GIVEN: dict[str, Any] = {
    "title": "Quiz maker", "login": f"{TOOL}/login", "returns": f"{TOOL}/launch\r\n{TOOL}/deep",
    "keys": f"{TOOL}/keys", "grades": "yes", "custom": "level=1",
}  # fmt: skip
LINK: dict[str, Any] = {
    "link": "First quiz",
    "target": f"{TOOL}/quiz/1",
    "graded": "yes",
    "points": "20",
    "percent": "60",
}
ENTER = "/tool-register/enter"
LINKS = "/tool-register/quiz/links"


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    pillar = await learn(sqlite_databases)
    await civil_servant(pillar.context, "p-1", number="1985-01", name="Amina Kone")
    return pillar


async def test_the_key_that_messages_to_tools_are_signed_with_is_changed_on_a_page(pillar: Learn) -> None:
    before = await service.public_keys(pillar.context)
    async with pillar.browser("learn:administer") as browser:
        sent = await send(browser, await page(browser, "/tool-register"), "/tool-keys/change")
    async with pillar.browser("learn:teach") as teacher:
        refused = await teacher.post(f"{PAGES}/tool-keys/change")
        shown = await page(teacher, "/tool-register")
    after = await service.public_keys(pillar.context)

    assert (sent.status_code, refused.status_code) == (303, 403)
    assert (len(after), after[1:]) == (len(before) + 1, before)
    assert "/tool-keys/change" not in shown


async def test_a_tool_is_entered_linked_and_seen_by_learners(pillar: Learn) -> None:
    async with pillar.browser("learn:administer") as browser:
        made = await send(browser, await page(browser, ENTER), ENTER, **GIVEN)
        path = re.sub(r"^.*(/tool-register/[^?]+).*$", r"\1", made.headers["location"])
        told = await page(browser, path)
    async with pillar.browser("learn:teach") as teacher:
        add = f"{path}/links/new"
        linked = await send(teacher, await page(teacher, add), add, **LINK)
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
    [
        ({"target": "javascript:alert(1)"}, "target"),
        ({"points": "0"}, "points"),
        ({"percent": "101"}, "percent"),
        ({"points": "1e3"}, "points"),
        ({"percent": "5.5"}, "percent"),
        ({"custom": "level"}, "custom"),
        ({"custom": "a=1\r\na=2"}, "custom"),
        ({"course": "nowhere"}, "course"),
        ({"custom": "\r\n".join(f"n{one}=1" for one in range(51))}, "custom"),
        ({"text": "x" * 2_001}, "text"),
    ],
)
async def test_a_link_with_wrong_fields_is_asked_for_again(pillar: Learn, change: dict[str, str], field: str) -> None:
    await entered(pillar)
    before = await service.all_links(pillar.context)
    async with pillar.browser("learn:teach") as browser:
        path = "/tool-register/quiz/links/new"
        answer = await send(browser, await page(browser, path), path, **{**LINK, **change})

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (400, True)
    assert field == "course" or change[field].replace("\r", "") in answer.text.replace("\r", "")
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
        for path in ("/tool-register", ENTER, "/tool-register/quiz", f"{LINKS}/new", f"{LINKS}/quiz-1"):
            await page(learner, path, 403)
    async with pillar.browser("learn:teach") as teacher:
        await page(teacher, ENTER, 403)
        shown = await page(teacher, "/tool-register/quiz")
        form = await page(teacher, "/tool-register/quiz/links/new")
        posted = [
            (await send(teacher, form.replace("quiz/links/new", end), f"/tool-register/{end}", **GIVEN)).status_code
            for end in ("quiz", "enter", "quiz/retire")
        ]
    async with pillar.browser("learn:administer") as administrator:
        offered = await page(administrator, "/tool-register/quiz")

    assert posted == [403, 403, 403]
    assert ("/quiz/retire" in shown, "/quiz/links/" in offered) == (False, False)
    assert not (await service.any_tool(pillar.context, tool_id="quiz")).retired


async def test_a_link_is_changed_and_keeps_what_the_form_does_not_ask(pillar: Learn) -> None:
    custom = {"unit": "u-1", "a=b": "1", "lines": "1\n2"}
    given = {**GIVEN_LINK, "custom": custom, "graded": {"maximum": 5.5, "passPercent": 10, "tag": "quiz"}}
    await entered(pillar, given, custom={"level": "1", "a=b": "2"})
    course_id = await published(pillar)
    where = f"{LINKS}/quiz-1"
    async with pillar.browser("learn:teach") as teacher:
        shown = await page(teacher, "/tool-register/quiz")
        form = await page(teacher, f"{where}?lang=fr")
        changed = await send(
            teacher, form, where,
            **{**LINK, "link": "Premier quiz", "text": "Dix questions", "target": f"{TOOL}/quiz/2", "course": course_id,
               "custom": "unit=u-2\r\n\r\nmode = calm and = slow",
               "points": "7.5"},
        )  # fmt: skip
        again = await page(teacher, where)
        seen = await page(teacher, "/tools/quiz-1?lang=fr")
    card = (await service.link(pillar.context, link_id="quiz-1")).card

    assert where in shown
    assert ('value="5.5"' in form, "unit=u-1" in form, "a=b" in form) == (True, True, False)
    assert changed.status_code == 303
    assert (card.titles, card.texts) == ({"en": "First quiz", "fr": "Premier quiz"}, {"fr": "Dix questions"})
    assert card.custom == {"a=b": "1", "lines": "1\n2", "unit": "u-2", "mode": "calm and = slow"}
    assert (card.target, card.course_id) == (f"{TOOL}/quiz/2", course_id)
    assert card.graded is not None
    assert (card.graded.maximum, card.graded.pass_percent, card.graded.tag) == (7.5, 60, "quiz")
    assert f'value="{course_id}" selected' in again
    assert "Dix questions" in seen


async def test_a_text_that_a_form_shows_in_another_language_stays_in_that_one(pillar: Learn) -> None:
    await entered(pillar, {**GIVEN_LINK, "texts": {"en": "Ten questions"}})
    where = f"{LINKS}/quiz-1"
    async with pillar.browser("learn:teach", "learn:administer") as browser:
        form = await page(browser, f"{where}?lang=fr")
        await send(browser, form, where, **{**LINK, "link": "First quiz", "text": "Ten questions"})
        tool = await page(browser, "/tool-register/quiz")
        await send(browser, tool, "/tool-register/quiz", **GIVEN)
        translated = (await service.link(pillar.context, link_id="quiz-1")).card
        await send(browser, await page(browser, f"{where}?lang=en"), where, **{**LINK, "text": ""})
    link = await service.link(pillar.context, link_id="quiz-1")

    assert re.search(r'<input[^>]* id="link"[^>]* lang="en"', form)
    assert re.search(r'<input[^>]* id="title"[^>]* lang="en"', tool)
    assert (translated.titles, translated.texts) == ({"en": "First quiz"}, {"en": "Ten questions"})
    assert (link.tool.card.titles, link.card.texts) == ({"en": "Quiz maker"}, {})


async def test_a_link_is_changed_at_its_own_tool_alone(pillar: Learn) -> None:
    await entered(pillar)
    async with pillar.officer("learn:administer") as officer:
        await officer.put("/api/v1/lti/tools/other", json=CARD)
    async with pillar.browser("learn:teach") as teacher:
        await page(teacher, "/tool-register/other/links/quiz-1", 404)
        form = await page(teacher, "/tool-register/other/links/new")
        path = "/tool-register/other/links/quiz-1"
        refused = await send(teacher, form.replace("other/links/new", "other/links/quiz-1"), path, **LINK)

    assert refused.status_code == 404


async def test_parameters_of_a_tool_are_entered_by_form(pillar: Learn) -> None:
    await entered(pillar)
    async with pillar.browser("learn:administer") as browser:
        path = "/tool-register/quiz"
        form = await page(browser, path)
        await send(browser, form, path, **{**GIVEN, "custom": "level=3\r\nmode=calm", "choosing": f"{TOOL}/choose"})
        wrong = await send(browser, await page(browser, path), path, **{**GIVEN, "custom": "level"})
    card = (await service.any_tool(pillar.context, tool_id="quiz")).card

    assert "level=1" in form
    assert (card.custom, card.choosing_url) == ({"level": "3", "mode": "calm"}, f"{TOOL}/choose")
    assert (wrong.status_code, 'id="custom-error"' in wrong.text) == (400, True)

"""Choosing content in a tool by Deep Linking 2.0, with the library of another maker on the tool's side."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.lineitem import LineItem

from govstack.kernel import clock, ids
from govstack.pillars.learn.learning.choosing import service, tasks
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.model import Link
from govstack.pillars.learn.people.service import ERASED, erase
from tests.builders.learning import OFFICER, Learn, civil_servant, heard, learn, page, send
from tests.builders.tools import PAIR, STRANGER, TOOL, Keys, Tool, amina, back, entered, message
from tests.databases import Databases
from tests.pillars.learn.test_courses import published

LTI, DEEP = "https://purl.imsglobal.org/spec/lti/claim", "https://purl.imsglobal.org/spec/lti-dl/claim"
RIGHTS = {"keysUrl": f"{TOOL}/keys", "choosingUrl": f"{TOOL}/choose"}
ENTRY = "/tool-register/quiz"
ITEMS = f"{DEEP}/content_items"
ITEM: dict[str, Any] = {"type": "ltiResourceLink", "title": "Ethics quiz", "url": f"{TOOL}/quiz/7"}
Said = dict[str, Any]


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await prepared(databases)


async def prepared(databases: Databases) -> Learn:
    """Run the pillar with a person who teaches, and the tool's keys where it publishes them."""
    pillar = await learn(databases)
    await civil_servant(pillar.context, "p-1", number="1985-01", name="Amina Kone")
    pillar.bench.network.serve_locally(TOOL, Keys(PAIR))
    return pillar


def teacher(pillar: Learn) -> httpx.AsyncClient:
    """Return the browser of somebody who teaches."""
    return amina(pillar, "learn:teach")


async def asked(pillar: Learn, tool: Tool, client: httpx.AsyncClient, course: str = "") -> tuple[DeepLink, Said]:
    """Go to the tool to choose, and return what it answers with, and what it was told."""
    gone = await send(client, await page(client, ENTRY), f"{ENTRY}/choose", course=course)
    assert gone.status_code == 303, gone.text
    tool.session.clear()
    launch = tool.launch(await message(client, back(pillar, tool.login(gone.headers["location"]))))
    told = dict(launch.get_launch_data())
    assert launch.is_deep_link_launch()
    return launch.get_deep_link(), told


async def sent(pillar: Learn, token: str) -> httpx.Response:
    """Send an answer as a browser does with a form of another site: without cookies."""
    async with pillar.nobody() as client:
        return await client.post(service.RETURN, data={"JWT": token})


def signed(link: DeepLink, items: list[Any], key: RSAKey = PAIR, **changed: Any) -> str:
    """Return an answer made by hand, with claims that are changed, or missing where they are None."""
    said = {**link.get_message_jwt([]), ITEMS: items, **changed}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": PAIR.thumbprint()}, kept, key)


async def links(pillar: Learn) -> list[Link]:
    """Return the links that were added."""
    return [one for one in await platforms.all_links(pillar.context) if one.id != "quiz-1"]


async def test_an_author_chooses_in_a_tool_of_another_maker_and_confirms(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS, grades=True)
    course_id = await published(pillar)
    resource = (
        DeepLinkResource().set_title("Ethics quiz").set_url(f"{TOOL}/quiz/7").set_custom_params({"level": "2"})
        .set_lineitem(LineItem().set_score_maximum(20).set_tag("quiz").set_resource_id("q-7"))
    )  # fmt: skip
    async with teacher(pillar) as client:
        deep, told = await asked(pillar, tool, client, course_id)
        answer = await sent(pillar, deep.get_response_jwt([resource]))
        where = back(pillar, answer.headers["location"])
        before = await links(pillar)
        shown = await page(client, where)
        taken = await send(client, shown, where)
        again = await client.get(where)
    (link,) = await links(pillar)

    settings = told[f"{DEEP}/deep_linking_settings"]
    assert told[f"{LTI}/message_type"] == "LtiDeepLinkingRequest"
    assert (settings["accept_types"], settings["auto_create"]) == (["ltiResourceLink"], False)
    assert told[f"{LTI}/roles"][0].endswith("#Instructor")
    assert told[f"{LTI}/context"]["id"] == course_id
    assert "name" not in told
    assert "p-1" not in {told["sub"], where.rpartition("/")[2]}
    assert (answer.status_code, "set-cookie" in answer.headers, before) == (303, False, [])
    for text in ("Ethics quiz", f"{TOOL}/quiz/7", "level=2", "20"):
        assert text in shown
    assert (taken.status_code, taken.headers["location"], again.status_code) == (303, ENTRY, 404)
    assert link.card.titles == {"en": "Ethics quiz"}
    assert (link.card.target, link.card.custom, link.card.course_id) == (f"{TOOL}/quiz/7", {"level": "2"}, course_id)
    assert link.card.graded is not None
    assert (link.card.graded.maximum, link.card.graded.tag, link.card.graded.resource_id) == (20, "quiz", "q-7")


async def test_what_is_not_taken_is_told_and_the_rest_is(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    items = [
        {**ITEM, "text": "Ten questions", "available": {"startDateTime": "2026-11-21T00:00:00Z"}, "icon": None},
        {"type": "html", "title": "A note", "html": "<b>Hello</b>"},
        {**ITEM, "title": "Trap", "url": "javascript:alert(1)"},
        {**ITEM, "title": "Long", "custom": {"x": "y" * 2_001}},
        {**ITEM, "title": "Counted", "lineItem": {"scoreMaximum": 0}},
        "nothing",
        {"type": "ltiResourceLink"},
    ]
    said = {f"{DEEP}/msg": "Well <i>chosen</i>", f"{DEEP}/errormsg": "One is gone"}
    async with teacher(pillar) as client:
        deep, _told = await asked(pillar, tool, client)
        answer = await sent(pillar, signed(deep, items, **said))
        where = back(pillar, answer.headers["location"])
        raw = (await client.get(where)).text
        shown = await page(client, where)
        await send(client, shown, where)
    first, second = sorted(await links(pillar), key=lambda one: one.card.target, reverse=True)

    assert "<i>chosen" not in raw
    for text in ("Well <i>chosen</i>", "One is gone", "A note", "html", "Trap", "Long", "Counted", "Ten questions"):
        assert text in shown
    assert shown.count("It is not written as the standard asks") == 3
    assert shown.count("Only links to the tool are taken here") == 1
    assert shown.count("Its address cannot be trusted") == 1
    assert "javascript:" not in raw
    assert "The tool also told dates" in shown
    assert (first.card.title("en"), first.card.texts) == ("Ethics quiz", {"en": "Ten questions"})
    # Without a title or an address it is the tool's own.
    assert (second.card.titles, second.card.target) == ({"en": "Quiz maker"}, f"{TOOL}/launch")


async def test_what_was_chosen_can_be_discarded(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client:
        deep, _told = await asked(pillar, tool, client)
        where = back(pillar, (await sent(pillar, signed(deep, [ITEM]))).headers["location"])
        gone = await send(client, await page(client, where), f"{where}/discard")
        late = await client.get(where)

    assert (gone.status_code, late.status_code, await links(pillar)) == (303, 404, [])


async def test_only_whoever_asked_decides(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client, pillar.browser("learn:teach", subject="brahim") as other:
        deep, _told = await asked(pillar, tool, client)
        where = back(pillar, (await sent(pillar, signed(deep, [ITEM]))).headers["location"])
        mine = await page(client, where)
        seen = await other.get(where)
        form = await page(other, ENTRY)
        acts = [
            (await send(other, form.replace(f"{ENTRY}/choose", path), path)).status_code
            for path in (where, f"{where}/discard")
        ]
    async with amina(pillar) as learner, pillar.nobody() as nobody:
        unfit = await learner.get(where)
        unknown = await nobody.get(where)

    assert "Ethics quiz" in mine
    assert (seen.status_code, acts, unfit.status_code, unknown.status_code) == (404, [404, 404], 403, 303)
    assert await links(pillar) == []


Break = Callable[[DeepLink], str]
BROKEN: dict[str, Break] = {
    "key": lambda link: signed(link, [ITEM], STRANGER),
    "issuer": lambda link: signed(link, [ITEM], iss="another"),
    "audience": lambda link: signed(link, [ITEM], aud="https://elsewhere.example"),
    "expired": lambda link: signed(link, [ITEM], exp=1_000),
    "lasting": lambda link: signed(link, [ITEM], exp=2**40),
    "unissued": lambda link: signed(link, [ITEM], iat=None),
    "deployment": lambda link: signed(link, [ITEM], **{f"{LTI}/deployment_id": "2"}),
    "type": lambda link: signed(link, [ITEM], **{f"{LTI}/message_type": "LtiResourceLinkRequest"}),
    "version": lambda link: signed(link, [ITEM], **{f"{LTI}/version": "1.1"}),
    "data": lambda link: signed(link, [ITEM], **{f"{DEEP}/data": ids.new_secret()}),
    "no data": lambda link: signed(link, [ITEM], **{f"{DEEP}/data": None}),
    "data of a kind": lambda link: signed(link, [ITEM], **{f"{DEEP}/data": {"a": 1}}),
    "no nonce": lambda link: signed(link, [ITEM], nonce=None),
    "long nonce": lambda link: signed(link, [ITEM], nonce="x" * 256),
    "items of a kind": lambda link: signed(link, [], **{ITEMS: {"type": "link"}}),
    "many items": lambda link: signed(link, [ITEM] * 51),
    "large": lambda link: signed(link, [{**ITEM, "text": "x" * 100_000}]),
    "garbled": lambda link: signed(link, [ITEM]).rpartition(".")[0] + ".AAAA",
    "unsigned": lambda link: signed(link, [ITEM]).rpartition(".")[0] + ".",
    "nothing": lambda _link: "",
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_an_answer_that_does_not_fit_is_refused_and_the_right_one_is_still_taken(
    sqlite_databases: Databases, fault: str
) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client:
        deep, _told = await asked(pillar, tool, client)
        refused = await sent(pillar, BROKEN[fault](deep))
        right = await sent(pillar, signed(deep, [ITEM]))

    assert (refused.status_code in {400, 401}, "location" in refused.headers) == (True, False), refused.text
    assert "set-cookie" not in refused.headers
    assert right.status_code == 303
    assert await links(pillar) == []


async def test_an_answer_larger_than_a_choice_can_be_is_not_read(sqlite_databases: Databases) -> None:
    pillar = await prepared(sqlite_databases)

    refused = await sent(pillar, "x" * 200_001)

    assert refused.status_code == 413


async def test_an_answer_counts_once_and_so_does_what_tells_it_from_others(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client:
        deep, _told = await asked(pillar, tool, client)
        once = signed(deep, [ITEM], nonce="n-1")
        first, replayed = await sent(pillar, once), await sent(pillar, once)
        other = await sent(pillar, signed(deep, [ITEM]))
        deep, _told = await asked(pillar, tool, client)
        same_nonce = await sent(pillar, signed(deep, [ITEM], nonce="n-1"))
        fresh = await sent(pillar, signed(deep, [ITEM], nonce="n-2"))

    assert [one.status_code for one in (first, replayed, other, same_nonce, fresh)] == [303, 400, 400, 400, 303]


async def test_another_tool_cannot_answer_for_the_one_that_was_asked(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with pillar.officer("learn:administer") as officer:
        card = {"titles": {"en": "Other"}, "loginUrl": f"{TOOL}/o", "redirectUris": [f"{TOOL}/o"], **RIGHTS}
        other = (await officer.put("/api/v1/lti/tools/other", json=card)).json()["clientId"]
    async with teacher(pillar) as client:
        deep, _told = await asked(pillar, tool, client)
        refused = await sent(pillar, signed(deep, [ITEM], iss=other))

    assert refused.status_code == 400


async def test_a_choice_is_forgotten_after_a_day_and_a_message_is_told_once(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client:
        gone = await send(client, await page(client, ENTRY), f"{ENTRY}/choose")
        path = back(pillar, tool.login(gone.headers["location"]))
        first, second = await client.get(path), await client.get(path)
        deep, _told = await asked(pillar, tool, client)
        where = back(pillar, (await sent(pillar, signed(deep, [ITEM]))).headers["location"])
    with clock.fixed(clock.now() + timedelta(hours=25)):
        async with teacher(pillar) as client:
            late = await client.get(where)
        await service.tidy(pillar.context)
    async with pillar.context.database.reading() as tx:
        kept = [*await tx.fetch("SELECT id FROM lti_choice"), *await tx.fetch("SELECT hash FROM lti_nonce")]

    assert [one.status_code for one in (first, second, late)] == [200, 400, 404]
    assert kept == []


async def test_another_person_cannot_go_on_with_a_choice_and_late_is_too_late(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client, pillar.browser("learn:teach", subject="brahim") as other:
        gone = await send(client, await page(client, ENTRY), f"{ENTRY}/choose")
        path = back(pillar, tool.login(gone.headers["location"]))
        stolen = await other.get(path)
        with clock.fixed(clock.now() + timedelta(seconds=601)):
            late = await client.get(path)

    assert (stolen.status_code, late.status_code) == (400, 400)


async def test_nothing_is_chosen_in_a_tool_that_offers_no_choice_nor_by_learners(pillar: Learn) -> None:
    await entered(pillar, keysUrl=f"{TOOL}/keys")
    async with teacher(pillar) as client, amina(pillar) as learner:
        shown = await page(client, ENTRY)
        form = (await page(client, f"{ENTRY}/links/new")).replace(f"{ENTRY}/links/new", f"{ENTRY}/choose")
        refused = await send(client, form, f"{ENTRY}/choose")
        unfit = await send(learner, form, f"{ENTRY}/choose")
    async with pillar.officer() as officer:
        keyless = await officer.put(
            "/api/v1/lti/tools/quiz",
            json={"titles": {"en": "Q"}, "loginUrl": TOOL, "redirectUris": [TOOL], "choosingUrl": TOOL},
        )

    assert f"{ENTRY}/choose" not in shown
    assert (refused.status_code, unfit.status_code) == (400, 403)
    assert keyless.json()["code"] == "tool-keys-missing"


async def test_whoever_is_erased_has_chosen_nothing(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client:
        await asked(pillar, tool, client)
        await erase(pillar.context, by=OFFICER, person_id="p-1")
        await heard(pillar.context, ERASED, tasks.forget)
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT id FROM lti_choice")

    assert list(kept) == []


async def test_a_title_in_another_language_is_marked(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)
    async with teacher(pillar) as client:
        deep, _told = await asked(pillar, tool, client)
        where = back(pillar, (await sent(pillar, signed(deep, [ITEM]))).headers["location"])
        shown = {path: await page(client, f"{path}?lang=fr") for path in (where, "/tools", "/tools/quiz-1", ENTRY)}

    assert '<span lang="en" dir="auto">Ethics quiz</span>' in shown[where]
    assert '<span lang="en" dir="auto">First quiz</span>' in shown["/tools"]
    assert re.search(r'<h1[^>]* lang="en" dir="auto">First quiz</h1>', shown["/tools/quiz-1"])
    assert re.search(r'<h1[^>]* lang="en" dir="auto">Quiz maker</h1>', shown[ENTRY])
    assert '<span lang="en" dir="auto">Quiz maker</span>' in shown["/tools/quiz-1"]

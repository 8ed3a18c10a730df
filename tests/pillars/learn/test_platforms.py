"""Sending learners to tools by LTI 1.3, as a tool of another maker sees it."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest
from pylti1p3.exception import LtiException

from govstack.pillars.learn.learning.platforms import service
from tests.builders.learning import API, Learn, civil_servant, learn, page
from tests.builders.tools import CARD, TOOL, amina, back, begun, entered, message
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    pillar = await learn(databases)
    await civil_servant(pillar.context, "p-1", number="1985-01", name="Amina Kone")
    return pillar


async def test_a_tool_of_another_maker_believes_who_comes(pillar: Learn) -> None:
    tool = await entered(pillar)
    async with amina(pillar) as client:
        address = await begun(client)
        shown = await page(client, back(pillar, tool.login(address)))
        tool.session.clear()
        again = await begun(client)
        sent = await message(client, back(pillar, tool.login(again)))

    told = tool.launched(sent)

    assert "Quiz maker" in shown
    assert "p-1" not in {told["sub"], parse_qs(urlsplit(address).query)["login_hint"][0]}
    assert told["sub"] == parse_qs(urlsplit(again).query)["login_hint"][0]
    claim = "https://purl.imsglobal.org/spec/lti/claim"
    assert told[f"{claim}/message_type"] == "LtiResourceLinkRequest"
    assert told[f"{claim}/resource_link"] == {"id": "quiz-1", "title": "First quiz"}
    assert told[f"{claim}/custom"] == {"level": "1", "unit": "u-1"}
    assert told[f"{claim}/roles"][0].endswith("#Learner")
    assert "name" not in told
    assert "email" not in told


async def test_a_name_goes_only_to_a_tool_that_may_have_it(pillar: Learn) -> None:
    tool = await entered(pillar, shareNames=True)
    async with amina(pillar, "learn:teach") as client:
        sent = await message(client, back(pillar, tool.login(await begun(client))))

    told = tool.launched(sent)

    assert told["name"] == "Amina Kone"
    assert told["https://purl.imsglobal.org/spec/lti/claim/roles"][0].endswith("#Instructor")


async def test_a_message_is_made_once_and_for_whoever_opened_the_tool(pillar: Learn) -> None:
    tool = await entered(pillar)
    async with amina(pillar) as client, pillar.browser(subject="brahim") as other:
        path = back(pillar, tool.login(await begun(client)))
        stolen = await other.get(path)
        first = await client.get(path)
        second = await client.get(path)

    assert [answer.status_code for answer in (stolen, first, second)] == [400, 200, 400]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redirect_uri", "https://evil.example/launch"),
        ("client_id", "another"),
        ("response_mode", "query"),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("nonce", ""),
        ("login_hint", "p-2"),
        ("lti_message_hint", "another"),
    ],
)
async def test_what_is_not_the_answer_to_a_launch_is_refused(
    sqlite_databases: Databases, name: str, value: str
) -> None:
    pillar = await learn(sqlite_databases)
    await civil_servant(pillar.context, "p-1", number="1985-01")
    tool = await entered(pillar)
    async with amina(pillar) as client:
        address = urlsplit(back(pillar, tool.login(await begun(client))))
        asked = {key: values[0] for key, values in parse_qs(address.query).items()} | {name: value}
        answer = await client.get(address.path, params=asked)
        untouched = await client.get(f"{address.path}?{address.query}")

    assert (answer.status_code, 'name="id_token"' in answer.text) == (400, False)
    assert (untouched.status_code, 'name="id_token"' in untouched.text) == (200, True)


async def test_a_message_that_was_changed_is_not_believed(pillar: Learn) -> None:
    tool = await entered(pillar)
    async with amina(pillar) as client:
        sent = await message(client, back(pillar, tool.login(await begun(client))))
    head, body, signature = sent["id_token"].split(".")

    with pytest.raises(LtiException):
        tool.launched({**sent, "id_token": f"{head}.{body}.{signature[:-4]}AAAA"})


async def test_a_new_key_signs_while_the_old_one_stays_published(pillar: Learn) -> None:
    await entered(pillar)
    async with pillar.officer() as client:
        before = (await client.get(f"{API}/lti/keys")).json()["keys"]
        rotated = (await client.post(f"{API}/lti/keys/rotate")).json()["keyId"]
        after = (await client.get(f"{API}/lti/keys")).json()["keys"]

    assert [key["kid"] for key in after] == [rotated, before[0]["kid"]]
    assert all("d" not in key and key["alg"] == "RS256" for key in after)


async def test_a_tool_that_is_used_no_more_is_not_opened(pillar: Learn) -> None:
    await entered(pillar)
    async with pillar.officer() as officer, pillar.person("amina", person_id="1985-01") as client:
        retired = await officer.delete(f"{API}/lti/tools/quiz")
        opened = await client.post(f"{API}/lti/links/quiz-1/launch")
        links = await client.get(f"{API}/lti/links")

    assert (retired.status_code, opened.status_code, links.json()["links"]) == (204, 404, [])


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "https://user@tool.example", f"{TOOL}/#x", "tool", "https://[",
        "https://tool.example;script-src *", "https://tool.example/\u4f8b",
    ],
)  # fmt: skip
async def test_an_address_that_cannot_be_trusted_is_refused(sqlite_databases: Databases, address: str) -> None:
    pillar = await learn(sqlite_databases)

    async with pillar.officer() as client:
        answer = await client.put(f"{API}/lti/tools/quiz", json={**CARD, "redirectUris": [address]})

    assert answer.json()["code"] == "not-a-tool"


async def test_whoever_is_erased_is_on_the_way_nowhere(pillar: Learn) -> None:
    tool = await entered(pillar)
    async with amina(pillar) as client:
        path = back(pillar, tool.login(await begun(client)))
        await service.forget(pillar.context, learner_id="p-1")
        answer = await client.get(path)

    assert answer.status_code == 400


async def test_a_tool_that_is_entered_twice_at_once_is_told_the_client_id_that_is_kept(pillar: Learn) -> None:
    async with pillar.officer("learn:administer") as officer:
        sent = await asyncio.gather(*(officer.put(f"{API}/lti/tools/quiz", json=CARD) for _click in range(4)))
        (kept,) = (await officer.get(f"{API}/lti/tools")).json()["tools"]

    assert {one.status_code for one in sent} == {200}
    assert {one.json()["clientId"] for one in sent} == {kept["clientId"]}

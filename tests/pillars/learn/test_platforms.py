"""Sending learners to tools by LTI 1.3, as a tool of another maker sees it."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pylti1p3.cookie import CookieService
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.dict import ToolConfDict

from govstack.pillars.learn.learning.platforms import service
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.databases import Databases

TOOL = "https://tool.example"
CARD = {
    "titles": {"en": "Quiz maker"}, "loginUrl": f"{TOOL}/login?tenant=1", "redirectUris": [f"{TOOL}/launch"],
    "custom": {"level": "1"},
}  # fmt: skip
LINK = {"toolId": "quiz", "titles": {"en": "First quiz"}, "target": f"{TOOL}/quiz/1", "custom": {"unit": "u-1"}}


class Asking(Request):
    """A request as the tool's library reads it."""

    def __init__(self, parameters: dict[str, str], session: dict[str, Any]) -> None:
        self.parameters, self._session = parameters, session

    @property
    def session(self) -> dict[str, Any]:
        return self._session

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self.parameters.get(key, "")


class Cookies(CookieService):
    """The tool's cookies in one browser."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_cookie(self, name: str) -> str | None:
        return self.kept.get(name)

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        self.kept[name] = str(value)


class Going(Redirect[str]):
    """Where the tool sends the browser."""

    def __init__(self, address: str) -> None:
        self.address = address

    def do_redirect(self) -> str:
        return self.address

    def do_js_redirect(self) -> str:
        return self.address

    def set_redirect_url(self, location: str) -> None:
        self.address = location

    def get_redirect_url(self) -> str:
        return self.address


class Login(OIDCLogin[Any, Any, Any, Any, str]):
    """The first half of the tool."""

    def get_redirect(self, url: str) -> Redirect[str]:
        return Going(url)


class Launch(MessageLaunch[Any, Any, Any, Any]):
    """The second half of the tool."""

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)


class Tool:
    """A tool built with a library of others, in one browser."""

    def __init__(self, pillar: Learn, shown: dict[str, Any], keys: dict[str, Any]) -> None:
        issuer = pillar.context.public_url
        self.conf = ToolConfDict({issuer: [{
            "default": True, "client_id": shown["clientId"], "auth_login_url": shown["authorisationUrl"],
            "auth_token_url": f"{issuer}/none", "key_set_url": None, "key_set": keys, "deployment_ids": ["1"],
        }]})  # fmt: skip
        self.session: dict[str, Any] = {}
        self.cookies = Cookies()

    def login(self, address: str) -> str:
        """Return where the tool sends the browser back to."""
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        request = Asking(parameters, self.session)
        login = Login(request, self.conf, session_service=SessionService(request), cookie_service=self.cookies)
        return login.redirect(f"{TOOL}/launch")

    def launched(self, sent: dict[str, str]) -> dict[str, Any]:
        """Return what the tool believes of a message."""
        request = Asking(sent, self.session)
        launch = Launch(request, self.conf, session_service=SessionService(request), cookie_service=self.cookies)
        return dict(launch.get_launch_data())


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    pillar = await learn(databases)
    await civil_servant(pillar.context, "p-1", number="1985-01", name="Amina Kone")
    return pillar


async def entered(pillar: Learn, **changed: Any) -> Tool:
    """Enter a tool and a link, and return the tool."""
    async with pillar.officer("learn:administer", "learn:teach") as client:
        shown = await client.put(f"{API}/lti/tools/quiz", json={**CARD, **changed})
        link = await client.put(f"{API}/lti/links/quiz-1", json=LINK)
        keys = await client.get(f"{API}/lti/keys")
    assert (shown.status_code, link.status_code) == (200, 200), shown.text + link.text
    return Tool(pillar, shown.json(), keys.json())


def amina(pillar: Learn, *scopes: str) -> httpx.AsyncClient:
    """Return the browser of the learner."""
    return pillar.browser(*scopes, subject="amina", person_id="1985-01")


async def begun(client: httpx.AsyncClient) -> str:
    """Open the tool from the page, and return where the browser goes."""
    answer = await send(client, await page(client, "/tools"), "/tools/quiz-1/open")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back(pillar: Learn, address: str) -> str:
    """Return an address of the pillar as the bench mounts it."""
    return address.removeprefix(pillar.context.public_url)


async def message(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    """Return the fields that the learner's browser hands to the tool."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert f"form-action 'self' {TOOL}" in answer.headers["content-security-policy"]
    found = re.search(rf'<form method="post" action="{TOOL}/launch">(.*?)</form>', answer.text, re.DOTALL)
    assert found is not None
    assert "csrf" not in found[1]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1])
    return {name: html.unescape(value) for name, value in fields}


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
    assert (told["sub"], told["aud"]) == ("p-1", told["aud"])
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

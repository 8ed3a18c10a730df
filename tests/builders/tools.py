"""A tool of another maker, built with a library of others, and the browser that goes between it and the platform."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import requests
from joserfc.jwk import RSAKey
from pylti1p3.cookie import CookieService
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.request import Request
from pylti1p3.service_connector import ServiceConnector
from pylti1p3.session import SessionService
from pylti1p3.tool_config.dict import ToolConfDict

from tests.builders.learning import API, Learn, page, send

TOOL = "https://tool.example"
PAIR = RSAKey.generate_key(2048, private=True)
STRANGER = RSAKey.generate_key(2048, private=True)
CARD: dict[str, Any] = {
    "titles": {"en": "Quiz maker"}, "loginUrl": f"{TOOL}/login?tenant=1", "redirectUris": [f"{TOOL}/launch"],
    "custom": {"level": "1"},
}  # fmt: skip
LINK: dict[str, Any] = {
    "toolId": "quiz",
    "titles": {"en": "First quiz"},
    "target": f"{TOOL}/quiz/1",
    "custom": {"unit": "u-1"},
}


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


class Calls(requests.Session):
    """The way from a tool to the platform: its library calls from a thread, the platform runs in this process."""

    def __init__(self, pillar: Learn) -> None:
        super().__init__()
        self.pillar, self.loop = pillar, asyncio.get_running_loop()

    def request(self, method: str | bytes, url: str | bytes, **given: Any) -> requests.Response:  # type: ignore[override]
        """Send a request, and return the answer as the library reads it."""
        sent = {name: given[name] for name in ("data", "headers", "params") if given.get(name)}
        if isinstance(sent.get("data"), str):
            sent["content"] = sent.pop("data")
        told = asyncio.run_coroutine_threadsafe(self._sent(str(method), str(url), sent), self.loop).result(timeout=60)
        answer = requests.Response()
        answer.status_code, answer._content = told.status_code, told.content
        answer.headers.update(told.headers)
        return answer

    async def _sent(self, method: str, url: str, sent: dict[str, Any]) -> httpx.Response:
        async with self.pillar.nobody() as client:
            return await client.request(method, back(self.pillar, url), **sent)


class Connector(ServiceConnector):
    """What asks for tokens in the tool's library; here it keeps none."""

    def _get_cached_access_token(self, scope_key: str) -> str | None:
        return None

    def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
        assert expires_in > 60


class Tool:
    """A tool built with a library of others, in one browser."""

    def __init__(self, pillar: Learn, shown: dict[str, Any], keys: dict[str, Any]) -> None:
        issuer = pillar.context.public_url
        self.conf = ToolConfDict({issuer: [{
            "default": True, "client_id": shown["clientId"], "auth_login_url": shown["authorisationUrl"],
            "auth_token_url": shown["tokenUrl"], "key_set_url": None, "key_set": keys, "deployment_ids": ["1"],
        }]})  # fmt: skip
        private, public = PAIR.as_pem(private=True).decode(), PAIR.as_pem(private=False).decode()
        self.conf.set_private_key(issuer, private, shown["clientId"])
        self.conf.set_public_key(issuer, public, shown["clientId"])
        self.client_id = str(shown["clientId"])
        self.session: dict[str, Any] = {}
        self.cookies = Cookies()
        self.calls = Calls(pillar)

    def login(self, address: str) -> str:
        """Return where the tool sends the browser back to."""
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        request = Asking(parameters, self.session)
        login = Login(request, self.conf, session_service=SessionService(request), cookie_service=self.cookies)
        return login.redirect(f"{TOOL}/launch")

    def launched(self, sent: dict[str, str]) -> dict[str, Any]:
        """Return what the tool believes of a message."""
        return dict(self.launch(sent).get_launch_data())

    def launch(self, sent: dict[str, str]) -> Launch:
        """Return a message as the tool's library holds it, with the services that it leads to."""
        request = Asking(sent, self.session)
        session = SessionService(request)
        return Launch(
            request, self.conf, session_service=session, cookie_service=self.cookies, requests_session=self.calls,
            service_connector_cls=Connector,
        )  # fmt: skip


class Keys:
    """Where the tool publishes its keys; counts who asks."""

    def __init__(self, *keys: RSAKey) -> None:
        self.asked = 0
        self.keys = list(keys)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        self.asked += 1
        shown = [{**one.as_dict(private=False), "kid": one.thumbprint(), "alg": "RS256"} for one in self.keys]
        body = msgspec.json.encode({"keys": shown})
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})


async def entered(pillar: Learn, link: dict[str, Any] | None = None, **changed: Any) -> Tool:
    """Enter a tool and a link, and return the tool."""
    async with pillar.officer("learn:administer", "learn:teach") as client:
        shown = await client.put(f"{API}/lti/tools/quiz", json={**CARD, **changed})
        kept = await client.put(f"{API}/lti/links/quiz-1", json=link or LINK)
        keys = await client.get(f"{API}/lti/keys")
    assert (shown.status_code, kept.status_code) == (200, 200), shown.text + kept.text
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

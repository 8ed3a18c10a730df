"""Asking other blocks: one way for HTTPS and, inside one process, for ASGI, with the same tokens and time limits."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from govstack.kernel import clock
from govstack.kernel.errors import (
    BadGateway,
    BadRequest,
    Conflict,
    Forbidden,
    GatewayTimeout,
    NotFound,
    Problem,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)
from govstack.kernel.log import CORRELATION
from govstack.kernel.outgoing import ASGIApp, Outgoing, Patience
from govstack.kernel.upstream import NO_ADDRESS, Upstream

CALL_SECONDS_MAX = 20.0
ANSWER_BYTES_MAX = 20_000_000
CONNECT_SECONDS_MAX = 5.0
TOKEN_MARGIN_SECONDS = 20

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F))


class Network:
    """The one way out of the process: addresses of applications that run here are called in process."""

    def __init__(self, *, tls: Callable[[], ssl.SSLContext] | None = None) -> None:
        self._local: dict[str, ASGIApp] = {}
        self._upstream = Upstream(self.local, tls=tls or ssl.create_default_context)

    def serve_locally(self, address: str, application: ASGIApp) -> None:
        """Answer calls to an origin, or to the first segment of its paths, by an application of this process.

        Behind one origin there may be several processes: each answers in process only what is mounted in it.
        """
        self._local[address.rstrip("/")] = application

    def local(self, url: str) -> ASGIApp | None:
        """Return the application of this process that answers a URL, or all of an origin, if one does."""
        origin, segment = _place(url)
        return self._local.get(f"{origin}/{segment}") or self._local.get(origin)

    async def fetch_json(self, url: str) -> Mapping[str, Any]:
        """Return a JSON object from a trusted address, such as the keys of an issuer."""
        answer = await self.send("GET", url)
        if answer.status != 200:
            raise BadGateway(f"The answer had status {answer.status}.")
        value = answer.json()
        if not isinstance(value, dict):
            raise BadGateway("The answer was not a JSON object.")
        return value

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = CALL_SECONDS_MAX,
        bytes_max: int = ANSWER_BYTES_MAX,
        avoid: Callable[[str], bool] | None = None,
    ) -> Reply:
        """Send one request; raises Unavailable, GatewayTimeout or BadGateway when there is no usable answer.

        An answer of more than `bytes_max` is given up as soon as it is. `avoid` tells of an IP address that it must
        not be connected to, whatever name led there: Forbidden.
        """
        sent = {"x-correlation-id": CORRELATION.get(), **(headers or {})}
        origin, target = _parted(url)
        request = Outgoing(
            method,
            origin,
            target,
            [(name.lower().encode(), value.encode()) for name, value in sent.items() if value],
            body,
            len(body) if body or method in _WITH_BODY else None,
            avoid,
        )
        answer = await self._upstream.send(request, Patience(min(seconds, CONNECT_SECONDS_MAX), seconds, seconds))
        chunks: list[bytes] = []
        size = 0
        try:
            async for chunk in answer:
                size += len(chunk)
                if size > bytes_max:
                    raise BadGateway("The answer is larger than the limit.")
                chunks.append(chunk)
        finally:
            answer.close()
        return Reply(answer.status, _joined(answer.headers), b"".join(chunks))

    async def close(self) -> None:
        """Close all connections."""
        await self._upstream.close()


def _parted(url: str) -> tuple[str, bytes]:
    """Return the origin of a URL, and path and query as they go on the wire."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Unavailable(NO_ADDRESS) from error
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return f"{parts.scheme}://{parts.netloc}", quote(target, safe=_VISIBLE).encode("ascii")


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def _place(url: str) -> tuple[str, str]:
    """Return the origin of a URL and the first segment of its path, as written.

    A URL that is written in an odd way finds no application of this process; the socket leads to the same place.
    """
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}", path.partition("?")[0].partition("/")[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of another block."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; raises BadGateway when it is not JSON."""
        try:
            return msgspec.json.decode(self.body) if self.body else None
        except msgspec.DecodeError as error:
            raise BadGateway("The answer was not JSON.") from error

    def expect(self, *statuses: int) -> Reply:
        """Return this answer when its status is one of those; otherwise raise what the status means to a caller."""
        if self.status in (statuses or (200,)):
            return self
        raise _MEANING.get(self.status, BadGateway)(_detail(self.body))


_MEANING: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        BadRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        Unprocessable,
        TooMany,
        Unavailable,
        GatewayTimeout,
    )
}


def _detail(body: bytes) -> str:
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    return str(value.get("detail", ""))[:500] if isinstance(value, dict) else ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves an application at the identity provider."""

    client_id: str
    client_secret: str


CredentialsFor = Callable[[str], Credentials]


class MediationClient:
    """Calls services of other members through the information mediator, as an application of this instance.

    A service is addressed as CLASS/MEMBER/APPLICATION/SERVICE; the instance, the mediator's address and the proof
    of the calling application come from the settings, so that any of them can be replaced without code.
    """

    def __init__(
        self, network: Network, *, instance: str, mediator_url: str, issuer: str, credentials: CredentialsFor
    ) -> None:
        self.network = network
        self._instance = instance
        self._mediator_url = mediator_url.rstrip("/")
        self._issuer = issuer
        self._token_endpoint = ""
        self.credentials = credentials
        self._tokens: dict[str, tuple[float, str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def call(
        self,
        method: str,
        service: str,
        path: str,
        *,
        application: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        user: str = "",
        purpose: str = "",
        headers: Mapping[str, str] | None = None,
        seconds: float = CALL_SECONDS_MAX,
    ) -> Reply:
        """Call `service` as `application` (CLASS/MEMBER/APPLICATION); `user` and `purpose` are what it states."""
        url = _address(f"{self._mediator_url}/r1/{self._instance}/{service}{path}", query)
        sent = {
            "accept": "application/json",
            "x-govstack-client": f"{self._instance}/{application}",
            "information-mediator-user": user,
            "information-mediator-purpose": purpose,
            **(headers or {}),
        }
        content = b""
        if body is not None:
            sent["content-type"] = "application/json"
            content = msgspec.json.encode(body)
        sent["authorization"] = f"Bearer {await self.token(application)}"
        reply = await self.network.send(method, url, headers=sent, body=content, seconds=seconds)
        if reply.status == 401:
            # The token may have been revoked or the keys rotated: one fresh try, then the refusal stands.
            self._tokens.pop(application, None)
            sent["authorization"] = f"Bearer {await self.token(application)}"
            reply = await self.network.send(method, url, headers=sent, body=content, seconds=seconds)
        return reply

    async def ask_mediator(self, path: str, *, application: str, query: Mapping[str, str] | None = None) -> Reply:
        """Read the mediator's own API as an application, for instance what it recorded of this application's calls."""
        url = _address(f"{self._mediator_url}{path}", query)
        headers = {"accept": "application/json", "authorization": f"Bearer {await self.token(application)}"}
        return await self.network.send("GET", url, headers=headers)

    async def token(self, application: str) -> str:
        """Return a machine token for an application (OAuth 2.0 client credentials, RFC 6749 section 4.4)."""
        known = self._tokens.get(application)
        if known is not None and known[0] > clock.monotonic():
            return known[1]
        async with self._locks.setdefault(application, asyncio.Lock()):
            known = self._tokens.get(application)
            if known is not None and known[0] > clock.monotonic():
                return known[1]
            credentials = self.credentials(application)
            pair = base64.b64encode(f"{credentials.client_id}:{credentials.client_secret}".encode()).decode()
            reply = await self.network.send(
                "POST",
                await self._where_tokens_are(),
                headers={"authorization": f"Basic {pair}", "content-type": "application/x-www-form-urlencoded"},
                body=b"grant_type=client_credentials",
            )
            grant = reply.expect(200).json()
            lasts = float(grant.get("expires_in", 60)) - TOKEN_MARGIN_SECONDS
            self._tokens[application] = (clock.monotonic() + max(lasts, 1.0), str(grant["access_token"]))
            return str(grant["access_token"])

    async def _where_tokens_are(self) -> str:
        """Return the identity provider's token endpoint, as its metadata names it (RFC 8414)."""
        if not self._token_endpoint:
            metadata = await self.network.fetch_json(f"{self._issuer}/.well-known/openid-configuration")
            self._token_endpoint = str(metadata.get("token_endpoint", ""))
        return self._token_endpoint


def _address(url: str, query: Mapping[str, str] | None) -> str:
    return f"{url}?{urlencode(query)}" if query else url

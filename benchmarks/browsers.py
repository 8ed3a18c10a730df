"""How people sign in over real sockets: a browser with one kept connection, and each side's steps."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.load import HOST, Way
from joserfc import jwt
from joserfc.jwk import RSAKey

from govstack.kernel import clock, ids

SECRET = "a-secret-for-measuring-only-0123456789"
BACK = "https://service.example.org/back"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 3_000
ASSERTIONS_READY = 150
MACHINE = "machine"
# A person is sent so many codes in a while, and asked once by each relying party.
LAPS = 5


def alias(number: int) -> str:
    """Return what one of the people signs in with."""
    return f"person{number}@people.example.org"


@dataclass(frozen=True)
class Answer:
    """What a browser gets."""

    status: int
    location: str
    text: str

    def hidden(self) -> dict[str, str]:
        """Return the hidden fields of a page's form."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.text))


class Browser:
    """One kept connection, and the cookies of one visit."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self.requests = 0

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    def forget(self) -> None:
        """Be somebody else's browser."""
        self._cookies.clear()
        self.requests = 0

    async def ask(self, target: str, form: Mapping[str, str] | None = None) -> Answer:
        """Send one request, by POST when there is a form."""
        self.requests += 1
        body = urlencode(form).encode() if form is not None else b""
        lines = [f"{'GET' if form is None else 'POST'} {target} HTTP/1.1", f"host: {HOST}:{self._port}"]
        if form is not None:
            lines += ["content-type: application/x-www-form-urlencoded", f"content-length: {len(body)}"]
        if self._cookies:
            lines.append("cookie: " + "; ".join(f"{name}={value}" for name, value in self._cookies.items()))
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._answer()

    async def follow(self, answer: Answer) -> Answer:
        """Follow redirects inside the provider."""
        while answer.location and not answer.location.startswith(BACK):
            parts = urlsplit(answer.location)
            answer = await self.ask(parts.path + (f"?{parts.query}" if parts.query else ""))
        return answer

    async def _answer(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        length, location = 0, ""
        for line in head[1:]:
            name, _, value = line.partition(": ")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "location":
                    location = value
                case "set-cookie":
                    self._keep(value)
        body = await self._reader.readexactly(length)
        return Answer(int(head[0].split()[1]), location, body.decode())

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        if value and "expires=Thu, 01 Jan 1970" not in cookie:
            self._cookies[name] = value
        else:
            self._cookies.pop(name, None)


class Assertions:
    """What a relying party proves itself with, once each; some are always made before they are needed."""

    def __init__(self, client_id: str, key: RSAKey, audience: str) -> None:
        self._client_id, self._key, self._audience = client_id, key, audience
        self._ready: list[str] = []

    def prepare(self) -> None:
        """Have some ready."""
        self._ready += [self._made() for _ in range(ASSERTIONS_READY - len(self._ready))]

    def take(self) -> str:
        """Return one that was not used."""
        return self._ready.pop() if self._ready else self._made()

    def _made(self) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self._client_id, "sub": self._client_id, "aud": self._audience, "iat": now,
            "exp": now + ASSERTION_SECONDS, "jti": ids.new_id(),
        }  # fmt: skip
        return jwt.encode({"alg": "RS256"}, claims, self._key, algorithms=["RS256"])


Walk = Callable[[Browser], Awaitable[Answer]]


@dataclass
class SignIns(Way):
    """One side whose calls are whole sign-ins."""

    walk: Walk | None = None
    assertions: list[Assertions] = field(default_factory=list)
    requests_each: int = 0

    async def measure(self, *, connections: int, seconds: float) -> None:
        """Sign people in for a while, on some connections at once."""
        for one in self.assertions:
            one.prepare()
        browsers = [Browser(self.port) for _ in range(connections)]
        for browser in browsers:
            await browser.open()
        before, started = self._used(), time.perf_counter()
        await asyncio.gather(*(self._sign_in(browser, started + seconds) for browser in browsers))
        self.elapsed += time.perf_counter() - started
        self.processor += self._used() - before
        for browser in browsers:
            browser.close()

    async def _sign_in(self, browser: Browser, until: float) -> None:
        assert self.walk is not None
        while (begun := time.perf_counter()) < until:
            browser.forget()
            answer = await self.walk(browser)
            self.seconds.append(time.perf_counter() - begun)
            if '"id_token"' not in answer.text:
                raise SystemExit(f"{self.name}: {answer.status} {answer.text[:500]}")
            self.requests_each = browser.requests


@dataclass
class Client:
    """Who asks for a sign-in, and how it proves itself."""

    client_id: str
    assertions: Assertions | None = None

    def begin(self, path: str) -> str:
        """Return where a sign-in begins."""
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": BACK, "scope": "openid profile",
            "state": "s-1", "nonce": "n-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{path}?{urlencode(asked)}"

    def exchange(self, back: Answer) -> dict[str, str]:
        """Return the request for tokens."""
        if not back.location.startswith(BACK) or "code=" not in back.location:
            raise SystemExit(f"No code came: {back.status} {back.location} {back.text[:500]}")
        form = {
            "grant_type": "authorization_code", "code": parse_qs(urlsplit(back.location).query)["code"][0],
            "redirect_uri": BACK, "code_verifier": VERIFIER, "client_id": self.client_id,
        }  # fmt: skip
        if self.assertions is None:
            return {**form, "client_secret": SECRET}
        return {**form, "client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertions.take()}


def ours(turns: Iterator[int], number_of_people: int, choose: Callable[[int], Client]) -> Walk:
    """Return how somebody signs in here: by an alias and the code that the sandbox shows."""

    async def walk(browser: Browser) -> Answer:
        lap, number = divmod(next(turns), number_of_people)
        if lap >= LAPS:
            raise SystemExit("Everybody has signed in as often as they may for now. Name more --people.")
        client = choose(lap)
        page = await browser.follow(await browser.ask(client.begin("/identity/authorize")))
        form = {**page.hidden(), "identifier": alias(number)}
        page = await browser.ask("/identity/sign-in/person", form)
        shown = re.search(r'id="shown-code">(\d{6})<', page.text)
        if shown is None:
            raise SystemExit(f"No code is shown: {page.status} {page.text[:500]}")
        back = await browser.ask("/identity/sign-in/proof", {**page.hidden(), "proof": shown[1]})
        back = await browser.follow(back)
        if not back.location:
            back = await browser.ask("/identity/sign-in/permission", {**back.hidden(), "answer": "allow"})
        return await browser.ask("/identity/oauth/token", client.exchange(back))

    return walk


def theirs(client: Client) -> Walk:
    """Return how somebody signs in at the peer: by any name, without a proof."""

    async def walk(browser: Browser) -> Answer:
        answer = await browser.follow(await browser.ask(client.begin("/auth")))
        while not answer.location:
            action = re.search(r'action="([^"]+)" method="post"', answer.text)
            if action is None:
                raise SystemExit(f"No form: {answer.status} {answer.text[:500]}")
            path = urlsplit(action[1].replace("&#x2F;", "/")).path
            form = {**answer.hidden(), "login": "amina", "password": "any"}
            answer = await browser.follow(await browser.ask(path, form))
        return await browser.ask("/token", client.exchange(answer))

    return walk


def machine_tokens(path: str) -> Iterator[bytes]:
    """Return the one request for a machine's token, for ever."""
    form = {"grant_type": "client_credentials", "client_id": MACHINE, "client_secret": SECRET}
    body = urlencode({**form, "scope": "registries:read"}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return repeat(head.encode() + body)

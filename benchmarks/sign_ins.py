"""What signing in costs: complete sign-ins and machine tokens a second, beside a peer product.

Run `python -m benchmarks.sign_ins [--seconds 3] [--oidc-provider FOLDER]`. A sign-in is all that a browser and a client
send: /authorize, the pages, each form filled in, and the exchange of the code for tokens, by the code flow with PKCE.
The pages of the country's own packages ask for no permission; a relying party proves itself by private_key_jwt, and its
people are asked each time. Ours is `govstack serve identity` in the sandbox profile, which shows the one-time code on
the page; it commits durably (SQLite synchronous FULL) with audit, history and events. The peer checks no proof and
keeps all in memory. The load is a process of its own with kept connections, on the same machine: ratios matter, the
absolute figures do not. Assertions are signed beforehand. Last, what finding somebody costs among few and many people.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, repeat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psutil
import uvloop
from benchmarks import oidc_provider
from benchmarks.load import HOST, Way, free_port, in_turns, program
from joserfc import jwt
from joserfc.jwk import RSAKey

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import Registration
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.host import compose
from govstack.host.run import Process
from govstack.kernel import ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.settings import load

CONNECTIONS = (1, 32)
SECRET = "a-secret-for-measuring-only-0123456789"
BACK = "https://service.example.org/back"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 3_000
ASSERTIONS_READY = 150
OWN, PARTY, MACHINE = "own", "party", "machine"
# A person is sent so many codes in a while, and asked once by each relying party.
LAPS = 5
AT_ONCE = 32
LOADER = Actor.system("benchmark")
ATTRIBUTES = (Attribute("name", "Amina Kone"), Attribute("birthdate", "1985-04-01"))
FOUND_TIMES = 2_000
REST_SECONDS, BUSY_SHARE_MAX = 1.0, 0.1
STRIDE = 7_919
AIM_SIGN_INS, AIM_TOKENS = 300, 5_000


# What the load does.


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
        now = int(time.time())
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


# The provider: prepared by its own services, served by its own command.


def alias(number: int) -> str:
    """Return what one of the people signs in with."""
    return f"person{number}@people.example.org"


def environment(folder: str, port: int) -> dict[str, str]:
    """Return the settings of one provider; all share one address, so that one preparation is enough."""
    return {
        "GOVSTACK_DATA_DIR": folder, "GOVSTACK_LOG_FILE": f"{folder}/log", "GOVSTACK_PORT": str(port),
        "GOVSTACK_PUBLIC_URL": "http://identity.example.org", "GOVSTACK_SECRET": SECRET,
        "GOVSTACK_RATE_PER_SECOND": "0",
    }  # fmt: skip


@asynccontextmanager
async def opened(folder: str) -> AsyncIterator[Context]:
    """The block without a server."""
    packages = compose.packages()
    settings = load(environment(folder, 1), extra=compose.settings(packages).values())
    process = Process(settings, compose.packages(["identity"]), settings.text("PUBLIC_URL"))
    await process.open()
    try:
        yield process.running[0].context
    finally:
        await process.close()


async def prepare(folder: str, number_of_people: int, key: RSAKey) -> None:
    """Enter the clients and the people."""
    async with opened(folder) as context:
        await clients.register_own(context, by=LOADER, client_id=OWN, secret=SECRET, redirect_uris=(BACK,))
        await clients.register_own(
            context, by=LOADER, client_id=MACHINE, secret=SECRET, application=MACHINE, scopes="registries:read"
        )
        for lap in range(LAPS):
            await clients.register(context, by=LOADER, asked=registration(lap, key), request=b"%d" % lap)
        await populate(context, 0, number_of_people)


def registration(lap: int, key: RSAKey) -> Registration:
    """Return how a relying party is registered."""
    return Registration(
        client_id=f"{PARTY}-{lap}", name="Tax office", relying_party_id=f"tax-{lap}",
        logo_uri="https://service.example.org/logo.png", redirect_uris=(BACK,),
        acr_values=("idbb:acr:generated-code",), public_key=dict(key.as_dict(private=False)),
        claims=("name", "birthdate"), grant_types=("authorization_code",), auth_methods=("private_key_jwt",),
    )  # fmt: skip


async def populate(context: Context, first: int, end: int) -> None:
    """Register people, each with an alias."""
    numbers = iter(range(first, end))

    async def some() -> None:
        for number in numbers:
            made = await people.register(context, by=LOADER, attributes=ATTRIBUTES)
            await people.attach_alias(context, by=LOADER, person_id=made.id, kind="email", value=alias(number))

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


@asynccontextmanager
async def served(folder: str, *, workers: int) -> AsyncIterator[tuple[int, list[psutil.Process]]]:
    """`govstack serve identity` as a process of its own; gives its port and its processes."""
    port = free_port()
    own = [f"{name}={value}" for name, value in environment(folder, port).items()]
    inherited = [name for name in os.environ if name.startswith("GOVSTACK_")]  # noqa: TID251
    without = [part for name in inherited for part in ("-u", name)]
    script = "from govstack.cli import main; main()"
    command = ["env", *without, *own, sys.executable, "-c", script, "serve", "identity", f"--workers={workers}"]
    async with program(command, port) as (process, _):
        async with asyncio.timeout(60):
            while not await _ready(port):
                await asyncio.sleep(0.05)
        processes = [process, *process.children(recursive=True)]
        await _at_rest(processes)
        yield port, processes


async def _at_rest(processes: list[psutil.Process]) -> None:
    """Wait until the events that the preparation left behind are told."""
    busy = 1.0
    while busy > BUSY_SHARE_MAX:
        before = sum(sum(one.cpu_times()[:2]) for one in processes)
        await asyncio.sleep(REST_SECONDS)
        busy = (sum(sum(one.cpu_times()[:2]) for one in processes) - before) / REST_SECONDS


async def _ready(port: int) -> bool:
    browser = Browser(port)
    await browser.open()
    answer = await browser.ask("/health/ready")
    browser.close()
    return answer.status == 200


# The comparison.


class Sides:
    """All that is measured: each side once started."""

    def __init__(self, folder: str, number_of_people: int, key: RSAKey) -> None:
        self._folder, self._people, self._key = folder, number_of_people, key
        self.own: list[SignIns] = []
        self.party: list[SignIns] = []
        self.tokens: list[Way] = []

    async def start(self, stack: AsyncExitStack, library: str) -> None:
        """Start ours with one and with two workers, and the peer when it is there."""
        first = f"{self._folder}/data"
        begun = time.perf_counter()
        await prepare(first, self._people, self._key)
        print(f"{self._people:,} people and their aliases entered in {time.perf_counter() - begun:.1f} s", flush=True)
        shutil.copytree(first, f"{self._folder}/data-of-two")
        await self._ours(stack, first, "govstack, one worker", workers=1)
        await self._ours(stack, f"{self._folder}/data-of-two", "govstack, two workers", workers=2)
        if library:
            await self._theirs(stack, library, "oidc-provider, one process", processes=1)
            await self._theirs(stack, library, "oidc-provider, two processes", processes=2)
        else:
            print(oidc_provider.MISSING)

    async def _ours(self, stack: AsyncExitStack, folder: str, name: str, *, workers: int) -> None:
        port, processes = await stack.enter_async_context(served(folder, workers=workers))
        audience = "http://identity.example.org/identity/oauth/token"
        parties = [Client(one, Assertions(one, self._key, audience)) for one in (f"{PARTY}-{n}" for n in range(LAPS))]
        turns, own = count(), Client(OWN)
        walk = ours(turns, self._people, lambda _: own)
        self.own.append(SignIns(name, port, processes, iter(()), walk=walk))
        ready = [one.assertions for one in parties if one.assertions is not None]
        walk = ours(turns, self._people, lambda lap: parties[lap])
        self.party.append(SignIns(name, port, processes, iter(()), walk=walk, assertions=ready))
        self.tokens.append(Way(name, port, processes, machine_tokens("/identity/oauth/token")))

    async def _theirs(self, stack: AsyncExitStack, library: str, name: str, *, processes: int) -> None:
        started = oidc_provider.running(
            library, processes=processes, secret=SECRET, party=self._key.as_dict(private=False), back=BACK
        )
        port, running = await stack.enter_async_context(started)
        self.tokens.append(Way(name, port, running, machine_tokens("/token")))
        if processes == 1:
            party = Assertions(PARTY, self._key, f"http://{HOST}:{port}")
            self.own.append(SignIns(name, port, running, iter(()), walk=theirs(Client(OWN))))
            walk = theirs(Client(PARTY, party))
            self.party.append(SignIns(name, port, running, iter(()), walk=walk, assertions=[party]))


async def compare(ways: list[Any], title: str, aim: int, seconds: float) -> None:
    """Measure some ways in turns, and print the figures, our ratios to the peer, and the share of the aim."""
    for connections in CONNECTIONS:
        print(f"{title}, {connections} at once", flush=True)
        await in_turns(ways, connections=connections, seconds=seconds)
        us, peers = ([way for way in ways if ("govstack" in way.name) is own] for own in (True, False))
        for way in us:
            for peer in peers:
                print(f"  {way.name} : {peer.name:28} {way.rate / peer.rate:5.2f}")
        best = max(way.rate for way in us)
        print(f"  aim {aim:,}/s: {best / aim:.2f} of it", flush=True)
        for way in ways:
            way.forget()


async def look_ups(sizes: list[int], folder: str) -> None:
    """Print what it costs to find somebody by an alias among ever more people."""
    known = 0
    async with opened(folder) as context:
        for size in sizes:
            await populate(context, known, size)
            known = size
            taken = []
            for turn in range(FOUND_TIMES):
                begun = time.perf_counter()
                found = await people.find(context, identifier=alias(turn * STRIDE % size))
                taken.append(time.perf_counter() - begun)
                if found is None:
                    raise SystemExit("Somebody is not found.")
            half = sorted(taken)[len(taken) // 2]
            print(f"  found by an alias among {size:>9,} people: p50 {half * 1000:.3f} ms", flush=True)


async def everything(given: argparse.Namespace) -> None:
    """Measure sign-ins, machine tokens and look-ups."""
    key = RSAKey.generate_key(2_048)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            sides = Sides(folder, given.people, key)
            await sides.start(stack, oidc_provider.found(given.oidc_provider))
            await compare(sides.own, "sign-ins to the country's own pages", AIM_SIGN_INS, given.seconds)
            await compare(sides.party, "sign-ins to a relying party, with permission", AIM_SIGN_INS, given.seconds)
            for title, ways in (("own pages", sides.own), ("relying party", sides.party)):
                each = ", ".join(f"{way.name} {way.requests_each}" for way in ways)
                print(f"requests of one sign-in, {title}: {each}")
            await compare(sides.tokens, "machine tokens", AIM_TOKENS, given.seconds)
        await look_ups([int(size) for size in given.sizes.split(",") if size], f"{folder}/many")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each side is measured")
    parser.add_argument("--people", type=int, default=2_000, help="how many can sign in")
    parser.add_argument("--sizes", default="1000,10000", help="among how many people somebody is found")
    parser.add_argument("--oidc-provider", default="", help="the folder that the peer was installed into")
    given = parser.parse_args()
    log.configure("ERROR")
    uvloop.run(everything(given))


if __name__ == "__main__":
    main()

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
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

import psutil
import uvloop
from benchmarks import oidc_provider
from benchmarks.browsers import (
    BACK,
    LAPS,
    MACHINE,
    SECRET,
    Assertions,
    Browser,
    Client,
    SignIns,
    alias,
    machine_tokens,
    ours,
    theirs,
)
from benchmarks.load import HOST, Way, free_port, in_turns, program
from joserfc.jwk import RSAKey

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import Registration
from govstack.blocks.identity.identifiers import service as identifiers
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.host import compose
from govstack.host.run import Process
from govstack.kernel import log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.settings import load

CONNECTIONS = (1, 32)
OWN, PARTY = "own", "party"
BATCH = 500
WARM_UP_CONNECTIONS, WARM_UP_SECONDS = 32, 1.0
LOADER = Actor.system("benchmark")
ATTRIBUTES = (Attribute("name", "Amina Kone"), Attribute("birthdate", "1985-04-01"))
FOUND_TIMES = 2_000
START_SECONDS_MAX = 60.0
REST_SECONDS, BUSY_SHARE_MAX = 1.0, 0.1
STRIDE = 7_919
AIM_SIGN_INS, AIM_TOKENS = 300, 5_000


# The provider: prepared by its own services, served by its own command.


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
    """Enter people, each with an alias, many in one transaction."""
    for start in range(first, end, BATCH):
        async with context.database.transaction() as tx:
            for number in range(start, min(start + BATCH, end)):
                made = await people.enter(context, tx, by=LOADER, attributes=ATTRIBUTES)
                await identifiers.attach(context, tx, person_id=made.id, form="email", value=alias(number))


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
        async with asyncio.timeout(START_SECONDS_MAX):
            await _answered(port)
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


async def _answered(port: int) -> None:
    """Wait for the first answer; a connection made before a worker serves waits for it."""
    browser = Browser(port)
    await browser.open()
    answer = await browser.ask("/health/ready")
    browser.close()
    if answer.status != 200:
        raise SystemExit(f"The provider is not ready: {answer.text[:500]}")


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


async def compare(ways: Sequence[Way], title: str, aim: int, seconds: float) -> None:
    """Measure some ways in turns, and print the figures, our ratios to the peer, and the share of the aim."""
    for way in ways:
        # A worker draws its first pages slowly, and one connection alone would warm one worker alone.
        await way.measure(connections=WARM_UP_CONNECTIONS, seconds=WARM_UP_SECONDS)
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
    parser.add_argument("--oidc-provider", default=oidc_provider.FOLDER, help="the folder that npm put the peer into")
    given = parser.parse_args()
    log.configure("ERROR")
    uvloop.run(everything(given))


if __name__ == "__main__":
    main()

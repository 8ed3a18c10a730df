"""What mediation costs: one call made directly, through a bare proxy, and through the mediator, signed and on record.

Run `python -m benchmarks.mediated_call [--seconds 5] [--database postgresql://…]`. Provider, proxies, mediator and the
load share one machine, so the ratios matter and the absolute figures do not. The mediator commits durably (SQLite
synchronous FULL, or PostgreSQL as it is configured) twice an exchange, and signs twice.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import uvloop
from benchmarks import load
from benchmarks.load import HOST, Way, in_turns, serve
from tests.builders.exchange import CLIENT, MANIFEST, PATH, Forwarding, Provider, offer
from tests.builders.running import bench
from tests.databases import databases_of

from govstack.host.server import Attentive, Protocol
from govstack.kernel.db import Database
from govstack.kernel.outgoing import Outgoing, Patience
from govstack.kernel.upstream import Upstream

CONNECTIONS = (1, 32)
ANSWER = b'{"id": "4711", "status": "active", "municipality": "Northbridge", "since": "2021-03-01"}' * 3
BODY = b'{"id": "4711"}'


# The other processes: this module again, in another role.


async def provide(port: int) -> None:
    """Answer every call with the same record."""
    provider = Provider(answer=ANSWER)

    async def forgetful(scope: Any, receive: Any, send: Any) -> None:
        provider.requests.clear()
        await provider(scope, receive, send)

    await serve(forgetful, port)


async def proxy(port: int, origin: str, *, library: bool) -> None:
    """Pass calls on without looking at them: by the mediator's own client, or by the common library."""
    client, upstream = httpx.AsyncClient(base_url=origin), Upstream(lambda _: None)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        target = scope["raw_path"]
        if library:
            answer = await client.request(scope["method"], target.decode(), content=body)
            status, content = answer.status_code, answer.content
        else:
            asked = Outgoing(scope["method"], origin, target, [], body, len(body))
            reply = await upstream.send(asked, Patience())
            status, content = reply.status, b"".join([chunk async for chunk in reply])
        headers = [(b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    await serve(application, port)


async def mediate(port: int, origin: str, database: str, folder: str) -> None:
    """Run the mediator with one service and print the token of the one client that may use it."""
    dialect = "postgres" if database.startswith("postgres") else "sqlite"
    async with databases_of(dialect, Path(folder)) as databases:
        made: Database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations", synchronous="FULL")
        running = bench(MANIFEST, made, DATA_DIR=folder, MEDIATOR_ALLOWED_HOSTS="127.0.0.1", LOG_LEVEL="WARNING")
        await offer(Forwarding(running, Provider()), service_url=f"{origin}/v1")
        print(running.issuer.token(CLIENT, application=CLIENT, seconds=3_600), flush=True)
        try:
            await serve(Attentive(running.running.application), port, http=Protocol)
        finally:
            if MANIFEST.stop is not None:
                await MANIFEST.stop(running.context)


def asking(port: int, path: str = "/v1/people", headers: str = "") -> Iterator[bytes]:
    """Return the one request, for ever."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {HOST}:{port}\r\ncontent-type: application/json\r\n"
        f"{headers}content-length: {len(BODY)}\r\n\r\n"
    )
    return repeat(head.encode() + BODY)


def role(name: str, *arguments: str) -> AbstractAsyncContextManager[tuple[Any, ...]]:
    """Run this module in a role; the mediator says its client's token."""
    return load.role("benchmarks.mediated_call", name, *arguments, says=name == "mediate")


async def compare(seconds: float, database: str) -> None:
    """Measure every way to the same provider, in turns so that a busy moment hits all, and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        async with role("provide") as (direct, provider, _):
            origin = f"http://127.0.0.1:{direct}"
            async with (
                role("proxy", "--origin", origin) as (bare, bare_process, _),
                role("proxy", "--origin", origin, "--library") as (common, common_process, _),
                role("mediate", "--origin", origin, "--database", database, "--folder", folder) as (
                    mediated,
                    mediator,
                    token,
                ),
            ):
                ways = [
                    Way("direct", direct, [provider], asking(direct)),
                    Way("bare proxy, httpx", common, [common_process], asking(common)),
                    Way("bare proxy, our client", bare, [bare_process], asking(bare)),
                    Way(
                        "mediated",
                        mediated,
                        [mediator],
                        asking(mediated, f"{PATH}/people", f"authorization: Bearer {token}\r\n"),
                    ),
                ]
                for connections in CONNECTIONS:
                    print(f"{connections} at once")
                    await in_turns(ways, connections=connections, seconds=seconds)
                    for way in ways[:-1]:
                        print(f"  mediated : {way.name:22} {ways[-1].rate / way.rate:5.2f} of its calls a second")
                    for way in ways:
                        way.forget()


def main() -> None:
    """Read what was asked for and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each way is measured")
    parser.add_argument("--database", default="sqlite", help="sqlite, or postgresql for the test server")
    for hidden in ("--role", "--origin", "--folder"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--library", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    work = {
        "provide": lambda: provide(given.port),
        "proxy": lambda: proxy(given.port, given.origin, library=given.library),
        "mediate": lambda: mediate(given.port, given.origin, given.database, given.folder),
    }.get(given.role, lambda: compare(given.seconds, given.database))
    uvloop.run(work())


if __name__ == "__main__":
    main()

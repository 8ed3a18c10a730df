"""Claim: a registry answers over HTTP within a small factor of its own SQL by hand, and ahead of a peer product.

Run `python -m benchmarks.registry_calls [--seconds 2] [--database sqlite]`. Read by key, exists, a list (the 20 that
share an indexed name) and create are asked of the block and of a bare ASGI application with the same statements on the
same tables; of people, whose readings are logged durably before each answer, and of things, which have no personal
data. Each side is one process with one worker, but where it says two workers. On SQLite, PocketBase is asked for the
same: it takes every core it gets and commits with synchronous NORMAL, so the block is measured with that, and with two
workers, too. SQLite is FULL everywhere else, PostgreSQL as it is configured. Server and load share one machine: the
ratios matter, the absolute figures do not.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path

import msgspec
import psutil
import uvloop
from benchmarks import load, people, pocketbase
from benchmarks.by_hand import ByHand
from benchmarks.load import Way, in_turns, serve
from benchmarks.people import PEOPLE, POSTGRES, THINGS, person

from govstack.host.server import Attentive, Protocol
from govstack.kernel import log

CONNECTIONS = (1, 32)
VARIED = 1_000
STRIDE = 7_919
OPERATIONS = ("read", "exists", "list", "create")


async def block(port: int, dialect: str, folder: str, records: int, synchronous: str, *, beside: bool) -> None:
    """Serve the block with both registries; its log of requests goes to a file, as it would.

    `beside` another process that has made the registries, this one serves the same.
    """
    log.configure(file=f"{folder}/requests.log")
    async with people.block(dialect, folder, synchronous=synchronous) as (running, _, _):
        for code in () if beside else (PEOPLE, THINGS):
            await people.registry(running, code, records=records, personal=code == PEOPLE)
        print("ready", flush=True)
        await serve(Attentive(running.application), port, http=Protocol)


async def hand(port: int, dialect: str, folder: str, records: int) -> None:
    """Serve the same tables by hand."""
    log.configure("WARNING")
    async with people.block(dialect, folder) as (running, _, schema):
        tables = {
            code: (await people.registry(running, code, records=records, personal=code == PEOPLE)).record_table
            for code in (PEOPLE, THINGS)
        }
        bare = ByHand(dialect, folder, schema, tables)
        await bare.open()
        try:
            await serve(bare, port)
        finally:
            await bare.close()


def asked(operation: str, code: str, records: int) -> Iterator[bytes]:
    """Return requests to a registry: ever other records, and ever new ones to create."""
    path = f"/data/{code}/1.0"
    numbers = [number * STRIDE % records for number in range(VARIED)]
    if operation == "list":
        return cycle([get(f"{path}?query.LastName={person(n, records)['LastName']}&pageSize=20") for n in numbers])
    if operation == "create":
        return (post(f"{path}/create", {"write": {"content": person(n, records)}}) for n in count(records))
    wanted = [{"query": {"content": {"ID": person(n, records)["ID"]}}} for n in numbers]
    return cycle([post(f"{path}/{operation}", one) for one in wanted])


def asked_of_pocketbase(operation: str, records: int) -> Iterator[bytes]:
    """Return the same requests as PocketBase takes them: it reads by its own id, which is its quickest way."""
    path = f"/api/collections/{PEOPLE}/records"
    numbers = [number * STRIDE % records for number in range(VARIED)]
    if operation == "read":
        return cycle([get(f"{path}/{pocketbase.record_id(n)}") for n in numbers])
    if operation == "create":
        return (post(path, pocketbase.person(n, records)) for n in count(records))
    if operation == "exists":
        end = "perPage=1&skipTotal=1&fields=id"
        return cycle([get(f"{path}?filter=(Identifier%3D%27{person(n, records)['ID']}%27)&{end}") for n in numbers])
    return cycle(
        [get(f"{path}?filter=(LastName%3D%27{person(n, records)['LastName']}%27)&perPage=20") for n in numbers]
    )


def get(target: str) -> bytes:
    """Return a GET request."""
    return f"GET {target} HTTP/1.1\r\nhost: {load.HOST}\r\n\r\n".encode()


def post(target: str, body: object) -> bytes:
    """Return a POST request."""
    data = msgspec.json.encode(body)
    head = f"POST {target} HTTP/1.1\r\nhost: {load.HOST}\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(data)}\r\n\r\n".encode() + data


class Sides:
    """What is compared on one database: each side once started, each with ways to people and things."""

    def __init__(self, dialect: str, folder: str, records: int) -> None:
        self._dialect, self._folder, self._records = dialect, folder, records
        self._makers: list[tuple[str, int, list[psutil.Process], Callable[[str], Iterator[bytes]]]] = []

    async def start(self, stack: contextlib.AsyncExitStack, binary: str) -> None:
        """Start every side, one after the other."""
        await self._start_ours(stack, "block", "govstack", "FULL", (PEOPLE, THINGS))
        await self._start_ours(stack, "hand", "by hand", "FULL", (PEOPLE, THINGS))
        if self._dialect != "sqlite":
            return
        await self._start_ours(stack, "block", "govstack, NORMAL", "NORMAL", (PEOPLE,))
        await self._start_ours(stack, "block", "govstack, NORMAL, two workers", "NORMAL", (PEOPLE, THINGS), workers=2)
        if not binary:
            print(pocketbase.MISSING)
            return
        started = pocketbase.running(binary, self._place("pocketbase"), self._records)
        port, process = await stack.enter_async_context(started)
        self._add("PocketBase, NORMAL", port, [process], lambda name: asked_of_pocketbase(name, self._records))

    async def _start_ours(
        self,
        stack: contextlib.AsyncExitStack,
        role: str,
        name: str,
        synchronous: str,
        codes: tuple[str, ...],
        workers: int = 1,
    ) -> None:
        arguments = ["--database", self._dialect, "--folder", self._place(f"{role}-{synchronous}-{workers}")]
        arguments += ["--records", str(self._records), "--synchronous", synchronous]
        started = load.role("benchmarks.registry_calls", role, *arguments)
        port, process, _ = await stack.enter_async_context(started)
        processes = [process]
        for _ in range(1, workers):
            further = load.role("benchmarks.registry_calls", role, *arguments, "--beside", says=True, port=port)
            processes.append((await stack.enter_async_context(further))[1])
        for code in codes:
            self._add(
                f"{name}, {'logged' if code == PEOPLE else 'not logged'}",
                port,
                processes,
                lambda operation, code=code: asked(operation, code, self._records),
            )

    def _place(self, name: str) -> str:
        folder = Path(self._folder) / name
        folder.mkdir()
        return str(folder)

    def _add(
        self, name: str, port: int, processes: list[psutil.Process], make: Callable[[str], Iterator[bytes]]
    ) -> None:
        self._makers.append((name, port, processes, make))

    def ways(self, operation: str) -> list[Way]:
        """Return the ways to one operation; what is created again and again must not meet itself."""
        return [Way(name, port, processes, make(operation)) for name, port, processes, make in self._makers]


async def compare(dialect: str, records: int, seconds: float, binary: str) -> None:
    """Measure every side on one database, in turns, and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        async with contextlib.AsyncExitStack() as stack:
            sides = Sides(dialect, folder, records)
            await sides.start(stack, binary)
            for operation in OPERATIONS:
                ways = sides.ways(operation)
                for connections in CONNECTIONS:
                    print(f"{dialect}: {operation}, {connections} at once, {records:,} records")
                    await in_turns(ways, connections=connections, seconds=seconds)
                    ratios(ways)
                    for way in ways:
                        way.forget()


def ratios(ways: list[Way]) -> None:
    """Print our share of the limit's calls a second, and our multiple of the peer's."""
    rates = {way.name: way.rate for way in ways}
    for end in ("logged", "not logged"):
        share = rates[f"govstack, {end}"] / rates[f"by hand, {end}"]
        print(f"  govstack : by hand, {end:12} {share:5.2f}")
    for name, rate in rates.items():
        if name.startswith("PocketBase"):
            for ours in (one for one in rates if one.startswith("govstack")):
                print(f"  {ours} : {name}  {rates[ours] / rate:5.2f}")


async def everything(given: argparse.Namespace) -> None:
    """Compare on the databases that were asked for."""
    binary = pocketbase.found(given.pocketbase)
    for dialect in [given.database] if given.database else ["sqlite", *(["postgres"] if POSTGRES else [])]:
        await compare(dialect, given.records, given.seconds, binary)
    if not given.database and not POSTGRES:
        print("PostgreSQL is left out: run `make postgres` and `. .run/services.env` first.")


def main() -> None:
    """Read what was asked for and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each side is measured")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--database", default="", choices=["", "sqlite", "postgres"], help="both, unless one is named")
    parser.add_argument("--pocketbase", default="", help="the peer's program, when it is not on the path")
    for hidden in ("--role", "--folder", "--synchronous"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    work = {
        "block": lambda: block(
            given.port, given.database, given.folder, given.records, given.synchronous, beside=given.beside
        ),
        "hand": lambda: hand(given.port, given.database, given.folder, given.records),
    }.get(given.role, lambda: everything(given))
    uvloop.run(work())


if __name__ == "__main__":
    main()

"""Claim: what people look for in a registry takes about as long among millions of records as among thousands.

Run `python -m benchmarks.large_lists [--database sqlite] [--sizes 10000,100000,1000000]`; five million when asked. The
first page of a list, page 1,000 by its cursor and by its number, a search by an indexed field, a search for a text in
any field, one that everybody has, one that has no answer, and the counts that go with lists are asked of the block as a
request asks, without a socket. Printed are medians of one size and how they grew from the smallest; the records grew by
the factor at the top.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvloop
from benchmarks import people
from benchmarks.calls import called
from benchmarks.people import POSTGRES, THINGS, person

from govstack.kernel import log
from govstack.kernel.pagination import token

SIZES = "10000,100000,1000000"
PAGE_RECORDS = 20
PAGE = 1_000
# A page far back does not exist in the smallest registry: there, the last one is taken.
REPEATS_MAX = 25
SECONDS_MAX = 5.0
PATH = f"/data/{THINGS}/1.0"

Ask = Callable[[str], Awaitable[dict[str, Any]]]


def asking(application: Any) -> Ask:
    """Return what sends a query to the list and returns its answer."""

    async def ask(query: str) -> dict[str, Any]:
        status, body = await called(application, "GET", PATH, query=query)
        answer: dict[str, Any] = msgspec.json.decode(body)
        if status != 200:
            raise SystemExit(f"{query}: {status} {answer}")
        return answer

    return ask


def questions(cursor: str, size: int) -> dict[str, str]:
    """Return the queries by what they ask for."""
    one = person(size // 2, size)
    page = min(PAGE, size // PAGE_RECORDS)
    plain = f"pageSize={PAGE_RECORDS}"
    return {
        "first page": plain,
        f"page {PAGE:,} by cursor": f"{plain}&after={cursor}",
        f"page {PAGE:,} by number": f"{plain}&page={page}",
        "newest first": f"{plain}&ordering=descending",
        "by indexed field": f"{plain}&query.LastName={one['LastName']}",
        "by key": f"{plain}&query.ID={one['ID']}",
        "text in one field": f"{plain}&search={one['LastName']}&filter=LastName&match=contains",
        "text in any field": f"{plain}&search={one['LastName']}",
        "text everybody has": f"{plain}&search={one['FirstName']}",
        "text nobody has": f"{plain}&search=nobody-has-this",
        "count of all": "pageSize=1",
        "count of a common value": "pageSize=1&query.Region=North",
    }


async def median(ask: Ask, query: str) -> float:
    """Return the median of some tries in milliseconds, after one that does not count."""
    await ask(query)
    taken: list[float] = []
    started = time.perf_counter()
    while len(taken) < REPEATS_MAX and time.perf_counter() - started < SECONDS_MAX:
        begun = time.perf_counter()
        await ask(query)
        taken.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(taken)


async def measured(dialect: str, size: int) -> dict[str, float]:
    """Load a registry and ask it everything."""
    with tempfile.TemporaryDirectory() as folder:
        async with people.block(dialect, folder, synchronous="NORMAL") as (running, _, _):
            started = time.perf_counter()
            made = await people.registry(running, THINGS, records=size, personal=False)
            seconds = time.perf_counter() - started
            print(f"{dialect}: {size:,} records loaded in {seconds:.1f} s, {size / seconds:,.0f}/s", flush=True)
            position = min((PAGE - 1) * PAGE_RECORDS, size - PAGE_RECORDS)
            cursor = token(running.context.keys, f"records/{made.id}", position)
            ask = asking(running.application)
            return {name: await median(ask, query) for name, query in questions(cursor, size).items()}


async def compare(dialect: str, sizes: list[int]) -> None:
    """Measure every size and print how the times grew."""
    found = {size: await measured(dialect, size) for size in sizes}
    smallest, largest = sizes[0], sizes[-1]
    print(f"  {dialect:26}" + "".join(f"{size:>13,}" for size in sizes) + f"   grew by; records {largest // smallest}")
    for name in found[smallest]:
        times = "".join(f"{found[size][name]:10.2f} ms" for size in sizes)
        print(f"  {name:26}{times}   {found[largest][name] / found[smallest][name]:7.1f}")


async def everything(databases: list[str], sizes: list[int]) -> None:
    """Measure on every database that was asked for."""
    log.configure("WARNING")
    for dialect in databases:
        await compare(dialect, sizes)


def main() -> None:
    """Read what was asked for and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", choices=["", "sqlite", "postgres"], help="both, unless one is named")
    parser.add_argument("--sizes", default=SIZES, help="how many records, ascending")
    given = parser.parse_args()
    databases = [given.database] if given.database else ["sqlite", *(["postgres"] if POSTGRES else [])]
    uvloop.run(everything(databases, [int(size) for size in given.sizes.split(",")]))


if __name__ == "__main__":
    main()

"""Claim: records come in by the million in little memory, at a stated share of the speed of a bare COPY.

Run `python -m benchmarks.bulk_import [--records 1000000]`. The same people go into PostgreSQL
three times: as finished rows by COPY from a file, into the same kind of table with the same indexes; through
`loading.load`, checked, numbered, chained, told as events; and as a CSV file through the whole import, staged and
sealed on its way. The aim is half of COPY; the ratio says how far that is. Memory is what the process peaks at.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import uvloop
from benchmarks import people
from benchmarks.people import LOADER, definition, person
from tests.shelf import POSTGRES_URL

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.importing.model import Mode
from govstack.blocks.registries.intake import service as intake
from govstack.blocks.registries.loading import service as loading
from govstack.kernel import clock, ids
from govstack.kernel.context import Context
from govstack.kernel.sheets import Format

COLUMNS = ("uuid", "number", "content", "version", "created_at", "modified_at", "revision", "change_hash")
LINES_AT_ONCE = 2_000


async def register(context: Context, code: str) -> Registry:
    await design.upsert_definition(context, by=LOADER, definition=definition(code))
    return (await design.publish(context, by=LOADER, code=code))[0]


async def bare(schema: str, registry: Registry, count: int) -> float:
    """Seconds of a COPY of rows that lie ready in a file, into a table with the same indexes."""
    moment = clock.timestamp()
    with tempfile.TemporaryFile() as file:
        for number in range(count):
            content = msgspec.json.encode(person(number, count)).decode()
            row = (ids.new_id(), str(number + 1), content, "1.0", moment, moment, "1", "0" * 64)
            file.write(("\t".join(row) + "\n").encode())
        file.seek(0)
        connection = await asyncpg.connect(POSTGRES_URL, server_settings={"search_path": schema})
        started = time.perf_counter()
        await connection.copy_to_table(registry.record_table, source=file, columns=list(COLUMNS))
        seconds = time.perf_counter() - started
        await connection.close()
    return seconds


async def loaded(context: Context, registry: Registry, count: int) -> float:
    """Seconds of a load of the same people."""
    started = time.perf_counter()
    stored = await loading.load(context, by=LOADER, registry=registry, rows=(person(n, count) for n in range(count)))
    if stored != count:
        raise SystemExit(f"Only {stored} records were stored.")
    return time.perf_counter() - started


async def imported(context: Context, registry: Registry, count: int) -> tuple[float, float]:
    """Seconds to receive and read the same people as a CSV file, and to take them in."""

    async def file() -> AsyncIterator[bytes]:
        names = list(person(0, count))
        lines = [",".join(names)]
        for number in range(count):
            lines.append(",".join(str(value) for value in person(number, count).values()))
            if len(lines) >= LINES_AT_ONCE:
                yield ("\n".join(lines) + "\n").encode()
                lines = []
        yield "\n".join(lines).encode()

    started = time.perf_counter()
    made = await importing.start(context, by=LOADER, registry=registry, kind=Format.CSV, content=file())
    await importing.read(context, import_id=made.id)
    read = time.perf_counter()
    asked = {"by": LOADER, "registry": registry, "import_id": made.id}
    await importing.confirm(context, by=LOADER, registry=registry, import_id=made.id, mode=Mode.GOOD)
    await intake.take(context, import_id=made.id)
    done = await importing.found(context, **asked)  # type: ignore[arg-type]
    if done.accepted != count:
        raise SystemExit(f"Only {done.accepted} records were taken: {done.state} {done.fault}")
    return read - started, time.perf_counter() - read


def peak() -> float:
    """The most memory this process had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


async def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with people.block("postgres", folder) as (running, _, schema):
            await compare(running.context, schema, count)


async def compare(context: Context, schema: str, count: int) -> None:
    """Bring the same people in in each way, and print what it took."""
    before = peak()
    copied = await bare(schema, await register(context, "bare"), count)
    ours = await loaded(context, await register(context, "loaded"), count)
    after = peak()
    reading, taking = await imported(context, await register(context, "imported"), count)
    print(f"{count:,} people into PostgreSQL")
    print(f"bare COPY            {copied:8.1f} s {count / copied:10,.0f}/s")
    print(f"loading.load         {ours:8.1f} s {count / ours:10,.0f}/s | ratio {copied / ours:.2f} of COPY")
    print(f"import: send, read   {reading:8.1f} s {count / reading:10,.0f}/s")
    print(f"import: take in      {taking:8.1f} s {count / taking:10,.0f}/s | ratio {copied / taking:.2f} of COPY")
    print(
        f"peak memory          {before:8.0f} MB before, {after:.0f} MB after loading, {peak():.0f} MB after importing"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    given = parser.parse_args()
    uvloop.run(measure(given.records))


if __name__ == "__main__":
    main()

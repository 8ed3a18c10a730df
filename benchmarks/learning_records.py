"""What the record store costs: statements stored a second through the API, and finding them among many.

Run `python -m benchmarks.learning_records [--database postgresql] [--sizes 1000 100000]`. Everything is durable (SQLite
synchronous FULL, or PostgreSQL as it is configured) and goes through the whole application: token, access, grammar,
sealing, audit. Storing is called as a server calls it, for a client's library would cost as much as a statement.
Finding is measured through the API, for one learner's last statements, one course's, one verb's and others, and beside
it the bare SQL that finds the same positions. Past FILLED_MAX, what is there is copied further back in time, so that
filling does not take the day. Machines differ, so the ratios matter.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvloop
from benchmarks.calls import called
from tests.builders.learning import API, MIGRATIONS, Learn
from tests.builders.running import bench
from tests.databases import databases_of

from govstack.kernel import clock
from govstack.kernel.db import Database
from govstack.pillars.learn.learning.statements import service, store
from govstack.pillars.learn.learning.statements.model import Wanted
from govstack.pillars.learn.manifest import MANIFEST

BATCH = 200
ROUNDS = 40
SINGLES = 2_000
AT_ONCE = 8
LEARNERS, COURSES = 5_000, 200
FILLED_MAX = 100_000
VERBS = tuple(f"http://adlnet.gov/expapi/verbs/{name}" for name in ("launched", "experienced", "completed"))


def statement(number: int) -> dict[str, Any]:
    """Return a statement of middling size."""
    return {
        "actor": {"account": {"homePage": "https://learn.example", "name": f"p-{number % LEARNERS}"}},
        "verb": {"id": VERBS[number % len(VERBS)], "display": {"en": "did", "fr": "a fait"}},
        "object": {
            "id": f"https://courses.example/{number % COURSES}",
            "definition": {"name": {"en": f"Course {number % COURSES}"}, "type": "http://adlnet.gov/expapi/activities/course"},
        },
        "result": {"score": {"scaled": 0.5}, "duration": "PT10M", "response": f"answer {number}"},
        "context": {"contextActivities": {"grouping": [{"id": "https://courses.example/programme"}]}},
        "timestamp": clock.timestamp(),
    }  # fmt: skip


async def post(pillar: Learn, token: str, body: bytes) -> None:
    """Store what a body holds."""
    headers = [
        (b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json"),
        (b"x-experience-api-version", b"1.0.3"), (b"host", b"govstack.test"),
    ]  # fmt: skip
    path = f"{API}/xapi/statements"
    status, answer = await called(pillar.bench.running.application, "POST", path, headers=headers, body=body)
    assert status == 200, answer


async def fill(pillar: Learn, token: str, first: int, last: int, batch: int = BATCH) -> float:
    """Store statements in batches, some at once; return statements a second."""
    bodies = [
        msgspec.json.encode([statement(number) for number in range(start, min(start + batch, last))])
        for start in range(first, last, batch)
    ]
    waiting = iter(bodies)

    async def hand() -> None:
        for body in waiting:
            await post(pillar, token, body)

    started = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
    return (last - first) / (time.perf_counter() - started)


async def median_of(action: Any) -> float:
    """Return the middle of many runs, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await action()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


async def search(pillar: Learn, client: httpx.AsyncClient) -> dict[str, tuple[float, float]]:
    """Return, for each question, milliseconds through the API and of the bare SQL."""
    agent = {"account": {"homePage": "https://learn.example", "name": "p-7"}}
    key = service.party(msgspec.json.encode(agent).decode()).key
    prints = service.prints(pillar.context, key)
    questions: dict[str, tuple[dict[str, str], Wanted]] = {
        "one learner": ({"agent": msgspec.json.encode(agent).decode()}, Wanted(agents=prints, limit=21)),
        "one course": (
            {"activity": "https://courses.example/7"},
            Wanted(activity="https://courses.example/7", limit=21),
        ),
        "one verb": ({"verb": VERBS[2]}, Wanted(verb=VERBS[2], limit=21)),
        "a course and a verb": (
            {"activity": "https://courses.example/7", "verb": VERBS[2]},
            Wanted(activity="https://courses.example/7", verb=VERBS[2], limit=21),
        ),
        "a learner, a course": (
            {"agent": msgspec.json.encode(agent).decode(), "activity": "https://courses.example/7"},
            Wanted(agents=prints, activity="https://courses.example/7", limit=21),
        ),
        "a wide activity": (
            {"activity": "https://courses.example/programme", "related_activities": "true"},
            Wanted(activity="https://courses.example/programme", related_activities=True, limit=21),
        ),
        "the newest": ({}, Wanted(limit=21)),
    }
    found: dict[str, tuple[float, float]] = {}
    for name, (query, wanted) in questions.items():

        async def ask(query: dict[str, str] = query) -> None:
            answer = await client.get(f"{API}/xapi/statements", params={**query, "limit": "20"})
            assert answer.status_code == 200, answer.text
            assert answer.json()["statements"], query

        async def bare(wanted: Wanted = wanted) -> None:
            async with pillar.context.database.reading() as tx:
                await store.found(tx, wanted)

        found[name] = (await median_of(ask), await median_of(bare))
    return found


async def copy_back(database: Database, times: int) -> None:
    """Copy all statements so many times further back in time, with all that they are found by."""
    async with database.transaction() as tx:
        (span,) = await tx.fetch(
            "SELECT MAX(position) - MIN(position) + 1 AS span, MIN(position) AS first FROM statement"
        )
        at = {"span": span["span"], "first": span["first"]}
        for number in range(1, times):
            back = f"- CAST(:span AS BIGINT) * {number}"
            old = "WHERE position >= CAST(:first AS BIGINT)"
            await tx.execute(
                f"INSERT INTO statement (position, id, digest, happened_at, voided, body) SELECT position {back},"
                f" id || '-{number}', digest, happened_at, voided, body FROM statement {old}",
                **at,
            )
            for table, columns in (
                ("statement_fact", "verb, activity, registration, actor, completed"),
                ("statement_agent", "agent, related"),
                ("statement_activity", "activity"),
            ):
                await tx.execute(
                    f"INSERT INTO {table} (position, source, {columns})"
                    f" SELECT position {back}, source {back}, {columns} FROM {table} {old}",
                    **at,
                )


async def measure(dialect: str, sizes: list[int]) -> None:
    """Fill a database step by step, and search at every step."""
    with tempfile.TemporaryDirectory() as folder:
        async with databases_of(dialect, Path(folder)) as databases:
            database = await databases.migrated("learn", MIGRATIONS, synchronous="FULL")
            pillar = Learn(bench(MANIFEST, database))
            token = pillar.bench.issuer.token(
                "lms", application="demo/GOV/1/lms", scope="learn:statements", seconds=7_200
            )
            async with pillar.bench.client(token) as client:
                client.headers["x-experience-api-version"] = "1.0.3"
                singly = await fill(pillar, token, 0, SINGLES, batch=1)
                print(f"{dialect}: {singly:,.0f} a second singly, {AT_ONCE} at once")
                filled = SINGLES
                for size in sizes:
                    whole = min(size, FILLED_MAX)
                    rate = await fill(pillar, token, filled, whole) if whole > filled else 0
                    filled = max(whole, filled)
                    if size > filled:
                        await copy_back(database, size // filled)
                    if dialect == "postgres":
                        async with database.owner() as owner, owner.transaction() as tx:
                            await tx.execute("ANALYZE")
                    stored = f"{rate:,.0f} a second in batches of {BATCH}" if rate else "copied"
                    print(f"{dialect}: {size:,} statements; {stored}")
                    for name, (api, bare) in (await search(pillar, client)).items():
                        print(f"    {name:<22}{api:8.2f} ms through the API {bare:8.2f} ms bare SQL")


def main() -> None:
    """Read what to measure, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    given = parser.parse_args()
    uvloop.run(measure("postgres" if given.database == "postgresql" else "sqlite", given.sizes))


if __name__ == "__main__":
    main()

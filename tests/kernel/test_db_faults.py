"""What the databases keep and refuse when a disk is full, and beside other processes."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from govstack.kernel.databases import open_database
from govstack.kernel.db_sqlite import SqliteDatabase
from govstack.kernel.errors import Unavailable
from tests.builders.members import add, codes, members, schema
from tests.databases import Databases

__all__ = ["members", "schema"]

# A full disk


@contextmanager
def files_no_larger_than(size_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.requirement("X030")
async def test_when_the_shared_commit_meets_a_full_disk_all_of_the_group_hear_of_it(
    sqlite_databases: Databases, schema: Path
) -> None:
    members = await sqlite_databases.migrated("sample", schema, synchronous="FULL")
    assert isinstance(members, SqliteDatabase)
    await add(members, "before", picture=bytes(900_000))
    called: list[str] = []

    async def add_picture(code: str) -> None:
        async with members.transaction() as tx:
            tx.after_commit(lambda: called.append(code))
            await tx.execute("INSERT INTO member (code, name, picture) VALUES (:c, :c, :p)", c=code, p=bytes(60_000))

    with files_no_larger_than(1_200_000):
        results = await asyncio.gather(*(add_picture(f"{n}") for n in range(10)), return_exceptions=True)

    assert [type(result) for result in results] == [Unavailable] * 10
    assert len({id(result.__cause__) for result in results if isinstance(result, Unavailable)}) == 1
    assert (await codes(members), called) == (["before"], [])


async def test_after_a_full_disk_writing_goes_on(sqlite_databases: Databases, schema: Path) -> None:
    members = await sqlite_databases.migrated("sample", schema, synchronous="FULL")
    with files_no_larger_than(400_000), pytest.raises(Unavailable):
        await add(members, "large", picture=bytes(900_000))

    await add(members, "after", picture=bytes(900_000))

    assert await codes(members) == ["after"]


async def test_a_database_at_its_size_limit_refuses_the_statement_and_keeps_the_rest(
    sqlite_databases: Databases, schema: Path
) -> None:
    members = await sqlite_databases.migrated("sample", schema)
    async with members.transaction() as tx:
        await tx.fetch("PRAGMA max_page_count = 60")

    results = await asyncio.gather(
        add(members, "small"),
        add(members, "large", picture=bytes(400_000)),
        add(members, "tiny"),
        return_exceptions=True,
    )

    kept = [code for code, result in zip(("small", "large", "tiny"), results, strict=True) if result is None]
    assert isinstance(results[1], Unavailable)
    assert await codes(members) == sorted(kept)


async def test_a_group_the_database_gave_up_is_told_so(sqlite_databases: Databases, schema: Path) -> None:
    members = await sqlite_databases.migrated("sample", schema)
    entered, leave = asyncio.Event(), asyncio.Event()

    async def lose_everything() -> None:
        async with members.transaction() as tx:
            entered.set()
            await leave.wait()
            await tx.execute("ROLLBACK")  # as SQLite does by itself on some errors

    waiting = [asyncio.create_task(work) for work in (add(members, "a"), lose_everything(), add(members, "b"))]
    await entered.wait()
    leave.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)

    kept = [code for code, result in zip(("a", None, "b"), results, strict=True) if result is None]
    assert await codes(members) == kept
    assert isinstance(results[1], Exception)


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = open_database(f"sqlite:///{tmp_path / 'file' / 'below'}", "sample")

    with pytest.raises(Unavailable):
        await codes(database)

    await database.close()


# Other processes

WRITER = """
import asyncio, sys
from govstack.kernel.databases import open_database
from govstack.kernel.db import Database

async def main():
    database = open_database(sys.argv[1], "sample", schema_prefix=sys.argv[2])
    async def add(n):
        async with database.transaction() as tx:
            await tx.execute("INSERT INTO member (code, name) VALUES (:code, :code)", code=f"{sys.argv[3]}{n:03}")
    for n in range(0, 100, 10):
        await asyncio.gather(*(add(n + m) for m in range(10)))
    await database.close()

asyncio.run(main())
"""


async def test_processes_that_write_the_same_database_lose_nothing(databases: Databases, schema: Path) -> None:
    members = await databases.migrated("sample", schema)
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, databases.url, databases.prefix, name)
        for name in "pq"
    ]
    for n in range(50):
        await add(members, f"{n:03}")

    ended = await asyncio.gather(*(process.wait() for process in processes))

    assert (ended, len(await codes(members))) == ([0, 0], 250)


async def test_waiting_for_another_process_does_not_hold_up_the_loop(sqlite_databases: Databases, schema: Path) -> None:
    here, there = await sqlite_databases.migrated("sample", schema), sqlite_databases.open()

    async with there.transaction() as tx:
        await tx.execute("INSERT INTO member (code, name) VALUES ('there', 'there')")
        blocked = asyncio.create_task(add(here, "here"))
        await asyncio.sleep(0.05)
        seen = await codes(here)
    await blocked

    assert (seen, await codes(here)) == ([], ["here", "there"])

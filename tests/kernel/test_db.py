"""The two databases behave alike, lose nothing they promised and keep nothing they refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from govstack.kernel import clock
from govstack.kernel.databases import open_database
from govstack.kernel.db import (
    BrokenStatement,
    CheckViolation,
    Database,
    ForeignKeyViolation,
    Queries,
    UniqueViolation,
    is_retryable,
    queries,
    statement,
)
from govstack.kernel.db_postgres import PostgresDatabase
from govstack.kernel.db_sqlite import GROUP_TRANSACTIONS_MAX
from govstack.kernel.errors import Unavailable
from tests.builders.members import add, add_and_fail, codes, members, schema
from tests.databases import Databases

__all__ = ["members", "schema"]

STATEMENTS = """
-- name: add!
INSERT INTO member (code, name, age, active, data, picture, weight)
VALUES (:code, :name, :age, :active, :data, :picture, :weight);

-- name: add_all*!
INSERT INTO member (code, name) VALUES (:code, :name);

-- name: by_code^
-- A comment with an apostrophe doesn't matter.
SELECT code, name, age, active, data, picture, weight FROM member WHERE code = :code; -- nor doesn't this

-- name: members
SELECT code FROM member ORDER BY code;

-- name: among
SELECT code FROM member WHERE code = ANY(:codes) ORDER BY code;

-- name: count_members$
SELECT count(*) FROM member;

-- name: total_age$
SELECT sum(age) FROM member;

-- name: rename^
UPDATE member SET name = :name WHERE code = :code RETURNING code, name;

-- name: close_all!
UPDATE member SET active = FALSE WHERE active = :active;

-- name: colour$
SELECT data ->> 'colour' FROM member WHERE code = :code;

-- name: dialect$
SELECT 'sqlite';

-- name: dialect__postgres$
SELECT 'postgres'::text;
"""


class Member(msgspec.Struct, frozen=True):
    """What a store would map a row to."""

    code: str
    name: str
    age: int | None
    active: bool
    data: str
    picture: bytes | None
    weight: float | None


@pytest.fixture
def sql(tmp_path: Path) -> Queries:
    (tmp_path / "queries.sql").write_text(STATEMENTS)
    return queries(str(tmp_path / "store.py"))


async def test_a_row_reads_back_as_the_same_model_from_both(members: Database, sql: Queries) -> None:
    ana = Member("a", "Ána", 30, False, '{"colour": "red"}', b"\x00\xff", 1.5)
    async with members.transaction() as tx:
        await sql.add(tx, **msgspec.structs.asdict(ana))

    async with members.reading() as tx:
        row = await sql.by_code(tx, code="a")

    assert msgspec.convert(row, Member, strict=False) == ana


async def test_json_members_are_read_with_one_operator(members: Database, sql: Queries) -> None:
    await add(members, "a", data='{"colour":"red"}')

    async with members.reading() as tx:
        assert await sql.colour(tx, code="a") == "red"


async def test_a_single_row_that_is_not_there_is_none(members: Database, sql: Queries) -> None:
    async with members.reading() as tx:
        assert await sql.by_code(tx, code="nobody") is None


async def test_a_value_that_is_not_there_is_none(members: Database, sql: Queries) -> None:
    async with members.reading() as tx:
        assert await sql.colour(tx, code="nobody") is None


async def test_many_rows_come_as_a_list_and_may_be_none(members: Database, sql: Queries) -> None:
    async with members.reading() as tx:
        assert await sql.members(tx) == []


async def test_a_change_says_how_many_rows_it_changed(members: Database, sql: Queries) -> None:
    for code in "abc":
        await add(members, code)

    async with members.transaction() as tx:
        assert await sql.close_all(tx, active=True) == 3
        assert await sql.close_all(tx, active=True) == 0


async def test_a_change_may_return_its_row(members: Database, sql: Queries) -> None:
    await add(members, "a")

    async with members.transaction() as tx:
        changed = await sql.rename(tx, code="a", name="Zoe")

    assert changed == {"code": "a", "name": "Zoe"}


async def test_a_batch_adds_every_row(members: Database, sql: Queries) -> None:
    async with members.transaction() as tx:
        added = await sql.add_all(tx, [{"code": code, "name": code} for code in "abc"])

    assert (added, await codes(members)) == (3, ["a", "b", "c"])


async def test_a_list_of_ids_is_looked_up_in_one_statement(members: Database, sql: Queries) -> None:
    for code in ("a", "b", 'quote"', "d"):
        await add(members, code)

    async with members.reading() as tx:
        rows = await sql.among(tx, codes=["b", 'quote"', "nobody"])

    assert [row["code"] for row in rows] == ["b", 'quote"']


async def test_an_empty_list_of_ids_finds_nothing(members: Database, sql: Queries) -> None:
    await add(members, "a")

    async with members.reading() as tx:
        assert await sql.among(tx, codes=[]) == []


async def test_a_sum_of_whole_numbers_is_a_whole_number(members: Database, sql: Queries) -> None:
    await add(members, "a", age=40)
    await add(members, "b", age=2)

    async with members.reading() as tx:
        total = await sql.total_age(tx)

    assert (total, type(total)) == (42, int)


async def test_the_twin_is_taken_on_postgresql(members: Database, sql: Queries) -> None:
    async with members.reading() as tx:
        assert await sql.dialect(tx) == members.dialect


def test_every_query_keeps_its_text(sql: Queries) -> None:
    texts = {query.name: query.texts for query in sql}

    assert texts["dialect"] == {"sqlite": "SELECT 'sqlite';", "postgres": "SELECT 'postgres'::text;"}


def test_an_unknown_query_is_named_in_the_error(sql: Queries) -> None:
    with pytest.raises(AttributeError, match="no query named nonsense"):
        _ = sql.nonsense


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- name: a__postgres\nSELECT 1;", "twin without a common query: a"),
        ("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;", "names a query twice"),
        ("-- name: a<!\nINSERT INTO x VALUES (1) RETURNING id;", "Query a: write one of"),
    ],
)
def test_a_faulty_query_file_is_refused_when_it_is_read(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "queries.sql").write_text(text)

    with pytest.raises(ValueError, match=message):
        list(queries(str(tmp_path / "store.py")))


def test_parameters_are_not_sought_in_strings_comments_and_casts() -> None:
    text = """SELECT ':a', ":b", x::text /* :c */ FROM t -- it's :d
    WHERE e = :e AND f = :f AND g = :e"""

    found = statement(text, "postgres")

    assert found.names == ("e", "f")
    assert found.sql.endswith("WHERE e = $1 AND f = $2 AND g = $1")


@pytest.mark.parametrize("parameters", [{}, {"code": "a", "more": 1}, {"cod": "a"}])
async def test_missing_and_unknown_parameters_are_refused(
    members: Database, sql: Queries, parameters: dict[str, object]
) -> None:
    async with members.reading() as tx:
        with pytest.raises(TypeError, match=r"takes \(code\)"):
            await sql.by_code(tx, **parameters)


async def test_a_datetime_is_refused_since_moments_are_text(members: Database, sql: Queries) -> None:
    moment: datetime = clock.now()

    async with members.reading() as tx:
        with pytest.raises(TypeError):
            await sql.by_code(tx, code=moment)


async def test_a_block_that_raises_leaves_nothing(members: Database) -> None:
    with pytest.raises(LookupError):
        await add_and_fail(members, "a")

    assert await codes(members) == []


async def test_what_waits_for_the_commit_is_called_after_it(members: Database) -> None:
    called: list[str] = []

    async with members.transaction() as tx:
        tx.after_commit(lambda: called.append("committed"))
        inside = list(called)

    assert (inside, called) == ([], ["committed"])


async def test_what_waits_for_the_commit_is_not_called_after_a_rollback(members: Database) -> None:
    called: list[str] = []

    with pytest.raises(LookupError):
        await add_and_fail(members, "a", lambda: called.append("committed"))

    assert called == []


async def test_a_listener_that_fails_does_not_undo_the_commit(members: Database) -> None:
    called: list[str] = []

    async with members.transaction() as tx:
        await tx.execute("INSERT INTO member (code, name) VALUES ('a', 'a')")
        tx.after_commit(lambda: called.remove("what is not there"))
        tx.after_commit(lambda: called.append("the next one"))

    assert (await codes(members), called) == (["a"], ["the next one"])


async def test_a_value_that_exists_is_a_unique_violation_of_its_column(members: Database) -> None:
    await add(members, "a")

    with pytest.raises(UniqueViolation) as caught:
        await add(members, "a", name="other")

    assert caught.value.hint == "member.code"


async def test_a_pair_that_exists_is_a_unique_violation_of_both_columns(members: Database) -> None:
    await add(members, "a", name="Ana", age=1)

    with pytest.raises(UniqueViolation) as caught:
        await add(members, "b", name="Ana", age=1)

    assert caught.value.hint == "member.name, member.age"


async def test_a_value_out_of_bounds_is_a_check_violation_of_its_constraint(members: Database) -> None:
    with pytest.raises(CheckViolation) as caught:
        await add(members, "a", age=-1)

    assert caught.value.hint == "age_not_negative"


async def test_a_missing_value_is_a_check_violation_of_its_column(members: Database) -> None:
    with pytest.raises(CheckViolation) as caught:
        await add(members, "a", name=None)

    assert caught.value.hint == "member.name"


async def test_a_row_that_points_nowhere_is_a_foreign_key_violation(members: Database) -> None:
    with pytest.raises(ForeignKeyViolation):
        async with members.transaction() as tx:
            await tx.execute("INSERT INTO visit (member) VALUES ('nobody')")


async def test_a_deferred_key_may_be_satisfied_later_in_the_transaction(members: Database) -> None:
    await add(members, "a")

    async with members.transaction() as tx:
        await tx.execute("INSERT INTO visit (member, later) VALUES ('a', 'b')")
        await tx.execute("INSERT INTO member (code, name) VALUES ('b', 'b')")

    assert await codes(members) == ["a", "b"]


async def test_a_deferred_key_that_stays_open_undoes_its_transaction_alone(members: Database) -> None:
    await add(members, "a")

    async def visit(later: str) -> None:
        async with members.transaction() as tx:
            await tx.execute("INSERT INTO visit (member, later) VALUES ('a', :later)", later=later)

    results = await asyncio.gather(visit("a"), visit("nobody"), visit("a"), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), ForeignKeyViolation, type(None)]


async def test_a_failed_statement_dooms_its_transaction(members: Database) -> None:
    await add(members, "a")

    async def add_what_is_there_and_go_on() -> None:
        async with members.transaction() as tx:
            await tx.execute("INSERT INTO member (code, name) VALUES ('b', 'b')")
            with suppress(UniqueViolation):
                await tx.execute("INSERT INTO member (code, name) VALUES ('a', 'a')")

    with pytest.raises(RuntimeError, match="cannot go on"):
        await add_what_is_there_and_go_on()

    assert await codes(members) == ["a"]


async def test_a_savepoint_confines_an_expected_failure(members: Database) -> None:
    await add(members, "a")

    async with members.transaction() as tx:
        await tx.execute("INSERT INTO member (code, name) VALUES ('b', 'b')")
        with suppress(UniqueViolation):
            async with tx.savepoint():
                await tx.execute("INSERT INTO member (code, name) VALUES ('c', 'c')")
                await tx.execute("INSERT INTO member (code, name) VALUES ('a', 'a')")
        await tx.execute("INSERT INTO member (code, name) VALUES ('d', 'd')")

    assert await codes(members) == ["a", "b", "d"]


async def test_a_statement_that_makes_no_sense_is_a_fault_of_the_program(members: Database) -> None:
    async with members.reading() as tx:
        with pytest.raises(BrokenStatement):
            await tx.fetch("SELEKT 1")


async def test_a_name_in_double_quotes_is_never_taken_for_a_string(members: Database) -> None:
    async with members.reading() as tx:
        with pytest.raises(BrokenStatement):
            await tx.fetch('SELECT "no_such_column" FROM member')


async def test_a_reading_block_cannot_write(members: Database) -> None:
    async with members.reading() as tx:
        with pytest.raises(RuntimeError, match="only reads"):
            await tx.execute("INSERT INTO member (code, name) VALUES ('a', 'a')")


async def test_a_reading_block_sees_one_state_though_others_commit(members: Database) -> None:
    await add(members, "a")

    async with members.reading() as tx:
        before = await tx.fetch("SELECT count(*) AS n FROM member")
        await add(members, "b")
        after = await tx.fetch("SELECT count(*) AS n FROM member")

    assert before == after == [{"n": 1}]


async def test_two_reading_blocks_do_not_share_their_snapshot(members: Database) -> None:
    async with members.reading() as older:
        await older.fetch("SELECT 1 FROM member")
        await add(members, "a")
        async with members.reading() as newer:
            seen = [await tx.fetch("SELECT code FROM member") for tx in (older, newer)]

    assert seen == [[], [{"code": "a"}]]


async def test_a_reading_block_inside_a_transaction_sees_what_is_committed(members: Database) -> None:
    async with members.transaction() as tx:
        await tx.execute("INSERT INTO member (code, name) VALUES ('a', 'a')")
        seen = await codes(members)

    assert (seen, await codes(members)) == ([], ["a"])


async def test_one_statement_can_be_read_without_a_snapshot(members: Database, sql: Queries) -> None:
    await add(members, "a")

    async with members.reading(one_statement=True) as tx:
        assert await sql.count_members(tx) == 1


async def test_a_task_cannot_enter_a_second_transaction(members: Database) -> None:
    async with members.transaction():
        with pytest.raises(RuntimeError, match="in a transaction of this database already"):
            async with members.transaction():
                pass

    await add(members, "a")
    assert await codes(members) == ["a"]


async def test_a_transaction_cannot_be_used_after_its_block(members: Database) -> None:
    async with members.transaction() as written:
        pass
    async with members.reading() as read:
        pass

    for ended in (written, read):
        with pytest.raises(RuntimeError, match="its block has ended"):
            await ended.fetch("SELECT 1 AS one")


async def test_reading_inside_transactions_never_waits_for_a_place_in_the_pool(
    databases: Databases, schema: Path
) -> None:
    await databases.migrated("sample", schema)
    members = databases.open(pool_size=2)

    async def write_and_read(code: str) -> int:
        async with members.transaction() as tx:
            await tx.execute("INSERT INTO member (code, name) VALUES (:code, :code)", code=code)
            await asyncio.sleep(0.01)
            return len(await codes(members))

    async with asyncio.timeout(5):
        await asyncio.gather(*(write_and_read(f"{n}") for n in range(6)))

    assert len(await codes(members)) == 6


async def rows(count: int) -> AsyncIterator[tuple[str, str]]:
    for number in range(count):
        yield f"{number:05}", "x"


@pytest.mark.parametrize("source", ["iterable", "stream"])
async def test_copy_loads_rows_from_an_iterable_and_from_a_stream(members: Database, source: str) -> None:
    given = rows(2_500) if source == "stream" else ((f"{number:05}", "x") for number in range(2_500))

    async with members.transaction() as tx:
        count = await tx.copy("member", ["code", "name"], given)

    assert (count, len(await codes(members))) == (2_500, 2_500)


async def test_copy_takes_every_kind_of_value(members: Database, sql: Queries) -> None:
    ana = Member("a", "Ána", 30, False, '{"colour": "red"}', b"\x00\xff", 1.5)

    async with members.transaction() as tx:
        await tx.copy("member", Member.__struct_fields__, [msgspec.structs.astuple(ana)])
        row = await sql.by_code(tx, code="a")

    assert msgspec.convert(row, Member, strict=False) == ana


async def test_copy_that_meets_a_violation_leaves_nothing(members: Database) -> None:
    with pytest.raises(UniqueViolation):
        async with members.transaction() as tx:
            await tx.copy("member", ["code", "name"], [("a", "x"), ("b", "y"), ("a", "z")])

    assert await codes(members) == []


async def test_copy_refuses_what_is_not_a_name(members: Database) -> None:
    async with members.transaction() as tx:
        with pytest.raises(ValueError, match="not the name of a table"):
            await tx.copy("member; DROP TABLE member", ["code"], [])


async def test_a_closed_database_refuses_nothing_it_promised(databases: Databases, schema: Path) -> None:
    database = await databases.migrated("sample", schema)
    writes = asyncio.gather(*(add(database, f"{n:03}") for n in range(20)))
    await asyncio.sleep(0)

    await asyncio.gather(writes, database.close())

    assert len(await codes(databases.open("sample"))) == 20


async def test_who_writes_after_the_end_is_refused_and_does_not_wait(sqlite_databases: Databases, schema: Path) -> None:
    database = await sqlite_databases.migrated("sample", schema)
    await database.close()

    with pytest.raises(Unavailable):
        await asyncio.wait_for(add(database, "late"), timeout=5)

    await database.close()  # the writer that was opened anew
    assert await codes(sqlite_databases.open("sample")) == []


@pytest.mark.parametrize("url", ["mysql://here", "sqlite:///", "sqlite:relative", "nothing"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="starts with"):
        open_database(url, "sample")


async def test_a_folder_may_have_a_dot_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "gov.example"
    folder.mkdir()
    database = open_database(f"sqlite:///{folder}", "sample")

    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE cow (name TEXT)")
    await database.close()

    assert (folder / "sample.sqlite3").is_file()


@pytest.mark.parametrize("package", ["", "Sample", "sam-ple", "../x", "1st", "x" * 41])
def test_an_odd_package_name_is_refused(package: str) -> None:
    with pytest.raises(ValueError, match="cannot name a database"):
        open_database("sqlite:///folder", package)


# Many at once, and those who stop waiting


async def test_many_that_write_at_once_are_all_kept(members: Database) -> None:
    await asyncio.gather(*(add(members, f"{n:03}") for n in range(3 * GROUP_TRANSACTIONS_MAX)))

    assert len(await codes(members)) == 3 * GROUP_TRANSACTIONS_MAX


async def test_those_that_fail_among_many_take_nobody_with_them(members: Database) -> None:
    writes = [add_and_fail(members, f"{n:03}") if n % 3 == 0 else add(members, f"{n:03}") for n in range(60)]

    results = await asyncio.gather(*writes, return_exceptions=True)

    assert [isinstance(result, LookupError) for result in results] == [n % 3 == 0 for n in range(60)]
    assert await codes(members) == [f"{n:03}" for n in range(60) if n % 3]


async def test_violations_among_many_take_nobody_with_them(members: Database) -> None:
    writes = [add(members, "same" if n % 2 else f"{n:03}") for n in range(40)]

    results = await asyncio.gather(*writes, return_exceptions=True)

    assert sum(isinstance(result, UniqueViolation) for result in results) == 19
    assert len(await codes(members)) == 21


@pytest.mark.parametrize("steps", range(0, 24, 1))
async def test_a_task_cancelled_at_any_point_leaves_all_or_nothing_and_blocks_nobody(
    members: Database, steps: int
) -> None:
    called: list[str] = []

    async def add_two() -> None:
        async with members.transaction() as tx:
            tx.after_commit(lambda: called.append("committed"))
            await tx.execute("INSERT INTO member (code, name) VALUES ('x', 'x')")
            await asyncio.sleep(0)
            await tx.execute("INSERT INTO member (code, name) VALUES ('y', 'y')")

    others = [asyncio.create_task(add(members, f"a{n}")) for n in range(3)]
    task = asyncio.create_task(add_two())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    others += [asyncio.create_task(add(members, f"b{n}")) for n in range(3)]
    await asyncio.gather(*others)
    await asyncio.gather(task, return_exceptions=True)
    await add(members, "last")  # also lets a commit that was under way come to its end

    found = await codes(members)
    assert [code for code in found if code in ("x", "y")] in ([], ["x", "y"])
    assert ("x" in found) == (called == ["committed"])
    assert len(set(found) - {"x", "y"}) == 7


@pytest.mark.parametrize("seconds", [0.0005 * n for n in range(12)])
async def test_a_task_cancelled_while_the_server_works_leaves_all_or_nothing(
    postgres_databases: Databases, schema: Path, seconds: float
) -> None:
    members = await postgres_databases.migrated("sample", schema)
    await add(members, "first")

    async def add_two() -> None:
        async with members.transaction() as tx:
            await tx.execute("INSERT INTO member (code, name) VALUES ('x', 'x')")
            await tx.execute("INSERT INTO member (code, name) VALUES ('y', 'y')")

    task = asyncio.create_task(add_two())
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.gather(*(add(members, f"b{n}") for n in range(8)))

    assert [code for code in await codes(members) if code in ("x", "y")] in ([], ["x", "y"])


async def test_a_reader_that_is_cancelled_leaves_its_connection_usable(members: Database) -> None:
    async def read() -> None:
        async with members.reading() as tx:
            await tx.fetch("SELECT code FROM member")
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(read()) for _ in range(4)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    await add(members, "a")
    assert await codes(members) == ["a"]


async def test_a_commit_is_durable_before_anybody_is_told(sqlite_databases: Databases, schema: Path) -> None:
    members = await sqlite_databases.migrated("sample", schema, synchronous="FULL")
    stranger = sqlite_databases.open()
    seen: list[bool] = []

    async def add_and_look(code: str) -> None:
        await add(members, code)
        seen.append(code in await codes(stranger))

    await asyncio.gather(*(add_and_look(f"{n:03}") for n in range(20)))

    assert seen == [True] * 20


async def backend(database: Database) -> object:
    async with database.reading() as tx:
        return (await tx.fetch("SELECT pg_backend_pid() AS pid"))[0]["pid"]


async def terminate_all(database: Database, admin: Database) -> None:
    async with admin.reading() as tx:
        await tx.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = :name AND pid <> pg_backend_pid()",
            name=f"govstack {database.schema}",
        )


async def test_a_connection_lost_in_a_transaction_is_unavailable_and_the_next_call_works(
    postgres_databases: Databases, schema: Path
) -> None:
    members = await postgres_databases.migrated("lost", schema)

    async def lose_the_connection() -> None:
        async with members.transaction() as tx:
            await tx.execute("INSERT INTO member (code, name) VALUES ('a', 'a')")
            await terminate_all(members, postgres_databases.open("admin"))
            await tx.execute("INSERT INTO member (code, name) VALUES ('b', 'b')")

    with pytest.raises(Unavailable):
        await lose_the_connection()

    await add(members, "c")
    assert await codes(members) == ["c"]


async def test_connections_lost_while_idle_are_replaced_without_anybody_noticing(
    postgres_databases: Databases, schema: Path
) -> None:
    members = await postgres_databases.migrated("idle", schema)
    await asyncio.gather(*(add(members, f"{n}") for n in range(4)))

    await terminate_all(members, postgres_databases.open("admin"))
    await asyncio.sleep(0.1)

    assert len(await codes(members)) == 4


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = open_database("postgresql://nobody@127.0.0.1:1/nothing", "sample")

    with pytest.raises(Unavailable):
        await codes(database)

    await database.close()


async def test_the_connection_used_last_is_taken_first(postgres_databases: Databases) -> None:
    database = await postgres_databases.migrated()

    assert len({await backend(database) for _ in range(5)}) == 1


async def test_no_more_connections_are_opened_than_the_pool_may_have(postgres_databases: Databases) -> None:
    await postgres_databases.migrated()
    database = postgres_databases.open(pool_size=2)

    assert len(set(await asyncio.gather(*(backend(database) for _ in range(10))))) <= 2


async def test_a_deadlock_can_be_run_again(postgres_databases: Databases, schema: Path) -> None:
    members = await postgres_databases.migrated("sample", schema)
    for code in "ab":
        await add(members, code)
    both = asyncio.Barrier(2)

    async def rename(first: str, second: str) -> None:
        async with members.transaction() as tx:
            await tx.execute("UPDATE member SET name = 'x' WHERE code = :code", code=first)
            await both.wait()
            await tx.execute("UPDATE member SET name = 'y' WHERE code = :code", code=second)

    results = await asyncio.gather(rename("a", "b"), rename("b", "a"), return_exceptions=True)

    (refusal,) = (result for result in results if isinstance(result, BaseException))
    assert is_retryable(refusal)


def test_a_violation_is_not_worth_running_again() -> None:
    assert not is_retryable(UniqueViolation("member.code"))


async def test_text_that_the_server_cannot_hold_is_a_check_violation(
    postgres_databases: Databases, schema: Path
) -> None:
    members = await postgres_databases.migrated("sample", schema)

    with pytest.raises(CheckViolation):
        await add(members, "a\0b")


async def test_the_running_service_works_with_the_role_of_its_package(postgres_databases: Databases) -> None:
    database = await postgres_databases.migrated()
    assert isinstance(database, PostgresDatabase)

    async with database.reading() as tx:
        assert await tx.fetch("SELECT current_user::text AS role") == [{"role": database.role}]


ENDLESS = """
WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 2000000000)
SELECT max(n) AS n FROM counted
"""


async def test_a_long_statement_apart_holds_nobody_up_and_stops_with_who_asked(members: Database) -> None:
    async def ask() -> None:
        async with members.reading(apart=True) as tx:
            await tx.fetch(ENDLESS)

    asking = asyncio.create_task(ask())
    for code in ("a", "b", "c"):
        await asyncio.sleep(0.02)
        await add(members, code)
    assert not asking.done()

    asking.cancel()
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 5)
    async with members.reading(apart=True) as tx:
        assert len(await tx.fetch("SELECT code FROM member")) == 3
    if isinstance(members, PostgresDatabase):
        await has_stopped(members)


async def has_stopped(database: PostgresDatabase) -> None:
    """Return once the server works on no statement of a database, but the one that asks."""
    async with asyncio.timeout(30):
        while True:
            async with database.reading(one_statement=True) as tx:
                if not await tx.fetch(
                    "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                    " AND application_name = :name",
                    name=f"govstack {database.schema}",
                ):
                    return
            await asyncio.sleep(0.1)


async def test_what_may_look_at_every_row_is_planned_for_its_values(postgres_databases: Databases) -> None:
    database = await postgres_databases.migrated()

    async with database.reading(one_statement=True, apart=True) as tx:
        apart = await tx.fetch("SHOW plan_cache_mode")
    async with database.reading() as tx:
        beside = await tx.fetch("SHOW plan_cache_mode")

    assert (apart, beside) == ([{"plan_cache_mode": "force_custom_plan"}], [{"plan_cache_mode": "auto"}])


@pytest.mark.parametrize(("name", "number"), [("FULL", 2), ("NORMAL", 1), ("OFF", 0)])
async def test_sqlite_works_with_the_settings_it_is_given(sqlite_databases: Databases, name: str, number: int) -> None:
    database = sqlite_databases.open(synchronous=name)
    wanted = {"synchronous": number, "journal_mode": "wal", "secure_delete": 2, "foreign_keys": 1}

    async with database.transaction() as tx:
        found = {key: (await tx.fetch(f"PRAGMA {key}"))[0][key] for key in wanted}

    assert found == wanted

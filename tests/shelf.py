"""Migrated databases kept between tests: making one costs more than most tests do.

On PostgreSQL a test borrows a schema under a name of its own. Afterwards its rows are taken out and it goes back on the
shelf, unless the test changed more than rows: then it is dropped. On SQLite a test gets a copy of a file. Each worker
has its own shelf.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import apsw
import asyncpg

from govstack.kernel.db import Database, Dialect
from govstack.kernel.migrations import KERNEL, KERNEL_FOLDER, load, migrate

POSTGRES_URL = os.environ.get("GOVSTACK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")  # noqa: TID251
LEFTOVER_SECONDS = 3_600
# Schemas come and go in a run. Without a broom, what is left of them in the catalogue slows every new one.
SWEPT_EVERY = 50
# Emptying a table of more rows than this costs more than making it again.
ROWS_MAX = 2_000
TOO_MANY = "too many"
CATALOGUE = (
    "pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_default_acl", "pg_depend", "pg_index",
    "pg_namespace", "pg_shdepend", "pg_trigger", "pg_type", "pg_authid", "pg_auth_members",
)  # fmt: skip
# The time in the name lets a later run drop what a killed one left behind.
_SCHEMA = re.compile(r"t([0-9a-f]{8})_[0-9a-f]{6}_")
_LOCK_SECONDS_MAX = 5

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Kind: TypeAlias = tuple[str, tuple[str, ...]]
# How many rows a table has, and the latest transaction that wrote one of them: a deletion changes the one, anything
# else the other.
Mark: TypeAlias = tuple[int, int]
Filling: TypeAlias = Callable[[Database], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A schema as its migrations left it: what it is made from, and what must be unchanged to serve another test."""

    kind: Kind
    schema: str
    shape: str
    tables: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    """What the migrations and the filling wrote: a table's name, and all its rows as JSON."""
    marks: tuple[tuple[str, Mark], ...]
    """How to tell by a glance that a table still holds that; one without rows has none."""
    sequences: tuple[tuple[str, int], ...]
    """How far each sequence had come by then."""


_kept: dict[Kind, list[Borrowed]] = {}
_files: dict[Kind, Path] = {}
_folder = tempfile.TemporaryDirectory(prefix="shelf-")


async def borrow(database: Database, migrations: Path | None, filled: Filling | None = None) -> Borrowed:
    """Give a database that was just opened the tables of the kernel and of a migrations folder, and no rows.

    With `filled` it has the rows that this writes, as every start of a package does; they are written once.
    """
    kind = _kind(database, migrations, filled, "postgres")
    schema: str = database.schema  # type: ignore[attr-defined]  # PostgreSQL's alone has one
    ready = _kept.get(kind)
    if ready:
        kept = ready.pop()
        connection = await asyncpg.connect(POSTGRES_URL)
        try:
            await _rename(connection, kept.schema, schema)
        finally:
            await connection.close()
        return replace(kept, schema=schema)
    await migrate(database, migrations)
    if filled is not None:
        await filled(database)
    connection = await asyncpg.connect(POSTGRES_URL)
    try:
        tables = await _tables(connection, schema)
        shape, marks = await _shape(connection, schema), await _marks(connection, schema, _written(tables))
        rows = await _rows(connection, schema, list(marks))
        sequences = await _sequences(connection, schema)
        return Borrowed(kind, schema, shape, tuple(tables), rows, tuple(marks.items()), sequences)
    finally:
        await connection.close()


async def copied(database: Database, migrations: Path | None, filled: Filling | None = None) -> None:
    """Give a database on SQLite what `borrow` gives on PostgreSQL; one that is there already is brought up to date."""
    kind = _kind(database, migrations, filled, "sqlite")
    path: Path = database.path  # type: ignore[attr-defined]  # SQLite's alone has one
    there = path.exists()
    if there or kind not in _files:
        await migrate(database, migrations)
        if filled is not None:
            await filled(database)
    if there:
        return
    if kind not in _files:
        _files[kind] = Path(_folder.name) / f"{len(_files)}.sqlite3"
        # By the same copy of SQLite that has it open: another one, closing it, would take away its locks.
        with closing(apsw.Connection(str(path))) as connection:
            connection.execute("VACUUM INTO ?", (str(_files[kind]),))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_files[kind], path)


async def put_back(borrowed: list[Borrowed], prefix: str) -> None:
    """Keep what can serve again, and drop the rest of one test's schemas and those that killed runs left long ago."""
    connection = await asyncpg.connect(POSTGRES_URL, server_settings={"lock_timeout": f"{_LOCK_SECONDS_MAX}s"})
    try:
        for one in borrowed:
            with suppress(asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                if (emptied := await _emptied(connection, one)) is not None:
                    shelved = f"{new_prefix()}{one.kind[0]}"
                    await _rename(connection, one.schema, shelved)
                    _kept.setdefault(one.kind, []).append(replace(emptied, schema=shelved))
        await _drop(connection, prefix)
        if secrets.randbelow(SWEPT_EVERY) == 0:
            tables = ", ".join(f"pg_catalog.{name}" for name in CATALOGUE)
            await connection.execute(f"VACUUM (SKIP_LOCKED) {tables}")
    finally:
        await connection.close()


async def clear() -> None:
    """Drop every schema on the shelf."""
    connection = await asyncpg.connect(POSTGRES_URL)
    try:
        for kept in _kept.values():
            while kept:
                await _drop(connection, kept.pop().schema)
    finally:
        await connection.close()


def new_prefix() -> str:
    """Return the beginning of a schema's name that no other test has."""
    return f"t{int(time.time()):x}_{secrets.token_hex(3)}_"  # noqa: TID251


def _kind(database: Database, migrations: Path | None, filled: Filling | None, dialect: Dialect) -> Kind:
    wanted = load(KERNEL, KERNEL_FOLDER, dialect)
    if migrations is not None:
        wanted += load(database.package, migrations, dialect)
    return database.package, (*(migration.digest for migration in wanted), filled.__qualname__ if filled else "")


async def _rename(connection: Connection, old: str, new: str) -> None:
    await connection.execute(f"ALTER SCHEMA {old} RENAME TO {new}; ALTER ROLE govstack_{old} RENAME TO govstack_{new}")


async def _emptied(connection: Connection, one: Borrowed) -> Borrowed | None:
    """Give back the rows that the migrations left; None when the schema is not what they made any more."""
    tables = await _tables(connection, one.schema)
    further = tables.keys() - set(one.tables)
    if further:
        await connection.execute(f"DROP TABLE {', '.join(f'{one.schema}.{name}' for name in further)} CASCADE")
    if await _shape(connection, one.schema) != one.shape:
        return None
    written = [name for name in _written(tables) if name not in further]
    first, now, rows = dict(one.marks), await _marks(connection, one.schema, written), dict(one.rows)
    changed = [name for name in one.tables if first.get(name) != now.get(name)]
    if any(now.get(name, (0, 0))[0] > ROWS_MAX or rows.get(name) == TOO_MANY for name in changed):
        return None
    # Not TRUNCATE, which makes new files for a table and each of its indexes; append-only tables refuse to be deleted
    # from, but for a session that plays a replica no trigger speaks.
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        for name in changed:
            table = f"{one.schema}.{name}"
            await connection.execute(f"DELETE FROM {table}")
            if name in rows:
                await connection.execute(
                    f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1)", rows[name]
                )
    come = dict(one.sequences)
    for name, _last in await _sequences(connection, one.schema):
        if name in come:
            await connection.execute("SELECT setval(($1 || '.' || $2)::regclass, $3)", one.schema, name, come[name])
        else:
            await connection.execute(f"ALTER SEQUENCE {one.schema}.{name} RESTART")
    if dict(await _rows(connection, one.schema, changed)) != {name: rows[name] for name in changed if name in rows}:
        return None
    kept = {name: mark for name, mark in first.items() if name not in changed}
    return replace(one, marks=(*kept.items(), *(await _marks(connection, one.schema, changed)).items()))


async def _tables(connection: Connection, schema: str) -> dict[str, bool]:
    """Return the tables in order of name, and of each whether there was ever a row in it."""
    rows = await connection.fetch(
        """
        SELECT c.relname, pg_relation_size(c.oid) > 0 AS written
          FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
          JOIN pg_class c ON c.oid = d.objid
         WHERE d.refclassid = 'pg_namespace'::regclass AND d.classid = 'pg_class'::regclass AND n.nspname = $1
           AND c.relkind IN ('r', 'p')
         ORDER BY 1
        """,
        schema,
    )
    return {row["relname"]: row["written"] for row in rows}


def _written(tables: dict[str, bool]) -> list[str]:
    """Return the tables that rows may be in: most of a package's are never touched by a test, and need no look."""
    return [name for name, written in tables.items() if written]


async def _sequences(connection: Connection, schema: str) -> tuple[tuple[str, int], ...]:
    """Return the sequences that were used, and how far each has come."""
    rows = await connection.fetch(
        """
        SELECT c.relname, pg_sequence_last_value(c.oid) AS last
          FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
          JOIN pg_class c ON c.oid = d.objid
         WHERE d.refclassid = 'pg_namespace'::regclass AND d.classid = 'pg_class'::regclass AND n.nspname = $1
           AND CASE c.relkind WHEN 'S' THEN pg_sequence_last_value(c.oid) END IS NOT NULL
        """,
        schema,
    )
    return tuple((row["relname"], int(row["last"])) for row in rows)


async def _shape(connection: Connection, schema: str) -> str:
    # By index throughout: the catalogue of a long run is large. The role is renamed with its schema, and its name is
    # part of the rights.
    shape: str = await connection.fetchval(
        """
        WITH inside AS (
            SELECT d.classid, d.objid FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
             WHERE d.refclassid = 'pg_namespace'::regclass AND n.nspname = $1
        ), tables AS (SELECT objid FROM inside WHERE classid = 'pg_class'::regclass)
        SELECT md5(concat_ws('/',
            (SELECT string_agg(concat_ws(' ', classid, objid), ',' ORDER BY classid, objid) FROM inside),
            (SELECT string_agg(concat_ws(' ', oid, relname, relnatts, relchecks, replace(relacl::text, $1, '')),
                               ',' ORDER BY oid)
               FROM pg_class JOIN tables ON oid = objid),
            (SELECT string_agg(indexrelid::text, ',' ORDER BY indexrelid)
               FROM pg_index JOIN tables ON indrelid = objid),
            (SELECT count(*) FROM pg_attribute JOIN tables ON attrelid = objid WHERE attisdropped),
            (SELECT string_agg(concat_ws(' ', oid, tgname, tgenabled), ',' ORDER BY oid)
               FROM pg_trigger JOIN tables ON tgrelid = objid),
            (SELECT string_agg(concat_ws(' ', oid, proname, md5(prosrc)), ',' ORDER BY oid)
               FROM pg_proc JOIN inside ON oid = objid AND classid = 'pg_proc'::regclass)))
        """,
        schema,
    )
    return shape


async def _marks(connection: Connection, schema: str, tables: Sequence[str]) -> dict[str, Mark]:
    """Return the mark of each table that has rows."""
    asked = " UNION ALL ".join(
        f"SELECT '{name}' AS name, COUNT(*) AS count, MAX(xmin::text::bigint) AS last FROM {schema}.{name}"
        for name in tables
    )
    rows = await connection.fetch(asked) if asked else []
    return {row["name"]: (row["count"], row["last"]) for row in rows if row["count"]}


async def _rows(connection: Connection, schema: str, tables: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what each table that has rows holds, TOO_MANY of one that serves no other test as it is."""
    if not tables:
        return ()
    asked = " UNION ALL ".join(
        f"(SELECT '{name}' AS name, CASE WHEN COUNT(*) > {ROWS_MAX} THEN '{TOO_MANY}'"
        f" ELSE json_agg(r ORDER BY r::text)::text END AS rows"
        f" FROM (SELECT * FROM {schema}.{name} LIMIT {ROWS_MAX + 1}) r)"
        for name in tables
    )
    return tuple((row["name"], row["rows"]) for row in await connection.fetch(asked) if row["rows"] is not None)


async def _drop(connection: Connection, prefix: str) -> None:
    for row in await connection.fetch("SELECT nspname FROM pg_namespace"):
        schema, match = row["nspname"], _SCHEMA.match(row["nspname"])
        forgotten = match is not None and int(match[1], 16) < time.time() - LEFTOVER_SECONDS  # noqa: TID251
        if schema.startswith(prefix) or forgotten:
            role = f"govstack_{schema}"
            await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")

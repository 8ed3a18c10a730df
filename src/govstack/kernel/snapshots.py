"""Whole databases in and out of files: SQLite by its own snapshot, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import apsw

from govstack.kernel.db import Database, identifiers
from govstack.kernel.db_postgres import PostgresDatabase
from govstack.kernel.db_sqlite import SqliteDatabase
from govstack.kernel.errors import Unavailable
from govstack.kernel.migrations import provide_trigrams, remove_schema

TOOL_SECONDS_MAX = 4 * 3_600
OUTPUT_CHARACTERS_MAX = 400
NOT_EMPTY = "The database of {} is not empty. Restore into an empty instance."


def place(database: Database) -> str:
    """Return the name under which a dump can be brought back: a PostgreSQL dump belongs to the schema it came from."""
    return database.schema if isinstance(database, PostgresDatabase) else database.package


async def dump(database: Database, file: Path) -> list[str]:
    """Write one consistent state of a package's database to a file, while others go on reading and writing.

    Returns the tables that the running service made itself: `give_back` makes it their owner again.
    """
    if isinstance(database, SqliteDatabase):
        await asyncio.to_thread(_copy, database.path, file)
        return []
    assert isinstance(database, PostgresDatabase)
    await _tool(
        "pg_dump",
        database.url,
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--schema={database.schema}",
        f"--file={file}",
    )
    async with database.owner() as owner, owner.reading() as tx:
        rows = await tx.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = :schema AND tableowner = :role ORDER BY tablename",
            schema=database.schema,
            role=database.role,
        )
    return [str(row["tablename"]) for row in rows]


async def load(database: Database, file: Path) -> None:
    """Bring a dump into a database that has nothing yet; raises Unavailable when it has."""
    if await exists(database):
        raise Unavailable(NOT_EMPTY.format(database.package))
    if isinstance(database, SqliteDatabase):
        await asyncio.to_thread(_bring, file, database.path)
        return
    assert isinstance(database, PostgresDatabase)
    async with database.owner() as owner, owner.transaction() as tx:
        await provide_trigrams(tx)  # a dump of one schema lacks what indexes of it need from elsewhere
    await _tool(
        "pg_restore",
        database.url,
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        str(file),
    )


async def give_back(database: Database, tables: Sequence[str]) -> None:
    """Make the package's role the owner of the tables that it made, once migrations have provided the role."""
    if not isinstance(database, PostgresDatabase) or not tables:
        return
    async with database.owner() as owner, owner.transaction() as tx:
        if await tx.fetch("SELECT 1 AS one FROM pg_roles WHERE rolname = :role", role=database.role):
            for table in tables:
                await tx.execute(f"ALTER TABLE {identifiers([table])} OWNER TO {database.role}")


async def exists(database: Database) -> bool:
    """Tell whether a package has a database already."""
    if isinstance(database, SqliteDatabase):
        return await asyncio.to_thread(database.path.exists)
    assert isinstance(database, PostgresDatabase)
    async with database.owner() as owner, owner.reading() as tx:
        found = await tx.fetch("SELECT 1 AS one FROM pg_namespace WHERE nspname = :name", name=database.schema)
    return bool(found)


async def remove(database: Database) -> bool:
    """Remove a package's database with everything in it; returns whether there was one."""
    if not await exists(database):
        return False
    if isinstance(database, SqliteDatabase):
        await database.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            database.path.with_name(database.path.name + suffix).unlink(missing_ok=True)
        return True
    assert isinstance(database, PostgresDatabase)
    async with database.owner() as owner, owner.transaction() as tx:
        await remove_schema(tx, database.schema, database.role)
    return True


async def is_open_elsewhere(database: Database) -> bool:
    """Tell whether a process has a package's SQLite file open, even if idle; PostgreSQL's own is not looked at."""
    if not isinstance(database, SqliteDatabase) or not await exists(database):
        return False
    return not await asyncio.to_thread(_is_alone, database.path)


def _is_alone(path: Path) -> bool:
    connection = apsw.Connection(str(path))
    try:
        # Who reads the write-ahead log shares a lock for as long as it is connected; this mode asks for all of it.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
    except apsw.BusyError:
        return False
    except apsw.NotADBError:
        return True  # a broken file is nobody's
    finally:
        connection.close()
    return True


def _copy(source: Path, target: Path) -> None:
    connection = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _bring(source: Path, target: Path) -> None:
    """Copy under another name first: a restore that is cut short must not look like a database."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    _copy(source, unfinished)
    unfinished.replace(target)


async def _tool(name: str, url: str, *arguments: str) -> None:
    if shutil.which(name) is None:
        raise Unavailable(f"{name} is needed for this and is not installed: add PostgreSQL's client programs.")
    with tempfile.TemporaryDirectory() as folder:
        # On the command line everybody on the machine could read the password.
        address = _without_password(url, Path(folder) / "passwords")
        process = await asyncio.create_subprocess_exec(
            name,
            f"--dbname={address}",
            "--no-password",
            *arguments,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(TOOL_SECONDS_MAX):
                _, complaint = await process.communicate()
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            raise
    if process.returncode:
        # The complaint may be long and quote statements: its last line says what stopped it.
        words = complaint.decode(errors="replace").strip().splitlines()[-1:] or [""]
        raise Unavailable(f"{name} failed: {words[0][:OUTPUT_CHARACTERS_MAX]}")


def _without_password(url: str, file: Path) -> str:
    """Return the address for the client programs, its password moved into a file that only we can read."""
    parts = urlsplit(url)
    known, at, host = parts.netloc.rpartition("@")
    user, _, password = known.partition(":")
    query = dict(parse_qsl(parts.query))
    password = query.pop("password", "") or unquote(password)
    if password:
        file.touch(mode=0o600)
        escaped = password.replace("\\", "\\\\").replace(":", "\\:")
        file.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
        query["passfile"] = str(file)
    return parts._replace(netloc=f"{user}{at}{host}", query=urlencode(query, safe="/")).geturl()

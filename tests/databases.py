"""Databases and the message server for tests: a test that asks for `database` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from govstack.kernel.databases import open_database
from govstack.kernel.db import Database
from govstack.kernel.migrations import migrate
from tests import shelf
from tests.shelf import POSTGRES_URL

NATS_URL = os.environ.get("GOVSTACK_TEST_NATS", "nats://127.0.0.1:4222")  # noqa: TID251
NATS_START_SECONDS_MAX = 10
DIALECTS = ("sqlite", "postgres")


class Databases:
    """Opens databases that vanish with the test; those of one instance share a folder or a schema prefix."""

    def __init__(self, dialect: str, folder: Path) -> None:
        self.dialect = dialect
        self.url = f"sqlite:///{folder}" if dialect == "sqlite" else POSTGRES_URL
        self.prefix = shelf.new_prefix()
        self._opened: list[Database] = []
        self._borrowed: list[shelf.Borrowed] = []

    def open(self, package: str = "sample", *, synchronous: str = "OFF", pool_size: int = 4) -> Database:
        """A package's database without any tables; opening a package twice gives a second door to the same one."""
        database = open_database(
            self.url, package, synchronous=synchronous, pool_size=pool_size, schema_prefix=self.prefix
        )
        self._opened.append(database)
        return database

    async def migrated(
        self,
        package: str = "sample",
        migrations: Path | None = None,
        *,
        synchronous: str = "OFF",
        filled: shelf.Filling | None = None,
    ) -> Database:
        """A package's database with the kernel's tables and those of the given migrations folder.

        With `filled` it has the rows that this writes: what a package brings at every start.
        """
        first = not any(database.package == package for database in self._opened)
        database = self.open(package, synchronous=synchronous)
        if not first:
            await migrate(database, migrations)
        elif self.dialect == "sqlite":
            await shelf.copied(database, migrations, filled)
        else:
            self._borrowed.append(await shelf.borrow(database, migrations, filled))
        return database

    async def close(self) -> None:
        """Close every database that was opened, and take away what PostgreSQL holds of it."""
        for database in self._opened:
            await database.close()
        if self.dialect == "postgres" and self._opened:
            await shelf.put_back(self._borrowed, self.prefix)


@asynccontextmanager
async def databases_of(dialect: str, folder: Path) -> AsyncIterator[Databases]:
    """Databases for one test, closed and removed at its end."""
    databases = Databases(dialect, folder)
    try:
        yield databases
    finally:
        await databases.close()


@pytest.fixture(params=DIALECTS)
async def databases(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Databases]:
    """Opens as many databases as the test wants, on SQLite and then on PostgreSQL."""
    async with databases_of(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def database(databases: Databases) -> Database:
    """One database with the kernel's tables, for a package named `sample`."""
    return await databases.migrated()


@pytest.fixture
async def sqlite_databases(tmp_path: Path) -> AsyncIterator[Databases]:
    """Opens databases on SQLite alone: for tests of pages and APIs, which need no second dialect."""
    async with databases_of("sqlite", tmp_path) as opened:
        yield opened


@pytest.fixture
async def postgres_databases(tmp_path: Path) -> AsyncIterator[Databases]:
    """Opens databases on PostgreSQL alone."""
    async with databases_of("postgres", tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a NATS server with JetStream: the one that runs here, else one started for the tests."""
    address = urlsplit(NATS_URL)
    if _answers(address.port or 4222):
        yield NATS_URL
        return
    program = shutil.which("nats-server") or str(Path(sys.executable).with_name("nats-server"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("nats")
    with subprocess.Popen([program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder)]) as server:
        try:
            for _ in range(NATS_START_SECONDS_MAX * 10):
                if _answers(port):
                    break
                time.sleep(0.1)
            yield f"nats://127.0.0.1:{port}"
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False

"""Opens the database an address names, on the driver it needs."""

from __future__ import annotations

from pathlib import Path

from govstack.kernel.db import POOL_SIZE, Database
from govstack.kernel.db_postgres import PostgresDatabase
from govstack.kernel.db_sqlite import SqliteDatabase
from govstack.kernel.rules import FILE_SUFFIX


def open_database(
    url: str, package: str, *, pool_size: int = POOL_SIZE, synchronous: str = "FULL", schema_prefix: str = ""
) -> Database:
    """Open `sqlite:///folder`, `sqlite:///file.sqlite3` or `postgresql://…` for a package; connects on first use.

    A path after `sqlite:///` is relative unless it starts with a slash. `schema_prefix` lets several instances
    share one PostgreSQL database.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        path = Path(rest[1:])
        # A folder may have a dot in its name: only this ending means a file.
        return SqliteDatabase(path if path.suffix == FILE_SUFFIX else path / f"{package}.sqlite3", package, synchronous)
    if scheme in {"postgresql", "postgres"}:
        return PostgresDatabase(url, package, pool_size, schema_prefix)
    raise ValueError("A database address starts with sqlite:/// or postgresql://.")

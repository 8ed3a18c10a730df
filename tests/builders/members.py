"""A small table of members on both databases, for tests of the databases themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govstack.kernel.db import Database
from tests.databases import Databases

SCHEMA = """
CREATE TABLE member (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    age BIGINT CONSTRAINT age_not_negative CHECK (age >= 0),
    active BOOLEAN NOT NULL DEFAULT TRUE,
    data {{json}} NOT NULL DEFAULT '{}',
    picture {{bytes}},
    weight DOUBLE PRECISION,
    CONSTRAINT member_name UNIQUE (name, age)
);
CREATE TABLE visit (
    id {{serial}},
    member TEXT NOT NULL REFERENCES member (code) DEFERRABLE INITIALLY IMMEDIATE,
    later TEXT REFERENCES member (code) DEFERRABLE INITIALLY DEFERRED
);
"""


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_members.sql").write_text(SCHEMA)
    return folder


@pytest.fixture
async def members(databases: Databases, schema: Path) -> Database:
    return await databases.migrated("sample", schema)


async def add(database: Database, code: str, **columns: object) -> None:
    columns = {"name": code, **columns}
    async with database.transaction() as tx:
        await tx.execute(
            f"INSERT INTO member (code, {', '.join(columns)}) VALUES (:code, {', '.join(f':{c}' for c in columns)})",
            code=code,
            **columns,
        )


async def add_and_fail(database: Database, code: str, listener: Callable[[], None] = list) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO member (code, name) VALUES (:code, :code)", code=code)
        tx.after_commit(listener)
        raise LookupError(code)


async def codes(database: Database) -> list[object]:
    async with database.reading() as tx:
        return [row["code"] for row in await tx.fetch("SELECT code FROM member ORDER BY code")]

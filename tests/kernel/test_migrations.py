"""Migrations: applied once and in order, whole or not at all, by one process at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from govstack.kernel.db import BrokenStatement, Database
from govstack.kernel.migrations import KERNEL_FOLDER, MigrationError, load, migrate
from tests.databases import Databases

PLACES = "CREATE TABLE place (id {{serial}}, data {{json}}, picture {{bytes}}, open BOOLEAN NOT NULL DEFAULT TRUE);"


def folder(tmp_path: Path, **files: str) -> Path:
    """A migrations folder; `_0001_places` stands for the file 0001_places.sql, `__postgres` for a twin."""
    made = tmp_path / "migrations"
    made.mkdir(exist_ok=True)
    for name, text in files.items():
        (made / (name.removeprefix("_").replace("__postgres", ".postgres") + ".sql")).write_text(text)
    return made


async def tables(database: Database) -> set[str]:
    sql = (
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        if database.dialect == "sqlite"
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    )
    async with database.reading() as tx:
        return {row["name"] for row in await tx.fetch(sql)}


async def test_the_kernel_tables_come_before_those_of_the_package(databases: Databases, tmp_path: Path) -> None:
    applied = await migrate(databases.open(), folder(tmp_path, _0001_places=PLACES))

    assert applied[0] == "kernel/0001_jobs"
    assert applied[-1] == "sample/0001_places"


async def test_a_second_run_applies_nothing(databases: Databases, tmp_path: Path) -> None:
    database = databases.open()
    await migrate(database, folder(tmp_path, _0001_places=PLACES))

    assert await migrate(database, folder(tmp_path)) == []


async def test_a_later_run_applies_only_what_is_new(databases: Databases, tmp_path: Path) -> None:
    database = databases.open()
    await migrate(database, folder(tmp_path, _0001_places=PLACES))

    applied = await migrate(database, folder(tmp_path, _0002_more="ALTER TABLE place ADD COLUMN name TEXT;"))

    assert applied == ["sample/0002_more"]


async def test_the_macros_give_columns_that_take_json_bytes_and_a_serial_number(
    databases: Databases, tmp_path: Path
) -> None:
    database = databases.open()
    await migrate(database, folder(tmp_path, _0001_places=PLACES))

    async with database.transaction() as tx:
        await tx.execute("INSERT INTO place (data, picture) VALUES (:data, :picture)", data="{}", picture=b"\x00\xff")
        rows = await tx.fetch("SELECT id, data, picture FROM place")

    assert rows == [{"id": 1, "data": "{}", "picture": b"\x00\xff"}]


async def test_a_twin_replaces_the_common_file_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    database = databases.open()
    made = folder(tmp_path, _0001_x="CREATE TABLE common (id TEXT);", _0001_x__postgres="CREATE TABLE twin (id TEXT);")

    await migrate(database, made)

    assert {"common", "twin"} & await tables(database) == {"common" if database.dialect == "sqlite" else "twin"}


async def test_a_file_that_changed_after_it_was_applied_is_refused(databases: Databases, tmp_path: Path) -> None:
    database = databases.open()
    await migrate(database, folder(tmp_path, _0001_places=PLACES))

    with pytest.raises(MigrationError, match="has changed since"):
        await migrate(database, folder(tmp_path, _0001_places=PLACES + " "))


async def test_a_file_that_fails_leaves_nothing_behind(databases: Databases, tmp_path: Path) -> None:
    database = databases.open()
    made = folder(tmp_path, _0001_broken="CREATE TABLE half (id TEXT); INSERT INTO nowhere VALUES (1);")

    with pytest.raises(BrokenStatement):
        await migrate(database, made)

    assert "half" not in await tables(database)


async def test_it_goes_on_once_the_failing_file_is_mended(databases: Databases, tmp_path: Path) -> None:
    database = databases.open()
    with pytest.raises(BrokenStatement):
        await migrate(database, folder(tmp_path, _0001_places="CREATE TABEL place (id TEXT);"))

    assert await migrate(database, folder(tmp_path, _0001_places=PLACES)) == ["sample/0001_places"]


async def test_two_that_start_at_once_apply_each_file_once(databases: Databases, tmp_path: Path) -> None:
    made = folder(tmp_path, _0001_places=PLACES)

    applied = await asyncio.gather(*(migrate(databases.open(), made) for _ in range(3)))

    assert [name for names in applied for name in names].count("sample/0001_places") == 1


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="0001 is missing"):
        load("sample", folder(tmp_path, _0002_later=PLACES), "sqlite")


def test_two_files_with_one_number_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="0002 is missing or numbered twice"):
        load("sample", folder(tmp_path, _0001_a=PLACES, _0001_b=PLACES), "sqlite")


def test_a_file_with_an_odd_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match=r"places\.sql is not named like"):
        load("sample", folder(tmp_path, places=PLACES), "sqlite")


def test_a_twin_without_the_common_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="0001 is missing"):
        load("sample", folder(tmp_path, _0001_x__postgres=PLACES), "postgres")


def test_an_unknown_macro_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match=r"\{\{money\}\} is unknown; there are json, bytes, serial"):
        load("sample", folder(tmp_path, _0001_x="CREATE TABLE x (a {{money}});"), "sqlite")


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_the_kernel_files_are_well_numbered(dialect: str) -> None:
    assert load("kernel", KERNEL_FOLDER, dialect)[0].name == "jobs"  # type: ignore[arg-type]


@pytest.mark.requirement("X006")
async def test_a_package_cannot_read_the_tables_of_another(databases: Databases, tmp_path: Path) -> None:
    registry = await databases.migrated("registry", folder(tmp_path, _0001_places=PLACES))
    stranger = await databases.migrated("stranger")
    async with registry.transaction() as tx:
        await tx.execute("INSERT INTO place (data) VALUES ('{}')")

    with pytest.raises(BrokenStatement, match="permission denied|too many attached"):
        async with stranger.transaction() as tx:
            if stranger.dialect == "sqlite":
                await tx.execute(f"ATTACH '{tmp_path / 'registry.sqlite3'}' AS registry")
            await tx.fetch(f"SELECT * FROM {databases.prefix}registry.place")


async def test_the_running_service_cannot_change_its_migrated_tables(
    postgres_databases: Databases, tmp_path: Path
) -> None:
    database = await postgres_databases.migrated("sample", folder(tmp_path, _0001_places=PLACES))

    with pytest.raises(BrokenStatement, match="must be owner"):
        async with database.transaction() as tx:
            await tx.execute("DROP TABLE place")

"""What is backed up comes back: whole, unchanged, into an empty instance, or not at all."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from govstack.host import archive
from govstack.host.archive import ArchiveError
from govstack.host.run import open_database
from govstack.kernel import audit, clock, events, jobs, snapshots
from govstack.kernel.actor import SYSTEM
from govstack.kernel.db import Database
from govstack.kernel.errors import Unavailable
from govstack.kernel.manifest import Manifest
from govstack.kernel.migrations import MigrationError, migrate
from govstack.kernel.settings import Settings, load
from tests.builders.running import SECRET
from tests.builders.sample import SAMPLE
from tests.databases import Databases

FIRST = """
CREATE TABLE book (id TEXT PRIMARY KEY, title TEXT NOT NULL, facts {{json}} NOT NULL, cover {{bytes}});
CREATE TABLE loan (number {{serial}}, book_id TEXT NOT NULL REFERENCES book (id), day TEXT NOT NULL);
CREATE INDEX loan_by_day ON loan (day);
"""
SECOND = "ALTER TABLE loan ADD COLUMN returned TEXT;"
BOOKS = 500


@dataclass
class Instance:
    """The databases of one instance, its settings, and where its archives go."""

    settings: Settings
    manifests: list[Manifest]
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "archive.tar"

    def open(self, name: str = "books") -> Database:
        (manifest,) = [manifest for manifest in self.manifests if manifest.name == name]
        return open_database(self.settings, manifest)

    async def back_up(self) -> dict[str, object]:
        return await archive.backup(self.settings, self.manifests, self.file, progress=lambda _: None)

    async def restore(self) -> dict[str, object]:
        return await archive.restore(self.settings, self.manifests, self.file, progress=lambda _: None)

    async def empty(self) -> None:
        for manifest in self.manifests:
            database = self.open(manifest.name)
            await snapshots.remove(database)
            await database.close()

    async def has_data(self) -> bool:
        found = []
        for manifest in self.manifests:
            database = self.open(manifest.name)
            found.append(await snapshots.exists(database))
            await database.close()
        return any(found)


def package(folder: Path, name: str, *migrations: str) -> Manifest:
    """A package with tables of its own."""
    target = folder / name / "migrations"
    target.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(migrations, start=1):
        (target / f"{number:04}_step.sql").write_text(text, encoding="utf-8")
    return replace(SAMPLE, name=name, root=folder / name)


def empty_instance(databases: Databases, tmp_path: Path) -> Instance:
    """An instance with two packages and no data."""
    for name in ("books", "people"):
        databases.open(name)  # so that the schemas are dropped with the test
    settings = load({}, packages=["books", "people"]).changed(
        DATABASE_URL=databases.url if databases.dialect == "postgres" else "",
        DATABASE_SCHEMA_PREFIX=databases.prefix,
        DATA_DIR=str(tmp_path / "data"),
        SECRET=SECRET,
    )
    return Instance(settings, [package(tmp_path, "books", FIRST), package(tmp_path, "people", FIRST)], tmp_path)


@pytest.fixture
def instance(databases: Databases, tmp_path: Path) -> Instance:
    """An empty instance, on SQLite and then on PostgreSQL."""
    return empty_instance(databases, tmp_path)


@pytest.fixture
async def archived(sqlite_databases: Databases, tmp_path: Path) -> Instance:
    """An instance on SQLite that was backed up and is empty now."""
    made = empty_instance(sqlite_databases, tmp_path)
    await filled(made)
    await made.back_up()
    await made.empty()
    return made


async def filled(instance: Instance) -> None:
    """Seed both packages with rows of every kind, work that waits, events that wait, and an audit chain."""
    for manifest in instance.manifests:
        database = instance.open(manifest.name)
        await migrate(database, manifest.root / "migrations")
        async with database.transaction() as tx:
            rows = [(f"b{n:04}", f"Kitāb {n} — 書 'n' \\", f'{{"pages": {n}, "ok": true}}', b"\x00\xff" * n)
                    for n in range(BOOKS)]  # fmt: skip
            await tx.copy("book", ("id", "title", "facts", "cover"), rows)
            await tx.copy("loan", ("book_id", "day"), [(row[0], clock.timestamp()) for row in rows])
            await jobs.enqueue(tx, "lend", {"book": "b0001"}, key="once", lane="shelf")
            await events.publish(tx, type="books.book.lent", subject="b0001", data={"day": "today"})
            for n in range(5):
                await audit.record(tx, by=SYSTEM, action="books.book.bought", subject=f"b{n}", outcome="ok")
        async with database.transaction() as tx:
            await tx.execute("CREATE TABLE made_at_run_time (id TEXT PRIMARY KEY, note TEXT)")
            await tx.execute("INSERT INTO made_at_run_time VALUES ('1', 'kept')")
        await database.close()


async def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table."""
    names = (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        if database.dialect == "postgres"
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    )
    async with database.owner() as owner, owner.reading() as tx:
        tables = [row["name"] for row in await tx.fetch(names)]
        return {table: await tx.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}


async def everything(instance: Instance) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return every row of every table of every package."""
    found = {}
    for manifest in instance.manifests:
        database = instance.open(manifest.name)
        found[manifest.name] = await contents(database)
        await database.close()
    return found


@pytest.mark.requirement("X004", "CFR-security-12")
async def test_every_table_comes_back_as_it_was(instance: Instance) -> None:
    await filled(instance)
    before = await everything(instance)

    await instance.back_up()
    await instance.empty()
    emptied = await instance.has_data()
    answer = await instance.restore()

    assert not emptied
    assert answer["packages"] == 2
    assert len(before["books"]["book"]) == BOOKS
    assert await everything(instance) == before


@pytest.mark.requirement("X004", "X067")
async def test_a_restored_instance_works_on(instance: Instance) -> None:
    await filled(instance)
    await instance.back_up()
    await instance.empty()
    await instance.restore()
    database = instance.open()

    async with database.transaction() as tx:
        await tx.execute("INSERT INTO loan (book_id, day) VALUES ('b0001', 'now')")
        # A table that the service made itself is its own again: it may change it.
        await tx.execute("ALTER TABLE made_at_run_time ADD COLUMN more TEXT")
        await audit.record(tx, by=SYSTEM, action="books.book.bought", subject="next", outcome="ok")
    async with database.reading() as tx:
        (newest,) = await tx.fetch("SELECT count(*) AS loans, count(DISTINCT number) AS numbers FROM loan")
        broken = await audit.first_broken(tx)
    await database.close()

    assert (newest["loans"], newest["numbers"]) == (BOOKS + 1, BOOKS + 1)
    assert broken is None


@pytest.mark.requirement("X004")
async def test_a_backup_under_writes_holds_whole_transactions_only(instance: Instance) -> None:
    await filled(instance)
    database = instance.open()
    begun, stop = asyncio.Event(), asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO book VALUES (:id, 't', '{}', NULL)", id=f"w{count:06}")
                await tx.execute("INSERT INTO loan (book_id, day) VALUES (:id, 'd')", id=f"w{count:06}")
            count += 1
            begun.set()
        return count

    writing = asyncio.create_task(write())
    await begun.wait()
    await instance.back_up()
    stop.set()
    written = await writing
    await database.close()
    await instance.empty()
    await instance.restore()
    rows = (await everything(instance))["books"]
    books = [row["id"] for row in rows["book"] if row["id"].startswith("w")]

    assert 0 < len(books) <= written
    assert books == [f"w{n:06}" for n in range(len(books))]
    assert sorted(row["book_id"] for row in rows["loan"] if row["book_id"].startswith("w")) == books


@pytest.mark.requirement("X004", "CFR-development-4")
async def test_an_older_archive_is_brought_up_to_date(instance: Instance) -> None:
    await filled(instance)
    await instance.back_up()
    await instance.empty()
    package(instance.folder, "books", FIRST, SECOND)

    await instance.restore()

    assert "returned" in (await everything(instance))["books"]["loan"][0]


async def test_a_restore_that_fails_half_way_leaves_nothing_behind(instance: Instance) -> None:
    await filled(instance)
    await instance.back_up()
    await instance.empty()
    package(instance.folder, "people", FIRST + "-- changed since")

    with pytest.raises(MigrationError):
        await instance.restore()

    assert not await instance.has_data()


async def test_an_instance_that_is_not_empty_is_left_alone(instance: Instance) -> None:
    await filled(instance)
    await instance.back_up()
    before = await everything(instance)

    with pytest.raises(ArchiveError, match="The database of books is not empty"):
        await instance.restore()

    assert await everything(instance) == before


async def test_an_archive_is_not_overwritten(archived: Instance) -> None:
    with pytest.raises(ArchiveError, match=r"archive\.tar exists"):
        await archived.back_up()


async def test_nothing_to_back_up_is_said(instance: Instance) -> None:
    with pytest.raises(ArchiveError, match="no database to back up"):
        await instance.back_up()

    assert not instance.file.exists()


@pytest.mark.requirement("X004", "X014")
async def test_only_its_owner_can_read_an_archive(archived: Instance) -> None:
    assert stat.S_IMODE(archived.file.stat().st_mode) == 0o600
    assert SECRET.encode() not in archived.file.read_bytes()


Members = dict[str, bytes]


def members(file: Path) -> Members:
    """Return the parts of an archive."""
    with tarfile.open(file) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers()}  # type: ignore[union-attr]


def rewritten(file: Path, parts: Sequence[tuple[str, bytes]], *, links: Sequence[tuple[str, str]] = ()) -> None:
    """Write an archive anew."""
    with tarfile.open(file, "w") as tar:
        for name, data in parts:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for name, target in links:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)


async def refused(instance: Instance, words: str) -> None:
    """Assert that an archive is refused and nothing was restored."""
    with pytest.raises(ArchiveError, match=words):
        await instance.restore()
    assert not await instance.has_data()


@pytest.mark.requirement("X004")
@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("index.json", "was changed, or made under another master secret"),
        ("index.seal", "was changed, or made under another master secret"),
        ("books.sqlite", "The part books is missing or was changed"),
        ("people.sqlite", "The part people is missing or was changed"),
    ],
)
async def test_a_changed_part_is_found(archived: Instance, part: str, words: str) -> None:
    parts = members(archived.file)
    changed = bytearray(parts[part])
    changed[len(changed) // 2] ^= 1
    parts[part] = bytes(changed)
    rewritten(archived.file, list(parts.items()))

    await refused(archived, words)


Trick = Callable[[Members], list[tuple[str, bytes]]]


@pytest.mark.parametrize(
    "trick",
    [
        lambda parts: [(name, data) for name, data in parts.items() if name != "people.sqlite"],
        lambda parts: [(name, data) for name, data in parts.items() if name != "index.seal"],
        lambda parts: [*parts.items(), ("more.sqlite", b"x")],
        lambda parts: [*parts.items(), ("books.sqlite", b"x")],
        lambda parts: [*parts.items(), ("../escaped", b"x")],
        lambda parts: [*parts.items(), ("/escaped", b"x")],
        lambda parts: [*parts.items(), ("folder/escaped", b"x")],
    ],
    ids=["part-missing", "seal-missing", "part-added", "part-twice", "upwards", "absolute", "folder"],
)
async def test_an_archive_with_other_parts_is_refused(archived: Instance, trick: Trick) -> None:
    rewritten(archived.file, trick(members(archived.file)))

    await refused(archived, "archive|missing")
    assert not (archived.folder.parent / "escaped").exists()


async def test_an_archive_with_a_link_is_refused(archived: Instance) -> None:
    parts = members(archived.file)
    target = archived.folder / "elsewhere"
    target.write_bytes(parts.pop("books.sqlite"))
    rewritten(archived.file, list(parts.items()), links=[("books.sqlite", str(target))])

    await refused(archived, "not an archive of GovStack")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
async def test_a_torn_archive_is_refused(archived: Instance, share: float) -> None:
    data = archived.file.read_bytes()
    archived.file.write_bytes(data[: int(len(data) * share)])

    await refused(archived, "archive|missing or was changed")


@pytest.mark.requirement("X013", "CFR-security-10")
async def test_an_archive_needs_the_secret_it_was_made_under_or_the_one_before(archived: Instance) -> None:
    archived.settings = archived.settings.changed(SECRET="another-secret-of-the-tests-0123456789abc")
    await refused(archived, "GOVSTACK_SECRET_PREVIOUS")

    archived.settings = archived.settings.changed(
        SECRET_PREVIOUS=f"yet-another-secret-of-the-tests-0123456789\n{SECRET}"
    )
    await archived.restore()

    assert await archived.has_data()


async def test_a_package_that_nobody_knows_is_named(archived: Instance) -> None:
    archived.manifests = archived.manifests[:1]

    await refused(archived, "does not know: people")


async def test_another_kind_of_database_is_refused(archived: Instance, postgres_databases: Databases) -> None:
    archived.settings = archived.settings.changed(DATABASE_URL=postgres_databases.url)

    await refused(archived, "books was kept on sqlite")


class TestOnPostgres:
    """What only PostgreSQL has."""

    @pytest.fixture
    async def filled(self, postgres_databases: Databases, tmp_path: Path) -> Instance:
        made = empty_instance(postgres_databases, tmp_path)
        await filled(made)
        return made

    async def test_another_schema_is_refused(self, filled: Instance) -> None:
        await filled.back_up()
        filled.settings = filled.settings.changed(DATABASE_SCHEMA_PREFIX="elsewhere_")

        await refused(filled, "set GOVSTACK_DATABASE_SCHEMA_PREFIX as it was")

    async def test_missing_programs_are_named(
        self, filled: Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(Unavailable, match="pg_dump is needed for this and is not installed"):
            await filled.back_up()

        assert not filled.file.exists()

    @pytest.mark.requirement("X014")
    async def test_the_password_is_not_on_the_command_line(
        self, filled: Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        noted, real = tmp_path / "noted", shutil.which("pg_dump")
        spy = tmp_path / "bin" / "pg_dump"
        spy.parent.mkdir()
        spy.write_text(f'#!/bin/sh\necho "$@" >> {noted}\nexec {real} "$@"\n', encoding="utf-8")
        spy.chmod(0o700)
        monkeypatch.setenv("PATH", f"{spy.parent}{os.pathsep}{os.environ['PATH']}")  # noqa: TID251
        url = filled.settings.text("DATABASE_URL").replace("://postgres@", "://postgres:p%40ss%3Aword@")
        filled.settings = filled.settings.changed(DATABASE_URL=url)

        await filled.back_up()

        assert "passfile=" in noted.read_text(encoding="utf-8")
        assert "p%40ss" not in noted.read_text(encoding="utf-8")

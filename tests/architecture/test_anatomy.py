"""Every package has the same files: learn one and you know them all."""

from __future__ import annotations

import configparser
from pathlib import Path

import yaml

from .tree import DATA_FOLDERS, KERNEL, ROOT, SOURCE, UNTRACKED_FOLDERS, named, packages

ROOM_FILES = frozenset(
    {
        "__init__.py", "api.py", "dialect.py", "pages.py", "tasks.py", "schemas.py", "presenters.py", "service.py",
        "store.py", "queries.sql", "gateways.py", "model.py", "errors.py",
    }
)  # fmt: skip
FAMILY_FILES = frozenset({"__init__.py", "manifest.py"})
PACKAGE_FILES = ROOM_FILES | {"manifest.py", "spec.yaml", "README.md"}
KERNEL_FILES = frozenset(
    {
        "__init__.py", "actor.py", "audit.py", "auth.py", "clock.py", "context.py", "crypto.py", "db.py",
        "db_postgres.py", "db_sqlite.py", "errors.py", "events.py", "health.py", "http.py", "i18n.py", "ids.py",
        "job_runner.py", "jobs.py", "log.py", "manifest.py", "mediation.py", "metrics.py", "migrations.py",
        "openapi.py",
        "outgoing.py", "pagination.py", "routing.py", "sessions.py", "settings.py", "snapshots.py", "upstream.py",
        "wire.py",
        "databases.py", "destinations.py", "documents.py", "forms.py", "rules.py", "sheets.py", "streams.py",
        "books.py",
    }
)  # fmt: skip
VAGUE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "base", "shared", "lib"})


def strangers(folder: Path, files: frozenset[str], folders: set[str]) -> list[str]:
    """Return what lies in a folder under a name it does not know."""
    return [
        named(path)
        for path in sorted(folder.iterdir())
        if path.name not in UNTRACKED_FOLDERS and path.name not in (folders if path.is_dir() else files)
    ]


def test_a_package_holds_only_files_that_every_package_knows() -> None:
    unknown = [
        name
        for package in packages()
        for floor in package.floors
        for name in strangers(
            floor,
            PACKAGE_FILES if floor == package.folder else ROOM_FILES,
            {*DATA_FOLDERS, *(path.name for path in (*package.rooms, *package.families) if path.parent == floor)},
        )
    ]

    assert unknown == []


def test_a_family_holds_its_card_and_rooms_and_nothing_else() -> None:
    unknown = [
        name
        for package in packages()
        for family in package.families
        for name in strangers(family, FAMILY_FILES, {room.name for room in package.rooms if room.parent == family})
    ]

    assert unknown == []


def test_a_package_has_a_card_use_cases_and_a_model() -> None:
    missing = [
        f"{named(package.folder)}: {file}"
        for package in packages()
        for file in ("manifest.py", "service.py", "model.py")
        if not any((floor / file).exists() for floor in package.floors)
    ]

    assert missing == []


def test_a_package_says_what_it_owes_and_what_it_leaves_out() -> None:
    missing = [
        f"{named(package.folder)}: {file}"
        for package in (*packages(), KERNEL)
        for file in ("README.md", "spec.yaml")
        if not (package.folder / file).exists()
    ]

    assert missing == []


def test_a_spec_carries_the_name_of_its_package() -> None:
    misnamed = [
        named(package.folder)
        for package in (*packages(), KERNEL)
        if yaml.safe_load((package.folder / "spec.yaml").read_text(encoding="utf-8"))["name"] != package.name
    ]

    assert misnamed == []


def test_the_kernel_holds_one_concern_a_file_and_nothing_else() -> None:
    files = KERNEL_FILES | {"README.md", "spec.yaml"} | {path.name for path in KERNEL.folder.glob("*.sql")}

    assert strangers(KERNEL.folder, frozenset(files), {"locale", "migrations"}) == []


def test_sql_in_the_kernel_stands_beside_its_module() -> None:
    homeless = [named(path) for path in KERNEL.folder.glob("*.sql") if not path.with_suffix(".py").exists()]

    assert homeless == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [named(path) for path in SOURCE.rglob("*.py") if VAGUE_NAMES & {path.stem, path.parent.name}]

    assert vague == []


def test_the_linter_knows_every_room() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")

    def listed(contract: str) -> list[str]:
        return contracts[f"importlinter:contract:{contract}"].get("exhaustive_ignores", "").split()

    rooms = [(package, path) for package in packages() for path in (*package.rooms, *package.families)]
    assert listed("inside-a-package") == sorted({path.name for package, path in rooms if path.parent == package.folder})
    assert listed("inside-a-room") == sorted({path.name for package, path in rooms if path.parent != package.folder})

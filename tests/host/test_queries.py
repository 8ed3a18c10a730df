"""Every named query of every package is one that both databases understand, whether a test runs it or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govstack import kernel
from govstack.host import compose
from govstack.kernel.db import Query, Transaction, queries
from govstack.kernel.manifest import Manifest
from tests.databases import Databases

KERNEL = Path(kernel.__file__).parent
# A text with gaps is no statement before they are filled in.
FILLED_IN = "{"
# Runs before the tables it asks about: it makes them.
OF_THE_RUNNER = {"migrations.sql"}


def named_queries(root: Path) -> Iterator[tuple[str, Query]]:
    """Yield the queries of a package, each with the file it stands in."""
    for path in sorted(root.rglob("*.sql")):
        if "migrations" not in path.relative_to(root).parts and path.name not in OF_THE_RUNNER:
            for query in queries(str(path), path.name):
                if FILLED_IN in query.texts["sqlite"]:
                    continue
                yield f"{path.relative_to(root)}: {query.name}", query


async def refusal(tx: Transaction, query: Query) -> str:
    """Return why the database of a transaction does not understand a query, "" when it does."""
    # Below the door on purpose: a statement is to be read, not run.
    connection: Any = tx._connection  # type: ignore[attr-defined]
    statement = query._statements[tx.dialect]
    try:
        if tx.dialect == "postgres":
            await connection.prepare(statement.sql)
        else:
            connection.execute(f"EXPLAIN {statement.sql}", dict.fromkeys(statement.names))
    except Exception as error:  # noqa: BLE001 (whatever it says is what the test reports)
        return str(error)
    return ""


@pytest.mark.parametrize("manifest", compose.packages(), ids=lambda manifest: manifest.name)
async def test_every_query_of_a_package_is_understood(databases: Databases, manifest: Manifest) -> None:
    database = await databases.migrated(manifest.name, manifest.root / "migrations")
    found = [*named_queries(manifest.root), *named_queries(KERNEL)]

    refused = {}
    for place, query in found:
        async with database.reading(one_statement=True) as tx:
            if why := await refusal(tx, query):
                refused[place] = why

    assert found
    assert refused == {}


async def test_a_query_that_is_not_understood_is_found(databases: Databases, tmp_path: Path) -> None:
    (tmp_path / "queries.sql").write_text("-- name: lost\n-- Read it.\nSELECT name FROM nowhere;\n")
    database = await databases.migrated("sample")
    ((_, lost),) = named_queries(tmp_path)

    async with database.reading(one_statement=True) as tx:
        assert "nowhere" in await refusal(tx, lost)


@pytest.mark.parametrize(
    ("package", "place", "index"),
    [
        ("identity", "people/queries.sql: listed", "identity_listed"),
        ("consent", "records/queries.sql: current_of_agreement", "consent_record_agreement"),
        ("consent", "evidence/queries.sql: of_one", "sqlite_autoindex_revision_2"),
        ("consent", "evidence/queries.sql: of_one_newest", "sqlite_autoindex_revision_2"),
        ("consent", "evidence/queries.sql: of_kind", "revision_of_kind"),
        ("consent", "evidence/queries.sql: of_kind_newest", "revision_of_kind"),
        ("consent", "asking/queries.sql: forget", "consent_request_signs"),
        ("consent", "asking/queries.sql: forget", "consent_request_individual"),
    ],
)
async def test_what_is_asked_among_millions_goes_by_its_index(
    sqlite_databases: Databases, package: str, place: str, index: str
) -> None:
    (manifest,) = compose.packages([package])
    database = await sqlite_databases.migrated(package, manifest.root / "migrations")
    statement = dict(named_queries(manifest.root))[place]._statements["sqlite"]

    async with database.reading(one_statement=True) as tx:
        connection: Any = tx._connection  # type: ignore[attr-defined]
        asked = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", dict.fromkeys(statement.names))
        plan = [str(step[3]) for step in asked]

    assert any(f" {index}" in step for step in plan), plan

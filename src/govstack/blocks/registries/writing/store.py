"""SQL of changes to records; tables of records are named by number, fields become expressions, values parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from govstack.blocks.registries.design.model import Path, Registry
from govstack.kernel.db import Row, Transaction, statement

COLUMNS = ("uuid", "number", "content", "version", "created_at", "modified_at", "revision", "change_hash")


async def insert(tx: Transaction, registry: Registry, rows: Sequence[Row]) -> None:
    """Add records, all in one round trip."""
    places = ", ".join(f":{name}" for name in COLUMNS)
    text = f"INSERT INTO {registry.record_table} ({', '.join(COLUMNS)}) VALUES ({places})"
    await tx.change_many(statement(text, tx.dialect), rows)


async def load(tx: Transaction, registry: Registry, rows: Iterable[Sequence[object]]) -> int:
    """Add many records in one go, given in the order of COLUMNS."""
    return await tx.copy(registry.record_table, COLUMNS, rows)


async def refresh_statistics(tx: Transaction, registry: Registry) -> None:
    """Let PostgreSQL look at what was loaded, so that it plans by what is there; SQLite plans well without."""
    if tx.dialect == "postgres":
        await tx.execute(f"ANALYZE {registry.record_table}")


async def update(tx: Transaction, registry: Registry, row: Row) -> None:
    """Store new content of a record."""
    await tx.execute(
        f"UPDATE {registry.record_table} SET content = :content, version = :version, modified_at = :modified_at,"
        " revision = :revision, change_hash = :change_hash WHERE uuid = :uuid",
        **row,
    )


async def mark(tx: Transaction, registry: Registry, column: str, row: Row) -> None:
    """Mark a record as deleted, archived or, with no moment, as in use again."""
    if column not in {"deleted_at", "archived_at"}:
        raise ValueError(column)
    await tx.execute(
        f"UPDATE {registry.record_table} SET {column} = :moment, modified_at = :modified_at, revision = :revision,"
        " change_hash = :change_hash WHERE uuid = :uuid",
        **row,
    )


async def having(
    tx: Transaction, registry: Registry, path: Path, value: object, *, limit: int, shared: bool = False
) -> list[Row]:
    """Return records not deleted whose field has a value, oldest first; the empty path means the record's own uuid.

    `shared` keeps them from being deleted until the transaction ends, so that a link made now does not dangle.
    """
    place = registry.expression(path, tx.dialect) if path else "uuid"
    lock = " FOR SHARE" if shared and tx.dialect == "postgres" else ""
    return await tx.fetch(
        "SELECT uuid, number, content, version, created_at, modified_at, revision, archived_at"
        f" FROM {registry.record_table} WHERE {place} = :value AND deleted_at IS NULL"
        f" ORDER BY number LIMIT :limit{lock}",
        value=value,
        limit=limit,
    )


async def existing(tx: Transaction, registry: Registry, path: Path, values: set[Any]) -> set[Any]:
    """Return which of some values records in use have in a field; the empty path means their uuid."""
    place = registry.expression(path, tx.dialect) if path else "uuid"
    rows = await tx.fetch(
        f"SELECT DISTINCT {place} AS value FROM {registry.record_table}"
        f" WHERE {place} = ANY(:values) AND deleted_at IS NULL",
        values=sorted(values),
    )
    return {row["value"] for row in rows}


async def shares_values(tx: Transaction, registry: Registry, values: dict[Path, Any], apart_from: str) -> bool:
    """Tell whether a record that is not deleted, apart from one, has all these values."""
    names = [f"v{number}" for number in range(len(values))]
    places = [registry.expression(path, tx.dialect) for path in values]
    where = " AND ".join(f"{place} = :{name}" for place, name in zip(places, names, strict=True))
    found = await tx.fetch(
        f"SELECT 1 AS one FROM {registry.record_table}"
        f" WHERE {where} AND deleted_at IS NULL AND uuid <> :apart_from LIMIT 1",
        apart_from=apart_from,
        **dict(zip(names, values.values(), strict=True)),
    )
    return bool(found)

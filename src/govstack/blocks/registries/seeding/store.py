"""Rows that a reset removes and the published seed sets."""

from __future__ import annotations

from govstack.blocks.registries.design.model import record_table
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
PATTERN_TABLE = "record_pattern"


async def remove_everything(tx: Transaction) -> None:
    """Remove every registry with its versions, rights and records."""
    for row in await SQL.registry_ids(tx):
        text = SQL.drop_record_table.texts[tx.dialect].replace(PATTERN_TABLE, record_table(row["id"]))
        await tx.execute(text)
    for query in (
        SQL.drop_services, SQL.drop_keys, SQL.drop_versions, SQL.drop_grants, SQL.drop_policies, SQL.drop_groups,
        SQL.drop_templates, SQL.drop_registries, SQL.drop_catalogues,
    ):  # fmt: skip
        await query(tx)


async def set_highest(tx: Transaction, highest: int) -> None:
    """Set the highest database id that was given."""
    await SQL.set_number(tx, highest=highest)


async def date(tx: Transaction, registry_id: int, *, at: str, name: str, auth_id: int) -> None:
    """Say when and by whom a registry was made, as the published seed has it."""
    await SQL.date_version(tx, registry_id=registry_id, at=at, name=name)
    await SQL.date_registry(tx, registry_id=registry_id, at=at, name=name, auth_id=auth_id)

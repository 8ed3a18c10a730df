"""Rows of templates."""

from __future__ import annotations

from typing import Any

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
TEMPLATES_MAX = 1_000

Row = dict[str, Any]


async def newest(tx: Transaction) -> list[Row]:
    """Return the newest version of every template."""
    rows: list[Row] = await SQL.templates(tx, limit=TEMPLATES_MAX)
    return rows


async def find(tx: Transaction, code: str, version: int) -> Row | None:
    """Return a template, the newest version for 0."""
    row: Row | None = await SQL.template(tx, code=code, version=version)
    return row


async def add(tx: Transaction, row: Row) -> None:
    """Add a version of a template."""
    await SQL.add_template(tx, **row)

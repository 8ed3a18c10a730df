"""Rows of what was brought: how it was shipped, and what was kept of it then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


class Mark(NamedTuple):
    """The digest of what was shipped when it was last looked at, and of what was kept when it was last brought."""

    shipped: str
    kept: str


async def hold(tx: Transaction, part: str) -> None:
    """Let nobody else bring a part until the end of the transaction."""
    await SQL.hold(tx, part=part)


async def marks(tx: Transaction, part: str) -> dict[str, Mark]:
    """Return what is known of a part by id."""
    return {row["id"]: Mark(row["shipped"], row["kept"]) for row in await SQL.marks(tx, part=part)}


async def mark(tx: Transaction, part: str, marks: Iterable[tuple[str, Mark]]) -> None:
    """Write down what is known of a part now."""
    await SQL.mark(tx, [{"part": part, "id": one, **found._asdict()} for one, found in marks])

"""Rows of what people say of themselves; values are sealed before they get here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.splits.model import Dimension

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as a row holds it."""

    person_id: str
    dimension: Dimension
    value_sealed: bytes


async def put(tx: Transaction, kept: Kept, *, at: str) -> None:
    """Keep an answer."""
    await SQL.put(
        tx, person_id=kept.person_id, dimension=kept.dimension.value, value_sealed=kept.value_sealed, at=at
    )  # fmt: skip


async def remove(tx: Transaction, person_id: str) -> bool:
    """Remove all answers of a person; false when there were none."""
    return bool(await SQL.remove(tx, person_id=person_id))


async def said(tx: Transaction, person_ids: Sequence[str], dimensions: Iterable[Dimension]) -> list[Kept]:
    """Return what people said in some dimensions."""
    rows = await SQL.said(tx, person_ids=list(person_ids), dimensions=[one.value for one in dimensions])
    return msgspec.convert(rows, list[Kept], strict=False)


async def kept_no_longer(tx: Transaction, dimensions: Iterable[Dimension]) -> int:
    """Remove the answers in all other dimensions; return how many there were."""
    return int(await SQL.kept_no_longer(tx, dimensions=[one.value for one in dimensions]))


async def let_go(tx: Transaction, *, before: str) -> int:
    """Remove what was said before a moment; return how much that was."""
    return int(await SQL.let_go(tx, before=before))

"""Rows of the talent archive."""

from __future__ import annotations

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.talent.model import Kept, Wanted

SQL = queries(__file__)
CARDS_MAX = 5_000


async def put(tx: Transaction, *, person_id: str, card_sealed: bytes, at: str) -> None:
    """Keep a card."""
    await SQL.put(tx, person_id=person_id, card_sealed=card_sealed, at=at)


async def by_person(tx: Transaction, person_id: str) -> Kept | None:
    """Return the card of a person."""
    row = await SQL.by_person(tx, person_id=person_id)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def found(tx: Transaction, wanted: Wanted) -> list[Kept]:
    """Return the cards of those who have the competency at the level, or all cards when none is asked for."""
    if not wanted.competency:
        rows = await SQL.everybody(tx, limit=CARDS_MAX)
    else:
        code = '%"code":' + msgspec.json.encode(wanted.competency).decode() + "%"
        rows = await SQL.at_level(
            tx, competency=wanted.competency, code=code, level=wanted.level, verified=int(wanted.verified),
            limit=CARDS_MAX,
        )  # fmt: skip
    return msgspec.convert(rows, list[Kept], strict=False)


async def remove(tx: Transaction, person_id: str) -> bool:
    """Remove a card; false when there was none."""
    return bool(await SQL.remove(tx, person_id=person_id))

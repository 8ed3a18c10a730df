"""Rows of tries."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from govstack.blocks.identity.lockouts.model import Family, Tries
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def held(tx: Transaction, *, person_id: str, family: Family) -> Tries | None:
    """Return how tries stand, and hold them until the transaction ends, so that tries at once are all counted."""
    await SQL.claim(tx, person_id=person_id, family=family.value)
    found = msgspec.convert(await SQL.read(tx, person_id=person_id, family=family.value), Tries, strict=False)
    return found if found.counted_from else None


async def keep(tx: Transaction, tries: Tries, *, person_id: str, family: Family) -> None:
    """Keep how tries stand."""
    await SQL.keep(tx, person_id=person_id, family=family.value, **asdict(tries))


async def forget(tx: Transaction, *, person_id: str, family: Family | None) -> int:
    """Forget the tries of a family, or of all."""
    if family is None:
        return int(await SQL.forget_all(tx, person_id=person_id))
    return int(await SQL.forget(tx, person_id=person_id, family=family.value))


async def locked(tx: Transaction, *, person_id: str, now: str, latest: str) -> dict[Family, str]:
    """Return which families pause, and until when; no pause lasts longer than `latest`."""
    rows = await SQL.locked(tx, person_id=person_id, now=now, latest=latest)
    return {Family(row["family"]): str(row["locked_until"]) for row in rows}

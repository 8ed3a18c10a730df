"""Rows of partners; keys are keyed hashes before they get here."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.wallets.model import Partner
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, *, partner_id: str, name: str, key_print: str, now: str) -> None:
    """Add a partner; raises UniqueViolation for one that is there."""
    await SQL.add(tx, id=partner_id, name=name, key_print=key_print, now=now)


async def change(tx: Transaction, *, partner_id: str, name: str, active: bool, now: str) -> None:
    """Change what a partner is called, and whether it may act."""
    await SQL.change(tx, id=partner_id, name=name, active=active, now=now)


async def set_key(tx: Transaction, *, partner_id: str, key_print: str, now: str) -> bool:
    """Give a partner another key; false when there is no such partner."""
    return bool(await SQL.set_key(tx, id=partner_id, key_print=key_print, now=now))


async def partner(tx: Transaction, *, partner_id: str) -> tuple[Partner, str] | None:
    """Return a partner and the hash of its key, or nothing."""
    row = await SQL.by_id(tx, id=partner_id)
    if row is None:
        return None
    key_print = str(row.pop("key_print"))
    return msgspec.convert(row, Partner, strict=False), key_print


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Partner]:
    """Return partners after an id."""
    return msgspec.convert(await SQL.listed(tx, after=after, limit=limit), list[Partner], strict=False)

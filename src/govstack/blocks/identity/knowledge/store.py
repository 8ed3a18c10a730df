"""Rows of PINs and passwords, sealed before they get here."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.knowledge.model import Kind, Known
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def put(tx: Transaction, *, person_id: str, kind: Kind, content: bytes, now: str) -> None:
    """Keep a secret in the place of the one before."""
    await SQL.put(tx, person_id=person_id, kind=kind.value, content=content, made_at=now)


async def read(tx: Transaction, *, person_id: str, kind: Kind) -> bytes | None:
    """Return what is kept, or nothing."""
    row = await SQL.read(tx, person_id=person_id, kind=kind.value)
    return None if row is None else bytes(row["content"])


async def listed(tx: Transaction, *, person_id: str) -> list[Known]:
    """Return which secrets a person has."""
    return msgspec.convert(await SQL.listed(tx, person_id=person_id), list[Known], strict=False)


async def note_use(tx: Transaction, *, person_id: str, kind: Kind, now: str) -> None:
    """Note that a secret was used."""
    await SQL.note_use(tx, person_id=person_id, kind=kind.value, used_at=now)


async def remove(tx: Transaction, *, person_id: str, kind: Kind) -> bool:
    """Remove a secret; false when there was none."""
    return bool(await SQL.remove(tx, person_id=person_id, kind=kind.value))

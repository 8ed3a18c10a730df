"""SQL of signing keys; private halves are sealed before they come here."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.keys.model import KeyRecord
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def published_keys(tx: Transaction, *, now: str) -> list[KeyRecord]:
    """Return all keys that are still published."""
    rows = await SQL.published_keys(tx, now=now)
    return [
        msgspec.convert(
            {**row, "public_jwk": msgspec.json.decode(str(row["public_jwk"])), "able": bool(row["able"])}, KeyRecord
        )
        for row in rows
    ]


async def add_key(tx: Transaction, record: KeyRecord, *, private_sealed: bytes) -> None:
    """Keep a new key."""
    await SQL.add_key(
        tx,
        kid=record.kid,
        public_jwk=msgspec.json.encode(record.public_jwk).decode(),
        certificate=record.certificate,
        private_sealed=private_sealed,
        signs_from=record.signs_from,
        signs_until=record.signs_until,
        published_until=record.published_until,
    )


async def private_half(tx: Transaction, *, kid: str) -> bytes | None:
    """Return the sealed private half of a key, or nothing when it signs no more."""
    row = await SQL.sealed_key(tx, kid=kid)
    return None if row is None or row["private_sealed"] is None else bytes(row["private_sealed"])

"""Rows of links and their openings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from govstack.blocks.registries.sharing.model import Mode, Opening, Scope, Share
from govstack.kernel.actor import Actor
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
SHARES_MAX = 200
OPENINGS_SHOWN_MAX = 200
Open = Callable[[str, bytes], bytes]


def _share(row: Mapping[str, Any], unsealed: Open) -> Share:
    return Share(
        number=row["number"],
        id=row["id"],
        registry_id=row["registry_id"],
        title=row["title"],
        scope=msgspec.json.decode(unsealed(row["id"], bytes(row["scope"])), type=Scope),
        creator=Actor.from_bytes(unsealed(row["id"], bytes(row["sealed_creator"]))),
        audience=row["audience"],
        mode=Mode(row["mode"]),
        consent_reference=row["consent_reference"],
        openings_max=row["openings_max"],
        openings=row["openings"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"] or "",
    )


async def by_digest(tx: Transaction, digest: str, unsealed: Open) -> Share | None:
    """Return the link whose token has a digest."""
    row = await SQL.by_digest(tx, token_digest=digest)
    return _share(row, unsealed) if row else None


async def by_id(tx: Transaction, share_id: str, unsealed: Open) -> Share | None:
    """Return a link by its id."""
    row = await SQL.by_id(tx, id=share_id)
    return _share(row, unsealed) if row else None


async def of_creator(tx: Transaction, creator: str, unsealed: Open) -> list[Share]:
    """Return the newest links somebody made."""
    return [_share(row, unsealed) for row in await SQL.of_creator(tx, creator=creator, limit=SHARES_MAX)]


async def openings(tx: Transaction, share_id: str) -> list[Opening]:
    """Return when a link was opened and by whom, newest first."""
    rows = await SQL.openings(tx, share_id=share_id, limit=OPENINGS_SHOWN_MAX)
    return msgspec.convert(rows, list[Opening], strict=False)

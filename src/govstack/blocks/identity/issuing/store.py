"""Rows of requests to issuers elsewhere."""

from __future__ import annotations

from govstack.blocks.identity.issuing.model import Issuance, Way
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, one: Issuance) -> None:
    """Add a request; its link is made when the issuer is told."""
    await SQL.add(
        tx, id=one.id, credential_id=one.credential_id, partner_id=one.partner_id, way=one.way.value, link_hash=one.id,
        created_at=one.created_at, expires_at=one.expires_at,
    )  # fmt: skip


async def by_id(tx: Transaction, issuance_id: str) -> Issuance | None:
    """Return a request."""
    return _or_nothing(await SQL.by_id(tx, id=issuance_id))


async def lasting(tx: Transaction, like: Issuance, *, now: str) -> Issuance | None:
    """Return the request that waits to be answered and asks the same issuer for the same in the same way."""
    return _or_nothing(
        await SQL.lasting(
            tx, credential_id=like.credential_id, partner_id=like.partner_id, way=like.way.value, now=now
        )
    )  # fmt: skip


async def by_link(tx: Transaction, link_hash: str) -> Issuance | None:
    """Return the request that a link was made for."""
    return _or_nothing(await SQL.by_link(tx, link_hash=link_hash))


async def renew(tx: Transaction, issuance_id: str, *, link_hash: str) -> bool:
    """Let another link take the place of the one before; false when the data was fetched."""
    return bool(await SQL.renew(tx, id=issuance_id, link_hash=link_hash))


async def fetch(tx: Transaction, issuance_id: str, *, now: str) -> bool:
    """Spend the link; false when somebody did before or its time is over."""
    return bool(await SQL.fetch(tx, id=issuance_id, now=now))


def _or_nothing(row: Row | None) -> Issuance | None:
    if row is None:
        return None
    return Issuance(
        row["id"], row["credential_id"], row["partner_id"], Way(row["way"]), row["created_at"], row["expires_at"],
        row["fetched_at"],
    )  # fmt: skip

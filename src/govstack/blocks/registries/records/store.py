"""SQL of requests that may be sent again, and of resetting published test data."""

from __future__ import annotations

from govstack.blocks.registries.design.model import Registry
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
NEVER = "9999"


async def claim(tx: Transaction, *, actor: str, key: str, digest: str, at: str, before: str) -> Row | None:
    """Enter a request's key and return None, or return what an earlier request with it asked and was answered."""
    await SQL.forget_requests(tx, before=before)
    if await SQL.claim_request(tx, actor=actor, request_key=key, digest=digest, at=at):
        return None
    found: Row | None = await SQL.request(tx, actor=actor, request_key=key)
    return found


async def unclaim(tx: Transaction, *, actor: str, key: str) -> None:
    """Forget a request that was refused, so that it may be sent again."""
    await SQL.forget_request(tx, actor=actor, request_key=key)


async def keep(tx: Transaction, *, actor: str, key: str, answer: bytes) -> None:
    """Keep the sealed answer of a request."""
    await SQL.keep_answer(tx, actor=actor, request_key=key, answer=answer)


async def empty(tx: Transaction, registry: Registry) -> None:
    """Remove all records of a registry with their log of changes; for resetting published test data only."""
    await tx.execute(f"DELETE FROM {registry.record_table}")
    await SQL.forget_changes(tx, registry_id=registry.id)
    await SQL.forget_head(tx, registry_id=registry.id)


async def forget_requests(tx: Transaction) -> None:
    """Forget all requests that could be sent again."""
    await SQL.forget_requests(tx, before=NEVER)

"""SQL of seeding: which parts are done."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def is_done(tx: Transaction, part: str, digest: str) -> bool:
    """Tell whether a part has been seeded with exactly this content."""
    return bool(await SQL.digest_of(tx, part=part) == digest)


async def finish(tx: Transaction, part: str, digest: str) -> None:
    """Note that a part is done."""
    await SQL.finish(tx, part=part, digest=digest, finished_at=clock.timestamp())


async def settled(tx: Transaction, part: str, number: int) -> int:
    """Return the number that a part was begun with, which is this one when it is begun now."""
    begun = await SQL.digest_of(tx, part=part)
    if begun is None:
        await finish(tx, part, str(number))
    return number if begun is None else int(begun)

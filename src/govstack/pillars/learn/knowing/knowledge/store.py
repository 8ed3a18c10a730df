"""Rows of stages, proposals, editions and uses of items of knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.knowing.knowledge.model import Edition, Proposal, Readers, Step, Unused, Way

SQL = queries(__file__)
EDITIONS_MAX = 200


async def add_steps(tx: Transaction, steps: Iterable[Step]) -> None:
    """Write down the stages that items came to; those that are known stay as they are."""
    for one in steps:
        await SQL.add_step(tx, item_id=one.item_id, number=one.number, stage=one.stage, at=one.at)


async def propose(tx: Transaction, proposal: Proposal) -> None:
    """Propose a revision to be published, instead of what was proposed before."""
    await SQL.propose(
        tx, item_id=proposal.item_id, number=proposal.number, audience=str(proposal.audience),
        proposed_by=proposal.proposed_by, at=proposal.at,
    )  # fmt: skip


async def proposal(tx: Transaction, item_id: str) -> Proposal | None:
    """Return what is proposed of an item."""
    row = await SQL.proposal(tx, item_id=item_id)
    return None if row is None else msgspec.convert(row, Proposal, strict=False)


async def take_proposal(tx: Transaction, proposal: Proposal) -> bool:
    """Take a proposal away to publish it; false when it is not there any more."""
    return bool(await SQL.take_proposal(tx, item_id=proposal.item_id, number=proposal.number))


async def add_edition(tx: Transaction, edition: Edition) -> None:
    """Write down what is published."""
    await SQL.add_edition(
        tx, item_id=edition.item_id, edition=edition.edition, number=edition.number, audience=str(edition.audience),
        content=msgspec.json.encode(edition.content).decode(), published_at=edition.published_at,
        published_by=edition.published_by,
    )  # fmt: skip


async def editions(tx: Transaction, item_id: str) -> list[Edition]:
    """Return the editions of an item, the newest first."""
    return [_edition(row) for row in await SQL.editions(tx, item_id=item_id, limit=EDITIONS_MAX)]


async def withdraw(tx: Transaction, *, item_id: str, at: str, reason: str) -> bool:
    """Withdraw what was published and proposed of an item; false when nothing was published."""
    await SQL.drop_proposal(tx, item_id=item_id)
    return bool(await SQL.withdraw(tx, item_id=item_id, at=at, reason=reason))


async def current(tx: Transaction, *, audiences: Iterable[Readers], after: str, limit: int) -> list[Edition]:
    """Return the newest editions that are for some audiences, in the order of their ids."""
    wanted = [str(one) for one in audiences]
    return [_edition(row) for row in await SQL.current(tx, audiences=wanted, after=after, limit=limit)]


async def salt(tx: Transaction, *, day: str, fresh: str) -> str:
    """Return the salt of a day, made now when there is none, and throw away those of earlier days."""
    await SQL.drop_salts(tx, day=day)
    await SQL.add_salt(tx, day=day, salt=fresh)
    return str(await SQL.salt(tx, day=day))


async def use(tx: Transaction, *, item_id: str, way: Way, day: str, mark: str, at: str) -> None:
    """Count a use, once for each mark and day."""
    await SQL.use(tx, item_id=item_id, way=str(way), day=day, mark=mark, at=at)


async def has_used(tx: Transaction, *, mark: str, way: Way) -> bool:
    """Tell whether a mark stands for any use."""
    return await SQL.has_used(tx, mark=mark, way=str(way)) is not None


async def drop_uses(tx: Transaction, *, mark: str, way: Way) -> None:
    """Count what a mark stands for no more."""
    await SQL.drop_uses(tx, mark=mark, way=str(way))


async def uses(tx: Transaction, item_id: str = "") -> dict[str, int]:
    """Return how often an item, or all of them, were used in each way."""
    return {row["way"]: int(row["uses"]) for row in await SQL.uses(tx, item_id=item_id)}


async def stock(tx: Transaction) -> dict[str, int]:
    """Return how many items are at each stage."""
    return {row["stage"]: int(row["items"]) for row in await SQL.stock(tx)}


async def flow(tx: Transaction, *, since: str) -> dict[tuple[str, str], int]:
    """Return how many items came to each stage in each month."""
    return {(row["month"], row["stage"]): int(row["items"]) for row in await SQL.flow(tx, since=since)}


async def first_uses(tx: Transaction, *, limit: int) -> list[tuple[str, str]]:
    """Return for each used item when it was identified and when it was used first."""
    return [(row["identified"], row["used"]) for row in await SQL.first_uses(tx, limit=limit)]


async def unused(tx: Transaction, *, before: str, limit: int) -> list[Unused]:
    """Return items that nobody used since a moment."""
    return msgspec.convert(await SQL.unused(tx, before=before, limit=limit), list[Unused], strict=False)


def _edition(row: Row) -> Edition:
    content = msgspec.json.decode(row["content"])
    told: Sequence[str] = ("item_id", "edition", "number", "audience", "published_at", "published_by", "withdrawn_at")
    kept = {name: row[name] for name in (*told, "reason")}
    return Edition(**{**kept, "audience": Readers(kept["audience"]), "content": content})

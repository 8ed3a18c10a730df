"""Rows of tallies, of who shares, and of figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.analytics.model import Figures, Left, Tally

SQL = queries(__file__)
COUNTED_AT_ONCE = 10_000
READ_AT_ONCE = 5_000
ACTIVITIES_OF_PERSON_MAX = 10_000


async def count_on(tx: Transaction) -> bool:
    """Count the next statements; false when all were counted."""
    after = int((await SQL.head(tx))["position"])
    until = await SQL.next(tx, after=after, limit=COUNTED_AT_ONCE)
    if until is None:
        return False
    await _take_back(tx, after=after, until=int(until))
    await SQL.tally(tx, after=after, until=int(until))
    await SQL.counted(tx, position=int(until))
    return True


async def _take_back(tx: Transaction, *, after: int, until: int) -> None:
    """Take away what voided statements had told: each once, by the first statement that voids it."""
    gone: dict[tuple[str, str], set[int]] = {}
    for row in await SQL.taken_back(tx, after=after, until=until):
        gone.setdefault((row["actor"], row["activity"]), set()).add(int(row["position"]))
    for (actor, activity), positions in gone.items():
        row = await SQL.one(tx, actor=actor, activity=activity)
        if row is None:
            continue
        left = msgspec.convert(
            await SQL.left(tx, actor=actor, activity=activity, after=after, until=until), Left, strict=False
        )
        kept = msgspec.convert(row, Tally, strict=False).without(positions, left)
        if kept is None:
            await SQL.drop(tx, actor=actor, activity=activity)
        else:
            await SQL.put(tx, **asdict(kept))


async def tallies(tx: Transaction) -> AsyncIterator[Tally]:
    """Yield every tally."""
    actor = activity = ""
    while True:
        rows = await SQL.tallies(tx, actor=actor, activity=activity, limit=READ_AT_ONCE)
        for one in msgspec.convert(rows, list[Tally], strict=False):
            yield one
            actor, activity = one.actor, one.activity
        if len(rows) < READ_AT_ONCE:
            return


async def of_actors(tx: Transaction, actors: Sequence[str]) -> list[Tally]:
    """Return what some people did, the last first."""
    rows = await SQL.of_actors(tx, actors=list(actors), limit=ACTIVITIES_OF_PERSON_MAX)
    return msgspec.convert(rows, list[Tally], strict=False)


async def loosen(tx: Transaction, actors: Sequence[str], *, name: str) -> int:
    """Give the tallies of somebody to nobody."""
    return int(await SQL.loosen(tx, actors=list(actors), name=name))


async def expire(tx: Transaction, *, before: int) -> int:
    """Remove tallies whose last statement came before a position."""
    return int(await SQL.expire(tx, before=before))


async def share(tx: Transaction, *, learner_id: str, since: str) -> bool:
    """Note that a learner lets their manager see; false when they did before."""
    return bool(await SQL.share(tx, learner_id=learner_id, since=since))


async def unshare(tx: Transaction, *, learner_id: str) -> bool:
    """Note that a learner does not any more; false when they did not before."""
    return bool(await SQL.unshare(tx, learner_id=learner_id))


async def sharing(tx: Transaction, ids: Sequence[str]) -> frozenset[str]:
    """Return which of some learners let their manager see."""
    return frozenset(row["learner_id"] for row in await SQL.sharing(tx, ids=list(ids)))


async def put_figures(tx: Transaction, figures: Figures, *, id: str, keep_since: str) -> None:  # noqa: A002
    """Keep figures, and let go of old ones."""
    content = msgspec.json.encode(figures).decode()
    await SQL.put_figures(tx, id=id, taken_at=figures.taken_at, content=content)
    await SQL.drop_figures(tx, before=keep_since)


async def figures(tx: Transaction) -> Figures | None:
    """Return the newest figures."""
    content = await SQL.figures(tx)
    return None if content is None else msgspec.json.decode(content, type=Figures)

"""Rows of look backs."""

from __future__ import annotations

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.earning.model import Place, Source
from govstack.pillars.learn.lookback.model import LookBack, State

SQL = queries(__file__)


async def add(tx: Transaction, one: LookBack) -> bool:
    """Begin a look back; false when one at the same goes on."""
    return bool(
        await SQL.add(
            tx, id=one.id, kind=one.source.value, source_id=one.source_id, achievement_id=one.achievement_id,
            whole=one.whole, started_at=one.started_at,
        )
    )  # fmt: skip


async def going_on(tx: Transaction, place: Place, achievement_id: str) -> LookBack | None:
    """Return the look back at a place for a badge that goes on."""
    row = await SQL.open(tx, kind=place.kind.value, source_id=place.id, achievement_id=achievement_id)
    return None if row is None else _look_back(row)


async def by_id(tx: Transaction, look_back_id: str) -> tuple[LookBack, str] | None:
    """Return a look back, and the last one who was looked at."""
    row = await SQL.by_id(tx, id=look_back_id)
    return None if row is None else (_look_back(row), row["place"])


async def go_on(
    tx: Transaction, one: LookBack, *, before: str, place: str, looked: int, reached: int, awarded: int
) -> bool:
    """Write down how far a look back is; false when another run was there first, or it was stopped."""
    return bool(
        await SQL.go_on(
            tx, id=one.id, state=one.state.value, before=before, place=place, looked=looked, reached=reached,
            awarded=awarded,
        )
    )  # fmt: skip


async def award(tx: Transaction, look_back_id: str, *, whole: int, at: str) -> bool:
    """Let what was counted be awarded; false when it is not counted, or was let before."""
    return bool(await SQL.award(tx, id=look_back_id, whole=whole, at=at))


async def finish(tx: Transaction, one: LookBack, following: State, *, at: str) -> bool:
    """End a part of the work; false when it was ended before."""
    ended_at = at if following.over else ""
    return bool(
        await SQL.finish(tx, id=one.id, state=one.state.value, following=following.value, ended_at=ended_at)
    )  # fmt: skip


async def stop(tx: Transaction, look_back_id: str, *, at: str) -> bool:
    """Stop a look back; false when it had ended."""
    return bool(await SQL.stop(tx, id=look_back_id, at=at))


def _look_back(row: Row) -> LookBack:
    return LookBack(
        id=row["id"], source=Source(row["kind"]), source_id=row["source_id"], achievement_id=row["achievement_id"],
        state=State(row["state"]), whole=int(row["whole"]), looked=int(row["looked"]), reached=int(row["reached"]),
        awarded=int(row["awarded"]), started_at=row["started_at"], decided_at=row["decided_at"],
        ended_at=row["ended_at"],
    )  # fmt: skip

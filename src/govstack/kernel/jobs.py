"""Durable work in the package's own database: asked for in the use case's transaction, run at least once.

What runs it is `kernel.job_runner`. Work that fails is tried again, later and later, and at last laid aside as dead.
Jobs with the same lane run one after the other in the order they were asked for; a dead one gives way to the next.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias
from weakref import WeakKeyDictionary, WeakSet

import msgspec

from govstack.kernel import clock, ids
from govstack.kernel.db import Database, Transaction, queries
from govstack.kernel.log import CORRELATION

SQL = queries(__file__, "jobs.sql")

PAYLOAD_BYTES_MAX = 512 * 1024
DEAD_LISTED_MAX = 500
DOUBLINGS_MAX = 64


class Retry(Exception):
    """A handler asks for another attempt, after its policy's pause or the given one."""

    def __init__(self, after_seconds: float | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.after_seconds = after_seconds


class GiveUp(Exception):
    """A handler says that no further attempt can help; the job is laid aside as dead."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work to do; `attempt` counts from 1, `enqueued_at` is a timestamp. Its id is the same in every attempt."""

    id: str
    kind: str
    payload: dict[str, Any]
    attempt: int
    enqueued_at: str


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that was given up, and what it failed with last."""

    number: int
    id: str
    kind: str
    payload: dict[str, Any]
    attempt: int
    enqueued_at: str
    finished_at: str
    error: str | None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a kind of job is tried, and how the pauses between attempts grow."""

    attempts_max: int = 10
    first_seconds: float = 1.0
    factor: float = 2.0
    longest_seconds: float = 3_600.0

    def pause_seconds(self, attempt: int) -> float:
        """Return how long to wait after a failed attempt, moved a little at random."""
        grown = self.first_seconds * self.factor ** min(attempt - 1, DOUBLINGS_MAX)
        return ids.jitter(min(grown, self.longest_seconds))


@dataclass(frozen=True, slots=True)
class Schedule:
    """A kind of job that repeats: at most one run in each slot of time, whichever process asks first."""

    kind: str
    every: timedelta
    payload: Mapping[str, object] = field(default_factory=dict)

    def slot(self, moment: datetime) -> int:
        """Return the number of the slot that a moment falls into."""
        return int(moment.timestamp() // self.every.total_seconds())


DEFAULT_POLICY = RetryPolicy()
Handler: TypeAlias = Callable[[Job], Awaitable[None]]


class Waking(Protocol):
    """Whoever runs jobs and may be asleep."""

    def wake(self) -> None:
        """Look for work now."""


# Who runs the jobs of a database in this process.
RUNNERS: WeakKeyDictionary[Database, WeakSet[Waking]] = WeakKeyDictionary()


async def enqueue(
    tx: Transaction,
    kind: str,
    payload: Mapping[str, object],
    *,
    due: datetime | None = None,
    key: str | None = None,
    lane: str | None = None,
) -> str:
    """Ask for work in the caller's transaction; return its id.

    While a job of this kind with the same `key` is unfinished no second one is made; its id is returned instead.
    """
    now = clock.timestamp()
    row = {
        "id": ids.new_id(),
        "kind": kind,
        "payload": _text(payload),
        "due_at": clock.timestamp(due) if due else now,
        "key": key,
        "lane": lane,
        "now": now,
        "correlation_id": CORRELATION.get(),
    }
    while (added := await SQL.add(tx, **row)) is None:
        # Another one stands in the way, unless it finished in this very moment: then there is room now.
        if (existing := await SQL.with_key(tx, kind=kind, key=key)) is not None:
            return str(existing)
    _wake_after_commit(tx)
    return str(added["id"])


async def enqueue_many(
    tx: Transaction, kind: str, payloads: Iterable[Mapping[str, object]], *, due: datetime | None = None
) -> int:
    """Ask for many pieces of work at once, streamed in bounded memory; return how many."""
    now = clock.timestamp()
    due_at, correlation = clock.timestamp(due) if due else now, CORRELATION.get()

    def rows() -> Iterator[Sequence[object]]:
        for payload in payloads:
            yield ids.new_id(), kind, _text(payload), "waiting", due_at, 0, now, correlation

    columns = ("id", "kind", "payload", "state", "due_at", "attempt", "enqueued_at", "correlation_id")
    count = await tx.copy("job", columns, rows())
    _wake_after_commit(tx)
    return count


async def dead_jobs(tx: Transaction, *, before: int = 0, limit: int = 50) -> list[DeadJob]:
    """Return jobs that were given up, newest first, older than the given number."""
    rows = await SQL.dead(tx, before=before, limit=min(limit, DEAD_LISTED_MAX))
    return [DeadJob(**{**row, "payload": msgspec.json.decode(row["payload"])}) for row in rows]


async def requeue(tx: Transaction, job_id: str) -> bool:
    """Let a dead job run again from its first attempt; false when it is not dead or its key is taken anew."""
    if changed := await SQL.requeue(tx, id=job_id, now=clock.timestamp()):
        _wake_after_commit(tx)
    return bool(changed)


async def backlog(tx: Transaction) -> dict[str, int]:
    """Return how many jobs are waiting, blocked behind others of their lane, running and dead."""
    found = {row["state"]: row["jobs"] for row in await SQL.backlog(tx)}
    return {state: found.get(state, 0) for state in ("waiting", "blocked", "running", "dead")}


def _wake_after_commit(tx: Transaction) -> None:
    for runner in RUNNERS.get(tx.database, ()):
        if runner.wake not in tx.calls:
            tx.after_commit(runner.wake)


def _text(payload: Mapping[str, object]) -> str:
    text = msgspec.json.encode(payload)
    if len(text) > PAYLOAD_BYTES_MAX:
        raise ValueError(f"A job's payload takes at most {PAYLOAD_BYTES_MAX} bytes; store the data and send its id.")
    return text.decode()

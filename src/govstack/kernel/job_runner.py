"""Runs durable work: one package's jobs, several at once, whatever ends first, the process or the job.

A job is leased to a runner while it runs; when the runner dies the lease ends and another runs it again, so a handler
must be able to repeat what it did.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil, inf
from typing import Any
from weakref import WeakSet

import msgspec
import structlog

from govstack.kernel import clock, ids
from govstack.kernel.db import Database, Transaction, queries
from govstack.kernel.jobs import DEFAULT_POLICY, RUNNERS, GiveUp, Handler, Job, Retry, RetryPolicy, Schedule, enqueue
from govstack.kernel.log import CORRELATION, place
from govstack.kernel.metrics import JOBS

SQL = queries(__file__, "job_runner.sql")

ERROR_CHARACTERS_MAX = 500
LEASE_SECONDS = 60.0
RETENTION = timedelta(days=1)
INBOX_RETENTION = timedelta(days=14)  # longer than any event is kept for delivery
CONCURRENCY = 10
CLAIM_JOBS_MAX = 200
DELETED_AT_ONCE_MAX = 1_000
POLL_SECONDS_MAX = 1.0
TROUBLE_SECONDS = 1.0
CLEANING_SECONDS = 60.0
QUICK_SECONDS = 0.2
MEAN_JOBS = 10
LANE_PAUSE_SECONDS = 0.05
CANCEL_SECONDS_MAX = 1.0
STOP_SECONDS_MAX = 10.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Claimed:
    job: Job
    number: int
    lane: str | None
    correlation_id: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a claimed job ended: done, retry (after a pause), dead, or returned unfinished because we stop."""

    claimed: _Claimed
    kind: str
    error: str = ""
    pause_seconds: float = 0.0


class JobRunner:
    """Runs one package's jobs, several at once, until it is stopped; any number may share a database."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        policies: Mapping[str, RetryPolicy] | None = None,
        *,
        schedules: Iterable[Schedule] = (),
        concurrency: int = CONCURRENCY,
        name: str = "jobs",
        lease_seconds: float = LEASE_SECONDS,
        retention: timedelta = RETENTION,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._policies = dict(policies or {})
        self._schedules = tuple(schedules)
        self._slots: dict[str, int] = {}
        self._concurrency = concurrency
        self._name = f"{name}-{ids.new_id()}"
        self._lease_seconds = lease_seconds
        self._retention = retention
        self._mean_seconds, self._ahead = 1.0, inf
        self._ready: deque[_Claimed] = deque()
        self._active: dict[asyncio.Task[_Outcome], _Claimed] = {}
        self._outcomes: list[_Outcome] = []
        self._renew_at = self._sweep_at = self._clean_at = 0.0
        self._woken = asyncio.Event()
        self._stopped = asyncio.Event()
        self._stopped.set()
        self._stop_by: float | None = None

    def wake(self) -> None:
        """Look for work now instead of at the next poll; `enqueue` calls it after the commit."""
        self._woken.set()

    async def run(self) -> None:
        """Run jobs until `stop` is called; trouble with the database is logged and waited out."""
        self._stopped.clear()
        RUNNERS.setdefault(self._database, WeakSet()).add(self)
        try:
            while self._stop_by is None:
                self._woken.clear()
                await self._sleep(await self._turn_or_wait())
            await self._wind_up(self._stop_by)
        finally:
            RUNNERS[self._database].discard(self)
            for task in self._active:
                task.cancel()
            self._stopped.set()

    async def run_due(self) -> None:
        """Run what is due, and what that makes due at once, then return: for seeding, commands and tests."""
        while True:
            self._woken.clear()
            pause = await self._turn()
            self._start()
            if pause > 0 and not self._busy:
                return
            await self._sleep(pause)

    async def stop(self, within_seconds: float = STOP_SECONDS_MAX) -> None:
        """Take no more work and let what runs finish in time; what does not is cancelled and runs again later."""
        self._stop_by = clock.monotonic() + within_seconds
        self.wake()
        await self._stopped.wait()

    @property
    def _busy(self) -> bool:
        return bool(self._active or self._ready or self._outcomes)

    async def _sleep(self, seconds: float) -> None:
        if self._active or self._ready:
            seconds = min(seconds, self._renew_at - clock.monotonic())
        if seconds > 0 and not self._woken.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                return

    async def _turn_or_wait(self) -> float:
        try:
            pause = await self._turn()
        except Exception as error:  # noqa: BLE001 - the database may be away for a while; jobs wait in it until it is back
            _log.error("jobs.turn_failed", package=self._database.package, error=type(error).__name__, at=place(error))
            pause = TROUBLE_SECONDS
        self._start()
        return pause

    async def _turn(self) -> float:
        """Write how jobs ended and claim others, in one transaction; return the pause until there may be more."""
        now, room = clock.now(), self._room()
        slots = [(schedule, schedule.slot(now)) for schedule in self._schedules]
        slots = [(schedule, slot) for schedule, slot in slots if self._slots.get(schedule.kind) != slot]
        if not (self._outcomes or slots or self._has_duties() or self._set_back(now)):
            pause = await self._seconds_to_next(now) if room else POLL_SECONDS_MAX
            if pause > 0:
                return pause
        outcomes, self._outcomes = self._outcomes, []
        try:
            async with self._database.transaction() as tx:
                await self._write(tx, outcomes)
                for schedule, slot in slots:
                    await self._ask_for(tx, schedule, slot)
                await self._keep_house(tx, now)
                claimed = await self._claim(tx, room, now)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        for one in claimed:
            if one.job.attempt > self._policy(one).attempts_max:
                self._outcomes.append(_Outcome(one, "dead", "The process ended during each attempt."))
            else:
                self._ready.append(one)
        # What is due but stands in a lane that another runner is just changing is looked at again soon.
        return 0.0 if claimed or outcomes else LANE_PAUSE_SECONDS

    def _has_duties(self) -> bool:
        moment = clock.monotonic()
        return moment >= self._clean_at or (moment >= self._renew_at and bool(self._active or self._ready))

    def _set_back(self, now: datetime) -> bool:
        """Tell whether the clock has gone back since the last turn, or may have before the first one."""
        return now.timestamp() - clock.monotonic() < self._ahead - clock.SKEW.total_seconds()

    def _room(self) -> int:
        """Return how many more to claim: one for each free hand, and what quick handlers do in a moment."""
        if self._stop_by is not None:
            return 0
        ahead = self._concurrency * QUICK_SECONDS / max(self._mean_seconds, 1e-6)
        return int(min(self._concurrency + ahead, CLAIM_JOBS_MAX)) - len(self._ready) - len(self._active)

    async def _seconds_to_next(self, now: datetime) -> float:
        async with self._database.reading(one_statement=True) as tx:
            row = await SQL.next_moments(tx, kinds=list(self._handlers))
        if row["leased_until"] and row["leased_until"] < clock.timestamp(now):
            self._sweep_at = 0.0
        moments = [clock.parse(moment) for moment in row.values() if moment]
        return max(0.0, min([POLL_SECONDS_MAX, *((moment - now).total_seconds() for moment in moments)]))

    async def _claim(self, tx: Transaction, room: int, now: datetime) -> list[_Claimed]:
        if room <= 0:
            return []
        due = await SQL.due(tx, now=clock.timestamp(now), kinds=list(self._handlers), limit=room)
        lanes = {row["lane"] for row in due} - {None}
        free = {row["lane"] for row in await SQL.try_lanes(tx, lanes=list(lanes))} if lanes else set()
        numbers = [row["number"] for row in due if row["lane"] is None or row["lane"] in free]
        if not numbers:
            return []
        rows = await SQL.take(tx, numbers=numbers, runner=self._name, until=self._lease_end(now))
        if len(rows) < len(numbers):
            await SQL.block(tx, numbers=numbers)
        order = {number: place for place, number in enumerate(numbers)}
        return [_claimed(row) for row in sorted(rows, key=lambda row: order[row["number"]])]

    async def _write(self, tx: Transaction, outcomes: Sequence[_Outcome]) -> None:
        now = clock.now()
        lanes = {outcome.claimed.lane for outcome in outcomes if outcome.kind in {"done", "dead"}} - {None}
        if lanes:
            await SQL.hold_lanes(tx, lanes=list(lanes))
        if done := [outcome.claimed.number for outcome in outcomes if outcome.kind == "done"]:
            await SQL.finish(tx, numbers=done, now=clock.timestamp(now), runner=self._name)
        if returned := [outcome.claimed.number for outcome in outcomes if outcome.kind == "returned"]:
            await SQL.give_back(tx, numbers=returned, runner=self._name)
        for outcome in outcomes:
            row = {"number": outcome.claimed.number, "error": outcome.error, "runner": self._name}
            if outcome.kind == "retry":
                due = now + timedelta(seconds=outcome.pause_seconds)
                await SQL.retry(tx, due_at=clock.timestamp(due), now=clock.timestamp(now), **row)
            elif outcome.kind == "dead":
                await SQL.bury(tx, now=clock.timestamp(now), **row)
        if lanes:
            await SQL.unblock(tx, lanes=list(lanes))
        tx.after_commit(partial(_count, self._database.package, outcomes))

    async def _ask_for(self, tx: Transaction, schedule: Schedule, slot: int) -> None:
        if await SQL.take_slot(tx, kind=schedule.kind, slot=slot, ahead=ceil(clock.SKEW / schedule.every)):
            # A run that outlasts its slot is not overtaken by the next.
            await enqueue(tx, schedule.kind, schedule.payload, key="schedule")
        tx.after_commit(partial(self._slots.__setitem__, schedule.kind, slot))

    async def _keep_house(self, tx: Transaction, now: datetime) -> None:
        """Renew the leases of what is held, free what dead runners held, delete what is long done."""
        moment = clock.monotonic()
        if self._set_back(now):
            await SQL.bring_back(tx, now=clock.timestamp(now), latest=clock.timestamp(now + clock.SKEW))
            until = now + timedelta(seconds=max(self._lease_seconds, LEASE_SECONDS))
            latest = clock.timestamp(until + clock.SKEW)
            await SQL.shorten_leases(tx, until=clock.timestamp(until), latest=latest)
        tx.after_commit(partial(setattr, self, "_ahead", now.timestamp() - moment))
        if moment >= self._renew_at:
            held = [one.number for one in (*self._ready, *self._active.values())]
            await SQL.renew(tx, numbers=held, until=self._lease_end(now), runner=self._name)
            self._renew_at = moment + self._lease_seconds / 3
        if moment >= self._sweep_at:
            await SQL.free_expired(tx, now=clock.timestamp(now))
            self._sweep_at = moment + POLL_SECONDS_MAX
        if moment >= self._clean_at:
            before = clock.timestamp(now - self._retention)
            deleted = await SQL.delete_done(tx, before=before, limit=DELETED_AT_ONCE_MAX)
            before = clock.timestamp(now - INBOX_RETENTION)
            deleted = max(deleted, await SQL.delete_received(tx, before=before, limit=DELETED_AT_ONCE_MAX))
            self._clean_at = moment + (CLEANING_SECONDS if deleted < DELETED_AT_ONCE_MAX else 0.0)

    def _start(self) -> None:
        while self._ready and len(self._active) < self._concurrency and self._stop_by is None:
            claimed = self._ready.popleft()
            task = asyncio.get_running_loop().create_task(self._perform(claimed), name=f"job {claimed.job.kind}")
            self._active[task] = claimed
            task.add_done_callback(self._ended)

    async def _perform(self, claimed: _Claimed) -> _Outcome:
        job, started = claimed.job, clock.monotonic()
        CORRELATION.set(claimed.correlation_id or job.id)
        try:
            await self._handlers[job.kind](job)
        except Retry as retry:
            return self._failed(claimed, str(retry) or "asked to be tried again", retry.after_seconds)
        except GiveUp as error:
            return _Outcome(claimed, "dead", str(error)[:ERROR_CHARACTERS_MAX] or "given up")
        except Exception as error:  # noqa: BLE001 - whatever a handler raises means: not done
            return self._failed(claimed, f"{type(error).__name__}: {error}")
        finally:
            self._mean_seconds += (clock.monotonic() - started - self._mean_seconds) / MEAN_JOBS
        return _Outcome(claimed, "done")

    def _ended(self, task: asyncio.Task[_Outcome]) -> None:
        claimed = self._active.pop(task)
        if not task.cancelled():
            self._outcomes.append(task.result())
        elif self._stop_by is not None:
            self._outcomes.append(_Outcome(claimed, "returned"))
        else:
            self._outcomes.append(self._failed(claimed, "cancelled"))
        self._start()
        self.wake()

    def _failed(self, claimed: _Claimed, error: str, after_seconds: float | None = None) -> _Outcome:
        error, policy, attempt = error[:ERROR_CHARACTERS_MAX], self._policy(claimed), claimed.job.attempt
        if attempt >= policy.attempts_max:
            return _Outcome(claimed, "dead", error)
        return _Outcome(
            claimed, "retry", error, policy.pause_seconds(attempt) if after_seconds is None else after_seconds
        )

    def _policy(self, claimed: _Claimed) -> RetryPolicy:
        return self._policies.get(claimed.job.kind, DEFAULT_POLICY)

    def _lease_end(self, now: datetime) -> str:
        return clock.timestamp(now + timedelta(seconds=self._lease_seconds))

    async def _wind_up(self, stop_by: float) -> None:
        """Give back what was not started, wait for the rest, cancel what is late, and write how it all ended."""
        self._outcomes += [_Outcome(claimed, "returned") for claimed in self._ready]
        self._ready.clear()
        if self._active:
            _, late = await asyncio.wait(self._active, timeout=max(0.0, stop_by - clock.monotonic()))
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=CANCEL_SECONDS_MAX)
        if self._outcomes:
            await self._turn_or_wait()


def _claimed(row: Mapping[str, Any]) -> _Claimed:
    payload = msgspec.json.decode(row["payload"])
    job = Job(row["id"], row["kind"], payload, row["attempt"], row["enqueued_at"])
    return _Claimed(job, row["number"], row["lane"], row["correlation_id"])


def _count(package: str, outcomes: Iterable[_Outcome]) -> None:
    for outcome in outcomes:
        job = outcome.claimed.job
        JOBS.labels(package, job.kind, outcome.kind).inc()
        if outcome.kind in {"retry", "dead"}:
            # The error itself may hold somebody's data: it stays with the job, behind the package's own access rules.
            _log.warning(f"jobs.{outcome.kind}", package=package, kind=job.kind, job=job.id, attempt=job.attempt)

"""Jobs are kept with the data that asked for them, run at least once, and in order where order was asked for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from govstack.kernel import clock, job_runner, jobs
from govstack.kernel.db import Database
from govstack.kernel.job_runner import JobRunner
from govstack.kernel.jobs import GiveUp, Job, Retry, RetryPolicy, Schedule
from govstack.kernel.log import CORRELATION
from tests.databases import Databases
from tests.shelf import POSTGRES_URL

AT_ONCE = RetryPolicy(attempts_max=3, first_seconds=0.0)
LATER = RetryPolicy(first_seconds=3_600)


async def enqueue(database: Database, kind: str = "work", **options: object) -> str:
    payload = options.pop("payload", {})
    async with database.transaction() as tx:
        return await jobs.enqueue(tx, kind, payload, **options)  # type: ignore[arg-type]


async def states(database: Database) -> list[str]:
    async with database.reading() as tx:
        return [row["state"] for row in await tx.fetch("SELECT state FROM job ORDER BY number")]


async def errors(database: Database) -> list[object]:
    async with database.reading() as tx:
        return [row["error"] for row in await tx.fetch("SELECT error FROM job ORDER BY number")]


@asynccontextmanager
async def running(*runners: JobRunner) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        yield
    finally:
        await asyncio.gather(*(runner.stop() for runner in runners))
        await asyncio.gather(*tasks)


async def until(condition: object, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.005)


class Seen:
    """A handler that remembers what it was given."""

    def __init__(self, *failures: Exception) -> None:
        self.jobs: list[Job] = []
        self.failures = list(failures)

    async def __call__(self, job: Job) -> None:
        self.jobs.append(job)
        if self.failures:
            raise self.failures.pop(0)

    @property
    def numbers(self) -> list[object]:
        return [job.payload["n"] for job in self.jobs]


def runner(database: Database, handler: Seen, policy: RetryPolicy = AT_ONCE, **options: object) -> JobRunner:
    return JobRunner(database, {"work": handler}, {"work": policy}, **options)  # type: ignore[arg-type]


async def test_a_job_carries_what_it_was_asked_with(database: Database) -> None:
    seen = Seen()
    job_id = await enqueue(database, payload={"name": "Ána", "parts": [1, None]})

    await runner(database, seen).run_due()

    assert [(job.id, job.kind, job.payload, job.attempt) for job in seen.jobs] == [
        (job_id, "work", {"name": "Ána", "parts": [1, None]}, 1)
    ]


async def test_a_job_that_succeeds_is_done(database: Database) -> None:
    await enqueue(database)

    await runner(database, Seen()).run_due()

    assert await states(database) == ["done"]


async def test_no_job_is_kept_when_the_transaction_that_asks_for_it_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "work", {"n": 1 // (await jobs.enqueue(tx, "work", {}) == "")})

    assert await states(database) == []


async def test_a_payload_that_is_too_large_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="at most"):
        await enqueue(database, payload={"text": "x" * jobs.PAYLOAD_BYTES_MAX})


async def test_a_job_of_an_unknown_kind_waits_for_a_runner_that_knows_it(database: Database) -> None:
    await enqueue(database, "other")

    await runner(database, Seen()).run_due()

    assert await states(database) == ["waiting"]


async def test_a_job_that_is_due_later_waits(database: Database) -> None:
    seen = Seen()
    await enqueue(database, due=clock.now() + timedelta(hours=1))

    await runner(database, seen).run_due()
    before = len(seen.jobs)
    with clock.fixed(clock.now() + timedelta(hours=2)):
        await runner(database, seen).run_due()

    assert (before, len(seen.jobs)) == (0, 1)


async def test_jobs_run_in_the_order_they_fall_due(database: Database) -> None:
    seen, now = Seen(), clock.now()
    for n in (3, 1, 2):
        await enqueue(database, payload={"n": n}, due=now + timedelta(seconds=n - 10))

    await runner(database, seen, concurrency=1).run_due()

    assert seen.numbers == [1, 2, 3]


async def test_many_are_asked_for_at_once(database: Database) -> None:
    seen = Seen()
    async with database.transaction() as tx:
        count = await jobs.enqueue_many(tx, "work", ({"n": n} for n in range(250)))

    await runner(database, seen).run_due()

    assert (count, sorted(seen.numbers, key=int)) == (250, list(range(250)))  # type: ignore[call-overload]


async def test_a_key_admits_one_unfinished_job(database: Database) -> None:
    first, second = await enqueue(database, key="a"), await enqueue(database, key="a")

    assert (first == second, await states(database)) == (True, ["waiting"])


async def test_a_key_of_another_kind_is_another_key(database: Database) -> None:
    assert await enqueue(database, "work", key="a") != await enqueue(database, "other", key="a")


async def test_a_key_is_free_again_when_its_job_is_done(database: Database) -> None:
    first = await enqueue(database, key="a")
    await runner(database, Seen()).run_due()

    assert await enqueue(database, key="a") != first


async def test_two_transactions_that_ask_at_once_make_one_job(database: Database) -> None:
    made = await asyncio.gather(*(enqueue(database, key="a") for _ in range(5)))

    assert (len(set(made)), await states(database)) == (1, ["waiting"])


async def test_a_job_that_fails_is_tried_again(database: Database) -> None:
    seen = Seen(RuntimeError("no"))
    await enqueue(database)

    await runner(database, seen).run_due()

    assert ([job.attempt for job in seen.jobs], await states(database)) == ([1, 2], ["done"])


async def test_a_job_keeps_its_id_through_all_attempts(database: Database) -> None:
    seen = Seen(RuntimeError("no"))
    await enqueue(database)

    await runner(database, seen).run_due()

    assert len({job.id for job in seen.jobs}) == 1


async def test_a_job_that_keeps_failing_is_dead_after_its_attempts(database: Database) -> None:
    seen = Seen(*[RuntimeError("no")] * 9)
    await enqueue(database)

    await runner(database, seen).run_due()

    assert (len(seen.jobs), await states(database)) == (3, ["dead"])


async def test_what_a_job_failed_with_is_kept_in_short(database: Database) -> None:
    await enqueue(database)

    await runner(database, Seen(*[ValueError("x" * 2_000)] * 3)).run_due()

    assert await errors(database) == [("ValueError: " + "x" * 2_000)[: job_runner.ERROR_CHARACTERS_MAX]]


async def test_between_attempts_there_is_a_pause(database: Database) -> None:
    seen = Seen(RuntimeError("no"))
    await enqueue(database)

    await runner(database, seen, LATER).run_due()

    assert (len(seen.jobs), await states(database)) == (1, ["waiting"])


async def test_a_handler_can_ask_for_another_attempt_at_a_time_of_its_own(database: Database) -> None:
    seen = Seen(Retry(0.0, "the other side is busy"))
    await enqueue(database)

    await runner(database, seen, LATER).run_due()

    assert (len(seen.jobs), await errors(database)) == (2, ["the other side is busy"])


async def test_a_handler_can_give_up_at_once(database: Database) -> None:
    seen = Seen(GiveUp("the person is gone"))
    await enqueue(database)

    await runner(database, seen).run_due()

    assert (len(seen.jobs), await states(database), await errors(database)) == (1, ["dead"], ["the person is gone"])


async def test_a_handler_that_is_cancelled_from_within_has_failed(database: Database) -> None:
    seen = Seen(*[asyncio.CancelledError()] * 3)  # type: ignore[list-item]
    await enqueue(database)

    await runner(database, seen).run_due()

    assert await states(database) == ["dead"]


def test_pauses_grow_to_a_limit() -> None:
    policy = RetryPolicy(first_seconds=1, factor=10, longest_seconds=500)

    pauses = [policy.pause_seconds(attempt) for attempt in (1, 2, 3, 4, 10_000)]

    assert all(
        expected * 0.8 <= pause <= expected * 1.2
        for pause, expected in zip(pauses, (1, 10, 100, 500, 500), strict=True)
    )


async def test_a_dead_job_is_listed_with_what_it_failed_with(database: Database) -> None:
    job_id = await enqueue(database, payload={"n": 1})
    await runner(database, Seen(GiveUp("gone"))).run_due()

    async with database.reading() as tx:
        (dead,) = await jobs.dead_jobs(tx)

    assert (dead.id, dead.kind, dead.payload, dead.attempt, dead.error) == (job_id, "work", {"n": 1}, 1, "gone")


async def test_dead_jobs_are_listed_page_by_page(database: Database) -> None:
    for n in range(3):
        await enqueue(database, payload={"n": n})
    await runner(database, Seen(*[GiveUp()] * 3)).run_due()

    async with database.reading() as tx:
        newest = await jobs.dead_jobs(tx, limit=2)
        rest = await jobs.dead_jobs(tx, before=newest[-1].number)

    assert [dead.payload["n"] for dead in (*newest, *rest)] == [2, 1, 0]


async def test_a_dead_job_runs_again_when_it_is_put_back(database: Database) -> None:
    seen, job_id = Seen(GiveUp()), await enqueue(database)
    await runner(database, seen).run_due()

    async with database.transaction() as tx:
        put_back = await jobs.requeue(tx, job_id)
    await runner(database, seen).run_due()

    assert (put_back, [job.attempt for job in seen.jobs], await states(database)) == (True, [1, 1], ["done"])


async def test_only_a_dead_job_can_be_put_back(database: Database) -> None:
    job_id = await enqueue(database)

    async with database.transaction() as tx:
        assert not await jobs.requeue(tx, job_id)


async def test_a_dead_job_is_not_put_back_beside_another_with_its_key(database: Database) -> None:
    job_id = await enqueue(database, key="a")
    await runner(database, Seen(GiveUp())).run_due()
    await enqueue(database, key="a")

    async with database.transaction() as tx:
        assert not await jobs.requeue(tx, job_id)


async def test_a_lane_keeps_its_order_though_many_run_at_once(database: Database) -> None:
    seen: dict[str, list[int]] = {"a": [], "b": [], "c": []}

    async def handler(job: Job) -> None:
        await asyncio.sleep(0.002 * (job.payload["n"] % 3))
        seen[job.payload["lane"]].append(job.payload["n"])

    async with database.transaction() as tx:
        for n in range(12):
            for lane in seen:
                await jobs.enqueue(tx, "work", {"n": n, "lane": lane}, lane=lane)

    await JobRunner(database, {"work": handler}).run_due()

    assert seen == {lane: list(range(12)) for lane in "abc"}


async def test_a_lane_waits_for_its_oldest_job_while_others_go_on(database: Database) -> None:
    seen = Seen(RuntimeError("not now"))
    for n, lane in enumerate(("stuck", "stuck", "free", None)):
        await enqueue(database, payload={"n": n}, lane=lane)

    await runner(database, seen, LATER).run_due()

    assert (sorted(seen.numbers, key=str), await states(database)) == (
        [0, 2, 3],
        ["waiting", "blocked", "done", "done"],
    )


async def test_a_lane_goes_on_when_its_oldest_job_is_dead(database: Database) -> None:
    seen = Seen(GiveUp())
    for n in range(3):
        await enqueue(database, payload={"n": n}, lane="a")

    await runner(database, seen).run_due()

    assert (seen.numbers, await states(database)) == ([0, 1, 2], ["dead", "done", "done"])


async def test_two_runners_keep_a_lane_in_order(database: Database) -> None:
    seen: list[int] = []
    at_work = 0

    async def handler(job: Job) -> None:
        nonlocal at_work
        at_work += 1
        assert at_work == 1
        await asyncio.sleep(0.001)
        seen.append(job.payload["n"])
        at_work -= 1

    async with database.transaction() as tx:
        for n in range(30):
            await jobs.enqueue(tx, "work", {"n": n}, lane="a")
    async with running(*(JobRunner(database, {"work": handler}, {"work": AT_ONCE}) for _ in range(2))):
        await until(lambda: len(seen) == 30)

    assert seen == list(range(30))


async def test_two_runners_share_work_and_run_nothing_twice(databases: Databases) -> None:
    doors = [await databases.migrated(), databases.open()]
    seen = [Seen(), Seen()]
    async with doors[0].transaction() as tx:
        await jobs.enqueue_many(tx, "work", ({"n": n} for n in range(500)))

    async with running(*(runner(door, one, concurrency=2) for door, one in zip(doors, seen, strict=True))):
        await until(lambda: len(seen[0].jobs) + len(seen[1].jobs) >= 500)

    numbers = seen[0].numbers + seen[1].numbers
    assert sorted(numbers, key=int) == list(range(500))  # type: ignore[call-overload]


async def test_a_running_runner_is_woken_by_the_commit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "POLL_SECONDS_MAX", 600.0)
    seen = Seen()

    async with running(runner(database, seen)):
        await asyncio.sleep(0.1)
        await enqueue(database)
        await until(lambda: seen.jobs)

    assert len(seen.jobs) == 1


async def test_a_runner_finds_what_another_process_asked_for(databases: Databases) -> None:
    here, there, seen = await databases.migrated(), databases.open(), Seen()

    async with running(runner(here, seen)):
        await enqueue(there)
        await until(lambda: seen.jobs, job_runner.POLL_SECONDS_MAX + 2)

    assert await states(here) == ["done"]


async def test_stopping_lets_what_runs_finish(database: Database) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handler(job: Job) -> None:
        begun.set()
        await asyncio.sleep(0.1)
        ended.set()

    await enqueue(database)
    async with running(JobRunner(database, {"work": handler})):
        await begun.wait()

    assert (ended.is_set(), await states(database)) == (True, ["done"])


async def test_stopping_gives_back_what_does_not_finish_in_time(database: Database) -> None:
    begun = asyncio.Event()

    async def handler(job: Job) -> None:
        begun.set()
        await asyncio.sleep(60)

    await enqueue(database)
    stuck = JobRunner(database, {"work": handler})
    task = asyncio.create_task(stuck.run())
    await begun.wait()
    await stuck.stop(within_seconds=0.05)
    await task
    seen = Seen()
    await runner(database, seen).run_due()

    assert [job.attempt for job in seen.jobs] == [1]


async def test_a_lease_that_ended_lets_another_runner_take_the_job(database: Database) -> None:
    begun = asyncio.Event()

    async def handler(job: Job) -> None:
        begun.set()
        await asyncio.sleep(60)

    await enqueue(database)
    lost = asyncio.create_task(JobRunner(database, {"work": handler}, lease_seconds=0.2).run())
    await begun.wait()
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    seen = Seen()
    async with running(runner(database, seen)):
        await until(lambda: seen.jobs)

    assert [job.attempt for job in seen.jobs] == [2]


async def test_a_long_handler_keeps_its_lease(database: Database) -> None:
    began: list[int] = []

    async def handler(job: Job) -> None:
        began.append(job.attempt)
        await asyncio.sleep(2.0)

    await enqueue(database)
    async with running(*(JobRunner(database, {"work": handler}, lease_seconds=1.5) for _ in range(2))):
        await asyncio.sleep(2.2)

    assert (began, await states(database)) == ([1], ["done"])


async def test_a_job_that_ends_its_process_each_time_is_dead_in_the_end(database: Database) -> None:
    seen = Seen()
    await enqueue(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE job SET attempt = 3")

    await runner(database, seen).run_due()

    assert (seen.jobs, await states(database)) == ([], ["dead"])


@pytest.mark.requirement("IDN-51")
async def test_what_was_asked_for_while_the_clock_was_ahead_is_done_when_it_is_right(database: Database) -> None:
    seen, ahead = Seen(), clock.now() + timedelta(days=400)
    with clock.fixed(ahead):
        await enqueue(database)
        await enqueue(database, due=ahead + timedelta(days=1))

    await runner(database, seen).run_due()

    # What was asked for at a moment waits for it.
    assert len(seen.jobs) == 1
    assert await states(database) == ["done", "waiting"]


async def test_a_runner_notices_that_its_clock_goes_back(database: Database) -> None:
    seen = Seen()
    works = runner(database, seen)
    with clock.fixed(clock.now() + timedelta(days=1)):
        await works.run_due()
        await enqueue(database)

    await works.run_due()

    assert len(seen.jobs) == 1


@pytest.mark.requirement("IDN-51")
async def test_what_was_put_off_while_the_clock_was_ahead_is_tried_again_when_it_is_right(database: Database) -> None:
    seen, policy = Seen(ValueError("away"), ValueError("away")), LATER
    await enqueue(database)
    with clock.fixed(clock.now() + timedelta(days=400)):
        await runner(database, seen, policy).run_due()

    await runner(database, seen, policy).run_due()
    await runner(database, seen, policy).run_due()

    # Put off by the right clock, it waits as long as its policy says.
    assert [job.attempt for job in seen.jobs] == [1, 2]
    assert await states(database) == ["waiting"]


async def test_a_dead_job_that_was_put_back_while_the_clock_was_ahead_runs_when_it_is_right(database: Database) -> None:
    seen = Seen(GiveUp("no"))
    job_id = await enqueue(database)
    await runner(database, seen).run_due()
    async with database.transaction() as tx:
        with clock.fixed(clock.now() + timedelta(days=400)):
            await jobs.requeue(tx, job_id)

    await runner(database, seen).run_due()

    assert await states(database) == ["done"]


async def test_what_a_runner_held_that_died_while_the_clock_was_ahead_is_free_after_one_lease(
    database: Database,
) -> None:
    seen, now = Seen(), clock.now()
    await enqueue(database)
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE job SET state = 'running', attempt = 1, runner = 'dead', leased_until = :until",
            until=clock.timestamp(now + timedelta(days=400)),
        )

    works = runner(database, seen, lease_seconds=60.0)
    await works.run_due()
    held = len(seen.jobs)
    with clock.fixed(now + timedelta(seconds=90)):
        await asyncio.sleep(job_runner.POLL_SECONDS_MAX)
        await works.run_due()

    assert (held, [job.attempt for job in seen.jobs]) == (0, [2])


async def test_a_schedule_goes_on_after_the_clock_was_ahead(database: Database) -> None:
    seen, hourly = Seen(), Schedule("work", timedelta(hours=1))
    with clock.fixed(clock.now() + timedelta(days=400)):
        await runner(database, seen, schedules=[hourly]).run_due()

    for _ in range(2):
        await runner(database, seen, schedules=[hourly]).run_due()

    assert len(seen.jobs) == 2


async def test_a_schedule_runs_once_in_a_slot_whoever_asks(database: Database) -> None:
    seen, hourly = Seen(), Schedule("work", timedelta(hours=1), {"n": 7})
    now = clock.now().replace(minute=5)

    for minutes in (0, 1, 50, 60, 61):
        with clock.fixed(now + timedelta(minutes=minutes)):
            await runner(database, seen, schedules=[hourly]).run_due()

    assert seen.numbers == [7, 7]


async def test_a_run_that_outlasts_its_slot_is_not_doubled(database: Database) -> None:
    hourly, now = Schedule("work", timedelta(hours=1)), clock.now()

    for hours in range(3):
        with clock.fixed(now + timedelta(hours=hours)):
            await runner(database, Seen(RuntimeError()), LATER, schedules=[hourly], concurrency=0).run_due()

    assert await states(database) == ["waiting"]


async def test_done_jobs_are_deleted_after_a_while(database: Database) -> None:
    await enqueue(database)
    await runner(database, Seen()).run_due()

    with clock.fixed(clock.now() + timedelta(days=2)):
        await runner(database, Seen()).run_due()

    assert await states(database) == []


async def test_dead_jobs_are_kept(database: Database) -> None:
    await enqueue(database)
    await runner(database, Seen(GiveUp())).run_due()

    with clock.fixed(clock.now() + timedelta(days=2)):
        await runner(database, Seen()).run_due()

    assert await states(database) == ["dead"]


async def test_the_backlog_counts_what_is_unfinished_and_dead(database: Database) -> None:
    for _ in range(2):
        await enqueue(database, "other")
    await enqueue(database)
    await runner(database, Seen(GiveUp())).run_due()

    async with database.reading() as tx:
        assert await jobs.backlog(tx) == {"waiting": 2, "blocked": 0, "running": 0, "dead": 1}


async def test_a_job_carries_the_correlation_id_of_the_request_that_asked_for_it(database: Database) -> None:
    found: list[str] = []

    async def handler(job: Job) -> None:
        found.append(CORRELATION.get())

    token = CORRELATION.set("request-1")
    await enqueue(database)
    CORRELATION.reset(token)
    await JobRunner(database, {"work": handler}).run_due()

    assert found == ["request-1"]


KILLED = """
import asyncio, sys
from govstack.kernel.databases import open_database
from govstack.kernel.db import Database
from govstack.kernel.job_runner import JobRunner

async def handler(job):
    print("begun", flush=True)
    await asyncio.sleep(60)

async def main():
    database = open_database(sys.argv[1], "sample", schema_prefix=sys.argv[2])
    await JobRunner(database, {"work": handler}, lease_seconds=1.0).run()

asyncio.run(main())
"""


@pytest.mark.requirement("X027")
async def test_a_job_whose_process_is_killed_runs_again_elsewhere(databases: Databases, tmp_path: Path) -> None:
    database, seen = await databases.migrated(), Seen()
    await enqueue(database, lane="a", payload={"n": 1})
    await enqueue(database, lane="a", payload={"n": 2})
    url = databases.url if databases.dialect == "sqlite" else POSTGRES_URL
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, databases.prefix, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"
    process.kill()
    await process.wait()

    async with running(runner(database, seen)):
        await until(lambda: len(seen.jobs) == 2)

    assert [(job.payload["n"], job.attempt) for job in seen.jobs] == [(1, 2), (2, 1)]

"""Rows of tests, forms and attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.tests.model import Attempt, Form, Part, Place, Test

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Result:
    """What an answer was worth, and the options it named."""

    attempt_id: str
    position: int
    worth: float
    chosen: tuple[str, ...]


async def put_test(tx: Transaction, test: Test, *, changed_at: str) -> None:
    """Add or change a test."""
    content = msgspec.json.encode(test).decode()
    await SQL.put_test(tx, id=test.id, state=str(test.state), content=content, changed_at=changed_at)


async def test(tx: Transaction, test_id: str) -> Test | None:
    """Return a test."""
    row = await SQL.test(tx, id=test_id)
    return None if row is None else msgspec.json.decode(row["content"], type=Test)


async def hold(tx: Transaction, test_id: str) -> Test | None:
    """Return a test that nobody else changes until the end of the transaction."""
    row = await SQL.hold(tx, id=test_id)
    return None if row is None else msgspec.json.decode(row["content"], type=Test)


async def tests(tx: Transaction, *, state: str, after: str, limit: int) -> list[Test]:
    """Return tests in the order of their ids."""
    rows = await SQL.tests(tx, state=state, after=after, limit=limit)
    return [msgspec.json.decode(row["content"], type=Test) for row in rows]


async def forms(tx: Transaction, test_id: str) -> dict[Part, Form]:
    """Return the forms of a test."""
    return {
        Part(row["part"]): Form(
            test_id=row["test_id"], part=Part(row["part"]), seed=row["seed"], assembled_at=row["assembled_at"],
            places=msgspec.json.decode(row["items"], type=tuple[Place, ...]),
        )
        for row in await SQL.forms(tx, test_id=test_id)
    }  # fmt: skip


async def add_form(tx: Transaction, form: Form) -> None:
    """Keep a form."""
    await SQL.add_form(
        tx, test_id=form.test_id, part=str(form.part), seed=form.seed, assembled_at=form.assembled_at,
        items=msgspec.json.encode(form.places).decode(),
    )  # fmt: skip


async def set_time(tx: Transaction, *, person_id: str, extra_percent: int) -> None:
    """Say how much longer a person may take."""
    await SQL.set_time(tx, person_id=person_id, extra_percent=extra_percent)


async def time(tx: Transaction, person_id: str) -> int:
    """Return how much longer a person may take, in per cent."""
    return int(await SQL.time(tx, person_id=person_id) or 0)


async def add_attempt(tx: Transaction, attempt: Attempt) -> None:
    """Keep an attempt; raises UniqueViolation where one goes on."""
    await SQL.add_attempt(
        tx, id=attempt.id, test_id=attempt.test_id, part=str(attempt.part), person_id=attempt.person_id,
        number=attempt.number, started_at=attempt.started_at, deadline_at=attempt.deadline_at,
        submitted_at=attempt.submitted_at, percent=attempt.percent, on_paper=int(attempt.on_paper),
    )  # fmt: skip


async def attempt(tx: Transaction, attempt_id: str) -> Attempt | None:
    """Return an attempt."""
    row = await SQL.attempt(tx, id=attempt_id)
    return None if row is None else _attempt(row)


async def attempts_of(tx: Transaction, *, person_id: str, test_id: str, limit: int) -> list[Attempt]:
    """Return the attempts of a person, newest first, at one test or at all."""
    rows = await SQL.attempts_of(tx, person_id=person_id, test_id=test_id, limit=limit)
    return [_attempt(row) for row in rows]


async def submitted(tx: Transaction, *, test_id: str, after: str = "", limit: int) -> list[Attempt]:
    """Return what was handed in of a test, in the order of ids."""
    return [_attempt(row) for row in await SQL.submitted(tx, test_id=test_id, after=after, limit=limit)]


async def due(tx: Transaction, *, before: str, limit: int) -> list[Attempt]:
    """Return attempts that go on though their time is up."""
    return [_attempt(row) for row in await SQL.due(tx, before=before, limit=limit)]


async def submit(tx: Transaction, *, attempt_id: str, percent: float, submitted_at: str) -> bool:
    """End an attempt; false when it was ended before."""
    return bool(await SQL.submit(tx, id=attempt_id, percent=percent, submitted_at=submitted_at))


async def lock(tx: Transaction, attempt_id: str) -> bool:
    """Hold an attempt until the end of the transaction; false when it was handed in."""
    return bool(await SQL.lock_attempt(tx, id=attempt_id))


async def add_answer(
    tx: Transaction, *, attempt_id: str, position: int, answer: Sequence[str], answered_at: str
) -> bool:  # fmt: skip
    """Keep an answer after those before it; false when the attempt is over."""
    return bool(
        await SQL.add_answer(
            tx, attempt_id=attempt_id, position=position, answer=msgspec.json.encode(list(answer)).decode(),
            answered_at=answered_at,
        )
    )  # fmt: skip


async def answers(tx: Transaction, attempt_id: str) -> dict[int, tuple[str, ...]]:
    """Return the answers of an attempt by position, the last one to each."""
    rows = await SQL.answers(tx, attempt_id=attempt_id)
    return {row["position"]: msgspec.json.decode(row["answer"], type=tuple[str, ...]) for row in rows}


async def add_results(tx: Transaction, results: Sequence[Result]) -> None:
    """Keep what answers were worth."""
    for one in results:
        await SQL.add_result(
            tx, attempt_id=one.attempt_id, position=one.position, worth=one.worth,
            chosen=msgspec.json.encode(one.chosen).decode(),
        )  # fmt: skip


async def firsts(tx: Transaction, *, test_id: str, part: str, limit: int) -> list[Attempt]:
    """Return the first attempt of each person at a form that was handed in, what began first first."""
    return [_attempt(row) for row in await SQL.firsts(tx, test_id=test_id, part=part, limit=limit)]


async def takers(tx: Transaction, *, test_id: str, part: str) -> int:
    """Return how many people handed in an attempt at a form."""
    return int(await SQL.takers(tx, test_id=test_id, part=part))


async def results(tx: Transaction, attempt_ids: list[str]) -> list[Result]:
    """Return what the answers of some attempts were worth, attempt by attempt."""
    return [_result(row) for row in await SQL.results(tx, ids=attempt_ids)]


async def results_of(tx: Transaction, attempt_id: str) -> list[Result]:
    """Return what the answers of an attempt were worth."""
    return [_result(row) for row in await SQL.results_of(tx, attempt_id=attempt_id)]


async def let_go(tx: Transaction, *, before: str) -> int:
    """Take away single answers of attempts that ended before a moment; what they were worth stays. Return how many."""
    gone = int(await SQL.let_go_answers(tx, before=before))
    return gone + int(await SQL.let_go_chosen(tx, before=before))


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what a person wrote, what goes on, and how much longer they may take; what it came to stays."""
    await SQL.forget_answers(tx, person_id=person_id)
    await SQL.forget_open(tx, person_id=person_id)
    await SQL.forget_time(tx, person_id=person_id)


def _attempt(row: Row) -> Attempt:
    return Attempt(
        id=row["id"], test_id=row["test_id"], part=Part(row["part"]), person_id=row["person_id"],
        number=row["number"], started_at=row["started_at"], deadline_at=row["deadline_at"],
        submitted_at=row["submitted_at"], percent=row["percent"], on_paper=bool(row["on_paper"]),
    )  # fmt: skip


def _result(row: Row) -> Result:
    chosen = msgspec.json.decode(row["chosen"], type=tuple[str, ...])
    return Result(row["attempt_id"], row["position"], row["worth"], chosen)

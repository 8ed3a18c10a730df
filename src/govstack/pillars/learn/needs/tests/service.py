"""Use cases of tests: plan, assemble, take, hand in, and what it came to.

Whoever takes a test is named by the id of their person, so that a course can embed one: `take` begins or goes on,
`answer` keeps an answer, `submit` hands in, `best_percent` tells how it went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PAGE_WORDS, TEACH
from govstack.pillars.learn.needs.items import service as bank
from govstack.pillars.learn.needs.items.model import Item, accepts
from govstack.pillars.learn.needs.tests import model, store
from govstack.pillars.learn.needs.tests.errors import (
    AttemptGoesOn,
    AttemptOver,
    BadAnswer,
    BadTest,
    FormAssembled,
    ItemsLacking,
    NoAttemptLeft,
    TestChanged,
    TestNotOpen,
    UnknownAttempt,
    UnknownTest,
)
from govstack.pillars.learn.needs.tests.model import GRACE, Attempt, Form, Part, State, Test
from govstack.pillars.learn.needs.tests.store import Result
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.retention.service import Keeping, days_setting

SCORED = "learn.test.scored"
ATTEMPTS_OF_PERSON_MAX = 200
RESULTS_MAX = 300_000
ATTEMPTS_MAX = 20_000
DUE_MAX = 200
TEST = "test/{}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """An attempt with its test and the items of its form in order; answers by position, from 1."""

    test: Test
    attempt: Attempt
    items: tuple[Item, ...]
    answers: Mapping[int, tuple[str, ...]]
    worth: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Paper:
    """An attempt on paper: whose, which form, when, and the answers by position."""

    person_id: str
    part: Part
    taken_at: str
    answers: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Responses:
    """What the first attempts at a form came to: its items, which of them are anchors, and a row for each attempt.

    `left_out` counts those who took it later than as many as are counted at once.
    """

    items: tuple[Item, ...]
    anchors: tuple[bool, ...]
    attempts: tuple[Attempt, ...]
    worth: tuple[tuple[float, ...], ...]
    chosen: tuple[tuple[tuple[str, ...], ...], ...]
    left_out: int = 0


async def put(context: Context, *, by: Actor, test: Test, seen: Test | None = None) -> Test:
    """Enter a test or change it; raises BadTest, and FormAssembled for another blueprint once there are forms.

    `seen` is the test of which a part was changed: raises TestChanged where it is another one by now.
    """
    async with context.database.transaction() as tx:
        before = await store.hold(tx, test.id)
        # Left by its end, not by the refusal, so that what others changed can be read when it is told.
        changed = seen is not None and before != seen
        if not changed:
            await _write(tx, by, test, before)
    if changed:
        raise TestChanged
    return test


async def _write(tx: Transaction, by: Actor, test: Test, before: Test | None) -> None:
    lack = model.fault(test) or (BadId.title if before is None and test.id in PAGE_WORDS else "")
    if lack:
        raise BadTest(lack)
    if before == test:
        return
    forms = await store.forms(tx, test.id)
    if before is not None and forms and (before.blueprint, before.paired) != (test.blueprint, test.paired):
        raise FormAssembled
    if test.state in {State.OPEN, State.AFTER} and not forms:
        raise TestNotOpen(_("Assemble the forms before the test is opened."))
    await store.put_test(tx, test, changed_at=clock.timestamp())
    detail = {"state": str(test.state)}
    await audit.record(tx, by=by, action="learn.test.put", subject=TEST.format(test.id), detail=detail)


async def set_state(context: Context, *, by: Actor, test_id: str, state: State, seen: State | None = None) -> Test:
    """Open a test, open its form after learning, or close it; raises UnknownTest, BadTest, TestNotOpen.

    `seen` is the state that the test was in when that was decided: raises TestChanged where it left that meanwhile.
    """
    async with context.database.transaction() as tx:
        before = await store.hold(tx, test_id)
        if before is None:
            raise UnknownTest
        test = msgspec.structs.replace(before, state=state)
        changed = seen is not None and before.state not in {seen, state}
        if not changed:
            await _write(tx, by, test, before)
    if changed:
        raise TestChanged
    return test


async def assemble(context: Context, *, by: Actor, test_id: str, seed: str = "") -> list[Form]:
    """Make the forms of a test, once; raises ItemsLacking with what the bank lacks, and UnknownTest.

    The same seed and bank give the same forms. Forms that are there stay, whatever becomes of the bank.
    """
    async with context.database.transaction() as tx:
        found = await store.hold(tx, test_id)
        if found is None:
            raise UnknownTest
        there = await store.forms(tx, test_id)
        if there:
            return [there[part] for part in found.parts]
        ready = await bank.ready_in(tx, competencies=sorted({one.competency_id for one in found.blueprint}))
        lacking = model.lacks(found, ready)
        if lacking:
            raise ItemsLacking(extra={"lacking": [one.told() for one in lacking]})
        made = [
            msgspec.structs.replace(form, assembled_at=clock.timestamp())
            for form in model.assembled(found, ready, seed or ids.new_id())
        ]
        for form in made:
            await store.add_form(tx, form)
        detail = {"seed": made[0].seed, "items": sum(len(form.places) for form in made)}
        await audit.record(tx, by=by, action="learn.test.assembled", subject=TEST.format(test_id), detail=detail)
    return made


async def read(context: Context, *, test_id: str) -> Test:
    """Return a test; raises UnknownTest."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.test(tx, test_id)
    if found is None:
        raise UnknownTest
    return found


async def listed(context: Context, *, state: str = "", after: str = "", limit: int = 100) -> list[Test]:
    """Return tests in the order of their ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.tests(tx, state=state, after=after, limit=limit)


async def lacking(context: Context, *, test_id: str) -> list[model.Lack]:
    """Return what the bank lacks for a test that has no forms yet."""
    found = await read(context, test_id=test_id)
    ready = await bank.ready(context, competencies=sorted({one.competency_id for one in found.blueprint}))
    return model.lacks(found, ready)


async def forms(context: Context, *, test_id: str) -> list[tuple[Form, tuple[Item, ...]]]:
    """Return the forms of a test with their items; none before they are assembled."""
    async with context.database.reading() as tx:
        found = await store.forms(tx, test_id)
    items = await bank.versions(
        context, wanted=[(one.item_id, one.version) for form in found.values() for one in form.places]
    )
    return [
        (found[part], tuple(items[one.item_id, one.version] for one in found[part].places))
        for part in Part if part in found
    ]  # fmt: skip


async def give_time(context: Context, *, by: Actor, person_id: str, extra_percent: int) -> None:
    """Give a person longer for every test from now on; raises UnknownPerson. Why is nobody's business here."""
    async with context.database.transaction() as tx:
        await people.hold(tx, person_id)
        await store.set_time(tx, person_id=person_id, extra_percent=extra_percent)
        await audit.record(tx, by=by, action="learn.test.time", subject=f"person/{person_id}")


async def extra_time(context: Context, *, person_id: str) -> int:
    """Return how much longer a person may take, in per cent."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.time(tx, person_id)


async def take(context: Context, *, by: Actor, person_id: str, test_id: str) -> Attempt:
    """Begin an attempt at the form that is open, or go on with the one begun.

    A test that is closed is there for its authors and for whoever has taken it.
    Raises UnknownTest, UnknownPerson, TestNotOpen, NoAttemptLeft.
    """
    found = await read(context, test_id=test_id)
    part = found.open_part
    earlier = await attempts(context, person_id=person_id, test_id=test_id)
    open_ones = [one for one in earlier if not one.submitted_at]
    for one in open_ones:
        if not one.is_late(clock.now()):
            return one
        await _finish(context, by=by, attempt_id=one.id)
    if part is None:
        raise TestNotOpen if earlier or by.may(TEACH) else UnknownTest
    try:
        return await _begin(context, by, found, part, person_id)
    except UniqueViolation:
        # Begun twice at once, by a double click: the other one is theirs too.
        return next(
            one for one in await attempts(context, person_id=person_id, test_id=test_id)
            if one.part is part and not one.submitted_at
        )  # fmt: skip


async def _begin(context: Context, by: Actor, found: Test, part: Part, person_id: str) -> Attempt:
    async with context.database.transaction() as tx:
        await people.hold(tx, person_id)
        if part not in await store.forms(tx, found.id):
            raise TestNotOpen
        earlier = await _of_part(tx, person_id, found.id, part)
        begun = next((one for one in earlier if not one.submitted_at), None)
        if begun is not None:
            return begun  # by another request, meanwhile
        if len([one for one in earlier if not one.on_paper]) >= found.attempts:
            raise NoAttemptLeft
        moment = clock.now()
        ends = model.deadline(found, moment, await store.time(tx, person_id))
        attempt = Attempt(
            id=ids.new_id(), test_id=found.id, part=part, person_id=person_id, number=len(earlier) + 1,
            started_at=clock.timestamp(moment), deadline_at=clock.timestamp(ends) if ends else None,
        )  # fmt: skip
        await store.add_attempt(tx, attempt)
        await audit.record(tx, by=by, action="learn.test.begun", subject=f"attempt/{attempt.id}")
    return attempt


async def _of_part(tx: Transaction, person_id: str, test_id: str, part: Part) -> list[Attempt]:
    found = await store.attempts_of(tx, person_id=person_id, test_id=test_id, limit=ATTEMPTS_OF_PERSON_MAX)
    return [one for one in found if one.part is part]


async def attempts(context: Context, *, person_id: str, test_id: str = "") -> list[Attempt]:
    """Return the attempts of a person, newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.attempts_of(tx, person_id=person_id, test_id=test_id, limit=ATTEMPTS_OF_PERSON_MAX)


async def best_percent(context: Context, *, person_id: str, test_id: str) -> float | None:
    """Return the best result of a person at a test, None before the first was handed in."""
    found = await attempts(context, person_id=person_id, test_id=test_id)
    return max((one.percent for one in found if one.percent is not None), default=None)


async def sheet(context: Context, *, person_id: str, attempt_id: str) -> Sheet:
    """Return an attempt of a person, whose time may be up; raises UnknownAttempt for that of somebody else."""
    found = await _sheet(context, attempt_id)
    if found.attempt.person_id != person_id:
        raise UnknownAttempt
    if not found.attempt.submitted_at and found.attempt.is_late(clock.now()):
        await _finish(context, by=SYSTEM_TIME, attempt_id=attempt_id)
        found = await _sheet(context, attempt_id)
    return found


async def result(context: Context, *, person_id: str, attempt_id: str) -> Sheet:
    """Return an attempt that was handed in; raises UnknownAttempt, AttemptGoesOn."""
    found = await sheet(context, person_id=person_id, attempt_id=attempt_id)
    if not found.attempt.submitted_at:
        raise AttemptGoesOn
    return found


async def _sheet(context: Context, attempt_id: str) -> Sheet:
    async with context.database.reading() as tx:
        attempt = await store.attempt(tx, attempt_id)
        if attempt is None:
            raise UnknownAttempt
        found, forms_ = await store.test(tx, attempt.test_id), await store.forms(tx, attempt.test_id)
        answers = await store.answers(tx, attempt_id)
        worth = {one.position: one.worth for one in await store.results_of(tx, attempt_id)}
    if found is None:
        raise UnknownTest
    return Sheet(found, attempt, await _items(context, forms_[attempt.part]), answers, worth)


async def _items(context: Context, form: Form) -> tuple[Item, ...]:
    keys = [(one.item_id, one.version) for one in form.places]
    known = await bank.versions(context, wanted=keys)
    return tuple(known[key] for key in keys)


async def answer(context: Context, *, person_id: str, attempt_id: str, position: int, given: Sequence[str]) -> Sheet:
    """Keep an answer; those before it stay written down. Raises UnknownAttempt, BadAnswer, AttemptOver."""
    found = await sheet(context, person_id=person_id, attempt_id=attempt_id)
    if found.attempt.submitted_at:
        raise AttemptOver
    if not 1 <= position <= len(found.items) or not accepts(found.items[position - 1], given):
        raise BadAnswer
    if found.answers.get(position, ()) == tuple(given):
        return found
    async with context.database.transaction() as tx:
        await store.lock(tx, attempt_id)
        kept = await store.add_answer(
            tx, attempt_id=attempt_id, position=position, answer=given, answered_at=clock.timestamp()
        )
        if not kept:
            raise AttemptOver
        # No audit entry: the table of answers is a record of its own that only grows, and thousands answer at once.
    return await _sheet(context, attempt_id)


async def submit(context: Context, *, by: Actor, person_id: str, attempt_id: str) -> Sheet:
    """Hand an attempt in, once: a second time returns what the first came to. Raises UnknownAttempt."""
    found = await sheet(context, person_id=person_id, attempt_id=attempt_id)
    if not found.attempt.submitted_at:
        await _finish(context, by=by, attempt_id=attempt_id)
        found = await _sheet(context, attempt_id)
    return found


async def submit_overdue(context: Context) -> int:
    """Hand in attempts whose time is up, with the answers they have; return how many."""
    async with context.database.reading(one_statement=True) as tx:
        due = await store.due(tx, before=clock.timestamp(clock.now() - GRACE), limit=DUE_MAX)
    for one in due:
        await _finish(context, by=SYSTEM_TIME, attempt_id=one.id)
    return len(due)


async def _finish(context: Context, *, by: Actor, attempt_id: str) -> None:
    found = await _sheet(context, attempt_id)
    moment = clock.timestamp()
    if found.attempt.deadline_at:
        moment = min(moment, found.attempt.deadline_at)
    async with context.database.transaction() as tx:
        if await store.lock(tx, attempt_id):
            # Answers may have come since: they are read again now that none can follow.
            answers = await store.answers(tx, attempt_id)
            await _score(tx, by, found.attempt, items=found.items, answers=answers, moment=moment)


async def _score(
    tx: Transaction, by: Actor, attempt: Attempt, *, items: Sequence[Item], answers: Mapping[int, Sequence[str]],
    moment: str,
) -> None:  # fmt: skip
    scored = model.scored(items, answers)
    await store.submit(tx, attempt_id=attempt.id, percent=scored.percent, submitted_at=moment)
    await store.add_results(
        tx,
        [
            Result(attempt.id, position, worth, model.chosen(item, answers.get(position, ())))
            for position, (item, worth) in enumerate(zip(items, scored.worth, strict=True), start=1)
        ],
    )
    subject = f"attempt/{attempt.id}"
    await audit.record(tx, by=by, action="learn.test.submitted", subject=subject)
    for competency_id, percent in scored.by_competency.items():
        data = {
            "attemptId": attempt.id, "testId": attempt.test_id, "part": str(attempt.part),
            "personId": attempt.person_id, "competencyId": competency_id, "percent": percent, "at": moment,
            "items": sum(one.competency_id == competency_id for one in items),
        }  # fmt: skip
        await events.publish(tx, type=SCORED, subject=subject, data=data)


async def enter_paper(context: Context, *, by: Actor, test_id: str, papers: Iterable[Paper]) -> list[str]:
    """Enter attempts on paper; return for each why it was refused, "same" or "".

    The same paper twice is one attempt.
    """
    forms_ = {form.part: items for form, items in await forms(context, test_id=test_id)}
    told = []
    papers = list(papers)
    async with context.database.transaction() as tx:
        known = await people.held(tx, {one.person_id for one in papers})
        for paper in papers:
            if paper.part not in forms_:
                told.append("form")
            elif paper.person_id not in known:
                told.append("person")
            else:
                told.append(await _enter(tx, by, test_id, paper, forms_[paper.part]))
    return told


async def _enter(tx: Transaction, by: Actor, test_id: str, paper: Paper, items: Sequence[Item]) -> str:
    wrong = [at for at, given in paper.answers.items() if at > len(items) or not accepts(items[at - 1], given)]
    if wrong:
        return str(min(wrong))
    key = "\n".join(("paper", test_id, str(paper.part), paper.person_id, paper.taken_at))
    attempt_id = crypto.digest(key.encode())[:32]
    if await store.attempt(tx, attempt_id) is not None:
        return "same"
    earlier = await _of_part(tx, paper.person_id, test_id, paper.part)
    attempt = Attempt(
        id=attempt_id, test_id=test_id, part=paper.part, person_id=paper.person_id, started_at=paper.taken_at,
        number=max((one.number for one in earlier), default=0) + 1, on_paper=True, submitted_at=paper.taken_at,
        percent=0.0,
    )  # fmt: skip
    if any(not one.submitted_at for one in earlier):
        return "open"
    await store.add_attempt(tx, msgspec.structs.replace(attempt, submitted_at=None))
    for position, given in sorted(paper.answers.items()):
        await store.add_answer(tx, attempt_id=attempt_id, position=position, answer=given, answered_at=paper.taken_at)
    await _score(tx, by, attempt, items=items, answers=paper.answers, moment=paper.taken_at)
    return ""


async def attempt(context: Context, *, attempt_id: str) -> Attempt | None:
    """Return an attempt, whosesoever it is."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.attempt(tx, attempt_id)


async def handed_in(context: Context, *, test_id: str, after: str = "", limit: int = 100) -> list[Attempt]:
    """Return what was handed in of a test, in the order of ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.submitted(tx, test_id=test_id, after=after, limit=limit)


async def answers_of(context: Context, *, attempt_ids: Iterable[str]) -> dict[str, dict[int, tuple[str, ...]]]:
    """Return the answers of attempts by position."""
    async with context.database.reading() as tx:
        return {attempt_id: await store.answers(tx, attempt_id) for attempt_id in attempt_ids}


async def responses(context: Context, *, test_id: str, part: Part) -> Responses:
    """Return what first attempts at a form came to; a person who tried again had seen the questions."""
    async with context.database.reading() as tx:
        form = (await store.forms(tx, test_id)).get(part)
        if form is None:
            raise UnknownTest
        most = max(1, min(ATTEMPTS_MAX, RESULTS_MAX // len(form.places)))
        firsts = await store.firsts(tx, test_id=test_id, part=str(part), limit=most)
        results = await store.results(tx, [one.id for one in firsts])
        takers = await store.takers(tx, test_id=test_id, part=str(part)) if len(firsts) == most else len(firsts)
    rows: dict[str, list[Result]] = {}
    for row in results:
        rows.setdefault(row.attempt_id, []).append(row)
    whole = [one for one in firsts if len(rows.get(one.id, ())) == len(form.places)]
    return Responses(
        await _items(context, form), tuple(one.anchor for one in form.places), tuple(whole),
        tuple(tuple(row.worth for row in rows[one.id]) for one in whole),
        tuple(tuple(row.chosen for row in rows[one.id]) for one in whole), takers - len(firsts),
    )  # fmt: skip


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("What you answered to each question of a test; the result stays"),
    days_setting("LEARN_TEST_DAYS", 1_825, "single answers to a test are kept"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person wrote; what their answers were worth stays in the figures."""
    await store.forget(tx, person_id)


SYSTEM_TIME = Actor.system("time is up")

"""Use cases of the commit: look for duplicates, hold or register, give a number, tell the person; each step once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from govstack.blocks.identity.codes import service as codes
from govstack.blocks.identity.committing.model import Outcome, evidence_of
from govstack.blocks.identity.deduplication import service as deduplication
from govstack.blocks.identity.deduplication.errors import OwnEnrolment
from govstack.blocks.identity.deduplication.model import Candidate, Decision, Verdict, verdict
from govstack.blocks.identity.enrolment import service as enrolments
from govstack.blocks.identity.enrolment.errors import EnrolmentClosed
from govstack.blocks.identity.enrolment.model import Enrolment, State
from govstack.blocks.identity.enrolment.service import Reading
from govstack.blocks.identity.packets.model import Process
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import Ended
from govstack.blocks.identity.people.model import Person, Resemblance, Status
from govstack.kernel import audit, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _

ISSUE = "identity.enrolment.issue"
PURPOSE = "enrolment-outcome"
NOTICE = "Notice of an enrolment"
NAMED = 100
FAULT_STATUS_MIN = 500
ACTOR = Actor.system("enrolment")
TITLE = _("You are registered")
TITLE_CHANGED = _("What is registered about you has changed")
TITLE_NUMBER = _("You have a new number")
WITH_NUMBER = _(
    "Your number is {number}. Keep it as you keep a key, and show it only where you want to be known by it."
)
CHANGED_WORDS = _("If you did not ask for this, go to the nearest registration centre.")


@dataclass(frozen=True, slots=True)
class Compared:
    """A candidate and who they are, for the officer who decides."""

    candidate: Candidate
    person: Person


async def carry_out(context: Context, *, enrolment_id: str) -> None:
    """Commit an enrolment that was submitted; done again, it changes nothing that was done."""
    async with context.database.transaction() as tx:
        one = await enrolments.locked(tx, enrolment_id=enrolment_id)
    if one.state is not State.SUBMITTED:
        return
    reading = await enrolments.reading_of(context, one)
    try:
        if one.process is Process.UPDATE:
            await _update(context, one, reading)
        else:
            await _register_or_find(context, one, reading)
    except Problem as problem:
        if problem.status >= FAULT_STATUS_MIN:
            raise
        await _refuse(context, one, problem.code)


async def decide(
    context: Context, *, by: Actor, enrolment_id: str, candidate_id: str, decision: Decision, reason: str
) -> Enrolment:
    """Say who a candidate is; once everybody is told apart, or one is the same, the enrolment goes on.

    Raises UnknownEnrolment, OwnEnrolment, EnrolmentClosed, UnknownCandidate, ReasonMissing and SeveralSame.
    """
    one = await enrolments.enrolment(context, by=by, enrolment_id=enrolment_id)
    if enrolments.is_own(one, by=by):
        raise OwnEnrolment
    reading = await enrolments.reading_of(context, one)
    async with context.database.transaction() as tx:
        one = await enrolments.locked(tx, enrolment_id=enrolment_id)
        if one.state is not State.HELD:
            raise EnrolmentClosed
        said = await deduplication.decide(
            context, tx, by=by, enrolment_id=enrolment_id, candidate_id=candidate_id, decision=decision, reason=reason
        )
        await audit.record(
            tx, by=by, action="identity.enrolment.decided", subject=f"enrolment/{one.id}",
            detail={"candidate": candidate_id, "decision": decision.value},
        )  # fmt: skip
        if verdict(said) is Verdict.HELD:
            return one
        moved = await enrolments.put(tx, by=by, one=replace(one, state=State.SUBMITTED, problem=""), act="submitted")
        await enrolments.ask_to_commit(context, tx, one=moved, attributes=reading.attributes)
    return moved


async def compared(context: Context, *, by: Actor, enrolment_id: str) -> list[Compared]:
    """Return the candidates of an enrolment and who they are; who looks is on record."""
    await enrolments.enrolment(context, by=by, enrolment_id=enrolment_id)
    async with context.database.transaction() as tx:
        candidates = await deduplication.candidates(context, tx, enrolment_id=enrolment_id)
        if candidates:
            await audit.record(tx, by=by, action="identity.enrolment.compared", subject=f"enrolment/{enrolment_id}")
    known = await people.several(context, person_ids=[one.person_id for one in candidates])
    return [Compared(one, known[one.person_id]) for one in candidates if one.person_id in known]


async def outcome(context: Context, *, by: Actor, enrolment_id: str) -> Outcome | None:
    """Return what came of an enrolment, for whoever may see it; None before its number is given.

    Who is shown a number is on record.
    """
    await enrolments.enrolment(context, by=by, enrolment_id=enrolment_id)
    made = await _outcome(context, enrolment_id)
    if made is not None and made.vid:
        async with context.database.transaction() as tx:
            subject = f"enrolment/{enrolment_id}"
            await audit.record(tx, by=people.recorded(by), action="identity.enrolment.number-read", subject=subject)
    return made


async def issue(context: Context, *, enrolment_id: str) -> None:
    """Give the person of a committed enrolment their number and tell them; each is done once."""
    async with context.database.transaction() as tx:
        one = await enrolments.locked(tx, enrolment_id=enrolment_id)
    if one.state is not State.COMMITTED or one.person_id is None:
        return
    person = await people.person(context, person_id=one.person_id)
    if person is None:
        return
    made = await _given(context, one, person)
    if not made.told and await _told(context, one, person, made):
        async with context.database.transaction() as tx:
            await _keep(context, tx, one.id, msgspec.structs.replace(made, told=True))


async def _register_or_find(context: Context, one: Enrolment, reading: Reading) -> None:
    """Register somebody new, or find who lost their number; neither without telling apart those who are alike."""
    attributes = [item for item in reading.attributes if item.value]
    if one.process is Process.LOST and one.person_id is not None:
        found: Sequence[Resemblance] = [Resemblance(one.person_id, NAMED)]
    else:
        found = await deduplication.alike(context, attributes=attributes)
    over = await _over(context, one)
    async with context.database.transaction() as tx:
        present = await enrolments.locked(tx, enrolment_id=one.id)
        if present.state is not State.SUBMITTED:
            return
        said = await deduplication.keep(context, tx, enrolment_id=one.id, found=found)
        follows = verdict(said)
        same = next((item.person_id for item in said if item.decision is Decision.SAME), None)
        ended = one.process is Process.LOST and same in over
        if follows is Verdict.HELD:
            await enrolments.put(tx, by=ACTOR, one=replace(present, state=State.HELD, problem="duplicate"), act="held")
        elif one.process is Process.NEW and same is None:
            person = await people.enter(
                context, tx, by=ACTOR, attributes=attributes, subject=one.subject,
                evidence=evidence_of(one.id, reading.pieces),
            )  # fmt: skip
            await enrolments.end(tx, by=ACTOR, one=present, state=State.COMMITTED, person_id=person.id)
            await jobs.enqueue(tx, ISSUE, {"enrolment": one.id})
        elif one.process is Process.LOST and same is not None and not ended:
            await enrolments.end(tx, by=ACTOR, one=present, state=State.COMMITTED, person_id=same)
            await jobs.enqueue(tx, ISSUE, {"enrolment": one.id})
        else:
            problem = "nobody-found" if same is None else Ended.code if ended else "duplicate"
            await enrolments.end(tx, by=ACTOR, one=present, state=State.REFUSED, problem=problem)


async def _over(context: Context, one: Enrolment) -> set[str]:
    """Return the candidates whose identity has ended: no number is given to them any more."""
    async with context.database.reading(one_statement=True) as tx:
        said = await deduplication.candidates(context, tx, enrolment_id=one.id)
    known = await people.several(context, person_ids=[item.person_id for item in said])
    return {person.id for person in known.values() if person.status is Status.DEACTIVATED}


async def _update(context: Context, one: Enrolment, reading: Reading) -> None:
    if one.person_id is None:
        return
    async with context.database.transaction() as tx:
        present = await enrolments.locked(tx, enrolment_id=one.id)
        if present.state is not State.SUBMITTED:
            return
        await people.amend(
            context, tx, by=ACTOR, person_id=one.person_id, attributes=reading.attributes,
            evidence=evidence_of(one.id, reading.pieces),
        )  # fmt: skip
        await enrolments.end(tx, by=ACTOR, one=present, state=State.COMMITTED)
        await jobs.enqueue(tx, ISSUE, {"enrolment": one.id})


async def _refuse(context: Context, one: Enrolment, problem: str) -> None:
    async with context.database.transaction() as tx:
        present = await enrolments.locked(tx, enrolment_id=one.id)
        if present.state is State.SUBMITTED:
            await enrolments.end(tx, by=ACTOR, one=present, state=State.REFUSED, problem=problem)


async def _given(context: Context, one: Enrolment, person: Person) -> Outcome:
    """Return what a person was given: a number for somebody new, another for all that were lost, none by an update.

    It is given and kept in one transaction, so that nobody who goes on after a kill gives another.
    """
    async with context.database.transaction() as tx:
        await enrolments.locked(tx, enrolment_id=one.id)
        kept = _opened(context, one.id, await enrolments.kept_outcome(tx, enrolment_id=one.id))
        if kept is not None:
            return kept
        vid = ""
        if one.process is not Process.UPDATE:
            anew = one.process is Process.LOST
            made = await people.number(context, tx, by=ACTOR, person_id=person.id, anew=anew, reason="lost")
            vid = made.value
        await _keep(context, tx, one.id, Outcome(vid))
    return Outcome(vid)


async def _told(context: Context, one: Enrolment, person: Person, made: Outcome) -> bool:
    """Tell the person at the address that is registered; false when nobody can be told."""
    titles = {Process.NEW: TITLE, Process.UPDATE: TITLE_CHANGED, Process.LOST: TITLE_NUMBER}
    return await codes.notify(
        context, person=person, title=titles[one.process], text=WITH_NUMBER if made.vid else CHANGED_WORDS,
        purpose=NOTICE, key=context.keys.fingerprint(PURPOSE, one.id), number=made.vid,
    )  # fmt: skip


async def _outcome(context: Context, enrolment_id: str) -> Outcome | None:
    return _opened(context, enrolment_id, await enrolments.outcome(context, enrolment_id=enrolment_id))


def _opened(context: Context, enrolment_id: str, sealed: bytes | None) -> Outcome | None:
    if sealed is None:
        return None
    return msgspec.json.decode(context.keys.open(PURPOSE, sealed, bound_to=enrolment_id), type=Outcome)


async def _keep(context: Context, tx: Transaction, enrolment_id: str, made: Outcome) -> None:
    sealed = context.keys.seal(PURPOSE, msgspec.json.encode(made), bound_to=enrolment_id)
    await enrolments.keep_outcome(tx, enrolment_id=enrolment_id, outcome=sealed)

"""Use cases of review: declare an interest, decide, and see what a round comes to."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.reviews import store
from govstack.pillars.learn.knowing.reviews.errors import AuthorMayNotVote, InterestUndeclared, RoundClosed
from govstack.pillars.learn.knowing.reviews.model import (
    CHALLENGE,
    DELIVERABLE,
    NONE_DECLARED,
    ROUND,
    Decision,
    Heard,
    Times,
    Voice,
    outcome,
    times,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Record

SYSTEM = Actor.system("reviews")
VOICES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A round, what it is about, what was said in it, and what that comes to."""

    round: Record
    deliverable: Record
    voices: list[Voice]
    open: bool

    @property
    def outcome(self) -> str:
        """Return what the round comes to."""
        return outcome(self.voices, authors=self.deliverable.content["authors"])


async def standing(context: Context, *, by: Actor, round_id: str) -> Standing:
    """Return where a round stands; raises UnknownRecord."""
    found = await records.read(context, by=by, kind=ROUND, record_id=round_id)
    deliverable = await records.read(context, by=by, kind=DELIVERABLE, record_id=found.content["deliverable"])
    async with context.database.reading(one_statement=True) as tx:
        voices = await store.voices(tx, round_id)
    today = clock.today().isoformat()
    is_open = not found.archived and found.content["opens"] <= today <= found.content["closes"]
    return Standing(found, deliverable, voices, is_open)


async def declare(context: Context, *, by: Actor, round_id: str, conflict: str = "") -> None:
    """Declare an interest in what a round is about, or with nothing that there is none.

    Raises RoundClosed and UnknownRecord, and UnknownPerson for whoever was erased meanwhile.
    """
    await _open(context, by, round_id)
    person = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        if not await people.held(tx, [person.id]):
            raise UnknownPerson
        said = conflict.strip() or NONE_DECLARED
        await store.declare(tx, round_id=round_id, person_id=person.id, conflict=said, at=clock.timestamp())
        detail = {"conflict": said != NONE_DECLARED}
        await audit.record(tx, by=by, action="learn.review.declared", subject=f"review/{round_id}", detail=detail)


async def decide(context: Context, *, by: Actor, round_id: str, decision: Decision, comment: str = "") -> None:
    """Decide in a round; deciding again replaces the decision while the round is open.

    Raises RoundClosed, AuthorMayNotVote, InterestUndeclared, UnknownRecord, and UnknownPerson as declaring does.
    """
    found = await _open(context, by, round_id)
    person = await people.me(context, by=by)
    if person.id in found.deliverable.content["authors"]:
        raise AuthorMayNotVote
    async with context.database.transaction() as tx:
        if not await people.held(tx, [person.id]):
            raise UnknownPerson
        written = await store.decide(
            tx, round_id=round_id, person_id=person.id, decision=decision, comment=comment.strip(),
            at=clock.timestamp(),
        )  # fmt: skip
        if not written:
            raise InterestUndeclared
        detail = {"decision": str(decision)}
        await audit.record(tx, by=by, action="learn.review.decided", subject=f"review/{round_id}", detail=detail)


async def heard(context: Context) -> list[Heard]:
    """Return who had a voice in which round of review, and whose deliverable it was about, for figures."""
    made = {one.id: str(one.content["group"]) async for one in records.each(context, by=SYSTEM, kind=DELIVERABLE)}
    about = {one.id: made.get(one.content["deliverable"], "")
             async for one in records.each(context, by=SYSTEM, kind=ROUND)}  # fmt: skip
    async with context.database.reading(one_statement=True) as tx:
        voices = await store.people_of(tx, limit=VOICES_MAX)
    return [Heard(round_id, about.get(round_id, ""), person_id) for round_id, person_id in voices]


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person wrote in reviews; that they decided stays."""
    await store.forget(tx, person_id)


async def _open(context: Context, by: Actor, round_id: str) -> Standing:
    found = await standing(context, by=by, round_id=round_id)
    if not found.open:
        raise RoundClosed
    return found


async def challenge_times(context: Context, *, by: Actor) -> Times:
    """Return how long challenges are open, or were; raises Forbidden for those who keep no log of challenges."""
    if not records.may_write(CHALLENGE, by):
        raise Forbidden
    found = [one async for one in records.each(context, by=by, kind=CHALLENGE)]
    return times(found, today=clock.today())

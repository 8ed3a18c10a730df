"""Use cases of duplicates: look for people who are alike, keep them with an enrolment, decide who is who."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.identity.deduplication import store
from govstack.blocks.identity.deduplication.errors import UnknownCandidate
from govstack.blocks.identity.deduplication.model import Candidate, Decision, check_decision
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Resemblance
from govstack.kernel import clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

DUPLICATE_SCORE = "IDENTITY_DUPLICATE_SCORE"
CANDIDATES_MAX = 10
PURPOSE = "enrolment-decision"
SETTINGS = (
    Setting(
        DUPLICATE_SCORE, "75", "How alike two people are, of 100, before an officer must tell them apart", whole(1, 100)
    ),
)


async def alike(context: Context, *, attributes: Sequence[Attribute]) -> list[Resemblance]:
    """Return who is alike enough that nobody is registered beside them without a decision."""
    least = context.settings.number(DUPLICATE_SCORE)
    found = await people.resembling(context, attributes=attributes, limit=people.RESEMBLING_MAX)
    return [one for one in found if one.score >= least]


async def keep(
    context: Context, tx: Transaction, *, enrolment_id: str, found: Sequence[Resemblance]
) -> list[Candidate]:
    """Keep who was found with an enrolment, as many at a time as one officer compares. Returns all candidates.

    What was said of somebody before stays said while the two are as alike as they were then.
    """
    known = {one.person_id for one in await store.candidates(tx, enrolment_id=enrolment_id)}
    fresh = [one for one in found if one.person_id not in known][:CANDIDATES_MAX]
    for one in (*fresh, *(one for one in found if one.person_id in known)):
        await store.add(
            tx, candidate_id=ids.new_id(), enrolment_id=enrolment_id, person_id=one.person_id, score=one.score
        )  # fmt: skip
    return await candidates(context, tx, enrolment_id=enrolment_id)


async def candidates(context: Context, tx: Transaction, *, enrolment_id: str) -> list[Candidate]:
    """Return the candidates of an enrolment with what was said of them."""
    return [_candidate(context, row) for row in await store.candidates(tx, enrolment_id=enrolment_id)]


async def decide(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    enrolment_id: str,
    candidate_id: str,
    decision: Decision,
    reason: str,
) -> list[Candidate]:
    """Say of a candidate who they are, with the reason; raises UnknownCandidate, ReasonMissing and SeveralSame."""
    present = await candidates(context, tx, enrolment_id=enrolment_id)
    check_decision(present, candidate_id=candidate_id, decision=decision, reason=reason)
    sealed = context.keys.seal(PURPOSE, reason.strip().encode(), bound_to=candidate_id)
    written = await store.decide(
        tx, enrolment_id=enrolment_id, candidate_id=candidate_id, decision=decision, reason=sealed, by=by.id,
        at=clock.timestamp(),
    )  # fmt: skip
    if not written:
        raise UnknownCandidate
    return await candidates(context, tx, enrolment_id=enrolment_id)


def _candidate(context: Context, row: store.Row) -> Candidate:
    reason = context.keys.open(PURPOSE, bytes(row.reason), bound_to=row.id).decode() if row.reason else ""
    return Candidate(row.id, row.person_id, row.score, row.decision, reason, row.decided_by, row.decided_at)

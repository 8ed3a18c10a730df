"""Use cases of proposals: propose something or claim a topic, see what became of it; take it up, or decline it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden, Unauthenticated
from govstack.kernel.i18n import _
from govstack.pillars.learn.knowing.academia.model import PROPOSED, TOPIC
from govstack.pillars.learn.knowing.proposals import store
from govstack.pillars.learn.knowing.proposals.errors import (
    ClaimedAlready,
    OwnProposal,
    ProposalDecided,
    ProposedEnough,
    TopicTaken,
    UnknownProposal,
)
from govstack.pillars.learn.knowing.proposals.model import (
    KINDS_OF,
    NOMINATOR,
    PROPOSED_A_DAY_MAX,
    WRITTEN,
    Proposal,
    Said,
    State,
    Subject,
    claimed,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.retention.service import Keeping, days_setting

READER = Actor.system("proposals")
PAGE_MAX = 200
TELL, PURPOSE = "tell-proposer", "proposal"
# Kept in English, and shown in the language of whoever reads it.
GIVEN_ELSEWHERE = _("The topic was given to somebody else.")


@dataclass(frozen=True, slots=True)
class Sight:
    """A proposal as somebody finds it: who proposed it, whether they decide on it, and what a claim is about.

    `own` tells that whoever looks made it, and so may withdraw it while it waits.
    """

    proposal: Proposal
    proposer: str
    decides: bool
    topic: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """The names of those who proposed something, and the titles of topics that claims are about, each by its id."""

    people: Mapping[str, str]
    topics: Mapping[str, str]


async def propose(context: Context, *, by: Actor, said: Said) -> Proposal:
    """Propose something in one's own name.

    Raises Unauthenticated, Forbidden for a program, ProposedEnough, and for a claim UnknownRecord, TopicTaken and
    ClaimedAlready.
    """
    me = await _person(context, by)
    if said.subject is Subject.CLAIM and (await claimable(context, by=by, topic_id=said.about_id)) is None:
        raise TopicTaken
    proposal = Proposal(ids.new_id(), said, me.id, clock.timestamp())
    since = clock.timestamp(clock.now() - timedelta(days=1))
    async with context.database.transaction() as tx:
        await people.lock(tx, me.id)
        if await store.proposed_since(tx, person_id=me.id, since=since) >= PROPOSED_A_DAY_MAX:
            raise ProposedEnough
        if not await store.add(tx, proposal):
            raise ClaimedAlready
        detail = {"subject": said.subject.value}
        await audit.record(tx, by=by, action="learn.proposal.made", subject=_subject(proposal.id), detail=detail)
    return proposal


async def claimable(context: Context, *, by: Actor, topic_id: str) -> Record | None:
    """Return a topic that somebody may take, None where it cannot be taken; raises UnknownRecord."""
    topic = await records.read(context, by=by, kind=TOPIC, record_id=topic_id)
    return topic if topic.content["state"] == PROPOSED and not topic.archived else None


async def mine(context: Context, *, by: Actor, before: str = "", limit: int = 50) -> list[Proposal]:
    """Return what whoever signed in proposed, the newest first."""
    me = await _person(context, by)
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_person(tx, person_id=me.id, before=before or "~", limit=min(limit, PAGE_MAX))


def kept(by: Actor) -> list[Subject]:
    """Return of what somebody keeps the records, and so decides on proposals."""
    return [subject for subject in WRITTEN if records.may_write(KINDS_OF[subject], by)]


async def waiting(context: Context, *, by: Actor, after: str = "", limit: int = 50) -> list[Proposal]:
    """Return what waits for those who keep the records, what came first first; Forbidden for everybody else."""
    subjects = kept(by)
    if not subjects:
        raise Forbidden if by.signed_in else Unauthenticated
    async with context.database.reading(one_statement=True) as tx:
        return await store.waiting(tx, subjects=subjects, after=after, limit=min(limit, PAGE_MAX))


async def sight(context: Context, *, by: Actor, proposal_id: str) -> Sight:
    """Return a proposal to whoever made it and to those who keep such records; raises UnknownProposal."""
    if not by.signed_in:
        raise Unauthenticated
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, proposal_id)
    me = await people.me(context, by=by) if by.kind == "person" else None
    own = found is not None and me is not None and found.person_id == me.id
    if found is None or not (own or records.may_write(found.kind, by)):
        raise UnknownProposal
    known = await people.people(context, person_ids=[found.person_id] if found.person_id else [])
    titles = await records.titles(context, record_ids=[found.said.about_id] if found.said.about_id else [])
    decides = not own and found.state is State.WAITING and records.may_write(found.kind, by)
    return Sight(
        found, known[found.person_id].name if found.person_id in known else "", decides,
        titles.get(found.said.about_id, ("", ""))[1], own,
    )  # fmt: skip


async def named(context: Context, found: Sequence[Proposal]) -> Named:
    """Return who made some proposals, and what claims are about."""
    known = await people.people(context, person_ids=sorted({one.person_id for one in found if one.person_id}))
    titles = await records.titles(context, record_ids=sorted({one.said.about_id for one in found if one.said.about_id}))
    return Named({one.id: one.name for one in known.values()}, {id_: title for id_, (_kind, title) in titles.items()})


async def count_waiting(context: Context, *, by: Actor) -> int:
    """Count what waits for whoever keeps such records; nought for everybody else."""
    subjects = kept(by)
    if not subjects:
        return 0
    async with context.database.reading(one_statement=True) as tx:
        return await store.count_waiting(tx, subjects=subjects)


async def own_claim(context: Context, *, by: Actor, topic_id: str) -> str:
    """Return the claim of a topic by which whoever signed in waits, "" for none."""
    me = await _person(context, by)
    async with context.database.reading(one_statement=True) as tx:
        return await store.own_claim(tx, topic_id=topic_id, person_id=me.id)


async def withdraw(context: Context, *, by: Actor, proposal_id: str) -> None:
    """Take back what one proposed, as long as it waits; raises UnknownProposal, ProposalDecided."""
    found = await sight(context, by=by, proposal_id=proposal_id)
    if not found.own or found.proposal.person_id is None:
        raise UnknownProposal
    async with context.database.transaction() as tx:
        if not await store.withdraw(tx, proposal_id, person_id=found.proposal.person_id):
            raise ProposalDecided
        detail = {"subject": found.proposal.said.subject.value}
        await audit.record(tx, by=by, action="learn.proposal.withdrawn", subject=_subject(proposal_id), detail=detail)


async def take_up(context: Context, *, by: Actor, proposal_id: str, subject: Subject, draft: Draft) -> Record:
    """Write the record that a proposal becomes; a nominated good names who proposed it, by this act.

    Raises UnknownProposal, also for another subject, OwnProposal, ProposalDecided, and Unfit.
    """
    found = await deciding(context, by=by, proposal_id=proposal_id, subject=subject)
    content = dict(draft.content)
    if found.said.subject is Subject.NOMINATION:
        content[NOMINATOR] = found.person_id
    async with context.database.transaction() as tx:
        written = Draft(content, draft.audience, written_in=draft.written_in)
        record = await records.put(context, by=by, kind=found.kind, draft=written, tx=tx)
        await _decide(tx, by, found, State.TAKEN, record_id=record.id)
    return record


async def grant(context: Context, *, by: Actor, proposal_id: str) -> Record:
    """Give a topic to whoever claims it; their name stands there from now on, and other claims of it are declined.

    Raises UnknownProposal, OwnProposal, ProposalDecided, TopicTaken, and ChangedMeanwhile.
    """
    found = await deciding(context, by=by, proposal_id=proposal_id, subject=Subject.CLAIM)
    try:
        topic = await claimable(context, by=by, topic_id=found.said.about_id)
    except UnknownRecord as error:
        raise TopicTaken from error
    if topic is None or found.person_id is None:
        raise TopicTaken
    claimant = await people.person(context, person_id=found.person_id)
    content = claimed(topic.content, found.said, claimant=claimant.name)
    async with context.database.transaction() as tx:
        draft = Draft(content, topic.audience, topic.number)
        record = await records.put(context, by=by, kind=TOPIC, draft=draft, record_id=topic.id, tx=tx)
        await _decide(tx, by, found, State.TAKEN, record_id=topic.id)
        for rival in await store.rivals(tx, topic.id):
            await _decide(tx, by, rival, State.DECLINED, reason=GIVEN_ELSEWHERE)
    return record


async def decline(context: Context, *, by: Actor, proposal_id: str, reason: str) -> None:
    """Decline a proposal and say why; raises UnknownProposal, OwnProposal, ProposalDecided."""
    found = await deciding(context, by=by, proposal_id=proposal_id)
    async with context.database.transaction() as tx:
        await _decide(tx, by, found, State.DECLINED, reason=reason)


async def decided(context: Context, *, proposal_id: str) -> Proposal | None:
    """Return a proposal whose person is to be told what became of it; None where it or they are gone, or it waits."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, proposal_id)
    return found if found and found.person_id and found.state is not State.WAITING else None


async def deciding(context: Context, *, by: Actor, proposal_id: str, subject: Subject | None = None) -> Proposal:
    """Return a proposal that somebody may decide on, of a subject when one is named.

    Raises UnknownProposal, OwnProposal, ProposalDecided.
    """
    found = await sight(context, by=by, proposal_id=proposal_id)
    if subject not in (None, found.proposal.said.subject):
        raise UnknownProposal
    if not found.decides:
        raise ProposalDecided if found.proposal.state is not State.WAITING else OwnProposal
    return found.proposal


async def _decide(
    tx: Transaction, by: Actor, found: Proposal, state: State, *, reason: str = "", record_id: str = ""
) -> None:
    at = clock.timestamp()
    if not await store.decide(tx, found.id, state=state, reason=reason, record_id=record_id, by=by.id, at=at):
        raise ProposalDecided
    detail = {"subject": found.said.subject.value, "record": record_id}
    await audit.record(tx, by=by, action=f"learn.proposal.{state}", subject=_subject(found.id), detail=detail)
    await jobs.enqueue(tx, TELL, {"proposal": found.id})


async def _person(context: Context, by: Actor) -> Person:
    if by.kind != "person":
        raise Forbidden if by.signed_in else Unauthenticated
    return await people.me(context, by=by)


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("What you proposed, and what became of it"),
    days_setting("LEARN_PROPOSAL_DAYS", 1_095, "a proposal is kept once it was decided on"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person proposed that waits; what was decided stays without their name, topics too."""
    for topic_id in await store.granted(tx, person_id=person_id):
        await records.erase_in(tx, by=READER, kind=TOPIC, record_id=topic_id)
    await store.forget(tx, person_id=person_id)


def _subject(proposal_id: str) -> str:
    return f"proposal/{proposal_id}"

"""Use cases of discussions: ask, answer, moderate, put answers first, and say that one was of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import MembersOnly, UnknownCommunity
from govstack.pillars.learn.knowing.communities.model import Act, Room, year_later
from govstack.pillars.learn.knowing.discussions import store
from govstack.pillars.learn.knowing.discussions.errors import (
    AskedEnough,
    DiscussionClosed,
    KeptAlready,
    TooManyAnswers,
    UnknownDiscussion,
)
from govstack.pillars.learn.knowing.discussions.model import ANSWERS_MAX, ASKED_A_DAY_MAX, Question, Reply
from govstack.pillars.learn.knowing.knowledge.model import ITEM
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import LONG_CHARACTERS_MAX, Record
from govstack.pillars.learn.records.service import Draft


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with the answers that its reader may see, where it was asked, and who wrote what."""

    question: Question
    answers: list[Reply]
    room: Room
    names: dict[str, str]

    @property
    def open(self) -> bool:
        """Tell whether it can be answered."""
        return self.room.live and self.room.member is not None and not self.question.closed


async def ask(context: Context, *, by: Actor, community_id: str, title: str, body: str) -> Question:
    """Ask the members of a community; raises UnknownCommunity, MembersOnly, CommunityClosed, AskedEnough."""
    room = await communities.working(context, by=by, community_id=community_id)
    if room.member is None:
        raise MembersOnly
    since = clock.timestamp(clock.now() - timedelta(days=1))
    question = Question(
        ids.new_id(), community_id, room.member.person_id, title, body, "", False, None, clock.timestamp()
    )  # fmt: skip
    async with context.database.transaction() as tx:
        if not await people.held(tx, [room.member.person_id]):
            raise UnknownPerson
        if await store.asked_since(tx, person_id=room.member.person_id, since=since) >= ASKED_A_DAY_MAX:
            raise AskedEnough
        await store.ask(tx, question)
        await communities.note(
            tx, community_id=community_id, person_id=room.member.person_id, act=Act.ASKED, reference=question.id
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.discussion.asked", subject=f"discussion/{question.id}")
    return question


async def listed(
    context: Context, *, by: Actor, community_id: str, before: str = "", limit: int = 50
) -> tuple[Room, list[Question]]:
    """Return a community and what was asked in it, the newest first; raises UnknownCommunity, MembersOnly."""
    room = await communities.inside(context, by=by, community_id=community_id)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.listed(tx, community_id=community_id, before=before, hidden=room.leads, limit=limit)
    return room, found


async def read(context: Context, *, by: Actor, discussion_id: str) -> Exchange:
    """Return a question with its answers to those who belong to its community; raises UnknownDiscussion."""
    async with context.database.reading() as tx:
        question = await store.by_id(tx, discussion_id)
        answers = await store.answers(tx, question=question) if question else []
    if question is None:
        raise UnknownDiscussion
    try:
        room = await communities.inside(context, by=by, community_id=question.community_id)
    except (UnknownCommunity, MembersOnly) as error:
        raise UnknownDiscussion from error
    if question.hidden_reason and not room.leads:
        raise UnknownDiscussion
    seen = [one for one in answers if room.leads or not one.hidden_reason]
    writers = {question.person_id, *(one.person_id for one in seen)}
    found = await people.people(context, person_ids=[one for one in writers if one])
    return Exchange(question, seen, room, {person_id: one.name for person_id, one in found.items()})


async def answer(context: Context, *, by: Actor, discussion_id: str, body: str) -> Reply:
    """Answer a question; raises UnknownDiscussion, MembersOnly, CommunityClosed, DiscussionClosed, TooManyAnswers."""
    exchange = await read(context, by=by, discussion_id=discussion_id)
    room = await communities.working(context, by=by, community_id=exchange.question.community_id)
    if room.member is None:
        raise MembersOnly
    reply = Reply(ids.new_id(), discussion_id, room.member.person_id, body, "", False, "", clock.timestamp())
    async with context.database.transaction() as tx:
        if not await people.held(tx, [room.member.person_id]):
            raise UnknownPerson
        closed, answers = await store.hold(tx, discussion_id)
        if closed:
            raise DiscussionClosed
        if answers >= ANSWERS_MAX:
            raise TooManyAnswers
        await store.answer(tx, reply)
        await communities.note(
            tx, community_id=room.record.id, person_id=room.member.person_id, act=Act.ANSWERED, reference=reply.id
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.discussion.answered", subject=f"discussion/{discussion_id}")
    return reply


async def moderate(context: Context, *, by: Actor, discussion_id: str, answer_id: str = "", reason: str = "") -> None:
    """Hide a question or an answer with a reason, or without one show it again; nothing is deleted.

    Raises UnknownDiscussion, LeadersOnly.
    """
    exchange = await _led(context, by=by, discussion_id=discussion_id)
    async with context.database.transaction() as tx:
        if not await store.hide(tx, discussion_id=discussion_id, answer_id=answer_id, reason=reason):
            raise UnknownDiscussion
        detail = {"answer": answer_id, "hidden": bool(reason)}
        subject = f"discussion/{exchange.question.id}"
        await audit.record(tx, by=by, action="learn.discussion.moderated", subject=subject, detail=detail)


async def close(context: Context, *, by: Actor, discussion_id: str, closed: bool) -> None:
    """Close a discussion, or open it again; raises UnknownDiscussion, LeadersOnly."""
    await _led(context, by=by, discussion_id=discussion_id)
    async with context.database.transaction() as tx:
        await store.close(tx, discussion_id=discussion_id, closed=closed)
        detail = {"closed": closed}
        subject = f"discussion/{discussion_id}"
        await audit.record(tx, by=by, action="learn.discussion.closed", subject=subject, detail=detail)


async def promote(context: Context, *, by: Actor, discussion_id: str, answer_id: str, promoted: bool) -> None:
    """Put an answer first, or back into its place; raises UnknownDiscussion, LeadersOnly."""
    await _led(context, by=by, discussion_id=discussion_id)
    async with context.database.transaction() as tx:
        if not await store.promote(tx, discussion_id=discussion_id, answer_id=answer_id, promoted=promoted):
            raise UnknownDiscussion
        detail = {"answer": answer_id, "promoted": promoted}
        subject = f"discussion/{discussion_id}"
        await audit.record(tx, by=by, action="learn.discussion.promoted", subject=subject, detail=detail)


async def keep(context: Context, *, by: Actor, discussion_id: str, answer_id: str, facets: Sequence[str]) -> Record:
    """Make an item of knowledge of an answer, which names who gave it and where; it is not published by that.

    Raises UnknownDiscussion, LeadersOnly, KeptAlready, Unfit.
    """
    exchange = await _led(context, by=by, discussion_id=discussion_id)
    found = next((one for one in exchange.answers if one.id == answer_id and not one.hidden_reason), None)
    if found is None:
        raise UnknownDiscussion
    asked, owner = exchange.question, await people.me(context, by=by)
    content = {
        "name": asked.title, "type": "answer", "community": asked.community_id,
        "summary": found.body[:LONG_CHARACTERS_MAX], "body": asked.body,
        "facets": list(facets), "stage": "create", "owner": owner.id,
        "contributors": [found.person_id] if found.person_id else [],
        "review": year_later(clock.today()).isoformat(), "audience": "internal", "language": by_default(owner),
        "sources": [f"{exchange.room.record.content['name']}: {context.public_url}/discussions/{asked.id}"],
    }  # fmt: skip
    async with context.database.transaction() as tx:
        item = await records.put(context, by=by, kind=ITEM, draft=Draft(content), record_id=ids.new_id(), tx=tx)
        if not await store.keep(tx, answer_id=answer_id, item_id=item.id):
            raise KeptAlready
        detail = {"answer": answer_id, "item": item.id}
        subject = f"discussion/{discussion_id}"
        await audit.record(tx, by=by, action="learn.discussion.kept", subject=subject, detail=detail)
    return item


def by_default(owner: Person) -> str:
    """Return the language that an item is in unless somebody says another."""
    return owner.language if owner.language in LANGUAGES else "en"


async def use(context: Context, *, by: Actor, discussion_id: str, answer_id: str) -> None:
    """Say that an answer was of use; a member counts once. Raises UnknownDiscussion, MembersOnly."""
    exchange = await read(context, by=by, discussion_id=discussion_id)
    if exchange.room.member is None:
        raise MembersOnly
    if answer_id not in {one.id for one in exchange.answers}:
        raise UnknownDiscussion
    async with context.database.transaction() as tx:
        if not await people.held(tx, [exchange.room.member.person_id]):
            raise UnknownPerson
        await communities.note(
            tx, community_id=exchange.room.record.id, person_id=exchange.room.member.person_id, act=Act.REUSED,
            reference=answer_id,
        )  # fmt: skip


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person's name from what they wrote; the texts are the community's."""
    await store.forget(tx, person_id=person_id)


async def _led(context: Context, *, by: Actor, discussion_id: str) -> Exchange:
    exchange = await read(context, by=by, discussion_id=discussion_id)
    await communities.inside(context, by=by, community_id=exchange.question.community_id, leading=True)
    return exchange

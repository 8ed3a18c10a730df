"""Use cases of the topic board: take a topic, and give it back."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.knowing.academia.errors import TopicTaken
from govstack.pillars.learn.knowing.academia.model import CLAIMED, PROPOSED, TOPIC
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Content, Record
from govstack.pillars.learn.records.service import Draft


@dataclass(frozen=True, slots=True)
class Standing:
    """A topic as somebody finds it: whether it can be taken, and whether they took it."""

    topic: Record
    free: bool
    mine: bool


async def standing(context: Context, *, by: Actor, topic_id: str) -> Standing:
    """Return where a topic stands for whoever signed in; raises UnknownRecord where they may not read it."""
    topic = await records.read(context, by=by, kind=TOPIC, record_id=topic_id)
    person = await people.me(context, by=by)
    free = topic.content["state"] == PROPOSED and not topic.archived
    return Standing(topic, free, topic.content["state"] == CLAIMED and topic.content.get("claimant") == person.id)


async def claim(context: Context, *, by: Actor, topic_id: str, supervisor: str) -> Standing:
    """Take a topic as a student or supervisor; taking it twice is as once.

    Raises UnknownRecord, TopicTaken, and ChangedMeanwhile where somebody else was faster.
    """
    found = await standing(context, by=by, topic_id=topic_id)
    if found.mine:
        return found
    if not found.free:
        raise TopicTaken
    person = await people.me(context, by=by)
    told = {"supervisor": supervisor} if supervisor else {}
    await _becomes(context, by, found.topic, {**found.topic.content, **told, "state": CLAIMED, "claimant": person.id})
    return await standing(context, by=by, topic_id=topic_id)


async def give_back(context: Context, *, by: Actor, topic_id: str) -> Standing:
    """Give a topic back that one took; raises UnknownRecord, and TopicTaken where somebody else holds it."""
    found = await standing(context, by=by, topic_id=topic_id)
    if not found.mine:
        raise TopicTaken
    kept = {name: value for name, value in found.topic.content.items() if name not in {"claimant", "supervisor"}}
    await _becomes(context, by, found.topic, {**kept, "state": PROPOSED})
    return await standing(context, by=by, topic_id=topic_id)


async def _becomes(context: Context, by: Actor, topic: Record, content: Content) -> None:
    draft = Draft(content, topic.audience, topic.number, fixed=True, written_in=topic.written_in)
    await records.put(context, by=by, kind=TOPIC, draft=draft, record_id=topic.id)

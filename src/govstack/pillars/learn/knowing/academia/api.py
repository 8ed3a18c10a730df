"""The operations on topics of research beside their records."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.knowing.academia import schemas, service
from govstack.pillars.learn.knowing.academia.errors import TopicTaken
from govstack.pillars.learn.records.errors import ChangedMeanwhile, UnknownRecord

routes = Routes(tags=("Topics of research",))
ONE = "/topics/{recordId}/claim"


@routes.get(
    ONE, access=signed_in(), answer=schemas.TopicStanding, operation_id="readTopicClaim", errors=(UnknownRecord,)
)  # fmt: skip
async def read(call: Call) -> schemas.TopicStanding:
    """Read whether a topic can be taken."""
    return schemas.TopicStanding.of(await service.standing(call.context, by=call.actor, topic_id=call.path["recordId"]))


@routes.put(
    ONE, access=signed_in(), body=schemas.Claim, answer=schemas.TopicStanding, operation_id="claimTopic",
    errors=(UnknownRecord, TopicTaken, ChangedMeanwhile),
)  # fmt: skip
async def claim(call: Call, body: schemas.Claim) -> schemas.TopicStanding:
    """Take a topic as a student or supervisor."""
    found = await service.claim(
        call.context, by=call.actor, topic_id=call.path["recordId"], supervisor=body.supervisor.strip()
    )
    return schemas.TopicStanding.of(found)


@routes.delete(
    ONE, access=signed_in(), answer=schemas.TopicStanding, operation_id="giveTopicBack",
    errors=(UnknownRecord, TopicTaken, ChangedMeanwhile),
)  # fmt: skip
async def give_back(call: Call) -> schemas.TopicStanding:
    """Give a topic back that one took."""
    return schemas.TopicStanding.of(
        await service.give_back(call.context, by=call.actor, topic_id=call.path["recordId"])
    )

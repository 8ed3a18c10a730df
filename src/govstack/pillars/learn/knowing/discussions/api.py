"""The operations on discussions."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.pillars.learn.knowing.communities.errors import (
    CommunityClosed,
    LeadersOnly,
    MembersOnly,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.discussions import schemas, service
from govstack.pillars.learn.knowing.discussions.errors import (
    AskedEnough,
    DiscussionClosed,
    KeptAlready,
    TooManyAnswers,
    UnknownDiscussion,
)
from govstack.pillars.learn.records.errors import Unfit

routes = Routes(tags=("Discussions",))
ASKED = "/communities/{recordId}/discussions"
ONE = "/discussions/{discussionId}"
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")


@routes.get(
    ASKED, access=MEMBERS, query=schemas.DiscussionsQuery, answer=schemas.Questions, operation_id="listDiscussions",
    errors=(UnknownCommunity, MembersOnly),
)  # fmt: skip
async def list_all(call: Call) -> schemas.Questions:
    """List what was asked in a community, the newest first."""
    asked = call.query
    _room, found = await service.listed(
        call.context, by=call.actor, community_id=call.path["recordId"], before=asked.before, limit=asked.limit
    )
    return schemas.Questions(
        [schemas.listed(one) for one in found], found[-1].id if len(found) == asked.limit else ""
    )  # fmt: skip


@routes.post(
    ASKED, access=MEMBERS, body=schemas.QuestionGiven, status=201, answer=schemas.DiscussionShown,
    operation_id="askCommunity", errors=(UnknownCommunity, MembersOnly, CommunityClosed, AskedEnough),
)  # fmt: skip
async def ask(call: Call, body: schemas.QuestionGiven) -> schemas.DiscussionShown:
    """Ask the members of a community."""
    made = await service.ask(
        call.context, by=call.actor, community_id=call.path["recordId"], title=body.title, body=body.body
    )
    return schemas.shown(await service.read(call.context, by=call.actor, discussion_id=made.id))


@routes.get(
    ONE, access=MEMBERS, answer=schemas.DiscussionShown, operation_id="readDiscussion", errors=(UnknownDiscussion,)
)
async def read(call: Call) -> schemas.DiscussionShown:
    """Read a question with its answers."""
    return schemas.shown(
        await service.read(call.context, by=call.actor, discussion_id=call.path["discussionId"])
    )  # fmt: skip


@routes.post(
    f"{ONE}/answers", access=MEMBERS, body=schemas.ReplyGiven, status=201, answer=schemas.DiscussionShown,
    operation_id="answerDiscussion",
    errors=(UnknownDiscussion, MembersOnly, CommunityClosed, DiscussionClosed, TooManyAnswers),
)  # fmt: skip
async def answer(call: Call, body: schemas.ReplyGiven) -> schemas.DiscussionShown:
    """Answer a question."""
    await service.answer(call.context, by=call.actor, discussion_id=call.path["discussionId"], body=body.body)
    return await read(call)


@routes.put(
    f"{ONE}/moderation", access=LEADERS, body=schemas.Moderation, answer=schemas.DiscussionShown,
    operation_id="moderateDiscussion", errors=(UnknownDiscussion, LeadersOnly),
)  # fmt: skip
async def moderate(call: Call, body: schemas.Moderation) -> schemas.DiscussionShown:
    """Hide a question or an answer, or show it again."""
    await service.moderate(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=body.answer_id,
        reason=body.reason,
    )  # fmt: skip
    return await read(call)


@routes.put(
    f"{ONE}/closed", access=LEADERS, body=schemas.Closing, answer=schemas.DiscussionShown,
    operation_id="closeDiscussion", errors=(UnknownDiscussion, LeadersOnly),
)  # fmt: skip
async def close(call: Call, body: schemas.Closing) -> schemas.DiscussionShown:
    """Close a discussion, or open it again."""
    await service.close(call.context, by=call.actor, discussion_id=call.path["discussionId"], closed=body.closed)
    return await read(call)


@routes.put(
    f"{ONE}/answers/{{answerId}}/promoted", access=LEADERS, body=schemas.Promotion, answer=schemas.DiscussionShown,
    operation_id="promoteAnswer", errors=(UnknownDiscussion, LeadersOnly),
)  # fmt: skip
async def promote(call: Call, body: schemas.Promotion) -> schemas.DiscussionShown:
    """Put an answer first, or back into its place."""
    await service.promote(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=call.path["answerId"],
        promoted=body.promoted,
    )  # fmt: skip
    return await read(call)


@routes.put(
    f"{ONE}/answers/{{answerId}}/use", access=MEMBERS, status=204, operation_id="useAnswer",
    errors=(UnknownDiscussion, MembersOnly),
)  # fmt: skip
async def use(call: Call) -> Answer:
    """Say that an answer was of use."""
    await service.use(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=call.path["answerId"]
    )
    return Answer(status=204)


@routes.post(
    f"{ONE}/answers/{{answerId}}/knowledge", access=LEADERS, body=schemas.AnswerKept, answer=schemas.KnowledgeMade,
    status=201, operation_id="keepAnswer", errors=(UnknownDiscussion, LeadersOnly, KeptAlready, Unfit),
)  # fmt: skip
async def keep(call: Call, body: schemas.AnswerKept) -> schemas.KnowledgeMade:
    """Make an item of knowledge of an answer, with attribution."""
    item = await service.keep(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=call.path["answerId"],
        facets=body.facets,
    )  # fmt: skip
    return schemas.KnowledgeMade(item.id)

"""The operations on coaching; the pair and their supervisor alone see what is written."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.response.coaching import schemas, service
from govstack.pillars.learn.response.coaching.errors import BadGoal, BadPair, CoachingEnded, TooMuch, UnknownCoaching
from govstack.pillars.learn.response.coaching.model import Begun, Coaching, Goal, GoalGiven, Note, NoteGiven, Whole

routes = Routes(tags=("Coaching",))
PAIR = by_policy("the pair of a coaching")
SEEN = by_policy("the pair of a coaching and their supervisor")


@routes.post(
    "/coachings", access=needs(PLAN), body=Begun, answer=Coaching, status=201, operation_id="beginCoaching",
    errors=(BadPair, BadGoal),
)  # fmt: skip
async def begin(call: Call, body: Begun) -> Answer:
    """Bring two people together with their first goals, and authorise a supervisor if there is to be one."""
    return Answer(await service.begin(call.context, by=call.actor, given=body, goals=body.goals), status=201)


@routes.get("/coachings", access=signed_in(), answer=schemas.CoachingList, operation_id="listMyCoachings")
async def list_mine(call: Call) -> schemas.CoachingList:
    """List the coachings that whoever signed in is part of."""
    return schemas.CoachingList(await service.mine(call.context, by=call.actor))


@routes.get(
    "/coaching-register", access=needs(PLAN), query=schemas.CoachingQuery, answer=schemas.CoachingRegister,
    operation_id="listCoachings",
)  # fmt: skip
async def list_all(call: Call) -> schemas.CoachingRegister:
    """List who coaches whom; goals and notes are for the pair and their supervisor alone."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit)
    return schemas.CoachingRegister(found, found[-1].id if len(found) == call.query.limit else "")


@routes.get(
    "/coachings/{coachingId}", access=SEEN, answer=Whole, operation_id="readCoaching", errors=(UnknownCoaching,)
)  # fmt: skip
async def read(call: Call) -> Whole:
    """Read a coaching with its goals and notes."""
    return await service.read(call.context, by=call.actor, coaching_id=call.path["coachingId"])


@routes.post(
    "/coachings/{coachingId}/end", access=PAIR, answer=Coaching, operation_id="endCoaching", errors=(UnknownCoaching,)
)  # fmt: skip
async def end(call: Call) -> Coaching:
    """End a coaching; it can still be read."""
    return await service.finish(call.context, by=call.actor, coaching_id=call.path["coachingId"])


@routes.post(
    "/coachings/{coachingId}/goals", access=PAIR, body=GoalGiven, answer=Goal, status=201, operation_id="addGoal",
    errors=(UnknownCoaching, CoachingEnded, BadGoal, TooMuch),
)  # fmt: skip
async def add_goal(call: Call, body: GoalGiven) -> Answer:
    """Set a goal that is tied to a competency."""
    goal = await service.add_goal(call.context, by=call.actor, coaching_id=call.path["coachingId"], given=body)
    return Answer(goal, status=201)


@routes.put(
    "/coachings/{coachingId}/goals/{goalId}/reached", access=PAIR, body=schemas.GoalJudged, status=204,
    operation_id="judgeGoal", errors=(UnknownCoaching, CoachingEnded),
)  # fmt: skip
async def judge_goal(call: Call, body: schemas.GoalJudged) -> Answer:
    """Say whether a goal is reached."""
    await service.reach_goal(
        call.context, by=call.actor, coaching_id=call.path["coachingId"], goal_id=call.path["goalId"],
        reached=body.reached,
    )  # fmt: skip
    return Answer(status=204)


@routes.post(
    "/coachings/{coachingId}/notes", access=PAIR, body=NoteGiven, answer=Note, status=201, operation_id="addNote",
    errors=(UnknownCoaching, CoachingEnded, TooMuch),
)  # fmt: skip
async def add_note(call: Call, body: NoteGiven) -> Answer:
    """Write a dated note."""
    note = await service.add_note(call.context, by=call.actor, coaching_id=call.path["coachingId"], given=body)
    return Answer(note, status=201)

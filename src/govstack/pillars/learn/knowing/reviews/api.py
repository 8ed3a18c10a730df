"""The operations on reviews beside their records."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.knowing.reviews import schemas, service
from govstack.pillars.learn.knowing.reviews.errors import AuthorMayNotVote, InterestUndeclared, RoundClosed
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Reviews",))
ONE = "/review-rounds/{recordId}/voices"


@routes.get(
    ONE, access=needs(ADVISE), answer=schemas.Voices, operation_id="readReviewVoices", errors=(UnknownRecord,)
)  # fmt: skip
async def read(call: Call) -> schemas.Voices:
    """Read what was said in a round, and what it comes to."""
    found = await service.standing(call.context, by=call.actor, round_id=call.path["recordId"])
    shown = [schemas.VoiceShown(one.person_id, one.conflict, one.decision, one.comment, one.at) for one in found.voices]
    return schemas.Voices(shown, found.outcome, found.open)


@routes.put(
    f"{ONE}/interest", access=needs(ADVISE), body=schemas.Interest, answer=schemas.Voices,
    operation_id="declareInterest", errors=(UnknownRecord, RoundClosed),
)  # fmt: skip
async def declare(call: Call, body: schemas.Interest) -> schemas.Voices:
    """Declare an interest, or that there is none."""
    await service.declare(call.context, by=call.actor, round_id=call.path["recordId"], conflict=body.conflict)
    return await read(call)


@routes.put(
    f"{ONE}/decision", access=needs(ADVISE), body=schemas.DecisionGiven, answer=schemas.Voices,
    operation_id="decideReview", errors=(UnknownRecord, RoundClosed, InterestUndeclared, AuthorMayNotVote),
)  # fmt: skip
async def decide(call: Call, body: schemas.DecisionGiven) -> schemas.Voices:
    """Decide in a round."""
    await service.decide(
        call.context, by=call.actor, round_id=call.path["recordId"], decision=body.decision, comment=body.comment
    )
    return await read(call)


@routes.get("/challenge-times", access=needs(ADVISE), answer=schemas.ChallengeTimes, operation_id="readChallengeTimes")
async def challenge_times(call: Call) -> schemas.ChallengeTimes:
    """Read how long challenges are open, or were until they were resolved."""
    return schemas.ChallengeTimes.of(await service.challenge_times(call.context, by=call.actor))

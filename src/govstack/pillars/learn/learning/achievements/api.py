"""The operations on what badges stand for."""

from __future__ import annotations

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, needs, public, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.learning.achievements import schemas, service
from govstack.pillars.learn.learning.achievements.errors import (
    CompetencyNotInFramework,
    LevelNotOnScale,
    LevelWithoutCompetency,
    NoRule,
    UnknownAchievement,
)
from govstack.pillars.learn.learning.achievements.model import Achievement, AchievementGiven, picture, told

routes = Routes(tags=("Badges",))
SVG = "image/svg+xml"
# A picture that is opened by itself runs nothing.
STILL = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@routes.put(
    "/achievements/{achievementId}", access=needs(PLAN), body=AchievementGiven, answer=Achievement,
    operation_id="putAchievement",
    errors=(NoRule, LevelWithoutCompetency, CompetencyNotInFramework, LevelNotOnScale, BadId),
)  # fmt: skip
async def put_achievement(call: Call, body: AchievementGiven) -> Achievement:
    """Enter what a badge stands for, or change it."""
    given = {**msgspec.to_builtins(body), "id": chosen_id(call, "achievementId")}
    try:
        one = msgspec.convert(given, Achievement)
    except msgspec.ValidationError as error:
        raise BadId from error
    return await service.put(call.context, by=call.actor, achievement=one)


@routes.get(
    "/achievements", access=signed_in(), query=schemas.AchievementQuery, answer=schemas.AchievementList,
    operation_id="listAchievements",
)  # fmt: skip
async def list_achievements(call: Call) -> schemas.AchievementList:
    """List what badges stand for."""
    asked = call.query
    found = await service.listed(call.context, after=asked.after, limit=asked.limit)
    return schemas.AchievementList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(
    "/achievements/{achievementId}", access=public(), answer=Achievement, operation_id="readAchievement",
    errors=(UnknownAchievement,),
)  # fmt: skip
async def read_achievement(call: Call) -> Achievement:
    """Read what a badge stands for: credentials name this address, so that anybody may ask."""
    return await service.read(call.context, achievement_id=call.path["achievementId"])


@routes.get(
    "/achievements/{achievementId}/picture", access=public(), query=schemas.PictureQuery, answer_type=SVG,
    operation_id="readAchievementPicture", errors=(UnknownAchievement,),
)  # fmt: skip
async def read_picture(call: Call) -> Answer:
    """Draw the picture of a badge."""
    one = await service.read(call.context, achievement_id=call.path["achievementId"])
    drawn = picture(told(one.names, call.query.lang or call.language), one.competency_code, one.colour)
    return Answer(body=drawn.encode(), media_type=SVG, headers=STILL)

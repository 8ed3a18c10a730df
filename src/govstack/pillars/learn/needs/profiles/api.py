"""The operations on profiles."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.needs.profiles import schemas, service
from govstack.pillars.learn.needs.profiles.errors import (
    CompetencyNotRated,
    LevelNotOffered,
    RequiredTwice,
    UnknownProfile,
)
from govstack.pillars.learn.needs.profiles.model import Profile

routes = Routes(tags=("Profiles",))


@routes.get(
    "/profiles", access=signed_in(), query=schemas.ProfilesQuery, answer=schemas.ProfileList,
    operation_id="listProfiles",
)  # fmt: skip
async def list_profiles(call: Call) -> schemas.ProfileList:
    """List the profiles of the role model, those of a category when one is named."""
    asked = call.query
    found = [one for one in await service.profiles(call.context) if asked.category in {"", one.category}]
    places = [place for place, one in enumerate(found) if one.id == asked.after]
    start = places[0] + 1 if places else 0
    part = found[start : start + asked.limit]
    return schemas.ProfileList(part, part[-1].id if part and start + asked.limit < len(found) else "")


@routes.get(
    "/profiles/{profileId}", access=signed_in(), answer=Profile, operation_id="readProfile", errors=(UnknownProfile,)
)  # fmt: skip
async def read_profile(call: Call) -> Profile:
    """Read a profile with what it requires."""
    return await service.profile(call.context, profile_id=call.path["profileId"])


@routes.put(
    "/profiles/{profileId}", access=needs(PLAN), body=schemas.ProfileGiven, answer=Profile,
    operation_id="putProfile", errors=(RequiredTwice, CompetencyNotRated, LevelNotOffered, BadId),
)  # fmt: skip
async def put_profile(call: Call, body: schemas.ProfileGiven) -> Profile:
    """Enter a profile, of the role model or a country's own, or change what it requires."""
    return await service.put(call.context, by=call.actor, profile=body.profile(chosen_id(call, "profileId")))

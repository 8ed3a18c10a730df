"""The operations of looking back."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.earning.model import Place
from govstack.pillars.learn.knowing.communities.errors import LeadersOnly, MembersOnly, UnknownCommunity
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.lookback import schemas, service
from govstack.pillars.learn.lookback.errors import NotCounted, NotNamed, UnknownLookBack
from govstack.pillars.learn.lookback.model import LookBack
from govstack.pillars.learn.response.offerings.errors import UnknownOffering

routes = Routes(tags=("Badges",))
ALL = "/badge-look-backs"
ONE = ALL + "/{lookBackId}"
KEEPERS = by_policy("whoever looks after the course, the offering or the community")
PLACES = (Forbidden, UnknownCourse, UnknownOffering, UnknownCommunity, MembersOnly, LeadersOnly)


@routes.post(
    ALL, access=KEEPERS, body=schemas.LookBackAsked, answer=LookBack, operation_id="beginLookBack",
    errors=(NotNamed, *PLACES),
)  # fmt: skip
async def begin(call: Call, body: schemas.LookBackAsked) -> LookBack:
    """Begin to count who reached what a badge asks for before it was named; one that goes on is returned."""
    place = Place(body.source, body.source_id)
    return await service.start(call.context, by=call.actor, place=place, achievement_id=body.achievement_id)


@routes.get(
    ONE, access=KEEPERS, answer=LookBack, operation_id="readLookBack", errors=(UnknownLookBack, *PLACES)
)  # fmt: skip
async def read(call: Call) -> LookBack:
    """Read how far a look back is, and how many people it reaches; nobody is named."""
    return await service.read(call.context, by=call.actor, look_back_id=call.path["lookBackId"])


@routes.put(
    ONE + "/decision", access=KEEPERS, body=schemas.LookBackDecided, answer=LookBack, operation_id="decideLookBack",
    errors=(UnknownLookBack, NotCounted, *PLACES),
)  # fmt: skip
async def decide(call: Call, body: schemas.LookBackDecided) -> LookBack:
    """Let those who were counted get the badge, or stop the look back."""
    return await service.decide(
        call.context, by=call.actor, look_back_id=call.path["lookBackId"], award=body.award
    )  # fmt: skip

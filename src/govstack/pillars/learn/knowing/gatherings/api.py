"""The operations on events beside their records."""

from __future__ import annotations

from typing import Any

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.pillars.learn.knowing.gatherings import presenters, schemas, service
from govstack.pillars.learn.knowing.gatherings.errors import (
    GatheringFull,
    GatheringIncomplete,
    GatheringOver,
    HostsOnly,
    NotYetHeld,
    UnknownGathering,
)
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.records.errors import Unfit

routes = Routes(tags=("Events of communities",))
ONE = "/gatherings/{recordId}"
SEEING = by_policy("whoever the event is open to, members of its community, and those who lead it")
HOSTS = by_policy("those who lead the event")


@routes.get(
    f"{ONE}/standing", access=SEEING, answer=schemas.GatheringStanding, operation_id="readGatheringStanding",
    errors=(UnknownGathering,),
)  # fmt: skip
async def standing(call: Call) -> schemas.GatheringStanding:
    """Read where an event stands, as somebody who may come to it."""
    return schemas.standing(await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"]))


@routes.put(
    f"{ONE}/attendance", access=SEEING, answer=schemas.GatheringStanding, operation_id="comeToGathering",
    errors=(UnknownGathering, GatheringOver, GatheringFull),
)  # fmt: skip
async def come(call: Call) -> schemas.GatheringStanding:
    """Say that one comes to an event."""
    gathering_id = call.path["recordId"]
    return schemas.standing(await service.come(call.context, by=call.actor, gathering_id=gathering_id, comes=True))


@routes.delete(
    f"{ONE}/attendance", access=SEEING, status=204, operation_id="stayAwayFromGathering",
    errors=(UnknownGathering, GatheringOver),
)  # fmt: skip
async def stay_away(call: Call) -> Answer:
    """Say that one does not come to an event."""
    await service.come(call.context, by=call.actor, gathering_id=call.path["recordId"], comes=False)
    return Answer(status=204)


@routes.get(
    f"{ONE}/people", access=HOSTS, answer=schemas.GatheringPeople, operation_id="listGatheringPeople",
    errors=(UnknownGathering, HostsOnly),
)  # fmt: skip
async def attendants(call: Call) -> schemas.GatheringPeople:
    """List who comes or came to an event."""
    found = await service.attendants(call.context, by=call.actor, gathering_id=call.path["recordId"])
    return schemas.GatheringPeople([schemas.GatheringPerson(one.person_id, name, one.came) for one, name in found])


@routes.put(
    f"{ONE}/people/{{learnerId}}", access=HOSTS, body=schemas.GatheringAttendance, status=204,
    operation_id="noteGatheringAttendance",
    errors=(UnknownGathering, HostsOnly, GatheringOver, NotYetHeld, UnknownPerson, GatheringFull),
)  # fmt: skip
async def attend(call: Call, body: schemas.GatheringAttendance) -> Answer:
    """Write down whether somebody came."""
    await service.attend(
        call.context, by=call.actor, gathering_id=call.path["recordId"], person_id=call.path["learnerId"],
        came=body.came,
    )  # fmt: skip
    return Answer(status=204)


@routes.post(
    f"{ONE}/closing", access=HOSTS, body=schemas.GatheringEnd, answer=schemas.GatheringStanding,
    operation_id="closeGathering",
    errors=(UnknownGathering, HostsOnly, GatheringOver, NotYetHeld, GatheringIncomplete, Unfit),
)  # fmt: skip
async def close(call: Call, body: schemas.GatheringEnd) -> schemas.GatheringStanding:
    """Close an event with what came of it."""
    said: dict[str, Any] = msgspec.to_builtins(body)
    return schemas.standing(
        await service.close(call.context, by=call.actor, gathering_id=call.path["recordId"], said=said)
    )


@routes.post(
    f"{ONE}/cancellation", access=HOSTS, answer=schemas.GatheringStanding, operation_id="cancelGathering",
    errors=(UnknownGathering, HostsOnly, GatheringOver),
)  # fmt: skip
async def cancel(call: Call) -> schemas.GatheringStanding:
    """Cancel an event."""
    return schemas.standing(await service.cancel(call.context, by=call.actor, gathering_id=call.path["recordId"]))


@routes.get(
    f"{ONE}/calendar", access=SEEING, answer_type=schemas.CALENDAR, operation_id="readGatheringCalendar",
    errors=(UnknownGathering,),
)  # fmt: skip
async def calendar(call: Call) -> Answer:
    """Read an event as an iCalendar file."""
    found = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    return schemas.calendar_answer(presenters.calendar([found.record], public_url=call.context.public_url))

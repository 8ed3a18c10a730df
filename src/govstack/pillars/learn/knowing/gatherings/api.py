"""The operations on events beside their records."""

from __future__ import annotations

from typing import Any

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.pillars.learn.knowing.gatherings import presenters, schemas, service
from govstack.pillars.learn.knowing.gatherings.errors import (
    BadSeats,
    FewerThanCome,
    GatheringFull,
    GatheringIncomplete,
    GatheringOver,
    HostsOnly,
    NeedsNothing,
    NotYetHeld,
    UnknownGathering,
)
from govstack.pillars.learn.knowing.gatherings.model import Seating
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
    errors=(UnknownGathering, GatheringOver, GatheringFull, UnknownPerson),
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
    f"{ONE}/seats", access=HOSTS, answer=schemas.GatheringSeats, operation_id="readGatheringSeats",
    errors=(UnknownGathering, HostsOnly),
)  # fmt: skip
async def seats(call: Call) -> schemas.GatheringSeats:
    """Read how many seats an event has, and for whom some are kept."""
    found = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    if not found.leads:
        raise HostsOnly
    return schemas.GatheringSeats(found.seating.limit, found.seating.quotas)


@routes.put(
    f"{ONE}/seats", access=HOSTS, body=schemas.GatheringSeats, answer=schemas.GatheringSeats,
    operation_id="putGatheringSeats", errors=(UnknownGathering, HostsOnly, GatheringOver, BadSeats, FewerThanCome),
)  # fmt: skip
async def put_seats(call: Call, body: schemas.GatheringSeats) -> schemas.GatheringSeats:
    """Set how many seats an event has and for whom some are kept; whoever waits and has one now is told."""
    given = Seating(body.seats, body.quotas)
    found = await service.put_seats(
        call.context, by=call.actor, gathering_id=call.path["recordId"], given=given
    )  # fmt: skip
    return schemas.GatheringSeats(found.seating.limit, found.seating.quotas)


@routes.get(
    f"{ONE}/people", access=HOSTS, answer=schemas.GatheringPeople, operation_id="listGatheringPeople",
    errors=(UnknownGathering, HostsOnly),
)  # fmt: skip
async def attendants(call: Call) -> schemas.GatheringPeople:
    """List who comes or came to an event."""
    gathering_id = call.path["recordId"]
    found = await service.attendants(call.context, by=call.actor, gathering_id=gathering_id)
    sight = await service.sight(call.context, by=call.actor, gathering_id=gathering_id)
    return schemas.people(found, await service.groups(call.context, found=sight))


@routes.put(
    f"{ONE}/people/{{learnerId}}/needs-met", access=HOSTS, body=schemas.GatheringNeedsMet, status=204,
    operation_id="noteGatheringNeedsMet", errors=(UnknownGathering, HostsOnly, NeedsNothing),
)  # fmt: skip
async def meet_needs(call: Call, body: schemas.GatheringNeedsMet) -> Answer:
    """Note whether what somebody needs in order to take part is arranged."""
    await service.meet_needs(
        call.context, by=call.actor, gathering_id=call.path["recordId"], person_id=call.path["learnerId"], met=body.met
    )  # fmt: skip
    return Answer(status=204)


@routes.put(
    f"{ONE}/attendance/needs", access=SEEING, body=schemas.GatheringComing, answer=schemas.GatheringStanding,
    operation_id="comeToGatheringWithNeeds", errors=(UnknownGathering, GatheringOver, GatheringFull, UnknownPerson),
)  # fmt: skip
async def come_with_needs(call: Call, body: schemas.GatheringComing) -> schemas.GatheringStanding:
    """Say that one comes to an event, and what one needs in order to take part."""
    return schemas.standing(
        await service.come(
            call.context, by=call.actor, gathering_id=call.path["recordId"], comes=True, needs=body.needs
        )
    )  # fmt: skip


@routes.put(
    f"{ONE}/people/{{learnerId}}", access=HOSTS, body=schemas.GatheringAttendance, status=204,
    operation_id="noteGatheringAttendance",
    errors=(UnknownGathering, HostsOnly, GatheringOver, NotYetHeld, UnknownPerson, GatheringFull),
)  # fmt: skip
async def attend(call: Call, body: schemas.GatheringAttendance) -> Answer:
    """Write down whether somebody came."""
    await service.attend(
        call.context, by=call.actor, gathering_id=call.path["recordId"], people_ids=[call.path["learnerId"]],
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

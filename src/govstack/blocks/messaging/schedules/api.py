"""Scheduling for senders: what is sent later or again and again, and how it goes."""

from __future__ import annotations

from govstack.blocks.messaging.intake.errors import MessageInvalid, SenderDiffers
from govstack.blocks.messaging.intake.schemas import BATCH_BODY_BYTES_MAX, KEY_HEADERS, SENDER, key_of
from govstack.blocks.messaging.schedules import service
from govstack.blocks.messaging.schedules.errors import ScheduleInvalid, TooManySchedules, UnknownSchedule
from govstack.blocks.messaging.schedules.schemas import (
    ScheduleDetails,
    ScheduleList,
    ScheduleRequest,
    ScheduleShape,
    SchedulesQuery,
    details,
    listed,
    shape,
)
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownKey
from govstack.blocks.messaging.senders.model import Sender
from govstack.kernel.routing import Call, Routes

routes = Routes(tags=("schedules",))
SCHEDULE = "/schedules/{scheduleUid}"


@routes.post(
    "/schedules", access=SENDER, body=ScheduleRequest, answer=ScheduleShape, status=201, headers=KEY_HEADERS,
    errors=(ScheduleInvalid, MessageInvalid, UnknownKey, SenderDiffers, TooManySchedules),
    operation_id="scheduleEmail", body_bytes_max=BATCH_BODY_BYTES_MAX,
    description="`at` is what a clock in `zone` shows, so that a message of nine o'clock stays one when clocks change.",
)  # fmt: skip
async def schedule(call: Call, body: ScheduleRequest) -> ScheduleShape:
    """Send a message later, or every day, week or month; the same one again is the one that is active already."""
    sender = await _sender(call)
    by, plan = senders.as_actor(sender), body.schedule.plan
    found = await service.schedule(call.context, by=by, sender=sender, submission=body.submission, plan=plan)
    return shape(found)


@routes.get(
    "/schedules", access=SENDER, query=SchedulesQuery, answer=ScheduleList, headers=KEY_HEADERS, errors=(UnknownKey,),
    operation_id="listSchedules",
)  # fmt: skip
async def schedules(call: Call) -> ScheduleList:
    """List one's own schedules, newest first."""
    sender = await _sender(call)
    before = max(call.query.before, 0)
    return listed(await service.schedules(call.context, by=senders.as_actor(sender), sender=sender, before=before))


@routes.get(
    SCHEDULE, access=SENDER, answer=ScheduleDetails, headers=KEY_HEADERS, errors=(UnknownKey, UnknownSchedule),
    operation_id="getSchedule",
)  # fmt: skip
async def one(call: Call) -> ScheduleDetails:
    """Return a schedule, when it is next, and what became of its latest moments."""
    sender = await _sender(call)
    by, uid = senders.as_actor(sender), call.path["scheduleUid"]
    return details(*await service.one(call.context, by=by, sender=sender, schedule_id=uid))


@routes.delete(
    SCHEDULE, access=SENDER, status=204, headers=KEY_HEADERS, errors=(UnknownKey, UnknownSchedule),
    operation_id="cancelSchedule",
)  # fmt: skip
async def cancel(call: Call) -> None:
    """Send nothing more of a schedule; what was sent goes its way."""
    sender = await _sender(call)
    by, uid = senders.as_actor(sender), call.path["scheduleUid"]
    await service.cancel(call.context, by=by, sender=sender, schedule_id=uid)


async def _sender(call: Call) -> Sender:
    return await senders.prove(call.context, by=call.actor, key=key_of(call.headers))

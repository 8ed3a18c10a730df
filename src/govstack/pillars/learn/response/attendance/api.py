"""The operations on attendance, results and certificates."""

from __future__ import annotations

from datetime import date

from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.kernel.sheets import MEDIA_TYPES, FileUnreadable
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.response.attendance import schemas, service
from govstack.pillars.learn.response.attendance.errors import (
    CodeExpired,
    ColumnsMissing,
    NoSeat,
    NoSuchPart,
    NotADay,
    NotBegunYet,
    NotHeld,
    OwnAttendance,
    TooManyRows,
)
from govstack.pillars.learn.response.attendance.model import Mark, Result
from govstack.pillars.learn.response.attendance.schemas import CALENDAR
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import UnknownEnrolment
from govstack.pillars.learn.response.offerings.errors import UnknownSession
from govstack.pillars.learn.response.offerings.presenters import calendar

routes = Routes(tags=("Attendance",))
FILE_BYTES_MAX = 5_000_000
KEEPS = by_policy("the trainers of the session or the training unit")


def _day(call: Call) -> date:
    try:
        return date.fromisoformat(call.path["day"])
    except ValueError as error:
        raise NotADay from error


@routes.get(
    "/sessions/{runId}/days/{day}/code", access=KEEPS, answer=schemas.CodeShown,
    operation_id="readAttendanceCode", errors=(UnknownSession, OwnAttendance, NotADay),
)  # fmt: skip
async def read_code(call: Call) -> schemas.CodeShown:
    """Read the code of a day, to be shown in the room; it holds for some minutes."""
    code = await service.code(call.context, by=call.actor, session_id=call.path["runId"], day=_day(call))
    return schemas.CodeShown(code)


@routes.post(
    "/me/attendance", access=signed_in(), body=schemas.Scanned, answer=schemas.CheckedIn, operation_id="checkIn",
    errors=(CodeExpired, NoSeat, OwnAttendance),
)  # fmt: skip
async def check_in(call: Call, body: schemas.Scanned) -> schemas.CheckedIn:
    """Note that whoever signed in is there, by the code that is shown in the room."""
    found = await service.check_in(call.context, by=call.actor, text=body.code)
    return schemas.CheckedIn(found.session_id, found.day)


@routes.get(
    "/me/session-calendar", access=signed_in(), operation_id="readMySessionCalendar", answer_type=CALENDAR
)  # fmt: skip
async def read_calendar(call: Call) -> Answer:
    """Read the sessions that one has a place in or teaches as iCalendar, with the links to take part."""
    found = await service.joined(call.context, by=call.actor)
    made = calendar(found, Words(call.language), call.context.public_url, joining=True)
    return schemas.calendar_answer(made)


@routes.put(
    "/enrolments/{enrolmentId}/attendance", access=KEEPS, body=schemas.Noted, status=204,
    operation_id="noteAttendance", errors=(UnknownEnrolment, OwnAttendance, NoSeat, NotADay),
)  # fmt: skip
async def note(call: Call, body: schemas.Noted) -> Answer:
    """Note whether somebody was there on a day, or came late, as whoever keeps the session."""
    mark = Mark.ABSENT if not body.present else Mark.LATE if body.late else Mark.PRESENT
    await service.note(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"], day=body.day, mark=mark)
    return Answer(status=204)


@routes.post(
    "/sessions/{runId}/attendance-list", access=KEEPS, answer=schemas.ListTaken,
    operation_id="takeAttendanceList", body_types=tuple(MEDIA_TYPES.values())[:2],
    body_bytes_max=FILE_BYTES_MAX, errors=(UnknownSession, OwnAttendance, FileUnreadable, ColumnsMissing, TooManyRows),
)  # fmt: skip
async def take_list(call: Call) -> schemas.ListTaken:
    """Take a paper list in: the columns are number, day and present; the same list twice changes nothing."""
    kind = schemas.format_sent(call.content_type)
    taken = await service.take_list(
        call.context, by=call.actor, session_id=call.path["runId"], kind=kind, content=call.body_bytes
    )
    return schemas.list_taken(taken)


@routes.put(
    "/enrolments/{enrolmentId}/results", access=KEEPS, body=Result, answer=Result, operation_id="putResult",
    errors=(UnknownEnrolment, OwnAttendance, NoSuchPart, NoSeat),
)  # fmt: skip
async def put_result(call: Call, body: Result) -> Result:
    """Keep what came of a part, and the result of its test."""
    return await service.put_result(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"], result=body)


@routes.get(
    "/sessions/{runId}/outcomes", access=KEEPS, answer=schemas.ReachedList, operation_id="listOutcomes",
    errors=(UnknownSession,),
)  # fmt: skip
async def list_outcomes(call: Call) -> schemas.ReachedList:
    """List what people have reached in a session."""
    found = await enrolment.everybody(call.context, by=call.actor, session_id=call.path["runId"])
    reached = await service.outcomes(call.context, found)
    return schemas.ReachedList([schemas.Reached(one, told) for one, told in reached.items()])


@routes.post(
    "/sessions/{runId}/close", access=KEEPS, answer=schemas.Closed, operation_id="closeSession",
    errors=(UnknownSession, OwnAttendance, NotBegunYet, NotHeld),
)  # fmt: skip
async def close(call: Call) -> schemas.Closed:
    """Say who completed a session and issue certificates under its rule; again after corrections."""
    told = await service.close(call.context, by=call.actor, session_id=call.path["runId"])
    return schemas.Closed(**told)

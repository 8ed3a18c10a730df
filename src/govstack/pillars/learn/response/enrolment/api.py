"""The operations on enrolment."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.response.enrolment import schemas, service
from govstack.pillars.learn.response.enrolment.errors import (
    ComesFirst,
    DecidedAlready,
    EnrolledAlready,
    NoSuchPerson,
    NotOpen,
    NotTheirManager,
    OwnPlace,
    UnknownEnrolment,
)
from govstack.pillars.learn.response.enrolment.model import Choices, Enrolment
from govstack.pillars.learn.response.offerings.errors import UnknownSession

routes = Routes(tags=("Enrolment",))
MANAGES = by_policy("their manager or the training unit")
OWNS = by_policy("the learner or the training unit")
KEEPS = by_policy("the trainers of the session or the training unit")


@routes.post(
    "/sessions/{runId}/enrolments", access=signed_in(), body=schemas.Asked, answer=Enrolment, status=201,
    operation_id="enrolMyself", errors=(UnknownSession, NotOpen, EnrolledAlready, ComesFirst, NoSuchPerson),
)  # fmt: skip
async def enrol(call: Call, body: schemas.Asked) -> Answer:
    """Ask for a place for oneself."""
    found = await service.enrol(call.context, by=call.actor, session_id=call.path["runId"], needs=body.needs)
    return Answer(found, status=201)


@routes.post(
    "/sessions/{runId}/nominations", access=MANAGES, body=schemas.Nominated, answer=Enrolment, status=201,
    operation_id="nominate",
    errors=(UnknownSession, NotOpen, EnrolledAlready, ComesFirst, NotTheirManager, NoSuchPerson),
)  # fmt: skip
async def nominate(call: Call, body: schemas.Nominated) -> Answer:
    """Put somebody forward, as their manager or as a training unit."""
    found = await service.nominate(
        call.context, by=call.actor, session_id=call.path["runId"], person_id=body.learner_id, needs=body.needs
    )
    return Answer(found, status=201)


@routes.post(
    "/enrolments/{enrolmentId}/decision", access=MANAGES, body=schemas.Decided, answer=Enrolment,
    operation_id="decideEnrolment", errors=(UnknownEnrolment, OwnPlace, NotTheirManager, DecidedAlready, NotOpen),
)  # fmt: skip
async def decide(call: Call, body: schemas.Decided) -> Enrolment:
    """Agree or decline: the manager to what was asked, the training unit to what the manager agreed to."""
    return await service.decide(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"], accept=body.accept)


@routes.post(
    "/enrolments/{enrolmentId}/cancellation", access=OWNS, answer=Enrolment, operation_id="cancelEnrolment",
    errors=(UnknownEnrolment, DecidedAlready),
)  # fmt: skip
async def cancel(call: Call) -> Enrolment:
    """Give a place back; the next one on the waiting list moves up."""
    return await service.cancel(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"])


@routes.put(
    "/enrolments/{enrolmentId}/needs-met", access=needs(PLAN), body=schemas.Met, answer=Enrolment,
    operation_id="meetNeeds", errors=(UnknownEnrolment,),
)  # fmt: skip
async def meet_needs(call: Call, body: schemas.Met) -> Enrolment:
    """Note that what somebody needs in order to take part is arranged."""
    return await service.meet_needs(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"], met=body.met)


@routes.get("/me/enrolments", access=signed_in(), answer=schemas.EnrolmentList, operation_id="listMyEnrolments")
async def list_mine(call: Call) -> schemas.EnrolmentList:
    """List one's own enrolments of all audiences, newest first."""
    return schemas.EnrolmentList([schemas.listed(one) for one in await service.mine(call.context, by=call.actor)])


@routes.get(
    "/me/enrolment-list", access=signed_in(), query=FileQuery, operation_id="exportMyEnrolments", answer_type=FILE_TYPES
)  # fmt: skip
async def export_mine(call: Call) -> Answer:
    """Take one's own enrolments out as a file."""
    rows = [schemas.row(one) for one in await service.mine(call.context, by=call.actor)]
    return table_answer("my-courses", Format(call.query.format), schemas.COLUMNS, at_once(rows))


@routes.get("/me/team/enrolments", access=signed_in(), answer=schemas.EnrolmentList, operation_id="listTeamEnrolments")
async def list_team(call: Call) -> schemas.EnrolmentList:
    """List the enrolments of those who report to whoever signed in."""
    return schemas.EnrolmentList([schemas.listed(one) for one in await service.of_team(call.context, by=call.actor)])


@routes.get(
    "/sessions/{runId}/enrolments", access=KEEPS, query=schemas.MembersQuery,
    answer=schemas.EnrolmentList, operation_id="listSessionEnrolments", errors=(UnknownSession,),
)  # fmt: skip
async def list_members(call: Call) -> schemas.EnrolmentList:
    """List who takes part in a session or wants to."""
    asked = call.query
    found = await service.of_session(
        call.context, by=call.actor, session_id=call.path["runId"], after=asked.after, limit=asked.limit
    )
    last = found[-1].enrolment.id if len(found) == asked.limit else ""
    return schemas.EnrolmentList([schemas.listed(one) for one in found], last)


@routes.get(
    "/sessions/{runId}/enrolment-list", access=KEEPS, query=FileQuery, operation_id="exportEnrolments",
    errors=(UnknownSession,), answer_type=FILE_TYPES,
)  # fmt: skip
async def export_members(call: Call) -> Answer:
    """Take the list of a session out as a file."""
    found = await service.everybody(call.context, by=call.actor, session_id=call.path["runId"])
    rows = [schemas.member_row(one) for one in found]
    return table_answer("participants", Format(call.query.format), schemas.MEMBER_COLUMNS, at_once(rows))


@routes.put(
    "/me/course-messages", access=signed_in(), body=Choices, answer=Choices, operation_id="chooseCourseMessages"
)  # fmt: skip
async def choose(call: Call, body: Choices) -> Choices:
    """Choose whether messages about courses are sent to oneself."""
    return Choices(await notices.choose(call.context, by=call.actor, wanted=body.reminders))

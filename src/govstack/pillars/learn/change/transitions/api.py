"""The operations on what the tools of change management say."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.change.transitions import schemas, service
from govstack.pillars.learn.change.transitions.errors import NoPulse
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.needs.campaigns.errors import UnknownCampaign
from govstack.pillars.learn.needs.findings.errors import NotClosed, TooFewAnswered
from govstack.pillars.learn.records.errors import Unfit, UnknownRecord

routes = Routes(tags=("Change programmes",))


@routes.get(
    "/change-programmes/{recordId}/reading", access=needs(PLAN), answer=schemas.ChangeReading,
    operation_id="readChangeReading", errors=(UnknownRecord,),
)  # fmt: skip
async def read_reading(call: Call) -> schemas.ChangeReading:
    """Read what the tools say of a change: balance of forces, equations, stances, and where groups are held up."""
    found = await service.workspace(call.context, by=call.actor, change_id=call.path["recordId"])
    return schemas.reading(found)


@routes.get(
    "/change-programmes/{recordId}/reading/export", access=needs(PLAN), query=FileQuery, answer=bytes,
    answer_type=FILE_TYPES, operation_id="exportChangeReading", errors=(UnknownRecord,),
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take what the tools say of a change out as CSV, spreadsheet or JSON, one figure a line."""
    found = await service.workspace(call.context, by=call.actor, change_id=call.path["recordId"])
    return table_answer("change-reading", Format(call.query.format), schemas.COLUMNS, at_once(schemas.lines(found)))


@routes.post(
    "/change-programmes/{recordId}/pulses", access=needs(PLAN), body=schemas.PulseTaken, answer=schemas.PulseWritten,
    operation_id="takePulse",
    errors=(UnknownRecord, UnknownCampaign, NotClosed, TooFewAnswered, NoPulse, Unfit),
)  # fmt: skip
async def take_pulse(call: Call, body: schemas.PulseTaken) -> schemas.PulseWritten:
    """Write down what the people of a group said in a campaign as the pulse of the group."""
    made = await service.take_pulse(
        call.context, by=call.actor, change_id=call.path["recordId"], campaign_id=body.campaign_id,
        group=body.group.strip(),
    )  # fmt: skip
    return schemas.PulseWritten(made.id)

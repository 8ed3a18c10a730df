"""The operations on nominations and definitions beside their records: what a reviewer decides."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.knowing.discovery import service
from govstack.pillars.learn.knowing.discovery.errors import InterestHeld, NoDecision, OwnWork
from govstack.pillars.learn.knowing.discovery.model import DEFINITION, NOMINATION, Judgement
from govstack.pillars.learn.records.errors import ChangedMeanwhile, Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Kind

routes = Routes(tags=("Discovery",))
REFUSALS = (UnknownRecord, NoDecision, OwnWork, InterestHeld, Unfit, ChangedMeanwhile)


@routes.put(
    "/good-nominations/{recordId}/decision", access=needs(ADVISE), body=Judgement, status=204,
    operation_id="decideNomination", errors=REFUSALS,
)  # fmt: skip
async def decide_nomination(call: Call, body: Judgement) -> Answer:
    """Say, as the reviewer who signed in, whether a nominated good fits."""
    return await _decide(call, NOMINATION, body)


@routes.put(
    "/definitions/{recordId}/decision", access=needs(ADVISE), body=Judgement, status=204,
    operation_id="decideDefinition", errors=REFUSALS,
)  # fmt: skip
async def decide_definition(call: Call, body: Judgement) -> Answer:
    """Decide, as the reviewer who signed in, on a definition that was discussed."""
    return await _decide(call, DEFINITION, body)


async def _decide(call: Call, kind: Kind, body: Judgement) -> Answer:
    await service.decide(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"], given=body)
    return Answer(status=204)

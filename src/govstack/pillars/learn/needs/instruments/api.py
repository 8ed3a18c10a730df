"""The operations on instruments."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.needs.instruments import schemas, service
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument, OtherInstrument, UnknownInstrument
from govstack.pillars.learn.needs.instruments.model import DOCUMENT_BYTES_MAX, Instrument

routes = Routes(tags=("Instruments",))


@routes.post(
    "/instruments/{instrumentId}/versions", access=needs(ADMINISTER), body=Instrument, answer=Instrument, status=201,
    operation_id="writeInstrument", body_bytes_max=DOCUMENT_BYTES_MAX, errors=(FaultyInstrument, OtherInstrument),
)  # fmt: skip
async def write(call: Call, body: Instrument) -> Instrument:
    """Write the next version of an instrument; its number is given here."""
    instrument = service.sound(body)
    return await service.write(
        call.context, by=call.actor, instrument_id=call.path["instrumentId"], instrument=instrument
    )


@routes.get(
    "/instruments", access=signed_in(), query=schemas.ListQuery, answer=schemas.InstrumentList,
    operation_id="listInstruments",
)  # fmt: skip
async def listed(call: Call) -> schemas.InstrumentList:
    """List instruments, each in its newest version."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit)
    entries = [schemas.EntryAnswer.of(one) for one in found]
    return schemas.InstrumentList(entries, entries[-1].id if len(entries) == call.query.limit else "")


@routes.get(
    "/instruments/{instrumentId}", access=signed_in(), query=schemas.VersionQuery, answer=Instrument,
    operation_id="readInstrument", errors=(UnknownInstrument,),
)  # fmt: skip
async def read(call: Call) -> Instrument:
    """Read an instrument in its newest version, or in another one."""
    return await service.instrument(call.context, instrument_id=call.path["instrumentId"], version=call.query.version)

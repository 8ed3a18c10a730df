"""Use cases of data users: is there consent, of whom, to what (UC verification, 5.1.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.reading import service as reading
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.service import Narrowed, Shown
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest

VERIFY = "consent:verify"


@dataclass(frozen=True, slots=True)
class Question:
    """Whose consent, by this block's id or by the identifier that people sign in with, and to what."""

    individual_id: str = ""
    external_id: str = ""
    narrowed: Narrowed = records.EVERYTHING


async def agreements_in_force(context: Context, *, by: Actor, part: Part) -> list[DataAgreement]:
    """Return the agreements that a data user may rely on; raises Forbidden."""
    individuals.require(context, by, VERIFY)
    return await agreements.listed(context, part=part, active_only=True)


async def ask(context: Context, *, by: Actor, question: Question, part: Part) -> list[Shown]:
    """Return the records that hold now, narrowed to a person, an agreement, and a version of it.

    An answer that waits for signatures holds not yet: it is left out, and what held before it holds on.
    Who was shown whose record is on record. Raises Forbidden, and BadRequest when one person is named in two ways.
    """
    individuals.require(context, by, VERIFY)
    if question.individual_id and question.external_id:
        raise BadRequest("Name the person by individualId or by the header, not by both.")
    narrowed = replace(question.narrowed, settled=True)
    async with context.database.reading() as tx:
        if question.individual_id or question.external_id:
            whom: tuple[str, ...] = (question.individual_id,)
            if question.external_id:
                whom = await individuals.found_by(context, tx, question.external_id)
            found = await records.of_individuals(context, tx, individual_ids=whom, part=part, narrowed=narrowed)
        else:
            found = await records.current(context, tx, part=part, narrowed=narrowed)
    await reading.note(context, by=by, operation="record.verify", individual_ids=[one.individual.id for one in found])
    return found


async def read(context: Context, *, by: Actor, record_id: str) -> Shown:
    """Return a record; who was shown it is on record. Raises Forbidden and Unknown."""
    individuals.require(context, by, VERIFY)
    async with context.database.reading() as tx:
        found = await records.read(context, tx, record_id)
    await reading.note(context, by=by, operation="record.verify", individual_ids=[found.individual.id])
    return found

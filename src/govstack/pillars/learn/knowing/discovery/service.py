"""Use cases of discovery: a reviewer decides on a nomination or a definition, in their own name."""

from __future__ import annotations

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.knowing.discovery.errors import InterestHeld, NoDecision, OwnWork
from govstack.pillars.learn.knowing.discovery.model import VERDICTS, Judgement, authors, decided
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Kind, Record
from govstack.pillars.learn.records.service import Draft


async def decide(context: Context, *, by: Actor, kind: Kind, record_id: str, given: Judgement) -> Record:
    """Decide on a nomination or a definition as the reviewer who signed in; the history keeps what was decided before.

    Nobody decides on what they nominated or wrote, or have an interest in. A later change of what was decided on lets
    the decision fall. Raises UnknownRecord, NoDecision, OwnWork, InterestHeld, Unfit, and Forbidden for a program.
    """
    where = VERDICTS[kind.name]
    if by.kind != "person" or not by.may(ADVISE):
        raise Forbidden
    found = await records.read(context, by=by, kind=kind, record_id=record_id)
    if found.archived:
        raise UnknownRecord
    if given.decision in where.asked:
        raise NoDecision(fields={"decision": NoDecision.title})
    me = await people.me(context, by=by)
    past = await records.history(context, by=by, kind=kind, record_id=record_id)
    if by.id in authors(kind, past) or found.content.get("nominator") == me.id:
        raise OwnWork
    if not given.no_interest:
        raise InterestHeld
    content = decided(where, found.content, given, reviewer=me.id, day=clock.today().isoformat())
    async with context.database.transaction() as tx:
        draft = Draft(content, found.audience, number=found.number, fixed=True)
        made = await records.put(context, by=by, kind=kind, draft=draft, record_id=record_id, tx=tx)
        subject = f"{kind.name}/{record_id}"
        detail = {"decision": given.decision, "number": made.number}
        await audit.record(tx, by=by, action="learn.discovery.decided", subject=subject, detail=detail)
    return made

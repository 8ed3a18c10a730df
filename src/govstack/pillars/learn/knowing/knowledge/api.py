"""The operations on published knowledge, its gate and the figures of the cycle."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.knowing.knowledge import schemas, service
from govstack.pillars.learn.knowing.knowledge.errors import NotProposed, SecondPersonNeeded, UnknownEdition
from govstack.pillars.learn.knowing.knowledge.model import Way, in_other_cycle
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Knowledge",))
READERS = by_policy("audience of the edition")
ONE = "/knowledge-items/{recordId}"


@routes.get(
    "/library", access=READERS, query=schemas.LibraryQuery, answer=schemas.Library, operation_id="listLibrary"
)  # fmt: skip
async def library(call: Call) -> schemas.Library:
    """List what was published for the caller, in the order of ids."""
    asked = call.query
    found = await service.library(call.context, by=call.actor, after=asked.after, limit=asked.limit)
    following = found[-1].item_id if len(found) == asked.limit else ""
    return schemas.Library([schemas.shown(one) for one in found], following)


@routes.get(
    "/library/{recordId}", access=READERS, query=schemas.EditionQuery, answer=schemas.EditionShown,
    operation_id="readEdition", errors=(UnknownEdition,),
)  # fmt: skip
async def read(call: Call) -> schemas.EditionShown:
    """Read what was published of an item; the address stays the same for good."""
    item_id = call.path["recordId"]
    found, _all = await service.edition(call.context, by=call.actor, item_id=item_id, number=call.query.edition)
    await service.use(call.context, by=call.actor, item_id=item_id, way=Way.VIEW, address=call.client_address)
    return schemas.shown(found)


@routes.get(
    "/library/{recordId}/editions", access=READERS, answer=schemas.Editions, operation_id="listEditions",
    errors=(UnknownEdition,),
)  # fmt: skip
async def editions(call: Call) -> schemas.Editions:
    """List the editions of an item, the newest first."""
    _one, found = await service.edition(call.context, by=call.actor, item_id=call.path["recordId"])
    return schemas.Editions([schemas.shown(one) for one in found])


@routes.get(
    f"{ONE}/publishing", access=needs(FACILITATE), answer=schemas.StandingShown, operation_id="readPublishing",
    errors=(UnknownRecord,),
)  # fmt: skip
async def standing(call: Call) -> schemas.StandingShown:
    """Read where an item stands at the gate."""
    found = await service.standing(call.context, by=call.actor, item_id=call.path["recordId"])
    return schemas.standing(found)


@routes.post(
    f"{ONE}/publishing/proposal", access=needs(FACILITATE), answer=schemas.StandingShown,
    operation_id="proposeKnowledge", errors=(UnknownRecord,),
)  # fmt: skip
async def propose(call: Call) -> schemas.StandingShown:
    """Propose what an item says now to be published."""
    return schemas.standing(await service.propose(call.context, by=call.actor, item_id=call.path["recordId"]))


@routes.post(
    f"{ONE}/publishing/edition", access=needs(FACILITATE), answer=schemas.EditionShown, status=201,
    operation_id="publishKnowledge", errors=(UnknownRecord, NotProposed, SecondPersonNeeded),
)  # fmt: skip
async def publish(call: Call) -> schemas.EditionShown:
    """Publish what is proposed; whoever wrote or proposed it cannot."""
    return schemas.shown(await service.publish(call.context, by=call.actor, item_id=call.path["recordId"]))


@routes.post(
    f"{ONE}/publishing/withdrawal", access=needs(FACILITATE), body=schemas.Withdrawal, status=204,
    operation_id="withdrawKnowledge", errors=(UnknownRecord,),
)  # fmt: skip
async def withdraw(call: Call, body: schemas.Withdrawal) -> Answer:
    """Withdraw what was published, with the reason."""
    await service.withdraw(call.context, by=call.actor, item_id=call.path["recordId"], reason=body.reason)
    return Answer(status=204)


@routes.get(
    "/knowledge-figures", access=needs(FACILITATE), answer=schemas.FiguresShown, operation_id="readKnowledgeFigures"
)  # fmt: skip
async def figures(call: Call) -> schemas.FiguresShown:
    """Read how many items are at each stage, came to each, are used, and wait for a review."""
    found = await service.figures(call.context, by=call.actor)
    return schemas.figures(found, in_other_cycle(found.stock, await service.matches(call.context)))

"""The operations on words that offerings are sorted by."""

from __future__ import annotations

import msgspec

from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Call, Routes, needs, public
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.response.typologies import schemas, service
from govstack.pillars.learn.response.typologies.errors import PointsNowhere
from govstack.pillars.learn.response.typologies.model import Term, TermGiven, WordKind

routes = Routes(tags=("Typologies",))


@routes.get(
    "/offering-words", access=public(), query=schemas.TermQuery, answer=schemas.TermList,
    operation_id="listOfferingWords",
)  # fmt: skip
async def list_words(call: Call) -> schemas.TermList:
    """List types, topics, delivery forms, audiences and programmes, retired ones too."""
    known = await service.vocabulary(call.context)
    asked = call.query.kind
    return schemas.TermList([one for one in known.terms.values() if asked is None or one.kind is asked])


@routes.put(
    "/offering-words/{kind}/{wordId}", access=needs(ADMINISTER), body=TermGiven, answer=Term,
    operation_id="putOfferingWord", errors=(PointsNowhere, BadId),
)  # fmt: skip
async def put_word(call: Call, body: TermGiven) -> Term:
    """Add a word or change one; the shipped ones can be changed and retired too."""
    if call.path["kind"] not in set(WordKind):
        raise NotFound
    term = Term(kind=WordKind(call.path["kind"]), id=chosen_id(call, "wordId"), **msgspec.structs.asdict(body))
    return await service.put(call.context, by=call.actor, term=term)

"""The operations on vocabularies."""

from __future__ import annotations

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Call, Routes, needs, public
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.vocabularies import schemas, service
from govstack.pillars.learn.vocabularies.errors import VocabularyFull
from govstack.pillars.learn.vocabularies.model import Term

routes = Routes(tags=("Vocabularies",))


@routes.get("/vocabularies", access=public(), answer=schemas.VocabularyList, operation_id="listVocabularies")
async def list_vocabularies(call: Call) -> schemas.VocabularyList:
    """List the vocabularies."""
    found = await service.vocabularies(call.context)
    return schemas.VocabularyList([schemas.VocabularySummary(name, count) for name, count in found])


@routes.get("/vocabularies/{vocabulary}", access=public(), answer=schemas.TermList, operation_id="readVocabulary")
async def read_vocabulary(call: Call) -> schemas.TermList:
    """Read the words of a vocabulary, retired ones too."""
    name = call.path["vocabulary"]
    return schemas.TermList((await service.terms(call.context, vocabularies=[name]))[name])


@routes.put(
    "/vocabularies/{vocabulary}/{code}", access=needs(ADMINISTER), body=schemas.TermGiven, answer=Term,
    operation_id="putTerm", errors=(VocabularyFull,),
)  # fmt: skip
async def put_term(call: Call, body: schemas.TermGiven) -> Term:
    """Add a word to a vocabulary, change or retire it; it counts as the country's own from then on."""
    told = {"vocabulary": call.path["vocabulary"], "code": call.path["code"], **msgspec.structs.asdict(body)}
    try:
        term = msgspec.convert(told, Term)
    except msgspec.ValidationError as error:
        raise BadRequest(str(error)) from error
    return await service.put(call.context, by=call.actor, term=term)

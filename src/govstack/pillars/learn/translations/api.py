"""The operations on what records say in further languages, for records of every kind."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.pillars.learn.records.errors import Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.translations import schemas, service
from govstack.pillars.learn.translations.errors import SameLanguage, TooManyLanguages, UnknownLanguage

READERS = by_policy("whoever may read the record")
KEEPERS = by_policy("those who keep records of the kind")


def routes_of(kinds: Sequence[Kind]) -> Routes:
    """Return the operations, for records of some kinds."""
    routes = Routes(tags=("Languages of records",))
    by_name = {kind.name: kind for kind in kinds}

    @routes.get(
        "/translations/{recordId}", access=READERS, answer=schemas.TranslationList, operation_id="listTranslations",
        errors=(UnknownRecord,),
    )  # fmt: skip
    async def listed(call: Call) -> schemas.TranslationList:
        """Return which language a record is written in, and what it says in further ones."""
        kind = await service.kind_of(call.context, by=call.actor, kinds=by_name, record_id=call.path["recordId"])
        record, found = await service.of_record(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"])
        return schemas.listing(record, found)

    @routes.put(
        "/translations/{recordId}/{language}", access=KEEPERS, body=schemas.TranslationGiven,
        answer=schemas.TranslationShown, operation_id="putTranslation",
        errors=(UnknownRecord, UnknownLanguage, Unfit, SameLanguage, TooManyLanguages),
    )  # fmt: skip
    async def put(call: Call, body: schemas.TranslationGiven) -> schemas.TranslationShown:
        """Say a record in a language, or say it better: every field that is named, its title at least."""
        record_id, language = call.path["recordId"], call.path["language"]
        kind = await service.kind_of(call.context, by=call.actor, kinds=by_name, record_id=record_id)
        translation = await service.put(
            call.context, by=call.actor, kind=kind, record_id=record_id, language=language, texts=body.texts
        )
        record, _translations = await service.of_record(call.context, by=call.actor, kind=kind, record_id=record_id)
        return schemas.shown(translation, record)

    @routes.delete(
        "/translations/{recordId}/{language}", access=KEEPERS, status=204,
        operation_id="removeTranslation", errors=(UnknownRecord,),
    )  # fmt: skip
    async def remove(call: Call) -> Answer:
        """Take what a record says in a language away."""
        record_id, language = call.path["recordId"], call.path["language"]
        kind = await service.kind_of(call.context, by=call.actor, kinds=by_name, record_id=record_id)
        await service.remove(call.context, by=call.actor, kind=kind, record_id=record_id, language=language)
        return Answer(status=204)

    return routes

"""Use cases of translations: say a record in another language, and read records in the reader's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from govstack.kernel import audit, clock, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import SEEDER, Part
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Kind, Record, cleaned
from govstack.pillars.learn.translations import store
from govstack.pillars.learn.translations.errors import SameLanguage, TooManyLanguages, UnknownLanguage
from govstack.pillars.learn.translations.model import (
    LANGUAGES_MAX,
    Translation,
    faults,
    is_language,
    put_in_language,
    still_said,
)

SEEDS = Path(__file__).parents[1] / "seeds" / "translations"


async def translated(context: Context, found: Sequence[Record], *, kind: Kind, language: str) -> list[Record]:
    """Return records in a language: each field that is there in it; what is not stays as it was written."""
    wanted = [one.id for one in found if one.written_in != language]
    if not wanted:
        return list(found)
    async with context.database.reading(one_statement=True) as tx:
        known = await store.in_language(tx, wanted, language)
    return [put_in_language(kind, one, known.get(one.id)) for one in found]


async def titles(
    context: Context, named: Mapping[str, tuple[str, str]], *, kinds: Mapping[str, Kind], language: str
) -> dict[str, tuple[str, str]]:
    """Return the kind and title of records with the titles that are there in a language; the others stay."""
    async with context.database.reading(one_statement=True) as tx:
        known = await store.in_language(tx, named, language) if named else {}
    told = {}
    for record_id, (kind, title) in named.items():
        texts = known[record_id].texts if record_id in known and kind in kinds else {}
        told[record_id] = (kind, str(texts.get(kinds[kind].title, title)) if texts else title)
    return told


async def titled(context: Context, *, by: Actor, kind: Kind, language: str, limit: int) -> list[tuple[str, str]]:
    """Return id and title of the records of a kind that are in use and that somebody may read, in a language."""
    known = await records.titled(context, by=by, kind=kind, limit=limit)
    named = {record_id: (kind.name, title) for record_id, title in known}
    told = await titles(context, named, kinds={kind.name: kind}, language=language)
    return [(record_id, title) for record_id, (_kind, title) in told.items()]


async def of_record(context: Context, *, by: Actor, kind: Kind, record_id: str) -> tuple[Record, list[Translation]]:
    """Return a record and what it says in further languages; raises UnknownRecord.

    What the record itself says no more is there for those who keep it alone.
    """
    record = await records.read(context, by=by, kind=kind, record_id=record_id)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_record(tx, record_id)
    if records.may_write(kind, by):
        return record, found
    told = [msgspec.structs.replace(one, texts=still_said(kind, record, one)) for one in found]
    return record, [one for one in told if one.texts]


async def put(
    context: Context, *, by: Actor, kind: Kind, record_id: str, language: str, texts: Mapping[str, Any]
) -> Translation:
    """Say a record in a language, or say it better; raises UnknownRecord, UnknownLanguage, Unfit.

    And SameLanguage for the language of the record itself, TooManyLanguages beyond what one can have.
    """
    # Looked for first: who may not see a record is told the same as of one that is not there.
    record, known = await of_record(context, by=by, kind=kind, record_id=record_id)
    if not records.may_write(kind, by):
        raise Forbidden
    if not is_language(language):
        raise UnknownLanguage
    if record.written_in == language:
        raise SameLanguage
    told = cleaned(kind, texts)
    if wrong := faults(kind, record, {**dict.fromkeys(set(texts) - set(kind.by_name)), **told}):
        raise Unfit(fields=wrong)
    translation = Translation(
        record_id=record_id, language=language, of_number=record.number, texts=told, changed_at=clock.timestamp()
    )
    before = next((one for one in known if one.language == language), None)
    if before is None and len(known) >= LANGUAGES_MAX:
        raise TooManyLanguages
    if before and (before.texts, before.of_number) == (told, record.number):
        return before
    async with context.database.transaction() as tx:
        await store.put(tx, translation, by=by.id)
        detail = {"language": language, "digest": crypto.digest(msgspec.json.encode(told))}
        await audit.record(tx, by=by, action="learn.translation.put", subject=f"{kind.name}/{record_id}", detail=detail)
    return translation


async def remove(context: Context, *, by: Actor, kind: Kind, record_id: str, language: str) -> None:
    """Take what a record says in a language away; raises UnknownRecord."""
    await records.read(context, by=by, kind=kind, record_id=record_id)
    if not records.may_write(kind, by):
        raise Forbidden
    async with context.database.transaction() as tx:
        if await store.remove(tx, record_id=record_id, language=language, by=by.id, at=clock.timestamp()):
            subject = f"{kind.name}/{record_id}"
            await audit.record(
                tx, by=by, action="learn.translation.removed", subject=subject, detail={"language": language}
            )


async def install(context: Context) -> int:
    """Bring what the records that come with the product say in further languages; what a country changed stays.

    A record that was changed since it came is the country's own, and so are its languages. Returns how many it wrote.
    """
    said = _shipped()
    numbers = await records.left_as_brought(context, record_ids=sorted({one for told in said.values() for one in told}))
    shipped = {
        f"{record_id}/{language}": Translation(
            record_id=record_id, language=language, of_number=numbers[record_id], texts=texts, changed_at=""
        )
        for language, told in said.items()
        for record_id, texts in told.items()
        if record_id in numbers
    }

    async def kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, Translation]:
        found = await store.of_records(tx, {shipped[one].record_id for one in wanted})
        return {f"{one.record_id}/{one.language}": msgspec.structs.replace(one, changed_at="") for one in found}

    async def put(tx: Transaction, one: Translation) -> None:
        await store.put(tx, msgspec.structs.replace(one, changed_at=clock.timestamp()), by=SEEDER.id)

    return await bringing.bring(context, Part("translations", shipped, kept, put))


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    return {path.stem: read_yaml(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.yaml"))}


async def kind_of(context: Context, *, by: Actor, kinds: Mapping[str, Kind], record_id: str) -> Kind:
    """Return the kind of a record by its id; raises UnknownRecord, also to whoever may read none of its kind."""
    named = await records.titles(context, record_ids=[record_id])
    kind = kinds.get(named[record_id][0]) if record_id in named else None
    if kind is None or not records.audiences(kind, by):
        raise UnknownRecord
    return kind

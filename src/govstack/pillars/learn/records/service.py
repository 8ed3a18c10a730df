"""Use cases of records: write, read, archive, erase what is personal; each change keeps what was said before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden, Unauthenticated
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import SEEDER, Part
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import is_id
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import store
from govstack.pillars.learn.records.errors import ChangedMeanwhile, IdTaken, Unfit, UnknownRecord
from govstack.pillars.learn.records.model import (
    CONTENT_BYTES_MAX,
    THERE_ALREADY,
    TOO_LONG,
    Audience,
    Content,
    FieldKind,
    Kind,
    Known,
    Record,
    called,
    cleaned,
    faults,
    named,
    offering_of,
    order_of,
    pointed,
    split,
    title_of,
    with_fixed,
    with_ids,
)
from govstack.pillars.learn.records.store import Kept, Written
from govstack.pillars.learn.vocabularies import service as vocabularies

CHANGED = "learn.record.changed"
PAGE_RECORDS_MAX = 500
SORTED_MAX = 1_000
REVISIONS_MAX = 200
POINTING_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants a record to say. `number` is the revision they read, 0 when they read none.

    `fixed` lets a use case write the fields that are written by use cases alone. `written_in` is the language of its
    texts; "" leaves it as it was said before.
    """

    content: Content
    audience: Audience = Audience.PRIVATE
    number: int = 0
    fixed: bool = False
    written_in: str = ""


def may_write(kind: Kind, by: Actor) -> bool:
    """Tell whether somebody keeps records of a kind."""
    return by.kind == "system" or by.may(kind.write)


def audiences(kind: Kind, by: Actor) -> list[Audience]:
    """Return the records of which audiences somebody may read."""
    everybody_signed_in = not kind.opens and not kind.read and by.signed_in
    if may_write(kind, by) or (kind.read and by.may(kind.read)) or everybody_signed_in:
        return list(Audience)
    if not kind.opens:
        return []
    return [Audience.PARTNER, Audience.PUBLIC] if by.signed_in else [Audience.PUBLIC]


def require_reader(kind: Kind, by: Actor) -> None:
    """Refuse whoever may read no record of a kind: Unauthenticated for nobody, Forbidden for somebody."""
    if not audiences(kind, by):
        raise Forbidden if by.signed_in else Unauthenticated


async def put(
    context: Context, *, by: Actor, kind: Kind, draft: Draft, record_id: str = "", tx: Transaction | None = None
) -> Record:
    """Write a record, new or changed; the same again changes nothing. With `tx` it is part of somebody's transaction.

    Raises Unfit, BadId, IdTaken, and ChangedMeanwhile when the draft was made from an older revision.
    """
    if record_id and not is_id(record_id):
        raise BadId
    if tx is not None:
        return await _put(context, tx, by=by, kind=kind, draft=draft, record_id=record_id or ids.new_id())
    async with context.database.transaction() as own:
        return await _put(context, own, by=by, kind=kind, draft=draft, record_id=record_id or ids.new_id())


async def _put(context: Context, tx: Transaction, *, by: Actor, kind: Kind, draft: Draft, record_id: str) -> Record:
    before = await store.held(tx, kind=kind.name, record_id=record_id)
    content = await _fitting(context, tx, kind, draft, before=before, record_id=record_id)
    audience = draft.audience if kind.opens else Audience.PRIVATE
    written_in = draft.written_in or (before.written_in if before else "")
    written = _written(
        context, by=by, kind=kind, record_id=record_id, content=content, audience=audience, written_in=written_in
    )
    if before is None:
        if not await store.add(tx, written):
            if await store.by_id(tx, kind=kind.name, record_id=record_id) is None:
                raise IdTaken
            # Somebody else wrote it in this very moment: now it is a change, or nothing at all.
            return await _put(context, tx, by=by, kind=kind, draft=draft, record_id=record_id)
        return await _told(context, tx, by=by, kind=kind, written=written, act="written")
    if draft.number and draft.number != before.number:
        raise ChangedMeanwhile
    same = _record(context, before)
    if (same.content, same.audience, same.archived, same.written_in) == (content, audience, False, written_in):
        return same
    if not await store.change(tx, written, number=before.number, archived=False):
        raise ChangedMeanwhile
    return await _told(context, tx, by=by, kind=kind, written=written, act="changed")


async def _fitting(
    context: Context, tx: Transaction, kind: Kind, draft: Draft, *, before: Kept | None, record_id: str
) -> Content:
    said = _record(context, before).content if before else {}
    given = draft.content if draft.fixed else with_fixed(kind, draft.content, said)
    content = cleaned(kind, given)
    content = with_ids(kind, content, await _meant(tx, kind, content))
    if not draft.fixed:
        content = cleaned(kind, kind.settle(said, content))
    wrong = faults(kind, {**dict.fromkeys(given), **content}, await _known(tx, kind, content))
    if not wrong:
        wrong = dict(kind.beside(record_id, content, await _targets(tx, kind, content)))
        if not wrong and kind.once:
            wrong = await _doubled(context, tx, kind, content, record_id)
    if not wrong and kind.opens and draft.audience is Audience.PUBLIC:
        wrong = dict(kind.opening(content))
    if not wrong and len(msgspec.json.encode(content)) > CONTENT_BYTES_MAX:
        wrong = {kind.title: TOO_LONG}
    if wrong:
        raise Unfit(fields=wrong)
    return content


async def bring(context: Context, *, part: str, drafts: Mapping[str, tuple[Kind, Draft]]) -> int:
    """Bring records that come with the product, by id; what a country changed stays. Returns how many were written."""

    async def kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, tuple[object, ...]]:
        found = await store.by_ids(tx, wanted)
        return {one.id: (one.content, one.audience, one.archived, one.written_in) for one in found}

    async def put(tx: Transaction, record_id: str) -> None:
        kind, draft = drafts[record_id]
        await _put(context, tx, by=SEEDER, kind=kind, draft=draft, record_id=record_id)

    def digest(record_id: str) -> str:
        kind, draft = drafts[record_id]
        return bringing.digest((kind.name, draft))

    return await bringing.bring(context, Part(part, {one: one for one in drafts}, kept, put, digest))


async def put_row(
    context: Context, tx: Transaction, *, by: Actor, kind: Kind, draft: Draft, record_id: str, write: bool
) -> bool:
    """Write one of many records in somebody's transaction, or only check it; tells whether it changes anything.

    Raises Unfit, BadId and IdTaken, which leave the transaction sound.
    """
    if record_id and not is_id(record_id):
        raise BadId
    before = await store.kinds_of_all(tx, [record_id]) if record_id else {}
    if before.get(record_id, kind.name) != kind.name:
        raise IdTaken
    if not write:
        kept = await store.by_id(tx, kind=kind.name, record_id=record_id)
        content = await _fitting(context, tx, kind, draft, before=kept, record_id=record_id)
        return kept is None or kept.archived or _record(context, kept).content != content
    number = 0 if record_id not in before else await _number(tx, kind, record_id)
    record = await _put(context, tx, by=by, kind=kind, draft=draft, record_id=record_id or ids.new_id())
    return record.number != number


async def _number(tx: Transaction, kind: Kind, record_id: str) -> int:
    kept = await store.by_id(tx, kind=kind.name, record_id=record_id)
    return kept.number if kept else 0


async def archive(context: Context, *, by: Actor, kind: Kind, record_id: str) -> None:
    """Take a record out of use; it can still be read by its id. Raises UnknownRecord."""
    async with context.database.transaction() as tx:
        before = await store.held(tx, kind=kind.name, record_id=record_id)
        if before is None:
            raise UnknownRecord
        if before.archived:
            return
        said = _record(context, before)
        written = _written(
            context, by=by, kind=kind, record_id=record_id, content=said.content, audience=said.audience,
            written_in=said.written_in,
        )  # fmt: skip
        if not await store.change(tx, written, number=before.number, archived=True):
            raise ChangedMeanwhile
        await _told(context, tx, by=by, kind=kind, written=written, act="archived")


async def erase(context: Context, *, by: Actor, kind: Kind, record_id: str) -> None:
    """Take away for good what is personal in a record and in all it said before. Raises UnknownRecord."""
    async with context.database.transaction() as tx:
        if await store.by_id(tx, kind=kind.name, record_id=record_id) is None:
            raise UnknownRecord
        await erase_in(tx, by=by, kind=kind, record_id=record_id)


async def erase_in(tx: Transaction, *, by: Actor, kind: Kind, record_id: str) -> None:
    """Take away what is personal in a record, inside somebody's transaction; nothing where there is none."""
    if await store.erase(tx, record_id=record_id):
        await audit.record(tx, by=by, action="learn.record.erased", subject=f"{kind.name}/{record_id}")


async def read(context: Context, *, by: Actor, kind: Kind, record_id: str) -> Record:
    """Return a record that somebody may read; raises UnknownRecord, and Forbidden where they may read none."""
    require_reader(kind, by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, kind=kind.name, record_id=record_id)
    if kept is None or kept.audience not in audiences(kind, by) or (kept.archived and not may_write(kind, by)):
        raise UnknownRecord
    return _record(context, kept)


async def history(context: Context, *, by: Actor, kind: Kind, record_id: str) -> list[Record]:
    """Return what a record said, the newest first; raises UnknownRecord."""
    await read(context, by=by, kind=kind, record_id=record_id)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.revisions(tx, kind=kind.name, record_id=record_id, limit=REVISIONS_MAX)
    return [_record(context, one) for one in kept]


async def _before(context: Context, *, kind: Kind, record: Record) -> list[Record]:
    """Return the next part of what a record said before a revision of it."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.revisions(
            tx, kind=kind.name, record_id=record.id, limit=REVISIONS_MAX, before=record.number
        )  # fmt: skip
    return [_record(context, one) for one in kept]


async def listed(
    context: Context,
    *,
    by: Actor,
    kind: Kind,
    words: str = "",
    after: str = "",
    limit: int = 100,
    archived: bool = False,
) -> list[Record]:
    """Return records that somebody may read, in the order of their ids; `words` stand in their titles.

    Raises Forbidden for somebody who may read no record of the kind.
    """
    require_reader(kind, by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.listed(
            tx, kind=kind.name, audiences=audiences(kind, by), archived=archived and may_write(kind, by), words=words,
            after=after, limit=min(limit, PAGE_RECORDS_MAX),
        )  # fmt: skip
    return [_record(context, one) for one in kept]


async def in_order(
    context: Context, *, by: Actor, kind: Kind, words: str = "", archived: bool = False, offset: int = 0, limit: int
) -> list[Record]:
    """Return records as a list for people shows them: by title, or the newest day first; raises Forbidden.

    `archived` shows whoever writes those that were taken out of use. More than SORTED_MAX with sealed titles stand in
    the order of their ids, for no database sorts what is sealed.
    """
    require_reader(kind, by)
    sealed = kind.title in kind.personal
    asked = partial(
        store.in_order, kind=kind.name, audiences=audiences(kind, by), archived=archived and may_write(kind, by),
        words=words, order=order_of(kind),
    )  # fmt: skip
    async with context.database.reading() as tx:
        kept = await asked(tx, limit=SORTED_MAX + 1, offset=0) if sealed else []
        if not sealed or len(kept) > SORTED_MAX:
            return [_record(context, one) for one in await asked(tx, limit=limit, offset=offset)]
    found = [_record(context, one) for one in kept]
    return sorted(found, key=lambda one: (called(kind, one.content).casefold(), one.id))[offset : offset + limit]


async def each(context: Context, *, by: Actor, kind: Kind) -> AsyncIterator[Record]:
    """Yield every record of a kind that somebody may read, part by part."""
    after = ""
    while part := await listed(context, by=by, kind=kind, after=after, limit=PAGE_RECORDS_MAX):
        for record in part:
            yield record
        after = part[-1].id


async def pointing(
    context: Context, *, by: Actor, kind: Kind, field: str, target_id: str, archived: bool = False
) -> list[Record]:
    """Return the records of a kind that point at something with a field, those that somebody may read.

    With `archived` they are those that are out of use.
    """
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.pointing(
            tx, kind=kind.name, field=field, target_id=target_id, limit=POINTING_MAX, archived=archived
        )
    allowed = audiences(kind, by)
    return [_record(context, one) for one in kept if one.audience in allowed]


async def left_as_brought(context: Context, *, record_ids: Sequence[str]) -> dict[str, int]:
    """Return the numbers of those records that nobody changed since the product brought them."""
    async with context.database.reading(one_statement=True) as tx:
        return {one.id: one.number for one in await store.by_ids(tx, record_ids) if one.changed_by == SEEDER.id}


async def titles(context: Context, *, record_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return kind and title of records; the title is empty where it is personal."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.titles(tx, record_ids)


async def readable_titles(
    context: Context, *, by: Actor, kinds: Iterable[Kind], record_ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return kind and title of records of some kinds, without those that somebody may not read.

    Whoever may read a record whose title is personal, such as a name, is told it.
    """
    known = {kind.name: kind for kind in kinds}
    allowed = {name: audiences(kind, by) for name, kind in known.items()}
    async with context.database.reading() as tx:
        found = await store.open_titles(tx, record_ids, audiences=allowed)
        sealed = [one for one, (name, _title) in found.items() if known[name].title in known[name].personal]
        opened = await store.by_ids(tx, sealed) if sealed else []
    return {**found, **{one.id: (one.kind, _called(context, known[one.kind], one)) for one in opened}}


async def titled(context: Context, *, by: Actor, kind: Kind, limit: int) -> list[tuple[str, str]]:
    """Return id and title of the records of a kind that are in use and that somebody may read, by title."""
    allowed = audiences(kind, by)
    if not allowed:
        return []
    async with context.database.reading() as tx:
        found = await store.titled(tx, kind=kind.name, audiences=allowed, limit=limit)
        if kind.title not in kind.personal:
            return found
        opened = await store.by_ids(tx, [record_id for record_id, _title in found])
    return sorted(
        ((one.id, _called(context, kind, one)) for one in opened), key=lambda one: (one[1].casefold(), one[0])
    )


def _called(context: Context, kind: Kind, kept: Kept) -> str:
    return called(kind, _record(context, kept).content) or kept.id


async def taken_out(context: Context, *, by: Actor, kind: Kind, record_id: str, file: str) -> list[Record]:
    """Return all that a record says and said of a person, the newest first, and write down that it was taken out.

    Raises UnknownRecord, and Forbidden for whoever does not keep the kind.
    """
    if not may_write(kind, by):
        raise Forbidden
    past = await history(context, by=by, kind=kind, record_id=record_id)
    while part := await _before(context, kind=kind, record=past[-1]):
        past += part
    async with context.database.transaction() as tx:
        subject = f"{kind.name}/{record_id}"
        await audit.record(tx, by=by, action="learn.record.taken-out", subject=subject, detail={"format": file})
    return past


async def of_kind_in(tx: Transaction, *, kind: Kind, record_ids: Iterable[str]) -> frozenset[str]:
    """Return those ids that are records of a kind in use, for somebody else's transaction."""
    return frozenset(one for one, name in (await store.kinds(tx, record_ids)).items() if name == kind.name)


async def told_texts(context: Context, *, record_id: str) -> tuple[str, list[str]]:
    """Return when a record was changed last, and all texts that it says now without what is personal.

    None of them for a record that is not there or is out of use. For rooms that follow what records say.
    """
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_ids(tx, [record_id])
    if not found or found[0].archived:
        return "", []
    said: Content = msgspec.json.decode(found[0].content)
    values = [each for value in said.values() for each in (value if isinstance(value, list) else [value])]
    return found[0].changed_at, [one for one in values if isinstance(one, str)]


async def counts(context: Context) -> dict[str, int]:
    """Return how many records of each kind are in use."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.counts(tx)


async def _targets(tx: Transaction, kind: Kind, content: Content) -> dict[str, Content]:
    """Return what the records that a content points at say, by id, without what is personal."""
    wanted = [target for name, target in pointed(kind, content) if kind.by_name[name].kind is FieldKind.RECORD]
    found = await store.by_ids(tx, wanted) if wanted else []
    return {one.id: msgspec.json.decode(one.content) for one in found}


async def _doubled(context: Context, tx: Transaction, kind: Kind, content: Content, record_id: str) -> dict[str, str]:
    """Return what is wrong where another record says of the same target what is said once."""
    assert kind.once is not None
    target, name = kind.once
    # Whoever says something of the same target waits, so that nobody else says the same meanwhile.
    await store.held(tx, kind=kind.by_name[target].of, record_id=content[target])
    others = await store.pointing(tx, kind=kind.name, field=target, target_id=content[target], limit=POINTING_MAX)
    same = [one for one in others if one.id != record_id and _record(context, one).content.get(name) == content[name]]
    return {name: THERE_ALREADY} if same else {}


async def _meant(tx: Transaction, kind: Kind, content: Content) -> dict[str, str]:
    texts = named(kind, content)
    return await store.competencies(tx, texts) if texts else {}


async def _known(tx: Transaction, kind: Kind, content: Content) -> Known:
    wanted: dict[FieldKind, set[str]] = {}
    for name, target in pointed(kind, content):
        if isinstance(target, str):
            wanted.setdefault(kind.by_name[name].kind, set()).add(target)
    terms = await vocabularies.terms_in(tx, kind.vocabularies)
    return Known(
        terms={name: frozenset(one.code for one in found) for name, found in terms.items()},
        records=await store.kinds(tx, wanted.get(FieldKind.RECORD, ())),
        people=await people.present(tx, wanted.get(FieldKind.PERSON, ())),
        organisations=await people.organisations_present(tx) if FieldKind.ORGANISATION in wanted else frozenset(),
        competencies=await _meant(tx, kind, content),
        sessions=await _sessions(tx, kind, content),
    )


async def _sessions(tx: Transaction, kind: Kind, content: Content) -> frozenset[str]:
    """Return the sessions named that are of the offering which the record in the field `of` is for."""
    found = set()
    for one in kind.fields:
        value, about = content.get(one.name), content.get(one.of)
        if one.kind is FieldKind.SESSION and isinstance(value, str) and isinstance(about, str):
            kept = await store.by_id(tx, kind=kind.by_name[one.of].of, record_id=about)
            if kept and await store.offering_of(tx, value) == offering_of(about, msgspec.json.decode(kept.content)):
                found.add(value)
    return frozenset(found)


def _written(
    context: Context, *, by: Actor, kind: Kind, record_id: str, content: Content, audience: Audience, written_in: str
) -> Written:
    plain, personal = split(kind, content)
    sealed = context.keys.seal("record", msgspec.json.encode(personal)) if personal else None
    title = title_of(kind, plain)
    return Written(
        id=record_id, kind=kind.name, title=title, content=msgspec.json.encode(plain).decode(), personal_sealed=sealed,
        audience=audience, at=clock.timestamp(), by=by.id, written_in=written_in,
    )  # fmt: skip


async def _told(context: Context, tx: Transaction, *, by: Actor, kind: Kind, written: Written, act: str) -> Record:
    kept = await store.by_id(tx, kind=kind.name, record_id=written.id)
    assert kept is not None
    record = _record(context, kept)
    await store.link(tx, record_id=record.id, links=pointed(kind, record.content))
    subject = f"{kind.name}/{record.id}"
    detail = {"number": record.number, "digest": crypto.digest(written.content.encode())}
    await audit.record(tx, by=by, action=f"learn.record.{act}", subject=subject, detail=detail)
    await events.publish(tx, type=CHANGED, subject=subject, data={"kind": kind.name, "recordId": record.id, "act": act})
    return record


def _record(context: Context, kept: Kept) -> Record:
    content: Content = msgspec.json.decode(kept.content)
    if kept.personal_sealed:
        content.update(msgspec.json.decode(context.keys.open("record", kept.personal_sealed)))
    return Record(
        id=kept.id, kind=kept.kind, number=kept.number, content=content, audience=kept.audience,
        archived=kept.archived, changed_at=kept.changed_at, changed_by=kept.changed_by, written_in=kept.written_in,
    )  # fmt: skip

"""Use cases of reading: find, list, tell, show a value; each decides once, and logs before it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from govstack.blocks.registries.access import service as rights
from govstack.blocks.registries.access.model import Comparison, Operator
from govstack.blocks.registries.admission.errors import FieldHidden
from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.admission.service import Sight, admitted
from govstack.blocks.registries.changes import service as changes
from govstack.blocks.registries.changes.model import Change
from govstack.blocks.registries.consents import service as consents
from govstack.blocks.registries.consents.errors import TooManyPeople
from govstack.blocks.registries.consents.service import RECORDS_MAX, Covered
from govstack.blocks.registries.contents.model import Unfit, expression_of, from_text, text_of
from govstack.blocks.registries.design.model import AUDIT, Path, Registry, Service, ServiceKind, pointer, value_at
from govstack.blocks.registries.narrowing import service as narrowing
from govstack.blocks.registries.narrowing.model import Narrowing, Wanted
from govstack.blocks.registries.reading import store
from govstack.blocks.registries.reading.errors import NoRecord, SearchTooBroad
from govstack.blocks.registries.reading.model import (
    COUNT_MAX,
    UNPAGED_RECORDS_MAX,
    Found,
    Holds,
    Pattern,
    Search,
    Term,
    Text,
    ascii_lower,
    may_scan,
    paths_of,
    person_named,
)
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.model import NO_REASON, Reason
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row, Transaction

EXISTS_LOGGED_MAX = 10
PATTERN_RECORDS_MAX = 20_000
PATTERN_SLICE = 2_000
STREAM_RECORDS = 500


async def search(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    search: Search,
    kind: ServiceKind = ServiceKind.LIST,
    reason: Reason = NO_REASON,
    key: str = "",
) -> Found:
    """Return the records a search finds among those the caller may see (DRS-23), for rooms that work with them."""
    sight = await admitted(context, by=by, registry=registry, kind=kind, key=key)
    rows, count, is_minimum, more = await found(context, sight, search)
    await usage.log(context, sight, rows, reason)
    return Found(tuple(sight.record(row) for row in rows), count, is_minimum, more)


async def of_uuids(context: Context, *, registry: Registry, uuids: Sequence[str]) -> list[Row]:
    """Return rows of records by their uuids, deleted or archived ones too; the caller decides what of them is shown."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_uuids(tx, registry, uuids)


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of a list as JSON texts, ready to be sent; `last_number` is where the next part starts."""

    texts: list[str]
    count: int
    count_is_minimum: bool
    more: bool
    last_number: int


async def listing(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    search: Search,
    reason: Reason = NO_REASON,
    key: str = "",
    details: bool = False,
    through: Service | None = None,
) -> Listing:
    """Return a part of a list as JSON; with `details` each record comes with its uuid, times and revision."""
    kind = through.kind if through is not None else ServiceKind.LIST
    sight = await _asking(context, by, registry, kind, key, through)
    if sight.asks:
        return await _agreed_listing(context, sight, search, reason=reason, details=details)
    rows, count, is_minimum, more = await found(context, sight, search)
    await usage.log(context, sight, rows, reason)
    texts = [sight.detailed(row) if details else sight.text(row) for row in rows]
    return Listing(texts, count, is_minimum, more, rows[-1]["number"] if rows else 0)


async def _asking(  # noqa: PLR0917 (what a service that reads was given)
    context: Context, by: Actor, registry: Registry, kind: ServiceKind, key: str, through: Service | None
) -> Sight:
    return await admitted(context, by=by, registry=registry, kind=kind, key=key, through=through, asks=True)


async def _agreed_listing(context: Context, sight: Sight, search: Search, *, reason: Reason, details: bool) -> Listing:
    """Return a part of a list that rests on consent: what it counts, leaves out and goes on to is what it may show."""
    every = await _agreed(context, sight, search)
    behind = [one for one in every if one.row["number"] > search.after] if search.after else every
    size = search.size or UNPAGED_RECORDS_MAX
    offset = (search.page - 1) * size if search.page else 0
    part = behind[offset : offset + size]
    await consents.log(context, part, reason)
    texts = [one.sight.detailed(one.row) if details else one.sight.text(one.row) for one in part]
    last = part[-1].row["number"] if part else 0
    return Listing(texts, len(every), False, len(behind) > offset + len(part), last)


async def _agreed(context: Context, sight: Sight, search: Search) -> list[Covered]:
    """Return all that a search finds of what rests on no consent, or on consent that holds at this moment.

    A person who is named is asked for before the data is looked at, so that a refusal tells nothing of the data.
    Raises ConsentMissing, ConsentUnknown and TooManyPeople besides what `found` raises.
    """
    sight.refuse_hidden(_named(search))
    person = person_named(sight.registry, search.terms)
    if person is not None:
        await consents.refuse(context, sight, person)
    rows, _count, _is_minimum, more = await found(context, sight, replace(search, page=1, size=RECORDS_MAX, after=0))
    if more:
        raise TooManyPeople
    looked = [path for path in _looked_at(search) if sight.decision.may_see(sight.kind, path)]
    return await consents.covered(context, sight, rows, (*search.used, *looked))


def _looked_at(search: Search) -> list[Path]:
    """Return the fields that free search looks into without naming them."""
    pattern = search.pattern.paths if search.pattern is not None else ()
    return [*(path for term in search.texts for path in term.paths), *pattern]


async def found(context: Context, sight: Sight, search: Search) -> tuple[list[Row], int, bool, bool]:
    """Return rows of a search, their count, whether there are more than counted, and more than returned.

    The caller logs what it shows of them, before it answers. Raises FieldHidden, BadSearch and SearchTooBroad.
    """
    sight.refuse_hidden(_named(search))
    limit = search.size or UNPAGED_RECORDS_MAX
    offset = (search.page - 1) * limit if search.page else 0
    single = search.size is None and not search.pattern and not search.texts
    async with context.database.reading(one_statement=single, apart=may_scan(sight.registry, search)) as tx:
        if search.pattern is not None:
            return await _matching(tx, sight, search, search.pattern, limit=limit, offset=offset)
        made = await narrowed(tx, sight, search)
        order = store.order_by(made, search)
        rows = await store.rows(tx, made, order=order, limit=limit + 1, offset=offset)
        if len(rows) <= limit and (rows or not offset) and not search.after:
            return rows, offset + len(rows), False, False
        more = len(rows) > limit
        count = await _count(tx, sight, search, made)
    if _is_all(sight, search):
        return rows[:limit], count, False, more
    return rows[:limit], min(count, COUNT_MAX), count > COUNT_MAX, more


def _named(search: Search) -> list[Path]:
    """Return the fields that a search names; free search over all text names none, and skips what is hidden."""
    named = [path for term in search.terms for path in _named_by(term)]
    if search.pattern is not None and search.pattern.named:
        named += search.pattern.paths
    return [*named, *(one.path for one in search.order)]


def _named_by(term: Term) -> tuple[Path, ...]:
    if isinstance(term, Text):
        return term.paths if term.named else ()
    return paths_of(term)


def _is_all(sight: Sight, search: Search) -> bool:
    named = search.uuid or search.uuids
    return not search.terms and not search.archived and not named and sight.decision.sees_all(sight.kind)


async def _count(tx: Transaction, sight: Sight, search: Search, made: store.Statement) -> int:
    if _is_all(sight, search):
        return await changes.live_count(tx, sight.registry.id)
    whole = made if not search.after else await narrowed(tx, sight, replace(search, after=0))
    return await store.count(tx, whole, most=COUNT_MAX + 1)


async def narrowed(tx: Transaction, sight: Sight, search: Search, *, looked_at: Sequence[Path] = ()) -> store.Statement:
    """Return the statement of a search, narrowed by the index of text where there is text to look for.

    It must run in the transaction that it was made in: the index may be another one in the next.
    """
    found = None
    if search.texts and not (search.uuid or search.uuids):
        found = await narrowing.narrowing(
            tx,
            sight.registry.id,
            [Wanted(term.paths, tuple(ascii_lower(one) for one in term.spellings)) for term in search.texts],
            # For another order, or where another index narrows too, everything it leaves has to be looked at first.
            streams=not search.order and may_scan(sight.registry, search),
        )
    return statement(tx, sight, search, looked_at=looked_at, narrowing=found)


def statement(
    tx: Transaction,
    sight: Sight,
    search: Search,
    *,
    looked_at: Sequence[Path] = (),
    narrowing: Narrowing | None = None,
) -> store.Statement:
    """Return the statement of a search for the database of a transaction."""
    return store.statement(
        sight.registry,
        tx.dialect,
        search,
        decision=sight.decision,
        kind=sight.kind,
        prints=sight.prints,
        looked_at=looked_at,
        narrowing=narrowing,
    )


async def _matching(
    tx: Transaction, sight: Sight, search: Search, pattern: Pattern, *, limit: int, offset: int
) -> tuple[list[Row], int, bool, bool]:
    """Run a pattern over the values a caller may see: an engine in linear time, over a bounded number of records."""
    paths = [path for path in pattern.paths if sight.decision.may_see(sight.kind, path)]
    looking = await narrowed(tx, sight, search, looked_at=paths)
    order = store.order_by(looking, search)
    rows = await store.values(tx, looking, order=order, limit=PATTERN_RECORDS_MAX + 1)
    if len(rows) > PATTERN_RECORDS_MAX:
        raise SearchTooBroad
    compiled, names = expression_of(pattern.text), [f"value_{number}" for number in range(len(paths))]
    numbers: list[int] = []
    for position, row in enumerate(rows):
        if position % PATTERN_SLICE == 0:
            await asyncio.sleep(0)
        if any(row[name] is not None and compiled.search(str(row[name])) for name in names):
            numbers.append(row["number"])
    wanted = numbers[offset : offset + limit]
    found = {row["number"]: row for row in await store.numbered(tx, statement(tx, sight, search), wanted)}
    return [found[number] for number in wanted], len(numbers), False, len(numbers) > offset + limit


async def exists(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    terms: tuple[Term, ...],
    reason: Reason = NO_REASON,
    key: str = "",
    through: Service | None = None,
) -> bool:
    """Tell whether a record the caller may see meets all terms; the people it tells about are logged."""
    sight = await admitted(
        context, by=by, registry=registry, kind=ServiceKind.EXISTS, key=key, through=through, asks=True
    )
    named = [path for term in terms for path in paths_of(term)]
    sight.refuse_hidden(named)
    wanted = Search(terms)
    if sight.asks:
        agreed = (await _agreed(context, sight, wanted))[:EXISTS_LOGGED_MAX]
        await consents.log(context, agreed, reason, fields=named)
        return bool(agreed)
    async with context.database.reading(one_statement=True, apart=may_scan(registry, wanted)) as tx:
        rows = await store.some(tx, statement(tx, sight, wanted), limit=EXISTS_LOGGED_MAX)
    await usage.log(context, sight, rows, reason, shown=named)
    return bool(rows)


async def read(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    terms: tuple[Term, ...],
    reason: Reason = NO_REASON,
    key: str = "",
    through: Service | None = None,
) -> tuple[Row, Sight]:
    """Return the oldest record that meets all terms, as stored, with the sight to show it through; raises NoRecord."""
    sight = await admitted(
        context, by=by, registry=registry, kind=ServiceKind.READ, key=key, through=through, asks=True
    )
    sight.refuse_hidden([path for term in terms for path in paths_of(term)])
    wanted = Search(terms)
    if sight.asks:
        agreed = (await _agreed(context, sight, wanted))[:1]
        if not agreed:
            raise NoRecord
        await consents.log(context, agreed, reason)
        return agreed[0].row, agreed[0].sight
    async with context.database.reading(one_statement=True, apart=may_scan(registry, wanted)) as tx:
        rows = await store.oldest(tx, statement(tx, sight, wanted))
    if not rows:
        raise NoRecord
    await usage.log(context, sight, rows, reason)
    return rows[0], sight


async def read_record(
    context: Context, *, by: Actor, registry: Registry, uuid: str, reason: Reason = NO_REASON, key: str = ""
) -> Record:
    """Return a record by its uuid or primary key, for pages and other rooms; raises NoRecord."""
    sight = await admitted(context, by=by, registry=registry, kind=ServiceKind.READ, key=key)
    rows = await _addressed(context, sight, uuid)
    if not rows:
        raise NoRecord
    await usage.log(context, sight, rows[:1], reason)
    return sight.record(rows[0])


async def read_value(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    uuid: str,
    path: Path,
    reason: Reason = NO_REASON,
    key: str = "",
    through: Service | None = None,
) -> object:
    """Return one value of the record with a uuid or primary key; raises NoRecord, also when there is no value."""
    sight = await admitted(
        context, by=by, registry=registry, kind=ServiceKind.READ_VALUE, key=key, through=through, asks=True
    )
    if path not in registry.by_path:
        raise NoRecord
    if not sight.decision.may_see(sight.kind, path):
        raise FieldHidden(f"You do not have the right to use the field {pointer(path)} here.")
    if sight.asks:
        return await _agreed_value(context, sight, uuid, path, reason)
    rows = await _addressed(context, sight, uuid)
    value = value_at(sight.shown(rows[0]), path) if rows else None
    if value is None:
        raise NoRecord
    await usage.log(context, sight, rows[:1], reason, shown=(path,))
    return value


async def _agreed_value(context: Context, sight: Sight, uuid: str, path: Path, reason: Reason) -> object:
    agreed = await _agreed(context, sight, Search(uuid=uuid))
    key = key_term(sight.registry, uuid)
    if not agreed and key is not None and sight.decision.may_see(sight.kind, key.paths[0]):
        agreed = await _agreed(context, sight, Search((key,)))
    value = value_at(agreed[0].sight.shown(agreed[0].row), path) if agreed else None
    if value is None:
        raise NoRecord
    await consents.log(context, agreed[:1], reason, fields=(path,))
    return value


async def stream(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    search: Search,
    kind: ServiceKind = ServiceKind.EXPORT,
    reason: Reason = NO_REASON,
    key: str = "",
    size: int = STREAM_RECORDS,
) -> AsyncIterator[tuple[Record, ...]]:
    """Yield all results part by part in the order of creation, each part logged before it is handed out."""
    sight = await admitted(context, by=by, registry=registry, kind=kind, key=key)
    sight.refuse_hidden(_named(search))
    wanted = replace(search, order=(), newest_first=False, page=None, size=size)
    async for rows in _in_parts(context, sight, wanted, size):
        await usage.log(context, sight, rows, reason)
        yield tuple(sight.record(row) for row in rows)
        await asyncio.sleep(0)


async def _in_parts(context: Context, sight: Sight, search: Search, size: int) -> AsyncIterator[list[Row]]:
    after, page = search.after, 1
    while True:
        if search.pattern is not None:
            rows, _count, _is_minimum, _more = await found(context, sight, replace(search, page=page))
        else:
            single, apart = not search.texts, may_scan(sight.registry, search)
            async with context.database.reading(one_statement=single, apart=apart) as tx:
                made = await narrowed(tx, sight, replace(search, after=after))
                rows = await store.rows(tx, made, order=made.number, limit=size)
        if not rows:
            return
        yield rows
        after, page = rows[-1]["number"], page + 1


async def history(
    context: Context, *, by: Actor, registry: Registry, uuid: str, reason: Reason = NO_REASON, key: str = ""
) -> list[Change]:
    """Return every change of a record with what it was before and after, as far as the caller may see it (DRS-7).

    Auditors see who did what and when, and of the content what their other rights show. Raises NoRecord.
    """
    auditor = by.may(AUDIT)
    decision = (await rights.decision(context, by=by, registry=registry)).resting_on(frozenset())
    if auditor and not decision.may(ServiceKind.EVENTS):
        sight = Sight(
            registry, decision, ServiceKind.EVENTS, by, None, opens=False, unblinds=False, plain=False, logged=True
        )
    else:
        sight = await admitted(context, by=by, registry=registry, kind=ServiceKind.EVENTS, key=key)
    async with context.database.reading() as tx:
        row = await store.by_uuid(tx, registry, uuid)
        content = msgspec.json.decode(row["content"]) if row else {}
        if row is None or not (auditor or decision.reaches(ServiceKind.EVENTS, content)):
            raise NoRecord
        made = await changes.history(tx, registry.id, record=uuid, number=row["number"], content=content)
    person = value_at(content, registry.person_path) if registry.person_path else ""
    await usage.log(context, sight, [{"uuid": uuid, "person": person, "reference": None, "content": ""}], reason)
    return [_shown_change(sight, uuid, content, one) for one in made]


def _shown_change(sight: Sight, uuid: str, content: Mapping[str, Any], change: Change) -> Change:
    """Return a change with only the fields that the caller sees in the record."""

    def shown(text: str) -> str:
        part = msgspec.json.decode(text)
        # The right is decided on the record as it is; of the part, the same fields show.
        together = sight.decision.shown(sight.kind, {**content, **part}) or {}
        return text_of(sight.cleared(uuid, {name: value for name, value in together.items() if name in part}))

    return replace(change, before=shown(change.before), after=shown(change.after))


async def rows_in(tx: Transaction, sight: Sight, search: Search, *, limit: int) -> list[Row]:
    """Return rows of a search inside a change's transaction, oldest first; what is shown of them is logged apart."""
    sight.refuse_hidden(_named(search))
    if limit == 1:
        return await store.oldest(tx, statement(tx, sight, search))
    return await store.rows(tx, statement(tx, sight, search), order="number", limit=limit)


async def _addressed(context: Context, sight: Sight, uuid: str) -> list[Row]:
    """Return the record that a path names: by its uuid, else by the primary key where the caller may see it."""
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.oldest(tx, statement(tx, sight, Search(uuid=uuid)))
        key = key_term(sight.registry, uuid)
        if rows or key is None or not sight.decision.may_see(sight.kind, key.paths[0]):
            return rows
        return await store.oldest(tx, statement(tx, sight, Search((key,))))


def key_term(registry: Registry, text: str) -> Holds | None:
    """Return the term that finds a record by its primary key, or None when the registry or the text gives none."""
    one = registry.key_field
    if one is None or not one.comparable:
        return None
    try:
        value = from_text(one, text)
    except Unfit:
        return None
    return Holds(Comparison((one.name,), Operator.EQ, value), ((one.name,),))

"""Use cases of evidence: add a revision, read a chain, check it, and forget its texts (C5, C15, C16, C18)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from govstack.blocks.consent.evidence import model, store
from govstack.blocks.consent.evidence.errors import Damaged, Unknown
from govstack.blocks.consent.evidence.model import Finding, Revision, SchemaName
from govstack.kernel import clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.kernel.errors import BadRequest

PURPOSE = "consent/revision"
SIGNING = "consent/revisions"
PAGE_ENTRIES = 100
PAGE_ENTRIES_MAX = 1_000
LAST_MOMENT = "9999"
ATTEMPTS_MAX = 5
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Search:
    """Which revisions to list and in which order: timestamp or object, with - before it for the other way round."""

    schema_name: str = ""
    object_id: str = ""
    since: str = ""
    until: str = ""
    sort: str = "-timestamp"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list: so many after so many."""

    offset: int = 0
    limit: int = PAGE_ENTRIES


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a revision as it is to be kept, with its moment; one that a person signed before it had an id."""

    text: str
    at: str
    without_object_id: bool = True


def part(offset: int | None, limit: int | None) -> Part:
    """Return the part of a list that was asked for; raises BadRequest for what cannot be one."""
    for name, value, least in (("offset", offset, 0), ("limit", limit, 1)):
        if value is not None and value < least:
            raise BadRequest(f"{name} must be at least {least}.", fields={name: f"must be at least {least}"})
    return Part(offset or 0, min(limit or PAGE_ENTRIES, PAGE_ENTRIES_MAX))


async def repeated(context: Context, act: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """Do an act in one transaction, again when another changed the same thing meanwhile: then it finds that one's."""
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            async with context.database.transaction() as tx:
                return await act(tx)
        except (UniqueViolation, Contention):
            if attempt == ATTEMPTS_MAX:
                raise
    raise Contention


async def append(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    schema_name: SchemaName,
    object_id: str,
    data: Mapping[str, object],
    previous: Revision | None = None,
    individual_id: str = "",
    written: Written | None = None,
    predecessor_signature: str = "",
    revision_id: str = "",
) -> Revision:
    """Write the next revision of an object in the transaction of the act that makes it."""
    if written is None:
        at = clock.timestamp()
        other = "" if individual_id and by.kind == "person" else by.id
        text = model.snapshot_of(
            schema_name=schema_name, object_id=object_id, data=data, at=at, individual_id=individual_id, other=other
        )
        written = Written(text, at, without_object_id=False)
    revision = model.made(
        revision_id=revision_id or ids.new_id(),
        schema_name=schema_name.value,
        object_id=object_id,
        snapshot=written.text,
        at=written.at,
        without_object_id=written.without_object_id,
        previous=previous,
        predecessor_signature=predecessor_signature,
        key=context.keys.signing_key(SIGNING),
    )
    if previous is not None and not await store.succeed(tx, previous.id, revision.id):
        raise Contention
    await store.add(tx, revision, context.keys.seal(PURPOSE, written.text.encode(), bound_to=revision.id))
    return revision


async def by_id(context: Context, tx: Transaction, revision_id: str) -> Revision:
    """Return a revision; raises Unknown."""
    found = await by_ids(context, tx, (revision_id,))
    if revision_id not in found:
        raise Unknown
    return found[revision_id]


async def by_ids(context: Context, tx: Transaction, revision_ids: Sequence[str]) -> dict[str, Revision]:
    """Return revisions by their ids."""
    stored = await store.by_ids(tx, list(dict.fromkeys(revision_ids)))
    return {revision.id: _opened(context, revision, sealed) for revision, sealed in stored}


async def chain(context: Context, tx: Transaction, schema_name: str, object_id: str) -> list[Revision]:
    """Return all revisions of an object, the first one first."""
    stored = await store.of_object(tx, schema_name, object_id)
    return [_opened(context, revision, sealed) for revision, sealed in stored]


async def search(context: Context, tx: Transaction, *, wanted: Search, part: Part) -> list[Revision]:
    """Return a page of revisions of all objects (C18); raises BadRequest for an order there is not."""
    if wanted.sort not in store.ORDERS:
        raise BadRequest("Sort by timestamp, -timestamp, object or -object.", fields={"sort": "is not known"})
    stored = await store.search(
        tx,
        wanted.sort,
        schema_name=wanted.schema_name,
        object_id=wanted.object_id,
        since=wanted.since,
        until=wanted.until or LAST_MOMENT,
        limit=part.limit,
        offset=part.offset,
    )
    return [_opened(context, revision, sealed) for revision, sealed in stored]


def check(context: Context, revisions: Sequence[Revision]) -> Finding | None:
    """Return the first revision of a chain that is not as this block wrote it, or nothing."""
    return model.first_fault(revisions, context.keys.public_keys(SIGNING))


async def forget(
    context: Context, tx: Transaction, *, by: Actor, schema_name: SchemaName, object_id: str, newest: Revision
) -> Revision:
    """Take the texts of an object away and say so in a last revision; hashes and signatures stay."""
    await store.forget(tx, schema_name.value, object_id)
    return await append(
        context, tx, by=Actor.system(by.kind), schema_name=schema_name, object_id=object_id,
        data={model.FORGOTTEN: True}, previous=newest,
    )  # fmt: skip


def _opened(context: Context, revision: Revision, sealed: bytes | None) -> Revision:
    if sealed is None:
        return revision
    try:
        text = context.keys.open(PURPOSE, sealed, bound_to=revision.id).decode()
    except (crypto.SealBroken, UnicodeDecodeError):
        return replace(revision, damaged=True)
    return replace(revision, snapshot=text)


def readable(revision: Revision) -> Revision:
    """Return a revision whose text is there; raises Damaged."""
    if revision.snapshot is None:
        raise Damaged
    return revision

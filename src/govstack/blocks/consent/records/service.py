"""Reading records: with the agreement as it was agreed to, the person, and the signature; and checking them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import Damaged, Unknown
from govstack.blocks.consent.evidence.model import Fault, Finding, Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.model import Individual
from govstack.blocks.consent.records import store
from govstack.blocks.consent.records.model import RecordData
from govstack.blocks.consent.records.store import EVERYTHING, Narrowed, Row
from govstack.blocks.consent.signing import service as signing
from govstack.blocks.consent.signing.service import Kept
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

__all__ = ["EVERYTHING", "Narrowed", "Row", "Shown"]

# Nobody is counted beyond this, since a page waits for it.
COUNTED_MAX = 10_000

# The rows themselves, for the acts of other rooms in their own transactions.
enter = store.add
revise = store.revise
row_by_id = store.by_id
row_of_pair = store.of_pair
rows_of = store.of_individuals
forget_row = store.forget


@dataclass(frozen=True, slots=True)
class Shown:
    """A record with everything it refers to as it was."""

    data: RecordData
    revision: Revision
    agreement: DataAgreement
    agreement_revision: Revision
    individual: Individual
    signature: Kept | None = None


async def shown(context: Context, tx: Transaction, rows: Sequence[Row]) -> list[Shown]:
    """Return records with what they refer to, in the order of their rows; raises Damaged for one that was altered.

    What a record says is read from its sealed revision; the row beside it must say the same.
    """
    people = await individuals.revisions_of(tx, [row.individual_id for row in rows if row.individual_id])
    revisions = await evidence.by_ids(context, tx, [*(row.revision_id for row in rows), *people.values()])
    terms = await agreements.at_revisions(context, tx, [row.agreement_revision_id for row in rows])
    signatures = await signing.by_ids(context, tx, [row.signature_id for row in rows if row.signature_id])
    found = []
    for row in rows:
        revision = revisions.get(row.revision_id)
        person = revisions.get(people.get(row.individual_id or "", ""))
        if revision is None or person is None:
            raise Damaged
        data = of(revision)
        kept = signatures.get(row.signature_id) if row.signature_id else None
        if not _agree(row, data, kept):
            raise Damaged
        agreement, agreement_revision = terms[row.agreement_revision_id]
        found.append(Shown(data, revision, agreement, agreement_revision, individuals.of(person), kept))
    return found


async def read(context: Context, tx: Transaction, record_id: str) -> Shown:
    """Return a record; raises Unknown, also for a forgotten one."""
    row = await store.by_id(tx, record_id)
    if row is None or row.forgotten:
        raise Unknown
    return (await shown(context, tx, [row]))[0]


async def of_individuals(
    context: Context,
    tx: Transaction,
    *,
    individual_ids: Sequence[str],
    part: Part,
    narrowed: Narrowed = EVERYTHING,
    current: bool = True,
) -> list[Shown]:
    """Return records of a person, the newest first: those that hold now, or all."""
    rows = await store.of_individuals(
        tx, individual_ids, narrowed, current=current, limit=part.limit, offset=part.offset
    )
    return await shown(context, tx, rows)


async def current(context: Context, tx: Transaction, *, part: Part, narrowed: Narrowed = EVERYTHING) -> list[Shown]:
    """Return the records of everybody that hold now, the oldest first."""
    return await shown(context, tx, await store.current(tx, narrowed, limit=part.limit, offset=part.offset))


async def listed(context: Context, tx: Transaction, *, part: Part) -> list[Shown]:
    """Return all records of everybody, the oldest first."""
    return await shown(context, tx, await store.listed(tx, limit=part.limit, offset=part.offset))


async def agreed_after(tx: Transaction, *, agreement_id: str, after: str, limit: int) -> list[str]:
    """Return people who agreed to an agreement, in order of their ids."""
    return await store.agreed_after(tx, agreement_id, after=after, limit=limit)


async def agreeing(context: Context, *, agreement_id: str) -> int:
    """Return how many people agree to an agreement now, in any of its versions; one more than COUNTED_MAX for more."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.agreeing(tx, agreement_id, limit=COUNTED_MAX + 1)


async def check(context: Context, tx: Transaction, record_id: str) -> Finding | None:
    """Return the first revision of a record that was altered, or nothing; raises Unknown.

    Beyond the chain it compares the row beside it, the signature, and the hash of the agreement.
    """
    row = await store.by_id(tx, record_id)
    chain = await evidence.chain(context, tx, SchemaName.RECORD, record_id)
    if row is None and not chain:
        raise Unknown
    finding = evidence.check(context, chain)
    if finding is not None or row is None or not chain:
        return finding or Finding("", 0, Fault.CONTENT)
    newest = chain[-1]
    sound = row.revision_id == newest.id
    if sound and not row.forgotten:
        sound = await _same(context, tx, row, newest)
    elif sound:
        sound = bool(newest.data.get("forgotten"))
    return None if sound else Finding(newest.id, newest.number, Fault.CONTENT)


def of(revision: Revision) -> RecordData:
    """Return the record that a revision holds."""
    return msgspec.convert(revision.data, RecordData)


async def _same(context: Context, tx: Transaction, row: Row, newest: Revision) -> bool:
    data = of(newest)
    try:
        kept = await signing.of_record(context, tx, row.id)
    except Damaged:
        return False
    terms = (await evidence.by_ids(context, tx, [row.agreement_revision_id])).get(row.agreement_revision_id)
    return (
        _agree(row, data, kept.get(row.signature_id or ""))
        and all(one in kept for one in data.signatures)
        and terms is not None
        and terms.serialized_hash == data.data_agreement_revision_hash
    )


def _agree(row: Row, data: RecordData, kept: Kept | None) -> bool:
    """Tell whether a row and its signature say what the record's newest revision says."""
    said = (data.data_agreement, data.data_agreement_revision, data.individual, data.opt_in, data.state)
    stored = (row.agreement_id, row.agreement_revision_id, row.individual_id, row.opt_in, row.state)
    digest = kept.digest if kept is not None else None
    if data.signatures_required != row.signatures_required:
        return False
    return said == stored and data.signature == row.signature_id and data.signature_hash == digest

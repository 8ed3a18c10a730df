"""Rows of consent records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is found; what it says stands in its newest revision."""

    id: str
    revision_id: str
    agreement_id: str
    agreement_revision_id: str
    individual_id: str | None
    opt_in: bool | None
    state: str
    signature_id: str | None
    forgotten: bool
    created_at: str
    signatures_required: int = 0


@dataclass(frozen=True, slots=True)
class Narrowed:
    """To which agreement, and which version of it, a list is narrowed; nothing means any.

    `settled` leaves out, as if they were not there, answers that wait for signatures.
    """

    agreement_id: str = ""
    agreement_revision_id: str = ""
    settled: bool = False


EVERYTHING = Narrowed()


async def add(tx: Transaction, row: Row) -> None:
    """Add a record; raises UniqueViolation when this person has one for this version of the agreement."""
    await SQL.add(
        tx, id=row.id, revision_id=row.revision_id, agreement_id=row.agreement_id,
        agreement_revision_id=row.agreement_revision_id, individual_id=row.individual_id, opt_in=row.opt_in,
        state=row.state, signature_id=row.signature_id, created_at=row.created_at,
        signatures_required=row.signatures_required,
    )  # fmt: skip


async def revise(tx: Transaction, row: Row, *, previous_id: str) -> bool:
    """Give a record its next revision; false when somebody else did."""
    changed = await SQL.revise(
        tx, id=row.id, revision_id=row.revision_id, opt_in=row.opt_in, state=row.state,
        signature_id=row.signature_id, previous_id=previous_id,
    )  # fmt: skip
    return bool(changed)


async def forget(tx: Transaction, record_id: str, revision_id: str) -> bool:
    """Take away whose record it was and what it said; false when that was done before."""
    return bool(await SQL.forget(tx, id=record_id, revision_id=revision_id))


async def by_id(tx: Transaction, record_id: str) -> Row | None:
    """Return a record."""
    found = await SQL.by_id(tx, id=record_id)
    return None if found is None else msgspec.convert(found, Row, strict=False)


async def of_pair(tx: Transaction, *, agreement_revision_id: str, individuals: Sequence[str]) -> Row | None:
    """Return the record of a person for one version of an agreement."""
    found = await SQL.of_pair(tx, agreement_revision_id=agreement_revision_id, individuals=list(individuals))
    return None if found is None else msgspec.convert(found, Row, strict=False)


async def of_individuals(
    tx: Transaction, individuals: Sequence[str], narrowed: Narrowed, *, current: bool, limit: int, offset: int = 0
) -> list[Row]:
    """Return records of a person, the newest first: all, or the newest for each agreement."""
    asked = {
        "individuals": list(individuals), "agreement_id": narrowed.agreement_id,
        "agreement_revision_id": narrowed.agreement_revision_id, "limit": limit, "offset": offset,
    }  # fmt: skip
    if current:
        rows = await SQL.current_of_individuals(tx, **asked, settled=narrowed.settled)
    else:
        rows = await SQL.of_individuals(tx, **asked)
    return msgspec.convert(rows, list[Row], strict=False)


async def current(tx: Transaction, narrowed: Narrowed, *, limit: int, offset: int) -> list[Row]:
    """Return the newest record of each person for each agreement, the oldest first."""
    if narrowed.agreement_id or narrowed.agreement_revision_id:
        rows = await SQL.current_of_agreement(
            tx, agreement_id=narrowed.agreement_id, agreement_revision_id=narrowed.agreement_revision_id,
            settled=narrowed.settled, limit=limit, offset=offset,
        )  # fmt: skip
    else:
        rows = await SQL.current(tx, settled=narrowed.settled, limit=limit, offset=offset)
    return msgspec.convert(rows, list[Row], strict=False)


async def listed(tx: Transaction, *, limit: int, offset: int) -> list[Row]:
    """Return all records but the forgotten ones, the oldest first."""
    return msgspec.convert(await SQL.listed(tx, limit=limit, offset=offset), list[Row], strict=False)


async def agreed_after(tx: Transaction, agreement_id: str, *, after: str, limit: int) -> list[str]:
    """Return people who agree to an agreement, in order of their ids."""
    rows = await SQL.agreed_after(tx, agreement_id=agreement_id, after=after, limit=limit)
    return [row["individual_id"] for row in rows]


async def agreeing(tx: Transaction, agreement_id: str, *, limit: int) -> int:
    """Return how many people agree to an agreement, counting no further than a limit."""
    return int(await SQL.agreeing(tx, agreement_id=agreement_id, limit=limit))

"""Rows of people; identifiers are keyed hashes before they get here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
OWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A person as they are found: what is known of them stands in their newest revision."""

    id: str
    revision_id: str
    notices: bool


async def add(
    tx: Transaction, *, individual_id: str, revision_id: str, reference: str | None, person: str | None, created_at: str
) -> None:
    """Add a person; raises UniqueViolation for one that is there."""
    await SQL.add(
        tx, id=individual_id, revision_id=revision_id, reference=reference, person=person, created_at=created_at
    )


async def revise(tx: Transaction, row: Row, *, revision_id: str, reference: str | None, person: str | None) -> bool:
    """Give a person their next revision; false when somebody else did."""
    changed = await SQL.revise(
        tx, id=row.id, revision_id=revision_id, reference=reference, person=person, previous_id=row.revision_id
    )
    return bool(changed)


async def by_ids(tx: Transaction, ids: Sequence[str]) -> list[Row]:
    """Return people."""
    return msgspec.convert(await SQL.by_ids(tx, ids=list(ids)), list[Row], strict=False)


async def of_person(tx: Transaction, prints: Sequence[str]) -> list[Row]:
    """Return the rows of one natural person, whichever secret was in force when they came, the oldest first."""
    return msgspec.convert(await SQL.of_person(tx, prints=list(prints), limit=OWN_MAX), list[Row], strict=False)


async def same_person(tx: Transaction, individual_id: str) -> list[str]:
    """Return the ids of the rows of the natural person behind one of them, the oldest first."""
    return [str(row["id"]) for row in await SQL.same_person(tx, id=individual_id, limit=OWN_MAX)]


async def of_references(tx: Transaction, references: Sequence[str]) -> list[Row]:
    """Return the rows with one identifier of one kind from one provider."""
    return msgspec.convert(await SQL.of_references(tx, prints=list(references), limit=OWN_MAX), list[Row], strict=False)


async def listed(tx: Transaction, *, limit: int, offset: int) -> list[Row]:
    """Return people, the oldest first."""
    return msgspec.convert(await SQL.listed(tx, limit=limit, offset=offset), list[Row], strict=False)


async def switch_notices(tx: Transaction, ids: Sequence[str], *, wanted: bool) -> None:
    """Set whether people want notices."""
    await SQL.switch_notices(tx, ids=list(ids), wanted=wanted)

"""Rows of identifiers: keyed hashes to look for, and sealed texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.identifiers.model import IdentifierKind, IdentifierStatus
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
READ_MAX = 500


@dataclass(frozen=True, slots=True)
class Row:
    """An identifier as kept."""

    id: str
    person_id: str
    kind: IdentifierKind
    form: str
    content: bytes
    status: IdentifierStatus
    blocked_until: str
    made_at: str
    expires_at: str
    ended_at: str


async def add(tx: Transaction, row: Row, *, print_: str) -> None:
    """Add an identifier; raises UniqueViolation for one that is somebody's."""
    await SQL.add(
        tx, id=row.id, person_id=row.person_id, kind=row.kind.value, form=row.form, print=print_, content=row.content,
        made_at=row.made_at, expires_at=row.expires_at,
    )  # fmt: skip


async def by_id(tx: Transaction, identifier_id: str) -> Row | None:
    """Return an identifier, or nothing."""
    return msgspec.convert(await SQL.by_id(tx, id=identifier_id), Row | None, strict=False)


async def taken(tx: Transaction, prints: Sequence[str]) -> Row | None:
    """Return the identifier with this text that is not revoked, or nothing."""
    return msgspec.convert(await SQL.taken(tx, prints=list(prints)), Row | None, strict=False)


async def of_person(tx: Transaction, person_id: str) -> list[Row]:
    """Return the virtual identifiers and aliases of a person, the oldest first.

    Of very many, those that work are among them, then the newest.
    """
    rows = await SQL.of_person(tx, person_id=person_id, limit=READ_MAX)
    return sorted(msgspec.convert(rows, list[Row], strict=False), key=lambda row: (row.made_at, row.id))


async def count_active(tx: Transaction, *, person_id: str, kind: IdentifierKind, now: str) -> int:
    """Return how many identifiers of a kind work."""
    return int(await SQL.count_active(tx, person_id=person_id, kind=kind.value, now=now))


async def set_status(
    tx: Transaction,
    *,
    identifier_id: str,
    status: IdentifierStatus,
    were: Sequence[IdentifierStatus],
    blocked_until: str = "",
    ended_at: str = "",
) -> bool:
    """Give an identifier another status; false when it has none of those it is to have."""
    changed = await SQL.set_status(
        tx, id=identifier_id, status=status.value, were=[one.value for one in were], blocked_until=blocked_until,
        ended_at=ended_at,
    )  # fmt: skip
    return bool(changed)

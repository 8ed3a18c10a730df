"""Rows of people, their identifiers and changes; what is known of them is sealed before it gets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.identifiers.model import IdentifierKind
from govstack.blocks.identity.people.model import Status
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A person as kept."""

    id: str
    subject: str
    status: Status
    blocked_until: str
    roles: str
    scopes: str
    content: bytes
    listed: bool
    position: int
    registered_at: str
    modified_at: str
    version: int


@dataclass(frozen=True, slots=True)
class Met(Row):
    """A person as kept, and the identifier that leads to them."""

    identifier_id: str
    identifier_kind: IdentifierKind
    identifier_form: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as kept."""

    number: int
    at: str
    kind: str
    content: bytes


async def add(tx: Transaction, row: Row) -> None:
    """Add a person; raises UniqueViolation for a subject that is there."""
    await SQL.add(
        tx, id=row.id, subject=row.subject, status=row.status.value, blocked_until=row.blocked_until, roles=row.roles,
        scopes=row.scopes, content=row.content, listed=row.listed, position=row.position, now=row.modified_at,
    )  # fmt: skip


async def revise(tx: Transaction, row: Row, *, now: str) -> bool:
    """Change a person who still has the version of the row; false when somebody else did."""
    changed = await SQL.revise(
        tx, id=row.id, status=row.status.value, blocked_until=row.blocked_until, roles=row.roles, scopes=row.scopes,
        content=row.content, listed=row.listed, position=row.position, now=now, version=row.version,
    )  # fmt: skip
    return bool(changed)


async def hold(tx: Transaction, person_id: str) -> None:
    """Let nobody else hold a person until the transaction ends."""
    await SQL.hold(tx, id=person_id)


async def by_id(tx: Transaction, person_id: str) -> Row | None:
    """Return a person, or nothing."""
    return next(iter(await by_ids(tx, (person_id,))), None)


async def by_ids(tx: Transaction, ids: Sequence[str]) -> list[Row]:
    """Return people, in no order."""
    return msgspec.convert(await SQL.by_ids(tx, ids=list(ids)), list[Row], strict=False)


async def by_subject(tx: Transaction, subject: str) -> Row | None:
    """Return a person, or nothing."""
    return msgspec.convert(await SQL.by_subject(tx, subject=subject), Row | None, strict=False)


async def by_prints(tx: Transaction, prints: Sequence[str], *, now: str) -> Met | None:
    """Return whom an identifier leads to, where both it and the person are active."""
    return msgspec.convert(await SQL.by_print(tx, prints=list(prints), now=now), Met | None, strict=False)


async def listed(tx: Transaction) -> list[Row]:
    """Return the people the sandbox offers to sign in as."""
    return msgspec.convert(await SQL.listed(tx, limit=LISTED_MAX), list[Row], strict=False)


async def page(tx: Transaction, *, after: tuple[str, str], limit: int) -> list[Row]:
    """Return people, the oldest first."""
    rows = await SQL.page(tx, after_at=after[0], after_id=after[1], limit=limit)
    return msgspec.convert(rows, list[Row], strict=False)


async def note_change(tx: Transaction, row: ChangeRow, *, person_id: str) -> None:
    """Add a change."""
    await SQL.note_change(tx, person_id=person_id, number=row.number, at=row.at, kind=row.kind, content=row.content)


async def changes(tx: Transaction, person_id: str, *, before: int, until: str, limit: int) -> list[ChangeRow]:
    """Return changes, the newest first; `until` is a moment after which none counts, or empty."""
    rows = await SQL.changes(tx, person_id=person_id, before=before, until=until, limit=limit)
    return msgspec.convert(rows, list[ChangeRow], strict=False)

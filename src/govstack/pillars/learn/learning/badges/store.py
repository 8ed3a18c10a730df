"""Rows of badges; what tells whose they are is sealed before it gets here."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.badges.model import Change, State

SQL = queries(__file__)
CHANGES_MAX = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A badge as a row holds it."""

    id: str
    achievement_id: str
    person_id: str
    state: State
    content_sealed: bytes | None
    token_sealed: bytes | None
    code: str
    published_at: str | None
    list_number: int
    list_index: int
    awarded_by: str
    issued_at: str | None
    expires_at: str | None


async def add(tx: Transaction, kept: Kept, *, earned_by: str, created_at: str) -> bool:
    """Add a badge; false when its place in the list is taken, or the person has it."""
    return bool(
        await SQL.add(
            tx, id=kept.id, achievement_id=kept.achievement_id, person_id=kept.person_id, state=kept.state.value,
            earned_by=earned_by, content_sealed=kept.content_sealed, token_sealed=kept.token_sealed, code=kept.code,
            list_number=kept.list_number, list_index=kept.list_index, awarded_by=kept.awarded_by,
            issued_at=kept.issued_at, expires_at=kept.expires_at, created_at=created_at,
        )
    )  # fmt: skip


async def by_id(tx: Transaction, badge_id: str) -> Kept | None:
    """Return a badge."""
    return _kept(await SQL.by_id(tx, id=badge_id))


async def by_code(tx: Transaction, code: str) -> Kept | None:
    """Return the badge whose check has this address."""
    return _kept(await SQL.by_code(tx, code=code))


async def earned(tx: Transaction, *, achievement_id: str, person_id: str, earned_by: str) -> Kept | None:
    """Return the badge that somebody earned by this before."""
    return _kept(
        await SQL.earned(tx, achievement_id=achievement_id, person_id=person_id, earned_by=earned_by)
    )  # fmt: skip


async def held(tx: Transaction, *, achievement_id: str, person_id: str) -> Kept | None:
    """Return the badge of this kind that somebody has, in whatever way they came to it."""
    return _kept(await SQL.held(tx, achievement_id=achievement_id, person_id=person_id))


async def of_person(tx: Transaction, *, person_id: str, limit: int) -> list[Kept]:
    """Return the badges of a person, the newest first."""
    return _all(await SQL.of_person(tx, person_id=person_id, limit=limit))


async def listed(tx: Transaction, *, state: str, after: str, limit: int) -> list[Kept]:
    """Return badges in the order of their ids, those in a state when one is named."""
    return _all(await SQL.listed(tx, state=state, after=after, limit=limit))


async def lapsed(tx: Transaction, *, now: str, limit: int) -> list[Kept]:
    """Return badges whose end has come."""
    return _all(await SQL.lapsed(tx, now=now, limit=limit))


async def hold(tx: Transaction, badge_id: str) -> Kept | None:
    """Return a badge that nobody else changes until the end of the transaction."""
    return _kept(await SQL.hold(tx, id=badge_id))


async def hold_told(tx: Transaction, *, person_id: str, after: str, limit: int) -> list[Kept]:
    """Return badges that tell whose they are, by id behind one, which nobody else changes until the end."""
    found = _all(await SQL.hold_told(tx, person_id=person_id, after=after, limit=limit))
    return sorted(found, key=lambda one: one.id)


async def change(tx: Transaction, kept: Kept) -> None:
    """Write what a badge that is held has become."""
    await SQL.change(
        tx, id=kept.id, state=kept.state.value, content_sealed=kept.content_sealed, token_sealed=kept.token_sealed,
        issued_at=kept.issued_at, expires_at=kept.expires_at, published_at=kept.published_at,
    )  # fmt: skip


async def publish(tx: Transaction, *, badge_id: str, published_at: str | None) -> None:
    """Write since when a badge that is held is public; nothing for one that is not."""
    await SQL.publish(tx, id=badge_id, published_at=published_at)


async def note(tx: Transaction, *, badge_id: str, change: Change) -> None:
    """Add to the history of a badge."""
    await SQL.note(
        tx, badge_id=badge_id, state=change.state.value, reason=change.reason, actor=change.actor, at=change.at
    )


async def changes(tx: Transaction, *, badge_id: str) -> list[Change]:
    """Return the history of a badge, the first change first."""
    return msgspec.convert(await SQL.changes(tx, badge_id=badge_id, limit=CHANGES_MAX), list[Change], strict=False)


async def count(tx: Transaction) -> int:
    """Return how many badges there are, whatever became of them."""
    return int(await SQL.count(tx))


async def taken(tx: Transaction, *, list_number: int, list_index: int) -> bool:
    """Tell whether a badge has this place in a list."""
    return bool(await SQL.taken(tx, list_number=list_number, list_index=list_index))


async def places(tx: Transaction, *, list_number: int, state: State) -> list[int]:
    """Return the places in a list of badges in a state."""
    return [row["list_index"] for row in await SQL.places(tx, list_number=list_number, state=state.value)]


def _all(rows: list[Row]) -> list[Kept]:
    return msgspec.convert(rows, list[Kept], strict=False)


def _kept(row: Row | None) -> Kept | None:
    return None if row is None else msgspec.convert(row, Kept, strict=False)

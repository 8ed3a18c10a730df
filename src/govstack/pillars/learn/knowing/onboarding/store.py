"""Rows of applications to groups, sealed before they get here, and of the channels of groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.onboarding.model import Step

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """An application as a row holds it."""

    id: str
    community_id: str
    person_id: str
    country: str
    letter_sealed: bytes
    state: Step
    call_at: str | None
    call_link: str
    answer_sealed: bytes | None
    created_at: str


async def add(
    tx: Transaction, *, application_id: str, community_id: str, person_id: str, country: str, letter_sealed: bytes,
    at: str,
) -> bool:  # fmt: skip
    """Enter somebody who wants to join; false for whoever waits already."""
    return bool(
        await SQL.add(
            tx, id=application_id, community_id=community_id, person_id=person_id, country=country,
            letter_sealed=letter_sealed, at=at,
        )
    )  # fmt: skip


async def rewrite(tx: Transaction, application_id: str, *, country: str, letter_sealed: bytes, at: str) -> None:
    """Change what somebody wrote who still waits."""
    await SQL.rewrite(tx, id=application_id, country=country, letter_sealed=letter_sealed, at=at)


async def by_id(tx: Transaction, application_id: str) -> Kept | None:
    """Return an application."""
    row = await SQL.by_id(tx, id=application_id)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def open_of(tx: Transaction, *, community_id: str, person_id: str) -> Kept | None:
    """Return the application with which somebody waits for a group."""
    row = await SQL.open_of(tx, community_id=community_id, person_id=person_id)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def waiting(tx: Transaction, *, community_id: str, after: str, limit: int) -> list[Kept]:
    """Return who waits for a group, whoever came first first."""
    rows = await SQL.waiting(tx, community_id=community_id, after=after, limit=limit)
    return msgspec.convert(rows, list[Kept], strict=False)


async def of_person(tx: Transaction, *, person_id: str, limit: int) -> list[Kept]:
    """Return the applications of somebody, the newest first."""
    return msgspec.convert(await SQL.of_person(tx, person_id=person_id, limit=limit), list[Kept], strict=False)


async def count_waiting(tx: Transaction, *, community_id: str) -> int:
    """Return how many wait for a group."""
    return int(await SQL.count_waiting(tx, community_id=community_id))


async def call(tx: Transaction, application_id: str, *, call_at: str, call_link: str, at: str) -> bool:
    """Write down when somebody is called; false when they do not wait any more."""
    return bool(await SQL.call(tx, id=application_id, call_at=call_at, call_link=call_link, at=at))


async def become(
    tx: Transaction, application_id: str, *, before: Iterable[Step], state: Step, answer_sealed: bytes | None, at: str
) -> bool:
    """Change the state of an application; false when it is not in one of those before."""
    changed = await SQL.become(
        tx, id=application_id, before=sorted(before), state=state.value, answer_sealed=answer_sealed, at=at
    )
    return bool(changed)


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Take away what somebody wrote."""
    await SQL.forget(tx, person_id=person_id)


async def let_go(tx: Transaction, *, before: str) -> int:
    """Take away applications that were decided or withdrawn before a moment; return how many."""
    return int(await SQL.let_go(tx, before=before))


async def channels(tx: Transaction, *, community_id: str) -> str:
    """Return where a group talks, "" for nowhere yet."""
    return str(await SQL.channels(tx, community_id=community_id) or "")


async def put_channels(tx: Transaction, *, community_id: str, channels: str, at: str) -> None:
    """Write down where a group talks."""
    await SQL.put_channels(tx, community_id=community_id, channels=channels, at=at)

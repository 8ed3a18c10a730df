"""Rows of shares: names of attributes, and the packed values sealed until they are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.sharing.model import SHARES_SHOWN_MAX, Share, State, Wanted
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
NOTHING = b""


@dataclass(frozen=True, slots=True)
class Kept:
    """A share with its purpose and what is fetched, sealed; the latter is empty until packed and once forgotten."""

    share: Share
    purpose: bytes = NOTHING
    sealed: bytes = NOTHING


async def add(tx: Transaction, kept: Kept, *, print_: str) -> None:
    """Add a share."""
    share = kept.share
    await SQL.add(
        tx, event_id=share.event_id, person_id=share.person_id, partner_id=share.partner_id, purpose=kept.purpose,
        attributes=msgspec.json.encode(share.attributes).decode(), state=share.state.value, request_print=print_,
        created_at=share.created_at, expires_at=share.expires_at, document=NOTHING,
    )  # fmt: skip


async def by_id(tx: Transaction, event_id: str) -> Kept | None:
    """Return a share."""
    row = await SQL.by_id(tx, event_id=event_id)
    return None if row is None else _kept(row)


async def by_print(tx: Transaction, print_: str) -> Kept | None:
    """Return the share that a request made."""
    row = await SQL.by_print(tx, request_print=print_)
    return None if row is None else _kept(row)


async def count_since(tx: Transaction, person_id: str, *, since: str, until: str) -> int:
    """Return how often a person has shared between two moments, withdrawn or not."""
    return int(await SQL.count_since(tx, person_id=person_id, since=since, until=until))


async def of_person(tx: Transaction, person_id: str) -> list[Kept]:
    """Return what a person shared, the newest first."""
    return [_kept(row) for row in await SQL.of_person(tx, person_id=person_id, limit=SHARES_SHOWN_MAX)]


async def for_partners(tx: Transaction, partners: Sequence[str], *, now: str, offset: int) -> list[Kept]:
    """Return what waits for some partners, the oldest first."""
    rows = await SQL.for_partners(tx, partners=list(partners), now=now, limit=SHARES_SHOWN_MAX, offset=offset)
    return [_kept(row) for row in rows]


async def move(tx: Transaction, kept: Kept, *, before: State) -> bool:
    """Write how a share stands now; false when it stands elsewhere than before."""
    one = kept.share
    return bool(
        await SQL.move(
            tx, event_id=one.event_id, before=before.value, state=one.state.value, fetched_at=one.fetched_at,
            document=kept.sealed,
        )
    )  # fmt: skip


async def forget(tx: Transaction, *, now: str) -> int:
    """Take away what was packed and whose time is over; return how much."""
    return int(await SQL.forget(tx, now=now, nothing=NOTHING))


def _kept(row: Row) -> Kept:
    written = row["attributes"]
    names = msgspec.json.decode(written) if isinstance(written, str | bytes) else written
    share = Share(
        row["event_id"], row["person_id"], row["partner_id"],
        tuple(msgspec.convert(names, list[Wanted])), State(row["state"]), row["created_at"], row["expires_at"],
        row["fetched_at"],
    )  # fmt: skip
    return Kept(share, bytes(row["purpose"]), bytes(row["document"]))

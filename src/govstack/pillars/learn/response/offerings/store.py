"""Rows of offerings and sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.response.offerings.model import Offering, Session, Wanted

SQL = queries(__file__)


async def put_offering(tx: Transaction, offering: Offering) -> None:
    """Add or change an offering."""
    await SQL.put_offering(
        tx, id=offering.id, document=msgspec.json.encode(offering).decode(), state=str(offering.state),
        track=offering.track, delivery=offering.delivery, at=clock.timestamp(),
    )  # fmt: skip
    await SQL.clear_tags(tx, offering_id=offering.id)
    for kind, values in (("type", offering.types), ("language", offering.languages)):
        for value in values:
            await SQL.add_tag(tx, offering_id=offering.id, kind=kind, value=value)


async def offering(tx: Transaction, offering_id: str) -> Offering | None:
    """Return an offering."""
    row = await SQL.offering(tx, id=offering_id)
    return _offering(row) if row else None


async def locked_offering(tx: Transaction, offering_id: str) -> Offering | None:
    """Return an offering that nobody else changes until the transaction ends."""
    await SQL.lock_offering(tx, id=offering_id)
    return await offering(tx, offering_id)


async def offerings(tx: Transaction, offering_ids: Iterable[str]) -> dict[str, Offering]:
    """Return offerings by id."""
    rows = await SQL.offerings_by_id(tx, ids=sorted(set(offering_ids)))
    return {one.id: one for one in map(_offering, rows)}


async def changed(tx: Transaction, offering_ids: Iterable[str]) -> dict[str, str]:
    """Return when each offering, or a session of it, was changed last."""
    ids = sorted(set(offering_ids))
    rows = [*await SQL.changed_offerings(tx, ids=ids), *await SQL.changed_sessions(tx, ids=ids)]
    found: dict[str, str] = {}
    for row in rows:
        found[row["id"]] = max(found.get(row["id"], ""), row["changed_at"])
    return found


async def listed(tx: Transaction, wanted: Wanted, *, after: str, limit: int) -> list[Offering]:
    """Return offerings in the order of their ids."""
    rows = await SQL.listed(
        tx, state=wanted.state, track=wanted.track, delivery=wanted.delivery, type=wanted.type,
        language=wanted.language, after=after, limit=limit,
    )  # fmt: skip
    return [_offering(row) for row in rows]


async def put_session(tx: Transaction, session: Session) -> bool:
    """Add or change a session; false when more seats are taken than it would have, or it is of another offering."""
    return bool(
        await SQL.add_session(
            tx, id=session.id, offering_id=session.offering_id, starts_at=clock.timestamp(session.starts),
            ends_at=clock.timestamp(session.ends), seats=session.seats, centre_id=session.centre_id,
            cancelled=int(session.cancelled), document=msgspec.json.encode(session).decode(), at=clock.timestamp(),
        )
    )  # fmt: skip


async def session(tx: Transaction, session_id: str) -> Session | None:
    """Return a session."""
    row = await SQL.session(tx, id=session_id)
    return _session(row) if row else None


async def locked(tx: Transaction, session_id: str) -> Session | None:
    """Return a session that nobody else gives or frees seats of until the transaction ends."""
    await SQL.lock_session(tx, id=session_id)
    return await session(tx, session_id)


async def set_taken(tx: Transaction, session_id: str, taken: int) -> None:
    """Set how many seats are taken; the schema forbids more than there are."""
    await SQL.set_taken(tx, id=session_id, taken=taken)


async def sessions_of(tx: Transaction, offering_ids: Sequence[str], *, since: str, each: int) -> list[Session]:
    """Return the sessions of offerings that have not ended, by their start, the first ones of each."""
    rows = await SQL.sessions_of(tx, offering_ids=list(offering_ids), since=since, each=each)
    return [_session(row) for row in rows]


async def sessions_by_id(tx: Transaction, session_ids: Iterable[str]) -> dict[str, Session]:
    """Return sessions by id."""
    rows = await SQL.sessions_by_id(tx, ids=sorted(set(session_ids)))
    return {one.id: one for one in map(_session, rows)}


async def to_come(tx: Transaction, *, now: str, after: str, limit: int) -> list[Session]:
    """Return the sessions of open offerings that begin later and are not cancelled, by their start."""
    return [_session(row) for row in await SQL.to_come(tx, now=now, after=after, limit=limit)]


async def sessions(
    tx: Transaction, *, since: str, until: str, centre_id: str, after: str, limit: int, back: bool
) -> list[Session]:
    """Return sessions that lie in a span of time by their start, or the last first."""
    read = SQL.sessions_back if back else SQL.sessions
    rows = await read(tx, since=since, until=until, centre_id=centre_id, after=after, limit=limit)
    return [_session(row) for row in rows]


def _offering(row: Row) -> Offering:
    return msgspec.json.decode(row["document"], type=Offering)


def _session(row: Row) -> Session:
    return msgspec.structs.replace(msgspec.json.decode(row["document"], type=Session), taken=int(row["taken"]))

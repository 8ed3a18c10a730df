"""Rows of events; their details are sealed, since they may name people and places."""

from __future__ import annotations

from govstack.blocks.identity.history.model import Event, Info, Kind, Status, Wanted
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
# After every moment that a clock can show.
END = "9999-12-31T23:59:59.999999Z"
Sealed = tuple[Event, bytes]


async def add(tx: Transaction, event: Event, *, info: bytes) -> bool:
    """Add an event; false when its number is taken."""
    return bool(
        await SQL.add(
            tx, event_id=event.event_id, person_id=event.person_id, kind=event.kind.value, status=event.status.value,
            summary=event.summary, at=event.at, info=info,
        )
    )  # fmt: skip


async def by_id(tx: Transaction, event_id: str) -> Sealed | None:
    """Return an event and its sealed details."""
    row = await SQL.by_id(tx, event_id=event_id)
    return None if row is None else _event(row)


async def settle(tx: Transaction, event_id: str, *, status: Status, info: bytes) -> None:
    """Write how an event ended."""
    await SQL.settle(tx, event_id=event_id, status=status.value, info=info)


async def find(tx: Transaction, *, person_id: str, wanted: Wanted) -> tuple[list[Sealed], int]:
    """Return a page of a person's events with their sealed details, and how many there are in all."""
    narrowed = {
        "person_id": person_id,
        "since": wanted.since,
        "before": wanted.before or END,
        "kinds": [kind.value for kind in wanted.kinds],
        "statuses": [status.value for status in wanted.statuses],
        "pattern": f"%{_escaped(wanted.digits)}%",
    }
    query = SQL.ascending if wanted.ascending else SQL.descending
    rows = await query(tx, **narrowed, limit=wanted.size, offset=wanted.page * wanted.size)
    return [_event(row) for row in rows], int(await SQL.count(tx, **narrowed))


def _escaped(digits: str) -> str:
    # A number holds digits alone, so that whatever else is looked for is in none of them.
    return digits if digits.isascii() and (digits.isdecimal() or not digits) else "none"


def _event(row: Row) -> Sealed:
    event = Event(
        row["event_id"], row["person_id"], Kind(row["kind"]), Status(row["status"]), row["summary"], row["at"], Info()
    )
    return event, bytes(row["info"])

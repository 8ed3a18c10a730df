"""Rows of services of enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from govstack.blocks.identity.stations.model import State, Station
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, station: Station) -> None:
    """Add a service; raises UniqueViolation for a machine that has one in force."""
    await SQL.add_station(
        tx, id=station.id, centre=station.centre, machine=station.machine, name=station.name,
        key=msgspec.json.encode(station.key).decode(), officers=msgspec.json.encode(station.officers).decode(),
        application=station.application, state=station.state.value, at=station.registered_at,
    )  # fmt: skip


async def change_state(tx: Transaction, *, station_id: str, before: State, state: State, at: str) -> bool:
    """Write how far a service is trusted now; false when it is trusted otherwise than before."""
    return bool(await SQL.change_station(tx, id=station_id, before=before.value, state=state.value, at=at))


async def by_id(tx: Transaction, station_id: str) -> Station | None:
    """Return a service."""
    return _station(await SQL.station_by_id(tx, id=station_id))


async def by_name(tx: Transaction, *, centre: str, machine: str) -> Station | None:
    """Return the newest service of a machine."""
    return _station(await SQL.station_by_name(tx, centre=centre, machine=machine))


async def listed(tx: Transaction, *, limit: int, offset: int) -> list[Station]:
    """Return services by centre and machine, the newest of each first."""
    rows = await SQL.stations(tx, limit=limit, offset=offset)
    return [found for row in rows if (found := _station(row))]


def _station(row: Mapping[str, Any] | None) -> Station | None:
    if row is None:
        return None
    read = {**row, "key": msgspec.json.decode(row["key"]), "officers": msgspec.json.decode(row["officers"])}
    return msgspec.convert(read, Station, strict=False)

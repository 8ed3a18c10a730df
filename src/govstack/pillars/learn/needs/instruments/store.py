"""Rows of instruments: versions are added and never changed."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.needs.instruments.model import Entry, Instrument, of_json

SQL = queries(__file__)


async def add(tx: Transaction, instrument: Instrument, *, document: str, digest: str, created_at: str) -> None:
    """Add a version."""
    await SQL.add(
        tx, id=instrument.id, version=instrument.version, document=document, digest=digest, created_at=created_at
    )


async def latest(tx: Transaction, instrument_id: str) -> tuple[Instrument, str] | None:
    """Return the newest version with its digest."""
    row = await SQL.latest(tx, id=instrument_id)
    return None if row is None else (of_json(row["document"]), str(row["digest"]))


async def version(tx: Transaction, instrument_id: str, number: int) -> tuple[Instrument, str] | None:
    """Return a version with its digest."""
    row = await SQL.version(tx, id=instrument_id, version=number)
    return None if row is None else (of_json(row["document"]), str(row["digest"]))


async def versions(tx: Transaction, instrument_id: str, *, limit: int) -> list[tuple[int, str]]:
    """Return the versions of an instrument with the moment they were written, newest first."""
    return [(row["version"], row["created_at"]) for row in await SQL.versions(tx, id=instrument_id, limit=limit)]


async def kept(tx: Transaction, instrument_id: str, *, limit: int) -> list[Instrument]:
    """Return the versions of an instrument, newest first."""
    return [of_json(row["document"]) for row in await SQL.kept(tx, id=instrument_id, limit=limit)]


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Entry]:
    """Return the newest version of each instrument by id."""
    return [
        Entry(row["id"], row["version"], one.titles, one.unit, row["created_at"])
        for row in await SQL.listed(tx, after=after, limit=limit)
        for one in [of_json(row["document"])]
    ]

"""Rows of monitoring as model objects."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.mediator.monitoring.model import BOUNDS_MILLISECONDS, Figures, Key, Package, Sample, Sampled
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)

_SLOTS = (*(f"le_{bound}" for bound in BOUNDS_MILLISECONDS), "slower")
_SUMS = ("answers", "request_bytes", "answer_bytes", "duration_us", "provider_us", "duration_us_max")


async def counted(tx: Transaction) -> dict[str, int]:
    """Return how far each chain has been counted."""
    return {str(row["chain"]): int(row["number"]) for row in await SQL.counted(tx)}


async def add(tx: Transaction, chain: str, *, expected: int, number: int, figures: Mapping[Key, Figures]) -> bool:
    """Add the figures of a stretch of a chain, once; False when it has been counted already."""
    await SQL.begin_counting(tx, chain=chain)
    if await SQL.advance_counting(tx, chain=chain, expected=expected, number=number) != 1:
        return False
    # In one order everywhere: two processes that count at once then never wait for each other in a circle.
    await SQL.add_traffic(tx, [_row(key, figures[key]) for key in sorted(figures)])
    return True


async def traffic(
    tx: Transaction, *, since: str, until: str, application: str, by_minute: bool, limit: int
) -> list[tuple[Key, Figures]]:
    """Return figures of a period, of all or of what one application sent or received."""
    query = SQL.traffic_by_minute if by_minute else SQL.traffic
    rows = await query(tx, since=since, until=until, application=application, limit=limit)
    return [_figures(row) for row in rows]


async def add_sample(tx: Transaction, sampled: Sampled) -> None:
    """Store a sample."""
    text = msgspec.json.encode(sampled.sample).decode()
    await SQL.add_sample(tx, node=sampled.node, at=sampled.at, sample=text)


async def samples(tx: Transaction, *, since: str, until: str, node: str, limit: int) -> list[Sampled]:
    """Return samples of a period, newest first."""
    rows = await SQL.samples(tx, since=since, until=until, node=node, limit=limit)
    return [Sampled(row["node"], row["at"], msgspec.json.decode(row["sample"], type=Sample)) for row in rows]


async def forget_samples(tx: Transaction, *, before: str) -> None:
    """Delete old samples."""
    await SQL.forget_samples(tx, before=before)


async def see_packages(tx: Transaction, *, node: str, at: str, found: Mapping[str, str]) -> None:
    """Remember which software is installed now."""
    rows = [{"node": node, "name": name, "version": version, "at": at} for name, version in found.items()]
    await SQL.see_package(tx, rows)


async def packages(tx: Transaction, *, since: str, until: str, node: str, limit: int) -> list[Package]:
    """Return software that was installed at some time of a period."""
    rows = await SQL.packages(tx, since=since, until=until, node=node, limit=limit)
    return msgspec.convert(rows, list[Package], strict=False)


def _row(key: Key, figures: Figures) -> Row:
    sums = {name: getattr(figures, name) for name in _SUMS}
    return {**key._asdict(), **sums, **dict(zip(_SLOTS, figures.slots, strict=True))}


def _figures(row: Row) -> tuple[Key, Figures]:
    key = Key(**{name: row[name] for name in Key._fields})
    sums = {name: int(row[name]) for name in _SUMS}
    return key, Figures(**sums, slots=tuple(int(row[name]) for name in _SLOTS))

"""SQL of figures, built from the statement that reading decided on; and rows of reports and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.registries.statistics.model import DAYS_MAX, Label, Labels, Sums, neat
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
REPORTS_MAX = 500


async def cells(
    tx: Transaction, *, source: str, where: str, parameters: Mapping[str, object], labels: Sequence[str], value: str
) -> dict[Labels, Sums] | None:
    """Return the sums of each group of records, or None when there are too many groups.

    `labels` and `value` are expressions over fields that were checked; without a value, records are counted.
    """
    shown = "".join(f"{place} AS label_{number}, " for number, place in enumerate(labels))
    number = f"COUNT({value})" if value else "COUNT(*)"
    real = f"CAST({value or 'NULL'} AS DOUBLE PRECISION)"
    grouped = f" GROUP BY {', '.join(str(number + 1) for number in range(len(labels)))}" if labels else ""
    rows = await tx.fetch(
        f"SELECT {shown}{number} AS number, SUM({real}) AS total, MIN({real}) AS least, MAX({real}) AS most"
        f" FROM {source} WHERE {where}{grouped} LIMIT {DAYS_MAX + 1:d}",
        **parameters,
    )
    if len(rows) > DAYS_MAX:
        return None
    return {_labels(row, len(labels)): _sums(row) for row in rows}


def _labels(row: Row, count: int) -> Labels:
    return tuple(_label(row[f"label_{number}"]) for number in range(count))


def _label(value: object) -> Label:
    if isinstance(value, float):
        return neat(value)
    return value if isinstance(value, str | int) else None


def _sums(row: Row) -> Sums:
    return Sums(int(row["number"]), float(row["total"] or 0.0), row["least"], row["most"])


async def changes(
    tx: Transaction, registry_id: int, *, length: int, since: str, until: str
) -> list[tuple[str, str, int]] | None:
    """Return how many changes of each kind fell into each period; None when there are too many periods."""
    rows = await SQL.changes(tx, registry_id=registry_id, length=length, since=since, until=until, limit=DAYS_MAX + 1)
    return None if len(rows) > DAYS_MAX else [(row["moment"], row["kind"], int(row["number"])) for row in rows]


async def readings(
    tx: Transaction, registry_id: int, *, length: int, since: str, until: str
) -> list[tuple[str, str, int]] | None:
    """Return how many answers with personal data each office got in each period; None when there are too many."""
    rows = await SQL.readings(tx, registry_id=registry_id, length=length, since=since, until=until, limit=DAYS_MAX + 1)
    return None if len(rows) > DAYS_MAX else [(row["moment"], row["office"], int(row["number"])) for row in rows]

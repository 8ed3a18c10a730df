"""What findings are counted from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.needs.answers.model import marks_of
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.findings.model import Dimension, Row

SQL = queries(__file__)
Said = Mapping[str | None, Mapping[Dimension, str]]
COLUMNS = {
    Dimension.ORGANISATION: "organisation_id", Dimension.PROFILE: "profile", Dimension.GENDER: "gender",
    Dimension.PLACE: "place",
}  # fmt: skip


async def asked(tx: Transaction, campaign_id: str) -> dict[Dimension, Mapping[str, int]]:
    """Return how many are assessed, by each dimension."""
    return _counted(await SQL.asked(tx, campaign_id=campaign_id))


async def answered(tx: Transaction, campaign_id: str, rater: Rater) -> dict[Dimension, Mapping[str, int]]:
    """Return how many were rated by a kind of rater, by each dimension."""
    return _counted(await SQL.answered(tx, campaign_id=campaign_id, rater=str(rater)))


def _counted(rows: list[dict[str, object]]) -> dict[Dimension, Mapping[str, int]]:
    found: dict[Dimension, Counter[str]] = {name: Counter() for name in COLUMNS}
    for row in rows:
        for name, column in COLUMNS.items():
            found[name][str(row[column] or "")] += int(str(row["people"]))
    return dict(found)


async def asked_people(tx: Transaction, campaign_id: str) -> list[str | None]:
    """Return who is assessed; None for whoever was erased."""
    return [row["person_id"] for row in await SQL.asked_people(tx, campaign_id=campaign_id)]


async def answered_people(tx: Transaction, campaign_id: str, rater: Rater) -> list[str | None]:
    """Return who was rated by a kind of rater; None for whoever was erased."""
    return [row["person_id"] for row in await SQL.answered_people(tx, campaign_id=campaign_id, rater=str(rater))]


async def rows(
    tx: Transaction, campaign_id: str, rater: Rater, *, numbers: bool, said: Said
) -> list[Row]:  # fmt: skip
    """Return the responses that count for a kind of rater; with numbers only where the instrument asks for some.

    `said` is what people say of themselves, by their ids.
    """
    query = SQL.rows_with_numbers if numbers else SQL.rows
    return [
        Row(
            row["organisation_id"] or "", row["profile"], row["gender"], row["place"], row["pack"],
            marks_of(row["answers"]) if numbers else None,
            **{name.value: value for name, value in said.get(row["person_id"], {}).items()},
        )
        for row in await query(tx, campaign_id=campaign_id, rater=str(rater))
    ]  # fmt: skip

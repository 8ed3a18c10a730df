"""Rows of what states have brought forth, of courses and of material."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.stages.model import ARTEFACTS_MAX, Artefact, Of, Stage

SQL = queries(__file__)


async def add(tx: Transaction, of: Of, of_id: str, one: Artefact) -> None:
    """Keep what a state has brought forth."""
    await SQL.add(
        tx, id=one.id, of_kind=of.value, of_id=of_id, stage=one.stage.value, title=one.title, words=one.words,
        made_by=one.made_by, made_at=one.made_at,
    )  # fmt: skip


async def artefacts(tx: Transaction, of: Of, of_id: str) -> list[Artefact]:
    """Return what the states of a course or of material have brought forth, in order."""
    rows = await SQL.artefacts(tx, of_kind=of.value, of_id=of_id, limit=ARTEFACTS_MAX)
    return [Artefact(**{**row, "stage": Stage(row["stage"])}) for row in rows]

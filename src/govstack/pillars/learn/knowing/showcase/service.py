"""Use cases of country practices: bring the four of the mission text, compare, and adopt."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from govstack.kernel import audit, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.showcase.model import COMPARED_MAX, PRACTICE, draft_of
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import ChangedMeanwhile, IdTaken, UnknownRecord
from govstack.pillars.learn.records.model import Audience, Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.programmes.model import PROGRAMME

SEEDS = Path(__file__).parents[2] / "seeds" / "practices.yaml"
SEEDER = Actor.system("seed")


async def install(context: Context) -> None:
    """Bring the practices that come with the product where they are missing; a country's own changes stay."""
    known = await records.titles(context, record_ids=list(_shipped()))
    for record_id, content in _shipped().items():
        if record_id not in known:
            draft = Draft(content, Audience.PUBLIC, written_in="en")
            # Another process that starts at this moment brings the same.
            with suppress(IdTaken, ChangedMeanwhile):
                await records.put(context, by=SEEDER, kind=PRACTICE, draft=draft, record_id=record_id)


def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(SEEDS.read_text(encoding="utf-8"))
    return content


async def chosen(context: Context, *, by: Actor, practice_ids: Sequence[str]) -> list[Record]:
    """Return the practices to compare, those that somebody may read, a few at most."""
    found = []
    for practice_id in list(dict.fromkeys(practice_ids))[:COMPARED_MAX]:
        try:
            found.append(await records.read(context, by=by, kind=PRACTICE, record_id=practice_id))
        except UnknownRecord:
            continue
    return found


async def adopt(context: Context, *, by: Actor, practice_id: str, name: str, attribution: str) -> Record:
    """Begin a programme from a practice, with its attribution; raises UnknownRecord, and Forbidden for non-planners."""
    if not records.may_write(PROGRAMME, by):
        raise Forbidden
    practice = await records.read(context, by=by, kind=PRACTICE, record_id=practice_id)
    draft = Draft(draft_of(practice, name=name, attribution=attribution))
    async with context.database.transaction() as tx:
        made = await records.put(context, by=by, kind=PROGRAMME, draft=draft, record_id=ids.new_id(), tx=tx)
        detail = {"programme": made.id}
        await audit.record(tx, by=by, action="learn.practice.adopted", subject=f"practice/{practice_id}", detail=detail)
    return made

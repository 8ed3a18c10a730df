"""Use cases of country practices: bring the four of the mission text, compare, and adopt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from govstack.kernel import audit, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.showcase.model import COMPARED_MAX, PRACTICE, draft_of, steps_of
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Audience, Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.programmes.model import CURRENCIES, PROGRAMME, STEP, STEP_VOCABULARY
from govstack.pillars.learn.response.programmes.service import step_id
from govstack.pillars.learn.vocabularies import service as vocabularies

SEEDS = Path(__file__).parents[2] / "seeds" / "practices.yaml"


async def install(context: Context) -> None:
    """Bring the practices that come with the product; a country's own changes stay."""
    shipped: dict[str, Any] = read_yaml(SEEDS.read_text(encoding="utf-8"))
    drafts = {one: (PRACTICE, Draft(content, Audience.PUBLIC, written_in="en")) for one, content in shipped.items()}
    await records.bring(context, part="practices", drafts=drafts)


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
    """Begin a programme from a practice, with its attribution; raises UnknownRecord, and Forbidden for non-planners.

    What the practice says of audiences, types, delivery, framework and results goes into the steps that are about them.
    """
    if not records.may_write(PROGRAMME, by):
        raise Forbidden
    practice = await records.read(context, by=by, kind=PRACTICE, record_id=practice_id)
    terms = await vocabularies.terms(context, vocabularies=[STEP_VOCABULARY, CURRENCIES])
    codes = {one.code for one in terms[STEP_VOCABULARY] if not one.retired}
    currencies = [one.code for one in terms[CURRENCIES] if not one.retired]
    own = offerings.currency(context).lower()
    currency = own if own in currencies else next(iter(currencies), own)
    draft = Draft(draft_of(practice, name=name, attribution=attribution, currency=currency))
    async with context.database.transaction() as tx:
        made = await records.put(context, by=by, kind=PROGRAMME, draft=draft, record_id=ids.new_id(), tx=tx)
        steps = steps_of(practice, codes, programme_id=made.id, attribution=attribution)
        for code, content in steps.items():
            await records.put(context, by=by, kind=STEP, draft=Draft(content), record_id=step_id(made.id, code), tx=tx)
        detail = {"programme": made.id}
        await audit.record(tx, by=by, action="learn.practice.adopted", subject=f"practice/{practice_id}", detail=detail)
    return made

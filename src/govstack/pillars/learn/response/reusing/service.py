"""Use cases of reuse: each gap of a part of the country with the assets, courses and material that there are for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.needs.assets.model import ASSET, SWOT
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Named
from govstack.pillars.learn.needs.gaps.model import Division
from govstack.pillars.learn.needs.matrix import service as matrix
from govstack.pillars.learn.needs.matrix.model import Asked, below
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import State
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.reusing.model import Matched, Means, Source, matched

# Records do not say in which language their texts are.
UNTOLD = "und"


async def answers(context: Context, *, by: Actor, asked: Asked) -> list[Matched]:
    """Return every gap that is known, the one that comes first first, with what there is for it.

    Raises Forbidden for whoever does not plan: assets and drafts of plans are the training unit's.
    """
    if not by.may(PLAN):
        raise Forbidden
    found = await matrix.roll_ups(context, by=by, asked=asked, part=Division.WHOLE)
    known = await frameworks.competencies(context)
    means = [one async for one in _means(context, by, Named(known))]
    return matched([one for one in found if one.lacking], means, {one.id: one.scale_id for one in known})


async def _means(context: Context, by: Actor, named: Named) -> AsyncIterator[Means]:
    async for record in records.each(context, by=by, kind=ASSET):
        content = record.content
        for competency_id in named.ids(content.get("competencies", ())):
            yield Means(Source.ASSET, record.id, {UNTOLD: content["name"]}, competency_id, content.get("level"))
    for offering in await offerings.open_offerings(context):
        for raised in offering.raises:
            yield Means(Source.COURSE, offering.id, offering.titles, raised.competency_id, raised.to_level)
    async for part in materials.everything(context, by=by):
        for one in part:
            for competency_id in named.ids(one.competencies) if one.state is State.PUBLISHED else ():
                yield Means(Source.MATERIAL, one.id, {one.language: one.title}, competency_id)


async def swot(context: Context, *, by: Actor, asked: Asked) -> list[Record]:
    """Return strengths, weaknesses, opportunities and threats of an organisation and what lies below it, or of all."""
    within = below(await people.tree(context), asked)
    return [
        one
        async for one in records.each(context, by=by, kind=SWOT)
        if within is None or one.content["organisation"] in within
    ]

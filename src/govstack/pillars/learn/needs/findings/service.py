"""Use cases of findings: figures of a campaign, counted anew from stored answers and the frozen instrument."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.frame.model import EVALUATE, LEAD, PLAN
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater, State
from govstack.pillars.learn.needs.findings import store
from govstack.pillars.learn.needs.findings.errors import NotClosed, NotForYou, NotStarted, TooFewAnswered
from govstack.pillars.learn.needs.findings.model import Dimension, Findings, findings, lower_middles
from govstack.pillars.learn.needs.instruments.model import ItemKind
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING, UNSTATED


@dataclass(frozen=True, slots=True)
class Report:
    """A campaign with what it found; `early` says that results wait until it has closed."""

    campaign: Campaign
    findings: Findings
    early: bool


async def report(context: Context, *, by: Actor, campaign_id: str, rater: Rater | None = None) -> Report:
    """Return what may be shown of a campaign for a kind of rater, the first it uses unless one is named.

    While people are still answering only the response rates are shown: whoever looked twice could tell what was
    answered in between. Raises NotForYou, UnknownCampaign, NotStarted.
    """
    if not any(by.may(scope) for scope in (PLAN, EVALUATE, LEAD)):
        raise NotForYou
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.state is State.DRAFT:
        raise NotStarted
    chosen = rater if rater in campaign.given.raters else campaign.given.raters[0]
    early = campaign.personal and campaign.state is State.OPEN
    numbers = any(one.kind is ItemKind.NUMBER for one in campaign.frozen.items)
    said = await _said(context, campaign)
    async with context.database.reading(apart=True) as tx:
        asked = await store.asked(tx, campaign_id)
        answered = await store.answered(tx, campaign_id, chosen)
        rows = [] if early else await store.rows(tx, campaign_id, chosen, numbers=numbers, said=said)
        if said:
            asked |= _told_apart(await store.asked_people(tx, campaign_id), said)
            answered |= _told_apart(await store.answered_people(tx, campaign_id, chosen), said)
    fewest = context.settings.number(SMALL_CELL_SETTING) if campaign.personal else 0
    found = await asyncio.to_thread(
        findings, campaign.frozen, rater=chosen, rows=rows, asked=asked, answered=answered, fewest=fewest
    )
    return Report(campaign, found, early)


async def middles(context: Context, *, by: Actor, campaign_id: str) -> tuple[int, dict[str, int]]:
    """Return how many answered a closed campaign about themselves, and the lower middle answer to each item.

    That is a place among the levels of its scale, from 1; items that few answered by a level have none. Raises
    NotForYou, UnknownCampaign, NotClosed, and TooFewAnswered where figures of so few people would tell of them.
    """
    if not any(by.may(scope) for scope in (PLAN, EVALUATE, LEAD)):
        raise NotForYou
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.state is not State.CLOSED:
        raise NotClosed
    async with context.database.reading(apart=True) as tx:
        rows = await store.rows(tx, campaign_id, Rater.SELF, numbers=False, said={})
    fewest = context.settings.number(SMALL_CELL_SETTING)
    if len(rows) < fewest:
        raise TooFewAnswered
    return len(rows), await asyncio.to_thread(lower_middles, campaign.frozen, rows, fewest=fewest)


async def _said(context: Context, campaign: Campaign) -> store.Said:
    """Return what people who are assessed say of themselves, as far as this country asks; nothing where it does not."""
    here = splits.asked(context)
    if not here or not campaign.personal:
        return {}
    async with context.database.reading(one_statement=True) as tx:
        members = await store.asked_people(tx, campaign.id)
    told = await splits.traits(context, person_ids=[one for one in members if one is not None])
    found: dict[str | None, Mapping[Dimension, str]] = {
        person_id: {Dimension(one.value): known[one] for one in here} for person_id, known in told.items()
    }
    found[None] = {Dimension(one.value): UNSTATED for one in here}
    return found


def _told_apart(people: Sequence[str | None], said: store.Said) -> dict[Dimension, Mapping[str, int]]:
    return {name: Counter(said.get(one, said[None])[name] for one in people) for name in said[None]}


async def responses(
    context: Context, *, by: Actor, campaign_id: str
) -> tuple[Campaign, AsyncIterator[list[dict[str, object]]]]:
    """Return all responses with whom they are about, part by part, for those who see results with names.

    Raises NotForYou, UnknownCampaign, NotStarted.
    """
    if not by.may(EVALUATE):
        raise NotForYou
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.state is State.DRAFT:
        raise NotStarted
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="learn.response.exported", subject=f"campaign/{campaign_id}")
    return campaign, answers.exported(context, campaign_id=campaign_id)

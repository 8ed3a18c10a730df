"""Use cases of campaigns: plan, start with everything frozen, close, and find who is assessed by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from govstack.kernel import audit, clock, crypto
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.needs.campaigns import store
from govstack.pillars.learn.needs.campaigns.errors import (
    CampaignStarted,
    FaultyCampaign,
    NobodyMeant,
    NotOpen,
    TooManyMembers,
    UnknownCampaign,
)
from govstack.pillars.learn.needs.campaigns.model import (
    MEMBERS_MAX,
    NOT_KNOWN,
    Campaign,
    Given,
    Member,
    State,
    faults,
)
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.model import Unit, to_json
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.people import service as people

CLOSED_AT_ONCE_MAX = 100
ORGANISATIONS_SHOWN_MAX = 500
MEMBERSHIPS_MAX = 500
ENDED_AT_ONCE_MAX = 100
LATE = "LEARN_LATE_ANSWER_DAYS"
SETTINGS = (
    Setting(
        LATE,
        "14",
        "For how many days after a campaign ended answers given in time without a connection are taken in; ours",
        whole(0, 366),
    ),
)
CLOSE = "learn.close-campaigns"


async def plan(context: Context, *, by: Actor, campaign_id: str, given: Given) -> Campaign:
    """Plan a campaign or change its plan until it starts; raises FaultyCampaign, CampaignStarted, UnknownInstrument."""
    instrument = await instruments.instrument(
        context, instrument_id=given.instrument_id, version=given.instrument_version
    )
    meant = given.population
    wrong = faults(given, instrument)
    if set(meant.profiles) - set(await profiles.by_ids(context, profile_ids=meant.profiles)):
        wrong["population.profiles"] = NOT_KNOWN
    async with context.database.transaction() as tx:
        if meant.organisations and set(meant.organisations) - await people.organisations_present(tx):
            wrong["population.organisations"] = NOT_KNOWN
        if set(meant.people) - await people.present(tx, meant.people):
            wrong["population.people"] = NOT_KNOWN
        if wrong:
            raise FaultyCampaign(fields=wrong)
        if not await store.plan(tx, campaign_id, given, created_at=clock.timestamp()):
            raise CampaignStarted
        await audit.record(tx, by=by, action="learn.campaign.planned", subject=f"campaign/{campaign_id}")
        return await _known(tx, campaign_id)


async def start(context: Context, *, by: Actor, campaign_id: str) -> Campaign:
    """Freeze the instrument and whoever is assessed, and open; starting it twice changes nothing.

    Raises UnknownCampaign, NobodyMeant, TooManyMembers, and CampaignStarted for one that was closed.
    """
    planned = await campaign(context, campaign_id=campaign_id)
    instrument = await instruments.instrument(
        context, instrument_id=planned.given.instrument_id, version=planned.given.instrument_version
    )
    tree = await people.tree(context)
    population = planned.given.population
    organisations = sorted({below for one in population.organisations for below in tree.below(one)})
    async with context.database.transaction() as tx:
        found = await store.by_id(tx, campaign_id, locked=True)
        if found is None:
            raise UnknownCampaign
        if found.state is State.OPEN:
            return found
        if found.state is State.CLOSED or found.given != planned.given:
            raise CampaignStarted
        if instrument.unit is Unit.PERSON:
            added = await store.add_people(
                tx, campaign_id, people=population.people, organisations=organisations, profiles=population.profiles
            )
        else:
            added = await store.add_organisations(tx, campaign_id, organisations=organisations)
        if not added:
            raise NobodyMeant
        if added > MEMBERS_MAX:
            raise TooManyMembers
        document = to_json(instrument)
        digest = crypto.digest(document)
        await store.start(
            tx, campaign_id, document=document.decode(), digest=digest, version=instrument.version,
            at=clock.timestamp(),
        )  # fmt: skip
        await audit.record(
            tx, by=by, action="learn.campaign.started", subject=f"campaign/{campaign_id}",
            detail={"instrument": instrument.id, "version": instrument.version, "digest": digest, "members": added},
        )  # fmt: skip
        return await _known(tx, campaign_id)


async def discard(context: Context, *, by: Actor, campaign_id: str) -> None:
    """Discard a plan that never started; raises UnknownCampaign, and CampaignStarted for one that did."""
    async with context.database.transaction() as tx:
        await _known(tx, campaign_id)
        if not await store.discard(tx, campaign_id):
            raise CampaignStarted
        await audit.record(tx, by=by, action="learn.campaign.discarded", subject=f"campaign/{campaign_id}")


async def close(context: Context, *, by: Actor, campaign_id: str) -> Campaign:
    """Close a campaign; closing it twice changes nothing. Raises UnknownCampaign, and NotOpen for a plan."""
    async with context.database.transaction() as tx:
        found = await _known(tx, campaign_id)
        if found.state is State.DRAFT:
            raise NotOpen
        if await store.close(tx, campaign_id, at=clock.timestamp()):
            await audit.record(tx, by=by, action="learn.campaign.closed", subject=f"campaign/{campaign_id}")
        return await _known(tx, campaign_id)


async def close_overdue(context: Context) -> int:
    """Close the campaigns whose last day has passed; return how many."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.overdue(tx, today=clock.today().isoformat(), limit=CLOSED_AT_ONCE_MAX)
    for campaign_id in found:
        await close(context, by=SYSTEM, campaign_id=campaign_id)
    return len(found)


async def campaign(context: Context, *, campaign_id: str) -> Campaign:
    """Return a campaign; raises UnknownCampaign."""
    async with context.database.reading(one_statement=True) as tx:
        return await _known(tx, campaign_id)


async def _known(tx: Transaction, campaign_id: str) -> Campaign:
    found = await store.by_id(tx, campaign_id)
    if found is None:
        raise UnknownCampaign
    return found


async def listed(context: Context, *, before: str = "", limit: int = 50) -> list[Campaign]:
    """Return campaigns without their instruments, in the order of their ids from the last."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, before=before, limit=limit)


async def last_closed(context: Context, *, limit: int) -> list[Campaign]:
    """Return the campaign of each instrument that was closed last, without its instrument, the newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.last_closed(tx, limit=limit)


async def member(context: Context, *, member_id: str) -> Member:
    """Return a member of a campaign; raises UnknownCampaign, which says no more than it must."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.member(tx, member_id)
    if found is None:
        raise UnknownCampaign
    return found


async def members(context: Context, *, campaign: Campaign, named: Sequence[str]) -> dict[str, Member]:
    """Return members by what they are named: people by id or number, organisations by id."""
    async with context.database.reading() as tx:
        if not campaign.personal:
            return await store.by_organisations(tx, campaign.id, named)
        by_id = await store.by_people(tx, campaign.id, named)
        by_number = await store.by_numbers(tx, campaign.id, [one for one in named if one not in by_id])
    return {**by_number, **by_id}


async def memberships(
    context: Context, *, people: Sequence[str], organisation_id: str | None
) -> list[tuple[Campaign, Member]]:
    """Return where people are assessed, and where an organisation is, each newest campaign first."""
    async with context.database.reading() as tx:
        found = await store.of_people(tx, people, limit=MEMBERSHIPS_MAX)
        if organisation_id:
            found += await store.of_organisation(tx, organisation_id, limit=MEMBERSHIPS_MAX)
        known = {one.campaign_id: await _known(tx, one.campaign_id) for one in found}
    return [(known[one.campaign_id], one) for one in found]


async def ended(context: Context, *, before: datetime) -> list[str]:
    """Return the campaigns that ended before a moment and still know whom they were about, by id."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.ended(tx, before=clock.timestamp(before), limit=ENDED_AT_ONCE_MAX)


async def let_go(tx: Transaction, campaign_id: str) -> int:
    """Cut members of a campaign from who they are, and return how many; figures by group stay countable."""
    return await store.let_go(tx, campaign_id)


async def forget(tx: Transaction, person_id: str) -> list[str]:
    """Take a person out of what is known of members, and return which ones they were; the rows stay countable."""
    found = [one.id for one in await store.of_people(tx, [person_id], limit=MEMBERSHIPS_MAX)]
    await store.forget(tx, person_id)
    return found


async def organisations(context: Context, *, campaign: Campaign) -> list[Member]:
    """Return the first organisations that an open campaign assesses, for groups to rate."""
    if campaign.state is not State.OPEN or campaign.personal:
        return []
    async with context.database.reading(one_statement=True) as tx:
        return await store.members(tx, campaign.id, after="", limit=ORGANISATIONS_SHOWN_MAX)


async def size(context: Context, *, campaign: Campaign) -> int:
    """Return how many people or organisations a campaign that started assesses."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.member_count(tx, campaign.id)


def refuse_unopened(context: Context, campaign: Campaign, answered_at: str) -> None:
    """Raise NotOpen for answers that were not given in the window, or that come in long after it.

    What was answered without a connection in time may come in late, for as many days as the country sets.
    """
    if campaign.state is State.DRAFT:
        raise NotOpen
    day = clock.day(answered_at).isoformat()
    late = (clock.today() - timedelta(days=context.settings.number(LATE))).isoformat()
    if not campaign.given.opens_on <= day <= campaign.given.closes_on or late > campaign.given.closes_on:
        raise NotOpen
    if campaign.state is State.CLOSED and answered_at > campaign.closed_at:
        raise NotOpen

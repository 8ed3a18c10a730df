"""Use cases of change management: everything that was written down about a change, for its workspace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from govstack.kernel import clock, rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.settings import Setting
from govstack.pillars.learn.change.transitions.errors import NoPulse
from govstack.pillars.learn.change.transitions.model import (
    ADKAR,
    BARRIER,
    CHANGE,
    CONSEQUENCE,
    DIAGNOSIS,
    EQUATION,
    FORCE,
    IMPACT,
    MOURNING,
    PULSE,
    RESISTANCE,
    SCORE_MAX,
    STANCE,
)
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Campaign, State
from govstack.pillars.learn.needs.findings import service as findings
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Kind, Record
from govstack.pillars.learn.records.service import Draft

LOW_SCORE = "LEARN_HELD_UP_SCORE"
# The instrument that asks the people of a group, and how many campaigns are looked through for it.
PULSE_INSTRUMENT = "adkar-pulse"
CAMPAIGNS_LOOKED_AT = 200
PULSE_ID_CHARACTERS = 24
SETTINGS = (
    Setting(
        LOW_SCORE,
        "3",
        "At which score of five, or a lower one, a group counts as held up in a change; 3 is our default",
        rules.whole(1, SCORE_MAX),
    ),
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A change programme, what was written down with the tools that yield figures, and which score counts as low."""

    change: Record
    forces: list[Record]
    equations: list[Record]
    stances: list[Record]
    consequences: list[Record]
    impacts: list[Record]
    findings: list[Record]
    phases: list[Record]
    barriers: list[Record]
    resistances: list[Record]
    pulses: list[Record]
    low: int


async def workspace(context: Context, *, by: Actor, change_id: str) -> Workspace:
    """Return a change programme with its figures; raises UnknownRecord."""
    change = await records.read(context, by=by, kind=CHANGE, record_id=change_id)

    async def of(kind: Kind) -> list[Record]:
        return await records.pointing(context, by=by, kind=kind, field="change", target_id=change_id)

    pulses = sorted(await of(PULSE), key=lambda one: str(one.content["on"]))
    return Workspace(
        change, await of(FORCE), await of(EQUATION), await of(STANCE), await of(CONSEQUENCE), await of(IMPACT),
        await of(DIAGNOSIS), await of(MOURNING), await of(BARRIER), await of(RESISTANCE), pulses,
        context.settings.number(LOW_SCORE),
    )  # fmt: skip


async def pulse_campaigns(context: Context) -> list[Campaign]:
    """Return the newest closed campaigns that asked people for the pulse of a change."""
    found = await campaigns.listed(context, limit=CAMPAIGNS_LOOKED_AT)
    return [one for one in found if one.instrument_id == PULSE_INSTRUMENT and one.state is State.CLOSED]


async def take_pulse(context: Context, *, by: Actor, change_id: str, campaign_id: str, group: str) -> Record:
    """Write down what the people of a group said in a campaign as the pulse of the group; twice is as once.

    Each score is the lower middle of what they answered (F28.4): a group stands where its lower half ends, and no mean
    is made of steps. Raises UnknownRecord, UnknownCampaign, NotClosed, TooFewAnswered, NoPulse and Unfit.
    """
    await records.read(context, by=by, kind=CHANGE, record_id=change_id)
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.instrument_id != PULSE_INSTRUMENT:
        raise NoPulse
    people, places = await findings.middles(context, by=by, campaign_id=campaign_id)
    if not set(ADKAR) <= set(places):
        raise NoPulse
    scores = {name: places[name] for name in ADKAR}
    content = {
        "change": change_id,
        "group": group,
        "on": clock.day(campaign.closed_at).isoformat(),
        **scores,
        "answers": people,
    }
    taken = hashlib.sha256(f"{change_id}/{campaign_id}".encode()).hexdigest()[:PULSE_ID_CHARACTERS]
    return await records.put(context, by=by, kind=PULSE, draft=Draft(content), record_id=f"pulse-{taken}")

"""Use case of health: the panel that facilitators of a community see."""

from __future__ import annotations

from datetime import timedelta

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.knowing.agenda import service as agenda
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import Room
from govstack.pillars.learn.knowing.health import store
from govstack.pillars.learn.knowing.health.model import Panel, hours
from govstack.pillars.learn.splits import service as splits

DROP = "LEARN_COMMUNITY_DROP_PERCENT"
PERIOD = "LEARN_COMMUNITY_PERIOD_DAYS"
EVENTS_MAX = 12
SETTINGS = (
    Setting(
        DROP, "40", "By how many per cent a figure of a community falls before its panel warns; ours", whole(1, 100)
    ),
    Setting(
        PERIOD, "90", "Over how many days figures of a community are compared with those before; ours", whole(7, 366)
    ),
)


async def panel(context: Context, *, by: Actor, community_id: str) -> tuple[Room, Panel]:
    """Return the panel of a community to those who lead it; raises what `communities.inside` raises for others."""
    room = await communities.inside(context, by=by, community_id=community_id, leading=True)
    now = clock.now()
    period = period_days(context)
    ends = [clock.timestamp(now - timedelta(days=days)) for days in (2 * period, period)]
    # Moments are compared as text; what happened in this very moment belongs to the period as well.
    until = clock.timestamp(now + timedelta(days=1))
    async with context.database.reading() as tx:
        before = await store.people(tx, community_id=community_id, since=ends[0], until=ends[1])
        recent = await store.people(tx, community_id=community_id, since=ends[1], until=until)
        questions = await store.questions(tx, community_id=community_id, since=ends[1])
        who = await store.who(tx, community_id=community_id, since=ends[1])
    came = await agenda.held(context, community_id=community_id, limit=EVENTS_MAX)
    answered = [(clock.parse(asked), clock.parse(first)) for asked, first, _accepted in questions if first]
    resolved = [(clock.parse(asked), clock.parse(accepted)) for asked, _first, accepted in questions if accepted]
    return room, Panel(
        active=recent.active, active_before=before.active, contributors=recent.contributors,
        contributors_before=before.contributors, asked=len(questions), answered=len(answered),
        hours_to_answer=hours(answered), resolved=len(resolved), hours_to_resolve=hours(resolved), reused=recent.reused,
        attendance=tuple(came),
        groups=await splits.side_by_side(context, groups={one.value: people for one, people in who.items()}),
    )  # fmt: skip


def period_days(context: Context) -> int:
    """Return over how many days figures are compared with those before."""
    return context.settings.number(PERIOD)


def drop_percent(context: Context) -> int:
    """Return by how much a figure falls before the panel warns."""
    return context.settings.number(DROP)

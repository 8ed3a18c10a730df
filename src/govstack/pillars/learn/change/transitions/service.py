"""Use cases of change management: everything that was written down about a change, for its workspace."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel import rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.settings import Setting
from govstack.pillars.learn.change.transitions.model import (
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
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Kind, Record

LOW_SCORE = "LEARN_HELD_UP_SCORE"
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

"""Use cases of programmes: the guided journey, approval, and the plan as a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from govstack.kernel import audit, clock, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.frame.model import LEAD
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency
from govstack.pillars.learn.needs.teams import service as teams
from govstack.pillars.learn.needs.teams.model import Seat
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.programmes.errors import ApprovedAlready, PlanUnread
from govstack.pillars.learn.response.programmes.model import (
    APPROVED,
    COURSE_SHEET,
    IMPLEMENTATION,
    INDICATOR,
    MEASURE,
    PROGRAMME,
    READING,
    STEP,
    STEP_VOCABULARY,
    OpenPoint,
    Step,
    journey,
    open_points,
    stood,
    waiting,
)
from govstack.pillars.learn.vocabularies import service as vocabularies


@dataclass(frozen=True, slots=True)
class Plan:
    """A programme with everything that belongs to it."""

    programme: Record
    steps: list[Step]
    waiting: list[str]
    measures: list[Record]
    sheets: list[Record]
    implementation: list[Record]
    indicators: list[Record]
    readings: dict[str, list[Record]] = field(default_factory=dict)
    gaps: Mapping[str, Competency] = field(default_factory=dict)
    vacant: tuple[Seat, ...] = ()
    dropped: tuple[Record, ...] = ()

    @property
    def changed_since(self) -> list[Record]:
        """Return what says something else than when the programme was approved: measures, sheets, plans, indicators.

        What was taken out of use since then is among it.
        """
        if self.programme.content.get("state") != APPROVED:
            return []
        parts = (*self.measures, *self.sheets, *self.implementation, *self.indicators, *self.dropped)
        return [one for one in parts if one.changed_at > self.programme.changed_at]

    @property
    def fingerprint(self) -> str:
        """Return what tells this plan from what it becomes: what it says, costs and lacks. Readings are none of it."""
        steps = [one.record for one in self.steps if one.record]
        parts = (
            self.programme, *steps, *self.measures, *self.sheets, *self.implementation, *self.indicators,
            *self.dropped,
        )  # fmt: skip
        return crypto.digest(crypto.canonical([[(one.id, one.number) for one in parts], self.points]))

    @property
    def points(self) -> list[OpenPoint]:
        """Return what the plan lacks."""
        return open_points(
            self.programme.content,
            measures=[one.content for one in self.measures],
            indicators=len(self.indicators),
            steps_open=self.waiting,
            vacant=[one.record.id for one in self.vacant],
        )


def step_id(programme_id: str, code: str) -> str:
    """Return the id of a programme's step, of which there is one."""
    return f"{programme_id}.{code}"


async def plan(context: Context, *, by: Actor, programme_id: str) -> Plan:
    """Return a programme with everything that belongs to it; raises UnknownRecord."""
    programme = await records.read(context, by=by, kind=PROGRAMME, record_id=programme_id)

    async def of(kind: object, field_name: str, target_id: str) -> list[Record]:
        return await records.pointing(context, by=by, kind=kind, field=field_name, target_id=target_id)  # type: ignore[arg-type]

    known = {one.content["step"]: one for one in await of(STEP, "programme", programme_id)}
    words = (await vocabularies.terms(context, vocabularies=[STEP_VOCABULARY]))[STEP_VOCABULARY]
    dropped = [
        one
        for kind in (MEASURE, COURSE_SHEET, IMPLEMENTATION, INDICATOR)
        for one in await records.pointing(
            context, by=by, kind=kind, field="programme", target_id=programme_id, archived=True
        )
    ]
    indicators = await of(INDICATOR, "programme", programme_id)
    readings = {one.id: await of(READING, "indicator", one.id) for one in indicators}
    steps = journey(words, known)
    team_id = programme.content.get("team")
    return Plan(
        programme=programme,
        steps=steps,
        waiting=waiting(words, steps),
        measures=await of(MEASURE, "programme", programme_id),
        sheets=await of(COURSE_SHEET, "programme", programme_id),
        implementation=await of(IMPLEMENTATION, "programme", programme_id),
        indicators=indicators,
        readings=readings,
        gaps=await frameworks.by_ids(context, competency_ids=programme.content.get("priorityGaps", ())),
        vacant=(await teams.team(context, by=by, plan_id=team_id)).vacant if team_id else (),
        dropped=tuple(dropped),
    )


async def progress(context: Context, *, by: Actor) -> tuple[int, int]:
    """Return how many steps of all programmes are done, and how many there are."""
    words = (await vocabularies.terms(context, vocabularies=[STEP_VOCABULARY]))[STEP_VOCABULARY]
    programmes = [one.id async for one in records.each(context, by=by, kind=PROGRAMME)]
    return stood(words, programmes, [one async for one in records.each(context, by=by, kind=STEP)])


async def approve(
    context: Context, *, by: Actor, programme_id: str, read: str, worded: Callable[[Plan], list[str]]
) -> Record:
    """Approve a plan, with what it lacks kept beside the approval.

    `worded` says the open points as the approver reads them, `read` is the fingerprint of the plan that they saw:
    PlanUnread when it is another one now. Raises ApprovedAlready, UnknownRecord, and Forbidden for anybody who does not
    lead.
    """
    if not by.may(LEAD):
        raise Forbidden
    found = await plan(context, by=by, programme_id=programme_id)
    if found.programme.archived:
        raise UnknownRecord
    if found.programme.content.get("state") == APPROVED:
        raise ApprovedAlready
    if found.fingerprint != read:
        raise PlanUnread
    content = {
        **found.programme.content, "state": APPROVED, "approvedBy": by.name or by.id,
        "approvedOn": clock.today().isoformat(),
        "openPoints": worded(found),
    }  # fmt: skip
    async with context.database.transaction() as tx:
        draft = Draft(content, number=found.programme.number, fixed=True)
        made = await records.put(context, by=by, kind=PROGRAMME, draft=draft, record_id=programme_id, tx=tx)
        detail = {"openPoints": len(found.points)}
        subject = f"programme/{programme_id}"
        await audit.record(tx, by=by, action="learn.programme.approved", subject=subject, detail=detail)
    return made


async def reopen(context: Context, *, by: Actor, programme_id: str) -> Record:
    """Take an approval back, to plan again; the history keeps it. Raises UnknownRecord, and Forbidden."""
    if not by.may(LEAD):
        raise Forbidden
    programme = await records.read(context, by=by, kind=PROGRAMME, record_id=programme_id)
    if programme.archived:
        raise UnknownRecord
    kept = {"state", "approvedBy", "approvedOn", "openPoints"}
    content = {name: value for name, value in programme.content.items() if name not in kept}
    draft = Draft(content, number=programme.number, fixed=True)
    return await records.put(context, by=by, kind=PROGRAMME, draft=draft, record_id=programme_id)

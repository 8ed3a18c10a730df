"""Use cases of the excellence centre: bring its areas, file a request, say how it went, and see indicators."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from govstack.kernel import audit, clock, rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import ADVISE, LEAD
from govstack.pillars.learn.knowing.excellence import model, store
from govstack.pillars.learn.knowing.excellence.errors import NoAgency, RequestOpen, UnknownRequest
from govstack.pillars.learn.knowing.excellence.model import (
    AREA,
    DAYS_SETTING,
    DONE,
    NEW,
    REQUEST,
    Indicators,
    RequestGiven,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import IdTaken, UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft

SETTINGS = (
    Setting(
        DAYS_SETTING,
        "10",
        "Within how many days the excellence centre serves a request; 10 is our default",
        rules.whole(1, 366),
    ),
)
SEEDS = Path(__file__).parents[2] / "seeds" / "areas.yaml"
# Reads requests for the person who filed one, who otherwise reads no record of the centre.
CENTRE = Actor.system("excellence-centre")
RAISED_DAYS = 365


async def install(context: Context) -> None:
    """Bring the areas that the mission text names; a country's own changes stay."""
    shipped: dict[str, dict[str, Any]] = read_yaml(SEEDS.read_text(encoding="utf-8"))
    drafts = {
        record_id: (AREA, Draft({**said, "state": "active", "founding": True}, fixed=True, written_in="en"))
        for record_id, said in shipped.items()
    }
    await records.bring(context, part="areas", drafts=drafts)


async def file(context: Context, *, by: Actor, request_id: str, given: RequestGiven) -> Record:
    """File a request for the agency of whoever signed in; the same again is the request that is there.

    It gets the day by which it is to be served. Raises NoAgency, IdTaken, and Unfit for unknown words.
    """
    me = await people.me(context, by=by)
    if not me.organisation_id:
        raise NoAgency
    said = {"subject": given.subject.strip(), "need": given.need.strip(), "serviceLine": given.service_line}
    try:
        known = await records.read(context, by=CENTRE, kind=REQUEST, record_id=request_id)
    except UnknownRecord:
        known = None
    if known is not None:
        if known.content.get("requester") != me.id or any(known.content[name] != said[name] for name in said):
            raise IdTaken
        return known
    today = clock.today()
    content = {
        **said, "area": given.area or None, "organisation": me.organisation_id, "requester": me.id, "state": NEW,
        "filed": today.isoformat(),
        "due": (today + timedelta(days=context.settings.number(DAYS_SETTING))).isoformat(),
    }  # fmt: skip
    draft = Draft({name: value for name, value in content.items() if value is not None})
    return await records.put(context, by=by, kind=REQUEST, draft=draft, record_id=request_id)


async def mine(context: Context, *, by: Actor) -> list[Record]:
    """Return the requests that whoever signed in filed, the newest first."""
    me = await people.me(context, by=by)
    found = await records.pointing(context, by=CENTRE, kind=REQUEST, field="requester", target_id=me.id)
    return sorted(found, key=lambda one: (one.content["filed"], one.id), reverse=True)


async def one_of_mine(context: Context, *, by: Actor, request_id: str) -> Record:
    """Return a request that whoever signed in filed; raises UnknownRequest."""
    me = await people.me(context, by=by)
    try:
        found = await records.read(context, by=CENTRE, kind=REQUEST, record_id=request_id)
    except UnknownRecord as error:
        raise UnknownRequest from error
    if found.archived or found.content.get("requester") != me.id:
        raise UnknownRequest
    return found


async def judge(context: Context, *, by: Actor, request_id: str, satisfaction: int) -> Record:
    """Say how satisfied one is with a request of one's own that is done; said again it replaces the answer.

    Raises UnknownRequest, RequestOpen, and Unfit outside 1 to 5.
    """
    found = await one_of_mine(context, by=by, request_id=request_id)
    if found.content["state"] != DONE:
        raise RequestOpen
    draft = Draft({**found.content, "satisfaction": satisfaction}, number=found.number, fixed=True)
    async with context.database.transaction() as tx:
        made = await records.put(context, by=by, kind=REQUEST, draft=draft, record_id=request_id, tx=tx)
        await audit.record(tx, by=by, action="learn.request.judged", subject=f"expert-request/{request_id}")
    return made


def require_figures(by: Actor) -> None:
    """Refuse whoever neither answers requests nor leads."""
    if not by.may(ADVISE) and not by.may(LEAD):
        raise Forbidden


async def indicators(context: Context, *, by: Actor) -> Indicators:
    """Return what the centre achieves, to those who answer requests and to leaders; raises Forbidden."""
    require_figures(by)
    today = clock.today()
    async with context.database.reading(one_statement=True) as tx:
        raised = await store.raised(tx, since=(today - timedelta(days=RAISED_DAYS)).isoformat())
    requests = [one.content async for one in records.each(context, by=CENTRE, kind=REQUEST)]
    return model.indicators(requests, raised=raised, today=today.isoformat())


async def overdue(context: Context, *, by: Actor) -> list[Record]:
    """Return the requests that are overdue, the longest first; raises Forbidden."""
    require_figures(by)
    today = clock.today().isoformat()
    late = [one async for one in records.each(context, by=CENTRE, kind=REQUEST) if model.overdue(one.content, today)]
    return sorted(late, key=lambda one: (one.content["due"], one.id))

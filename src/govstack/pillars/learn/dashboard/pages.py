"""The page of a country, for those who plan and lead and for everybody."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public
from govstack.kernel.sheets import Format
from govstack.pillars.learn.dashboard import presenters, service
from govstack.pillars.learn.dashboard.model import Dashboard
from govstack.pillars.learn.dashboard.schemas import COLUMNS, COMPLETION_COLUMNS
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.web.answers import Page

routes = Routes(tags=("pages of the dashboard",))
READERS = by_policy("learn:plan or learn:lead")


@routes.page("/dashboard", access=READERS, operation_id="dashboardPage")
async def dashboard(call: Call) -> Page:
    """Show where the capacity of the country stands."""
    return _shown(call, await service.dashboard(call.context, by=call.actor), "/dashboard/file")


@routes.page("/dashboard/file", access=READERS, query=FileQuery, operation_id="dashboardFile")
async def file(call: Call) -> Answer:
    """Hand out the figures as a file."""
    return _file(call, await service.dashboard(call.context, by=call.actor))


@routes.page("/dashboard/trained", access=needs(PLAN), query=FileQuery, operation_id="dashboardTrainedFile")
async def trained(call: Call) -> Answer:
    """Hand out what the numbers of people trained were counted from, without names."""
    found = await service.completions(call.context, by=call.actor)
    rows = [[row[column] for column in COMPLETION_COLUMNS] for row in found]
    return table_answer("people-trained", Format(call.query.format), COMPLETION_COLUMNS, at_once(rows))


@routes.page("/country", access=public(), operation_id="publicDashboardPage")
async def country(call: Call) -> Page:
    """Show what everybody may know."""
    return _shown(call, await service.public(call.context), "/country/file")


@routes.page("/country/file", access=public(), query=FileQuery, operation_id="publicDashboardFile")
async def country_file(call: Call) -> Answer:
    """Hand out what everybody may know as a file."""
    return _file(call, await service.public(call.context))


def _shown(call: Call, found: Dashboard, file_path: str) -> Page:
    values = {"found": found, "groups": presenters.tables(found, Words(call.language)), "file_path": file_path}
    return framed(call, "dashboard", "dashboard.html", values)


def _file(call: Call, found: Dashboard) -> Answer:
    return table_answer(
        "capacity", Format(call.query.format), COLUMNS, at_once(presenters.rows(found, Words(call.language)))
    )

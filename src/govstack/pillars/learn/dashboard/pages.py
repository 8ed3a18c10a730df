"""The page of a country, for those who plan and lead and for everybody."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public
from govstack.kernel.sheets import Format
from govstack.pillars.learn.dashboard import presenters, service
from govstack.pillars.learn.dashboard.model import Dashboard
from govstack.pillars.learn.dashboard.schemas import (
    COLUMNS,
    COMPLETION_COLUMNS,
    PAGE_COMPLETIONS,
    TrainedFileQuery,
    TrainedQuery,
)
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import LEAD, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.splits import service as splits
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


@routes.page(service.TRAINED, access=needs(PLAN), query=TrainedQuery, operation_id="dashboardTrainedPage")
async def trained(call: Call) -> Page:
    """Show the completions of courses that a number of people trained was counted from, without names."""
    asked, words = call.query, Words(call.language)
    found = await service.completions(
        call.context, by=call.actor, wanted=asked.wanted, limit=PAGE_COMPLETIONS + 1,
        offset=(asked.page - 1) * PAGE_COMPLETIONS,
    )  # fmt: skip
    known = await offerings.named(call.context, session_ids=[row["session_id"] for row in found])
    chosen = {name: told for name, told in asdict(asked.wanted).items() if told}
    here = f"{service.TRAINED}?{urlencode(chosen)}&page="
    vocabulary = await typologies.vocabulary(call.context)
    values = {
        "rows": presenters.completions(
            found[:PAGE_COMPLETIONS], known, await people.tree(call.context), vocabulary, words
        ),
        "chosen": presenters.chosen(asked.wanted, vocabulary, words),
        "first": f"{here}1" if asked.page > 1 else "",
        "next": f"{here}{asked.page + 1}" if len(found) > PAGE_COMPLETIONS else "",
        "file_path": f"/dashboard/trained?{urlencode(chosen)}",
    }
    return framed(call, "dashboard", "people_trained.html", values)


@routes.page("/dashboard/trained", access=needs(PLAN), query=TrainedFileQuery, operation_id="dashboardTrainedFile")
async def trained_file(call: Call) -> Answer:
    """Hand out what the numbers of people trained were counted from, without names."""
    found = await service.completions(call.context, by=call.actor, wanted=call.query.wanted)
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
    values: dict[str, object] = {"groups": presenters.tables(found, Words(call.language)), "file_path": file_path}
    hides = any(one.value is None for one in found.figures)
    values["least"] = found.least or (splits.smallest(call.context) if hides else 0)
    values["reads_countries"] = call.actor.may(PLAN) or call.actor.may(LEAD)
    return framed(call, "dashboard", "dashboard.html", values)


def _file(call: Call, found: Dashboard) -> Answer:
    return table_answer(
        "capacity", Format(call.query.format), COLUMNS, at_once(presenters.rows(found, Words(call.language)))
    )

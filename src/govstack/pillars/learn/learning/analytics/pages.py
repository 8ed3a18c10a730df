"""Pages of one's own record, of a team, and of the figures of a country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, file_answer, once, table_answer
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.analytics import presenters, schemas, service
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.splits import service as splits
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of records and figures",))
ACTIVITIES_SHOWN_MAX = 100
INDICATORS = by_policy("learn:plan or learn:lead; everybody, where the country lets them")
SHARED = _("Your manager can see how far you are now.")
UNSHARED = _("Your manager cannot see how far you are any more.")


@routes.page("/my-record", access=signed_in(), query=schemas.RecordQuery, operation_id="myRecordPage")
async def my_record(call: Call) -> Page:
    """Show what is kept of one's own learning, and why."""
    record = await service.mine(call.context, by=call.actor, before=call.query.place)
    words = Words(call.language)
    values = {
        "statements": presenters.statement_rows(record, words),
        "activities": presenters.activity_rows(record, words, ACTIVITIES_SHOWN_MAX),
        "shared": record.shared,
        "asked": presenters.asked(record.asked, call.language) if record.asked else None,
        "days": record.days,
        "managed": record.learner.manager_id is not None,
        "first": "/my-record" if call.query.before else "",
        "next": f"/my-record?before={record.more}" if record.more else "",
    }
    return framed(call, "record", "learning_record.html", values)


@routes.page("/my-record/file", access=signed_in(), query=schemas.FileQuery, operation_id="myRecordFile")
async def my_record_file(call: Call) -> Answer:
    """Hand out one's own record as a file: as JSON just as it is kept."""
    bodies = await service.exported(call.context, by=call.actor)
    whole = b"[" + b",\n".join(bodies) + b"]"
    lines = presenters.statement_lines(bodies)
    return _file("my-record", call.query.format, presenters.COLUMNS, lines, whole)


@routes.form("/my-record/sharing", access=signed_in(), operation_id="mySharingForm")
async def sharing(call: Call) -> Redirect:
    """Let one's manager see how far one is, or no more."""
    shared = call.form.get("shared") == "yes"
    await service.share(call.context, by=call.actor, shared=shared, revision_id=call.form.get("revision", ""))
    return Redirect("/my-record", notice=SHARED if shared else UNSHARED)


@routes.page("/my-team/learning", access=signed_in(), operation_id="myTeamPage")
async def my_team(call: Call) -> Page:
    """Show a manager figures of their team, and how far those are who share it."""
    team = await service.team(call.context, by=call.actor)
    values = {"team": team, "rows": presenters.team_rows(team)}
    return framed(call, "record", "learning_team.html", values)


@routes.page(
    "/figures/learning", access=by_policy("learn:plan or learn:lead"), operation_id="figuresPage"
)  # fmt: skip
async def figures(call: Call) -> Page:
    """Show the figures of the country: reach and completion, with splits."""
    found = await service.figures(call.context, by=call.actor)
    labels = await _labels(call, await service.activity_names(call.context, figures=found))
    tables = presenters.tables(found, Words(call.language), labels)
    return framed(call, "figures", "learning_figures.html", {"figures": found, "splits": tables})


@routes.page(
    "/figures/learning/file", access=by_policy("learn:plan or learn:lead"), query=schemas.FileQuery,
    operation_id="figuresFile",
)  # fmt: skip
async def figures_file(call: Call) -> Answer:
    """Hand out the figures of the country as a file."""
    found = await service.figures(call.context, by=call.actor)
    lines, whole = presenters.figure_lines(found), msgspec.json.encode(found)
    return _file("learning-figures", call.query.format, presenters.FIGURE_COLUMNS, lines, whole)


@routes.page("/figures/indicators", access=INDICATORS, operation_id="indicatorsPage")
async def indicators(call: Call) -> Page:
    """Show the indicators of learning together, with what each rests on and how it is made."""
    found = schemas.IndicatorList.of(await service.indicators(call.context, by=call.actor))
    words = Words(call.language)
    values = {
        "found": found,
        "rows": presenters.indicator_rows(found.indicators, words),
        "apart": presenters.apart(found.indicators, words),
        "groups": presenters.side_by_side(found.groups, words, await _labels(call, {})),
        "made": presenters.how_made(found.indicators, words),
    }
    return framed(call, "figures", "learning_indicators.html", values)


@routes.page(
    "/figures/indicators/file", access=INDICATORS, query=schemas.FileQuery, operation_id="indicatorsFile"
)  # fmt: skip
async def indicators_file(call: Call) -> Answer:
    """Hand out the indicators as a file."""
    found = schemas.IndicatorList.of(await service.indicators(call.context, by=call.actor))
    lines, whole = presenters.indicator_lines(found.indicators), msgspec.json.encode(found)
    return _file("learning-indicators", call.query.format, presenters.INDICATOR_COLUMNS, lines, whole)


async def _labels(call: Call, activities: Mapping[str, Mapping[str, str]]) -> presenters.Labels:
    tree = await people.tree(call.context)
    organisations = {one.id: one.names for one in tree.by_id.values()}
    return presenters.Labels(organisations, activities, await splits.terms(call.context))


def _file(name: str, kind: str, columns: Sequence[str], lines: Iterable[Sequence[object]], whole: bytes) -> Answer:
    """Return a file; as JSON it is the whole as it is kept."""
    if kind == Format.JSON:
        return file_answer(name, Format.JSON, once(whole))
    return table_answer(name, Format(kind), columns, at_once(lines))

"""Pages of the training unit and of whoever leads: skill matrix, heat map, and which gaps come first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from urllib.parse import urlencode

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.drawing.presenters import png, svg
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.presenters import called
from govstack.pillars.learn.needs.gaps.model import Division
from govstack.pillars.learn.needs.matrix import presenters, schemas, service
from govstack.pillars.learn.needs.matrix.model import Asked, HeatRows
from govstack.pillars.learn.needs.profiles.model import CATEGORIES
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.presenters import choices
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING
from govstack.web.answers import Page

routes = Routes(tags=("pages of gaps",))
FIGURES = by_policy("is the training unit, leads, or is the manager of the team")
PAGE_ROLL_UPS = 40


@routes.page("/skill-matrix", access=needs(PLAN), query=schemas.MatrixQuery, operation_id="skillMatrixPage")
async def matrix(call: Call) -> Page:
    """Show people of an organisation against what their posts ask for."""
    words, asked = Words(call.language), call.query.asked
    found = await service.matrix(call.context, by=call.actor, asked=asked, after=call.query.after)
    known = await frameworks.by_ids(call.context, competency_ids=found.competency_ids)
    values = await _shared(call, "/skill-matrix", asked) | {
        "headers": [presenters.short(known[one], call.language) for one in found.competency_ids],
        "meanings": [called(known[one], call.language) for one in found.competency_ids],
        "left_out": found.left_out,
        "rows": presenters.matrix_rows(words, found, await frameworks.scales(call.context)),
        "first": _address("/skill-matrix", asked) if call.query.after else "",
        "next": _address("/skill-matrix", asked, after=found.next) if found.next else "",
    }
    return framed(call, "gaps", "skill_matrix.html", values)


@routes.page("/skill-matrix-file", access=needs(PLAN), query=schemas.FileQuery, operation_id="skillMatrixFile")
async def matrix_file(call: Call) -> Answer:
    """Hand out everybody of an organisation against what their posts ask for."""
    everybody = await service.everybody(call.context, by=call.actor, asked=call.query.asked)
    lines = schemas.matrix_lines(everybody, call.language)
    return table_answer("skill-matrix", Format(call.query.format), schemas.MATRIX_COLUMNS, lines)


@routes.page("/skill-gaps", access=FIGURES, query=schemas.RollUpPageQuery, operation_id="skillGapsPage")
async def gaps(call: Call) -> Page:
    """Show the competencies that posts ask for, those first where most is missing."""
    words, asked, by = Words(call.language), call.query.asked, call.query.by
    found = await service.roll_ups(call.context, by=call.actor, asked=asked, part=by)
    pages = max(1, ceil(len(found) / PAGE_ROLL_UPS))
    page = min(call.query.page, pages)
    part = found[(page - 1) * PAGE_ROLL_UPS : page * PAGE_ROLL_UPS]
    known = await frameworks.by_ids(call.context, competency_ids={one.competency_id for one in found})
    names = await _names(call, {one.part for one in part}, by) if by is not Division.WHOLE else None
    rows = presenters.roll_up_rows(words, part, known, await frameworks.scales(call.context), names)
    values = await _shared(call, "/skill-gaps", asked) | {
        "by": str(by),
        "parts_of": [(str(one), words(label)) for one, label in presenters.PARTS.items()],
        "headers": presenters.headers(words, parts=names is not None),
        "rows": rows,
        "page": page,
        "pages": pages,
        "figure": presenters.priorities(words, found, known) if page == 1 and by is Division.WHOLE else None,
        "least": call.context.settings.number(SMALL_CELL_SETTING),
        "hidden": any(not one.shown for one in part),
        "files": _address("/skill-gaps-file", asked, by=str(by)),
        "heat_map": _address("/heat-map", asked),
        "plans": call.actor.may(PLAN),
    }
    return framed(call, "gaps" if call.actor.may(PLAN) else "figures", "skill_gaps.html", values)


@routes.page("/skill-gaps-file", access=FIGURES, query=schemas.FileQuery, operation_id="skillGapsFile")
async def gaps_file(call: Call) -> Answer:
    """Hand out figures of gaps."""
    found = await service.roll_ups(call.context, by=call.actor, asked=call.query.asked, part=call.query.by)
    lines = at_once(schemas.roll_up_lines(found))
    return table_answer("skill-gaps", Format(call.query.format), schemas.ROLL_UP_COLUMNS, lines)


@routes.page("/heat-map", access=FIGURES, query=schemas.HeatQuery, operation_id="heatMapPage")
async def heat(call: Call) -> Page:
    """Show groups or people against competencies as numbers that darken where more is missing."""
    words, asked, by = Words(call.language), call.query.asked, call.query.by
    found = await service.heat(call.context, by=call.actor, asked=asked, rows=by)
    known = await frameworks.by_ids(call.context, competency_ids=found.competency_ids)
    names = await _row_names(call, [row for row, _numbers in found.rows], by)
    columns = [presenters.short(known[one], call.language) for one in found.competency_ids]
    offered = [one for one in HeatRows if one is not HeatRows.PERSON or call.actor.may(PLAN)]
    values = await _shared(call, "/heat-map", asked) | {
        "by": str(by),
        "row_choices": [(str(one), words(presenters.HEAT_ROWS[one])) for one in offered],
        "figure": presenters.heat_map(words, found, by, columns, names),
        "meanings": [
            (column, called(known[one], call.language))
            for column, one in zip(columns, found.competency_ids, strict=True)
        ],
        "left_out": found.left_out,
        "columns_left_out": found.columns_left_out,
        "files": _address("/heat-map-file", asked, by=str(by)),
    }
    return framed(call, "gaps" if call.actor.may(PLAN) else "figures", "heat_map.html", values)


@routes.page("/heat-map-file", access=FIGURES, query=schemas.HeatFileQuery, operation_id="heatMapFile")
async def heat_file(call: Call) -> Answer:
    """Hand out the heat map as a table or a picture."""
    words, by, kind = Words(call.language), call.query.by, call.query.format
    found = await service.heat(call.context, by=call.actor, asked=call.query.asked, rows=by)
    known = await frameworks.by_ids(call.context, competency_ids=found.competency_ids)
    names = await _row_names(call, [row for row, _numbers in found.rows], by)
    if kind in {"svg", "png"}:
        drawn = presenters.grid(words, found, by, known, names)
        body, media = (svg(drawn, call.language), "image/svg+xml") if kind == "svg" else (png(drawn), "image/png")
        headers = {"Content-Disposition": f'attachment; filename="heat-map.{kind}"', "Cache-Control": "no-store"}
        return Answer(body=body, media_type=media, headers=headers)
    columns = [words(presenters.HEAT_ROWS[by]), *found.competency_ids]
    lines = [(names[row], *numbers) for row, numbers in found.rows]
    return table_answer("heat-map", Format(kind), columns, at_once(lines))


def _address(path: str, asked: Asked, **more: str) -> str:
    given = {"organisation": asked.organisation, "category": asked.category, "team": asked.team, **more}
    told = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{told}" if told else path


async def _shared(call: Call, path: str, asked: Asked) -> dict[str, object]:
    """Return what narrows every page of this room."""
    words = Words(call.language)
    organisations = choices(await people.tree(call.context), call.language)
    categories = [(one, words(label)) for one, label in CATEGORIES.items()]
    named = dict(organisations), dict(categories)
    chosen = [
        (named[place][value], _address(path, _without(asked, field)))
        for place, (field, value) in enumerate((("organisation", asked.organisation), ("category", asked.category)))
        if value in named[place]
    ]
    return {"organisations": organisations, "categories": categories, "asked": asked, "chosen": chosen}


def _without(asked: Asked, field: str) -> Asked:
    given = {"organisation": asked.organisation, "category": asked.category, "team": asked.team, field: ""}
    return Asked(**given)


async def _names(call: Call, parts: Iterable[str], by: Division) -> Mapping[str, str]:
    words, tree = Words(call.language), await people.tree(call.context)
    managers = await people.people(call.context, person_ids=parts) if by is Division.TEAM else {}
    return {part: presenters.part_name(words, part, by, tree, managers) for part in parts}


async def _row_names(call: Call, rows: Iterable[str], by: HeatRows) -> Mapping[str, str]:
    if by is not HeatRows.PERSON:
        return await _names(call, list(rows), by.part)
    found = await people.people(call.context, person_ids=rows)
    return {one.id: one.name or one.id for one in found.values()}

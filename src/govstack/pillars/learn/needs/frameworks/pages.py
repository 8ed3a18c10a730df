"""Pages that show frameworks and competencies to everybody who is signed in."""

from __future__ import annotations

from math import ceil

import msgspec

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.needs.frameworks import presenters, service
from govstack.pillars.learn.needs.frameworks.model import Kind
from govstack.web.answers import Page

routes = Routes(tags=("pages of competencies",))
PAGE_COMPETENCIES = 60


class FrameworkPageQuery(msgspec.Struct, frozen=True):
    """Which part of a framework."""

    group: str = ""
    page: int = 1


@routes.page("/frameworks", access=signed_in(), operation_id="frameworksPage")
async def frameworks(call: Call) -> Page:
    """List the frameworks."""
    rows = presenters.framework_rows(Words(call.language), await service.frameworks(call.context))
    values = {"rows": rows, "administers": call.actor.may(ADMINISTER)}
    return framed(call, "competencies", "frameworks.html", values)


@routes.page(
    "/frameworks/{frameworkId}", access=signed_in(), query=FrameworkPageQuery, operation_id="frameworkPage"
)  # fmt: skip
async def framework(call: Call) -> Page:
    """Show a framework with its competencies."""
    words, asked = Words(call.language), call.query
    found = await service.framework(call.context, framework_id=call.path["frameworkId"])
    rated = [one for one in found.competencies if one.kind is not Kind.HEADING]
    groups = sorted({group for one in rated for group in one.groups})
    chosen = [one for one in rated if asked.group in {"", *one.groups}]
    pages = max(1, ceil(len(chosen) / PAGE_COMPETENCIES))
    page = min(max(1, asked.page), pages)
    part = chosen[(page - 1) * PAGE_COMPETENCIES : page * PAGE_COMPETENCIES]
    values = {
        "framework": found,
        "heading": in_language(found.titles, call.language),
        "description": marked(found.descriptions, call.language),
        "facts": presenters.facts(words, found),
        "groups": [(group, words(presenters.GROUPS.get(group, group))) for group in groups],
        "group": asked.group if asked.group in groups else "",
        "rows": presenters.rows(words, part, found, await service.scales(call.context)),
        "page": page,
        "pages": pages,
    }
    return framed(call, "competencies", "framework.html", values)


@routes.page("/competencies/{competencyId}", access=signed_in(), operation_id="competencyPage")
async def competency(call: Call) -> Page:
    """Show a competency: its levels, and what it relates to."""
    words = Words(call.language)
    one = await service.competency(call.context, competency_id=call.path["competencyId"])
    framework = await service.framework(call.context, framework_id=one.framework_id)
    scale = (await service.scales(call.context)).get(one.scale_id)
    relations = await service.relations_of(call.context, competency_id=one.id)
    ends = {end for relation in relations for end in (relation.from_id, relation.to_id)}
    others = await service.by_ids(call.context, competency_ids=ends)
    values = {
        "one": one,
        "framework": framework,
        "framework_name": in_language(framework.titles, call.language),
        "heading": presenters.called(one, call.language),
        "written_in": spoken(one.titles, call.language),
        "description": marked(one.descriptions, call.language),
        "kind": words(presenters.KINDS[one.kind]),
        "groups": presenters.groups_of(words, one),
        "scale_name": in_language(scale.titles, call.language) if scale else "",
        "scale_ours": bool(scale and scale.ours),
        "levels": presenters.level_rows(words, one, scale),
        "relations": presenters.relation_rows(words, one, relations, others),
        "rated": one.kind is not Kind.HEADING and not one.retired,
    }
    return framed(call, "competencies", "competency.html", values)

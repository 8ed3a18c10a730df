"""The first page of the pillar, and the first page of each section that gathers several kinds of records."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.routing import Access, Call, Routes, needs, public
from govstack.pillars.learn.frame.presenters import LINKS, SECTIONS, framed
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.service import audiences
from govstack.web.answers import Page

routes = Routes(tags=("first page",))


@routes.page("/", access=public(), operation_id="learnStartPage")
async def start(call: Call) -> Page:
    """Show what there is to do for whoever looks."""
    offered = [
        (label, path)
        for name, label, path, scope in SECTIONS
        if name != "start" and (not scope or call.actor.may(scope))
    ]
    return framed(call, "start", "start.html", {"offered": offered})


def sections(kinds: Iterable[Kind]) -> Routes:
    """Return a first page for each section that records belong to."""
    made = Routes(tags=("first pages of sections",))
    by_section: dict[str, list[Kind]] = {}
    for kind in kinds:
        by_section.setdefault(kind.section, []).append(kind)
    for name, label, path, scope in SECTIONS:
        if name in by_section:
            _section(made, (name, label, path), needs(scope) if scope else public(), by_section[name])
    return made


def _section(made: Routes, section: tuple[str, str, str], access: Access, kinds: list[Kind]) -> None:
    name, label, path = section

    async def show(call: Call) -> Page:
        links = [
            (text, to) for where, text, to, scope in LINKS if where == name and (not scope or call.actor.may(scope))
        ]
        links += [(kind.labels, f"/{kind.plural}") for kind in kinds if audiences(kind, call.actor)]
        leads = {f"/{kind.plural}": kind.lead for kind in kinds}
        return framed(call, name, "section.html", {"label": label, "links": links, "leads": leads})

    made.page(path, access=access, operation_id=f"{name}SectionPage", summary=label)(show)

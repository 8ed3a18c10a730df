"""The first page of the pillar, and the first page of each section that gathers several kinds of records."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.routing import Access, Call, Routes, needs, public
from govstack.pillars.learn.frame.presenters import LINKS, SECTIONS, Words, framed, grouped
from govstack.pillars.learn.front import presenters, schemas
from govstack.pillars.learn.front.errors import NoSections, NoTour
from govstack.pillars.learn.front.model import TOURS, TourName, place
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.proposals import service as proposals
from govstack.pillars.learn.learning.analytics.service import OPEN_SETTING
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.service import audiences
from govstack.web.answers import Page

routes = Routes(tags=("first page",))


@routes.page("/", access=public(), operation_id="learnStartPage")
async def start(call: Call) -> Page:
    """Show what there is to do next for whoever looks."""
    words = Words(call.language)
    waiting = await proposals.count_waiting(call.context, by=call.actor) if call.actor.signed_in else 0
    charters = len(await communities.waiting_charters(call.context, by=call.actor))
    leads = call.actor.kind == "person" and await people.leads(call.context, by=call.actor)
    values = {
        "to_do": presenters.to_do(words, proposals=waiting, charters=charters),
        "roles": presenters.ways(call.actor, words, leads=leads),
        "pages": presenters.pages(call.actor, words),
        "country": call.context.settings.switch(OPEN_SETTING),
        "tours": presenters.tours(words) if _is_sandbox(call) else [],
    }
    return framed(call, "start", "start.html", values)


@routes.page("/sections/{group}", access=public(), operation_id="learnSectionsPage", errors=(NoSections,))
async def group(call: Call) -> Page:
    """Show the sections that belong together."""
    found = next(((one, links) for one, links in grouped(call.actor) if one.name == call.path["group"]), None)
    if found is None:
        raise NoSections
    links = [(label, path) for _name, label, path, _scope in found[1]]
    return framed(call, found[1][0][0], "section.html", {"label": found[0].label, "links": links, "leads": {}})


@routes.page("/tour/{name}", access=public(), query=schemas.TourQuery, operation_id="tourPage", errors=(NoTour,))
async def tour(call: Call) -> Page:
    """Show a tour of the demo country, one step after the other."""
    if call.path["name"] not in list(TourName) or not _is_sandbox(call):
        raise NoTour
    name, words = TourName(call.path["name"]), Words(call.language)
    one = TOURS[name]
    at = place(call.query.step, len(one.steps))
    way = one.steps[at - 1]
    values = {
        "label": words(one.label),
        "lead": words(one.lead),
        "person": one.person,
        "signed": call.actor.signed_in,
        "other": call.actor.name if call.actor.signed_in and call.actor.name not in one.person else "",
        "sign_in": presenters.sign_in(name, at, call.mount),
        "steps": presenters.steps(name, one, at, words),
        "at": at,
        "count": len(one.steps),
        "way": (words(way.label), way.path_in(call.language), words(way.text)),
        "before": f"/tour/{name.value}?step={at - 1}" if at > 1 else "",
        "after": f"/tour/{name.value}?step={at + 1}" if at < len(one.steps) else "",
    }
    return framed(call, "start", "tour.html", values)


def _is_sandbox(call: Call) -> bool:
    return call.context.settings.profile == "sandbox"


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

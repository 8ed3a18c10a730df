"""Pages of training centres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.centres import schemas, service
from govstack.pillars.learn.centres.model import Centre, Gate, Notice
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Cell, Words, framed, in_language, marked
from govstack.pillars.learn.materials import service as materials
from govstack.web.answers import Page

routes = Routes(tags=("pages of training centres",))
PAGE_CENTRES = 50
GATES: Mapping[Gate, str] = {
    Gate.MANDATE: _("Mandate"), Gate.BUDGET: _("Budget"), Gate.TRAINERS: _("Trainers certified"),
    Gate.COHORT: _("First cohort"), Gate.EVALUATION: _("Evaluation"),
}  # fmt: skip


@routes.page("/desk/centres", access=needs(PLAN), query=schemas.CentreQuery, operation_id="centresPage")
async def listed(call: Call) -> Page:
    """List training centres."""
    words = Words(call.language)
    found = await service.listed(call.context, after=call.query.after, limit=PAGE_CENTRES)
    rows: list[tuple[Cell, ...]] = [
        (
            {"text": marked(one.titles, call.language), "href": f"/desk/centres/{one.id}"}, one.institution,
            one.country, {"number": one.yearly_capacity},
            words(GATES[one.next_gate]) if one.next_gate else words(_("All gates passed")),
        )
        for one in found
    ]  # fmt: skip
    values = {
        "rows": rows,
        "first": "/desk/centres" if call.query.after else "",
        "next": f"/desk/centres?after={found[-1].id}" if len(found) == PAGE_CENTRES else "",
    }
    return framed(call, "desk", "centres.html", values)


@routes.page("/desk/centres/{centreId}", access=needs(PLAN), operation_id="centrePage")
async def show(call: Call) -> Page:
    """Show a centre, its gates, its use this year and what it was told of newer material."""
    words = Words(call.language)
    one = await service.centre(call.context, centre_id=call.path["centreId"])
    use = await service.use(call.context, found=one, year=clock.now().year)
    told = await service.notices(call.context, centre_id=one.id)
    known = await materials.named(call.context, material_ids=list(dict.fromkeys(each.material_id for each in told)))
    values = {
        "title": in_language(one.titles, call.language),
        "card": _card(one, words),
        "gates": [(words(label), _state(one, gate)) for gate, label in GATES.items()],
        "use": use,
        "share": i18n.format_percent(call.language, use.percent / 100) if use.percent is not None else "",
        "rooms": [
            (room.name, {"number": room.capacity}, words(_("Yes")) if room.accessible else "") for room in one.rooms
        ],
        "notices": _notices(told, {each.id: each.title for each in known}),
    }
    return framed(call, "desk", "centre.html", values)


def _notices(told: Iterable[Notice], titles: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for one in told:
        title = titles.get(one.material_id)
        name: Cell = {"text": title, "href": f"/materials/{one.material_id}"} if title else one.material_id
        rows.append((name, one.version, {"moment": one.at}))
    return rows


def _state(one: Centre, gate: Gate) -> str:
    if any(passed.gate is gate for passed in one.gates):
        return "done"
    return "current" if one.next_gate is gate else "todo"


def _card(one: Centre, words: Words) -> list[tuple[str, str]]:
    accredited = one.accreditation
    until = i18n.format_date(words.language, accredited.until) if accredited and accredited.until else ""
    return [
        (words(_("Institution")), one.institution),
        (words(_("Mandate")), one.mandate),
        (words(_("Country")), one.country),
        (words(_("Accredited by")), accredited.body if accredited else ""),
        (words(_("Accredited until")), until),
        (words(_("Trainers")), i18n.format_number(words.language, len(one.trainers))),
        (words(_("People a year")), i18n.format_number(words.language, one.yearly_capacity)),
        (words(_("Site")), one.site),
        (words(_("Issuer of credentials")), one.issuer),
    ]

"""The page of a digital team: who is wanted in which unit, who is there and who is missing."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.teams import presenters, schemas, service
from govstack.pillars.learn.needs.teams.model import POST, SECTION, TEAM, UNIT
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.schemas import access_to
from govstack.pillars.learn.translations import service as translations
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of digital teams",))
ONE = "/team-plans/{recordId}"
SOURCES = "staff-source"


@routes.page(f"{ONE}/team", access=access_to(TEAM), operation_id="teamPage")
async def team(call: Call) -> Page:
    """Show who is wanted in a team, who is there and who is missing."""
    words = Words(call.language)
    found = await service.team(call.context, by=call.actor, plan_id=call.path["recordId"])
    kept = [one.unit for one in found.seats if one.unit is not None]
    told = await translations.translated(call.context, kept, kind=UNIT, language=call.language)
    units = {one.id: str(one.content["name"]) for one in told}
    terms = await vocabularies.terms(call.context, vocabularies=[SOURCES])
    known = await frameworks.by_ids(call.context, competency_ids=[one.competency_id for one in found.required])
    values = {
        "plan": found.plan,
        "rows": presenters.rows(found, units, labelled(terms[SOURCES], call.language), words),
        "wanted": sum(one.wanted for one in found.seats),
        "missing": sum(one.vacant for one in found.seats),
        "vacancies": presenters.vacancies(found, units, words) if found.vacant else None,
        "required": presenters.required(found, known, await frameworks.scales(call.context), words),
        "writes": records.may_write(POST, call.actor),
    }
    return framed(call, SECTION, "team.html", values)


@routes.form(f"{ONE}/team/begin", access=needs(PLAN), operation_id="beginTeamForm")
async def begin(call: Call) -> Redirect:
    """Put the usual roles into a plan."""
    plan_id = call.path["recordId"]
    came = await service.begin(call.context, by=call.actor, plan_id=plan_id, language=call.language)
    words = Words(call.language)
    notice = words(_("The usual roles are in the plan.")) if came else words(_("The plan has all usual roles already."))
    return Redirect(f"/team-plans/{plan_id}/team", notice=notice)


@routes.page(f"{ONE}/team-file", access=access_to(TEAM), query=FileQuery, operation_id="teamFile")
async def file(call: Call) -> Answer:
    """Hand out the roles of a team as a file."""
    found = await service.team(call.context, by=call.actor, plan_id=call.path["recordId"])
    return table_answer("team", Format(call.query.format), schemas.COLUMNS, at_once(schemas.lines(found)))

"""Pages of what reviewers decide: on a nominated good, and on a definition."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.frame.presenters import framed, marked
from govstack.pillars.learn.knowing.discovery import service
from govstack.pillars.learn.knowing.discovery.model import DEFINITION, NOMINATION, VERDICTS, Judgement
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import LONG_CHARACTERS_MAX, Kind, title_of
from govstack.pillars.learn.records.schemas import access_to
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of discovery",))


@routes.page(
    "/good-nominations/{recordId}/decision", access=access_to(NOMINATION), operation_id="nominationDecisionPage"
)
async def nomination(call: Call) -> Page:
    """Show what a reviewer found of a nominated good, and let one decide."""
    return await _page(call, NOMINATION, {})


@routes.form("/good-nominations/{recordId}/decision", access=needs(ADVISE), operation_id="nominationDecisionForm")
async def decide_nomination(call: Call) -> Page | Redirect:
    """Take in what a reviewer found."""
    return await _decide(call, NOMINATION)


@routes.page("/definitions/{recordId}/decision", access=access_to(DEFINITION), operation_id="definitionDecisionPage")
async def definition(call: Call) -> Page:
    """Show what was decided on a definition, and let a reviewer decide."""
    return await _page(call, DEFINITION, {})


@routes.form("/definitions/{recordId}/decision", access=needs(ADVISE), operation_id="definitionDecisionForm")
async def decide_definition(call: Call) -> Page | Redirect:
    """Take in what a reviewer decides."""
    return await _decide(call, DEFINITION)


async def _decide(call: Call, kind: Kind) -> Page | Redirect:
    form = {name: text.strip() for name, text in call.form.items()}
    errors = {}
    if not form.get("decision"):
        errors["decision"] = _("Choose what you decide.")
    if not 1 <= len(form.get("reason", "")) <= LONG_CHARACTERS_MAX:
        errors["reason"] = _("Say what your decision rests on.")
    if form.get("interest") not in {"no", "yes"}:
        errors["interest"] = _("Declare your interests first, also when you have none.")
    if errors:
        return await _page(call, kind, errors, status=400)
    given = Judgement(decision=form["decision"], reason=form["reason"], no_interest=form["interest"] == "no")
    record_id = call.path["recordId"]
    try:
        await service.decide(call.context, by=call.actor, kind=kind, record_id=record_id, given=given)
    except UnknownRecord as error:
        raise NotFound from error
    except Problem as problem:
        told = next(iter(problem.fields.values()), problem.title) if problem.fields else problem.title
        return await _page(call, kind, {"decision": told}, status=problem.status)
    return Redirect(f"/{kind.plural}/{record_id}/decision", notice=_("Your decision was written down."))


async def _page(call: Call, kind: Kind, errors: Mapping[str, str], *, status: int | None = None) -> Page:
    try:
        record = await records.read(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    where = VERDICTS[kind.name]
    words = kind.by_name[where.decision].of
    terms = (await vocabularies.terms(call.context, vocabularies=[words]))[words]
    known = {one.code: marked(one.labels, call.language) for one in terms}
    reviewer = str(record.content.get(where.reviewer, ""))
    names = await people.people(call.context, person_ids=[reviewer]) if reviewer and call.actor.signed_in else {}
    values = {
        "record": record,
        "kind": kind,
        "heading": title_of(kind, record.content),
        "decision": known.get(record.content.get(where.decision, where.start), ""),
        "reviewer": names[reviewer].name if reviewer in names else "",
        "day": record.content.get(where.day, ""),
        "decides": call.actor.may(ADVISE) and not record.archived,
        "choices": [(one.code, known[one.code]) for one in terms if not one.retired and one.code not in where.asked],
        "form": call.form,
        "errors": errors,
        "maximum": LONG_CHARACTERS_MAX,
    }
    return framed(call, kind.section, "discovery_decision.html", values, status=status)

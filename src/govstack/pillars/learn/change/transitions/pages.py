"""The workspace of a change programme."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.change.transitions import presenters, schemas, service
from govstack.pillars.learn.change.transitions.errors import NoPulse
from govstack.pillars.learn.change.transitions.model import SECTION
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.campaigns.errors import UnknownCampaign
from govstack.pillars.learn.needs.findings.errors import NotClosed, TooFewAnswered
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import TEXT_CHARACTERS_MAX
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of change programmes",))
POSITIONS, CORNERS, FACTORS = "sociodynamic-position", "leavitt-corner", "burke-litwin-factor"
PHASES, CLASSES = "mourning-phase", "barrier-class"


@routes.page("/change-programmes/{recordId}/workspace", access=needs(PLAN), operation_id="changeWorkspacePage")
async def workspace(call: Call) -> Page:
    """Show what the tools say about a change."""
    return await _workspace(call, {})


@routes.form("/change-programmes/{recordId}/pulses", access=needs(PLAN), operation_id="takePulseForm")
async def take_pulse(call: Call) -> Page | Redirect:
    """Write down what the people of a group said in a campaign as the pulse of the group."""
    group, campaign_id = call.form.get("group", "").strip(), call.form.get("campaign", "")
    errors = {} if campaign_id else {"campaign": _("Choose one.")}
    if not 1 <= len(group) <= TEXT_CHARACTERS_MAX:
        errors["group"] = _("Say which group it is.")
    if errors:
        return await _workspace(call, errors)
    change_id = call.path["recordId"]
    try:
        await service.take_pulse(call.context, by=call.actor, change_id=change_id, campaign_id=campaign_id, group=group)
    except UnknownRecord as error:
        raise NotFound from error
    except (NoPulse, NotClosed, TooFewAnswered, UnknownCampaign) as problem:
        return await _workspace(call, {"campaign": problem.title})
    return Redirect(f"/change-programmes/{change_id}/workspace", notice=_("The pulse was written down."))


async def _workspace(call: Call, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    try:
        found = await service.workspace(call.context, by=call.actor, change_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    terms = await vocabularies.terms(call.context, vocabularies=[POSITIONS, CORNERS, FACTORS, PHASES, CLASSES])
    figure, net = presenters.forces(found.forces, words)
    values = {
        "change": found.change,
        "forces": figure,
        "net": net,
        "equations": presenters.equations(found.equations, words),
        "stances": presenters.stances(found.stances, labelled(terms[POSITIONS], call.language)),
        "consequences": presenters.consequences(found.consequences),
        "impacts": presenters.by_word(found.impacts, "corner", "impact", terms[CORNERS], words),
        "findings": presenters.by_word(found.findings, "factor", "finding", terms[FACTORS], words),
        "phases": presenters.phases(found.phases, labelled(terms[PHASES], call.language), words),
        "barriers": presenters.barriers(found.barriers, labelled(terms[CLASSES], call.language), words),
        "resistances": presenters.resistances(found.resistances),
        "pulses": presenters.pulses(found.pulses, words, found.low),
        "low": found.low,
        "trend": presenters.trend(found.pulses, words),
        "campaigns": presenters.campaigns(await service.pulse_campaigns(call.context), words),
        "given": call.form,
        "errors": errors,
        "files": f"/change-programmes/{found.change.id}/workspace-file?",
    }
    return framed(call, SECTION, "change_workspace.html", values, status=400 if errors else 200)


@routes.page(
    "/change-programmes/{recordId}/workspace-file", access=needs(PLAN), query=FileQuery,
    operation_id="changeReadingFile",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Hand out what the tools say about a change."""
    try:
        found = await service.workspace(call.context, by=call.actor, change_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    return table_answer("change-reading", Format(call.query.format), schemas.COLUMNS, at_once(schemas.lines(found)))

"""Pages of contributions: volunteer, one's own, one of them, and those of a community."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.frame.schemas import day_given, whole_given
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import MembersOnly
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.knowing.opportunities import presenters, schemas, service
from govstack.pillars.learn.knowing.opportunities.errors import DueTooSoon, OwnContribution, UnknownOpportunity
from govstack.pillars.learn.knowing.opportunities.model import (
    HOURS_MAX,
    NOTE_CHARACTERS_MAX,
    ROLE_CHARACTERS_MAX,
    ContributionState,
)
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of contributions",))
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
CONCERNED = by_policy("whoever does it, and facilitators of the community")
PAGE_CONTRIBUTIONS = 100


@routes.page(
    "/communities/{recordId}/volunteer", access=MEMBERS, query=schemas.VolunteerQuery, operation_id="volunteerPage"
)
async def ask(call: Call) -> Page:
    """Ask in which role, with how many hours and until when somebody takes part."""
    return await _ask(call, call.query.number, {})


@routes.form("/communities/{recordId}/volunteer", access=MEMBERS, operation_id="volunteerForm")
async def volunteer(call: Call) -> Page | Redirect:
    """Take on an opportunity."""
    form, errors = call.form, {}
    number, hours = (whole_given(form, name, most=99_999) or 0 for name in ("number", "hours"))
    role, due = form.get("role", "").strip(), day_given(form, "due")
    if not role or len(role) > ROLE_CHARACTERS_MAX:
        errors["role"] = _("Say in which role.")
    if not 1 <= hours <= HOURS_MAX:
        errors["hours"] = _("Give a whole number of hours, from 1 to 2000.")
    if due is None:
        errors["due"] = _("Give a date, such as 27 3 2027.")
    if errors or due is None:
        return await _ask(call, number, errors)
    try:
        made = await service.volunteer(
            call.context, by=call.actor, community_id=call.path["recordId"], number=number, role=role,
            effort_hours=hours, due_on=due,
        )  # fmt: skip
    except DueTooSoon as problem:
        return await _ask(call, number, {"due": problem.title})
    return Redirect(f"/contributions/{made.id}", notice=Words(call.language)(_("Thank you. The task is yours now.")))


@routes.page("/my-contributions", access=signed_in(), operation_id="myContributionsPage")
async def mine(call: Call) -> Page:
    """List the contributions of whoever signed in."""
    found = await service.mine(call.context, by=call.actor)
    return framed(call, SECTION, "my_contributions.html", {"rows": presenters.rows(Words(call.language), found)})


@routes.page("/my-contributions/file", access=signed_in(), query=FileQuery, operation_id="myContributionsFilePage")
async def export(call: Call) -> Answer:
    """Take one's contributions out as a file."""
    lines = at_once([schemas.line(one) for one in await service.mine(call.context, by=call.actor)])
    return table_answer("contributions", Format(call.query.format), schemas.COLUMNS, lines)


@routes.page(
    "/communities/{recordId}/contributions", access=LEADERS, query=schemas.ContributionsQuery,
    operation_id="communityContributionsPage",
)  # fmt: skip
async def of_community(call: Call) -> Page:
    """List what members do for a community."""
    community_id, after = call.path["recordId"], call.query.after
    room = await communities.inside(call.context, by=call.actor, community_id=community_id, leading=True)
    found = await service.of_community(
        call.context, by=call.actor, community_id=community_id, after=after, limit=PAGE_CONTRIBUTIONS
    )
    here = f"/communities/{community_id}/contributions"
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "rows": presenters.named(Words(call.language), found),
        "first": here if after else "",
        "next": f"{here}?after={found[-1][0].id}" if len(found) == PAGE_CONTRIBUTIONS else "",
    }
    return framed(call, SECTION, "community_contributions.html", values)


@routes.page("/contributions/{contributionId}", access=CONCERNED, operation_id="contributionPage")
async def show(call: Call) -> Page:
    """Show a contribution, with what can be said of it."""
    return await _show(call, {})


@routes.form("/contributions/{contributionId}", access=CONCERNED, operation_id="contributionForm")
async def change(call: Call) -> Page | Redirect:
    """Say what became of a contribution."""
    state, note = call.form.get("state", ""), call.form.get("note", "").strip()
    if state not in set(ContributionState):
        return await _show(call, {"state": _("Choose one.")})
    if state == ContributionState.DONE and not note:
        return await _show(call, {"note": _("Say what you did.")})
    if len(note) > NOTE_CHARACTERS_MAX:
        return await _show(call, {"note": _("This text is too long.")})
    contribution_id = call.path["contributionId"]
    try:
        await service.change(
            call.context, by=call.actor, contribution_id=contribution_id, state=ContributionState(state), note=note
        )
    except OwnContribution as problem:
        return await _show(call, {"state": problem.title})
    return Redirect(f"/contributions/{contribution_id}", notice=Words(call.language)(_("It was saved.")))


async def _ask(call: Call, number: int, errors: Mapping[str, str]) -> Page:
    community_id = call.path["recordId"]
    room = await communities.working(call.context, by=call.actor, community_id=community_id)
    if room.member is None:
        raise MembersOnly
    room = await communities.spoken(call.context, room, language=call.language)
    offered = room.record.content["opportunities"]
    if not 1 <= number <= len(offered):
        raise UnknownOpportunity
    due = "-".join(call.form.get(f"due-{part}", "") for part in ("year", "month", "day"))
    values = {
        "room": room,
        "number": number,
        "opportunity": offered[number - 1],
        "form": call.form,
        "due": due if len(due) > 2 else "",
        "errors": errors,
    }
    return framed(call, SECTION, "volunteer.html", values, status=400 if errors else 200)


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    one, own, leads = await service.read(call.context, by=call.actor, contribution_id=call.path["contributionId"])
    words = Words(call.language)
    values = {
        "contribution": one,
        "own": own,
        "rows": presenters.facts(words, one),
        "steps": presenters.steps(words, one, own=own, leads=leads),
        "form": call.form,
        "maximum": NOTE_CHARACTERS_MAX,
        "errors": errors,
    }
    return framed(call, SECTION, "contribution.html", values, status=400 if errors else 200)

"""Pages of coaching for the pair and their supervisor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.coaching import presenters, service
from govstack.pillars.learn.coaching.model import WORDS_CHARACTERS_MAX, Coaching, GoalGiven, NoteGiven
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.offerings.model import LEVEL_MAX
from govstack.pillars.learn.people import service as people
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("coaching pages",))
PAIR = by_policy("the pair of a coaching")
SEEN = by_policy("the pair of a coaching and their supervisor")


@routes.page("/my/coaching", access=signed_in(), operation_id="myCoachingPage")
async def mine(call: Call) -> Page:
    """Show the coachings that whoever signed in is part of."""
    found = await service.mine(call.context, by=call.actor)
    names = await _names(call, found)
    return framed(call, "mine", "coachings.html", {"rows": presenters.rows(found, names, Words(call.language))})


@routes.page("/my/coaching/{coachingId}", access=SEEN, operation_id="coachingPage")
async def show(call: Call) -> Page:
    """Show a coaching with its goals and notes."""
    return await _show(call, {}, {})


@routes.form("/my/coaching/{coachingId}/notes", access=PAIR, operation_id="coachingNoteForm")
async def add_note(call: Call) -> Page | Redirect:
    """Write a dated note."""
    words, day = call.form.get("words", "").strip(), _day(call.form)
    errors = _words_fault(words, "words")
    if day is None:
        errors["day"] = _("Enter a day, such as 27 3 2026.")
    if errors or day is None:
        return await _show(call, call.form, errors)
    coaching_id = call.path["coachingId"]
    try:
        await service.add_note(
            call.context, by=call.actor, coaching_id=coaching_id, given=NoteGiven(day=day, words=words)
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _show(call, call.form, {"words": problem.title}, status=problem.status)
    return Redirect(f"/my/coaching/{coaching_id}", notice=_("The note was kept."))


@routes.form("/my/coaching/{coachingId}/goals", access=PAIR, operation_id="coachingGoalForm")
async def add_goal(call: Call) -> Page | Redirect:
    """Set a goal."""
    form, coaching_id = call.form, call.path["coachingId"]
    words, competency = form.get("goal", "").strip(), form.get("competency", "").strip()
    levels = [form.get(name, "").strip() for name in ("from", "to")]
    errors = _words_fault(words, "goal")
    if not 1 <= len(competency) <= 100:
        errors["competency"] = _("Enter the code of a competency.")
    if not all(text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= LEVEL_MAX for text in levels):
        errors["to"] = _("Enter two levels as whole numbers.")
    if errors:
        return await _show(call, form, errors)
    given = GoalGiven(competency_id=competency, from_level=int(levels[0]), to_level=int(levels[1]), words=words)
    try:
        await service.add_goal(call.context, by=call.actor, coaching_id=coaching_id, given=given)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _show(call, form, {"to": problem.title}, status=problem.status)
    return Redirect(f"/my/coaching/{coaching_id}", notice=_("The goal was set."))


def _words_fault(words: str, field: str) -> dict[str, str]:
    fits = 1 <= len(words) <= WORDS_CHARACTERS_MAX
    return {} if fits else {field: _("Write something, in at most 4,000 characters.")}


def _day(form: Mapping[str, str]) -> date | None:
    parts = [form.get(f"day-{name}", "").strip() for name in ("year", "month", "day")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


async def _show(call: Call, values: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200) -> Page:
    words = Words(call.language)
    whole = await service.read(call.context, by=call.actor, coaching_id=call.path["coachingId"])
    names = await _names(call, [whole.coaching])
    me = await people.me(call.context, by=call.actor)
    told = {
        "coaching": whole.coaching,
        "coach": names.get(whole.coaching.coach_id, ""),
        "coachee": names.get(whole.coaching.coachee_id, ""),
        "supervisor": names.get(whole.coaching.supervisor_id or "", ""),
        "goals": presenters.goals(whole, words),
        "notes": presenters.notes(whole, names, call.language),
        "writes": whole.coaching.written_by(me.id) and not whole.coaching.ended_at,
        "today": clock.now().date().isoformat(),
        "values": values,
        "errors": errors,
    }
    return framed(call, "mine", "coaching.html", told, status=status)


async def _names(call: Call, found: Iterable[Coaching]) -> dict[str, str]:
    named = {each for one in found for each in (one.coach_id, one.coachee_id, one.supervisor_id) if each}
    known = await people.people(call.context, person_ids=named)
    return {one.id: one.name or one.number or one.id for one in known.values()}

"""Pages of coaching: a training unit begins one; what is written in it is for the pair and their supervisor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.frame.schemas import day_given, whole_given
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.coaching import presenters, schemas, service
from govstack.pillars.learn.response.coaching.errors import BadGoal, BadPair
from govstack.pillars.learn.response.coaching.model import (
    WORDS_CHARACTERS_MAX,
    Coaching,
    CoachingGiven,
    GoalGiven,
    NoteGiven,
)
from govstack.pillars.learn.response.offerings.model import LEVEL_MAX
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("coaching pages",))
PAIR = by_policy("the pair of a coaching")
SEEN = by_policy("the pair of a coaching and their supervisor")
UNIT = needs(PLAN)
PAGE_COACHINGS = 50
# A coaching begins with up to three goals; the pair sets more.
GOAL_MARKS = ("_1", "_2", "_3")
GOAL_FIELDS = ("goal", "competency", "from", "to")


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
    words, day = call.form.get("words", "").strip(), day_given(call.form, "day")
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
    coaching_id = call.path["coachingId"]
    given, errors = await _goal(call, "")
    if given is None:
        return await _show(call, call.form, errors)
    try:
        await service.add_goal(call.context, by=call.actor, coaching_id=coaching_id, given=given)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _show(call, call.form, {"to": problem.title}, status=problem.status)
    return Redirect(f"/my/coaching/{coaching_id}", notice=_("The goal was set."))


@routes.form("/my/coaching/{coachingId}/reached", access=PAIR, operation_id="coachingReachedForm")
async def reach(call: Call) -> Page | Redirect:
    """Say which goals are reached; what nobody touched stays as the other one may have said meanwhile."""
    coaching_id, chosen = call.path["coachingId"], set(call.form_lists.get("reached", []))
    touched = chosen ^ set(call.form.get("was", "").split())
    whole = await service.read(call.context, by=call.actor, coaching_id=coaching_id)
    for goal in whole.goals:
        if goal.id in touched and goal.reached != (goal.id in chosen):
            await service.reach_goal(
                call.context, by=call.actor, coaching_id=coaching_id, goal_id=goal.id, reached=goal.id in chosen
            )
    return Redirect(f"/my/coaching/{coaching_id}", notice=_("We noted which goals are reached."))


@routes.form("/my/coaching/{coachingId}/end", access=PAIR, operation_id="endCoachingForm")
async def end(call: Call) -> Redirect:
    """End a coaching."""
    await service.finish(call.context, by=call.actor, coaching_id=call.path["coachingId"])
    return Redirect(f"/my/coaching/{call.path['coachingId']}", notice=_("The coaching has ended."))


@routes.page("/desk/coaching", access=UNIT, query=schemas.CoachingQuery, operation_id="coachingRegisterPage")
async def listed(call: Call) -> Page:
    """List who coaches whom, for the training unit."""
    found = await service.listed(call.context, after=call.query.after, limit=PAGE_COACHINGS)
    values = {
        "rows": presenters.register(found, await _names(call, found), Words(call.language)),
        "first": "/desk/coaching" if call.query.after else "",
        "next": f"/desk/coaching?after={found[-1].id}" if len(found) == PAGE_COACHINGS else "",
    }
    return framed(call, "desk", "coaching_register.html", values)


@routes.page("/desk/coaching/new", access=UNIT, operation_id="newCoachingPage")
async def new(call: Call) -> Page:
    """Ask who coaches whom, and towards what."""
    return _new(call, {})


@routes.form("/desk/coaching/new", access=UNIT, operation_id="newCoachingForm")
async def begin(call: Call) -> Page | Redirect:
    """Begin a coaching with its first goals."""
    found, errors = {}, {}
    for name in ("coach", "coachee", "supervisor"):
        number = call.form.get(name, "").strip()
        known = await people.by_number(call.context, number=number) if number else None
        if known is not None and not known.erased:
            found[name] = known.id
        elif number or name != "supervisor":
            errors[name] = _("Nobody has this number.") if number else _("Enter a number.")
    if not errors and len(set(found.values())) < len(found):
        errors["coachee"] = BadPair.title
    goals = []
    for mark in GOAL_MARKS:
        if any(call.form.get(f"{name}{mark}", "").strip() for name in GOAL_FIELDS):
            goal, wrong = await _goal(call, mark)
            errors |= wrong
            goals += [goal] if goal else []
    if errors:
        return _new(call, errors)
    given = CoachingGiven(
        coach_id=found["coach"], coachee_id=found["coachee"], supervisor_id=found.get("supervisor")
    )  # fmt: skip
    try:
        await service.begin(call.context, by=call.actor, given=given, goals=goals)
    except BadPair as problem:
        return _new(call, {"coachee": problem.title})
    return Redirect("/desk/coaching", notice=_("The coaching has begun. The two find it under My coaching."))


def _new(call: Call, errors: Mapping[str, str]) -> Page:
    values = {"values": call.form, "errors": errors, "marks": GOAL_MARKS}
    return framed(call, "desk", "coaching_form.html", values, status=400 if errors else 200)


async def _goal(call: Call, mark: str) -> tuple[GoalGiven | None, dict[str, str]]:
    """Read a goal from the fields of a form that end with a mark; None with what is wrong, by field."""
    form = call.form
    words = form.get(f"goal{mark}", "").strip()
    errors = _words_fault(words, f"goal{mark}")
    competency = await frameworks.named(call.context, text=form.get(f"competency{mark}", "").strip())
    if competency is None:
        errors[f"competency{mark}"] = _("Enter the code of a competency, or its id where several have the code.")
    levels = [whole_given(form, f"{name}{mark}", most=LEVEL_MAX) for name in ("from", "to")]
    first, last = levels
    if first is None or last is None:
        errors[f"to{mark}"] = _("Enter two levels as whole numbers.")
    elif last <= first:
        errors[f"to{mark}"] = BadGoal.title
    if errors or competency is None or first is None or last is None:
        return None, errors
    return GoalGiven(competency_id=competency.id, from_level=first, to_level=last, words=words), {}


def _words_fault(words: str, field: str) -> dict[str, str]:
    fits = 1 <= len(words) <= WORDS_CHARACTERS_MAX
    return {} if fits else {field: _("Write something, in at most 4,000 characters.")}


async def _show(call: Call, values: Mapping[str, str], errors: Mapping[str, str], *, status: int | None = None) -> Page:
    words = Words(call.language)
    whole = await service.read(call.context, by=call.actor, coaching_id=call.path["coachingId"])
    names = await _names(call, [whole.coaching])
    me = await people.me(call.context, by=call.actor)
    competencies = await frameworks.by_ids(call.context, competency_ids=[one.competency_id for one in whole.goals])
    told = {
        "coaching": whole.coaching,
        "coach": names.get(whole.coaching.coach_id, ""),
        "coachee": names.get(whole.coaching.coachee_id, ""),
        "supervisor": names.get(whole.coaching.supervisor_id or "", ""),
        "goals": presenters.goals(whole, competencies, await frameworks.scales(call.context), words),
        "to_judge": [(one.id, one.words) for one in whole.goals],
        "judged": [one.id for one in whole.goals if one.reached],
        "notes": presenters.notes(whole, names, call.language),
        "writes": whole.coaching.written_by(me.id) and not whole.coaching.ended_at,
        "today": clock.today().isoformat(),
        "values": values,
        "errors": errors,
    }
    return framed(call, "mine", "coaching.html", told, status=status)


async def _names(call: Call, found: Iterable[Coaching]) -> dict[str, str]:
    named = {each for one in found for each in (one.coach_id, one.coachee_id, one.supervisor_id) if each}
    known = await people.people(call.context, person_ids=named)
    return {one.id: one.name or one.number or one.id for one in known.values()}

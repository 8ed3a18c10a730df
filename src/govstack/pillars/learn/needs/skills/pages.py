"""Pages on which people see and rate their own skills, and managers those of their team."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.errors import UnknownCompetency
from govstack.pillars.learn.needs.frameworks.model import Kind
from govstack.pillars.learn.needs.frameworks.presenters import called
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.errors import NotYoursToRate, RatingRefused
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType, RatingGiven
from govstack.pillars.learn.needs.skills import presenters, service
from govstack.pillars.learn.people import service as people
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of skills",))
MANAGED = by_policy("reports to whoever signed in")
MINE, TEAM = "/my-skills", "/my-team"
MEMBER = TEAM + "/{learnerId}"


@routes.page(MINE, access=signed_in(), operation_id="mySkillsPage")
async def mine(call: Call) -> Page:
    """Show what my post asks for and where I am."""
    me = await people.me(call.context, by=call.actor)
    return await _skills(call, me.id, MINE, _("My skills"))


@routes.page(f"{MINE}-file", access=signed_in(), query=FileQuery, operation_id="mySkillsFile")
async def export(call: Call) -> Answer:
    """Hand out my skills as a file."""
    me = await people.me(call.context, by=call.actor)
    found = await service.skills_of(call.context, by=call.actor, person_id=me.id)
    rows = presenters.lines(found, Words(call.language))
    return table_answer("skills", Format(call.query.format), presenters.COLUMNS, at_once(rows))


@routes.page(MINE + "/{competencyId}", access=signed_in(), operation_id="rateMyselfPage")
async def ask(call: Call) -> Page:
    """Ask where I am."""
    me = await people.me(call.context, by=call.actor)
    return await _rating_page(call, me.id, MINE, {})


@routes.form(MINE + "/{competencyId}", access=signed_in(), operation_id="rateMyselfForm")
async def rate(call: Call) -> Page | Redirect:
    """Keep where I say that I am."""
    me = await people.me(call.context, by=call.actor)
    return await _rate(call, me.id, MINE, RaterType.SELF)


@routes.page(TEAM, access=signed_in(), operation_id="myTeamPage")
async def team(call: Call) -> Page:
    """Show those who report to me, and how each stands towards their post."""
    found = await service.team(call.context, by=call.actor)
    return framed(call, "skills", "my_team.html", {"rows": presenters.team_rows(Words(call.language), found)})


@routes.page(MEMBER, access=MANAGED, operation_id="teamMemberPage")
async def member(call: Call) -> Page:
    """Show the skills of somebody who reports to me."""
    learner = await _report(call)
    return await _skills(call, learner, f"{TEAM}/{learner}", "")


@routes.page(MEMBER + "/{competencyId}", access=MANAGED, operation_id="rateReportPage")
async def ask_report(call: Call) -> Page:
    """Ask where somebody who reports to me is."""
    learner = await _report(call)
    return await _rating_page(call, learner, f"{TEAM}/{learner}", {})


@routes.form(MEMBER + "/{competencyId}", access=MANAGED, operation_id="rateReportForm")
async def rate_report(call: Call) -> Page | Redirect:
    """Keep where I say that somebody who reports to me is."""
    learner = await _report(call)
    return await _rate(call, learner, f"{TEAM}/{learner}", RaterType.MANAGER)


async def _report(call: Call) -> str:
    """Return whom the address names, when they report to whoever signed in; raises NotYoursToRate."""
    learner = call.path["learnerId"]
    if not await people.is_manager_of(call.context, by=call.actor, person_id=learner):
        raise NotYoursToRate
    return learner


async def _skills(call: Call, person_id: str, base: str, heading: str) -> Page:
    words = Words(call.language)
    found = await service.skills_of(call.context, by=call.actor, person_id=person_id)
    manages = base == MINE and bool(await people.reports(call.context, manager_id=person_id))
    values = {
        "heading": words(heading) if heading else presenters.name_of(found.person),
        "own": base == MINE,
        "person_id": person_id,
        "posts": presenters.posts(words, found),
        "rows": presenters.required_rows(words, found, base),
        "others": presenters.other_rows(words, found, base),
        "order": presenters.order(words, found.rule),
        "fresh_since": found.rule.fresh_since,
        "manages": manages,
    }
    return framed(call, "skills", "my_skills.html", values)


async def _rating_page(call: Call, person_id: str, base: str, errors: dict[str, str]) -> Page:
    words, competency_id = Words(call.language), call.path["competencyId"]
    competency = await frameworks.competency(call.context, competency_id=competency_id)
    if competency.kind is Kind.HEADING:
        raise UnknownCompetency
    scales = await frameworks.scales(call.context)
    said = await ratings.of_person(call.context, by=call.actor, person_id=person_id, competency_id=competency_id)
    person = await people.person(call.context, person_id=person_id)
    values = {
        "heading": called(competency, call.language),
        "name": "" if base == MINE else presenters.name_of(person),
        "back": base,
        "action": f"{base}/{competency_id}",
        "levels": presenters.choices(words, competency, scales.get(competency.scale_id)),
        "confidences": presenters.confidences(words),
        "level": call.form.get("level", ""),
        "confidence": call.form.get("confidence", "medium"),
        "history": presenters.history_rows(words, said, scales, ratings.rule(call.context)),
        "errors": errors,
        "open": not competency.retired,
    }
    return framed(call, "skills", "rate.html", values, status=400 if errors else 200)


async def _rate(call: Call, person_id: str, base: str, kind: RaterType) -> Page | Redirect:
    words, level = Words(call.language), call.form.get("level", "")
    sure = call.form.get("confidence", "medium")
    if not (level.isascii() and level.isdigit()) or len(level) > 3:
        return await _rating_page(call, person_id, base, {"level": words(_("Choose a level"))})
    given = RatingGiven(
        person_id=person_id, competency_id=call.path["competencyId"], level=int(level), rater_type=kind,
        confidence=Confidence(sure) if sure in set(Confidence) else Confidence.MEDIUM,
    )  # fmt: skip
    try:
        await ratings.rate_as(call.context, by=call.actor, ratings=[given])
    except RatingRefused as problem:
        return await _rating_page(call, person_id, base, {"level": words(next(iter(problem.fields.values())))})
    return Redirect(base, notice=words(_("Your rating was kept beside those that were there.")))

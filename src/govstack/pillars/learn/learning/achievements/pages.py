"""Pages of what badges stand for: the list, and one form in which the training unit enters or changes it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import PLAN, is_id
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.achievements import presenters, service
from govstack.pillars.learn.learning.achievements.errors import (
    CompetencyNotInFramework,
    LevelNotOnScale,
    LevelWithoutCompetency,
    NoRule,
    UnknownAchievement,
)
from govstack.pillars.learn.learning.achievements.model import Achievement, Awarder, Awarding, Kind
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of badges",))
BASE = "/achievements"
TEXTS = ("name", "description", "criteria")
FIELDS = (
    *TEXTS, "kind", "framework", "code", "competency", "link", "level", "months", "awarding", "score", "attendance",
    "awarder", "active",
)  # fmt: skip
NUMBERS: Mapping[str, int] = {"level": 20, "months": 240, "score": 100, "attendance": 100}
LONGEST: Mapping[str, int] = {"name": 120, "description": 2_000, "criteria": 2_000}


@routes.page(BASE, access=signed_in(), operation_id="achievementsPage")
async def listed(call: Call) -> Page:
    """List what badges stand for."""
    changing = call.actor.may(PLAN)
    found = await service.listed(call.context)
    values = {"rows": presenters.rows(Words(call.language), found, changing=changing), "changing": changing}
    return framed(call, "", "achievements.html", values)


@routes.page(f"{BASE}/new", access=needs(PLAN), operation_id="achievementNewPage")
async def ask_new(call: Call) -> Page:
    """Ask what a new badge stands for."""
    empty = dict.fromkeys(FIELDS, "")
    return await _form(
        call, {**empty, "awarder": "teach", "awarding": "hand", "kind": "competency", "active": "yes"}, {}, ""
    )


@routes.form(f"{BASE}/new", access=needs(PLAN), operation_id="achievementNewForm")
async def enter(call: Call) -> Page | Redirect:
    """Enter what a new badge stands for; its id is made of its name."""
    given = _given(call)
    stem = re.sub(r"[^a-z0-9]+", "-", given["name"].lower()).strip("-")[:60] or "badge"
    known = {one.id for one in await service.listed(call.context)}
    achievement_id = next(
        one
        for number in range(len(known) + 2)
        if (one := f"{stem}-{number + 1}" if number else stem) not in known and is_id(one)
    )
    return await _put(call, given, achievement_id, None)


@routes.page(f"{BASE}/{{achievementId}}", access=needs(PLAN), operation_id="achievementPage")
async def show(call: Call) -> Page:
    """Show what a badge stands for, to be changed."""
    one = await service.read(call.context, achievement_id=call.path["achievementId"])
    return await _form(call, presenters.given(one, call.language), {}, one.id)


@routes.form(f"{BASE}/{{achievementId}}", access=needs(PLAN), operation_id="achievementForm")
async def change(call: Call) -> Page | Redirect:
    """Change what a badge stands for; texts in other languages stay."""
    try:
        before = await service.read(call.context, achievement_id=call.path["achievementId"])
    except UnknownAchievement:
        return Redirect(BASE)
    return await _put(call, _given(call), before.id, before)


async def _put(
    call: Call, given: Mapping[str, str], achievement_id: str, before: Achievement | None
) -> Page | Redirect:
    errors = _complaints(given)
    if not errors:
        try:
            made = msgspec.convert(_whole(given, achievement_id, before, call.language), Achievement)
            await service.put(call.context, by=call.actor, achievement=made)
        except msgspec.ValidationError:
            errors["link"] = _("A text is too long, or the link does not begin with https://.")
        except NoRule as problem:
            errors["score"] = problem.title
        except CompetencyNotInFramework as problem:
            errors["code"] = problem.title
        except (LevelWithoutCompetency, LevelNotOnScale) as problem:
            errors["level"] = problem.title
        else:
            return Redirect(BASE, notice=Words(call.language)(_("What the badge stands for was saved.")))
    return await _form(call, given, errors, before.id if before else "")


def _given(call: Call) -> dict[str, str]:
    return {name: call.form.get(name, "").strip() for name in FIELDS}


def _complaints(given: Mapping[str, str]) -> dict[str, str]:
    errors = {name: _("Enter a text.") for name in TEXTS if not given[name]}
    errors |= {name: _("The text is too long.") for name, most in LONGEST.items() if len(given[name]) > most}
    for name, most in NUMBERS.items():
        text = given[name]
        if text and not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= most):
            errors[name] = _("Enter a whole number that is not too large.")
    chosen: Mapping[str, set[Kind] | set[Awarding] | set[Awarder]] = {
        "kind": set(Kind),
        "awarding": set(Awarding),
        "awarder": set(Awarder),
    }
    errors |= {name: _("Choose one.") for name, known in chosen.items() if given[name] not in known}
    return errors


def _whole(
    given: Mapping[str, str], achievement_id: str, before: Achievement | None, language: str
) -> dict[str, object]:
    texts = {
        name: {**(known if before else {}), language: given[field]}
        for name, field, known in (
            ("names", "name", before.names if before else {}),
            ("descriptions", "description", before.descriptions if before else {}),
            ("criteria", "criteria", before.criteria if before else {}),
        )
    }
    return {
        "id": achievement_id, **texts, "kind": given["kind"], "framework": given["framework"],
        "competencyCode": given["code"], "competencyName": given["competency"], "competencyUrl": given["link"],
        "level": int(given["level"] or 0), "validMonths": int(given["months"] or 0), "awarding": given["awarding"],
        "scorePercent": int(given["score"] or 0), "attendancePercent": int(given["attendance"] or 0),
        "awarder": given["awarder"], "active": given["active"] == "yes",
    }  # fmt: skip


async def _form(call: Call, given: Mapping[str, str], errors: Mapping[str, str], achievement_id: str) -> Page:
    values = {
        "given": given, "errors": errors, "id": achievement_id, "action": f"{BASE}/{achievement_id or 'new'}",
        "held": Words(call.language).listed(one.id for one in await frameworks.frameworks(call.context)),
        **presenters.options(Words(call.language)),
    }  # fmt: skip
    return framed(call, "", "achievement_form.html", values, status=400 if errors else 200)

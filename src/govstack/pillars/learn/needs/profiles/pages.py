"""Pages of profiles: what each post asks for, and how the training unit changes that."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

import msgspec

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.presenters import called, level_name
from govstack.pillars.learn.needs.profiles import presenters, service
from govstack.pillars.learn.needs.profiles.errors import CompetencyNotRated, LevelNotOffered, UnknownProfile
from govstack.pillars.learn.needs.profiles.model import Profile, Requirement
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of profiles",))
PAGE_PROFILES = 40
OPTIONS_MAX = 1_000
ONE = "/profiles/{profileId}"
REQUIREMENT = ONE + "/requirements/{competencyId}"
NOT_REQUIRED = "none"


class ProfilesPageQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    category: str = ""
    page: int = 1


class CompetencyQuery(msgspec.Struct, frozen=True):
    """Which competency was chosen."""

    competency: str = ""


@routes.page("/profiles", access=signed_in(), query=ProfilesPageQuery, operation_id="profilesPage")
async def profiles(call: Call) -> Page:
    """List the profiles of the role model, and the roles outside it for whoever plans."""
    words, asked = Words(call.language), call.query
    found = await service.profiles(call.context)
    categories = list(dict.fromkeys(one.category for one in found))
    chosen = [one for one in found if asked.category in {"", one.category}]
    pages = max(1, ceil(len(chosen) / PAGE_PROFILES))
    page = min(max(1, asked.page), pages)
    part = chosen[(page - 1) * PAGE_PROFILES : page * PAGE_PROFILES]
    plans = call.actor.may(PLAN)
    outside = await service.outside(call.context) if plans else {}
    values = {
        "rows": presenters.rows(words, part, await service.holders(call.context)),
        "categories": [(one, presenters.category_name(words, one)) for one in categories],
        "category": asked.category if asked.category in categories else "",
        "enters": call.actor.may(ADMINISTER),
        "page": page,
        "pages": pages,
        "outside": [
            ({"text": role, "href": f"{presenters.page_of(role)}/criticality"}, {"number": people})
            for role, people in outside.items()
        ],
    }
    return framed(call, "competencies", "profiles.html", values)


@routes.page(ONE, access=signed_in(), operation_id="profilePage")
async def profile(call: Call) -> Page:
    """Show a profile and what it requires."""
    words, plans = Words(call.language), call.actor.may(PLAN)
    one = await service.profile(call.context, profile_id=call.path["profileId"])
    known = await frameworks.by_ids(call.context, competency_ids=[item.competency_id for item in one.requirements])
    scales = await frameworks.scales(call.context)
    values = {
        "one": one,
        "address": presenters.page_of(one.id),
        "heading": in_language(one.names, call.language),
        "category": presenters.category_name(words, one.category),
        "written_in": spoken(one.names, call.language),
        "description": marked(one.descriptions, call.language),
        "qualifications": marked(one.qualifications, call.language),
        "criticality": presenters.criticality_name(words, one.criticality),
        "rows": presenters.requirement_rows(words, one, known, scales, plans=plans),
        "plans": plans,
        "enters": call.actor.may(ADMINISTER),
        "ours": one.ours or any(item.ours for item in one.requirements),
    }
    return framed(call, "competencies", "profile.html", values)


@routes.page(f"{ONE}/criticality", access=needs(PLAN), operation_id="profileCriticalityPage")
async def ask_criticality(call: Call) -> Page:
    """Ask how critical a role is."""
    return await _criticality_page(call, {})


@routes.form(f"{ONE}/criticality", access=needs(PLAN), operation_id="profileCriticalityForm")
async def set_criticality(call: Call) -> Page | Redirect:
    """Set how critical a role is; a role outside the model becomes a profile by that."""
    words, one = Words(call.language), await _profile_or_new(call)
    chosen = call.form.get("criticality", "")
    if chosen not in dict(presenters.criticalities(words)):
        return await _criticality_page(call, {"criticality": words(_("Choose how critical the role is"))})
    changed = msgspec.structs.replace(one, criticality=int(chosen), ours=False)
    await service.put(call.context, by=call.actor, profile=changed)
    return Redirect(presenters.page_of(one.id), notice=words(_("It was saved.")))


@routes.page(f"{ONE}/add", access=needs(PLAN), query=CompetencyQuery, operation_id="addRequirementPage")
async def ask_competency(call: Call) -> Page | Redirect:
    """Ask which competency a profile requires, then lead to its levels."""
    one = await service.profile(call.context, profile_id=call.path["profileId"])
    known = await frameworks.competencies(call.context)
    if call.query.competency in {competency.id for competency in known}:
        return Redirect(f"{presenters.page_of(one.id)}/requirements/{call.query.competency}")
    titles = {item.id: in_language(item.titles, call.language) for item in await frameworks.frameworks(call.context)}
    options = [
        (competency.id, f"{titles[competency.framework_id]}: {called(competency, call.language)}")
        for competency in known[:OPTIONS_MAX]
    ]
    values = {
        "heading": in_language(one.names, call.language), "address": presenters.page_of(one.id), "options": options,
    }  # fmt: skip
    return framed(call, "competencies", "requirement_add.html", values)


@routes.page(REQUIREMENT, access=needs(PLAN), operation_id="requirementPage")
async def ask_requirement(call: Call) -> Page:
    """Ask for the level that a profile requires of a competency."""
    return await _requirement_page(call, {})


@routes.form(REQUIREMENT, access=needs(PLAN), operation_id="requirementForm")
async def set_requirement(call: Call) -> Page | Redirect:
    """Set, change or remove what a profile requires."""
    words, competency_id = Words(call.language), call.path["competencyId"]
    one = await service.profile(call.context, profile_id=call.path["profileId"])
    level, criticality = call.form.get("level", ""), call.form.get("criticality", "")
    rest = tuple(item for item in one.requirements if item.competency_id != competency_id)
    if level != NOT_REQUIRED:
        if not (level.isascii() and level.isdigit() and len(level) <= 3) or int(level) < 1:
            return await _requirement_page(call, {"level": words(_("Choose a level"))})
        own = int(criticality) if criticality in dict(presenters.criticalities(words)) else None
        rest = (*rest, Requirement(competency_id=competency_id, level=int(level), criticality=own))
    try:
        await service.put(call.context, by=call.actor, profile=msgspec.structs.replace(one, requirements=rest))
    except (LevelNotOffered, CompetencyNotRated) as problem:
        return await _requirement_page(call, {"level": words(problem.title)})
    return Redirect(presenters.page_of(one.id), notice=words(_("It was saved.")))


async def _profile_or_new(call: Call) -> Profile:
    profile_id = call.path["profileId"]
    try:
        return await service.profile(call.context, profile_id=profile_id)
    except UnknownProfile:
        if profile_id not in await service.outside(call.context):
            raise
        return Profile(id=profile_id, names={"en": profile_id})


async def _criticality_page(call: Call, errors: dict[str, str]) -> Page:
    one = await _profile_or_new(call)
    values = {
        "heading": in_language(one.names, call.language), "address": presenters.page_of(one.id),
        "choices": presenters.criticalities(Words(call.language)), "chosen": str(one.criticality), "errors": errors,
    }  # fmt: skip
    return framed(call, "competencies", "profile_criticality.html", values, status=400 if errors else 200)


async def _requirement_page(call: Call, errors: dict[str, str]) -> Page:
    words, competency_id = Words(call.language), call.path["competencyId"]
    one = await service.profile(call.context, profile_id=call.path["profileId"])
    competency = await frameworks.competency(call.context, competency_id=competency_id)
    scale = (await frameworks.scales(call.context)).get(competency.scale_id)
    present = next((item for item in one.requirements if item.competency_id == competency_id), None)
    levels = [
        (str(level.ordinal), level_name(words, scale, level.ordinal),
         in_language(competency.descriptors.get(str(level.ordinal), {}), call.language))
        for level in (competency.offered(scale) if scale else [])
    ]  # fmt: skip
    values = {
        "heading": called(competency, call.language),
        "profile_name": in_language(one.names, call.language),
        "address": presenters.page_of(one.id),
        "action": f"{presenters.page_of(one.id)}/requirements/{competency_id}",
        "levels": [*levels, (NOT_REQUIRED, words(_("Not required")))],
        "level": str(present.level) if present else "",
        "criticalities": presenters.criticalities(words),
        "criticality": str(present.criticality or "") if present else "",
        "errors": errors,
    }
    return framed(call, "competencies", "requirement.html", values, status=400 if errors else 200)


async def posts(call: Call, profile_ids: Iterable[str]) -> dict[str, str]:
    """Return what profiles are called in the reader's language, by id, without those that nobody described."""
    found = await service.by_ids(call.context, profile_ids=profile_ids)
    return {one.id: in_language(one.names, call.language) for one in found.values()}

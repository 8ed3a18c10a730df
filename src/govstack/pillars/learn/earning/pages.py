"""Pages on which those who look after a course, an offering or a community say which badges it earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, needs
from govstack.pillars.learn.earning import presenters, service
from govstack.pillars.learn.earning.model import TIMES_MAX, Link, Place, Source
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.frame.presenters import Cell, Words, framed, in_language
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of badges that are earned",))
OF_COURSE = "/workshop/{courseId}/badges"
OF_OFFERING = "/desk/offerings/{offeringId}/badges"
OF_COMMUNITY = "/communities/{recordId}/badges"
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")


class Frame(NamedTuple):
    """What stands around a page: its section, whose badges it shows, where it leads back to, and its own address."""

    section: str
    name: str
    back: str
    here: str


@routes.page(OF_COURSE, access=needs(TEACH), operation_id="courseBadgesPage")
async def of_course(call: Call) -> Page:
    """Show which badges a course earns, and ask for others."""
    return await _course(call, {})


@routes.form(OF_COURSE, access=needs(TEACH), operation_id="courseBadgesForm")
async def change_course(call: Call) -> Page | Redirect:
    """Name a badge that a course earns, or take one away."""
    errors = await _changed(call, Place(Source.COURSE, call.path["courseId"]), Link(call.form.get("badge", "")))
    return await _course(call, errors) if errors else _done(call, f"/workshop/{call.path['courseId']}/badges")


async def _course(call: Call, errors: Mapping[str, str]) -> Page:
    one = await courses.course(call.context, by=call.actor, course_id=call.path["courseId"])
    frame = Frame("workshop", one.title, f"/workshop/{one.id}", f"/workshop/{one.id}/badges")
    return await _page(call, Place(Source.COURSE, one.id), frame, errors)


@routes.page(OF_OFFERING, access=needs(PLAN), operation_id="offeringBadgesPage")
async def of_offering(call: Call) -> Page:
    """Show which badges the certificate of an offering earns, and ask for others."""
    return await _offering(call, {})


@routes.form(OF_OFFERING, access=needs(PLAN), operation_id="offeringBadgesForm")
async def change_offering(call: Call) -> Page | Redirect:
    """Name a badge that the certificate of an offering earns, or take one away."""
    errors = await _changed(call, Place(Source.OFFERING, call.path["offeringId"]), Link(call.form.get("badge", "")))
    here = f"/desk/offerings/{call.path['offeringId']}/badges"
    return await _offering(call, errors) if errors else _done(call, here)


async def _offering(call: Call, errors: Mapping[str, str]) -> Page:
    one = await offerings.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    back, here = f"/desk/offerings/{one.id}/sessions", f"/desk/offerings/{one.id}/badges"
    frame = Frame("desk", in_language(one.titles, call.language), back, here)
    return await _page(call, Place(Source.OFFERING, one.id), frame, errors)


@routes.page(OF_COMMUNITY, access=MEMBERS, operation_id="communityBadgesPage")
async def of_community(call: Call) -> Page:
    """Show which badges contributions to a community earn, and ask those who lead it for others."""
    return await _community(call, {})


@routes.form(OF_COMMUNITY, access=LEADERS, operation_id="communityBadgesForm")
async def change_community(call: Call) -> Page | Redirect:
    """Name a badge that contributions earn, change what it takes, or take one away."""
    room = await communities.inside(call.context, by=call.actor, community_id=call.path["recordId"], leading=True)
    offered: Sequence[str] = room.record.content["opportunities"]
    task, times = call.form.get("task", ""), call.form.get("times", "").strip() or "1"
    chosen = dict(presenters.numbered(offered)).get(task, "")
    errors: dict[str, str] = {}
    if not _taken_away(call):
        if task and not chosen:
            errors["task"] = _("Choose one.")
        if not (times.isascii() and times.isdecimal() and len(times) < 5 and 1 <= int(times) <= TIMES_MAX):
            errors["times"] = _("Enter a whole number from 1 to 1000.")
    if not errors:
        link = Link(call.form.get("badge", ""), chosen, int(times) if times.isdecimal() else 1)
        errors = await _changed(call, Place(Source.COMMUNITY, room.record.id), link)
    return await _community(call, errors) if errors else _done(call, f"/communities/{room.record.id}/badges")


async def _community(call: Call, errors: Mapping[str, str]) -> Page:
    room = await communities.inside(call.context, by=call.actor, community_id=call.path["recordId"])
    here = f"/communities/{room.record.id}"
    frame = Frame(SECTION, room.record.content["name"], f"{here}/room", f"{here}/badges")
    place = Place(Source.COMMUNITY, room.record.id)
    return await _page(
        call, place, frame, errors, tasks=room.record.content["opportunities"], changing=room.leads and room.live
    )


async def at_course(call: Call, course_id: str) -> list[tuple[Cell, ...]]:
    """Return which badges a course earns, for the page of its learners."""
    found = await service.at_course(call.context, by=call.actor, course_id=course_id)
    return presenters.at_course(Words(call.language), found)


async def ahead(call: Call) -> list[tuple[Cell, ...]]:
    """Return which badges come next, for the page of one's own badges."""
    return presenters.ahead(Words(call.language), await service.ahead(call.context, by=call.actor))


def _taken_away(call: Call) -> bool:
    return call.form.get("act") == "remove"


async def _changed(call: Call, place: Place, link: Link) -> dict[str, str]:
    """Do what a form asks, and return what is wrong with it by field."""
    try:
        if _taken_away(call):
            away = call.form.get("away", "")
            if not away:
                return {"away": _("Choose one.")}
            await service.unlink(call.context, by=call.actor, place=place, achievement_id=away)
        elif not link.achievement_id:
            return {"badge": _("Choose one.")}
        else:
            await service.link(call.context, by=call.actor, place=place, one=link)
    except Problem as problem:
        if problem.status in {403, 404} and problem.code != "unknown-achievement":
            raise
        return {"badge": problem.title}
    return {}


def _done(call: Call, here: str) -> Redirect:
    return Redirect(here, notice=Words(call.language)(_("It was saved.")))


async def _page(
    call: Call, place: Place, frame: Frame, errors: Mapping[str, str], *, tasks: Sequence[str] = (),
    changing: bool = True,
) -> Page:  # fmt: skip
    found = await service.shown(call.context, by=call.actor, place=place)
    others = await service.open_to(call.context, kind=place.kind) if changing else []
    values = {
        **presenters.page(Words(call.language), place.kind, found, others, tasks), "caption": frame.name,
        "back": frame.back, "here": frame.here, "changing": changing,
        "source": place.kind.value, "source_id": place.id, "form": call.form, "errors": errors,
    }  # fmt: skip
    return framed(call, frame.section, "earned_badges.html", values, status=400 if errors else 200)

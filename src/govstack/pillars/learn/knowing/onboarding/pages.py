"""Pages of onboarding: ask to join a group, who waits, the call, the invitation, and the group's channels."""

from __future__ import annotations

import re
from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.frame.schemas import moment_given
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import CommunityClosed, CommunityFull, NotInRegion
from govstack.pillars.learn.knowing.communities.model import COUNTRY_PATTERN, SECTION
from govstack.pillars.learn.knowing.onboarding import presenters, schemas, service
from govstack.pillars.learn.knowing.onboarding.errors import (
    ApplicationStep,
    CallAhead,
    CallTooEarly,
    CallTooFar,
    NoGroup,
    OwnApplication,
    TooManyWait,
)
from govstack.pillars.learn.knowing.onboarding.model import (
    ANSWER_CHARACTERS_MAX,
    CHANNELS_CHARACTERS_MAX,
    CONTACT_CHARACTERS_MAX,
    LETTER_CHARACTERS_MAX,
    LINK_CHARACTERS_MAX,
    LINK_PATTERN,
    Letter,
    Step,
)
from govstack.pillars.learn.people import service as people
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of onboarding",))
GROUP = "/communities/{recordId}"
ONE = "/group-applications/{applicationId}"
SEEING = by_policy("members, facilitators, and whoever the community is open to")
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
WRITER = by_policy("whoever wrote the application")
CONCERNED = by_policy("whoever wrote the application, and facilitators of the group")
PAGE_APPLICATIONS = 100
LONG = _("Write something, in at most 2,000 characters.")


@routes.page(f"{GROUP}/apply", access=SEEING, operation_id="applyToGroupPage")
async def ask(call: Call) -> Page | Redirect:
    """Ask why somebody wants to join a group, and what they bring; lead to the room of one that has no such form."""
    try:
        return await _ask(call, {})
    except NoGroup:
        return Redirect(f"/communities/{call.path['recordId']}/room")


@routes.form(f"{GROUP}/apply", access=SEEING, operation_id="applyToGroupForm")
async def apply(call: Call) -> Page | Redirect:
    """Take in that somebody wants to join a group."""
    form = {name: call.form.get(name, "").strip() for name in ("why", "brings", "contact", "country")}
    form["country"] = form["country"].upper()
    errors = {name: LONG for name in ("why", "brings") if not 1 <= len(form[name]) <= LETTER_CHARACTERS_MAX}
    if not 1 <= len(form["contact"]) <= CONTACT_CHARACTERS_MAX:
        errors["contact"] = _("Say how you are reached, in at most 200 characters.")
    if not re.match(COUNTRY_PATTERN, form["country"]):
        errors["country"] = _("A country is two capital letters, such as KE.")
    if errors:
        return await _ask(call, errors)
    try:
        made = await service.apply(
            call.context, by=call.actor, community_id=call.path["recordId"], letter=Letter(**form)
        )
    except NotInRegion as problem:
        return await _ask(call, {"country": problem.title})
    except TooManyWait as problem:
        return await _ask(call, {"": problem.title})
    return Redirect(
        f"/group-applications/{made.id}", notice=_("Thank you. The facilitators of the group plan a call with you.")
    )


@routes.page("/my-applications", access=signed_in(), operation_id="myGroupApplicationsPage")
async def mine(call: Call) -> Page:
    """List the applications of whoever signed in."""
    found = await service.mine(call.context, by=call.actor)
    names = await communities.names(call.context, community_ids=[one.community_id for one in found])
    rows = presenters.mine(found, names, Words(call.language))
    return framed(call, SECTION, "my_group_applications.html", {"rows": rows})


@routes.page(f"{GROUP}/applications", access=LEADERS, query=schemas.WaitingQuery, operation_id="applicantsPage")
async def waiting(call: Call) -> Page:
    """List who waits for a group."""
    community_id, after = call.path["recordId"], call.query.after
    room = await communities.inside(call.context, by=call.actor, community_id=community_id, leading=True)
    found = await service.waiting(
        call.context, by=call.actor, community_id=community_id, after=after, limit=PAGE_APPLICATIONS
    )
    here = f"/communities/{community_id}/applications"
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "rows": presenters.waiting(found, Words(call.language)),
        "first": here if after else "",
        "next": f"{here}?after={found[-1][0].id}" if len(found) == PAGE_APPLICATIONS else "",
    }
    return framed(call, SECTION, "group_applicants.html", values)


@routes.page(ONE, access=CONCERNED, operation_id="groupApplicationPage")
async def show(call: Call) -> Page:
    """Show an application to whoever wrote it, and to those who lead the group."""
    return await _show(call, {})


@routes.form(f"{ONE}/call", access=LEADERS, operation_id="planGroupCallForm")
async def plan_call(call: Call) -> Page | Redirect:
    """Plan the call with somebody who waits."""
    at, link = moment_given(call.form.get("at", "")), call.form.get("link", "").strip()
    errors = {} if at else {"at": _("Enter a day and time such as 2026-11-21 09:00.")}
    if len(link) > LINK_CHARACTERS_MAX or not re.match(LINK_PATTERN, link):
        errors["link"] = _("Enter an address that begins with https://.")
    if errors or at is None:
        return await _show(call, errors)
    try:
        made = await service.call(
            call.context, by=call.actor, application_id=call.path["applicationId"], at=at, link=link
        )
    except (CallTooEarly, CallTooFar, ApplicationStep, OwnApplication) as problem:
        return await _show(call, {"at": problem.title})
    return Redirect(f"/group-applications/{made.id}", notice=_("The call was planned."))


@routes.form(f"{ONE}/decision", access=LEADERS, operation_id="decideGroupApplicationForm")
async def decide(call: Call) -> Page | Redirect:
    """Invite somebody to the channels of the group, or decline with a reason."""
    told, answer = call.form.get("invited", ""), call.form.get("answer", "").strip()
    errors = {} if told in {"yes", "no"} else {"invited": _("Choose one.")}
    if len(answer) > ANSWER_CHARACTERS_MAX:
        errors["answer"] = LONG
    if told == "no" and not answer:
        errors["answer"] = _("Say why.")
    if errors:
        return await _show(call, errors)
    try:
        made = await service.decide(
            call.context, by=call.actor, application_id=call.path["applicationId"], invited=told == "yes",
            answer=answer,
        )  # fmt: skip
    except (ApplicationStep, CallAhead, OwnApplication, NotInRegion, CommunityClosed, CommunityFull) as problem:
        return await _show(call, {"invited": problem.title})
    return Redirect(f"/communities/{made.community_id}/applications", notice=_("The decision was saved."))


@routes.form(f"{ONE}/withdraw", access=WRITER, operation_id="withdrawGroupApplicationForm")
async def withdraw(call: Call) -> Page | Redirect:
    """Take one's application back."""
    await service.withdraw(call.context, by=call.actor, application_id=call.path["applicationId"])
    return Redirect("/my-applications", notice=_("You took your application back."))


@routes.page(f"{GROUP}/channels", access=MEMBERS, operation_id="groupChannelsPage")
async def channels(call: Call) -> Page:
    """Show where a group talks."""
    return await _channels(call, {})


@routes.form(f"{GROUP}/channels", access=LEADERS, operation_id="groupChannelsForm")
async def put_channels(call: Call) -> Page | Redirect:
    """Write down where a group talks."""
    told, community_id = call.form.get("channels", "").strip(), call.path["recordId"]
    if len(told) > CHANNELS_CHARACTERS_MAX:
        return await _channels(call, {"channels": _("Write something, in at most 4,000 characters.")})
    await service.put_channels(call.context, by=call.actor, community_id=community_id, channels=told)
    return Redirect(f"/communities/{community_id}/channels", notice=_("The channels were saved."))


async def _ask(call: Call, errors: Mapping[str, str]) -> Page:
    room = await service.group(call.context, by=call.actor, community_id=call.path["recordId"])
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "form": call.form,
        "errors": errors,
    }
    return framed(call, SECTION, "group_apply.html", values, status=400 if errors else 200)


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    one, own, leads = await service.read(call.context, by=call.actor, application_id=call.path["applicationId"])
    names = await communities.names(call.context, community_ids=[one.community_id])
    applicant = await people.person(call.context, person_id=one.person_id)
    values = {
        "one": one,
        "group": names.get(one.community_id, ""),
        "name": applicant.name,
        "state": presenters.state(one, words),
        "own": own,
        "decides": leads and not own and one.open,
        "called": one.state is Step.CALLED,
        "invited": one.state is Step.INVITED,
        "form": call.form,
        "errors": errors,
    }
    return framed(call, SECTION, "group_application.html", values, status=400 if errors else 200)


async def _channels(call: Call, errors: Mapping[str, str]) -> Page:
    room, told = await service.channels(call.context, by=call.actor, community_id=call.path["recordId"])
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "channels": presenters.channels(told),
        "text": call.form.get("channels", told),
        "errors": errors,
    }
    return framed(call, SECTION, "group_channels.html", values, status=400 if errors else 200)

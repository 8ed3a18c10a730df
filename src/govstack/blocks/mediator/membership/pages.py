"""Members for administrators: the list, one member, applying, deciding and changing (I3, I4, I6)."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.blocks.mediator.applications.errors import MalformedIdentifier, NotPossible, Taken
from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.applications.presenters import needs_reason, possible
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Member, Power, State, may
from govstack.blocks.mediator.directory.presenters import Words, faults, framed, kept, refused, state, step
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import SEARCH_CHARACTERS_MAX, Search
from govstack.blocks.mediator.membership import presenters, service
from govstack.blocks.mediator.membership.presenters import ACTS, APPLICATION, DETAILS
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("member pages",))
MEMBER = "/members/{memberClass}/{memberCode}"
CLASSES = ("GOV", "COM", "NGO", "PRI")
FIELDS = tuple(name for name, _shape, _message in APPLICATION)
DETAIL_FIELDS = tuple(name for name, _shape, _message in DETAILS)


class MembersQuery(msgspec.Struct, frozen=True):
    """Which members to list."""

    q: str = ""
    member_class: str = msgspec.field(name="class", default="")
    state: Literal["", "applied", "accepted", "rejected", "suspended", "removed"] = ""
    page: int = 1
    lang: str = ""

    def search(self) -> Search:
        """Return what to look for."""
        page = max(self.page, 1)
        return Search(self.q[:SEARCH_CHARACTERS_MAX], self.member_class, state=self.state, page=page)


class PageQuery(msgspec.Struct, frozen=True):
    """Which page of a list to show."""

    page: int = 1
    lang: str = ""


@routes.page("/members", access=signed_in(), query=MembersQuery, operation_id="membersPage")
async def members(call: Call) -> Page:
    """List the members that somebody administers or has applied for."""
    words, search = Words(call.language), call.query.search()
    found = await explorer.members(call.context, by=call.actor, search=search)
    state_words = words(presenters.STATE_NAMES[search.state]) if search.state else ""
    values = {
        "listing": found,
        "rows": lists.member_rows(words, found.rows),
        "search": search,
        "classes": [(name, name) for name in await explorer.classes(call.context)],
        "states": [(name, words(label)) for name, label in presenters.STATE_NAMES.items()],
        "everything": may(call.actor, Power.READ) or may(call.actor, Power.REGISTER),
        "chosen": lists.chosen(
            "/members",
            search,
            {
                "words": ("q", search.words),
                "member_class": ("class", search.member_class),
                "state": ("state", state_words),
            },
        ),
    }
    return framed(call, "members", "members.html", values)


@routes.page("/members/apply", access=signed_in(), operation_id="applyForMembershipPage")
async def ask_details(call: Call) -> Page:
    """Ask for the details of an organisation that wants to be a member."""
    return _apply_page(call, dict.fromkeys(FIELDS, ""), {})


@routes.form("/members/apply", access=signed_in(), operation_id="applyForMembershipForm")
async def apply(call: Call) -> Page | Redirect:
    """Check the details, show them, and send them."""
    words, values = Words(call.language), kept(call, *FIELDS)
    if step(call) == "edit":
        return _apply_page(call, values, {})
    errors = faults(words, values, APPLICATION)
    if errors:
        return _apply_page(call, values, errors)
    if step(call) == "check":
        rows = presenters.details(words, values)
        return framed(call, "members", "member_apply_check.html", {"rows": rows, "values": values})
    given = {name: values[name] for name in DETAIL_FIELDS}
    try:
        made = await service.apply_member(
            call.context, by=call.actor, member_class=values["member_class"], code=values["member_code"], **given
        )
    except (Taken, MalformedIdentifier) as problem:
        return _apply_page(call, values, refused(words, problem, "member_code"))
    return Redirect(f"/members/{made.subject}", notice=words(_("The application for membership was sent.")))


@routes.page(MEMBER, access=signed_in(), query=PageQuery, operation_id="memberPage")
async def one_member(call: Call) -> Page | Redirect:
    """Show a member with its applications and services; strangers go to its public entry."""
    found = await service.member(
        call.context, by=call.actor, member_class=call.path["memberClass"], code=call.path["memberCode"]
    )
    if not service.sees_member(call.actor, found):
        return Redirect(f"/directory/{found.subject}")
    words = Words(call.language)
    owned, offered, listing = [], [], None
    if found.state in {State.ACCEPTED, State.SUSPENDED, State.REMOVED} and _administers(call, found):
        search = Search(member=found.subject, page=max(call.query.page, 1))
        listing = await explorer.applications(call.context, by=call.actor, search=search)
        owned = lists.application_rows(words, listing.rows, with_member=False)
        services = await explorer.services(call.context, by=call.actor, search=search)
        offered = lists.service_rows(words, services.rows, with_member=False)
    values = {
        "member": found,
        "status": state(words, found.state),
        "acts": presenters.acts(call.actor, found),
        "changes": may(call.actor, Power.REGISTER, member=found.subject),
        "administers": _administers(call, found),
        "applications": owned,
        "services": offered,
        "listing": listing,
    }
    return framed(call, "members", "member.html", values)


@routes.page(MEMBER + "/change", access=signed_in(), operation_id="changeMemberPage")
async def show_details(call: Call) -> Page:
    """Show a member's details for changing."""
    found = await _managed(call)
    return _change_page(call, found, presenters.as_form(found), {})


@routes.form(MEMBER + "/change", access=signed_in(), operation_id="changeMemberForm")
async def change(call: Call) -> Page | Redirect:
    """Check changed details, show them, and write them."""
    found, words, values = await _managed(call), Words(call.language), kept(call, *DETAIL_FIELDS)
    errors = {} if step(call) == "edit" else faults(words, values, DETAILS)
    if step(call) == "edit" or errors:
        return _change_page(call, found, values, errors)
    if step(call) == "check":
        shown = {"rows": presenters.details(words, values), "values": values, "member": found}
        return framed(call, "members", "member_change_check.html", shown)
    await service.change_member(call.context, by=call.actor, member_class=found.member_class, code=found.code, **values)
    return Redirect(f"/members/{found.subject}", notice=words(_("The details were changed.")))


@routes.page(MEMBER + "/decide/{decision}", access=signed_in(), operation_id="decideMemberPage")
async def ask_decision(call: Call) -> Page:
    """Ask whether, and why, an administrator decides so."""
    found, decision = await _decided(call)
    if needs_reason(decision):
        return _decide_page(call, found, decision, "", {})
    return _check_page(call, found, decision, "")


@routes.form(MEMBER + "/decide/{decision}", access=signed_in(), operation_id="decideMemberForm")
async def decide(call: Call) -> Page | Redirect:
    """Show a decision with its reason, and carry it out."""
    found, decision = await _decided(call)
    words, reason = Words(call.language), call.form.get("reason", "").strip()
    if needs_reason(decision) and not reason:
        errors = {"reason": words(_("Say why, so that the other side knows what to do"))}
        return _decide_page(call, found, decision, "", errors)
    if step(call) == "edit" and needs_reason(decision):
        return _decide_page(call, found, decision, reason, {})
    if step(call) == "edit":
        return Redirect(f"/members/{found.subject}")
    if step(call) == "check":
        return _check_page(call, found, decision, reason)
    await service.decide_member(
        call.context,
        by=call.actor,
        member_class=found.member_class,
        code=found.code,
        decision=decision,
        reason=reason,
    )
    return Redirect(f"/members/{found.subject}", notice=words(ACTS[decision].done))


async def _managed(call: Call) -> Member:
    found = await service.member(
        call.context, by=call.actor, member_class=call.path["memberClass"], code=call.path["memberCode"]
    )
    directory.require(call.actor, Power.REGISTER, member=found.subject)
    return found


async def _decided(call: Call) -> tuple[Member, Decision]:
    """Return the member and the decision that an address names, if it can be decided by this person now."""
    try:
        decision = Decision(call.path["decision"])
    except ValueError as error:
        raise NotFound from error
    directory.require(call.actor, Power.REGISTER)
    found = await service.member(
        call.context, by=call.actor, member_class=call.path["memberClass"], code=call.path["memberCode"]
    )
    if decision not in possible(found.state):
        raise NotPossible
    return found, decision


def _administers(call: Call, member: Member) -> bool:
    return any(may(call.actor, power, member=member.subject) for power in Power)


def _apply_page(call: Call, values: dict[str, str], errors: dict[str, str]) -> Page:
    shown = {"values": values, "errors": errors, "classes": [(name, name) for name in CLASSES]}
    return framed(call, "members", "member_apply.html", shown, status=400 if errors else 200)


def _change_page(call: Call, member: Member, values: dict[str, str], errors: dict[str, str]) -> Page:
    shown = {"member": member, "values": values, "errors": errors}
    return framed(call, "members", "member_change.html", shown, status=400 if errors else 200)


def _decision_values(call: Call, member: Member, decision: Decision, reason: str) -> dict[str, object]:
    words, act = Words(call.language), ACTS[decision]
    rows: list[tuple[str, object]] = [(words(_("Member")), member.name), (words(_("Code")), member.subject)]
    return {
        "question": words(act.question, name=member.name),
        "effect": words(act.effect),
        "button": words(act.button),
        "kind": act.kind,
        "rows": [*rows, *([(words(_("Reason")), reason)] if reason else [])],
        "reason": reason,
        "action": f"/members/{member.subject}/decide/{decision}",
        "back": f"/members/{member.subject}",
    }


def _decide_page(call: Call, member: Member, decision: Decision, reason: str, errors: dict[str, str]) -> Page:
    shown = {**_decision_values(call, member, decision, reason), "errors": errors}
    return framed(call, "members", "decide.html", shown, status=400 if errors else 200)


def _check_page(call: Call, member: Member, decision: Decision, reason: str) -> Page:
    return framed(call, "members", "decide_check.html", _decision_values(call, member, decision, reason))

"""Pages of communities beside their records: inside one, its members, charters, reviews, and templates."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.knowing.communities import presenters, schemas, service
from govstack.pillars.learn.knowing.communities.errors import (
    ByApplication,
    CharterStep,
    CommentTimeRuns,
    CommunityClosed,
    NotInRegion,
    OwnCharter,
)
from govstack.pillars.learn.knowing.communities.model import (
    ACTIVE,
    CHARTER,
    COMMUNITY,
    DRAFT,
    GROUP_KINDS,
    REASON_CHARACTERS_MAX,
    REVIEW,
    SECTION,
    TEMPLATE,
    MemberRole,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.translations import service as translations
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of communities",))
ONE = "/communities/{recordId}"
SEEING = by_policy("members, facilitators, and whoever the community is open to")
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
READERS = by_policy("learn:facilitate, learn:plan or learn:lead")
PAGE_MEMBERS = 100
TEMPLATE_FIELDS = ("name", "aim", "opportunities", "kind", "owner", "cadence")


@routes.page("/my-communities", access=signed_in(), operation_id="myCommunitiesPage")
async def mine(call: Call) -> Page:
    """List the communities of whoever signed in."""
    found = await service.mine(call.context, by=call.actor)
    shown = await translations.translated(
        call.context, [record for record, _member in found], kind=COMMUNITY, language=call.language
    )
    rows = presenters.mine(
        Words(call.language), [(record, one) for record, (_kept, one) in zip(shown, found, strict=True)]
    )
    return framed(call, SECTION, "my_communities.html", {"rows": rows})


@routes.page(f"{ONE}/room", access=SEEING, operation_id="communityRoomPage")
async def room(call: Call) -> Page:
    """Show a community, and what can be done in it."""
    return await _room(call, {})


@routes.form(f"{ONE}/join", access=SEEING, operation_id="joinCommunityForm")
async def join(call: Call) -> Page | Redirect:
    """Join a community."""
    country = call.form.get("country", "").strip().upper()
    if country and (len(country) != 2 or not country.isascii() or not country.isalpha()):
        return await _room(call, {"country": _("A country is two capital letters, such as KE.")})
    try:
        await service.join(call.context, by=call.actor, community_id=call.path["recordId"], country=country)
    except NotInRegion as problem:
        return await _room(call, {"country": problem.title})
    except ByApplication as problem:
        return await _room(call, {"": problem.title})
    return Redirect(_here(call), notice=Words(call.language)(_("You are a member now.")))


@routes.form(f"{ONE}/leave", access=SEEING, operation_id="leaveCommunityForm")
async def leave(call: Call) -> Redirect:
    """Leave a community."""
    await service.leave(call.context, by=call.actor, community_id=call.path["recordId"])
    return Redirect("/my-communities", notice=Words(call.language)(_("You left the community.")))


@routes.form(f"{ONE}/review", access=needs(FACILITATE), operation_id="reviewCommunityForm")
async def review(call: Call) -> Page | Redirect:
    """Revive a community under review, or dissolve it."""
    told, reason = call.form.get("revive", ""), call.form.get("reason", "").strip()
    errors = {} if told in {"yes", "no"} else {"revive": _("Choose one.")}
    if not reason:
        errors["reason"] = _("Say why.")
    elif len(reason) > REASON_CHARACTERS_MAX:
        errors["reason"] = _("This text is too long.")
    if errors:
        return await _room(call, errors)
    await service.decide_review(
        call.context, by=call.actor, community_id=call.path["recordId"], revive=told == "yes",
        reason=reason,
    )  # fmt: skip
    return Redirect(_here(call), notice=Words(call.language)(_("The decision was saved.")))


@routes.page(f"{ONE}/members", access=MEMBERS, query=schemas.MembersQuery, operation_id="communityMembersPage")
async def members(call: Call) -> Page:
    """List who belongs to a community."""
    return await _members(call, {}, after=call.query.after)


@routes.form(f"{ONE}/members", access=LEADERS, operation_id="appointCommunityMemberForm")
async def appoint(call: Call) -> Page | Redirect:
    """Make somebody a member, representative or facilitator."""
    form, errors = call.form, {}
    role = form.get("role", "")
    country = form.get("country", "").strip().upper()
    number = form.get("number", "").strip()
    person = await people.by_number(call.context, number=number) if number else None
    if person is None or person.erased:
        errors["number"] = _("Nobody has this number.") if number else _("Enter a number.")
    if role not in set(MemberRole):
        errors["role"] = _("Choose one.")
    if country and (len(country) != 2 or not country.isascii() or not country.isalpha()):
        errors["country"] = _("A country is two capital letters, such as KE.")
    if errors or person is None:
        return await _members(call, errors)
    try:
        await service.appoint(
            call.context, by=call.actor, community_id=call.path["recordId"], person_id=person.id,
            role=MemberRole(role), country=country,
        )  # fmt: skip
    except (NotInRegion, CommunityClosed) as problem:
        return await _members(call, {"country": problem.title})
    return Redirect(f"/communities/{call.path['recordId']}/members", notice=Words(call.language)(_("It was saved.")))


@routes.page(f"{ONE}/participation", access=MEMBERS, operation_id="communityParticipationPage")
async def participation(call: Call) -> Page:
    """Count the members of each country, and the rounds of review of the community that it took part in."""
    room, found = await service.participation(call.context, by=call.actor, community_id=call.path["recordId"])
    room = await service.spoken(call.context, room, language=call.language)
    values = {"room": room, "rows": presenters.participation(found, Words(call.language))}
    return framed(call, SECTION, "country_participation.html", values)


@routes.page("/country-participation", access=READERS, operation_id="countryParticipationPage")
async def countries(call: Call) -> Page:
    """Count what each country takes part in: groups, their members, and rounds of review."""
    found = await service.countries(call.context, by=call.actor)
    values = {"rows": presenters.countries(found, Words(call.language))}
    return framed(call, SECTION, "country_participation.html", values)


@routes.page("/waiting-charters", access=needs(FACILITATE), operation_id="waitingChartersPage")
async def waiting(call: Call) -> Page:
    """List the charters that wait for a decision."""
    found = await service.waiting_charters(call.context, by=call.actor)
    return framed(call, SECTION, "waiting_charters.html", {"rows": presenters.waiting(Words(call.language), found)})


@routes.page("/community-charters/{recordId}/decision", access=needs(FACILITATE), operation_id="charterDecisionPage")
async def ask_charter(call: Call) -> Page:
    """Ask what becomes of a charter."""
    return await _charter(call, {})


@routes.form("/community-charters/{recordId}/decision", access=needs(FACILITATE), operation_id="charterDecisionForm")
async def decide_charter(call: Call) -> Page | Redirect:
    """Put a charter forward, approve it, or decline it and say why."""
    charter_id, act, reason = call.path["recordId"], call.form.get("act", ""), call.form.get("reason", "").strip()
    if act == "decline" and not 1 <= len(reason) <= REASON_CHARACTERS_MAX:
        return await _charter(call, {"reason": _("Say why, in at most 2,000 characters.")})
    try:
        if act == "submit":
            await service.submit_charter(call.context, by=call.actor, charter_id=charter_id)
        elif act in {"approve", "decline"}:
            await service.decide_charter(
                call.context, by=call.actor, charter_id=charter_id, approved=act == "approve", reason=reason
            )
        else:
            return await _charter(call, {"act": _("Choose one.")})
    except (CharterStep, CommentTimeRuns, OwnCharter) as problem:
        return await _charter(call, {"act": problem.title})
    except UnknownRecord as error:
        raise NotFound from error
    return Redirect(f"/community-charters/{charter_id}", notice=Words(call.language)(_("The decision was saved.")))


@routes.page("/community-templates/{recordId}/begin", access=needs(FACILITATE), operation_id="beginCommunityPage")
async def ask_begin(call: Call) -> Page:
    """Ask what a community like a template is for."""
    template = await _record(call, TEMPLATE.name)
    known = {"name": template.content["name"], "aim": template.content["purpose"], "kind": "topic"}
    given = dict.fromkeys(TEMPLATE_FIELDS, "") | known
    return await _begin(call, template, given, {})


@routes.form("/community-templates/{recordId}/begin", access=needs(FACILITATE), operation_id="beginCommunityForm")
async def begin(call: Call) -> Page | Redirect:
    """Begin a community like a template, with the template as its source."""
    template = await _record(call, TEMPLATE.name)
    given = {name: call.form.get(name, "").strip() for name in TEMPLATE_FIELDS}
    content = {**given, "opportunities": given["opportunities"].splitlines()}
    content["source"] = f"{template.content['name']}, {template.content['country']}"
    try:
        draft = Draft(content, written_in=call.language)
        made = await records.put(call.context, by=call.actor, kind=COMMUNITY, draft=draft)
    except Unfit as problem:
        return await _begin(call, template, given, problem.fields)
    return Redirect(f"/communities/{made.id}/room", notice=Words(call.language)(_("It was saved.")))


def _here(call: Call) -> str:
    return f"/communities/{call.path['recordId']}/room"


async def _record(call: Call, kind: str) -> Record:
    wanted = TEMPLATE if kind == TEMPLATE.name else CHARTER
    try:
        found = await records.read(call.context, by=call.actor, kind=wanted, record_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    (shown,) = await translations.translated(call.context, [found], kind=wanted, language=call.language)
    return shown


async def _terms(call: Call, *names: str) -> dict[str, dict[str, str]]:
    found = await vocabularies.terms(call.context, vocabularies=names)
    return {name: {one.code: in_language(one.labels, call.language) for one in found[name]} for name in names}


async def _room(call: Call, errors: Mapping[str, str]) -> Page:
    found = await service.room(call.context, by=call.actor, community_id=call.path["recordId"])
    found = await service.spoken(call.context, found, language=call.language)
    told, words = found.record.content, Words(call.language)
    terms = await _terms(call, "community-kind", "community-state", "cadence", "charter-state")
    charters = await service.charters(call.context, community_id=found.record.id) if found.inside else []
    office = call.actor.may(FACILITATE)
    begun = await service.begun(call.context, room=found)
    values = {
        "room": found,
        "group": told["kind"] in GROUP_KINDS,
        "told": told,
        "rows": [
            (words(COMMUNITY.by_name["kind"].label), terms["community-kind"].get(told["kind"], "")),
            (words(COMMUNITY.by_name["owner"].label), told["owner"]),
            (words(COMMUNITY.by_name["cadence"].label), terms["cadence"].get(told["cadence"], "")),
            (words(_("State")), terms["community-state"].get(told.get("state", ACTIVE), "")),
            (words(_("Source")), told.get("source", "")),
        ],
        "members": await service.size(call.context, community_id=found.record.id),
        "opportunities": presenters.opportunities(found.record),
        "charters": presenters.charters(words, charters, terms["charter-state"], kept=office),
        "begun": presenters.begun(found.record.id, begun),
        "reviewing": office and told.get("state") == REVIEW,
        "form": call.form,
        "errors": errors,
    }
    return framed(call, SECTION, "community_room.html", values, status=400 if errors else 200)


async def _members(call: Call, errors: Mapping[str, str], *, after: str = "") -> Page:
    community_id = call.path["recordId"]
    found = await service.inside(call.context, by=call.actor, community_id=community_id)
    found = await service.spoken(call.context, found, language=call.language)
    rows = await service.members(
        call.context, by=call.actor, community_id=community_id, after=after, limit=PAGE_MEMBERS
    )  # fmt: skip
    words, here = Words(call.language), f"/communities/{community_id}/members"
    values = {
        "room": found,
        "rows": presenters.members(words, rows),
        "roles": presenters.roles(words),
        "first": here if after else "",
        "next": f"{here}?after={rows[-1][0].person_id}" if len(rows) == PAGE_MEMBERS else "",
        "form": call.form,
        "errors": errors,
    }
    return framed(call, SECTION, "community_members.html", values, status=400 if errors else 200)


async def _charter(call: Call, errors: Mapping[str, str]) -> Page:
    charter = await _record(call, CHARTER.name)
    values = {
        "charter": charter,
        "rows": presenters.told(Words(call.language), charter),
        "state": charter.content.get("state", DRAFT),
        "form": call.form,
        "maximum": REASON_CHARACTERS_MAX,
        "errors": errors,
    }
    return framed(call, SECTION, "charter_decision.html", values, status=400 if errors else 200)


async def _begin(call: Call, template: Record, given: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    terms = await _terms(call, "community-kind", "cadence")
    values = {
        "template": template,
        "given": given,
        "kinds": list(terms["community-kind"].items()),
        "cadences": list(terms["cadence"].items()),
        "errors": errors,
    }
    return framed(call, SECTION, "community_begin.html", values, status=400 if errors else 200)

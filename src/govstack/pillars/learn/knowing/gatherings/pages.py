"""Pages of events beside their records: coming to one, who came, closing it, and its place in a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery, at_once, table_answer
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.frame.schemas import whole_given
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.knowing.gatherings import presenters, schemas, service
from govstack.pillars.learn.knowing.gatherings.errors import (
    BadSeats,
    FewerThanCome,
    GatheringFull,
    GatheringIncomplete,
    GatheringOver,
    HostsOnly,
    NotYetHeld,
)
from govstack.pillars.learn.knowing.gatherings.model import (
    ATTENDANTS_MAX,
    GATHERING,
    NEEDS_CHARACTERS_MAX,
    PLANNED,
    Seating,
)
from govstack.pillars.learn.knowing.gatherings.service import Sight
from govstack.pillars.learn.knowing.knowledge.model import ITEM
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import Unfit
from govstack.pillars.learn.seating import presenters as quota_presenters
from govstack.pillars.learn.seating.model import held_back
from govstack.pillars.learn.seating.schemas import with_quota, without_quota
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.presenters import tables
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of events",))
ONE = "/gatherings/{recordId}"
SEEING = by_policy("whoever the event is open to, members of its community, and those who lead it")
HOSTS = by_policy("those who lead the event")


@routes.page(f"{ONE}/attendance", access=SEEING, operation_id="gatheringPage")
async def show(call: Call) -> Page:
    """Show an event, with what can be done about it."""
    return await _show(call, {})


@routes.form(f"{ONE}/attendance", access=SEEING, operation_id="comeToGatheringForm")
async def come(call: Call) -> Page | Redirect:
    """Say that one comes to an event, or does not."""
    comes, needs = call.form.get("comes") == "yes", call.form.get("needs", "").strip()
    if len(needs) > NEEDS_CHARACTERS_MAX:
        said = Words(call.language)(_("Write at most {number} characters."), number=NEEDS_CHARACTERS_MAX)
        return await _show(call, {"needs": said})
    before = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    found = await service.come(
        call.context, by=call.actor, gathering_id=call.path["recordId"], comes=comes, needs=needs if comes else None
    )  # fmt: skip
    notice = _("See you there.") if found.comes else _("You are not expected any more.")
    if found.place:
        notice = _("There is no seat for you now. You wait for one.")
    if comes and (before.comes or before.place):
        notice = _("It was saved.")
    return Redirect(_here(call), notice=Words(call.language)(notice))


@routes.form(f"{ONE}/people", access=HOSTS, operation_id="noteGatheringAttendanceForm")
async def attend(call: Call) -> Page | Redirect:
    """Write down that somebody came who did not say so before."""
    number = call.form.get("number", "").strip()
    person = await people.by_number(call.context, number=number) if number else None
    if person is None or person.erased:
        return await _show(call, {"number": _("Nobody has this number.") if number else _("Enter a number.")})
    return await _note(call, [person.id], "number", came=True)


@routes.form(f"{ONE}/came", access=HOSTS, operation_id="noteWhoCameForm")
async def note_came(call: Call) -> Page | Redirect:
    """Write down who came of those who said so, or that some did not after all."""
    came = call.form.get("came") != "no"
    field = "there" if came else "away"
    shown = await service.attendants(call.context, by=call.actor, gathering_id=call.path["recordId"])
    known = {one.attendant.person_id for one in shown}
    chosen = [one for one in call.form_lists.get(field, []) if one in known]
    if not chosen:
        return await _show(call, {field: _("Choose at least one person.")})
    return await _note(call, chosen, field, came=came)


async def _note(call: Call, people_ids: list[str], field: str, *, came: bool) -> Page | Redirect:
    gathering_id = call.path["recordId"]
    try:
        await service.attend(call.context, by=call.actor, gathering_id=gathering_id, people_ids=people_ids, came=came)
    except (NotYetHeld, GatheringFull) as problem:
        return await _show(call, {field: problem.title})
    return Redirect(_here(call), notice=Words(call.language)(_("It was saved.")))


@routes.form(f"{ONE}/seats", access=HOSTS, operation_id="gatheringSeatsForm")
async def put_seats(call: Call) -> Page | Redirect:
    """Set how many seats an event has; empty is as many as come."""
    found = await _led(call)
    limit = whole_given(call.form, "seats", least=1, most=ATTENDANTS_MAX)
    if limit is None and call.form.get("seats", "").strip():
        most = i18n.format_number(call.language, ATTENDANTS_MAX)
        told = Words(call.language)(_("Enter a whole number from 1 to {most}, or leave it empty."), most=most)
        return await _show(call, {"seats": told})
    if limit is None and found.seating.quotas:
        return await _show(call, {"seats": quota_presenters.QUOTAS_FIRST})
    return await _with_seats(call, Seating(limit, found.seating.quotas), "seats")


@routes.form(f"{ONE}/quotas", access=HOSTS, operation_id="gatheringQuotaForm")
async def put_quota(call: Call) -> Page | Redirect:
    """Keep seats of an event for a ministry or a gender, or give them no more than so many."""
    found = await _led(call)
    tree, words = await people.tree(call.context), Words(call.language)
    offered = [one for one, _label in quota_presenters.choices(tree, words)]
    quotas, errors = with_quota(found.seating.quotas, call.form, offered=offered)
    return await (_show(call, errors) if errors else _with_seats(call, Seating(found.seating.limit, quotas), "least"))


@routes.form(f"{ONE}/quotas/remove", access=HOSTS, operation_id="gatheringNoQuotaForm")
async def remove_quota(call: Call) -> Page | Redirect:
    """Take a quota of an event away."""
    found = await _led(call)
    quotas, errors = without_quota(found.seating.quotas, call.form)
    return await (_show(call, errors) if errors else _with_seats(call, Seating(found.seating.limit, quotas), "gone"))


async def _led(call: Call) -> Sight:
    found = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    if not found.leads:
        raise HostsOnly
    return found


async def _with_seats(call: Call, given: Seating, field: str) -> Page | Redirect:
    try:
        now = await service.put_seats(call.context, by=call.actor, gathering_id=call.path["recordId"], given=given)
    except BadSeats:
        return await _show(call, {field: quota_presenters.CROSSED})
    except FewerThanCome as problem:
        return await _show(call, {field: problem.title})
    notice = _("It was saved.")
    if now.left is not None and held_back(now.seating, now.taken) > now.left:
        notice = _("It was saved. Fewer seats are left than you keep: some who have one now would have to leave.")
    return Redirect(_here(call), notice=Words(call.language)(notice))


@routes.form(f"{ONE}/needs", access=HOSTS, operation_id="gatheringNeedsForm")
async def meet_needs(call: Call) -> Redirect:
    """Note what is arranged of what people need."""
    for person_id in call.form_lists.get("arranged", []):
        await service.meet_needs(
            call.context, by=call.actor, gathering_id=call.path["recordId"], person_id=person_id, met=True
        )
    return Redirect(_here(call), notice=_("We noted what is arranged."))


@routes.page(f"{ONE}/groups", access=HOSTS, query=FileQuery, operation_id="gatheringGroupsFile")
async def groups(call: Call) -> Answer:
    """Hand out who came to an event that is closed, told apart, as a file."""
    found = await _led(call)
    rows = presenters.group_rows(await service.groups(call.context, found=found))
    return table_answer("event-groups", Format(call.query.format), schemas.GROUP_COLUMNS, at_once(rows))


@routes.page(f"{ONE}/closing", access=HOSTS, operation_id="closeGatheringPage")
async def ask_close(call: Call) -> Page:
    """Ask what came of an event."""
    found = await _led(call)
    if not found.open:
        raise GatheringOver
    if not found.begun:
        raise NotYetHeld
    return await _close(call, {}, {})


@routes.form(f"{ONE}/closing", access=HOSTS, operation_id="closeGatheringForm")
async def close(call: Call) -> Page | Redirect:
    """Close an event with what came of it."""
    form = call.form
    said: dict[str, Any] = {
        "summary": form.get("summary", "").strip(),
        "actions": [line.strip() for line in form.get("actions", "").splitlines() if line.strip()],
        "recording": form.get("recording", "").strip(),
        "knowledge": await _named(call),
        "noKnowledge": form.get("noKnowledge", "").strip(),
    }
    try:
        await service.close(call.context, by=call.actor, gathering_id=call.path["recordId"], said=said)
    except (GatheringIncomplete, Unfit) as problem:
        return await _close(call, said, problem.fields)
    except NotYetHeld as problem:
        return await _close(call, said, {"summary": problem.title})
    return Redirect(_here(call), notice=Words(call.language)(_("The event is closed.")))


async def _named(call: Call) -> list[str]:
    """Return the items that an event names now: those chosen, and those that it named before and did not show."""
    found = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    before = found.record.content.get("knowledge", [])
    shown = await records.readable_titles(call.context, by=call.actor, kinds=(ITEM,), record_ids=before)
    offered = {**shown, **dict(await service.citable(call.context, by=call.actor, found=found))}
    chosen = [one for one in call.form_lists.get("knowledge", []) if one]
    return list(dict.fromkeys([*(one for one in before if one not in offered), *chosen]))


@routes.form(f"{ONE}/cancellation", access=HOSTS, operation_id="cancelGatheringForm")
async def cancel(call: Call) -> Redirect:
    """Cancel an event."""
    await service.cancel(call.context, by=call.actor, gathering_id=call.path["recordId"])
    return Redirect(_here(call), notice=Words(call.language)(_("The event is cancelled.")))


@routes.page(f"{ONE}/calendar", access=SEEING, operation_id="gatheringCalendarPage")
async def calendar(call: Call) -> Answer:
    """Hand out an event for a calendar."""
    found = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    return schemas.calendar_answer(presenters.calendar([found.record], public_url=call.context.public_url))


def _here(call: Call) -> str:
    return f"/gatherings/{call.path['recordId']}/attendance"


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    found = await service.sight(call.context, by=call.actor, gathering_id=call.path["recordId"])
    told = found.record.content
    terms = await vocabularies.terms(call.context, vocabularies=("gathering-type", "gathering-state"))
    named = {one.code: in_language(one.labels, call.language) for part in terms.values() for one in part}
    rows = (
        await service.attendants(call.context, by=call.actor, gathering_id=found.record.id) if found.leads else []
    )  # fmt: skip
    tree = await people.tree(call.context)
    keeps = "" if records.may_write(GATHERING, call.actor) else f"/communities/{told.get('community', '')}"
    values = {
        "sight": found,
        "told": told,
        "change": f"{keeps}/gatherings/{found.record.id}/change",
        "rows": presenters.facts(words, found, named.get(told["type"], ""), named[told.get("state", PLANNED)]),
        "people": presenters.attendants(words, rows),
        "unmet": presenters.unmet(rows),
        "there": presenters.noted(rows, came=False),
        "away": presenters.noted(rows, came=True),
        "reached": await _is_reached(call),
        "kept": presenters.kept(words, found, tree),
        "groups": tables(await service.groups(call.context, found=found), await splits.terms(call.context), words),
        "least": splits.smallest(call.context),
        "needs_max": NEEDS_CHARACTERS_MAX,
        "quotas": quota_presenters.rows(found.seating.quotas, found.taken, tree, words),
        "quota_choices": quota_presenters.choices(tree, words) if found.leads else [],
        "kept_choices": quota_presenters.kept(found.seating.quotas, tree, words),
        "form": call.form,
        "chosen": call.form_lists.get("there", []),
        "errors": errors,
    }
    return framed(call, SECTION, "gathering.html", values, status=400 if errors else 200)


async def _is_reached(call: Call) -> bool:
    """Tell whether whoever looks would get a message."""
    if call.actor.kind != "person":
        return False
    me = await people.me(call.context, by=call.actor)
    return notices.sends(call.context) and await notices.reader(call.context, person_id=me.id) is not None


async def _close(call: Call, said: Mapping[str, Any], errors: Mapping[str, str]) -> Page:
    found = await _led(call)
    told = {**found.record.content, **said}
    values = {
        "sight": found,
        "given": {name: told.get(name, "") for name in ("summary", "recording", "noKnowledge")},
        "actions": "\n".join(told.get("actions", ())),
        "knowledge": told.get("knowledge", ()),
        "items": await service.citable(call.context, by=call.actor, found=found),
        "errors": errors,
    }
    return framed(call, SECTION, "gathering_close.html", values, status=400 if errors else 200)

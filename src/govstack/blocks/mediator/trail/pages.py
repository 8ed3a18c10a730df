"""The audit trail for auditors and administrators: who did what, what was refused, and whether it is complete (I31)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from govstack.blocks.mediator.directory.presenters import Words, framed
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.trail import presenters, service
from govstack.blocks.mediator.trail.model import Wanted
from govstack.kernel import clock
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("audit pages",))
WORDS_CHARACTERS_MAX = 200


class TrailQuery(msgspec.Struct, frozen=True):
    """Which acts to show; dates as 2026-11-21, the last one included."""

    actor: str = ""
    area: str = ""
    subject: str = ""
    outcome: Literal["", "ok", "refused", "failed"] = ""
    member: str = ""
    since: str = msgspec.field(name="from", default="")
    until: str = msgspec.field(name="to", default="")
    before: int = 0
    lang: str = ""


@routes.page("/audit", access=signed_in(), query=TrailQuery, operation_id="auditPage")
async def entries(call: Call) -> Page:
    """Show what was done and what was refused, newest first."""
    query, words, errors = call.query, Words(call.language), {}
    since, until = _day(query.since), _day(query.until)
    for name, text, found_day in (("from", query.since, since), ("to", query.until, until)):
        if text and found_day is None:
            errors[name] = words(_("Enter a date as year, month and day, such as 2026-11-21"))
    wanted = Wanted(
        actor=query.actor[:WORDS_CHARACTERS_MAX],
        action=query.area if query.area in presenters.AREAS else "",
        subject=query.subject[:WORDS_CHARACTERS_MAX],
        outcome=query.outcome,
        member=query.member,
        since=clock.timestamp(since) if since else "",
        until=clock.timestamp(until + timedelta(days=1)) if until else "",
        before=max(query.before, 0),
    )
    found = await service.entries(call.context, by=call.actor, wanted=wanted)
    used = {
        "actor": query.actor, "area": query.area, "subject": query.subject, "outcome": query.outcome,
        "member": query.member, "from": query.since, "to": query.until,
    }  # fmt: skip
    everything = service.sees_everything(call.actor)
    values = {
        "rows": presenters.entry_rows(words, found.entries),
        "query": query,
        "areas": [(name, words(label)) for name, label in presenters.AREAS.items()],
        "outcomes": [(name, words(label)) for name, (label, _sign) in presenters.OUTCOMES.items()],
        "everything": everything,
        "members": [] if everything else [(one, one) for one in service.own_members(call.actor)],
        "first_href": lists.address("/audit", used) if query.before else "",
        "next_href": lists.address("/audit", {**used, "before": str(found.before)}) if found.before else "",
        "errors": errors,
    }
    return framed(call, "audit", "audit.html", values, status=400 if errors else 200)


@routes.page("/audit/check", access=signed_in(), operation_id="auditCheckPage")
async def check(call: Call) -> Page:
    """Check the whole trail, and say whether anything was changed, removed or put in."""
    found = await service.check(call.context, by=call.actor)
    return framed(call, "audit", "audit_check.html", {"found": found})


@routes.page("/audit/{number}", access=signed_in(), operation_id="auditEntryPage")
async def one_entry(call: Call) -> Page:
    """Show one act in full."""
    text, words = call.path["number"], Words(call.language)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound
    found = await service.entry(call.context, by=call.actor, number=int(text))
    values = {
        "entry": found,
        "title": presenters.action(words, found.action),
        "outcome": presenters.outcome(words, found.outcome),
    }
    return framed(call, "audit", "audit_entry.html", values)


def _day(text: str) -> datetime | None:
    try:
        return clock.parse(f"{date.fromisoformat(text).isoformat()}T00:00:00.000000Z") if text else None
    except ValueError:
        return None

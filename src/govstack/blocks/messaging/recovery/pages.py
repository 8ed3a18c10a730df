"""More time for messages that were not delivered yet, given by administrators."""

from __future__ import annotations

from datetime import datetime, timedelta

from govstack.blocks.messaging.recovery import service
from govstack.blocks.messaging.recovery.errors import EndInvalid, NothingUnderWay
from govstack.blocks.messaging.recovery.model import Request, latest_end
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.presenters import Words, framed
from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("recovery pages",))
EXTEND = "/requests/{requestUid}/extend"
DAY = timedelta(days=1)


@routes.page(EXTEND, access=signed_in(), operation_id="extendRequestPage")
async def ask(call: Call) -> Page:
    """Ask whether messages shall be tried for another day."""
    senders.require(call.actor)
    found, under_way = await service.standing(call.context, by=call.actor, uid=call.path["requestUid"])
    if not under_way:
        raise NothingUnderWay
    values = {"request": found, "until": clock.timestamp(_later(found)), "under_way": under_way}
    return framed(call, "requests", "request_extend.html", values)


@routes.form(EXTEND, access=signed_in(), operation_id="extendRequestForm")
async def extend(call: Call) -> Redirect:
    """Try messages until the moment that was shown; sending the form twice is the same."""
    uid, words = call.path["requestUid"], Words(call.language)
    try:
        until = clock.parse(call.form.get("until", ""))
    except ValueError as error:
        raise EndInvalid from error
    found = await service.extend(call.context, by=call.actor, uid=uid, until=until)
    shown = i18n.format_datetime(call.language, found.until, "medium")
    told = words(_("Its messages are tried until {moment} ({zone})."), moment=shown, zone=clock.zone())
    return Redirect(f"/requests/{uid}", notice=told)


def _later(found: Request) -> datetime:
    return min(clock.parse(found.until) + DAY, latest_end(clock.parse(found.received_at)))

"""The pages of a person's history."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.history import model, presenters, schemas, service
from govstack.blocks.identity.history.errors import NotAPerson, UnknownEvent
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("history pages",))
HERE = "/me/history"
WRONG_DAY = _("Enter days such as 2026-11-22")
# Before it, this platform kept no history.
BEGINNING = "2000-01-01"


class HistoryPageQuery(msgspec.Struct, frozen=True):
    """How the list is narrowed, and which page of it."""

    kind: str = ""
    status: str = ""
    since: str = ""
    until: str = ""
    page: int = 1
    lang: str = ""


@routes.page(HERE, access=signed_in(), query=HistoryPageQuery, operation_id="myHistoryPage")
async def mine(call: Call) -> Page:
    """Show what happened to a person's identity, the newest first."""
    query: HistoryPageQuery = call.query
    words, errors = Words(call.language), dict[str, str]()
    asked = schemas.HistoryQuery(
        from_date=query.since or BEGINNING, to_date=query.until,
        service_type=query.kind if query.kind in tuple(model.Kind) else "",
        status_filter=query.status if query.status in tuple(model.Status) else "", sort_type="DESC",
        page_start=str(min(max(query.page, 1), model.PAGES_MAX) - 1),
    )  # fmt: skip
    try:
        wanted = asked.wanted(0)
    except Refused:
        errors = {name: WRONG_DAY for name in ("since", "until") if not _is_day(getattr(query, name))}
        wanted = model.Wanted(ascending=False)
    try:
        found = await service.listed(call.context, by=call.actor, wanted=wanted)
    except NotAPerson:
        return framed(call, "history", "me_nobody.html", {})
    values = {
        "rows": presenters.rows(words, found.events),
        "kinds": presenters.options(words, presenters.KINDS),
        "states": presenters.states(words),
        "typed": query,
        "page": found.page + 1,
        "pages": found.pages,
        "errors": errors,
    }
    return framed(call, "history", "my_history.html", values, status=400 if errors else 200)


@routes.page(f"{HERE}/{{eventId}}", access=signed_in(), operation_id="myEventPage")
async def one(call: Call) -> Page:
    """Show one event and its details."""
    words = Words(call.language)
    try:
        found = await service.event(call.context, by=call.actor, event_id=call.path["eventId"])
    except UnknownEvent as error:
        raise NotFound from error
    values = {
        "name": service.said(found, call.language),
        "at": found.at,
        "status": presenters.status(words, found),
        "summary": presenters.summary(words, found),
    }
    return framed(call, "history", "my_event.html", values)


def _is_day(text: str) -> bool:
    try:
        model.day(text or BEGINNING, "", 0, days=1)
    except Refused:
        return False
    return True

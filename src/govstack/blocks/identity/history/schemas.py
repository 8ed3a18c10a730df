"""Wire shapes of events and of the history."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.frame.schemas import VERSION, EnvelopeError, Name
from govstack.blocks.identity.history import model
from govstack.blocks.identity.history.model import Event, Found, Info, Status
from govstack.blocks.identity.history.service import said
from govstack.kernel import clock, i18n

EVENT, HISTORY, EXAMINED = "govstack.event", "govstack.service.history", "govstack.service.history.examined"
_STATUS = {Status.SUCCESS: "success", Status.FAILED: "failure", Status.IN_PROGRESS: "in-progress"}


class EventQuery(msgspec.Struct, frozen=True):
    """In which language an event is wanted."""

    language: Name = ""


class HistoryQuery(msgspec.Struct, frozen=True, rename="camel"):
    """How the history is narrowed; all are texts, as published."""

    from_date: Name = ""
    to_date: Name = ""
    page_start: Name = ""
    page_fetch: Name = ""
    search_text: Name = ""
    service_type: Name = ""
    sort_type: Name = ""
    status_filter: Name = ""

    def wanted(self, minutes: int) -> model.Wanted:
        """Return which events that means on a clock so many minutes behind UTC; raises Refused."""
        today = model.local(clock.timestamp(), minutes).date()
        since = model.day(self.from_date or f"{today.year:04}-01-01", "fromDate", minutes)
        before = model.day(self.to_date or today.isoformat(), "toDate", minutes, days=1)
        return model.Wanted(
            since=clock.timestamp(since),
            before=clock.timestamp(before),
            kinds=model.kinds(self.service_type),
            statuses=model.statuses(self.status_filter),
            digits=model.searched(self.search_text),
            ascending=model.ascending(self.sort_type),
            page=model.whole(self.page_start, "pageStart", default=0, least=0, most=model.PAGES_MAX),
            size=model.whole(
                self.page_fetch, "pageFetch", default=model.PAGE_EVENTS, least=1, most=model.PAGE_EVENTS_MAX
            ),
        )


class ExaminedQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whose history an auditor wants to read, for which purpose, and which part of it."""

    subject: Annotated[str, Meta(min_length=1, max_length=255)]
    purpose: Annotated[str, Meta(min_length=1, max_length=200)]
    page_start: Annotated[int, Meta(ge=0, le=model.PAGES_MAX)] = 0
    page_fetch: Annotated[int, Meta(ge=1, le=model.PAGE_EVENTS_MAX)] = model.PAGE_EVENTS


class EventRead(msgspec.Struct, frozen=True, rename="camel"):
    """One event."""

    event_id: str
    event_type: str
    event_status: str
    individual_id: str
    summary: str
    timestamp: str
    info: Info


class EventAnswer(msgspec.Struct, frozen=True):
    """One event, wrapped."""

    response: EventRead
    request_time: str = msgspec.field(name="requestTime")
    id: str = EVENT
    version: str = VERSION
    errors: list[EnvelopeError] = []


class HistoryLine(msgspec.Struct, frozen=True, rename="camel"):
    """One line of the history."""

    event_id: str
    event_description: str
    event_status: str
    time_stamp: str
    request_type: str


class HistoryPage(msgspec.Struct, frozen=True, rename="camel"):
    """One page of the history."""

    page_no: int
    page_size: int
    total_items: int
    total_pages: int
    data: list[HistoryLine]


class HistoryAnswer(msgspec.Struct, frozen=True):
    """One page of the history, wrapped."""

    response: HistoryPage
    response_time: str = msgspec.field(name="responseTime")
    id: str = HISTORY
    version: str = VERSION
    errors: list[EnvelopeError] = []


def event_read(event: Event, *, individual_id: str, language: str) -> EventRead:
    """Return an event as it is shown in a language."""
    return EventRead(
        event.event_id, event.kind.value, _STATUS[event.status], individual_id, said(event, language), event.at,
        event.info,
    )  # fmt: skip


def history_page(found: Found, *, language: str, locale: str, minutes: int) -> HistoryPage:
    """Return a page of the history in a language, its moments on the reader's clock and in the reader's way."""
    lines = [
        HistoryLine(
            one.event_id, said(one, language), one.status.value,
            i18n.format_datetime(locale, model.local(one.at, minutes)), one.kind.value,
        )
        for one in found.events
    ]  # fmt: skip
    return HistoryPage(found.page, found.size, found.total, found.pages, lines)

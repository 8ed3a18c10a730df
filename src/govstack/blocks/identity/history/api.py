"""The published operations on events and the history, and the auditor's way to it."""

from __future__ import annotations

from govstack.blocks.identity.frame.schemas import moment, wrapped_refusal
from govstack.blocks.identity.history import model, schemas, service
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.people.errors import IsBlocked
from govstack.kernel import i18n
from govstack.kernel.routing import Call, Routes, needs, signed_in

routes = Routes(tags=("history",))
AUDIT = needs(service.AUDIT)
HEADERS = {
    "locale": "Language and country that moments are written for, such as en-US",
    "time-zone-offset": "Minutes that local time is behind UTC, such as -330",
}


@routes.get(
    "/events/{eventId}", access=signed_in(), query=schemas.EventQuery, answer=schemas.EventAnswer,
    operation_id="eventRead", error_body=wrapped_refusal, errors=(NotAPerson, IsBlocked),
)  # fmt: skip
async def event(call: Call) -> schemas.EventAnswer:
    """Read how an event stands."""
    language = model.language(call.query.language or "eng")
    found = await service.event(call.context, by=call.actor, event_id=call.path["eventId"])
    return schemas.EventAnswer(
        schemas.event_read(found, individual_id=found.info.vid or call.actor.id, language=language), moment()
    )


@routes.get(
    "/service-history/{langCode}", access=signed_in(), query=schemas.HistoryQuery, answer=schemas.HistoryAnswer,
    operation_id="serviceHistory", error_body=wrapped_refusal, errors=(NotAPerson, IsBlocked), headers=HEADERS,
)  # fmt: skip
async def history(call: Call) -> schemas.HistoryAnswer:
    """Read the history of one's identity."""
    language = model.language(call.path["langCode"])
    minutes = model.offset_minutes(call.headers.get("time-zone-offset", ""))
    found = await service.listed(call.context, by=call.actor, wanted=call.query.wanted(minutes))
    locale = i18n.choose_language(accept=call.headers.get("locale", ""))
    return schemas.HistoryAnswer(
        schemas.history_page(found, language=language, locale=locale, minutes=minutes), moment()
    )


@routes.post(
    "/api/v1/history", access=AUDIT, body=schemas.ExaminedQuery, answer=schemas.HistoryAnswer,
    operation_id="historyExamined", error_body=wrapped_refusal,
)  # fmt: skip
async def examined(call: Call, body: schemas.ExaminedQuery) -> schemas.HistoryAnswer:
    """Read the history of somebody's identity as an auditor, for a stated purpose."""
    wanted = model.Wanted(page=body.page_start, size=body.page_fetch, ascending=False)
    found = await service.examined(
        call.context, by=call.actor, subject=body.subject, purpose=body.purpose, wanted=wanted
    )
    page = schemas.history_page(found, language="en", locale="en", minutes=0)
    return schemas.HistoryAnswer(page, moment(), id=schemas.EXAMINED)

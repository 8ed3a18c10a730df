"""Pages that everybody sees: the catalogue, a course, its calendar, and news of courses."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, public
from govstack.pillars.learn.earning import presenters as earning_presenters
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Place, Source
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.people.model import Word
from govstack.pillars.learn.publicity import presenters
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.errors import UnknownCentre
from govstack.pillars.learn.response.centres.presenters import public_card
from govstack.pillars.learn.response.offerings import service
from govstack.pillars.learn.response.offerings.model import Listed
from govstack.pillars.learn.response.offerings.presenters import calendar as calendar_of
from govstack.pillars.learn.response.offerings.schemas import CatalogueQuery
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Entry, WordKind
from govstack.web.answers import Page

routes = Routes(tags=("public course pages",))
PAGE_COURSES, PAGE_SESSIONS = 25, 50
CALENDAR, NEWS = "text/calendar; charset=utf-8", "application/atom+xml; charset=utf-8"


class SessionsQuery(msgspec.Struct, frozen=True):
    """Which part of the list: what comes after a session."""

    after: Word = ""


@routes.page("/catalogue", access=public(), query=CatalogueQuery, operation_id="cataloguePage")
async def catalogue(call: Call) -> Page:
    """Show what can be learnt, narrowed by type, audience, form and language."""
    words, asked = Words(call.language), call.query
    known = await typologies.vocabulary(call.context)
    found = await service.catalogue(call.context, wanted=asked.wanted(), after=asked.after, limit=PAGE_COURSES)
    chosen = {name: getattr(asked, name) for name in ("type", "track", "delivery", "language") if getattr(asked, name)}
    last = {**chosen, "after": found[-1].offering.id} if len(found) == PAGE_COURSES else {}
    track = known.one(WordKind.TRACK, asked.track)
    types = typologies.active_types(call.context, known)
    values = {
        "rows": presenters.rows(found, known, words),
        "types": [(one.id, in_language(one.titles, call.language)) for one in types],
        "tracks": presenters.choices(known, WordKind.TRACK, call.language),
        "deliveries": presenters.choices(known, WordKind.DELIVERY, call.language),
        "asked": asked,
        "chosen": presenters.chosen(chosen, known, call.language),
        "tone": in_language(track.tone, call.language) if track and track.tone else "",
        "ours": track.ours if track else False,
        "programmes": presenters.choices(known, WordKind.PROGRAMME, call.language, parent=asked.track) if track else [],
        "elsewhere": [
            (in_language(one.titles, call.language), one.url)
            for _, one in await centres.federated(call.context)
            if one.url
        ],
        "first": f"/catalogue?{urlencode(chosen)}" if asked.after else "",
        "next": f"/catalogue?{urlencode(last)}" if last else "",
    }
    return framed(call, "catalogue", "catalogue.html", values)


@routes.page("/catalogue/sessions", access=public(), query=SessionsQuery, operation_id="comingSessionsPage")
async def sessions(call: Call) -> Page:
    """Show the sessions to come of all courses."""
    after, here = call.query.after, "/catalogue/sessions"
    found = await service.to_come(call.context, after=after, limit=PAGE_SESSIONS)
    values = {
        "rows": presenters.coming(found, Words(call.language)),
        "first": here if after else "",
        "next": f"{here}?{urlencode({'after': found[-1][1].id})}" if len(found) == PAGE_SESSIONS else "",
    }
    return framed(call, "catalogue", "coming_sessions.html", values)


@routes.page("/catalogue/news", access=public(), operation_id="courseNewsFeed")
async def news(call: Call) -> Answer:
    """Give out news of courses as an Atom feed."""
    found = await service.open_offerings(call.context)
    changed = await service.changed(call.context, offering_ids=[one.id for one in found])
    return Answer(body=presenters.news(found, changed, Words(call.language), call.context.public_url), media_type=NEWS)


@routes.page("/catalogue/calendar", access=public(), query=CatalogueQuery, operation_id="courseCalendarFeed")
async def whole_calendar(call: Call) -> Answer:
    """Give out all coming sessions as iCalendar."""
    asked = msgspec.structs.replace(call.query, limit=200)
    found = await service.catalogue(call.context, wanted=asked.wanted(), limit=asked.limit)
    return _calendar(call, found)


@routes.page("/catalogue/{offeringId}", access=public(), operation_id="offeringPage")
async def course(call: Call) -> Page:
    """Show a course with all that somebody needs in order to decide."""
    words, found = Words(call.language), await _listed(call)
    known, one = await typologies.vocabulary(call.context), found.offering
    track = known.one(WordKind.TRACK, one.track)
    earned = await earning.of_place(call.context, place=Place(Source.OFFERING, one.id))
    raised = await frameworks.by_ids(call.context, competency_ids=[each.competency_id for each in one.raises])
    before = await service.visible(call.context, by=call.actor, offering_ids=one.prerequisites)
    values = {
        "offering": one,
        "title": in_language(one.titles, call.language),
        "written_in": spoken(one.titles, call.language),
        "summary": marked(one.summaries, call.language) if one.summaries else "",
        "card": presenters.card(found, known, words),
        "sessions": presenters.session_rows(found.sessions, words),
        "course_parts": presenters.part_rows(one, known, words),
        "before": [(marked(each.titles, call.language), f"/catalogue/{each.id}") for each in before],
        "raises": presenters.raise_rows(one, raised, words),
        "any_time": presenters.any_time(found),
        "badges": earning_presenters.rows(words, Source.OFFERING, [each for each in earned if each.achievement.active]),
        "open": track is not None and track.entry is Entry.ANYONE,
        "support": service.support(call.context, one),
        "opens": any(part.link for part in one.parts),
        "linked": presenters.linked_data(found, call.language, call.context.public_url),
    }
    return framed(call, "catalogue", "offering_page.html", values)


@routes.page("/catalogue/{offeringId}/calendar", access=public(), operation_id="courseCalendar")
async def calendar(call: Call) -> Answer:
    """Give out the sessions of a course as iCalendar."""
    found = await _listed(call)
    return _calendar(call, [found])


def _calendar(call: Call, found: Iterable[Listed]) -> Answer:
    sessions = [(one.offering, held) for one in found for held in one.sessions]
    return Answer(body=calendar_of(sessions, Words(call.language), call.context.public_url), media_type=CALENDAR)


async def _listed(call: Call) -> Listed:
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    return Listed(one, await service.sessions_of(call.context, offering_ids=[one.id]))


@routes.page("/centres", access=public(), operation_id="publicCentresPage")
async def centre_list(call: Call) -> Page:
    """List the training centres that everybody may see."""
    found = await centres.public(call.context)
    return framed(
        call, "catalogue", "public_centres.html", {"rows": presenters.centre_rows(found, Words(call.language))}
    )


@routes.page("/centres/{centreId}", access=public(), operation_id="publicCentrePage", errors=(UnknownCentre,))
async def centre(call: Call) -> Page:
    """Show a training centre with the courses that it gives and those of its trainers who agreed to be named."""
    words, found = Words(call.language), await centres.presented(call.context, centre_id=call.path["centreId"])
    values = {
        "title": in_language(found.centre.titles, call.language),
        "written_in": spoken(found.centre.titles, call.language),
        "card": public_card(found.centre, words),
        "courses": presenters.given_at(found, words),
        "elsewhere": [(in_language(one.titles, call.language), one.url) for one in found.elsewhere],
        "trainers": found.trainers,
    }
    return framed(call, "catalogue", "public_centre.html", values)

"""Where a session is held, as those may know it who look, and sessions for calendars (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import writable_in_calendars
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.response.offerings.model import Offering, Session


def location(session: Session, words: Words) -> str:
    """Return where a session is held, as everybody may know it: whoever had its link could walk into the class."""
    return session.place or (words(_("Online")) if session.link else "")


def way_in(session: Session, link: str, words: Words) -> Cell:
    """Return where a session is held, with the link for those who get it; "" for all others."""
    if not link:
        return location(session, words)
    label = words(_("{place}, or online"), place=session.place) if session.place else words(_("Take part online"))
    return {"text": label, "href": link}


def calendar(found: Iterable[tuple[Offering, Session]], words: Words, url: str, *, joining: bool = False) -> bytes:
    """Return sessions as iCalendar, with their links only for whoever joins all of them."""
    from icalendar import Calendar, Event  # here alone: a start would wait for it, and few need it

    made = Calendar()
    made.add("prodid", "-//GovStack//GovLearn//EN")
    made.add("version", "2.0")
    for offering, session in found:
        event = Event()
        event.add("uid", f"{session.id}@govlearn")
        event.add("dtstamp", clock.now())
        event.add("dtstart", session.starts)
        event.add("dtend", session.ends)
        event.add("summary", in_language(offering.titles, words.language))
        event.add("url", f"{url}/catalogue/{offering.id}")
        event.add("sequence", session.changed)
        event.add("status", "CANCELLED" if session.cancelled else "CONFIRMED")
        if where := location(session, words):
            event.add("location", where)
        if joining and session.link and not session.cancelled:
            event.add("description", session.link)
        made.add_component(event)
    return writable_in_calendars(made.to_ical().decode()).encode()

"""Courses as pages, news (RFC 4287) and linked data (schema.org) show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import msgspec

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import writable
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, languages_named, lasting, marked
from govstack.pillars.learn.needs.frameworks.model import Competency
from govstack.pillars.learn.response.centres.model import Centre, Presented
from govstack.pillars.learn.response.offerings.model import Listed, Offering, Session
from govstack.pillars.learn.response.offerings.presenters import location
from govstack.pillars.learn.response.typologies.model import Vocabulary, WordKind
from govstack.web.sentences import listed

ATOM = "http://www.w3.org/2005/Atom"
NEWS_MAX = 50


def titles(known: Vocabulary, kind: WordKind, term_ids: Iterable[str], language: str) -> str:
    """Return words by their titles, as a list."""
    found = [known.one(kind, one) for one in term_ids]
    return listed(language, (in_language(one.titles, language) for one in found if one is not None))


def price(offering: Offering, words: Words) -> str:
    """Return what a place costs."""
    if offering.price is None or float(offering.price.amount) == 0:
        return words(_("Free of charge"))
    return i18n.format_money(words.language, offering.price.amount, offering.price.currency)


def rows(found: Iterable[Listed], known: Vocabulary, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of a catalogue."""
    return [
        (
            {"text": marked(one.offering.titles, words.language), "href": f"/catalogue/{one.offering.id}"},
            titles(known, WordKind.TRACK, [one.offering.track], words.language),
            titles(known, WordKind.TYPE, one.offering.types, words.language),
            titles(known, WordKind.DELIVERY, [one.offering.delivery], words.language),
            languages_named(one.offering.languages, words),
            lasting(one.offering.hours, words),
            next_start(one, words),
        )
        for one in found
    ]


def any_time(listed: Listed) -> bool:
    """Tell whether somebody can begin without a session: no date is planned, and a part can be opened."""
    return not listed.sessions and any(part.link for part in listed.offering.parts)


def next_start(listed: Listed, words: Words) -> str:
    """Return when the next session begins, or that one can begin at any time."""
    now = clock.now()
    coming = [one for one in listed.sessions if not one.cancelled]
    if any_time(listed):
        return words(_("Any time"))
    if not coming:
        return words(_("No date yet"))
    if coming[0].starts <= now:
        return words(_("Any time"))
    return i18n.format_date(words.language, coming[0].starts)


def choices(known: Vocabulary, kind: WordKind, language: str, *, parent: str = "") -> list[tuple[str, str]]:
    """Return words to choose from."""
    return [(one.id, in_language(one.titles, language)) for one in known.listed(kind, parent=parent)]


def card(listed: Listed, known: Vocabulary, words: Words) -> list[tuple[str, str]]:
    """Return what is told of a course, field by field; the dates are those of its next session."""
    one, language = listed.offering, words.language
    told = [
        (words(_("Training topics")), titles(known, WordKind.TOPIC, one.topics, language)),
        (words(_("Training type")), titles(known, WordKind.TYPE, one.types, language)),
        (words(_("Form")), titles(known, WordKind.DELIVERY, [one.delivery], language)),
        (words(_("For whom")), titles(known, WordKind.TRACK, [one.track], language)),
        (words(_("Languages")), languages_named(one.languages, words)),
        (words(_("Length")), lasting(one.hours, words)),
        (words(_("Price")), price(one, words)),
    ]
    session = next((held for held in listed.sessions if not held.cancelled), None)
    if session is not None:
        told += [
            (words(_("Registration starts")), words.appointment(session.registration_starts)),
            (words(_("Registration ends")), words.appointment(session.registration_ends)),
            (words(_("Starts")), words.appointment(session.starts)),
            (words(_("Ends")), words.appointment(session.ends)),
            (words(_("Location")), location(session, words)),
        ]
    if one.accessibility:
        told.append((words(_("Accessibility")), words.listed(one.accessibility)))
    return told


def session_rows(sessions: Iterable[Session], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the sessions of a course."""
    now = clock.now()
    return [
        (
            words.appointment(one.starts), words.appointment(one.ends), location(one, words),
            {"number": max(one.seats - one.taken, 0)}, _enrol(one, now, words),
        )
        for one in sessions
    ]  # fmt: skip


def coming(found: Sequence[tuple[Offering, Session]], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the sessions of all courses."""
    rows = session_rows([session for _offering, session in found], words)
    return [
        ({"text": marked(offering.titles, words.language), "href": f"/catalogue/{offering.id}"}, *row)
        for (offering, _session), row in zip(found, rows, strict=True)
    ]


def _enrol(one: Session, now: datetime, words: Words) -> Cell:
    if one.cancelled:
        return {"status": words(_("Cancelled")), "state": "off"}
    if not one.registers_at(now):
        return words(_("Registration is not open"))
    label = _("Ask for a place") if one.taken < one.seats else _("Join the waiting list")
    return {"text": words(label), "href": f"/sessions/{one.id}/enrol"}


def raise_rows(offering: Offering, known: Mapping[str, Competency], words: Words) -> list[tuple[Cell, ...]]:
    """Return which competencies a course raises, from which level to which."""
    return [
        (_called(known.get(each.competency_id), each.competency_id, words), str(each.from_level), str(each.to_level))
        for each in offering.raises
    ]


def _called(competency: Competency | None, otherwise: str, words: Words) -> str:
    if competency is None:
        return otherwise
    return " ".join(part for part in (competency.code, in_language(competency.titles, words.language)) if part)


def part_rows(offering: Offering, known: Vocabulary, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the parts of a course."""
    return [
        (
            part.title, titles(known, WordKind.DELIVERY, [part.delivery], words.language),
            lasting(part.hours, words) if part.hours else "",
            words(_("Required")) if part.required else words(_("Optional")),
            {"text": words(_("Open")), "href": part.link} if part.link else "",
        )
        for part in offering.parts
    ]  # fmt: skip


def news(offered: Sequence[Offering], changed: Mapping[str, str], words: Words, url: str) -> bytes:
    """Return courses as an Atom feed (RFC 4287), what changed last first; `changed` tells when each did."""
    newest = sorted(offered, key=lambda one: changed[one.id], reverse=True)[:NEWS_MAX]
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": words.language})
    _add(feed, "title", words(_("Courses")))
    _add(feed, "id", f"{url}/catalogue")
    _add(feed, "updated", changed[newest[0].id] if newest else clock.timestamp())
    ET.SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": f"{url}/catalogue/news"})
    _add(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", "GovLearn")
    for one in newest:
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "title", in_language(one.titles, words.language))
        _add(entry, "id", f"{url}/catalogue/{one.id}")
        _add(entry, "updated", changed[one.id])
        ET.SubElement(entry, f"{{{ATOM}}}link", {"href": f"{url}/catalogue/{one.id}"})
        _add(entry, "summary", in_language(one.summaries, words.language) if one.summaries else "")
    told = writable(ET.tostring(feed, encoding="unicode"))
    return f"<?xml version='1.0' encoding='utf-8'?>\n{told}".encode()


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def linked_data(listed: Listed, language: str, url: str) -> str:
    """Return a course as schema.org tells it, safe to stand inside a page."""
    one, page = listed.offering, f"{url}/catalogue/{listed.offering.id}"
    offers: dict[str, object] = {"@type": "Offer", "category": "Paid" if one.price else "Free"}
    if one.price is not None:
        offers |= {"price": one.price.amount, "priceCurrency": one.price.currency}
    told = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": in_language(one.titles, language),
        "description": in_language(one.summaries, language) if one.summaries else in_language(one.titles, language),
        "url": page,
        "inLanguage": list(one.languages),
        "provider": {"@type": "GovernmentOrganization", "name": "GovLearn", "url": url},
        "offers": offers,
        "hasCourseInstance": [
            {
                "@type": "CourseInstance",
                "courseMode": "Onsite" if session.place else "Online",
                "startDate": clock.timestamp(session.starts),
                "endDate": clock.timestamp(session.ends),
                "location": session.place or ({"@type": "VirtualLocation", "url": page} if session.link else ""),
                "maximumAttendeeCapacity": session.seats,
                "courseWorkload": f"PT{round(one.hours * 60)}M",
            }
            for session in listed.sessions
            if not session.cancelled
        ],
    }
    return msgspec.json.encode(told).decode().replace("<", "\\u003c").replace("&", "\\u0026")


def chosen(asked: Mapping[str, str], known: Vocabulary, language: str) -> list[tuple[str, str]]:
    """Return what narrows the catalogue, each with the address without it."""
    kinds = {"type": WordKind.TYPE, "track": WordKind.TRACK, "delivery": WordKind.DELIVERY}
    found: list[tuple[str, str]] = []
    for name, value in asked.items():
        term = known.one(kinds[name], value) if name in kinds else None
        label = (
            in_language(term.titles, language) if term else i18n.language_name(value) if name == "language" else value
        )
        rest = urlencode({other: text for other, text in asked.items() if other != name})
        found.append((label, f"/catalogue?{rest}" if rest else "/catalogue"))
    return found


def centre_rows(found: Iterable[Centre], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of training centres for everybody."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/centres/{one.id}"}, one.institution,
            i18n.country_name(words.language, one.country),
        )
        for one in found
    ]  # fmt: skip


def given_at(found: Presented, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the courses that a centre gives, with the next session of each there."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/catalogue/{one.id}"},
            words.appointment(session.starts), location(session, words),
        )
        for one, session in found.courses
    ]  # fmt: skip

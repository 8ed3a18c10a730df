"""Words and rows of events, and events for calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.i18n import _, format_minute
from govstack.pillars.learn.frame.model import writable_in_calendars
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.gatherings.model import CANCELLED, GATHERING, Expected, begins, ends
from govstack.pillars.learn.knowing.gatherings.service import Sight
from govstack.pillars.learn.notices import presenters as notices
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.splits.model import Split


def facts(words: Words, found: Sight, kind: str, state: str) -> list[tuple[str, str]]:
    """Return what is known of an event."""
    told = found.record.content
    return [
        (words(_("Type")), kind),
        (words(_("Begins")), words.appointment(begins(told), timezone=told["zone"])),
        (words(_("Minutes")), str(told["minutes"])),
        (words(_("Place")), told.get("place", "")),
        (words(_("State")), state),
        (words(_("Said that they come")), str(found.registered)),
        *_seats(words, found),
        (words(_("Came")), str(found.came)),
    ]


def _seats(words: Words, found: Sight) -> list[tuple[str, str]]:
    if found.left is None:
        return []
    return [(words(_("Seats left")), str(found.left)), (words(_("Wait for a seat")), str(found.waiting))]


def message(found: Record, context: Context, *, at: str, language: str) -> tuple[str, str]:
    """Return title and text of the message that somebody who waited has a seat at an event."""
    words, name = Words(language), str(found.content[GATHERING.title])
    begin = format_minute(language, begins(found.content), timezone=found.content["zone"])
    lines = [
        words(_("You waited for a seat at {event}. Now you have one."), event=name),
        words(_("It begins on {day} ({zone})."), day=begin, zone=found.content["zone"]),
        words(_("Read more here: {address}"), address=f"{context.public_url}/gatherings/{found.id}/attendance"),
    ]
    return words(_("You have a seat at {event}"), event=name), notices.text(lines, words, context, at=at)


def coming(words: Words, found: Iterable[Record], left: Mapping[str, int]) -> list[list[Cell]]:
    """Return events: what, when, where, and how many seats are left where there is a number of them."""
    return [
        [
            {"text": str(one.content[GATHERING.title]), "href": f"/gatherings/{one.id}/attendance"},
            words.appointment(begins(one.content), timezone=one.content["zone"]),
            one.content.get("place", ""),
            _left(words, left.get(one.id)),
        ]
        for one in found
    ]


def _left(words: Words, number: int | None) -> str:
    if number is None:
        return ""
    return words.count("{count} seat left", "{count} seats left", number) if number else words(_("Full"))


def attendants(words: Words, found: Iterable[Expected]) -> list[list[Cell]]:
    """Return who comes or came as rows."""
    return [
        [
            one.name or words(_("Not known any more")),
            words(_state(one)),
            words(_("{needs} (arranged)"), needs=one.needs) if one.attendant.needs_met and one.needs else one.needs,
        ]
        for one in found
    ]


def _state(one: Expected) -> str:
    if one.attendant.waiting:
        return _("Waits for a seat")
    return _("Came") if one.attendant.came else _("Said that they come")


def unmet(found: Iterable[Expected]) -> list[tuple[str, str]]:
    """Return what is not arranged yet, as choices."""
    return [
        (one.attendant.person_id, f"{one.name}: {one.needs}")
        for one in found
        if one.needs and not one.attendant.needs_met
    ]


def group_rows(splits: Iterable[Split]) -> list[list[object]]:
    """Return who came, told apart, as rows of a file; what is hidden is empty."""
    return [[one.by.value, part.value, part.people] for one in splits for part in one.shares]


def calendar(found: Iterable[Record], *, public_url: str) -> bytes:
    """Return events as an iCalendar file (RFC 5545)."""
    from icalendar import Calendar, Event  # here alone: a start would wait for it, and few need it

    made = Calendar()
    made.add("prodid", "-//GovStack//GovLearn//EN")
    made.add("version", "2.0")
    for one in found:
        told, item = one.content, Event()
        item.add("uid", f"{one.id}@{public_url.partition('://')[2]}")
        item.add("dtstamp", clock.parse(one.changed_at))
        item.add("dtstart", begins(told))
        item.add("dtend", ends(told))
        item.add("sequence", one.number)
        item.add("summary", told["name"])
        item.add("description", "\n".join([told["invitation"], "", *told["agenda"]]))
        item.add("status", "CANCELLED" if told.get("state") == CANCELLED else "CONFIRMED")
        item.add("url", f"{public_url}/gatherings/{one.id}/attendance")
        if told.get("place") or told.get("link"):
            item.add("location", told.get("place") or told.get("link"))
        made.add_component(item)
    made.add_missing_timezones()
    return writable_in_calendars(made.to_ical().decode()).encode()

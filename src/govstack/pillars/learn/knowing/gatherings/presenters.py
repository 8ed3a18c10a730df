"""Words and rows of events, and events for calendars."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel import clock, i18n
from govstack.kernel.context import Context
from govstack.kernel.i18n import _, format_minute
from govstack.pillars.learn.frame.model import writable_in_calendars
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.gatherings.model import CANCELLED, GATHERING, Expected, begins, ends
from govstack.pillars.learn.knowing.gatherings.service import Sight
from govstack.pillars.learn.notices import presenters as notices
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.seating import presenters as quota_presenters
from govstack.pillars.learn.seating.model import QuotaKind, held_back
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
        *([(words(_("People who come")), str(found.registered))] if not found.begun else []),
        *_seats(words, found),
        *([(words(_("People who came")), str(found.came))] if found.begun else []),
    ]


def _seats(words: Words, found: Sight) -> list[tuple[str, str]]:
    if found.left is None or found.over:
        return []
    return [
        (words(_("Seats left")), seats_left(words, found)),
        (words(_("People who wait for a seat")), str(found.waiting)),
    ]


def seats_left(words: Words, found: Sight) -> str:
    """Return how many seats are left, and of these how many are kept for whoever the quotas say.

    How many are kept for a gender would tell how many of it come, and so what somebody said of themselves.
    """
    left, kept = found.left or 0, min(found.left or 0, held_back(found.seating, found.taken))
    text = i18n.format_number(words.language, left)
    if any(one.kind is QuotaKind.GENDER and one.least for one in found.seating.quotas):
        return words(_("{count}, some can be kept"), count=text)
    return words(_("{count}, of these {kept} kept for some"), count=text, kept=kept) if kept else text


def kept(words: Words, found: Sight, tree: Tree) -> str:
    """Return for whom seats are kept that are not taken yet, "" for nobody."""
    names = [name for _one, name in quota_presenters.still_kept(found.seating.quotas, found.taken, tree, words)]
    return words(_("Seats are kept for: {names}."), names=i18n.format_list(words.language, names)) if names else ""


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
    return _("Came") if one.attendant.came else _("Comes")


def unmet(found: Iterable[Expected]) -> list[tuple[str, str]]:
    """Return what is not arranged yet, as choices."""
    return [
        (one.attendant.person_id, f"{one.name}: {one.needs}")
        for one in found
        if one.needs and not one.attendant.needs_met
    ]


def noted(found: Iterable[Expected], *, came: bool) -> list[tuple[str, str]]:
    """Return who is noted as having come, or who is not, as choices."""
    return [(one.attendant.person_id, one.name) for one in found if one.attendant.came is came and one.name]


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

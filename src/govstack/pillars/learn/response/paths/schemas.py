"""Wire shapes of learning paths."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from govstack.kernel import clock
from govstack.pillars.learn.frame.model import writable_in_calendars
from govstack.pillars.learn.response.paths.model import Path, Standing, Step


class PathList(msgspec.Struct, frozen=True):
    """Paths."""

    paths: list[Path]


class StepState(msgspec.Struct, frozen=True):
    """A step and where somebody stands with it."""

    step: Step
    standing: Standing


class PathState(msgspec.Struct, frozen=True):
    """A path with its steps in order, and where whoever signed in stands."""

    path: Path
    steps: list[StepState]


def calendar(path: Path, language: str) -> bytes:
    """Return the slots of a path as iCalendar (RFC 5545): each begins on its first day and comes again by its rule."""
    from icalendar import Calendar, Event  # here alone: a start would wait for it, and few need it

    made = Calendar()
    made.add("prodid", "-//GovStack//GovLearn//EN")
    made.add("version", "2.0")
    for slot in path.slots:
        first = next(iter(slot.next_days(slot.since, 1)), None)
        if first is None:
            continue
        event = Event()
        event.add("uid", f"{path.id}-{slot.id}@govlearn")
        event.add("dtstamp", clock.now())
        event.add("dtstart", first)
        event.add("dtend", first + timedelta(days=slot.days))
        event.add("rrule", slot.rule)
        event.add("summary", slot.titles.get(language) or next(iter(slot.titles.values())))
        if slot.place:
            event.add("location", slot.place)
        made.add_component(event)
    return writable_in_calendars(made.to_ical().decode()).encode()

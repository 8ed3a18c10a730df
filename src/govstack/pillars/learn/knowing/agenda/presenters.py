"""Rows of lists of events, and the words of a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from govstack.kernel.context import Context
from govstack.kernel.i18n import _, format_minute
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.agenda.model import News, is_off
from govstack.pillars.learn.knowing.agenda.service import Listed, Own
from govstack.pillars.learn.knowing.gatherings.model import CLOSED, GATHERING, begins
from govstack.pillars.learn.notices import presenters as notices
from govstack.pillars.learn.records.model import Record

TITLES: Mapping[News, str] = {
    News.OFF: _("{event} does not take place"),
    News.ON: _("{event} takes place after all"),
    News.MOVED: _("{event} has changed"),
}


def ahead(words: Words, found: Iterable[Record], left: Mapping[str, int]) -> list[list[Cell]]:
    """Return events still to come as rows, with how many seats are left."""
    return [_row(words, one, _left(words, left.get(one.id))) for one in found]


def gone(words: Words, found: Iterable[Record]) -> list[list[Cell]]:
    """Return events that are not to come any more as rows, with how they ended."""
    return [_row(words, one, words(_ended(one))) for one in found]


def both(words: Words, found: Listed, left: Mapping[str, int]) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Return the rows of what is to come, and of what is not any more."""
    return ahead(words, found.ahead, left), gone(words, found.gone)


def mine(words: Words, found: Iterable[Own]) -> list[list[Cell]]:
    """Return one's own events as rows, with how one stands there."""
    return [_row(words, one.record, words(_standing(one))) for one in found]


def _row(words: Words, record: Record, state: str) -> list[Cell]:
    told = record.content
    return [
        {"text": str(told[GATHERING.title]), "href": f"/gatherings/{record.id}/attendance"},
        words.appointment(begins(told), timezone=told["zone"]),
        told.get("place", ""),
        state,
    ]


def _left(words: Words, number: int | None) -> str:
    if number is None:
        return ""
    return words.count("{count} seat left", "{count} seats left", number) if number else words(_("Full"))


def _ended(record: Record) -> str:
    if is_off(record):
        return _("Cancelled")
    return _("Took place") if record.content.get("state") == CLOSED else _("Has begun, not closed yet")


def _standing(one: Own) -> str:
    if one.attendant.came:
        return _("You came")
    if one.off:
        return _("Cancelled")
    if one.over:
        return _("Over")
    return _("You wait for a seat") if one.attendant.waiting else _("You come")


def message(
    found: Record, about: News, context: Context, *, was: datetime, at: str, language: str
) -> tuple[str, str]:  # fmt: skip
    """Return title and text of the message that an event is off, on again, or at another time or place."""
    words, told = Words(language), found.content
    name, zone = str(told[GATHERING.title]), str(told["zone"])
    before = format_minute(language, was, timezone=zone)
    now = format_minute(language, begins(told), timezone=zone)
    address = f"{context.public_url}/gatherings/{found.id}/attendance"
    if about is News.OFF:
        lines = [words(_("It was to begin on {day} ({zone})."), day=before, zone=zone)]
    else:
        lines = [words(_("It begins on {day} ({zone})."), day=now, zone=zone)]
        if before != now and about is News.MOVED:
            lines.append(words(_("Before, it was to begin on {day} ({zone})."), day=before, zone=zone))
        if told.get("place"):
            lines.append(words(_("Place: {place}"), place=told["place"]))
    lines.append(words(_("Read more here: {address}"), address=address))
    return words(TITLES[about], event=name), notices.text(lines, words, context, at=at)

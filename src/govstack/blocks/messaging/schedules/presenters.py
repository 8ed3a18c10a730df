"""What the pages of schedules show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.messaging.schedules.model import TIMES_MAX, Every, Outcome, Schedule, State, Turn
from govstack.blocks.messaging.senders.presenters import Words
from govstack.kernel import i18n
from govstack.kernel.i18n import _

Cells = Sequence[object]
STATES: Mapping[State, tuple[str, str]] = {
    State.ACTIVE: (_("Goes on"), "good"),
    State.FINISHED: (_("Finished"), "off"),
    State.CANCELLED: (_("Cancelled"), "off"),
}
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.SENT: (_("Handed to sending"), "good"),
    Outcome.MISSED: (_("Missed"), "bad"),
    Outcome.REFUSED: (_("Could not be sent as it is"), "bad"),
}
OFTEN: Mapping[Every, str] = {
    Every.ONCE: _("Once"),
    Every.DAY: _("Every day"),
    Every.WEEK: _("Every week"),
    Every.MONTH: _("Every month"),
}


def rows(words: Words, found: Sequence[Schedule], names: Mapping[str, str]) -> list[Cells]:
    """Return schedules as rows; `names` are those of their senders."""
    return [
        (
            {"text": words(OFTEN[one.every]), "href": f"/schedules/{one.id}"},
            {"text": names.get(one.sender_id, one.sender_id), "href": f"/senders/{one.sender_id}"},
            words.number(one.messages),
            {"moment": one.next_at} if one.next_at else "",
            state(words, one),
        )
        for one in found
    ]


def state(words: Words, found: Schedule) -> dict[str, str]:
    """Return how a schedule stands, as a cell."""
    label, kind = STATES[found.state]
    return {"status": words(label), "state": kind}


def often(words: Words, found: Schedule) -> str:
    """Return how often it is sent, and until when."""
    text = words(OFTEN[found.every])
    if found.every is not Every.ONCE and found.last_day:
        until = i18n.format_date(words.language, found.last_day)
        text = words(_("{often}, until {day}"), often=text, day=until)
    if found.every is not Every.ONCE and found.times < TIMES_MAX:
        text = words(_("{often}, {number} times"), often=text, number=words.number(found.times))
    return text


def wall_clock(words: Words, found: Schedule) -> str:
    """Return when it is sent first, as a clock in its zone shows it."""
    moment = i18n.format_datetime(words.language, f"{found.first_at}:00+00:00", "medium")
    return words(_("{moment}, time of {zone}"), moment=moment, zone=found.zone)


def turn_rows(words: Words, turns: Sequence[Turn]) -> list[Cells]:
    """Return the latest moments of a schedule as rows."""
    found: list[Cells] = []
    for one in turns:
        label, kind = OUTCOMES[one.outcome]
        request = {"text": one.request_id, "href": f"/requests/{one.request_id}"} if one.request_id else ""
        found.append(({"moment": one.due_at}, {"status": words(label), "state": kind}, request))
    return found

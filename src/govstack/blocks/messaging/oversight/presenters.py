"""What the pages of figures and requests show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from govstack.blocks.messaging.intake.model import Channel, Kind, State, Status
from govstack.blocks.messaging.oversight.model import HOURS, Figures, Listed
from govstack.blocks.messaging.senders.presenters import Words
from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.web.charts import Bars, Lines

Cells = Sequence[object]
STATUSES: Mapping[Status, str] = {
    Status.SCHEDULED: _("Scheduled"),
    Status.PROCESSING: _("Being sent"),
    Status.DEFERRED: _("To be tried again"),
    Status.BOUNCED: _("Refused by the receiving side"),
    Status.NOT_SENT: _("Not sent"),
    Status.DELIVERED: _("Delivered"),
}
UNDER_WAY = (Status.SCHEDULED, Status.PROCESSING, Status.DEFERRED)
CHANNELS: Mapping[Channel, str] = {
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("Text to a phone"),
    Channel.IN_APP: _("Message read here"),
}
KINDS: Mapping[Kind, str] = {Kind.SINGLE: _("Single message"), Kind.BATCH: _("Batch")}


def key_figures(words: Words, found: Figures) -> list[tuple[str, str]]:
    """Return what happened in the last day, and what waits now."""
    return [
        (words(_("Accepted in the last day")), words.number(found.total(State.PENDING, State.QUEUED))),
        (words(_("Delivered in the last day")), words.number(found.total(State.DELIVERED))),
        (words(_("Failed in the last day")), words.number(found.total(State.FAILED))),
        (words(_("Not at their end yet")), words.number(found.waiting)),
        (words(_("Tasks laid aside after too many failures")), words.number(found.dead)),
    ]


def hours_chart(words: Words, found: Figures) -> Lines:
    """Return what came into which state, by the hour."""
    counts: Counter[tuple[str, State]] = Counter()
    for one in found.hours:
        counts[(one.hour, one.state)] += one.messages
    this = clock.now().replace(minute=0, second=0, microsecond=0)
    moments = [this - timedelta(hours=number) for number in reversed(range(HOURS))]

    def row(hour: str) -> tuple[int, ...]:
        accepted = counts[(hour, State.PENDING)] + counts[(hour, State.QUEUED)]
        return accepted, *(counts[(hour, state)] for state in (State.DELIVERED, State.ERRORED, State.FAILED))

    return Lines(
        name="messages-by-hour",
        title=words(_("Messages in each hour of the last day")),
        series=[words(_("Accepted")), words(_("Delivered")), words(_("To be tried again")), words(_("Failed"))],
        rows=[(i18n.format_time(words.language, one, "short"), row(clock.timestamp(one)[:13])) for one in moments],
        description=words(_("Times are those at which an hour began ({zone})"), zone=clock.zone()),
        label_header=words(_("Hour")),
    )


def rows(words: Words, found: Sequence[Listed]) -> list[Cells]:
    """Return requests as rows."""
    return [
        (
            {"text": one.id, "href": f"/requests/{one.id}"},
            {"text": one.organisation_name, "href": f"/senders/{one.sender_id}"},
            words(CHANNELS[one.channel]),
            kind(words, one),
            words.number(one.messages),
            {"moment": one.received_at},
        )
        for one in found
    ]


def kind(words: Words, one: Listed) -> str:
    """Return what kind of request it is."""
    text = words(KINDS[one.kind])
    return words(_("{kind}, emergency"), kind=text) if one.urgent else text


def status_chart(words: Words, counts: Mapping[Status, int]) -> Bars:
    """Return how the messages of a request stand."""
    return Bars(
        name="messages-by-state",
        title=words(_("How its messages stand")),
        rows=[(words(label), counts.get(status, 0)) for status, label in STATUSES.items()],
        label_header=words(_("State")),
        value_header=words(_("Messages")),
    )

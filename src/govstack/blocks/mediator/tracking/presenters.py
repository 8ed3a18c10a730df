"""What the pages of published events, deliveries, queues and dead letters show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from govstack.blocks.mediator.delivery.model import Result, State
from govstack.blocks.mediator.directory.presenters import Words
from govstack.blocks.mediator.evidence.presenters import milliseconds, named, size
from govstack.blocks.mediator.explorer.model import Names
from govstack.blocks.mediator.publishing.model import Progress
from govstack.blocks.mediator.tracking.model import Delivery, Queue, Tracked, Try
from govstack.kernel.i18n import _

Cells = Sequence[object]
_ANSWERED = re.compile(r"The subscriber answered (\d{3})\.")
PROGRESS: Mapping[str, tuple[str, str]] = {
    Progress.PENDING: (_("On its way"), "wait"),
    Progress.DELIVERED: (_("Delivered to all"), "good"),
    Progress.INCOMPLETE: (_("Not delivered to all"), "warn"),
    Progress.STOPPED: (_("Stopped"), "off"),
}
STATES: Mapping[str, tuple[str, str]] = {
    State.WAITING: (_("Waiting"), "wait"),
    State.DELIVERED: (_("Delivered"), "good"),
    State.DEAD: (_("Given up"), "bad"),
    State.EXPIRED: (_("Expired"), "off"),
    State.DROPPED: (_("Dropped"), "off"),
    State.STOPPED: (_("Stopped"), "off"),
}
RESULTS: Mapping[str, tuple[str, str]] = {
    Result.DELIVERED: (_("Delivered"), "good"),
    Result.HANDED_OUT: (_("Handed out"), "new"),
    Result.FAILED: (_("Failed"), "warn"),
}


def event_rows(words: Words, found: Sequence[Tracked], names: Mapping[str, Names]) -> list[Cells]:
    """Return published events as rows, newest first."""
    return [
        (
            {"text": words.moment(one.event.received_at), "href": f"/events/log/{one.event.id}"},
            {"code": one.event.event_type},
            named(names, one.event.publisher),
            {"code": one.event.room.partition("/")[2]},
            reached(words, one),
            progress(words, one),
        )
        for one in found
    ]


def reached(words: Words, tracked: Tracked) -> str:
    """Say how many subscribers an event has reached (I29)."""
    done, total = tracked.tally.by_state.get(State.DELIVERED, 0), tracked.tally.total
    if not total:
        return words(_("Nobody subscribed"))
    return words(_("delivered to {done} of {total}"), done=words.number(done), total=words.number(total))


def progress(words: Words, tracked: Tracked) -> dict[str, str]:
    """Return how far an event has come, as a cell of a table."""
    label, sign = PROGRESS[tracked.tally.progress(tracked.event)]
    return {"status": words(label), "state": sign}


def state(words: Words, value: str) -> dict[str, str]:
    """Return where a delivery stands, as a cell of a table."""
    label, sign = STATES[value]
    return {"status": words(label), "state": sign}


def event_facts(words: Words, tracked: Tracked, names: Mapping[str, Names]) -> list[tuple[str, object]]:
    """Return an event as rows of a summary; never what it says."""
    event = tracked.event
    return [
        (words(_("Event type")), event.event_type),
        (words(_("Publisher")), named(names, event.publisher)),
        (words(_("Received")), words.moment(event.received_at)),
        (words(_("Key")), event.key),
        (words(_("Number in its key")), words.number(event.sequence)),
        (words(_("Size")), size(words, event.payload_bytes)),
    ]


def delivery_rows(words: Words, found: Sequence[Delivery], names: Mapping[str, Names]) -> list[Cells]:
    """Return deliveries as rows, by subscriber."""
    return [
        (
            {"text": named(names, one.subscriber), "href": f"/events/deliveries/{one.number}"},
            {"code": one.subscriber.partition("/")[2]},
            {"number": one.attempts},
            {"moment": one.finished_at or one.due_at},
            reason(words, one.reason),
            state(words, one.state),
        )
        for one in found
    ]


def dead_rows(words: Words, found: Sequence[Delivery], names: Mapping[str, Names]) -> list[Cells]:
    """Return dead letters as rows."""
    return [
        (
            {"text": words.moment(one.finished_at or one.created_at), "href": f"/events/deliveries/{one.number}"},
            {"code": one.event_type},
            named(names, one.subscriber),
            {"code": one.room.partition("/")[2]},
            {"number": one.attempts},
            reason(words, one.reason),
        )
        for one in found
    ]


def delivery_facts(words: Words, one: Delivery, names: Mapping[str, Names]) -> list[tuple[str, object]]:
    """Return a delivery as rows of a summary."""
    rows: list[tuple[str, object]] = [
        (words(_("Subscriber")), named(names, one.subscriber)),
        (words(_("Publisher")), named(names, one.publisher)),
        (words(_("Event type")), one.event_type),
        (words(_("Attempts")), words.number(one.attempts)),
        (words(_("Queued")), words.moment(one.created_at)),
    ]
    if one.state is State.WAITING:
        if one.attempts:
            rows.append((words(_("Next attempt")), words.moment(one.due_at)))
        rows.append((words(_("Ends")), words.moment(one.expires_at)))
    if one.finished_at:
        rows.append((words(_("Finished")), words.moment(one.finished_at)))
    return [*rows, (words(_("Reason")), reason(words, one.reason))] if one.reason else rows


def reason(words: Words, text: str) -> str:
    """Return why a delivery ended as it did, in the reader's language; the subscriber's status stays as it was."""
    status = _ANSWERED.fullmatch(text)
    return words(_("The subscriber answered {status}."), status=status[1]) if status else words(text)


def try_rows(words: Words, found: Sequence[Try]) -> list[Cells]:
    """Return the attempts to deliver as rows (I27)."""
    rows: list[Cells] = []
    for one in found:
        label, sign = RESULTS.get(one.outcome, (one.outcome, "off"))
        proof = {"text": words(_("Message")), "href": f"/messages/{one.message_id}"} if one.message_id else ""
        rows.append(
            (
                words.number(one.attempt),
                {"moment": one.at},
                {"status": words(label), "state": sign},
                str(one.status or ""),
                milliseconds(words, one.duration_us),
                reason(words, one.reason),
                proof,
            )
        )
    return rows


def queue_rows(words: Words, base: str, found: Sequence[Queue], names: Mapping[str, Names]) -> list[Cells]:
    """Return queues as rows."""
    return [
        (
            {"text": named(names, one.subscriber), "href": f"{base}/subscriptions/{one.subscription_id}"},
            {"code": one.event_type},
            {"number": one.waiting},
            {"moment": one.oldest} if one.oldest else "–",
            {"number": one.dead},
        )
        for one in found
    ]

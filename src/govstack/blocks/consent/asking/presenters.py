"""Requests in plain words, for those who ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import DataAgreement, worded
from govstack.blocks.consent.asking.model import Notice, Request, State
from govstack.blocks.consent.asking.service import Shown
from govstack.blocks.consent.frame.presenters import Cell, Words
from govstack.kernel.i18n import _, format_date

STATES: Mapping[State, tuple[str, str]] = {
    State.OPEN: (_("No answer yet"), "wait"),
    State.WAITING: (_("Waits for signatures"), "wait"),
    State.AGREED: (_("Agreed"), "good"),
    State.REFUSED: (_("Refused"), "off"),
    State.EXPIRED: (_("Expired"), "off"),
    State.TAKEN_BACK: (_("Taken back"), "off"),
    State.NOT_NEEDED: (_("Not needed any more"), "off"),
    State.FORGOTTEN: (_("The person was forgotten"), "off"),
}
NOTICES: Mapping[Notice | None, str] = {
    Notice.SENT: _("The person was asked, and a message is on its way to them."),
    Notice.FAILED: _("The person was asked. The message to them could not be sent; ask again to try once more."),
    Notice.OFF: _("The person was asked. No message was sent, because this installation sends none."),
    None: _("The person was asked. They find the question when they sign in."),
}


def asker(words: Words, one: Shown) -> str:
    """Return who asks, in words people know: of an application, the organisation that answers for the data."""
    name, controller = one.request.said.asker, worded(one.agreement, words.language).controller
    return f"{controller} ({name})" if "/" in name and controller else name


def until(words: Words, request: Request) -> str:
    """Return the last whole day on which a request can be answered."""
    return format_date(words.language, request.expires_at)


def rows(words: Words, found: Sequence[Shown]) -> list[Sequence[Cell]]:
    """Return one's own requests as rows of a table."""
    return [
        (
            {"text": one.request.said.reference or one.request.id, "href": f"/requests/{one.request.id}"},
            worded(one.agreement, words.language).purpose,
            state(words, one.request.state),
            {"moment": one.request.asked_at},
        )
        for one in found
    ]


def state(words: Words, where: State) -> Mapping[str, object]:
    """Return where a request stands, as a cell."""
    label, sign = STATES[where]
    return {"status": words(label), "state": sign}


def choices(words: Words, found: Sequence[DataAgreement]) -> list[tuple[str, str]]:
    """Return agreements, to choose from."""
    return [(one.id, f"{worded(one, words.language).purpose} ({one.version})") for one in found]

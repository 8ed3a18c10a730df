"""What pages of files of answers show."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.uploads.model import Refusal, State, Upload

STATES = {
    State.READING: (_("Being read"), "wait"), State.DONE: (_("Read"), "good"), State.FAILED: (_("Not read"), "bad"),
}  # fmt: skip


def rows(uploads: Iterable[Upload], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of files."""
    return [
        (
            {"text": one.format.upper(), "href": f"/campaigns/{one.campaign_id}/uploads/{one.id}"},
            {"moment": one.created_at}, {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
            {"number": one.added}, {"number": one.known}, {"number": one.refused},
        )
        for one in uploads
    ]  # fmt: skip


def refusals(found: Iterable[Refusal], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of rows that were refused."""
    return [
        (str(one.number), column or words(_("The row")), words.said(text))
        for one in found
        for column, text in one.faults.items()
    ]

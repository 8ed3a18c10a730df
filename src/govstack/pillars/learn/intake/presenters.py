"""What pages of files of rows show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.intake.model import Intake, Refusal, State

STATES = {
    State.READING: (_("Being read"), "wait"), State.DONE: (_("Read"), "good"), State.FAILED: (_("Not read"), "bad"),
    State.CANCELLED: (_("Cancelled"), "bad"),
}  # fmt: skip


def rows(files: Iterable[Intake], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of files."""
    return [
        (
            {"text": one.format.upper(), "href": f"/files/{one.id}"},
            {"moment": one.created_at}, {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
            {"number": one.added}, {"number": one.known}, {"number": one.refused},
        )
        for one in files
    ]  # fmt: skip


def refusals(found: Iterable[Refusal], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of rows that were refused."""
    return [
        (str(one.number), column or words(_("The row")), words.said(text))
        for one in found
        for column, text in one.faults.items()
    ]


def shown(one: Intake, found: Iterable[Refusal], words: Words) -> Mapping[str, object]:
    """Return what the page of a file shows: how far it is, and what became of its rows."""
    status, kind = STATES[one.state]
    rows_shown = refusals(found, words)
    return {
        "one": one, "reading": one.state is State.READING, "status": (words(status), kind),
        "fault": words.said(one.fault) if one.fault else "", "rows": rows_shown,
        "per_cent": 100 * one.reached // one.size if one.size else 0,
    }  # fmt: skip

"""Rows of discussions."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.discussions.model import Question
from govstack.pillars.learn.knowing.discussions.service import Exchange


def rows(words: Words, found: Iterable[Question]) -> list[list[Cell]]:
    """Return questions as rows."""
    return [
        [
            {"text": one.title, "href": f"/discussions/{one.id}"},
            {"number": one.answers},
            {"moment": one.created_at},
            words(_("Hidden")) if one.hidden_reason else words(_("Closed")) if one.closed else words(_("Open")),
        ]
        for one in found
    ]


def author(words: Words, one: Exchange, person_id: str | None) -> str:
    """Return who wrote something."""
    return one.names.get(person_id or "") or words(_("Not known any more"))

"""Agreements as an organisation sees them in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import worded
from govstack.blocks.consent.agreements.service import Known
from govstack.blocks.consent.frame.presenters import Cell, Words
from govstack.kernel.i18n import _


def rows(words: Words, found: Sequence[Known]) -> list[Sequence[Cell]]:
    """Return agreements as rows of a table."""
    return [
        (
            {"text": worded(one.agreement, words.language).purpose, "href": f"/agreements/{one.agreement.id}"},
            one.agreement.controller.name if one.agreement.controller else "–",
            one.agreement.version,
            state(words, one),
            {"moment": one.revision.at},
        )
        for one in found
    ]


def state(words: Words, one: Known) -> Mapping[str, object]:
    """Return where an agreement stands, as a cell."""
    if one.terminated:
        return {"status": words(_("Terminated")), "state": "off"}
    if one.agreement.active:
        return {"status": words(_("In force")), "state": "good"}
    return {"status": words(_("Not in force yet")), "state": "wait"}

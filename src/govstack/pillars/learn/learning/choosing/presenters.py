"""How what was chosen in a tool is shown to whoever decides about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.learning.choosing.model import Left, Offered, Reason

WHY: Mapping[Reason, str] = {
    Reason.KIND: _("Only links to the tool are taken here, and this is something else."),
    Reason.ADDRESS: _("Its address cannot be trusted: it must begin with https:// and have no fragment."),
    Reason.SHAPE: _("It is not written as the standard asks, or is too long."),
}


def links(words: Words, found: Iterable[Offered]) -> list[tuple[Cell, ...]]:
    """Return a table of links: title with what is said about it, address, points, and parameters."""
    return [
        (
            marked(one.card.titles, words.language),
            marked(one.card.texts, words.language) if one.card.texts else "",
            {"code": one.card.target},
            i18n.format_number(words.language, one.card.graded.maximum) if one.card.graded else words(_("Not graded")),
            {"code": words.set_apart(f"{name}={value}" for name, value in one.card.custom.items())}
            if one.card.custom
            else "",
        )
        for one in found
    ]  # fmt: skip


def left(words: Words, found: Iterable[Left], language: str) -> list[tuple[Cell, ...]]:
    """Return a table of what is not taken, and why."""
    return [
        (
            marked({language: one.title}, words.language) if one.title else words(_("Without a title")),
            {"code": one.kind} if one.kind else "",
            words(WHY[one.reason]),
        )
        for one in found
    ]

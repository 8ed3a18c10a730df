"""What the pages of figures show."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.needs.items.model import Item
from govstack.pillars.learn.needs.psychometrics.model import Gain, ItemFigures
from govstack.pillars.learn.needs.psychometrics.service import Statistics
from govstack.pillars.learn.needs.tests.presenters import said
from govstack.web.figures import BARS_MAX, Bars

# What authors look at first: nearly all or hardly anybody is right, or those who know the rest are wrong here. Ours.
EASY_ABOVE = 0.9
HARD_BELOW = 0.2
WEAK_BELOW = 0.2


def chart(found: Statistics, words: Words) -> Bars:
    """Return how many per cent of the points each question brought, as bars."""
    rows = [
        (words(_("Question {number}"), number=at), round(100 * one.p)) for at, (_item, one) in enumerate(found.items, 1)
    ]
    return Bars(
        "difficulty", words(_("Share of points by question")), rows[:BARS_MAX], unit="%",
        label_header=words(_("Question")), value_header=words(_("Per cent")),
    )  # fmt: skip


def item_rows(found: Statistics, words: Words) -> list[tuple[Cell, ...]]:
    """Return the figures of items as a table."""
    return [
        (
            {"text": f"{at}. {_short(item, words)}", "href": f"/items/{item.id}"}, {"number": round(one.p, 2)},
            "" if one.point_biserial is None else {"number": round(one.point_biserial, 2)}, _judged(one, words),
        )
        for at, (item, one) in enumerate(found.items, 1)
    ]  # fmt: skip


def _short(item: Item, words: Words) -> str:
    return in_language(item.prompts, words.language).split("\n")[0][:80]


def _judged(one: ItemFigures, words: Words) -> dict[str, object]:
    if one.point_biserial is not None and one.point_biserial < 0:
        return {"status": words(_("Look at the key")), "state": "bad"}
    if one.p > EASY_ABOVE:
        return {"status": words(_("Very easy")), "state": "warn"}
    if one.p < HARD_BELOW:
        return {"status": words(_("Very hard")), "state": "warn"}
    if one.point_biserial is None or one.point_biserial < WEAK_BELOW:
        return {"status": words(_("Tells little")), "state": "warn"}
    return {"status": words(_("Good")), "state": "good"}


def option_rows(found: Statistics, words: Words) -> list[tuple[str, list[tuple[Cell, ...]]]]:
    """Return for each item with options a table of who chose which."""
    return [
        (
            f"{at}. {_short(item, words)}",
            [
                (
                    words.set_apart(said(item, (use.option,), words.language)),
                    words(_("Yes") if use.right else _("No")),
                    {"number": use.people}, {"number": round(100 * use.share)},
                    "" if use.rest is None else {"number": round(100 * use.rest)},
                )
                for use in one.options
            ],
        )
        for at, (item, one) in enumerate(found.items, 1) if one.options
    ]  # fmt: skip


def gain_row(label: str, found: Gain | None) -> tuple[Cell, ...]:
    """Return a gain as a row of a table."""
    if found is None:
        return (label, "", "", "", "", "")
    figures = (found.before, found.after, found.mean, found.low, found.high)
    return (label, *({"number": round(one, 1)} for one in figures))


def gain_chart(found: Gain, words: Words) -> Bars:
    """Return the means before and after as bars."""
    rows = [(words(_("Before learning")), round(found.before, 1)), (words(_("After learning")), round(found.after, 1))]
    return Bars(
        "gain", words(_("Mean of the shared items")), rows, unit="%", label_header=words(_("Part")),
        value_header=words(_("Per cent")),
    )  # fmt: skip

"""What pages show of splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.splits.model import UNSTATED, Dimension, Share, Split
from govstack.pillars.learn.vocabularies.model import Term
from govstack.pillars.learn.vocabularies.presenters import labelled

Known = Mapping[Dimension, Sequence[Term]]
HEADINGS = {
    Dimension.GENDER: _("By gender"), Dimension.AGE: _("By age"), Dimension.DISABILITY: _("By disability"),
    Dimension.AREA: _("By kind of place"),
}  # fmt: skip
GENDERS = {
    Gender.FEMALE.value: _("Women"), Gender.MALE.value: _("Men"), Gender.OTHER.value: _("Other genders"),
    UNSTATED: _("Not stated"),
}  # fmt: skip


def label(by: Dimension, value: str, known: Known, words: Words) -> str:
    """Return what a part of a split is called."""
    if by is Dimension.GENDER or value == UNSTATED:
        return words(GENDERS[value]) if value in GENDERS else value
    return labelled(known.get(by, ()), words.language).get(value, value)


def number(one: Share, words: Words) -> Cell:
    """Return how many people are in a part, or that it is hidden."""
    return words(_("Hidden: few people")) if one.people is None else {"number": one.people}


def tables(splits: Iterable[Split], known: Known, words: Words) -> list[tuple[str, list[list[Cell]]]]:
    """Return each split with its heading and its rows."""
    return [
        (
            words(HEADINGS[one.by]),
            [[label(one.by, part.value, known, words), number(part, words)] for part in one.shares],
        )
        for one in splits
    ]  # fmt: skip

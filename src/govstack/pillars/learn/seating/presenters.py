"""What the pages of quotas show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.people.model import Gender, Tree
from govstack.pillars.learn.people.presenters import name_of
from govstack.pillars.learn.seating.model import Quota, QuotaKind, Taken

GENDERS: Mapping[str, str] = {Gender.FEMALE: _("Women"), Gender.MALE: _("Men"), Gender.OTHER: _("Other")}

CROSSED = _("Quotas cannot keep more seats than there are, nor keep more for somebody than they are given.")
QUOTAS_FIRST = _("Quotas need a number of seats. Enter one, or remove the quotas first.")


def rows(quotas: Iterable[Quota], taken: Taken, tree: Tree, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of quotas: for whom, how many seats are kept, given at most, and taken.

    How many of a gender have a seat is not shown: beside the names it would tell what somebody said of themselves.
    """
    return [
        (
            _name(one, tree, words), {"number": one.least},
            {"number": one.most} if one.most is not None else words(_("No limit")),
            words(_("Not shown")) if one.kind is QuotaKind.GENDER else {"number": taken.of(one.kind, one.id)},
        )
        for one in quotas
    ]  # fmt: skip


def choices(tree: Tree, words: Words) -> list[tuple[str, str]]:
    """Return whom seats can be kept for: genders, and ministries, which are the organisations below no other."""
    genders = [(f"{QuotaKind.GENDER}:{code}", words(label)) for code, label in GENDERS.items()]
    tops = [one for one in tree.by_id.values() if tree.top(one.id) == one.id]
    named = [(f"{QuotaKind.MINISTRY}:{one.id}", in_language(one.names, words.language)) for one in tops]
    return [*genders, *sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))]


def kept(quotas: Iterable[Quota], tree: Tree, words: Words) -> list[tuple[str, str]]:
    """Return the quotas there are, to choose one that goes."""
    return [(f"{one.kind}:{one.id}", _name(one, tree, words)) for one in quotas]


def still_kept(quotas: Iterable[Quota], taken: Taken, tree: Tree, words: Words) -> list[tuple[Quota, str]]:
    """Return the quotas that keep seats which nobody has taken yet, and all that keep any for a gender."""
    return [
        (one, _name(one, tree, words))
        for one in quotas
        if one.least > (0 if one.kind is QuotaKind.GENDER else taken.of(one.kind, one.id))
    ]


def _name(one: Quota, tree: Tree, words: Words) -> str:
    if one.kind is QuotaKind.GENDER:
        return words(GENDERS.get(one.id, one.id))
    return name_of(tree, one.id, words.language) or one.id

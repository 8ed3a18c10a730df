"""What pages show of words."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.pillars.learn.frame.presenters import in_language
from govstack.pillars.learn.vocabularies.model import Term


def labelled(terms: Iterable[Term], language: str) -> dict[str, str]:
    """Return the label of each code in a language."""
    return {one.code: in_language(one.labels, language) for one in terms}


def explained(terms: Iterable[Term], language: str) -> list[tuple[str, str]]:
    """Return label and note of the words that can be chosen now and have a note."""
    return [
        (in_language(one.labels, language), in_language(one.notes, language))
        for one in terms
        if one.notes and not one.retired
    ]


def offered(terms: Iterable[Term], language: str, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return what can be chosen now as value and label; what was chosen before stays although it was retired."""
    kept = set(chosen)
    return [(one.code, in_language(one.labels, language)) for one in terms if not one.retired or one.code in kept]

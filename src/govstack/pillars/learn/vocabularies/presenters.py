"""What pages show of words."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel import i18n
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


def languages(terms: Iterable[Term], language: str, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the languages of texts to choose from; one that was chosen stays, also where the country names it not."""
    kept = [one for one in dict.fromkeys(chosen) if one]
    told = offered(terms, language, kept)
    known = {code for code, _label in told}
    return told + [(code, i18n.language_name(code)) for code in kept if code not in known]

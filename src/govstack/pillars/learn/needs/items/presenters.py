"""What the pages of the item bank show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, languages_named
from govstack.pillars.learn.needs.items.model import Bloom, Difficulty, Item, Kind, Scoring, State

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.CHOICE: (_("Single choice"), _("One of several options is right")),
    Kind.MULTIPLE: (_("Multiple choice"), _("Several options may be right")),
    Kind.TEXT: (_("Text"), _("A word or a short text is written")),
    Kind.MATCH: (_("Matching"), _("Options are joined with targets")),
    Kind.ORDER: (_("Ordering"), _("Options are put in their order")),
}
LEVELS: Mapping[Bloom, str] = {
    Bloom.KNOWLEDGE: _("Knowledge"), Bloom.COMPREHENSION: _("Comprehension"), Bloom.APPLICATION: _("Application"),
}  # fmt: skip
DIFFICULTIES: Mapping[Difficulty, str] = {
    Difficulty.EASY: _("Easy"), Difficulty.MEDIUM: _("Medium"), Difficulty.HARD: _("Hard"),
}  # fmt: skip
STATES: Mapping[State, tuple[str, str]] = {
    State.DRAFT: (_("Draft"), "wait"), State.READY: (_("Ready"), "good"), State.RETIRED: (_("Retired"), "off"),
}  # fmt: skip
SCORINGS: Mapping[Scoring, str] = {
    Scoring.WHOLE: _("Only what is wholly right counts"), Scoring.PART: _("What is right in part counts in part"),
}  # fmt: skip
AnyWord = TypeVar("AnyWord", bound=StrEnum)
LANGUAGES = tuple(i18n.NAMES.items())


def rows(items: Iterable[Item], called: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of items."""
    return [
        (
            {"text": in_language(one.prompts, words.language).split("\n")[0][:120], "href": f"/items/{one.id}"},
            called.get(one.competency_id, one.competency_id), words(LEVELS[one.bloom]), words(KINDS[one.kind][0]),
            languages_named(sorted(one.prompts), words),
            state(one.state, words),
        )
        for one in items
    ]  # fmt: skip


def state(value: State, words: Words) -> Mapping[str, object]:
    """Return the state of an item as a cell."""
    text, sign = STATES[value]
    return {"status": words(text), "state": sign}


def facts(item: Item, competency: str, words: Words) -> list[tuple[str, str]]:
    """Return what is known of an item, as label and value."""
    return [
        (words(_("Competency")), competency),
        (words(_("Level")), words(LEVELS[item.bloom])),
        (words(_("Kind")), words(KINDS[item.kind][0])),
        (words(_("Difficulty, as its author thinks")), words(DIFFICULTIES[item.difficulty])),
        (words(_("Scoring")), words(SCORINGS[item.scoring])),
        (words(_("Points")), str(item.points)),
        (words(_("Asked before and after learning")), words(_("Yes") if item.anchor else _("No"))),
        (words(_("Right answer")), words.set_apart(item.right)),
        (words(_("Version")), str(item.version)),
    ]


def labelled(pairs: Mapping[AnyWord, str], words: Words) -> list[tuple[str, str]]:
    """Return values with their labels in a language."""
    return [(str(value), words(label)) for value, label in pairs.items()]

"""What the pages of launches show."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words, in_language
from govstack.pillars.learn.learning.launches.model import Progress
from govstack.pillars.learn.learning.launches.service import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A unit as a page shows it."""

    id: str
    title: str
    state: str


def state(progress: Progress | None, words: Words) -> str:
    """Return how far a learner is in a unit."""
    if progress is None:
        return words(_("Not begun"))
    if progress.waived_at:
        return words(_("Need not be done"))
    if progress.satisfied_at:
        return words(_("Done"))
    if progress.failed_at and not progress.passed_at:
        return words(_("Not passed yet"))
    return words(_("Begun"))


def lines(standing: Standing, words: Words) -> list[Line]:
    """Return the units of a course."""
    return [
        Line(
            unit.id, in_language(unit.titles, words.language), state(standing.progress.get(unit.id), words),
        )
        for unit in standing.course.structure.every_unit()
    ]  # fmt: skip


def title(standing: Standing, language: str) -> str:
    """Return the title of a course."""
    return in_language(standing.course.structure.titles, language)


def whole(words: Words, *, done: bool) -> str:
    """Return how far a learner is in a course."""
    return words(_("Done")) if done else words(_("Begun"))

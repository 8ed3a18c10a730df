"""What pages show of coaching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.frameworks.presenters import level_name
from govstack.pillars.learn.response.coaching.model import Coaching, Whole


def rows(found: Iterable[Coaching], names: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of coachings."""
    return [
        (
            {"text": names.get(one.coachee_id, one.coachee_id), "href": f"/my/coaching/{one.id}"},
            names.get(one.coach_id, one.coach_id),
            i18n.format_date(words.language, one.created_at),
            {"status": words(_("Ended")), "state": "off"}
            if one.ended_at
            else {"status": words(_("Goes on")), "state": "good"},
        )
        for one in found
    ]


def register(found: Sequence[Coaching], names: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of coachings for a training unit, which reads none of them."""
    return [
        (
            names.get(one.coachee_id, one.coachee_id), names.get(one.coach_id, one.coach_id),
            names.get(one.supervisor_id or "", ""), *tail,
        )
        for one, (_who, _by, *tail) in zip(found, rows(found, names, words), strict=True)
    ]  # fmt: skip


def goals(
    whole: Whole, known: Mapping[str, Competency], scales: Mapping[str, Scale], words: Words
) -> list[tuple[Cell, ...]]:
    """Return the table of goals, levels by their names."""
    return [
        (
            goal.words, _competency(goal.competency_id, known, words.language),
            words(
                _("{first} to {last}"), first=_level(goal.from_level, goal.competency_id, known, scales, words),
                last=_level(goal.to_level, goal.competency_id, known, scales, words),
            ),
            {"status": words(_("Reached")), "state": "good"} if goal.reached else words(_("Not yet")),
        )
        for goal in whole.goals
    ]  # fmt: skip


def _level(
    ordinal: int, competency_id: str, known: Mapping[str, Competency], scales: Mapping[str, Scale], words: Words
) -> str:
    one = known.get(competency_id)
    return level_name(words, scales.get(one.scale_id) if one else None, ordinal)


def _competency(competency_id: str, known: Mapping[str, Competency], language: str) -> str:
    one = known.get(competency_id)
    return f"{one.code} {in_language(one.titles, language)}".strip() if one else competency_id


def notes(whole: Whole, names: Mapping[str, str], language: str) -> list[tuple[Cell, ...]]:
    """Return the table of notes."""
    return [
        (i18n.format_date(language, note.day), names.get(note.author_id, note.author_id), note.words)
        for note in whole.notes
    ]

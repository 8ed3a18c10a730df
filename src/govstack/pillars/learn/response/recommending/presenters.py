"""What pages show of a recommendation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, languages_named, lasting
from govstack.pillars.learn.response.offerings.model import Offering
from govstack.pillars.learn.response.recommending.model import Advice, Chosen, Left, Why

WHY: Mapping[Why, str] = {
    Why.LANGUAGE: _("Not in this language"), Why.FORM: _("Of another form"),
    Why.ACCESSIBILITY: _("Not accessible as needed"), Why.OFFLINE: _("Needs a connection"),
    Why.BEFORE: _("What comes before it cannot be taken"), Why.LEVEL: _("Begins or ends at another level"),
    Why.LONGER: _("Takes longer"), Why.TIME: _("No time left for it"), Why.TAKEN: _("Taken already"),
}  # fmt: skip
LEFT: Mapping[Left, str] = {
    Left.NOTHING: _("No course raises it to this level"), Left.LIMITS: _("No course that fits your answers"),
    Left.TAKEN: _("Only courses that you completed already"), Left.TIME: _("Not enough time"),
}  # fmt: skip


Names = Mapping[str, str]


def competencies(advice: Advice) -> set[str]:
    """Return the competencies that advice speaks of."""
    raised = {each.competency_id for one in advice.steps for each in one.reasons}
    return raised | {one.competency_id for one in advice.others} | {one.competency_id for one in advice.open}


def steps(advice: Advice, known: Mapping[str, Offering], called: Names, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of what to take, in its order, each with its reason."""
    return [
        (
            {"text": title(known, one.course_id, words.language), "href": f"/catalogue/{one.course_id}"},
            reason(one, known, called, words),
        )
        for one in advice.steps
    ]


def reason(one: Chosen, known: Mapping[str, Offering], called: Names, words: Words) -> str:
    """Return why something is recommended, such as raises E.7 from 2 to 3; fr; 4 h."""
    told = [
        words(
            _("raises {competency} from {first} to {last}"),
            competency=called.get(each.competency_id, each.competency_id), first=each.from_level, last=each.to_level,
        )
        for each in one.reasons
    ]  # fmt: skip
    if not told and one.needed_by:
        told = [words(_("comes before {course}"), course=title(known, one.needed_by, words.language))]
    return words.set_apart([*told, languages_named(known[one.course_id].languages, words), lasting(one.hours, words)])


def others(advice: Advice, known: Mapping[str, Offering], called: Names, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of what was not chosen."""
    return [
        (
            title(known, one.course_id, words.language),
            called.get(one.competency_id, one.competency_id),
            words(WHY[one.why]),
        )
        for one in advice.others
    ]


def left(advice: Advice, called: Names, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of gaps that stay."""
    return [
        (
            called.get(one.competency_id, one.competency_id),
            words(_("Not rated yet")) if one.existing is None else {"number": one.existing},
            {"number": one.desired}, words(LEFT[one.why]),
        )
        for one in advice.open
    ]  # fmt: skip


def title(known: Mapping[str, Offering], course_id: str, language: str) -> str:
    """Return what a course is called."""
    return in_language(known[course_id].titles, language) if course_id in known else course_id


def needs(known: Iterable[Offering], asked: str) -> list[tuple[str, str]]:
    """Return the needs that anything offered meets, in the words of whoever offers it, and the one that is asked."""
    found = {each for one in known for each in one.accessibility} | {asked}
    return [(one, one.replace("-", " ")) for one in sorted(found - {""})]


def languages(known: Iterable[Offering]) -> list[tuple[str, str]]:
    """Return the languages that anything is offered in."""
    found = sorted({each for one in known for each in one.languages})
    return [(one, i18n.language_name(one)) for one in found]

"""What the pages of badges that are earned show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.earning.model import Ahead, Earned, Source, Standing
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.learning.achievements.model import Achievement, told

TITLES: Mapping[Source, str] = {
    Source.COURSE: _("Badges that it earns"), Source.OFFERING: _("Badges that it earns"),
    Source.COMMUNITY: _("Badges for contributions"),
}  # fmt: skip
LEADS: Mapping[Source, str] = {
    Source.COURSE: _(
        "Whoever completes the course gets each badge whose rule they reach. The lowest result of its tests counts; a "
        "course without a test counts as 100 per cent."
    ),
    Source.OFFERING: _(
        "Whoever gets the certificate gets each badge whose rule they reach, by what the certificate says. A course "
        "without a test counts as 100 per cent."
    ),
    Source.COMMUNITY: _("Members get a badge when so many of their contributions have been confirmed."),
}  # fmt: skip
NONE_FITS: Mapping[Source, str] = {
    Source.COURSE: _("There is no other badge that a rule on the result awards. Enter one under badges first."),
    Source.OFFERING: _("There is no other badge that a rule awards. Enter one under badges first."),
    Source.COMMUNITY: _(
        "There is no other badge for contributions that a rule and facilitators award. The training unit enters one."
    ),
}  # fmt: skip


def rule(words: Words, one: Achievement) -> str:
    """Return what the rule of a badge asks for."""

    def percent(number: int) -> str:
        return i18n.format_percent(words.language, number / 100)

    asked = []
    if one.score_percent:
        asked.append(words(_("At least {percent} in the tests"), percent=percent(one.score_percent)))
    if one.attendance_percent:
        asked.append(words(_("At least {percent} of the days attended"), percent=percent(one.attendance_percent)))
    return " · ".join(asked)


def count(words: Words, one: Earned) -> str:
    """Return how many contributions of which kind a badge takes."""
    times = one.link.times
    number = i18n.format_number(words.language, times)
    text = words.count("{count} confirmed contribution", "{count} confirmed contributions", times).format(count=number)
    return f"{text} · {one.link.task}" if one.link.task else text


def rows(words: Words, kind: Source, found: Iterable[Earned]) -> list[tuple[Cell, ...]]:
    """Return a table of badges with what each asks for."""
    return [
        (
            told(one.achievement.names, words.language),
            count(words, one) if kind is Source.COMMUNITY else rule(words, one.achievement),
            {"status": words(_("In use")), "state": "good"}
            if one.achievement.active
            else {"status": words(_("No longer awarded")), "state": "off"},
        )
        for one in found
    ]


STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.HELD: (_("You have it"), "good"),
    Standing.NOT_BEGUN: (_("Not begun"), "new"),
    Standing.UNDER_WAY: (_("Under way"), "wait"),
    Standing.BELOW: (_("Your result is lower so far"), "warn"),
    Standing.REACHED: (_("Reached; the badge has not come yet"), "wait"),
}


def takes(words: Words, one: Ahead) -> str:
    """Return what a badge takes: the rule, or the contributions with how many there are."""
    if one.place.kind is not Source.COMMUNITY:
        return rule(words, one.earned.achievement)
    so_far = words(_("{number} so far"), number=i18n.format_number(words.language, one.done))
    return f"{count(words, one.earned)} ({so_far})"


def stands(words: Words, one: Ahead) -> Cell:
    """Return where somebody stands before a badge; what they have leads to it."""
    text, sign = STANDINGS[one.standing]
    if one.standing is Standing.HELD:
        return {"text": words(text), "href": f"/badges/{one.badge_id}"}
    if one.standing is Standing.UNDER_WAY and one.place.kind is Source.COURSE:
        return words(_("{percent} of the course"), percent=i18n.format_percent(words.language, one.done / 100))
    return {"status": words(text), "state": sign}


def at_course(words: Words, found: Iterable[Ahead]) -> list[tuple[Cell, ...]]:
    """Return the badges of a course as its learners see them; what is awarded no more is seen by who has it alone."""
    return [
        (
            marked(one.earned.achievement.names, words.language),
            marked(one.earned.achievement.criteria, words.language),
            rule(words, one.earned.achievement), stands(words, one),
        )
        for one in found
        if one.earned.achievement.active or one.standing is Standing.HELD
    ]  # fmt: skip


WHERE: Mapping[Source, str] = {
    Source.COURSE: "/courses/{id}", Source.OFFERING: "/catalogue/{id}", Source.COMMUNITY: "/communities/{id}/room",
}  # fmt: skip


def ahead(words: Words, found: Iterable[Ahead]) -> list[tuple[Cell, ...]]:
    """Return the badges that somebody can earn next, and by what."""
    return [
        (
            marked(one.earned.achievement.names, words.language),
            {
                "text": one.titles[""] if "" in one.titles else marked(one.titles, words.language),
                "href": WHERE[one.place.kind].format(id=one.place.id),
            },
            takes(words, one), stands(words, one),
        )
        for one in found
    ]  # fmt: skip


def numbered(tasks: Iterable[str]) -> list[tuple[str, str]]:
    """Return opportunities to choose from, by their numbers from 1."""
    return [(str(number), task) for number, task in enumerate(tasks, start=1)]


def page(
    words: Words, kind: Source, found: list[Earned], others: Iterable[Achievement], tasks: Iterable[str]
) -> dict[str, Any]:
    """Return what a page shows of what is earned, and of what can be chosen."""
    have = set() if kind is Source.COMMUNITY else {one.achievement.id for one in found}
    choices = []
    for one in others:
        if one.id not in have:
            name, asked = told(one.names, words.language), rule(words, one)
            choices.append((one.id, f"{name} ({asked})" if asked else name))
    return {
        "title": words(TITLES[kind]), "lead": words(LEADS[kind]), "none_fits": words(NONE_FITS[kind]),
        "rows": rows(words, kind, found), "choices": choices, "community": kind is Source.COMMUNITY,
        "named": [(one.achievement.id, told(one.achievement.names, words.language)) for one in found],
        "tasks": numbered(tasks),
    }  # fmt: skip

"""What the pages of profiles show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from govstack.kernel.i18n import _, format_number
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.frameworks.presenters import KINDS, address, called, level_name
from govstack.pillars.learn.needs.profiles.model import CATEGORIES, CRITICALITY_MAX, CRITICALITY_MIN, Profile

# What the ends and the middle of the scale mean; the numbers between speak for themselves.
CRITICALITIES = {
    1: _("1, the service goes on without it"), 3: _("3, in the middle"), 5: _("5, nothing goes on without it"),
}  # fmt: skip


def page_of(profile_id: str) -> str:
    """Return the page of a profile."""
    return f"/profiles/{quote(profile_id, safe=':')}"


def category_name(words: Words, category: str) -> str:
    """Return what a category is called; a country's own stands as it is."""
    return words(CATEGORIES[category]) if category in CATEGORIES else category


def rows(words: Words, found: Sequence[Profile], holders: Mapping[str, int]) -> list[tuple[Cell, ...]]:
    """Return a table of profiles."""
    return [
        (
            {"text": marked(one.names, words.language), "href": page_of(one.id)},
            category_name(words, one.category),
            {"number": one.criticality},
            {"number": len(one.requirements)},
            {"number": holders.get(one.id, 0)},
        )
        for one in found
    ]


def requirement_rows(
    words: Words, profile: Profile, known: Mapping[str, Competency], scales: Mapping[str, Scale], *, plans: bool
) -> list[tuple[Cell, ...]]:
    """Return what a profile requires; whoever plans gets a link to change each."""
    shown: list[tuple[Cell, ...]] = []
    for one in profile.requirements:
        competency = known[one.competency_id]
        own = "" if one.criticality is None else str(one.criticality)
        row: tuple[Cell, ...] = (
            {"text": called(competency, words.language), "href": address(competency.id)},
            words(KINDS[competency.kind]),
            level_name(words, scales.get(competency.scale_id), one.level),
            own or words(_("{number}, as the profile"), number=profile.criticality),
            {"tag": words(_("Our default")), "colour": "blue"} if one.ours else "",
        )
        change = f"{page_of(profile.id)}/requirements/{quote(competency.id, safe=':')}"
        shown.append((*row, {"text": words(_("Change")), "href": change}) if plans else row)
    return shown


def criticalities(words: Words) -> list[tuple[str, str]]:
    """Return the choices of how critical something is."""
    return [(str(one), criticality_name(words, one)) for one in range(CRITICALITY_MIN, CRITICALITY_MAX + 1)]


def criticality_name(words: Words, number: int) -> str:
    """Return a criticality in words."""
    return words(CRITICALITIES[number]) if number in CRITICALITIES else format_number(words.language, number)

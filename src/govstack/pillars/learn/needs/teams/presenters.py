"""What the page of a digital team shows."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.frameworks.presenters import address, called, level_name
from govstack.pillars.learn.needs.profiles.presenters import page_of
from govstack.pillars.learn.needs.teams.model import Seat, Team
from govstack.web.figures import Bars


def role_name(one: Seat, language: str) -> str:
    """Return what a role is called in a language: by its profile, else as it was written."""
    return in_language(one.profile.names, language) if one.profile else str(one.record.content["role"])


def rows(found: Team, units: Mapping[str, str], sources: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return the roles of a team as rows of a table."""
    return [
        [
            units.get(str(one.record.content["unit"]), ""),
            {"text": role_name(one, words.language), "href": f"/team-posts/{one.record.id}"},
            {"number": one.wanted},
            words(_("{number}, counted from posts"), number=words.number(one.staffed))
            if one.counted
            else {"number": one.staffed},
            {"number": one.vacant},
            sources.get(str(one.record.content.get("source", "")), ""),
            {"text": words(_("What it asks for")), "href": page_of(one.profile.id)} if one.profile else "",
        ]
        for one in found.seats
    ]


def required(
    found: Team, known: Mapping[str, Competency], scales: Mapping[str, Scale], words: Words
) -> list[list[Cell]]:
    """Return what missing people are to have, as rows of a table."""
    return [
        [
            {"text": called(known[one.competency_id], words.language), "href": address(one.competency_id)},
            level_name(words, scales.get(known[one.competency_id].scale_id), one.level),
            {"number": one.people},
        ]
        for one in found.required
        if one.competency_id in known
    ]


def vacancies(found: Team, units: Mapping[str, str], words: Words) -> Bars:
    """Return how many people are missing, by unit."""
    by_unit: dict[str, int] = {}
    for one in found.vacant:
        unit = str(one.record.content["unit"])
        by_unit[unit] = by_unit.get(unit, 0) + one.vacant
    return Bars(
        name="vacancies",
        title=words(_("People who are missing, by unit")),
        unit="",
        label_header=words(_("Unit of a digital team")),
        value_header=words(_("People missing")),
        rows=[(units.get(unit, unit), people) for unit, people in by_unit.items()],
    )

"""What the pages of the skill matrix, the heat map and the gaps show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.kernel.i18n import _, direction, format_number, format_percent
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, labelled_with
from govstack.pillars.learn.needs.drawing.model import Grid
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.frameworks.presenters import address, called, level_name
from govstack.pillars.learn.needs.gaps.model import Division, Gap, RollUp
from govstack.pillars.learn.needs.matrix.model import Heat, HeatRows, Matrix
from govstack.pillars.learn.needs.profiles.presenters import category_name
from govstack.pillars.learn.needs.skills.presenters import origin
from govstack.pillars.learn.people.model import Person, Tree
from govstack.pillars.learn.people.presenters import name_of
from govstack.web.figures import Bars, HeatMap

PARTS = {
    Division.WHOLE: _("All together"), Division.ORGANISATION: _("By organisation"), Division.TEAM: _("By team"),
    Division.CATEGORY: _("By category of profile"),
}  # fmt: skip
HEAT_ROWS = {
    HeatRows.ORGANISATION: _("Organisations"), HeatRows.CATEGORY: _("Categories of profiles"),
    HeatRows.TEAM: _("Teams"), HeatRows.PERSON: _("People"),
}  # fmt: skip
CHART_ROWS_MAX = 12
CODE_CHARACTERS_MAX = 14


def cell(words: Words, one: Gap | None, scales: Mapping[str, Scale]) -> str:
    """Return a cell of the matrix: the level, where it comes from and how old it is; unrated says so."""
    if one is None:
        return ""
    wanted = level_name(words, scales.get(one.scale_id), one.desired)
    if one.existing is None:
        return words(_("Not rated ({level} required)"), level=wanted)
    existing = level_name(words, scales.get(one.scale_id), one.existing)
    told = words(_("{level} of {required}"), level=existing, required=wanted)
    return f"{told}. {origin(words, one.rater_type, one.rated_on, stale=one.stale)}"


def matrix_rows(words: Words, found: Matrix, scales: Mapping[str, Scale]) -> list[tuple[Cell, ...]]:
    """Return people against competencies."""
    return [
        (
            person.name or person.id,
            *(cell(words, found.required[person.id].get(one), scales) for one in found.competency_ids),
        )
        for person in found.people
    ]


def short(one: Competency, language: str) -> str:
    """Return the code of a competency where it is short, else its title: for the head of a column."""
    return one.code if one.code and len(one.code) <= CODE_CHARACTERS_MAX else in_language(one.titles, language)


def part_name(words: Words, part: str, by: Division, tree: Tree, managers: Mapping[str, Person]) -> str:
    """Return what a part of the country is called."""
    if not part:
        return words(_("Nobody's")) if by is Division.TEAM else words(_("Without"))
    if by is Division.ORGANISATION:
        return name_of(tree, part, words.language) or part
    if by is Division.TEAM:
        return managers[part].name or part if part in managers else part
    return category_name(words, part)


def roll_up_rows(
    words: Words,
    found: Sequence[RollUp],
    known: Mapping[str, Competency],
    scales: Mapping[str, Scale],
    names: Mapping[str, str] | None,
) -> list[tuple[Cell, ...]]:
    """Return figures with every factor of their priority; `names` names the parts when there are several."""
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        competency = known[one.competency_id]
        head: tuple[Cell, ...] = ({"text": called(competency, words.language), "href": address(competency.id)},)
        head = (*head, names[one.part]) if names is not None else head
        rows.append((*head, *_numbers(words, one, scales.get(one.scale_id))))
    return rows


def _numbers(words: Words, one: RollUp, scale: Scale | None) -> tuple[Cell, ...]:
    if not one.shown:
        hidden = words(_("Too few people"))
        return (hidden, hidden, hidden, hidden, hidden, hidden)
    levels = [
        labelled_with(words, level_name(words, scale, level), format_number(words.language, people))
        for level, people in one.levels.items()
    ]
    if one.unrated:
        levels.append(words(_("not rated: {people}"), people=format_number(words.language, one.unrated)))
    holders: Cell = {"number": one.holders or 0}
    if one.fragile:
        told = words.count("{count} person", "{count} people", one.holders or 0)
        holders = {"status": told.format(count=format_number(words.language, one.holders or 0)), "state": "warn"}
    covered = format_percent(words.language, one.coverage)
    factors = [
        " × ".join(format_number(words.language, number) for number in (share.gap, share.criticality, share.people))
        for share in one.shares
    ]
    return (
        {"number": one.required or 0}, f"{covered} ({format_number(words.language, one.met or 0)})",
        words.set_apart(levels), holders, " + ".join(factors) or "0", {"number": one.priority},
    )  # fmt: skip


def headers(words: Words, *, parts: bool) -> list[Cell]:
    """Return the heads of the columns of figures."""
    head: list[Cell] = [words(_("Competency")), *([words(_("Part"))] if parts else [])]
    return [
        *head,
        {"label": words(_("People whose posts ask for it")), "numeric": True},
        words(_("At the level or above")),
        words(_("People by level")),
        {"label": words(_("People who hold it")), "numeric": True},
        words(_("Gap × criticality × people")),
        {"label": words(_("Priority")), "numeric": True},
    ]


def priorities(words: Words, found: Sequence[RollUp], known: Mapping[str, Competency]) -> Bars | None:
    """Return the highest priorities as bars."""
    rows = [(called(known[one.competency_id], words.language), one.priority) for one in found if one.priority]
    return Bars(
        "priorities", words(_("Highest priorities")), rows[:CHART_ROWS_MAX],
        label_header=words(_("Competency")), value_header=words(_("Priority")),
    ) if rows else None  # fmt: skip


def heat_title(words: Words, by: HeatRows) -> str:
    """Return what the numbers of a heat map are."""
    return (
        words(_("Levels missing, by person")) if by is HeatRows.PERSON else words(_("People below the level required"))
    )


def heat_map(
    words: Words, heat: Heat, by: HeatRows, columns: Sequence[str], names: Mapping[str, str]
) -> HeatMap | None:
    """Return the heat map of a page."""
    if not heat.rows or not columns:
        return None
    return HeatMap(
        "heat", heat_title(words, by), list(columns), [(names[row], numbers) for row, numbers in heat.rows],
        label_header=words(HEAT_ROWS[by]),
    )  # fmt: skip


def grid(words: Words, heat: Heat, by: HeatRows, known: Mapping[str, Competency], names: Mapping[str, str]) -> Grid:
    """Return the heat map as a picture of its own, with what its codes mean below."""
    columns = [short(known[one], words.language) for one in heat.competency_ids]
    legend = [called(known[one], words.language) for one in heat.competency_ids]
    told = words(_("A dash: nobody was rated, nothing is asked for, or the group is too small to be shown."))
    rows = [(names[row], numbers) for row, numbers in heat.rows]
    return Grid(heat_title(words, by), columns, rows, [*legend, told], direction(words.language) == "ltr")

"""What a skill matrix and a heat map hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.pillars.learn.needs.gaps.model import Division, Gap, RollUp
from govstack.pillars.learn.people.model import Person, Tree

MATRIX_COLUMNS_MAX = 16
MATRIX_PEOPLE = 20
HEAT_COLUMNS_MAX = 12
HEAT_ROWS_MAX = 40


class HeatRows(StrEnum):
    """What the rows of a heat map are."""

    ORGANISATION = "organisation"
    CATEGORY = "category"
    TEAM = "team"
    PERSON = "person"

    @property
    def part(self) -> Division:
        """Return by what figures are divided for it; people are not figures."""
        return Division.WHOLE if self is HeatRows.PERSON else Division(str(self))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose skills are looked at."""

    organisation: str = ""
    category: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Some people against the competencies that posts ask for most; a cell may be missing where nothing is asked."""

    people: Sequence[Person]
    competency_ids: Sequence[str]
    left_out: int
    required: Mapping[str, Mapping[str, Gap]]
    next: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Numbers by row and competency: levels that people miss, or people who lack; None is unrated or hidden."""

    rows: Sequence[tuple[str, Sequence[int | None]]]
    competency_ids: Sequence[str]
    left_out: int
    columns_left_out: int = 0


def most_asked(rollups: Sequence[RollUp]) -> list[str]:
    """Return competencies by how many people's posts ask for them."""
    counts: dict[str, int] = {}
    for one in rollups:
        counts[one.competency_id] = counts.get(one.competency_id, 0) + (one.required or 0)
    return sorted(counts, key=lambda competency_id: (-counts[competency_id], competency_id))


def heat_of(rollups: Sequence[RollUp]) -> Heat:
    """Return how many people lack each competency in each part, those that most lack first.

    A part in which nobody was rated yet has no number, and neither has one that is too small to be shown.
    """
    lacking: dict[str, int] = {}
    cells: dict[tuple[str, str], int | None] = {}
    for one in rollups:
        unknown = not one.shown or one.unrated == one.required
        before = cells.get((one.part, one.competency_id))
        number = None if unknown else one.lacking
        cells[one.part, one.competency_id] = before if number is None else (before or 0) + number
        lacking[one.competency_id] = lacking.get(one.competency_id, 0) + one.lacking
    columns = sorted(lacking, key=lambda competency_id: (-lacking[competency_id], competency_id))
    shown = columns[:HEAT_COLUMNS_MAX]
    parts = sorted({one.part for one in rollups})
    weight = {part: sum(cells.get((part, column)) or 0 for column in shown) for part in parts}
    parts.sort(key=lambda part: (-weight[part], part))
    rows = [(part, [cells.get((part, column)) for column in shown]) for part in parts[:HEAT_ROWS_MAX]]
    return Heat(rows, shown, max(0, len(parts) - HEAT_ROWS_MAX), max(0, len(columns) - len(shown)))


def below(tree: Tree, asked: Asked) -> frozenset[str] | None:
    """Return the organisations that are meant, None for all."""
    return tree.below(asked.organisation) if asked.organisation else None

"""What the matrix is asked with, and how it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.downloads.schemas import Line, Parts
from govstack.pillars.learn.needs.gaps.model import Division, Gap, RollUp
from govstack.pillars.learn.needs.gaps.schemas import Gap as GapSent
from govstack.pillars.learn.needs.gaps.schemas import gap
from govstack.pillars.learn.needs.matrix.model import Asked, HeatRows, Matrix
from govstack.pillars.learn.people.model import Person, Word

MATRIX_COLUMNS = (
    "person", "name", "organisation", "role", "competency", "title", "scale", "required", "existing", "gap",
    "criticality", "source", "rated_on", "stale",
)  # fmt: skip
ROLL_UP_COLUMNS = (
    "part", "competency", "scale", "required", "met", "coverage", "unrated", "levels", "holders", "fragile",
    "lacking", "factors", "priority",
)  # fmt: skip


class AskedQuery(msgspec.Struct, frozen=True):
    """Whose skills."""

    organisation: Word = ""
    category: Word = ""
    team: Word = ""

    @property
    def asked(self) -> Asked:
        """Return whose skills are meant."""
        return Asked(self.organisation, self.category, self.team)


class MatrixQuery(AskedQuery, frozen=True):
    """Whose skills, and after whom the page begins."""

    after: Word = ""


class FileQuery(AskedQuery, frozen=True):
    """Whose skills, by what they are divided, and what the file is."""

    by: Division = Division.WHOLE
    format: Literal["csv", "xlsx", "json"] = "csv"


class RollUpPageQuery(AskedQuery, frozen=True):
    """Whose skills, by what they are divided, and which part of the list."""

    by: Division = Division.WHOLE
    page: Annotated[int, Meta(ge=1, le=100_000)] = 1


class HeatQuery(AskedQuery, frozen=True):
    """Whose skills, and what the rows are."""

    by: HeatRows = HeatRows.ORGANISATION


class HeatFileQuery(AskedQuery, frozen=True):
    """Whose skills, what the rows are, and what the file is."""

    by: HeatRows = HeatRows.ORGANISATION
    format: Literal["csv", "xlsx", "json", "svg", "png"] = "csv"


class MatrixRow(msgspec.Struct, frozen=True, rename="camel"):
    """A person against what is asked of them."""

    person_id: str
    gaps: list[GapSent]


class MatrixRead(msgspec.Struct, frozen=True):
    """People of an organisation against what is asked of them, and after whom the next ones come ("" at the end)."""

    rows: list[MatrixRow]
    next: str = ""


def read(found: Matrix) -> MatrixRead:
    """Return a matrix as it is sent."""
    rows = [MatrixRow(one.id, [gap(cell) for cell in found.required[one.id].values()]) for one in found.people]
    return MatrixRead(rows, found.next)


async def matrix_lines(parts: AsyncIterator[Sequence[tuple[Person, Sequence[Gap]]]], language: str) -> Parts:
    """Yield everybody's requirements as lines of a file; people of whom nothing is asked have one line too."""
    async for part in parts:
        lines: list[Line] = []
        for person, required in part:
            head = (person.id, person.name, person.organisation_id or "")
            lines += [
                (
                    *head, one.role_id, one.competency_id, one.titles.get(language) or one.titles.get("en", ""),
                    one.scale_id, one.desired, one.existing, one.size, one.criticality, one.rater_type, one.rated_on,
                    one.stale,
                )
                for one in required
            ] or [(*head, *[None] * 11)]  # fmt: skip
        yield lines


def roll_up_lines(found: Sequence[RollUp]) -> list[Line]:
    """Return figures as lines of a file; groups that are too small have no numbers."""
    return [
        (
            one.part, one.competency_id, one.scale_id, one.required, one.met,
            round(one.coverage, 4) if one.shown else None, one.unrated,
            "; ".join(f"{level}: {people}" for level, people in one.levels.items()), one.holders,
            one.fragile if one.shown else None, one.lacking if one.shown else None,
            "; ".join(f"{share.gap} x {share.criticality} x {share.people}" for share in one.shares),
            one.priority if one.shown else None,
        )
        for one in found
    ]  # fmt: skip

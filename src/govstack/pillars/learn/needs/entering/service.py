"""Use case of entering ratings from a file: rows that fit are kept, the others are told."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.sheets import Format, Line
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.model import Given, Intake, Part, Refusal
from govstack.pillars.learn.needs.entering.errors import ColumnsOfRatings
from govstack.pillars.learn.needs.entering.model import REQUIRED, Entered, RowFault, cells_of, given
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import RatingGiven
from govstack.pillars.learn.people import service as people

ROOM = "ratings"
ROWS_MAX = 50_000
ROWS_AT_ONCE = 500
ROWS_TOLD_MAX = 200


async def enter(context: Context, *, by: Actor, file: Format, content: bytes) -> Entered | Intake:
    """Keep the ratings of a file beside those that are there, a large one's by a job; sent again it changes nothing.

    Raises FileUnreadable, ColumnsOfRatings and TooManyFiles.
    """
    about = Given(ROOM, "", PLAN)
    told = await intake.take(context, by=by, given=about, opening=opening, kind=file, content=content)
    if isinstance(told, Intake):
        return told
    faults = [RowFault(one.number, "".join(one.faults.values())) for one in told.refused]
    return Entered(told.added, told.known, len(faults), faults[:ROWS_TOLD_MAX])


async def opening(context: Context, by: Actor, about: Given) -> _Ratings:
    """Return what takes the rows of a file in as ratings."""
    return _Ratings(context, by)


FILES = intake.Room(opening, lambda _about: "gaps", lambda _about: "/enter-ratings")


class _Ratings:
    """Takes rows in as ratings."""

    rows_at_once, rows_max = ROWS_AT_ONCE, ROWS_MAX

    def __init__(self, context: Context, by: Actor) -> None:
        self._context, self._by = context, by

    def refuse_columns(self, columns: Sequence[str]) -> None:
        """Raise ColumnsOfRatings where a column is missing."""
        if not set(REQUIRED) <= set(columns):
            raise ColumnsOfRatings

    async def ready(self, columns: Sequence[str], lines: Sequence[Line]) -> intake.Writing:
        """Check rows; return what adds the ratings of those that fit."""
        told = {line.number: cells_of(columns, line.cells) for line in lines}
        numbered, wrong = await _read(self._context, told, lines)

        async def write(tx: Transaction) -> Part:
            # Judged where they are added, so that somebody who is erased meanwhile holds up their own rows alone.
            faults = await ratings.faults_in(tx, ratings=[one for _row, one in numbered])
            refused = wrong | {numbered[place][0]: fault for place, fault in faults.items()}
            fit = [one for place, (_row, one) in enumerate(numbered) if place not in faults]
            there = await ratings.known_in(tx, rating_ids=[one.id for one in fit])
            fresh = {one.id: one for one in fit if one.id not in there}
            if fresh:
                await ratings.rate(self._context, by=self._by, ratings=list(fresh.values()), tx=tx)
            return Part(
                len(fresh), len(fit) - len(fresh),
                [Refusal(row, {"": refused[row]}, told[row]) for row in sorted(refused)],
            )  # fmt: skip

        return write


async def _read(
    context: Context, told: dict[int, dict[str, str]], lines: Sequence[Line]
) -> tuple[list[tuple[int, RatingGiven]], dict[int, str]]:
    """Return rows as ratings, and what is wrong with those that are none, both with the numbers of the rows."""
    sound = {line.number: told[line.number] for line in lines if not line.fault}
    named = await people.found(context, texts=[cells["person"] for cells in sound.values()])
    known = await frameworks.by_ids(context, competency_ids=[cells["competency"] for cells in sound.values()])
    scales = await frameworks.scales(context)
    wrong = {line.number: line.fault for line in lines if line.fault}
    numbered: list[tuple[int, RatingGiven]] = []
    for number, cells in sound.items():
        one = given(cells, named, known, scales)
        if isinstance(one, str):
            wrong[number] = one
        else:
            numbered.append((number, one))
    return numbered, wrong

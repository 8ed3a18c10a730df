"""A row of a file as a rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from govstack.kernel import crypto
from govstack.kernel.books import plain
from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.ratings.model import RatingGiven

REQUIRED = ("person", "competency", "level", "kind")
COLUMNS = (*REQUIRED, "confidence", "day", "source", "id")
DOES_NOT_FIT = _("The kind is self, manager, test, evidence or credential; confidence is low, medium or high.")
NO_LEVEL = _("Write the level as a number or as its code.")


class RowFault(msgspec.Struct, frozen=True):
    """What is wrong in one row of a file."""

    row: int
    fault: str


class Entered(msgspec.Struct, frozen=True):
    """What became of a file: ratings that are kept now, those that were there before, and rows that were left out."""

    added: int
    unchanged: int
    refused: int
    rows: list[RowFault]


def cells_of(columns: Sequence[str], cells: Sequence[Any]) -> dict[str, str]:
    """Return a row by the names of its columns."""
    return {
        name: plain(str(cell)).strip() if cell is not None else ""
        for name, cell in zip(columns, cells, strict=False) if name
    }  # fmt: skip


def given(
    cells: Mapping[str, str], people: Mapping[str, str], known: Mapping[str, Competency], scales: Mapping[str, Scale]
) -> RatingGiven | str:
    """Return the rating of a row, or what is wrong; the same row has the same id, so that it is never there twice."""
    person, competency = people.get(cells["person"], cells["person"]), known.get(cells["competency"])
    level = _ordinal(cells["level"], scales.get(competency.scale_id) if competency else None)
    if level is None:
        return NO_LEVEL
    told = {
        "personId": person, "competencyId": cells["competency"], "level": level, "raterType": cells["kind"].lower(),
        "confidence": cells.get("confidence", "").lower() or "medium", "ratedOn": cells.get("day", ""),
        "source": cells.get("source", ""),
    }  # fmt: skip
    told["id"] = cells.get("id") or f"row-{crypto.digest(crypto.canonical(told))[:40]}"
    try:
        return msgspec.convert(told, RatingGiven)
    except msgspec.ValidationError:
        return DOES_NOT_FIT


def _ordinal(text: str, scale: Scale | None) -> int | None:
    if text.endswith(".0"):
        text = text[:-2]
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text)
    levels = scale.levels if scale else ()
    return next((one.ordinal for one in levels if one.code.lower() == text.lower()), None)

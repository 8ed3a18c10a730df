"""A grid of numbers, and its shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Five shades from light to dark; text on the two darkest is white. Numbers stand in every cell all the same.
SHADES = ("#ffffff", "#dbe9f6", "#a9cde8", "#5b9bc8", "#1d5c8f")
NOTHING = "#f3f2f1"
INK, PAPER, GRID = "#0b0c0c", "#ffffff", "#505a5f"
DARK_FROM = 3


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns of whole numbers; None is a cell without a value and is drawn with a dash."""

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int | None]]]
    legend: Sequence[str] = ()
    rightwards: bool = True

    @property
    def largest(self) -> int:
        """Return the largest number."""
        return max((number for _label, row in self.rows for number in row if number is not None), default=0)

    def shade(self, number: int | None) -> int:
        """Return the place of a number's shade, -1 for no number."""
        if number is None:
            return -1
        if number <= 0 or not self.largest:
            return 0
        steps = len(SHADES) - 1
        return min(steps, -(-number * steps // self.largest))


def colours(shade: int) -> tuple[str, str]:
    """Return the colour of a cell and of what is written in it."""
    if shade < 0:
        return NOTHING, INK
    return SHADES[shade], PAPER if shade >= DARK_FROM else INK
